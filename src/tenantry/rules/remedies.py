"""What would turn a denial into a yes: the smallest changes, each found by deciding again with the change made.

Nothing here is advice: a remedy is one of the acts the law knows, and whoever does it needs the right to. Of all
combinations the ones with the fewest acts are told, and of these first those that give the person the least.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from tenantry.rules import environments, folders
from tenantry.rules.access import effective
from tenantry.rules.accounts import CLOSED, status_at, support_access_choices
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts, Given, Inside, User, meet, outside_grants
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment, Folder, Opening, Place
from tenantry.rules.privileges import Mask
from tenantry.rules.roles import available_default_roles
from tenantry.rules.vocabulary import (
    GroupId,
    Instant,
    Person,
    Role,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
    Via,
)

MOST_ACTS: Final = 3
"""How many acts a remedy combines at most."""

TOLD: Final = 5
"""How many remedies are told."""

ROLES_TRIED: Final = 4
"""Of the roles that would do, how many are tried for each kind of act: those that carry least."""


@dataclass(frozen=True, slots=True)
class Case:
    """One person before one account: both halves of its facts with this person in them, and its features."""

    user: UserKey
    person: Person
    inside: Inside
    given: Given
    features: frozenset[Feature]

    @property
    def direct(self) -> tuple[RoleGrant, ...]:
        """What the person holds directly in the account."""
        return next((user.direct for user in self.inside.users if user.key == self.user), ())

    def access(self, at: Instant) -> tuple[AccountFacts, Access | None]:
        """The facts put together, and how the person is in the account, if at all."""
        facts = meet(self.inside, self.given)
        temporary = self.inside.temporary.get(self.user)
        found = effective(
            self.person,
            facts,
            self.direct,
            outside_grants(facts.groups, self.user),
            at,
            temporary[1] if temporary else (),
        )
        return facts, found if isinstance(found, Access) else None

    def with_direct(self, role: RoleId) -> "Case":
        """The same with one more direct role."""
        others = tuple(user for user in self.inside.users if user.key != self.user)
        kept = tuple(grant for grant in self.direct if grant.role != role)
        mine = User(self.user, None, self.person, (*kept, RoleGrant(role)))
        return replace(self, inside=replace(self.inside, users=(*others, mine)))


class Act:
    """One act of a remedy."""

    __slots__ = ()

    def done(self, case: Case) -> Case:
        """The case after it."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """What is to be done, for people."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Unlock(Act):
    """Unlock the person."""

    def done(self, case: Case) -> Case:
        """The person is not locked."""
        return replace(case, person=replace(case.person, locked=False))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return "Unlock the user."


@dataclass(frozen=True, slots=True)
class Reactivate(Act):
    """Lift the account's suspension."""

    account: str

    def done(self, case: Case) -> Case:
        """The account is active."""
        return replace(case, inside=replace(case.inside, status=Status.ACTIVE))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Reactivate the account {self.account}."


@dataclass(frozen=True, slots=True)
class GiveRole(Act):
    """Give a direct role in the account."""

    role: RoleId
    name: str
    account: str
    shared: bool

    def done(self, case: Case) -> Case:
        """The person holds it directly."""
        return case.with_direct(self.role)

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Give the user the role {self.name}{' (shared)' if self.shared else ''} in {self.account}."


@dataclass(frozen=True, slots=True)
class GiveGroupRole(Act):
    """Give a role in a group that holds the account."""

    group: GroupId
    group_name: str
    role: RoleId
    name: str

    def done(self, case: Case) -> Case:
        """The person holds it in the group."""
        group = case.given.groups[self.group]
        held = tuple(grant for grant in group.users.get(case.user, ()) if grant.role != self.role)
        users = {**group.users, case.user: (*held, RoleGrant(self.role, group=self.group))}
        groups = {**case.given.groups, self.group: replace(group, users=users)}
        people = {**case.given.people, case.user: case.person}
        return replace(case, given=replace(case.given, groups=groups, people=people))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Give the user the role {self.name} in the account group {self.group_name}."


@dataclass(frozen=True, slots=True)
class JoinGroup(Act):
    """Put the account into a group in which the person has a role already."""

    group: GroupId
    group_name: str
    account: str

    def done(self, case: Case) -> Case:
        """The group holds the account."""
        return replace(case, inside=replace(case.inside, membership=case.inside.membership | {self.group}))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Put the account {self.account} into the account group {self.group_name}."


@dataclass(frozen=True, slots=True)
class AddToRole(Act):
    """Put the privilege into a custom role that the person holds."""

    role: RoleId
    name: str
    bit: Mask
    title: str

    def done(self, case: Case) -> Case:
        """The role carries it."""

        def changed(roles: Mapping[RoleId, Role]) -> Mapping[RoleId, Role]:
            role = roles[self.role]
            return {**roles, self.role: replace(role, own=Mask(role.own | self.bit))}

        if self.role in case.inside.own:
            return replace(case, inside=replace(case.inside, own=changed(case.inside.own)))
        roles = case.given.roles.replaced(changed(case.given.roles.own))
        return replace(case, given=replace(case.given, roles=roles))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Add {self.title} to the role {self.name}, for everybody who holds it."


@dataclass(frozen=True, slots=True)
class ChooseSupportAccess(Act):
    """Choose another Support Access Role."""

    role: RoleId
    name: str
    account: str

    def done(self, case: Case) -> Case:
        """It is the Support Access Role."""
        return replace(case, inside=replace(case.inside, support_access=self.role))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Choose {self.name} as the Support Access Role of {self.account}."


@dataclass(frozen=True, slots=True)
class GiveTemporary(Act):
    """Grant temporary support access."""

    role: RoleId
    name: str
    account: str

    def done(self, case: Case) -> Case:
        """The person has a temporary grant."""
        grants = (*case.inside.temporary.get(case.user, (case.person, ()))[1], RoleGrant(self.role))
        temporary = {**case.inside.temporary, case.user: (case.person, grants)}
        return replace(case, inside=replace(case.inside, temporary=temporary))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Grant temporary support access to {self.account} with the role {self.name}."


@dataclass(frozen=True, slots=True)
class SwitchOn(Act):
    """Switch a feature on."""

    feature: Feature
    account: str

    def done(self, case: Case) -> Case:
        """The feature is on."""
        features = case.features | {self.feature}
        active = case.inside.catalogue.active(features)
        return replace(case, features=features, inside=replace(case.inside, active=active))

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Switch {self.feature.label} on in {self.account}."


@dataclass(frozen=True, slots=True)
class AttachRole(Act):
    """Attach a role that the person holds to the environment or folder."""

    role: RoleId
    name: str
    place: Place

    def done(self, case: Case) -> Case:
        """The place's list has it."""
        return _with_list(case, self.place, _list_of(case, self.place) | {self.role})

    @property
    def sentence(self) -> str:
        """What is to be done."""
        if isinstance(self.place, Folder):
            return f"Assign the role {self.name} to the folder {self.place.path}."
        return f"Attach the role {self.name} to the environment {self.place.name}."


@dataclass(frozen=True, slots=True)
class DetachRole(Act):
    """Detach a role that makes the environment read-only."""

    role: RoleId
    name: str
    place: Environment

    def done(self, case: Case) -> Case:
        """The environment's list does not have it."""
        return _with_list(case, self.place, _list_of(case, self.place) - {self.role})

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Detach the role {self.name} from the environment {self.place.name}."


def _list_of(case: Case, place: Place) -> frozenset[RoleId]:
    if isinstance(place, Folder):
        return case.inside.restricted.get(place.id, frozenset())
    return case.inside.environments[place.id].roles


def _with_list(case: Case, place: Place, roles: frozenset[RoleId]) -> Case:
    if isinstance(place, Folder):
        return replace(case, inside=replace(case.inside, restricted={**case.inside.restricted, place.id: roles}))
    changed = replace(case.inside.environments[place.id], roles=roles)
    return replace(case, inside=replace(case.inside, environments={**case.inside.environments, place.id: changed}))


@dataclass(frozen=True, slots=True)
class Remedy:
    """Acts that together allow what was denied. `loses` tells that the person would lose other privileges by them,
    since direct access takes precedence (GRP-13).
    """

    acts: tuple[Act, ...]
    gains: int
    loses: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be done, for people."""
        return tuple(act.sentence for act in self.acts)


def remedies(privilege: str, case: Case, at: Instant, place: Place | None = None) -> tuple[Remedy, ...]:
    """The smallest changes that would allow this person this privilege, or allow it in a `place` of the account; each
    was decided with the change made.

    Empty where there is none of up to `MOST_ACTS` acts: a deleted account stays deleted, a privilege of the platform's
    staff is nobody's, and who holds it already needs none.
    """
    if privilege not in case.inside.catalogue or (isinstance(place, Environment) and not _there(case, place)):
        return ()
    before, passes = _judged(privilege, case, at, place)
    if passes:
        return ()
    acts = tuple(dict.fromkeys((*_acts(privilege, case, at), *_acts_at(place, privilege, case, at))))
    for size in range(1, MOST_ACTS + 1):
        found: list[Remedy] = []
        for chosen in combinations(acts, size):
            after, passes = _judged(privilege, _all_done(chosen, case), at, place)
            if passes:
                found.append(Remedy(chosen, (after & ~before).bit_count(), bool(before & ~after)))
        if found:
            return tuple(sorted(found, key=lambda remedy: (remedy.loses, remedy.gains))[:TOLD])
    return ()


def _there(case: Case, place: Environment) -> bool:
    return place.id in case.inside.environments


def _judged(privilege: str, case: Case, at: Instant, place: Place | None) -> tuple[Mask, bool]:
    """The person's privileges, and whether the one asked about is among them and gets past the place."""
    facts, access = case.access(at)
    if access is None:
        return Mask(0), False
    if not access.privileges & facts.catalogue.bits[privilege]:
        return access.privileges, False
    if isinstance(place, Environment):
        found: object = environments.within(privilege, access, facts, facts.environments[place.id])
    elif isinstance(place, Folder):
        now = replace(place, roles=facts.restricted.get(place.id, frozenset()))
        found = folders.within(privilege, access, facts, now)
    else:
        return access.privileges, True
    return access.privileges, isinstance(found, Opening)


def _acts_at(place: Place | None, privilege: str, case: Case, at: Instant) -> Iterator[Act]:
    """Every act about a place's list that could be part of a remedy."""
    if place is None:
        return
    facts, access = case.access(at)
    listed = _list_of(case, place)
    offered = {role.id for role in _assignable(case, facts)} - facts.shared
    bit = case.inside.catalogue.bits[privilege]
    roles = sorted((facts.roles[role] for role in listed & offered), key=lambda role: role.name)
    roles.sort(key=lambda role: facts.roles.resolved(role.id).mask.bit_count())
    for role in roles[:ROLES_TRIED]:
        yield GiveRole(role.id, role.name, facts.id, shared=False)
    for key in access.roles if access is not None and listed else ():
        if key in offered and key not in listed:
            yield AttachRole(key, facts.roles[key].name, place)
    if isinstance(place, Environment):
        yield from _direct_acts(Mask(bit | case.inside.catalogue.bits["ENV_MANAGEMENT"]), case, facts, whole=True)
        read = case.inside.catalogue.bits["ENV_MANAGEMENT_READ_ONLY"]
        for key in sorted(listed) if case.inside.active & read else ():
            if facts.roles.resolved(key).mask & read and len(listed) > 1:
                yield DetachRole(key, facts.roles[key].name, place)


def _all_done(acts: Iterable[Act], case: Case) -> Case:
    for act in acts:
        case = act.done(case)
    return case


def _acts(privilege: str, case: Case, at: Instant) -> Iterator[Act]:
    """Every act that could be part of a remedy."""
    inside, catalogue, account = case.inside, case.inside.catalogue, case.inside.id
    bit, definition = catalogue.bits[privilege], catalogue.definitions[privilege]
    status = status_at(inside.status, inside.trial_ends, at)
    if status is Status.DELETED:
        return
    if status in CLOSED:
        yield Reactivate(account)
    if case.person.locked:
        yield Unlock()
    facts, access = case.access(at)
    if definition.feature is not None and not inside.active & bit:
        yield SwitchOn(definition.feature, account)
    yield from _direct_acts(bit, case, facts)
    yield from _role_edits(bit, definition.title, case, facts, for_custom_roles=definition.for_custom_roles)
    if access is None or access.via is not Via.DIRECT:
        yield from _outside_acts(bit, case, facts)


def _least(bits: Mask, roles: Iterable[Role], facts: AccountFacts, *, whole: bool = False) -> list[Role]:
    """Of the roles that carry any of these privileges, or with `whole` all of them, those that carry least."""
    enough = bits if whole else Mask(1)
    carrying = [role for role in roles if (facts.roles.resolved(role.id).mask & bits) >= enough]
    return sorted(carrying, key=lambda role: (facts.roles.resolved(role.id).mask.bit_count(), role.name))[:ROLES_TRIED]


def _assignable(case: Case, facts: AccountFacts) -> list[Role]:
    roles = [facts.roles[role.id] for role in available_default_roles(case.features)]
    if Feature.ADVANCED_USER_SECURITY in case.features:
        roles += [*facts.own_roles(), *facts.shared_roles()]
    return roles


def _direct_acts(bits: Mask, case: Case, facts: AccountFacts, *, whole: bool = False) -> Iterator[Act]:
    for role in _least(bits, _assignable(case, facts), facts, whole=whole):
        yield GiveRole(role.id, role.name, facts.id, role.id in facts.shared)


def _role_edits(bit: Mask, title: str, case: Case, facts: AccountFacts, *, for_custom_roles: bool) -> Iterator[Act]:
    if not for_custom_roles:
        return
    held = {grant.role for grant in (*case.direct, *outside_grants(facts.groups, case.user))}
    for role in sorted(held):
        known = facts.roles.get(role)
        if known is not None and not known.is_default and not facts.roles.resolved(role).mask & bit:
            yield AddToRole(role, known.name, bit, title)


def _outside_acts(bit: Mask, case: Case, facts: AccountFacts) -> Iterator[Act]:
    cap = facts.roles.resolved(facts.cap).mask if facts.cap is not None else Mask(0)
    choices = [facts.roles[role] for role in support_access_choices(case.features, facts.own_roles())]
    if case.person.staff and facts.cap is None:
        for role in _least(bit, choices, facts):
            yield GiveTemporary(role.id, role.name, facts.id)
    if not cap & bit:
        for role in _least(bit, choices, facts):
            yield ChooseSupportAccess(role.id, role.name, facts.id)
    if case.person.staff or case.given.owner is None:
        return
    own = (role for role in case.given.roles.own.values() if role.account == case.given.owner)
    defaults = (facts.roles[role.id] for role in available_default_roles(frozenset(Feature)))
    candidates = _least(bit, (*defaults, *own), facts)
    for group in facts.groups:
        for role in candidates:
            yield GiveGroupRole(group.id, group.name, role.id, role.name)
    reaching = {group.id for group in facts.groups}
    for key, group in case.given.groups.items():
        if key not in reaching and case.user in group.users:
            yield JoinGroup(key, group.name, facts.id)
