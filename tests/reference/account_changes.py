"""The commands of the chapter ACC and the Support Access Role itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from .catalogue import FEATURES, STATUSES
from .changes import NOT_VISIBLE, OPERATOR, Changes
from .facts import Account, RoleReference, instant


class AccountChanges(Changes):
    """A world whose accounts commands change."""

    def switch_feature(self, *, actor: str, account: str, feature: str, on: bool, at: datetime) -> str | None:
        """Licensed features are the operator's; an account administrator has Advanced Environment Access (ACC-9)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._lacks(actor, account, {"ACCOUNT_ADMIN"}, "ACC-9", at):
            return self._refusal(lacking)
        place = self.accounts[account]
        rules = []
        if feature not in FEATURES or (actor != OPERATOR and feature != "advanced_environment_access"):
            rules += ["ACC-9"]
        if feature == "account_groups" and on and place.primary is not None:
            rules += ["ACC-6"]
        if feature == "account_groups" and not on and feature in place.features and self.managed(account):
            rules += ["ACC-5"]  # only a primary manages accounts
        if not rules:
            place.features = place.features | {feature} if on else place.features - {feature}
        return self._refusal(rules)

    def change_account_status(self, *, actor: str, account: str, status: str, at: datetime) -> str | None:
        """Suspend, lift, delete softly (ACC-4, ACC-13, ACC-14): the operator's alone, and deletion is the end."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if actor != OPERATOR:
            return self._refusal(["ACC-4"])
        rules = self._lacks(actor, account, set(), "ACC-4", at)
        rules += ["ACC-4"] if status not in STATUSES else []
        if not rules:
            self.accounts[account].status = status
        return self._refusal(rules)

    def create_managed_account(
        self, *, actor: str, account: str, name: str, trial_ends: str | datetime, at: datetime
    ) -> str | None:
        """A trial account under a primary, which enters All Accounts by being managed (ACC-7).

        Its id is the stem of ACC-2, without the six characters that only a platform can draw.
        """
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._lacks(actor, account, {"ACCOUNT_ADMIN"}, "ACC-7", at):
            return self._refusal(lacking)
        place, ends = self.accounts[account], instant(trial_ends)
        rules = []
        rules += ["ACC-5"] if "account_groups" not in place.features else []
        rules += ["ACC-6"] if place.primary is not None else []
        rules += ["ACC-3"] if not 1 <= len(name.strip()) <= 255 else []
        rules += ["ACC-7"] if ends is None or not at < ends <= at + timedelta(days=90) else []
        if not rules:
            new = "".join(character for character in name.lower() if character.isalnum()) or "account"
            if new in self.accounts:
                raise ValueError(f"a world makes one account {new!r}, since its id is made from its name")
            self.accounts[new] = Account(new, name.strip(), account, status="trial", trial_ends=ends)
        return self._refusal(rules)

    def change_support_access_role(
        self, *, actor: str, account: str, role: RoleReference | None, at: datetime
    ) -> str | None:
        """SUP-8: an account administrator chooses no access, an available default role or an own custom role."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._lacks(actor, account, {"ACCOUNT_ADMIN"}, "SUP-8", at):
            return self._refusal(lacking)
        place = self.accounts[account]
        old = place.support_access_role
        new = None if role is None else self.role_key(account, role)
        rules = []
        if new is not None and new != old:
            rules += self._no_outside_role(account, role)
            before = self.support_access_role(place)
            already = frozenset() if before is None else self.resolved(before)
            rules += self._beyond(actor, account, self.resolved(new) - already, at)
        if not rules:
            place.support_access_role = new
        return self._refusal(rules)

    def _no_outside_role(self, account: str, role: RoleReference | None) -> list[str]:
        """SUP-1, SUP-2: why outside people cannot be given this role; required, where no access is no choice."""
        if role is None:
            return ["SUP-11"]
        key = self.role_key(account, role)
        if key in self.default_and_own(account):
            return []
        without = "advanced_user_security" not in self.accounts[account].features
        return ["SUP-2"] if without and self.role_exists(key) and key.owner in {"", account} else ["SUP-1"]
