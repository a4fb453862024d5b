"""The commands of the chapters GRP and SHARE about groups and shared roles, and what the end of a share does."""

from __future__ import annotations

from datetime import datetime

from .changes import NOT_VISIBLE, Changes
from .facts import ALL_ACCOUNTS, RoleKey, RoleReference, Window


class GroupChanges(Changes):
    """A world whose groups commands change. All need Account Group Management in the primary (GRP-1)."""

    def _may_manage_groups(self, actor: str, account: str, group: str | None, at: datetime) -> list[str]:
        if account not in self.accounts or (group is not None and group not in self.groups_of(account)):
            return [NOT_VISIBLE]
        return self._lacks(actor, account, {"ACCOUNT_GROUP_MANAGEMENT"}, "GRP-1", at)

    def _shared_grants(self) -> set[tuple[str, str, RoleKey]]:
        """The direct grants of roles of another account that is sharing them at present."""
        return {
            (account, user, role)
            for account, user, role in self.grants
            if not role.is_default and role.owner != account and self.shared_with(role, account)
        }

    def _end_shares(self, before: set[tuple[str, str, RoleKey]]) -> None:
        """SHARE-18: grants whose share has just ended are deleted, not parked; the person stays listed (USER-12)."""
        for key in before - self._shared_grants():
            del self.grants[key]

    def share_role(self, *, actor: str, account: str, group: str, role: RoleReference, at: datetime) -> str | None:
        """Put an own custom role on a group's resources (SHARE-2, SHARE-11)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        key = self.role_key(account, role)
        if not {"advanced_user_security", "account_groups"} <= self.accounts[account].features:
            rules += ["SHARE-11", "SHARE-15"]
        rules += ["ROLE-1"] if key.is_default else []
        rules += ["SHARE-2"] if not key.is_default and (key.owner != account or key not in self.roles) else []
        rules += ["GRP-20"] if (account, group, key) in self.group_shares else []
        if not rules:
            self.group_shares.add((account, group, key))
        return self._refusal(rules)

    def withdraw_role(self, *, actor: str, account: str, group: str, role: RoleReference, at: datetime) -> str | None:
        """Take a role off a group; accounts without another share lose its assignments (SHARE-8, SHARE-18)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        key = self.role_key(account, role)
        rules += [NOT_VISIBLE] if (account, group, key) not in self.group_shares else []
        if not rules:
            before = self._shared_grants()
            self.group_shares.discard((account, group, key))
            self._end_shares(before)
        return self._refusal(rules)

    def add_account_to_group(self, *, actor: str, account: str, group: str, member: str, at: datetime) -> str | None:
        """Only accounts this primary manages, once, and never by hand into All Accounts (GRP-2, GRP-20, GRP-23)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        rules += ["GRP-2"] if group == ALL_ACCOUNTS else []
        rules += ["GRP-23"] if member not in self.accounts or self.accounts[member].primary != account else []
        rules += ["GRP-20"] if (account, group, member) in self.group_accounts else []
        if not rules:
            self.group_accounts.add((account, group, member))
        return self._refusal(rules)

    def remove_account_from_group(
        self, *, actor: str, account: str, group: str, member: str, at: datetime
    ) -> str | None:
        """End group access and shares through this group for the account (GRP-17); not for All Accounts (GRP-2)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        rules += ["GRP-2"] if group == ALL_ACCOUNTS else []
        rules += [NOT_VISIBLE] if (account, group, member) not in self.group_accounts else []
        if not rules:
            before = self._shared_grants()
            self.group_accounts.discard((account, group, member))
            self._end_shares(before)
        return self._refusal(rules)

    def change_group_user_roles(
        self, *, actor: str, account: str, group: str, user: str, roles: list[RoleReference], at: datetime
    ) -> str | None:
        """Add a person to a group, or replace the roles there; no other group is touched (GRP-7 to GRP-10)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        key = self.user_key(user)
        wanted = {self.role_key(account, role) for role in roles}
        rules += ["GRP-8"] if not wanted else []
        rules += ["GRP-9"] if any(not self.role_exists(r) or r.owner not in {"", account} for r in wanted) else []
        rules += ["GRP-10"] if key is None or not self.users[key].signed_in else []
        if not rules and key is not None:
            kept = {k: window for k, window in self.group_grants.items() if k[:3] != (account, group, key)}
            self.group_grants = kept | {(account, group, key, role): Window() for role in wanted}
        return self._refusal(rules)

    def remove_user_from_group(self, *, actor: str, account: str, group: str, user: str, at: datetime) -> str | None:
        """End that path into all accounts of the group (GRP-18)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        email = user.lower()
        held = {k for k in self.group_grants if k[:3] == (account, group, email)}
        rules += [NOT_VISIBLE] if not held else []
        if not rules:
            self.group_grants = {k: window for k, window in self.group_grants.items() if k not in held}
        return self._refusal(rules)

    def remove_group(self, *, actor: str, account: str, group: str, at: datetime) -> str | None:
        """Delete a group with its memberships, accounts and shares (GRP-19); All Accounts never (GRP-2)."""
        if lacking := self._may_manage_groups(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        rules += ["GRP-2"] if group == ALL_ACCOUNTS else []
        if not rules:
            before = self._shared_grants()
            self._drop_group(account, group)
            self._end_shares(before)
        return self._refusal(rules)

    def _drop_group(self, account: str, group: str) -> None:
        self.groups.discard((account, group))
        self.group_accounts = {row for row in self.group_accounts if row[:2] != (account, group)}
        self.group_grants = {k: window for k, window in self.group_grants.items() if k[:2] != (account, group)}
        self.group_shares = {row for row in self.group_shares if row[:2] != (account, group)}

    def change_account_status(self, *, actor: str, account: str, status: str, at: datetime) -> str | None:
        """ACC-14: a deleted primary loses all its groups, a deleted managed account leaves every group."""
        before = self._shared_grants()
        refused = super().change_account_status(actor=actor, account=account, status=status, at=at)
        if refused is None and status == "deleted":
            for group in self.groups_of(account):
                self._drop_group(account, group)
            self.group_accounts = {row for row in self.group_accounts if row[2] != account}
            self._end_shares(before)
        return refused
