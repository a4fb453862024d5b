"""Small worlds for the rule book's tests: an account with roles, and what people hold there."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from tenantry.rules.access import effective
from tenantry.rules.answers import Access, NoAccess
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import PLATFORM, Catalogue, Mask
from tenantry.rules.roles import ADMINISTRATOR, default_roles
from tenantry.rules.vocabulary import (
    AccountId,
    Instant,
    Person,
    Role,
    RoleGrant,
    RoleId,
    Status,
    Validity,
)

AT: Instant = datetime(2031, 5, 20, 12, tzinfo=UTC)
"""The instant of most questions."""

TICK = timedelta(microseconds=1)
"""The shortest time there is."""

HERE = AccountId("here-AAAAAA")
ELSEWHERE = AccountId("elsewhere-BBBBBB")
EVERY_FEATURE = frozenset(Feature)


def custom(
    key: str,
    *privileges: str,
    parent: str | None = None,
    account: AccountId = HERE,
    name: str = "",
    catalogue: Catalogue = PLATFORM,
) -> Role:
    """A custom role with these privileges of its own."""
    own = catalogue.mask(privileges)
    return Role(RoleId(key), name or key, account, own, RoleId(parent) if parent is not None else None)


def an_account(
    *roles: Role,
    status: Status = Status.ACTIVE,
    features: Iterable[Feature] = EVERY_FEATURE,
    support_access: str | None = ADMINISTRATOR,
    trial_ends: Instant | None = None,
    shared: Sequence[str] = (),
    catalogue: Catalogue = PLATFORM,
) -> AccountFacts:
    """The account HERE with the default roles and these custom ones."""
    return AccountFacts(
        id=HERE,
        status=status,
        catalogue=catalogue,
        active=catalogue.active(features),
        roles=Roles(
            default_roles(catalogue) | {role.id: role for role in roles},
            catalogue,
            shared=frozenset((RoleId(role), HERE) for role in shared),
        ),
        support_access=None if support_access is None else RoleId(support_access),
        trial_ends=trial_ends,
        shared=frozenset(RoleId(role) for role in shared),
    )


def grant(role: str, starts: Instant | None = None, ends: Instant | None = None) -> RoleGrant:
    """A role given, for all time or for a while."""
    return RoleGrant(RoleId(role), Validity(starts, ends))


def ask(
    account: AccountFacts,
    *,
    direct: Iterable[str | RoleGrant] = (),
    outside: Iterable[str | RoleGrant] = (),
    person: Person | None = None,
    at: Instant = AT,
) -> Access | NoAccess:
    """How somebody who holds this is in the account."""
    return effective(person or Person(), account, _grants(direct), _grants(outside), at)


def entered(
    account: AccountFacts,
    *,
    direct: Iterable[str | RoleGrant] = (),
    outside: Iterable[str | RoleGrant] = (),
    person: Person | None = None,
    at: Instant = AT,
) -> Access:
    """The same for somebody who gets in; fails the test when they do not."""
    access = ask(account, direct=direct, outside=outside, person=person, at=at)
    assert isinstance(access, Access), access
    return access


def _grants(given: Iterable[str | RoleGrant]) -> list[RoleGrant]:
    return [one if isinstance(one, RoleGrant) else grant(one) for one in given]


def names(mask: Mask, catalogue: Catalogue = PLATFORM) -> set[str]:
    """The privileges of a mask by name."""
    return set(catalogue.names(mask))
