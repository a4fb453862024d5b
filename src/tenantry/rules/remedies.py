"""What would turn a denial into a yes: the smallest changes, each found by deciding again with the change made.

Nothing here is advice: a remedy is one of the acts the law knows, and whoever does it needs the right to. Of all
combinations the ones with the fewest acts are told, and of these first those that give the person the least.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from tenantry.rules.accounts import CLOSED, status_at, support_access_choices
from tenantry.rules.decide import at_place, place_now
from tenantry.rules.facts import AccountFacts, outside_grants
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment, Opening, Place
from tenantry.rules.privileges import Mask
from tenantry.rules.remedy_acts import (
    Act,
    AddToRole,
    AttachRole,
    Case,
    ChooseSupportAccess,
    DetachRole,
    GiveGroupRole,
    GiveRole,
    GiveTemporary,
    JoinGroup,
    Reactivate,
    SwitchOn,
    Unlock,
    list_of,
)
from tenantry.rules.roles import available_default_roles
from tenantry.rules.vocabulary import Instant, Role, Status, Via

MOST_ACTS: Final = 3
"""How many acts a remedy combines at most."""

TOLD: Final = 5
"""How many remedies are told."""

ROLES_TRIED: Final = 4
"""Of the roles that would do, how many are tried for each kind of act: those that carry least."""


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
    if place is None:
        return access.privileges, True
    now = place_now(facts, place)
    passes = isinstance(now, Place) and isinstance(at_place(privilege, access, facts, now), Opening)
    return access.privileges, passes


def _acts_at(place: Place | None, privilege: str, case: Case, at: Instant) -> Iterator[Act]:
    """Every act about a place's list that could be part of a remedy."""
    if place is None:
        return
    facts, access = case.access(at)
    listed = list_of(case, place)
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
