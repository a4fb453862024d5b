"""The one function that says allowed or denied: may this user do this in this account, and why.

Facts about an account are compiled once into a `Snapshot`. People with the same roles there share a `Standing`, whose
answers are worked out when first asked and kept: a snapshot never changes, so neither do they.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenantry.rules import refusals as no
from tenantry.rules.access import effective
from tenantry.rules.answers import Access, Allowed, Decision, Denied, Grant, NoAccess
from tenantry.rules.roles import resolve
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountFacts,
    Instant,
    Person,
    RoleGrant,
    Status,
    UserKey,
    Via,
)

_RULES = {
    Via.DIRECT: ("EFF-1", "ROLE-9", "ROLE-11"),
    Via.GROUP: ("GRP-14", "SUP-5", "ROLE-9", "ROLE-11"),
    Via.STAFF: ("SUP-7", "ROLE-9"),
}


EVERYBODY = Person()


@dataclass(frozen=True, slots=True)
class Held:
    """What one person holds in one account: grants made there, and grants that reach it through groups."""

    person: Person = EVERYBODY
    direct: tuple[RoleGrant, ...] = ()
    outside: tuple[RoleGrant, ...] = ()

    @property
    def lasting(self) -> bool:
        """Whether no grant begins or ends, so that time changes nothing about it."""
        return all(grant.validity == ALWAYS for grant in (*self.direct, *self.outside))


class Standing(dict[str, Decision]):
    """Ready answers by privilege, for everybody in the account who holds the same.

    A dict that works out what it does not have yet. Unknown privileges are answered and not kept, so that questions
    cannot make it grow beyond the catalogue.
    """

    __slots__ = ("account", "held", "lasting")

    def __init__(self, held: Held, account: AccountFacts) -> None:
        """Bind what is held to the account's facts."""
        super().__init__()
        self.held = held
        self.account = account
        self.lasting = held.lasting

    def __missing__(self, privilege: str) -> Decision:
        """Work out the answer; only asked while `lasting` and within a trial, when any instant gives the same."""
        decision = answer(privilege, self.access(_WITHIN_ANY_TRIAL), self.account)
        if privilege in self.account.catalogue:
            self[privilege] = decision
        return decision

    def access(self, at: Instant) -> Access | NoAccess:
        """EFFECTIVE for these people at an instant."""
        return effective(self.held.person, self.account, self.held.direct, self.held.outside, at)


_WITHIN_ANY_TRIAL = Instant.fromisoformat("2000-01-01T00:00:00+00:00")


class Snapshot:
    """The facts of one account, compiled: immutable but for answers it remembers.

    `standings` finds people by `UserKey` and by the host application's id of them. `ends` is when a trial runs out,
    with which ready answers end too. `revisions` stamps the state it was compiled from; `decisions.engine` proves that
    the stamps are still current before it asks.
    """

    __slots__ = ("account", "ends", "revisions", "standings")

    def __init__(
        self,
        account: AccountFacts,
        people: Iterable[tuple[UserKey, str | None, Held]],
        revisions: tuple[int, ...] = (),
    ) -> None:
        """Compile: `people` yields (key, host's id or None, what they hold); equal holdings share a standing."""
        self.account = account
        self.ends = account.trial_ends if account.status is Status.TRIAL else None
        self.revisions = revisions
        self.standings: dict[str, Standing] = {}
        shapes: dict[Held, Standing] = {}
        outside_ids: list[tuple[str, Standing]] = []
        for key, external_id, held in people:
            standing = shapes.get(held)
            if standing is None:
                standing = shapes[held] = Standing(held, account)
            self.standings[key] = standing
            if external_id is not None:
                outside_ids.append((external_id, standing))
        for external_id, standing in outside_ids:  # an e-mail address wins over a host's id of the same spelling
            self.standings.setdefault(external_id, standing)


def decide(facts: Snapshot, user: str, privilege: str, at: Instant, stranger: Person | None = None) -> Decision:
    """May `user` do `privilege` in the account of `facts` at `at`? Default is no.

    `user` is a `UserKey` or the host's id. `stranger` tells what is known of a person without any role in the account;
    `None` means that nobody is known by that name.
    """
    standing = facts.standings.get(user)
    if standing is None:
        if stranger is None:
            return Denied(no.UnknownUser(user=user))
        standing = Standing(Held(stranger), facts.account)
    if standing.lasting and (facts.ends is None or at < facts.ends):
        return standing[privilege]
    return answer(privilege, standing.access(at), facts.account)


def access_of(facts: Snapshot, user: str, at: Instant, stranger: Person | None = None) -> Access | Denied:
    """How `user` is in the account at `at`: the part of a decision that no single privilege changes."""
    standing = facts.standings.get(user)
    if standing is None:
        if stranger is None:
            return Denied(no.UnknownUser(user=user))
        standing = Standing(Held(stranger), facts.account)
    access = standing.access(at)
    return access if isinstance(access, Access) else Denied(access)


def answer(privilege: str, access: Access | NoAccess, account: AccountFacts) -> Decision:
    """Turn access into the answer about one privilege, naming the grants or the first thing that stood in the way."""
    catalogue = account.catalogue
    if privilege not in catalogue:
        return Denied(no.UnknownPrivilege(privilege=privilege))
    if not isinstance(access, Access):
        return Denied(access)
    bit = catalogue.bits[privilege]
    definition = catalogue.definitions[privilege]
    if access.privileges & bit:
        return Allowed(privilege, tuple(_grants(privilege, access, account)), _RULES[access.via])
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


def _grants(privilege: str, access: Access, account: AccountFacts) -> Iterable[Grant]:
    catalogue = account.catalogue
    shared = {(role, account.id) for role in account.shared}
    for role in access.roles:
        resolved = resolve(role, account.roles, catalogue, shared)
        if not resolved.mask & catalogue.bits[privilege]:
            continue
        path: list[str] = []
        for step in resolved.chain:
            path.append(account.roles[step].name)
            through = _owned(privilege, account.roles[step].own, account)
            if through is not None:
                yield Grant(access.via, role, tuple(path), through)
                break


def _owned(privilege: str, own: int, account: AccountFacts) -> str | None:
    bits: Mapping[str, int] = account.catalogue.bits
    return next((name for name in account.catalogue.implying(privilege) if own & bits[name]), None)
