"""How everybody is in many accounts, as of two states: what a plan compares before and after.

An account's own half is read anew in both states only where it may differ. What a primary gives is read once a state,
and the accounts it manages are looked at only if a group that holds them gives something else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from django.db.models import Q

from tenantry.accounts.models import Account
from tenantry.decisions.facts import load_given
from tenantry.decisions.views import Views
from tenantry.groups.models import GroupAccount
from tenantry.privileges.queries import catalogue
from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.decide import people_of
from tenantry.rules.facts import EVERYBODY, AccountFacts, Given, Group, Held, Inside, meet, outside_grants
from tenantry.rules.privileges import Mask
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import AccountId, GroupId, Instant, RoleId, UserKey
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.users.queries import staff_people

AT_ONCE: Final = 500
"""Accounts read at a time."""


class Difference(NamedTuple):
    """What becomes different for one person in one account. `barred` is why there is no access any more, for people who
    had some.
    """

    account: AccountId
    user: UserKey
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    barred: str


Half = tuple[Inside, AccountId | None]
"""What an account has of its own, and its primary."""


class State:
    """What the current transaction sees: made while it does, and of use afterwards for what it has read by then."""

    def __init__(self, primaries: Iterable[str]) -> None:
        """Read what these primaries give."""
        self.catalogue = catalogue()
        self.staff = staff_people()
        self._given: dict[AccountId | None, Given] = {None: Given(None, default_layer(self.catalogue))}
        for primary in primaries:
            self.given(AccountId(primary))

    def given(self, primary: AccountId | None) -> Given:
        """What a primary gives."""
        if primary not in self._given and primary is not None:
            self._given[primary] = load_given(primary, self.catalogue)
        return self._given[primary]

    def halves(self, accounts: Iterable[str], only: frozenset[UserKey] | None = None) -> dict[AccountId, Half]:
        """What these accounts have of their own, with the users that `only` names or all of them; and what their
        primaries give is kept.
        """
        rows = Account.rows.across(Crossing.IMPACT).filter(id__in=list(accounts))
        people = Q(user__email_key__in=list(only)) if only is not None else None
        found = {inside.id: (inside, primary) for inside, primary in Views(rows, people, self.catalogue)}
        for _, primary in found.values():
            self.given(primary)
        return found

    def facts(self, half: Half) -> AccountFacts:
        """The account's own half together with what its primary gives."""
        return meet(half[0], self.given(half[1]))

    def everybody(self, half: Half, facts: AccountFacts, only: frozenset[UserKey] | None) -> dict[UserKey, Held]:
        """Whoever may be in the account in any way, or those of `only`, with all that the person holds there."""
        held = {key: held for key, _, held in people_of(half[0], facts)}
        people = self.given(half[1]).people
        for group in facts.groups:
            for key in group.users if only is None else only & group.users.keys():
                if key not in held:
                    held[key] = Held(people[key], outside=outside_grants(facts.groups, key))
        for key, person in self.staff.items():
            if key not in held:
                held[key] = Held(person)
        return held

    def names(self, mask: Mask) -> frozenset[str]:
        """The privileges of a set, by name: states may have other catalogues."""
        return frozenset(self.catalogue.names(mask))


def managing(accounts: Iterable[str]) -> frozenset[str]:
    """Those of these accounts that manage others: what the rest would give, nobody receives."""
    found: set[str] = set()
    for some in portions(sorted(accounts)):
        rows = Account.rows.across(Crossing.IMPACT).filter(primary_id__in=some)
        found.update(str(key) for key in rows.values_list("primary_id", flat=True).distinct())
    return frozenset(found)


def concerned(before: State, after: State, primaries: Iterable[str]) -> set[AccountId]:
    """The accounts that these primaries give something else, told while the state before is seen.

    Accounts that get into a group or out of it are not among them: their own half differs.
    """
    found: set[AccountId] = set()
    for primary in sorted(primaries):
        old, new = before.given(AccountId(primary)), after.given(AccountId(primary))
        groups = changed_groups(old, new)
        if any((old.groups.get(key) or new.groups[key]).everywhere for key in groups):
            rows = Account.rows.across(Crossing.IMPACT).filter(primary_id=primary)
            found.update(AccountId(key) for key in rows.values_list("id", flat=True))
        elif groups:
            members = GroupAccount.rows.of(primary).filter(group_id__in=list(groups))
            found.update(AccountId(key) for key in members.values_list("member_id", flat=True))
    return found


def changed_groups(before: Given, after: Given) -> set[GroupId]:
    """The groups that give something else: other people, other roles or shares, or roles that carry something else."""
    roles: set[RoleId] = {*before.roles.own, *after.roles.own}
    other = {role for role in roles if before.roles.resolved(role).mask != after.roles.resolved(role).mask}
    people = {user for user in (*before.people, *after.people) if before.people.get(user) != after.people.get(user)}
    nothing = Group(GroupId(""), "")

    def differs(key: GroupId) -> bool:
        old, new = before.groups.get(key, nothing), after.groups.get(key, nothing)
        if old.users != new.users or old.shares != new.shares or not people.isdisjoint(new.users):
            return True
        held = {grant.role for grants in new.users.values() for grant in grants} if other else set()
        return not other.isdisjoint(new.shares | held)

    return {key for key in (*before.groups, *after.groups) if differs(key)}


def changed_staff(before: State, after: State) -> frozenset[UserKey]:
    """Support staff who are new, or not any more, or locked or unlocked: they can reach every account."""
    everybody = {*before.staff, *after.staff}
    return frozenset(user for user in everybody if before.staff.get(user) != after.staff.get(user))


def differences(
    before: State,
    after: State,
    halves: Mapping[AccountId, Half],
    accounts: Iterable[str],
    at: Instant,
    *,
    only: frozenset[UserKey] | None = None,
) -> Iterator[Difference]:
    """Everybody's access in these accounts before and after, account by account, while the state before is seen.

    `halves` are the accounts' own after, where they may differ; others have theirs of before. `only` names the people
    to look at; `None` is everybody.
    """
    for some in portions(sorted(accounts), AT_ONCE):
        old = before.halves(some, only)
        for key in some:
            account = AccountId(key)
            new = halves.get(account) or old.get(account)
            if new is not None:
                yield from _in_account(account, _Seen(before, old.get(account), at, only), _Seen(after, new, at, only))


class Standing(NamedTuple):
    """How somebody is in an account: the privileges held there, or the reason why there is no access at all."""

    privileges: frozenset[str]
    denied: str = ""


class _Seen:
    """One account in one state. Of an account that does not exist nobody is known."""

    def __init__(self, state: State, half: Half | None, at: Instant, only: frozenset[UserKey] | None) -> None:
        self._state = state
        self._at = at
        self._facts = state.facts(half) if half is not None else None
        self.held: dict[UserKey, Held] = {}
        if half is not None and self._facts is not None:
            self.held = state.everybody(half, self._facts, only)

    def standing(self, held: Held) -> Standing:
        """How people who hold this are in the account."""
        if self._facts is None:
            return Standing(frozenset(), "There is no such account.")
        access = effective(held.person, self._facts, held.direct, held.outside, self._at, held.temporary)
        if isinstance(access, Access):
            return Standing(self._state.names(access.privileges))
        return Standing(frozenset(), access.message)


_NOTHING_HELD: Final = Held(EVERYBODY)


def _in_account(account: AccountId, before: _Seen, after: _Seen) -> Iterator[Difference]:
    known: dict[tuple[Held, Held], tuple[tuple[str, ...], tuple[str, ...], str] | None] = {}
    for user in sorted(before.held.keys() | after.held.keys()):
        pair = (before.held.get(user, _NOTHING_HELD), after.held.get(user, _NOTHING_HELD))
        if pair not in known:
            known[pair] = _difference(before.standing(pair[0]), after.standing(pair[1]))
        found = known[pair]
        if found is not None:
            yield Difference(account, user, *found)


def _difference(before: Standing, after: Standing) -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
    barred = after.denied if not before.denied else ""
    if before.privileges == after.privileges and not barred:
        return None
    lost, gained = before.privileges - after.privileges, after.privileges - before.privileges
    return tuple(sorted(lost)), tuple(sorted(gained)), barred
