"""The commands of temporary support access (SUP-11 to SUP-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from .changes import NOT_VISIBLE, OPERATOR
from .facts import RoleReference, SupportGrant
from .group_changes import GroupChanges

#: SUP-11: the lengths offered, in hours.
LENGTHS = frozenset({4, 8, 24, 72, 168})


class SupportChanges(GroupChanges):
    """A world in which platform staff ask for temporary access."""

    def _open_to_requests(self, account: str) -> list[str]:
        """SUP-11: temporary access exists only while the Support Access Role is no access."""
        return ["SUP-11"] if self.support_access_role(self.accounts[account]) is not None else []

    def _not_available(self, account: str, at: datetime) -> list[str]:
        return ["ACC-4"] if self.status(self.accounts[account], at) in {"suspended", "deleted"} else []

    def request_support_access(self, *, actor: str, account: str, at: datetime) -> str | None:
        """A staff person asks; what the person has asked for or been given already is not asked for again."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        key = None if actor == OPERATOR else self.user_key(actor)
        if key is None or not self.users[key].staff:
            return self._refusal(["SUP-11"])
        rules = self._not_available(account, at)
        rules += ["LOCK-7"] if self.users[key].locked else []
        rules += self._open_to_requests(account)
        latest = self.support.get((account, key))
        if latest is not None and (latest.status == "requested" or latest.running(at)):
            rules += ["SUP-11"]
        if not rules:
            self.support[account, key] = SupportGrant("requested")
        return self._refusal(rules)

    def _may_administer(self, actor: str, account: str, at: datetime) -> list[str]:
        if account not in self.accounts:
            return [NOT_VISIBLE]
        return self._lacks(actor, account, {"ACCOUNT_ADMIN"}, "SUP-11", at)

    def _latest(self, account: str, user: str) -> SupportGrant:
        """The latest request of that person; one that was never made counts as denied."""
        return self.support.get((account, user.lower()), SupportGrant("denied"))

    def grant_support_access(
        self, *, actor: str, account: str, user: str, role: RoleReference | None, hours: int, at: datetime
    ) -> str | None:
        """Answer a request with a role and a length, of which nothing may be beyond the giver's own (SUP-11)."""
        if lacking := self._may_administer(actor, account, at):
            return self._refusal(lacking)
        rules = self._open_to_requests(account)
        rules += [NOT_VISIBLE] if self._latest(account, user).status != "requested" else []
        rules += ["SUP-11"] if hours not in LENGTHS else []
        rules += self._no_outside_role(account, role)
        key = None if role is None else self.role_key(account, role)
        rules += [] if key is None else self._beyond(actor, account, self.resolved(key), at)
        if not rules:
            self.support[account, user.lower()] = SupportGrant("active", key, at + timedelta(hours=hours))
        return self._refusal(rules)

    def deny_support_access(self, *, actor: str, account: str, user: str, at: datetime) -> str | None:
        """Answer a request with no; the person may ask again (SUP-12)."""
        if lacking := self._may_administer(actor, account, at):
            return self._refusal(lacking)
        rules = [NOT_VISIBLE] if self._latest(account, user).status != "requested" else []
        if not rules:
            self.support[account, user.lower()] = SupportGrant("denied")
        return self._refusal(rules)

    def extend_support_access(self, *, actor: str, account: str, user: str, hours: int, at: datetime) -> str | None:
        """A later end of a grant that has not run out: its expiration plus the length (SUP-12).

        More time is conferred like the role itself, and like it only while there is no Support Access Role.
        """
        if lacking := self._may_administer(actor, account, at):
            return self._refusal(lacking)
        latest = self._latest(account, user)
        rules = self._open_to_requests(account)
        rules += ["SUP-12"] if not latest.running(at) else []
        rules += ["SUP-11"] if hours not in LENGTHS else []
        rules += [] if latest.role is None else self._beyond(actor, account, self.resolved(latest.role), at)
        if not rules and latest.until is not None:
            self.support[account, user.lower()] = replace(latest, until=latest.until + timedelta(hours=hours))
        return self._refusal(rules)

    def expire_support_access(self, *, actor: str, account: str, user: str, at: datetime) -> str | None:
        """End a grant now (SUP-12, SUP-13), dormant or not."""
        if lacking := self._may_administer(actor, account, at):
            return self._refusal(lacking)
        latest = self._latest(account, user)
        rules = ["SUP-12"] if not latest.running(at) else []
        if not rules:
            self.support[account, user.lower()] = replace(latest, until=at)
        return self._refusal(rules)
