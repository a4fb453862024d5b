"""Reads of environments: what decisions rest on, and lists that leave out what is not accessible (ENV-13)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from tenantry.environments.models import Environment as Row, EnvironmentRole
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.environments import gate
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Classification, Environment, Opening
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, EnvironmentId, RoleId
from tenantry.store.crossings import Crossing
from tenantry.store.prepared import prepared

EnvironmentRow = Row
EnvironmentRoleRow = EnvironmentRole
"""Rows as stored; only this folder's commands write them."""


def environments_in(account: AccountId) -> dict[EnvironmentId, Environment]:
    """All environments of an account with their role lists, by name; one query."""
    found: dict[EnvironmentId, Environment] = {}
    roles: dict[str, set[RoleId]] = defaultdict(set)
    for key, name, classification, role in _with_lists(account):
        if role is not None:
            roles[key].add(RoleId(role))
        found[EnvironmentId(key)] = Environment(
            EnvironmentId(key), name, Classification(classification), frozenset(roles.get(key, ()))
        )
    return found


@prepared
def _with_lists(account: AccountId) -> QuerySet[Row, Any]:
    return Row.rows.of(account).order_by("name", "id").values_list("id", "name", "classification", "roles__role_id")


def environment_in(facts: AccountFacts, environment: str) -> Environment:
    """The environment of this id, or of this name, among the facts; refuses with `EnvironmentNotFound`."""
    found = named_environment(facts, environment)
    if found is None:
        raise Refused(no.EnvironmentNotFound(environment=environment))
    return found


def named_environment(facts: AccountFacts, environment: str) -> Environment | None:
    """The environment of this id or else of this name."""
    found = facts.environments.get(EnvironmentId(environment))
    if found is not None:
        return found
    return next((one for one in facts.environments.values() if one.name == environment), None)


def account_of_environment(environment: str) -> AccountId | None:
    """Whose environment this is, by its id."""
    rows = Row.rows.across(Crossing.EXTERNAL_OBJECT).filter(id=environment)
    found = rows.values_list("account_id", flat=True).first()
    return AccountId(found) if found is not None else None


def accessible_environments(access: Access, facts: AccountFacts) -> tuple[Environment, ...]:
    """Those whose gate lets somebody in, by name ignoring case; others are silently left out (ENV-13)."""
    found = (one for one in facts.environments.values() if isinstance(gate(access, facts, one), Opening))
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.name)))


def environments_entered(access: Access, facts: AccountFacts) -> QuerySet[Row]:
    """The same as stored, for lists that filter and page on their own."""
    rows = Row.rows.of(facts.id)
    if access.privileges & facts.catalogue.bits["ENV_MANAGEMENT"]:  # it opens every gate (ENV-10)
        return rows
    return rows.filter(id__in=ids_of(accessible_environments(access, facts)))


def all_environments(account: AccountId) -> QuerySet[Row]:
    """All of them as stored, whoever gets in."""
    return Row.rows.of(account)


def lists_in(environments: QuerySet[Row], account: AccountId) -> QuerySet[EnvironmentRole]:
    """The lists of these environments of an account, one row for a role on one of them."""
    return EnvironmentRole.rows.of(account).filter(environment__in=environments)


def environments_opened_by(facts: AccountFacts, role: RoleId) -> tuple[str, ...]:
    """The names of the environments whose list would be empty without a role, and so open to everybody (ROLE-14)."""
    return tuple(sorted(one.name for one in facts.environments.values() if one.roles == {role}))


def environment_row(account: AccountId, environment: EnvironmentId) -> Row:
    """The stored environment; refuses with `EnvironmentNotFound`."""
    row = Row.rows.of(account).filter(id=environment).first()
    if row is None:
        raise Refused(no.EnvironmentNotFound(environment=environment))
    return row


def is_for_tests(account: AccountId, environment: EnvironmentId) -> bool:
    """Whether an environment of this account is there and classified Test (ENV-2)."""
    return Row.rows.of(account).filter(id=environment, classification=Classification.TEST).exists()


def name_taken(account: AccountId, name: str, besides: str = "") -> bool:
    """Whether another environment of the account has this name (ENV-1)."""
    return Row.rows.of(account).filter(name=name).exclude(id=besides).exists()


def ids_of(environments: Iterable[Environment]) -> list[str]:
    """Their ids, for conditions of other tables."""
    return [one.id for one in environments]


def roles_on(account: AccountId, environment: EnvironmentId) -> QuerySet[EnvironmentRole]:
    """The rows of an environment's list."""
    return EnvironmentRole.rows.of(account).filter(environment_id=environment)
