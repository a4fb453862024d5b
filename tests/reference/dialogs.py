"""What lists and dialogs offer. Each question has two forms: the set, and the same in the order of the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .catalogue import ADMINISTRATOR, MDM_ROLE_NAMES, PRODUCTION_SUPPORT, STANDARD_USER, SUPPORT
from .facts import ALL_ACCOUNTS, RoleKey
from .facts_of_questions import ANYTHING
from .places import Places


class Dialogs(Places):
    """A world that can be shown."""

    def _has(self, account: str, feature: str) -> bool:
        return feature in self.accounts[account].features

    def in_order(self, roles: Iterable[RoleKey], account: str) -> list[str]:
        """Labels in the order of every dialog: default, own custom, shared, each by name."""

        def place(role: RoleKey) -> tuple[int, str, str]:
            section = 0 if role.is_default else 1 if role.owner == account else 2
            return section, role.name.casefold(), role.name

        return [self.role_label(role, account) for role in sorted(roles, key=place)]

    # ------------------------------------------------------------------ roles

    def available_default_roles(self, account: str) -> set[RoleKey]:
        """ROLE-2: two without Advanced User Security, four with it, and the MDM roles where Data Hub is on as well."""
        names = {ADMINISTRATOR, STANDARD_USER}
        if self._has(account, "advanced_user_security"):
            names |= {PRODUCTION_SUPPORT, SUPPORT}
            if self._has(account, "data_hub"):
                names |= set(MDM_ROLE_NAMES.values())
        return {RoleKey("", name) for name in names}

    def own_roles(self, account: str) -> set[RoleKey]:
        """The account's own custom roles, in use or not."""
        return {role for role in self.roles if role.owner == account}

    def custom_roles(self, account: str) -> set[RoleKey]:
        """The Custom Roles tab: own ones, never shared ones (SHARE-14); without AUS there is no tab (ROLE-3)."""
        return self.own_roles(account) if self._has(account, "advanced_user_security") else set()

    def default_and_own(self, account: str) -> set[RoleKey]:
        """What "Support Access Role", "Inherits Role" and the group's dialog offer: no shared role anywhere.

        SUP-1, SUP-2; ROLE-7, SHARE-14; GRP-9. The list is one and the same, since the sentences are.
        """
        return self.available_default_roles(account) | self.custom_roles(account)

    def assignable(self, account: str) -> set[RoleKey]:
        """ROLE-20: what the Add/Maintain User Roles dialog offers."""
        offered = self.default_and_own(account)
        if self._has(account, "advanced_user_security"):
            offered |= {role for role in self.roles if role.owner != account and self.shared_with(role, account)}
        return offered

    def assignable_roles(self, account: str) -> list[str]:
        """The same as labels, in the order of the dialog."""
        return self.in_order(self.assignable(account), account)

    def attachable(self, account: str) -> set[RoleKey]:
        """ENV-8, FOLD-9: what environments and folders take: no shared role. Own ones are there with AUS off too.

        (ENV-8 and FOLD-9 speak of the account's own custom roles, not of those it can assign; ROLE-16 is about users.)
        """
        return self.available_default_roles(account) | self.own_roles(account)

    def environment_choices(self, account: str, environment: str) -> set[RoleKey]:
        """Available Roles of an environment: those not yet attached (ENV-8)."""
        return self.attachable(account) - self.environments[account, environment].roles

    def folder_choices(self, account: str, path: str) -> set[RoleKey]:
        """Available Roles of a folder: those not yet assigned to it (FOLD-9)."""
        return self.attachable(account) - self.folder_roles(account, path)

    # ------------------------------------------------------------------ people

    def users_list(self, account: str) -> list[str]:
        """The Users tab: direct users only (GRP-12), also those without any role (USER-12), by address."""
        listed = [self.users[user].email for where, user in self.members if where == account]
        return sorted(listed, key=str.casefold)

    def users_without_roles(self, account: str, at: datetime) -> list[str]:
        """The filter "Users Without Roles" (USER-12): no role there is live and in force, for whichever question."""
        with self.asking(ANYTHING):
            return [e for e in self.users_list(account) if not self.live_direct_roles(e.lower(), account, at)]

    # ------------------------------------------------------------------ groups

    def groups_list(self, primary: str) -> list[str]:
        """The drop-down of Account Groups: All Accounts first (GRP-3), then by name; nothing outside a primary."""
        if not self._has(primary, "account_groups"):
            return []
        return [
            ALL_ACCOUNTS,
            *sorted(self.groups_of(primary) - {ALL_ACCOUNTS}, key=lambda name: (name.casefold(), name)),
        ]

    def managed(self, primary: str) -> set[str]:
        """The accounts a primary manages, deleted ones excepted (ACC-14)."""
        return self.accounts_in(primary, ALL_ACCOUNTS)

    def group_accounts_list(self, primary: str, group: str) -> list[str]:
        """The table "Accounts in Group", by account name."""
        return self._by_name(self.accounts_in(primary, group) & self.managed(primary))

    def account_choices(self, primary: str, group: str) -> list[str]:
        """The Choose Account dialog: managed by this primary and not yet in the group (GRP-23)."""
        return self._by_name(self.managed(primary) - self.accounts_in(primary, group))

    def _by_name(self, accounts: set[str]) -> list[str]:
        return sorted(accounts, key=lambda a: (self.accounts[a].name.casefold(), self.accounts[a].name, a))

    def group_users_list(self, primary: str, group: str) -> list[str]:
        """The list "Users in Group", by address."""
        listed = [self.users[user].email for owner, name, user in self.group_users if (owner, name) == (primary, group)]
        return sorted(listed, key=str.casefold)

    def shareable(self, primary: str, group: str) -> set[RoleKey]:
        """The Add dialog of the section "Roles": own custom roles not yet in this group (SHARE-4, SHARE-11)."""
        if not self._has(primary, "account_groups"):
            return set()
        return {role for role in self.custom_roles(primary) if (primary, group, role) not in self.group_shares}
