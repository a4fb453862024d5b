"""Decisions about resources of the six kinds: may somebody use one in an account (the action USE)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from tenantry.accounts.queries import account_row
from tenantry.decisions.engine import unknown
from tenantry.rules import refusals as no
from tenantry.rules.answers import Decision, Denied
from tenantry.rules.conditions import Judge, unjudged
from tenantry.rules.decide import Snapshot
from tenantry.rules.places import Place
from tenantry.rules.roles import DEFAULT_ROLE_IDS, available_default_roles
from tenantry.rules.sharing import Kind, Resource
from tenantry.rules.using import NEEDED, USE, Reach, usable
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, Condition, Instant, RoleId
from tenantry.sharing.kinds import SOURCES
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import readable


class Decides(Protocol):
    """Whoever answers single questions: the engine, or one state of it."""

    def snapshot(self, account: AccountId, /) -> Snapshot | None:
        """The facts of an account; `None` if there is no such account."""

    def decide(
        self,
        *,
        user: str,
        privilege: str,
        account: AccountId,
        at: Instant,
        place: Place | None = None,
        judge: Judge = unjudged,
        condition: Condition = UNCONDITIONAL,
    ) -> Decision:
        """May `user` do `privilege` in `account`, or in a `place` of it, at `at`?"""


def use(
    engine: Decides,
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
    found = held(kind, lambda needed: engine.decide(user=user, privilege=needed, account=account, at=at, judge=judge))
    reached = reach_of(kind, resource, account)
    if isinstance(reached, no.UnknownResource):
        return Denied(reached)
    if isinstance(found, Denied):
        return found
    if isinstance(reached, no.Denial):
        return Denied(reached)
    _, rule = reached.told(account)
    return replace(found, privilege=USE, rules=(*found.rules, "CONF-24", rule), reach=reached)


def held(kind: Kind, ask: Callable[[str], Decision]) -> Decision:
    """Whether somebody holds one of the privileges that using a resource of this kind needs (CONF-24); `ask` answers
    about one privilege.
    """
    found = ask(NEEDED[kind][0])
    for privilege in NEEDED[kind][1:]:
        if isinstance(found, Denied) and isinstance(found.refusal, no.PrivilegeNotHeld):
            other = ask(privilege)
            found = found if isinstance(other, Denied) else other
    return found


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
