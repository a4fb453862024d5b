"""The commands of the chapters GRP and SHARE about groups and shared roles, and what the end of a share does."""

from __future__ import annotations

from datetime import datetime

from .account_changes import AccountChanges
from .changes import NOT_VISIBLE, UNCHANGED, _Unchanged
from .facts import ALERT_LEVELS, ALL_ACCOUNTS, RoleKey, RoleReference, Window


class GroupChanges(AccountChanges):
    """A world whose groups commands change. All need Account Group Management in the primary (GRP-1)."""

    def _may_manage_groups(self, actor: str, account: str, at: datetime) -> list[str]:
        if account not in self.accounts:
            return [NOT_VISIBLE]
        if lacking := self._lacks(actor, account, {"ACCOUNT_GROUP_MANAGEMENT"}, "GRP-1", at):
            return lacking
        return [] if "account_groups" in self.accounts[account].features else ["GRP-1"]

    def _may_change_group(self, actor: str, account: str, group: str, at: datetime) -> list[str]:
        if lacking := self._may_manage_groups(actor, account, at):
            return lacking
        return [] if group in self.groups_of(account) else [NOT_VISIBLE]

    # ------------------------------------------------------------------ the end of a share

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

    # ------------------------------------------------------------------ groups

    def _bad_group_name(self, account: str, name: str, besides: str | None) -> list[str]:
        """GRP-5: required, at most 255 characters, unique within the primary ignoring case."""
        taken = {group.casefold() for group in self.groups_of(account) if group != besides}
        return [] if 1 <= len(name.strip()) <= 255 and name.casefold() not in taken else ["GRP-5"]

    def create_group(
        self, *, actor: str, account: str, name: str, at: datetime, alert_level: str = "none"
    ) -> str | None:
        """An empty group of the primary (GRP-1, GRP-5)."""
        if lacking := self._may_manage_groups(actor, account, at):
            return self._refusal(lacking)
        rules = self._bad_group_name(account, name, None)
        rules += ["GRP-5"] if alert_level not in ALERT_LEVELS else []
        if not rules:
            self.groups.add((account, name))
            self.alert_levels[account, name] = alert_level
        return self._refusal(rules)

    def edit_group(
        self,
        *,
        actor: str,
        account: str,
        group: str,
        at: datetime,
        name: str | _Unchanged = UNCHANGED,
        alert_level: str | _Unchanged = UNCHANGED,
    ) -> str | None:
        """Rename a group or change its alert level (GRP-5); All Accounts keeps its name (GRP-2)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        new = group if isinstance(name, _Unchanged) else name
        rules = []
        if new != group:
            rules += ["GRP-2"] if group == ALL_ACCOUNTS else []
            rules += self._bad_group_name(account, new, group)
        rules += ["GRP-5"] if not isinstance(alert_level, _Unchanged) and alert_level not in ALERT_LEVELS else []
        if not rules:
            if not isinstance(alert_level, _Unchanged):
                self.alert_levels[account, group] = alert_level
            self._rename_group(account, group, new)
        return self._refusal(rules)

    def _rename_group(self, account: str, old: str, new: str) -> None:
        """Names are identities here, so every mention is rewritten."""

        def renamed(owner: str, group: str) -> tuple[str, str]:
            return (owner, new) if (owner, group) == (account, old) else (owner, group)

        self.groups = {renamed(*key) for key in self.groups}
        self.alert_levels = {renamed(*key): level for key, level in self.alert_levels.items()}
        self.group_accounts = {(*renamed(p, g), member) for p, g, member in self.group_accounts}
        self.group_users = {(*renamed(p, g), user) for p, g, user in self.group_users}
        self.group_grants = {(*renamed(p, g), u, role): window for (p, g, u, role), window in self.group_grants.items()}
        self.group_shares = {(*renamed(p, g), role) for p, g, role in self.group_shares}
        self.resource_shares = {(*renamed(p, g), kind, name) for p, g, kind, name in self.resource_shares}

    def remove_group(self, *, actor: str, account: str, group: str, at: datetime) -> str | None:
        """Delete a group with its memberships, accounts and shares (GRP-19); All Accounts never (GRP-2)."""
        if lacking := self._may_change_group(actor, account, group, at):
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
        self.alert_levels.pop((account, group), None)
        self.group_accounts = {row for row in self.group_accounts if row[:2] != (account, group)}
        self.group_users = {row for row in self.group_users if row[:2] != (account, group)}
        self.group_grants = {k: window for k, window in self.group_grants.items() if k[:2] != (account, group)}
        self.group_shares = {row for row in self.group_shares if row[:2] != (account, group)}
        self.resource_shares = {row for row in self.resource_shares if row[:2] != (account, group)}

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

    # ------------------------------------------------------------------ accounts in a group

    def add_account_to_group(self, *, actor: str, account: str, group: str, member: str, at: datetime) -> str | None:
        """Only accounts this primary manages, once, and never by hand into All Accounts (GRP-2, GRP-20, GRP-23)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        rules += ["GRP-2"] if group == ALL_ACCOUNTS else []
        rules += ["GRP-23"] if member not in self.managed(account) else []
        rules += ["GRP-20"] if (account, group, member) in self.group_accounts else []
        if not rules:
            self.group_accounts.add((account, group, member))
        return self._refusal(rules)

    def remove_account_from_group(
        self, *, actor: str, account: str, group: str, member: str, at: datetime
    ) -> str | None:
        """End group access and shares through this group for the account (GRP-17); not for All Accounts (GRP-2)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        rules += ["GRP-2"] if group == ALL_ACCOUNTS else []
        rules += [NOT_VISIBLE] if (account, group, member) not in self.group_accounts else []
        if not rules:
            before = self._shared_grants()
            self.group_accounts.discard((account, group, member))
            self._end_shares(before)
        return self._refusal(rules)

    # ------------------------------------------------------------------ users in a group

    def group_roles_held(self, primary: str, group: str, user: str, at: datetime) -> set[RoleKey]:
        """The roles of a user's grants in one group that have not ended, those that begin later included."""
        return {
            r for (p, g, u, r), w in self.group_grants.items() if (p, g, u) == (primary, group, user) and not w.over(at)
        }

    def _conferred(
        self, actor: str, account: str, group: str, user: str, *, added: set[RoleKey], at: datetime
    ) -> list[str]:
        """Nobody confers what he does not hold in the primary, beyond what the user's roles here in force carry."""
        now = {
            r
            for (p, g, u, r), w in self.group_grants.items()
            if (p, g, u) == (account, group, user) and w.in_force(at) and r.owner in {"", account}
        }
        return self._beyond(actor, account, self._privileges_of(added) - self._privileges_of(now), at)

    def _not_a_group_role(self, account: str, roles: set[RoleKey]) -> list[str]:
        """GRP-9: default roles and own custom roles, as far as the primary itself could assign them."""
        missing = roles - self.default_and_own(account)
        rules = ["GRP-9"] if missing else []
        rules += ["ROLE-2"] if any(role.is_default for role in missing) else []
        return rules + (["ROLE-16"] if missing & self.own_roles(account) else [])

    def _give_in_group(self, account: str, group: str, user: str, roles: set[RoleKey], at: datetime) -> None:
        """A grant without bounds, unless one that has not ended is there already."""
        for role in roles - self.group_roles_held(account, group, user, at):
            self.group_grants[account, group, user, role] = Window()
        self.group_users.add((account, group, user))

    def add_user_to_group(
        self,
        *,
        actor: str,
        account: str,
        group: str,
        user: str,
        roles: list[RoleReference],
        at: datetime,
        first_name: str = "",
        last_name: str = "",
    ) -> str | None:
        """Somebody who has signed in once, with at least one role (GRP-8 to GRP-10); names are ignored (GRP-10)."""
        del first_name, last_name
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        email, wanted = user.lower(), {self.role_key(account, role) for role in roles}
        rules = self._conferred(actor, account, group, email, added=wanted, at=at)
        rules += ["GRP-8"] if not wanted else []
        rules += self._not_a_group_role(account, wanted)
        rules += ["GRP-10"] if email not in self.users or not self.users[email].signed_in else []
        rules += ["GRP-20"] if (account, group, email) in self.group_users else []
        if not rules:
            self._give_in_group(account, group, email, wanted, at)
        return self._refusal(rules)

    def change_group_user_roles(
        self, *, actor: str, account: str, group: str, user: str, roles: list[RoleReference], at: datetime
    ) -> str | None:
        """Replace the visible selection in this group, no other (GRP-7, GRP-8); it is the users' dialog (USER-8)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        email, chosen = user.lower(), {self.role_key(account, role) for role in roles}
        held = self.group_roles_held(account, group, email, at)
        added = chosen - held
        removed = (held - chosen) & self.default_and_own(account)
        rules = self._conferred(actor, account, group, email, added=added, at=at)
        rules += [NOT_VISIBLE] if (account, group, email) not in self.group_users else []
        rules += ["GRP-8"] if not (held - removed) | added else []
        rules += self._not_a_group_role(account, added)
        if not rules:
            for role in removed:
                del self.group_grants[account, group, email, role]
            self._give_in_group(account, group, email, added, at)
        return self._refusal(rules)

    def remove_user_from_group(self, *, actor: str, account: str, group: str, user: str, at: datetime) -> str | None:
        """End that path into all accounts of the group (GRP-18)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        gone = (account, group, user.lower())
        rules: list[str] = []
        rules += [NOT_VISIBLE] if gone not in self.group_users else []
        if not rules:
            self.group_users.discard(gone)
            self.group_grants = {k: window for k, window in self.group_grants.items() if k[:3] != gone}
        return self._refusal(rules)

    # ------------------------------------------------------------------ shares

    def share_role(self, *, actor: str, account: str, group: str, role: RoleReference, at: datetime) -> str | None:
        """Put an own custom role on a group's resources (SHARE-2, SHARE-11). What it carries confers nothing yet."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        key = self.role_key(account, role)
        if "advanced_user_security" not in self.accounts[account].features:
            rules += ["SHARE-11", "SHARE-15"]
        rules += ["ROLE-1"] if key.is_default else []
        rules += ["SHARE-2"] if not key.is_default and (key.owner != account or key not in self.roles) else []
        rules += ["GRP-20"] if (account, group, key) in self.group_shares else []
        if not rules:
            self.group_shares.add((account, group, key))
        return self._refusal(rules)

    def withdraw_role(self, *, actor: str, account: str, group: str, role: RoleReference, at: datetime) -> str | None:
        """Take a role off a group; accounts without another share lose its assignments (SHARE-8, SHARE-18)."""
        if lacking := self._may_change_group(actor, account, group, at):
            return self._refusal(lacking)
        rules: list[str] = []
        key = self.role_key(account, role)
        rules += [NOT_VISIBLE] if (account, group, key) not in self.group_shares else []
        if not rules:
            before = self._shared_grants()
            self.group_shares.discard((account, group, key))
            self._end_shares(before)
        return self._refusal(rules)
