"""What a load changes, kind by kind, and which accounts decide otherwise by it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenantry.accounts import estate as accounts
from tenantry.estate import account_settings, in_environments, in_folders, in_groups, in_resources
from tenantry.estate.kinds import KINDS
from tenantry.objects import estate as objects
from tenantry.privileges import estate as privileges
from tenantry.roles import estate as roles
from tenantry.sso import estate as federations
from tenantry.store.lines import Tally
from tenantry.users import estate as users, estate_roles as user_roles


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: a tally for each kind, and the accounts whose facts changed.

    `given` are those that give others something else from now on: roles, groups, shares. `everywhere` tells that the
    host platform's privileges changed, which concerns every account. `without_secret` are the accounts whose single
    sign-on lets nobody in until somebody enters the secret that files do not bring.
    """

    tallies: Mapping[str, Tally]
    touched: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    everywhere: bool = False
    without_secret: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Altered:
    """The people whose facts or passwords change: the accounts of each, and where else decisions rest on their facts.

    `lending` are accounts that have lent some of them temporary access, `primaries` those in whose groups some are.
    """

    people: list[users.ChangedUser]
    reach: Mapping[int, list[str]]
    lending: set[str]
    primaries: set[str]

    def touched(self) -> set[str]:
        """The accounts whose facts change with these people."""
        changing = (person for person in self.people if person.facts_change)
        return self.lending | {account for person in changing for account in self.reach.get(person.id, ())}


@dataclass(slots=True)
class Changes:
    """The differences of each kind."""

    of_privileges: privileges.PrivilegeChanges
    of_accounts: accounts.AccountChanges
    of_settings: account_settings.SettingsChanges
    of_roles: roles.RoleChanges
    of_users: users.UserChanges
    of_user_roles: user_roles.UserRoleChanges
    of_federations: federations.FederationChanges
    of_groups: in_groups.Changed
    of_places: in_environments.Changed
    of_folders: in_folders.Changed
    of_resources: in_resources.Changed
    of_objects: objects.ObjectChanges
    accounts: in_groups.Accounts
    names: roles.RoleNames
    remains: list[user_roles.Remain]
    altered: Altered

    def loaded(self) -> Loaded:
        """What the load did, as its caller learns it."""
        group = self.of_groups
        tallies = (
            *(
                self.of_accounts.tally,
                self.of_settings.tally,
                self.of_users.tally,
                self.of_roles.tally,
                self.of_user_roles.tally,
            ),
            self.of_federations.tally,
            *(group.of_groups.tally, group.of_members.tally, group.of_people.tally, group.of_shares.tally),
            *(self.of_places.of_environments.tally, self.of_places.of_roles.tally),
            *(self.of_folders.of_folders.tally, self.of_folders.of_roles.tally),
            *self.of_resources.tallies(),
            *(self.of_objects.tally, self.of_privileges.tally),
        )
        touched = self.touched() | {row.id for row in self.of_accounts.new}
        by_kind = dict(zip(KINDS, tallies, strict=True))
        waiting = tuple(self.of_settings.without_secret)
        return Loaded(by_kind, frozenset(touched), frozenset(self.given()), self.of_privileges.any, waiting)

    def touched(self) -> set[str]:
        """The accounts whose own facts change, new accounts not necessarily among them."""
        touched: set[str] = {new.id for _, new in self.of_accounts.changed}
        touched |= self.of_roles.accounts()
        touched |= self.of_user_roles.accounts | self.of_federations.accounts()
        touched |= self.of_groups.of_members.members()
        touched.update(remain.account for remain in self.remains)
        touched |= self.of_places.accounts() | self.of_folders.accounts() | self.of_objects.accounts()
        return touched | self.altered.touched()

    def given(self) -> set[str]:
        """The accounts that give the accounts they manage something else, new accounts not necessarily among them."""
        given = self.of_groups.given() | self.of_roles.accounts() | self.altered.primaries
        return given | {new.id for old, new in self.of_accounts.changed if old.status is not new.status}
