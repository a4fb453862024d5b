"""Decisions about resources of the six kinds: may somebody use one in an account (the action USE)."""

from dataclasses import replace

from tenantry.accounts.queries import account_row
from tenantry.decisions.engine import Engine, unknown
from tenantry.rules import refusals as no
from tenantry.rules.answers import Decision, Denied
from tenantry.rules.conditions import Judge, unjudged
from tenantry.rules.roles import DEFAULT_ROLE_IDS, available_default_roles
from tenantry.rules.sharing import Kind, Resource
from tenantry.rules.using import NEEDED, USE, Reach, usable
from tenantry.rules.vocabulary import AccountId, Instant, RoleId
from tenantry.sharing.kinds import SOURCES
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import readable


def use(
    engine: Engine,
    *,
    user: str,
    kind: Kind,
    resource: str,
    account: AccountId,
    at: Instant,
    judge: Judge = unjudged,
) -> Decision:
    """May `user` use this resource in `account` at `at`: hold what using it needs there (CONF-24), and the account have
    it, of its own or by a share (SHARE-3)?

    What is looked up of the resource is as of now, and no older than the last committed write (SHARE-6).
    """
    found = engine.decide(user=user, privilege=NEEDED[kind][0], account=account, at=at, judge=judge)
    for privilege in NEEDED[kind][1:]:
        if isinstance(found, Denied) and isinstance(found.refusal, no.PrivilegeNotHeld):
            other = engine.decide(user=user, privilege=privilege, account=account, at=at, judge=judge)
            found = found if isinstance(other, Denied) else other
    reached = reach_of(kind, resource, account)
    if isinstance(reached, no.UnknownResource):
        return Denied(reached)
    if isinstance(found, Denied):
        return found
    if isinstance(reached, no.Denial):
        return Denied(reached)
    _, rule = reached.told(account)
    return replace(found, privilege=USE, rules=(*found.rules, "CONF-24", rule), reach=reached)


@readable
def reach_of(kind: Kind, resource: str, account: AccountId) -> Reach | no.Denial:
    """How a resource comes to an account, or why the account cannot use it, whoever asks. Four queries."""
    row = account_row(account)
    if row is None:
        return unknown("", account)
    if kind is Kind.ROLE and resource in DEFAULT_ROLE_IDS:
        return _default_role(resource, account)
    reach = SOURCES[kind].reach(account, resource)
    return usable(reach, (kind, resource), account=account, primary=row.primary, on=row.features)


@readable
def owner_of(kind: Kind, resource: str) -> AccountId | None:
    """Whose the resource of this id is."""
    rows = SOURCES[kind].table.rows.across(Crossing.RESOURCE_BY_ID).filter(id=resource, account_id__isnull=False)
    found = rows.values_list("account_id", flat=True).first()
    return AccountId(found) if found is not None else None


def _default_role(role: str, account: AccountId) -> Reach | no.ResourceNeedsFeature:
    """A default role is every account's own, as far as its features offer it (ROLE-2)."""
    row = account_row(account)
    offered = {one.id: one.name for one in available_default_roles(row.features if row is not None else ())}
    name = offered.get(RoleId(role))
    if name is not None:
        return Reach(Resource(Kind.ROLE, role, name, account))
    return no.ResourceNeedsFeature(kind="role", feature="Advanced User Security", account=account, rule_id="ROLE-2")
