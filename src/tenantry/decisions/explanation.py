"""A decision told to a person: where each grant comes from, or what stood in the way and what would help."""

from dataclasses import dataclass

from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.rules.answers import Allowed, Grant
from tenantry.rules.decide import Snapshot
from tenantry.rules.privileges import NOTHING
from tenantry.rules.vocabulary import AccountId, Instant, RoleGrant, Validity


@dataclass(frozen=True, slots=True)
class ToldGrant:
    """One role that gives the privilege. `through` is empty unless another privilege implies the one asked for."""

    via: str
    path: tuple[str, ...]
    through: str
    validity: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in words. `carriers` are the roles of the account that carry the privilege, `feature` is a sentence
    about the account's feature where the privilege needs one.
    """

    allowed: bool
    rules: tuple[str, ...]
    reason: str = ""
    grants: tuple[ToldGrant, ...] = ()
    held: tuple[str, ...] = ()
    feature: str = ""
    carriers: tuple[str, ...] = ()
    privilege_known: bool = True
    account_known: bool = True


def explain(*, user: str, privilege: str, account: AccountId, at: Instant) -> Explanation:
    """Decide as everybody else does, and tell why."""
    decision = ENGINE.decide(user=user, privilege=privilege, account=account, at=at)
    facts = ENGINE.snapshot(account)
    reason = "" if isinstance(decision, Allowed) else decision.refusal.message
    if facts is None:
        return Explanation(decision.allowed, decision.rules, reason, account_known=False)
    held = _held(facts, user)
    told: tuple[ToldGrant, ...] = ()
    if isinstance(decision, Allowed):
        told = tuple(_grant(grant, privilege, held, at) for grant in decision.grants)
    roles = tuple(f"{facts.account.roles[grant.role].name} ({_validity(grant.validity, at)})" for grant in held)
    return Explanation(
        allowed=decision.allowed,
        rules=decision.rules,
        reason=reason,
        grants=told,
        held=() if told else roles,
        feature=_feature(facts, privilege),
        carriers=_carriers(facts, privilege),
        privilege_known=privilege in facts.account.catalogue,
    )


def _held(facts: Snapshot, user: str) -> tuple[RoleGrant, ...]:
    key, _ = subject_in(facts, user)
    standing = facts.standing(key)
    if standing is None:
        return ()
    return tuple(grant for grant in standing.held.direct if grant.role in facts.account.roles)


def _grant(grant: Grant, privilege: str, held: tuple[RoleGrant, ...], at: Instant) -> ToldGrant:
    validity = next((each.validity for each in held if each.role == grant.role), Validity())
    through = grant.through if grant.through != privilege else ""
    return ToldGrant(_VIA[grant.via], grant.path, through, _validity(validity, at))


_VIA = {"direct": "directly", "group": "by an account group", "staff": "as support staff"}


def _validity(validity: Validity, at: Instant) -> str:
    starts, ends = validity.starts, validity.ends
    if starts is not None and starts > at:
        return f"not in force before {starts.isoformat()}"
    if ends is not None:
        return f"in force until {ends.isoformat()}" if at < ends else f"ended {ends.isoformat()}"
    return f"in force since {starts.isoformat()}" if starts is not None else "in force without end"


def _feature(facts: Snapshot, privilege: str) -> str:
    definition = facts.account.catalogue.definitions.get(privilege)
    if definition is None or definition.feature is None:
        return ""
    on = facts.account.active & facts.account.catalogue.bits[privilege]
    return f"{privilege} needs {definition.feature.label}, which is {'on' if on else 'off'} in {facts.account.id}."


def _carriers(facts: Snapshot, privilege: str) -> tuple[str, ...]:
    """The names of the account's roles, default and own, that carry the privilege."""
    catalogue, roles = facts.account.catalogue, facts.account.roles
    bit = catalogue.bits.get(privilege, NOTHING)
    usable = (role for role in roles if roles[role].account in {None, facts.account.id} or role in facts.account.shared)
    return tuple(sorted(roles[role].name for role in usable if roles.resolved(role).mask & bit))
