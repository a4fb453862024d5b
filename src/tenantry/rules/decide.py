"""The one function that says allowed or denied: may this user do this in this account, and why.

Facts about an account are compiled once into a `Snapshot`. People with the same roles there share a `Standing`, whose
answers are worked out when first asked and kept: a snapshot never changes, so neither do they.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from tenantry.rules import environments, folders, refusals as no
from tenantry.rules.access import effective
from tenantry.rules.answers import Access, Allowed, Decision, Denied, Grant, NoAccess
from tenantry.rules.conditions import Judge, Unmet, judged, unjudged
from tenantry.rules.facts import AccountFacts, Given, Held, Inside, User, meet, outside_grants
from tenantry.rules.places import Environment, Folder, Opening, Place
from tenantry.rules.vocabulary import (
    UNCONDITIONAL,
    AccountId,
    Condition,
    GroupId,
    Instant,
    Person,
    RoleId,
    Status,
    UserKey,
    Via,
)

_RULES = {
    Via.DIRECT: ("EFF-1", "ROLE-9", "ROLE-11"),
    Via.GROUP: ("GRP-14", "SUP-5", "ROLE-9", "ROLE-11"),
    Via.STAFF: ("SUP-7", "ROLE-9"),
}


class Standing(dict[str, Decision]):
    """Ready answers by privilege, for everybody in the account who holds the same.

    A dict that works out what it does not have yet. Unknown privileges are answered and not kept, so that questions
    cannot make it grow beyond the catalogue. Where a grant has a condition, no answer is kept: the next question may
    fulfil it. `told` is room for a door's own words of these answers, so that they go when the answers go.
    """

    __slots__ = ("account", "conditional", "held", "lasting", "told")

    def __init__(self, held: Held, account: AccountFacts) -> None:
        """Bind what is held to the account's facts."""
        super().__init__()
        self.held = held
        self.account = account
        self.conditional = held.conditional
        self.lasting = held.lasting and not self.conditional
        self.told: dict[str, bytes] = {}

    def __missing__(self, privilege: str) -> Decision:
        """Work out the answer; only asked while `lasting` and within a trial, when any instant gives the same."""
        at = _WITHIN_ANY_TRIAL
        decision = answer(privilege, self.access(at), self.account, self.held, at)
        if privilege in self.account.catalogue:
            self[privilege] = decision
        return decision

    def access(self, at: Instant) -> Access | NoAccess:
        """EFFECTIVE for these people at an instant, as if every condition were met."""
        return _effective(self.held, self.account, at)


def _effective(held: Held, account: AccountFacts, at: Instant) -> Access | NoAccess:
    return effective(held.person, account, held.direct, held.outside, at, held.temporary)


_WITHIN_ANY_TRIAL = Instant.fromisoformat("2000-01-01T00:00:00+00:00")


class NotLookedUp(LookupError):
    """Somebody was asked about in a crowded account before they were looked up there: nothing is known of them yet."""


class Snapshot:
    """The facts of one account, compiled: immutable but for answers it remembers.

    `standing` finds people by `UserKey` and by the host application's id. Direct users are there from the start; people
    of the groups that hold the account, who may be many for each of many accounts, when first asked about.
    `ends` is when a trial runs out, with which ready answers end too. `revisions` stamps the state it was compiled
    from; `decisions.engine` proves that it is still current before it asks. `inside` is the account's own half.

    The users of a `crowded` account are not there from the start. Who is `missing` has to be looked up, as of the state
    of the snapshot, and given in by `learn`.
    """

    __slots__ = ("_looked_up", "_shapes", "account", "crowded", "ends", "inside", "revisions", "standings")

    def __init__(
        self,
        account: AccountFacts,
        people: Iterable[tuple[UserKey, str | None, Held]],
        revisions: tuple[int, ...] = (),
        inside: Inside | None = None,
    ) -> None:
        """Compile: `people` yields (key, host's id or None, what they hold); equal holdings share a standing."""
        self.account = account
        self.ends = account.trial_ends if account.status is Status.TRIAL else None
        self.revisions = revisions
        self.inside = inside
        self.crowded = inside is not None and inside.crowded
        self.standings: dict[str, Standing] = {}
        self._shapes: dict[Held, Standing] = {}
        self._looked_up: set[str] = set()
        self._take(people)

    def _take(self, people: Iterable[tuple[UserKey, str | None, Held]]) -> None:
        external_ids: list[tuple[str, Standing]] = []
        for key, external_id, held in people:
            standing = self._shaped(held)
            self.standings[key] = standing
            if external_id is not None:
                external_ids.append((external_id, standing))
        for external_id, standing in external_ids:  # an e-mail address wins over a host's id of the same spelling
            self.standings.setdefault(external_id, standing)

    @classmethod
    def of(cls, inside: Inside, given: Given, revisions: tuple[int, ...]) -> "Snapshot":
        """Put the two halves together and compile them."""
        account = meet(inside, given)
        return cls(account, people_of(inside, account), revisions, inside)

    @property
    def primary(self) -> AccountId | None:
        """The primary whose giving these facts rest on."""
        return self.account.given.owner if self.account.given is not None else None

    @property
    def weight(self) -> int:
        """How much of the memory it takes: people, roles and places."""
        inside = self.inside
        own = len(inside.own) + len(inside.environments) + len(inside.restricted) if inside is not None else 0
        return 1 + own + len(self.standings) + len(self._looked_up)

    def missing(self, user: str) -> bool:
        """Whether this person has to be looked up before anything is asked about them."""
        return user not in self.standings and self.crowded and user not in self._looked_up

    def learn(self, names: Collection[str], users: tuple[User, ...]) -> None:
        """Take in who was looked up by these names, address keys or host's ids: all direct users that have one of them.

        They have to be as of the state of the snapshot. Of the other names it is known then that nobody has them.
        """
        inside = self.inside
        if inside is None:
            return
        asked = tuple(user if user.external_id in names else user._replace(external_id=None) for user in users)
        here = {*names, *(user.key for user in users)}
        lent = {key: held for key, held in inside.temporary.items() if key in here}
        self._take(people_of(replace(inside, users=asked, temporary=lent), self.account))
        self._looked_up.update(name for name in names if name not in self.standings)

    def standing(self, user: str) -> Standing | None:
        """The standing of a person by address key or host's id; `None` for those who hold nothing that reaches here.

        Raises `NotLookedUp` for who is `missing`.
        """
        found = self.standings.get(user)
        if found is not None:
            return found
        if self.missing(user):
            raise NotLookedUp(user)
        return self._reached(user) if self.account.groups else None

    def _reached(self, user: str) -> Standing | None:
        given = self.account.given
        if given is None:
            return None
        key = UserKey(user) if user in given.people else given.by_external_id.get(user)
        if key is None:
            return None
        known = self.standings.get(key)
        if known is None:
            grants = outside_grants(self.account.groups, key)
            if not grants:
                return None
            known = self._shaped(Held(given.people[key], outside=grants))
        self.standings[user] = known
        return known

    def _shaped(self, held: Held) -> Standing:
        standing = self._shapes.get(held)
        if standing is None:
            standing = self._shapes[held] = Standing(held, self.account)
        return standing


def people_of(inside: Inside, account: AccountFacts) -> Iterable[tuple[UserKey, str | None, Held]]:
    """Direct users and people with temporary grants, with all that they hold in the account."""
    groups, temporary = account.groups, inside.temporary
    for user in inside.users:
        outside = outside_grants(groups, user.key) if groups else ()
        given = temporary.get(user.key)
        yield user.key, user.external_id, Held(user.person, user.direct, outside, given[1] if given else ())
    direct = {user.key for user in inside.users} if temporary else frozenset()
    for key, (person, grants) in temporary.items():
        if key not in direct:
            yield key, None, Held(person, (), outside_grants(groups, key), grants)


def decide(  # noqa: PLR0917 - the question, then the two things that may be known beside it
    facts: Snapshot,
    user: str,
    privilege: str,
    at: Instant,
    stranger: Person | None = None,
    place: Place | None = None,
    judge: Judge = unjudged,
) -> Decision:
    """May `user` do `privilege` in the account of `facts` at `at`? Default is no.

    `user` is a `UserKey` or the host's id. `stranger` tells what is known of a person without any role in the account;
    `None` means that nobody is known by that name. `place` asks about an environment or a folder of the account: what
    is denied in the account is denied there, and what is allowed has to pass the place as well (ENV_CAN, FOLDER_WRITE).
    `judge` says which conditions of grants are met; the others count for nothing.
    """
    standing = facts.standings.get(user)
    if standing is not None and standing.lasting and place is None and (facts.ends is None or at < facts.ends):
        return standing[privilege]  # by far the most questions: what `of_standing` says, without another step to it
    standing = facts.standing(user)
    if standing is None:
        if stranger is None:
            return Denied(no.UnknownUser(user=user))
        standing = Standing(Held(stranger), facts.account)
    return of_standing(standing, privilege, at, place, judge)


def of_standing(
    standing: Standing, privilege: str, at: Instant, place: Place | None = None, judge: Judge = unjudged
) -> Decision:
    """What `decide` says of all who hold the same: for lists of people and of accounts, which many share."""
    account = standing.account
    if standing.lasting and (
        account.status is not Status.TRIAL or account.trial_ends is None or at < account.trial_ends
    ):
        decision = standing[privilege]
    elif standing.conditional:
        return _under_conditions(privilege, standing, at, place, judge)
    else:
        decision = answer(privilege, standing.access(at), account, standing.held, at)
    if place is None or isinstance(decision, Denied):
        return decision
    return _in_place(decision, standing.access(at), account, place)


def _under_conditions(privilege: str, standing: Standing, at: Instant, place: Place | None, judge: Judge) -> Decision:
    """The answer to people who hold roles under conditions.

    Where it is no, and would be yes if the conditions were met, the refusal names the first of them that is not.
    """
    counting, unmet = judged(standing.held, at, judge)

    def explained(found: Decision, where: Place | None) -> Decision:
        if isinstance(found, Allowed) or not unmet:
            return found
        if_met = _for_held(privilege, standing.held, standing.account, at, where)
        return found if isinstance(if_met, Denied) else Denied(_not_met(_helping(if_met), unmet, standing.account))

    found = explained(_for_held(privilege, counting, standing.account, at, None), None)
    if place is None or isinstance(found, Denied):  # what is denied in the account is denied there for that
        return found
    return explained(_for_held(privilege, counting, standing.account, at, place), place)


def _for_held(privilege: str, held: Held, account: AccountFacts, at: Instant, place: Place | None) -> Decision:
    access = _effective(held, account, at)
    decision = answer(privilege, access, account, held, at, conditional=True)
    if place is None or isinstance(decision, Denied):
        return decision
    return _in_place(decision, access, account, place)


def _helping(if_met: Allowed) -> tuple[str, ...]:
    """The roles, by id or name, that give the privilege or open the place, the former first."""
    opening = if_met.opening.roles if if_met.opening is not None else ()
    return (*(grant.role for grant in if_met.grants), *opening)


def _not_met(helping: tuple[str, ...], unmet: tuple[Unmet, ...], account: AccountFacts) -> no.ConditionNotMet:
    """Of the grants that fail by their condition, the one to name: of a role that would help, before any other."""

    def named(role: RoleId) -> str:
        return account.roles[role].name if role in account.roles else role

    def rank(one: Unmet) -> int:
        known = (one.grant.role, named(one.grant.role))
        return min((place for place, role in enumerate(helping) if role in known), default=len(helping))

    first = min(unmet, key=rank)
    role, condition = named(first.grant.role), first.grant.condition
    return no.ConditionNotMet(account=account.id, role=role, condition=condition, why=first.why)


def of_object(  # noqa: PLR0917 - the decision, then what it is about
    decision: Decision,
    condition: Condition,
    facts: Snapshot,
    user: str,
    stranger: Person | None,
    judge: Judge,
) -> Decision:
    """What an object of the host makes of a yes of its account: it may have a condition for the privilege."""
    if not condition or isinstance(decision, Denied):
        return decision
    standing = facts.standing(user)
    person = standing.held.person if standing is not None else stranger or Person()
    verdict = judge(condition, person.properties)
    if verdict.met:
        return replace(decision, condition=condition)
    account, privilege = facts.account.id, decision.privilege
    return Denied(no.ObjectConditionNotMet(account=account, privilege=privilege, condition=condition, why=verdict.why))


def _in_place(decision: Allowed, access: Access | NoAccess, account: AccountFacts, place: Place) -> Decision:
    """What a place makes of a yes of its account."""
    if not isinstance(access, Access):
        return Denied(access)
    found = at_place(decision.privilege, access, account, place)
    if not isinstance(found, Opening):
        return Denied(found)
    return replace(decision, rules=(*decision.rules, found.rule), opening=found)


def at_place(privilege: str, access: Access, account: AccountFacts, place: Place) -> Opening | no.Denial:
    """What opens a place to a privilege held in the account, or what stands in the way: ENV_CAN, FOLDER_WRITE."""
    if isinstance(place, Environment):
        return environments.within(privilege, access, account, place)
    return folders.within(privilege, access, account, place)


def place_now(account: AccountFacts, place: Place) -> Place | no.EnvironmentNotFound:
    """An environment or folder as the facts know it: of `place` only which one it is counts."""
    if isinstance(place, Folder):
        return replace(place, roles=account.restricted.get(place.id, frozenset()))
    found = account.environments.get(place.id)
    return found if found is not None else no.EnvironmentNotFound(environment=place.name)


def access_of(
    facts: Snapshot, user: str, at: Instant, stranger: Person | None = None, judge: Judge = unjudged
) -> Access | Denied:
    """How `user` is in the account at `at`: the part of a decision that no single privilege changes."""
    standing = facts.standing(user)
    if standing is None:
        if stranger is None:
            return Denied(no.UnknownUser(user=user))
        standing = Standing(Held(stranger), facts.account)
    if standing.conditional:
        return _access_under_conditions(standing, at, judge)
    access = standing.access(at)
    return access if isinstance(access, Access) else Denied(access)


def _access_under_conditions(standing: Standing, at: Instant, judge: Judge) -> Access | Denied:
    """How people who hold roles under conditions are in the account; a no that only these conditions make tells so."""
    counting, unmet = judged(standing.held, at, judge)
    access = _effective(counting, standing.account, at)
    if isinstance(access, Access):
        return access
    if unmet and isinstance(_effective(standing.held, standing.account, at), Access):
        return Denied(_not_met((), unmet, standing.account))
    return Denied(access)


def answer(
    privilege: str,
    access: Access | NoAccess,
    account: AccountFacts,
    held: Held,
    at: Instant,
    *,
    conditional: bool = False,
) -> Decision:
    """Turn access into the answer about one privilege, naming the grants or the first thing that stood in the way."""
    catalogue = account.catalogue
    if privilege not in catalogue:
        return Denied(no.UnknownPrivilege(privilege=privilege))
    if not isinstance(access, Access):
        return Denied(access)
    bit = catalogue.bits[privilege]
    definition = catalogue.definitions[privilege]
    if access.privileges & bit:
        grants = tuple(_grants(privilege, access, account, held, at, conditional=conditional))
        cap = account.roles[access.cap].name if access.cap is not None else None
        return Allowed(privilege, grants, _rules(access, account), cap)
    if access.passed & bit and definition.feature is not None:
        return Denied(
            no.FeatureOff(
                account=account.id, privilege=privilege, title=definition.title, feature=definition.feature.label
            )
        )
    if access.carried & bit and access.cap is not None:
        return Denied(
            no.CappedBySupportAccess(
                account=account.id,
                privilege=privilege,
                title=definition.title,
                cap=account.roles[access.cap].name,
            )
        )
    return Denied(
        no.PrivilegeNotHeld(
            account=account.id,
            privilege=privilege,
            title=definition.title,
            roles=", ".join(account.roles[role].name for role in access.roles),
        )
    )


def _rules(access: Access, account: AccountFacts) -> tuple[str, ...]:
    rules = _RULES[access.via]
    if access.via is Via.STAFF and access.roles != (account.cap,):
        return ("SUP-11", "SUP-13", "ROLE-9")
    if access.via is Via.DIRECT and any(role in account.shared for role in access.roles):
        return (*rules, "SHARE-16")
    return rules


def _grants(
    privilege: str, access: Access, account: AccountFacts, held: Held, at: Instant, *, conditional: bool
) -> Iterable[Grant]:
    bit = account.catalogue.bits[privilege]
    for role in access.roles:
        resolved = account.roles.resolved(role)
        if not resolved.mask & bit:
            continue
        path: list[str] = []
        for step in resolved.chain:
            path.append(account.roles[step].name)
            through = _owned(privilege, account.roles[step].own, account)
            if through is not None:
                groups = groups_of(role, access.via, account, held, at)
                owner = account.given.owner if groups and account.given else None
                condition = _condition_of(role, access.via, held, at) if conditional else UNCONDITIONAL
                yield Grant(access.via, role, tuple(path), through, groups, owner, condition)
                break


def groups_of(role: RoleId, via: Via, account: AccountFacts, held: Held, at: Instant) -> tuple[str, ...]:
    """The names of the account groups by which a role comes to somebody here: as group role, or as shared role."""
    if via is Via.DIRECT:
        return tuple(group.name for group in account.groups if role in group.shares and role in account.shared)
    if via is Via.STAFF:
        return ()
    by: set[GroupId | None] = {g.group for g in held.outside if g.role == role and g.validity.in_force(at)}
    return tuple(group.name for group in account.groups if group.id in by)


def _condition_of(role: RoleId, via: Via, held: Held, at: Instant) -> Condition:
    """The condition under which a role is held; none where one of the ways by which it comes has none."""
    grants = held.direct if via is Via.DIRECT else held.outside if via is Via.GROUP else ()
    return min((g.condition for g in grants if g.role == role and g.validity.in_force(at)), default=UNCONDITIONAL)


def _owned(privilege: str, own: int, account: AccountFacts) -> str | None:
    bits: Mapping[str, int] = account.catalogue.bits
    return next((name for name in account.catalogue.implying(privilege) if own & bits[name]), None)
