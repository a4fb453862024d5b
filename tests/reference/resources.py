"""Section 12 of the rule book for resources other than roles: who may use what, where. In its own words."""

from __future__ import annotations

from datetime import datetime

from .access import Answer
from .facts import RoleKey
from .place_changes import PlaceChanges

#: What somebody holds one of to use a resource of each kind (CONF-24 with CLOUD-5, PROC-5, PACK-8, MODEL-2, SHARE-12).
NEEDED = {
    "cloud": ("ATOM_MANAGEMENT",),
    "connector": ("BUILD",),
    "role": ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED"),
    "process": ("BUILD",),
    "integration_pack": ("DEPLOY",),
    "model": ("MDM_EDIT_MODELS",),
}
#: What the receiving account needs beside (12.8, "extra condition there").
CONDITION = {"role": "advanced_user_security", "model": "data_hub"}


class Resources(PlaceChanges):
    """Who may use which resource in which account, computed afresh at each question."""

    def carrying(self, account: str, kind: str, owner: str, name: str) -> set[str]:
        """SHARED_WITH without the state: the groups of the account's primary that hold it and carry the resource."""
        place = self.accounts[account]
        if place.primary != owner or self.accounts[owner].status == "deleted" or place.status == "deleted":
            return set()
        return {
            group
            for group in self.groups_of(owner)
            if account in self.accounts_in(owner, group) and self._carries(owner, group, kind, name)
        }

    def _carries(self, owner: str, group: str, kind: str, name: str) -> bool:
        if kind == "role":
            return (owner, group, RoleKey(owner, name)) in self.group_shares
        return (owner, group, kind, name) in self.resource_shares

    def _state(self, kind: str, owner: str, name: str) -> str | None:
        """`ready`, `unready` or `public`; None where there is no such resource."""
        if kind == "role":
            return "ready" if RoleKey(owner, name) in self.roles else None
        return self.resources.get((owner, kind, name))

    def _open(self, kind: str, owner: str, name: str) -> bool:
        """Is it there for every account: a public connector (CONN-5), or what the operator has published (PROC-4)?"""
        state = self._state(kind, owner, name)
        whose = self.accounts.get(owner)
        by_operator = whose is not None and whose.operator and whose.status != "deleted"
        return state == "public" or (kind == "process" and state == "ready" and by_operator)

    def use(  # noqa: PLR0917 - the question, word by word
        self, user: str, kind: str, owner: str, name: str, account: str, at: datetime
    ) -> Answer:
        """May the user use the resource in the account? First what is unknown, then the user, then the resource."""
        state = self._state(kind, owner, name)
        if account not in self.accounts or self.user_key(user) is None:
            return self.answer(user, NEEDED[kind][0], account, at)
        place = self.accounts[account]
        stranger = owner not in {account, place.primary}
        everybodys = self._open(kind, owner, name)
        if state is None or (stranger and not everybodys):
            return Answer(allowed=False, reason="unknown_resource")
        held = self.answers(user, NEEDED[kind], account, at)
        best = next((held[one] for one in NEEDED[kind] if held[one].allowed), held[NEEDED[kind][0]])
        if not best.allowed:
            return best
        if not stranger and CONDITION.get(kind, "") not in {"", *place.features}:
            return Answer(allowed=False, reason="resource_needs_feature")
        if owner == account or everybodys:
            return best
        if not self.carrying(account, kind, owner, name):
            return Answer(allowed=False, reason="resource_not_received")
        return best if state == "ready" else Answer(allowed=False, reason="resource_not_ready")

    def received(self, account: str, kind: str) -> list[tuple[str, str]]:
        """What an account can use of a kind: (owner, name), whoever asks."""
        known = [(owner, name) for owner, of, name in self.resources if of == kind]
        place = self.accounts[account]
        return sorted(
            (owner, name)
            for owner, name in known
            if owner == account
            or self._open(kind, owner, name)
            or (
                self._state(kind, owner, name) == "ready"
                and self.carrying(account, kind, owner, name)
                and CONDITION.get(kind, "") in {"", *place.features}
            )
        )

    # ------------------------------------------------------------------ commands

    def share_resource(self, *, actor: str, account: str, group: str, type: str, name: str, at: datetime) -> str | None:
        """Put an own resource in its assignable state on a group (SHARE-2, SHARE-5)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        beside = {"process": "PROCESS_LIBRARY", "integration_pack": "INTEGRATION_PACK"}.get(type)
        if beside and (lacking := self._lacks(actor, account, {beside}, "SHARE-2", at)):
            return self._refusal(lacking)
        state = self._state(type, account, name)
        rules = ["SHARE-2"] if state is None else []
        rules += ["SHARE-5"] if state not in {None, "ready"} else []
        rules += ["MODEL-1"] if type == "model" and "data_hub" not in self.accounts[account].features else []
        rules += ["GRP-20"] if self._carries(account, group, type, name) else []
        if not rules:
            self.resource_shares.add((account, group, type, name))
        return self._refusal(rules)

    def withdraw_resource(
        self, *, actor: str, account: str, group: str, type: str, name: str, at: datetime
    ) -> str | None:
        """Take a resource off a group (SHARE-8); nothing else is written (12.8)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        beside = {"process": "PROCESS_LIBRARY", "integration_pack": "INTEGRATION_PACK"}.get(type)
        if beside and (lacking := self._lacks(actor, account, {beside}, "SHARE-2", at)):
            return self._refusal(lacking)
        rules = [] if self._carries(account, group, type, name) else ["API-8"]
        if not rules:
            self.resource_shares.discard((account, group, type, name))
        return self._refusal(rules)
