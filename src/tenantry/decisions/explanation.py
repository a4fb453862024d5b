"""A decision told to people: where each grant comes from, or what stood in the way and what would help."""

from dataclasses import dataclass, replace

from tenantry.accounts.queries import account_row
from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.decisions.using import reach_of, use
from tenantry.rules.answers import Allowed, Denied, Grant
from tenantry.rules.decide import Snapshot, groups_of
from tenantry.rules.facts import Held, User
from tenantry.rules.places import Opening, Place
from tenantry.rules.privileges import NOTHING
from tenantry.rules.remedies import Remedy, remedies
from tenantry.rules.remedy_acts import Case
from tenantry.rules.sharing import Kind
from tenantry.rules.using import NEEDED, Reach, usable
from tenantry.rules.vocabulary import AccountId, Condition, Instant, Person, RoleGrant, UserKey, Validity, Via
from tenantry.sharing.kinds import SOURCES
from tenantry.users.queries import find_user


@dataclass(frozen=True, slots=True)
class ToldGrant:
    """One role that gives the privilege. `through` is empty unless another privilege implies the one asked for.

    `groups` are the account groups by which the role came, `owner` the primary whose they are; `shared` tells that the
    role is held directly and shared by that primary, with " (shared)" due after its name.
    """

    via: str
    path: tuple[str, ...]
    through: str
    validity: str
    groups: tuple[str, ...] = ()
    owner: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class ToldRole:
    """One role that the person holds and that does not help: where it comes from, and whether it is in force."""

    name: str
    via: str
    validity: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in words. `carriers` are the roles of the account that carry the privilege, `feature` is a sentence
    about the account's feature where the privilege needs one, `cap` names the Support Access Role that bounds the
    access. `ways` are the smallest changes that would allow what is denied, each decided with the change made; `shares`
    are those that would bring a resource to the account.
    `opening` tells what let the person into the environment or folder asked about, `reach` how the resource asked about
    comes to the account, and `resource` is its name if it does.
    """

    allowed: bool
    rules: tuple[str, ...]
    reason: str = ""
    grants: tuple[ToldGrant, ...] = ()
    held: tuple[ToldRole, ...] = ()
    cap: str = ""
    feature: str = ""
    carriers: tuple[str, ...] = ()
    ways: tuple[Remedy, ...] = ()
    shares: tuple[str, ...] = ()
    opening: str = ""
    reach: str = ""
    resource: str = ""
    privilege_known: bool = True
    account_known: bool = True


def explain(*, user: str, privilege: str, account: AccountId, at: Instant, place: Place | None = None) -> Explanation:
    """Decide as everybody else does, about the account or a place in it, and tell why."""
    decision = ENGINE.decide(user=user, privilege=privilege, account=account, at=at, place=place)
    facts = ENGINE.current().about(account, user)
    reason = "" if isinstance(decision, Allowed) else decision.refusal.message
    if facts is None:
        return Explanation(decision.allowed, decision.rules, reason, account_known=False)
    held = _held(facts, user)
    if isinstance(decision, Allowed):
        told = tuple(_grant(grant, privilege, held, at) for grant in decision.grants)
        cap = decision.cap or ""
        return Explanation(
            allowed=True,
            rules=decision.rules,
            grants=told,
            cap=cap,
            feature=_feature(facts, privilege),
            opening=_opening(decision.opening),
        )
    return Explanation(
        allowed=False,
        rules=decision.rules,
        reason=reason,
        held=tuple(_roles(facts, held, at)),
        feature=_feature(facts, privilege),
        carriers=_carriers(facts, privilege),
        ways=_ways(facts, user, privilege, at, place),
        privilege_known=privilege in facts.account.catalogue,
    )


def explain_use(*, user: str, kind: Kind, resource: str, account: AccountId, at: Instant) -> Explanation:
    """Decide whether somebody may use a resource in an account, and tell why: the path from the person to the privilege
    that using it needs, and the one from its owner to the account (CONF-24, SHARE-3).

    For a denial the smallest changes: those of the privilege, or the groups that hold the account and could carry the
    resource, each judged again as if it did.
    """
    decision = use(ENGINE, user=user, kind=kind, resource=resource, account=account, at=at)
    found = reach_of(kind, resource, account)
    reach, name = (found.told(account)[0], found.resource.name) if isinstance(found, Reach) else (found.message, "")
    if isinstance(decision, Denied) and decision.refusal == found:
        ways = _ways_to_share(kind, resource, account)
        return Explanation(allowed=False, rules=decision.rules, reason=decision.refusal.message, shares=ways)
    needed = [explain(user=user, privilege=privilege, account=account, at=at) for privilege in NEEDED[kind]]
    told = next((one for one in needed if one.allowed), needed[0])
    return replace(told, rules=decision.rules, reach=reach, resource=name)


def _ways_to_share(kind: Kind, resource: str, account: AccountId) -> tuple[str, ...]:
    """The groups of the account's primary by which the resource would come to it, as sentences; none where sharing it
    would not help, or where it is not that primary's.
    """
    row, facts = account_row(account), ENGINE.snapshot(account)
    reach = SOURCES[kind].reach(account, resource)
    if row is None or facts is None or reach is None or reach.resource.owner != row.primary or reach.groups:
        return ()
    able = (
        group.name
        for group in facts.account.groups
        if reach.resource.shareable
        and isinstance(
            usable(
                replace(reach, groups=(group.name,)),
                (kind, resource),
                account=account,
                primary=row.primary,
                on=row.features,
            ),
            Reach,
        )
    )
    return tuple(f"Share the {kind.words.one} {reach.resource.name} with the account group {name}." for name in able)


def _opening(opening: Opening | None) -> str:
    """What opened a place, as a sentence."""
    if opening is None:
        return ""
    if opening.roles:
        return f"{opening.place} is open to holders of {', '.join(opening.roles)} ({opening.rule})."
    return f"{opening.place} {_OPENED_BY[opening.rule]} ({opening.rule})."


_OPENED_BY = {
    "ENV-9": "has no Roles with Access, so every role has access",
    "ENV-10": "is open to holders of Environment Management, whatever its list says",
    "FOLD-3": "can be read by everybody who can open Build",
    "FOLD-5": "has no Assigned Roles, so every holder of Build Read and Write Access may change it",
}


def _held(facts: Snapshot, user: str) -> Held:
    key, _ = subject_in(facts, user)
    standing = facts.standing(key)
    return standing.held if standing is not None else Held()


def _grant(grant: Grant, privilege: str, held: Held, at: Instant) -> ToldGrant:
    of_role = [each for each in held.grants if each.role == grant.role and each.validity.in_force(at)]
    validity = max((each.validity for each in of_role), key=_lasts, default=Validity())
    in_force = _validity(validity, at) + _under(grant.condition)
    through = grant.through if grant.through != privilege else ""
    return ToldGrant(
        _VIA[grant.via],
        grant.path,
        through,
        in_force,
        grant.groups,
        _named(grant.owner) if grant.owner is not None else "",
        shared=grant.via is Via.DIRECT and bool(grant.groups),
    )


_VIA = {Via.DIRECT: "directly", Via.GROUP: "by an account group", Via.STAFF: "as support staff"}


def _named(account: AccountId) -> str:
    """An account by name and id."""
    row = account_row(account)
    return f"{row.name} ({account})" if row is not None else account


def _lasts(validity: Validity) -> float:
    return validity.ends.timestamp() if validity.ends is not None else float("inf")


def _roles(facts: Snapshot, held: Held, at: Instant) -> "list[ToldRole]":
    """What the person holds, counting or not."""
    account = facts.account

    def told(grant: RoleGrant, via: str) -> ToldRole | None:
        role = account.roles.get(grant.role)
        return (
            None if role is None else ToldRole(role.name, via, _validity(grant.validity, at) + _under(grant.condition))
        )

    names = {group.id: group.name for group in account.groups}
    counted = [
        *((grant, _by_share(facts, grant, held, at)) for grant in held.direct if _stands(facts, grant)),
        *(
            (grant, f"in the account group {names.get(grant.group, grant.group)}")
            for grant in held.outside
            if grant.group
        ),
        *((grant, "as temporary support access") for grant in held.temporary),
    ]
    return [found for grant, via in counted if (found := told(grant, via)) is not None]


def _stands(facts: Snapshot, grant: RoleGrant) -> bool:
    role = facts.account.roles.get(grant.role)
    return role is not None and (role.account in {None, facts.account.id} or role.id in facts.account.shared)


def _by_share(facts: Snapshot, grant: RoleGrant, held: Held, at: Instant) -> str:
    groups = groups_of(grant.role, Via.DIRECT, facts.account, held, at)
    return f"directly, shared through {', '.join(groups)}" if groups else "directly"


def _validity(validity: Validity, at: Instant) -> str:
    starts, ends = validity.starts, validity.ends
    if starts is not None and starts > at:
        return f"not in force before {starts.isoformat()}"
    if ends is not None:
        return f"in force until {ends.isoformat()}" if at < ends else f"ended {ends.isoformat()}"
    return f"in force since {starts.isoformat()}" if starts is not None else "in force without end"


def _under(condition: Condition) -> str:
    return f", under the condition {condition}" if condition else ""


def _feature(facts: Snapshot, privilege: str) -> str:
    definition = facts.account.catalogue.definitions.get(privilege)
    if definition is None or definition.feature is None:
        return ""
    on = facts.account.active & facts.account.catalogue.bits[privilege]
    return f"{privilege} needs {definition.feature.label}, which is {'on' if on else 'off'} in {facts.account.id}."


def _carriers(facts: Snapshot, privilege: str) -> tuple[str, ...]:
    """The names of the account's roles, default, own and received, that carry the privilege."""
    account = facts.account
    bit = account.catalogue.bits.get(privilege, NOTHING)
    usable = (role for role in account.roles if account.roles[role].account in {None, account.id})
    carrying = (role for role in (*usable, *account.shared) if account.roles.resolved(role).mask & bit)
    return tuple(sorted(account.roles[role].name for role in carrying))


def _ways(facts: Snapshot, user: str, privilege: str, at: Instant, place: Place | None) -> tuple[Remedy, ...]:
    """The smallest changes that would allow it; none for people or privileges that nobody knows."""
    person = find_user(user)
    row = account_row(facts.account.id)
    inside, given = facts.inside, facts.account.given
    if person is None or row is None or inside is None or given is None:
        return ()
    key = UserKey(person.email_key)
    standing = facts.standing(key)
    mine = (User(key, None, standing.held.person, standing.held.direct),) if standing and standing.held.direct else ()
    alone = replace(inside, users=mine, crowded=False)
    case = Case(key, Person(person.locked, person.staff, person.properties), alone, given, row.features)
    return remedies(privilege, case, at, place)
