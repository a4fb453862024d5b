"""The acts that remedies are made of. Each is one that the law knows, and turns a case into the case after it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.conditions import unconditional
from tenantry.rules.facts import AccountFacts, Given, Inside, User, meet, outside_grants
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment, Folder, Place
from tenantry.rules.privileges import Mask
from tenantry.rules.vocabulary import GroupId, Instant, Person, Role, RoleGrant, RoleId, Status, UserKey


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
        """The facts put together, and how the person is in the account, if at all, whatever is asked: what is held
        under a condition does not help everybody's question, so no remedy builds on it.
        """
        facts = meet(self.inside, self.given)
        temporary = self.inside.temporary.get(self.user)
        found = effective(
            self.person,
            facts,
            unconditional(self.direct),
            unconditional(outside_grants(facts.groups, self.user)),
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


class Act(ABC):
    """One act of a remedy."""

    __slots__ = ()

    @abstractmethod
    def done(self, case: Case) -> Case:
        """The case after it."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What is to be done, for people."""


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
        return _with_list(case, self.place, list_of(case, self.place) | {self.role})

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
        return _with_list(case, self.place, list_of(case, self.place) - {self.role})

    @property
    def sentence(self) -> str:
        """What is to be done."""
        return f"Detach the role {self.name} from the environment {self.place.name}."


def list_of(case: Case, place: Place) -> frozenset[RoleId]:
    """The roles on a place's list, as the case has them."""
    if isinstance(place, Folder):
        return case.inside.restricted.get(place.id, frozenset())
    return case.inside.environments[place.id].roles


def _with_list(case: Case, place: Place, roles: frozenset[RoleId]) -> Case:
    if isinstance(place, Folder):
        return replace(case, inside=replace(case.inside, restricted={**case.inside.restricted, place.id: roles}))
    changed = replace(case.inside.environments[place.id], roles=roles)
    return replace(case, inside=replace(case.inside, environments={**case.inside.environments, place.id: changed}))
