"""Loading what decisions rest on, in a fixed number of queries: an account's own half, and what its primary gives."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from django.db import connection, transaction

from tenantry.accounts.queries import AccountRow, account_row
from tenantry.build.queries import restricted_folders
from tenantry.environments.queries import environments_in
from tenantry.groups.queries import group_names, membership_of, people_in_groups
from tenantry.privileges.queries import catalogue as load_catalogue
from tenantry.roles.queries import custom_roles, own_role_facts
from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import Given, Group, Inside, User
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import Catalogue
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountId,
    Condition,
    Person,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
    Validity,
)
from tenantry.sharing.queries import shared_roles_by_group
from tenantry.store import revisions
from tenantry.store.proof import CannotProveCurrent
from tenantry.support.queries import temporary_grants
from tenantry.users.queries import grants_in

CROWDED: Final = 1_000
"""Direct grants beyond which the users of an account are looked up one by one, when somebody asks about them."""

PEOPLE_OF_GROUPS: Final = 500_000
"""People of groups, over all primaries, of whom it is kept what their groups give them; with more all is read anew."""

ATTEMPTS: Final = 12
"""How often reading is repeated because somebody wrote meanwhile, before writers are held back for it."""


class FactsKeepChanging(RuntimeError):
    """Writes came in between every attempt to read one state of an account."""


class Kept:
    """What snapshots of one process have in common: the installation's catalogue, and what each primary gives.

    Inside a transaction nothing is kept: a rollback would leave it standing under a stamp that another write takes.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self._catalogue: tuple[int, Catalogue] | None = None
        self._given: dict[AccountId, tuple[tuple[int, int], Given]] = {}
        self._people = 0

    def catalogue(self, stamp: int) -> Catalogue:
        """The catalogue, read anew when the platform's stamp differs from the one it was read at."""
        held = self._catalogue
        if held is not None and held[0] == stamp:
            return held[1]
        catalogue = load_catalogue()
        if not revisions.writing():
            self._catalogue = (stamp, catalogue)
        return catalogue

    def given(self, primary: AccountId | None, stamps: tuple[int, ...], catalogue: Catalogue) -> Given:
        """What the primary gives, as of these stamps if nobody wrote meanwhile, which the caller finds out."""
        if primary is None:
            return Given(None, default_layer(catalogue))
        held = self._given.get(primary)
        if held is not None and held[0] == stamps[1:3]:
            return held[1]
        return load_given(primary, catalogue)

    def keep(self, primary: AccountId | None, stamps: tuple[int, ...], given: Given) -> None:
        """Keep what was proven to be as of these stamps."""
        if primary is None or revisions.writing():
            return
        old = self._given.get(primary)
        self._people += len(given.people) - (len(old[1].people) if old is not None else 0)
        if self._people > PEOPLE_OF_GROUPS:
            self._given, self._people = {}, len(given.people)
        self._given[primary] = ((stamps[1], stamps[2]), given)


def load_snapshot(
    account: AccountId, kept: Kept, old: Snapshot | None = None, at_least: int = 0, *, whole: bool = False
) -> Snapshot | None:
    """Compile the account's facts as of one state of the database; `None` if it is unknown.

    That state has come to the head `at_least`, or `CannotProveCurrent`: with several servers behind one name, what was
    proven by one of them says nothing about another that lags behind.

    Of `old` its own half is taken over where only what the primary gives has changed. Otherwise two queries and
    eight an attempt, and five more where what the primary gives is not kept. Where others write faster than can be
    read, they wait for the last attempt. Of a crowded account the users are there if it is asked for `whole`; whether
    one that was crowded still is, nobody counts.
    """
    try:
        return _load(account, kept, old, at_least, whole=whole)
    except FactsKeepChanging:
        with transaction.atomic():
            row = account_row(account)
            revisions.lock(account, *([row.primary] if row and row.primary else ()))
            return _load(account, kept, None, at_least, whole=whole)


def _load(account: AccountId, kept: Kept, old: Snapshot | None, at_least: int, *, whole: bool) -> Snapshot | None:
    row = account_row(account)
    head, stamps = revisions.look(account, row.primary if row is not None else None)
    if head < at_least:
        connection.close()  # the next one may lead to where it was proven
        raise CannotProveCurrent(f"this connection sees revision {head}, and {at_least} was proven")
    if row is None:
        return None
    for _ in range(ATTEMPTS):
        if not stamps:
            return None
        catalogue = kept.catalogue(stamps[1])
        now: AccountRow | None
        if old is not None and old.inside is not None and old.revisions[:2] == stamps[:2]:
            inside, now = old.inside, row
        else:
            now = account_row(account)
            if now is None:
                return None
            many = None if whole else 0 if old is not None and old.crowded else CROWDED
            inside = load_inside(now, catalogue, at_most=many)
        given = kept.given(row.primary, stamps, catalogue)
        after = revisions.look(account, now.primary).stamps
        if after == stamps and now.primary == row.primary:
            kept.keep(row.primary, stamps, given)
            return Snapshot.of(inside, given, stamps)
        row, stamps = now, after
    raise FactsKeepChanging(account)


def load_inside(row: AccountRow, catalogue: Catalogue, *, at_most: int | None = None) -> Inside:
    """What an account has of its own: beside its row, custom roles, memberships, users' grants, temporary grants,
    environments and folders. It is crowded, without its users, where they have more than `at_most` grants.
    """
    account = row.id
    inside = inside_of(row, catalogue)
    users = users_of(account, at_most=at_most)
    return replace(
        inside,
        own=own_role_facts(custom_roles(account), catalogue),
        membership=membership_of(account, row.primary),
        users=tuple(users or ()),
        crowded=users is None,
        temporary=temporary_grants(account),
        environments=environments_in(account),
        restricted=restricted_folders(account),
    )


def inside_of(row: AccountRow, catalogue: Catalogue) -> Inside:
    """The part of it that stands in the account's own row."""
    return Inside(
        id=row.id,
        status=row.status,
        catalogue=catalogue,
        active=catalogue.active(row.features),
        own={},
        support_access=row.support_access,
        trial_ends=row.trial_ends,
        times_out=Feature.SESSION_TIMEOUT in row.features,
    )


def load_given(primary: AccountId, catalogue: Catalogue) -> Given:
    """What a primary gives the accounts it manages; nothing where it is deleted (ACC-14)."""
    row = account_row(primary)
    own = own_role_facts(custom_roles(primary), catalogue)
    roles = Roles(own, catalogue, default_layer(catalogue))
    if row is None or row.status is Status.DELETED:
        return Given(primary, roles)
    people = people_in_groups(primary)
    shares = shared_roles_by_group(primary)
    groups = {}
    for key, name, everywhere in group_names(primary):
        users = {user: found.grants[key] for user, found in people.items() if key in found.grants}
        groups[key] = Group(key, name, everywhere, users, shares.get(key, frozenset()))
    return Given(
        owner=primary,
        roles=roles,
        groups=groups,
        people={user: found.person for user, found in people.items()},
        by_external_id={found.external_id: user for user, found in people.items() if found.external_id},
    )


def load_people(facts: Snapshot, names: Collection[str]) -> bool:
    """Look up people of a crowded account, as of the state of its facts; whether that is still the state. Two queries.

    `names` are address keys or host's ids.
    """
    account = facts.account.id
    users = users_of(account, names=names) or []
    if revisions.look(account, facts.primary).stamps != facts.revisions:
        return False
    facts.learn(names, tuple(users))
    return True


def users_of(
    account: AccountId, *, names: Collection[str] | None = None, at_most: int | None = None
) -> list[User] | None:
    """Every direct user of the account who holds something, or those of these names, in one query; `None` if there
    are more than `at_most` grants.
    """
    person_of: dict[tuple[bool, bool, str], Person] = {}
    tuple_of: dict[tuple[RoleGrant, ...], tuple[RoleGrant, ...]] = {}
    grant_of: dict[tuple[str, str], RoleGrant] = {}
    users: list[User] = []
    current: tuple[str, str | None, bool, bool, str] | None = None
    grants: list[RoleGrant] = []

    def end() -> None:
        if current is not None:
            email, external = current[:2]
            person = person_of.get(current[2:]) or person_of.setdefault(current[2:], Person(*current[2:]))
            held = tuple(grants)
            users.append(User(UserKey(email), external, person, tuple_of.setdefault(held, held)))

    bound = None if at_most is None else at_most + 1
    for count, (email, external, locked, staff, properties, role, starts, ends, condition) in enumerate(
        grants_in(account, names=names, at_most=bound), 1
    ):
        if count == bound:
            return None
        row = (email, external, locked, staff, properties)
        if row != current:
            end()
            current = row
            grants = []
        if starts is None and ends is None:
            same = (role, condition)
            grants.append(grant_of.get(same) or grant_of.setdefault(same, _lasting(role, condition)))
        else:
            grants.append(RoleGrant(RoleId(role), Validity(starts, ends), condition=Condition(condition)))
    end()
    return users


def _lasting(role: str, condition: str) -> RoleGrant:
    return RoleGrant(RoleId(role), ALWAYS, condition=Condition(condition))
