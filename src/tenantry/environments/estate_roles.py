"""Lines of kind `environment_role`: the Roles with Access of environments, in and out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.environments.estate import StoredEnvironment
from tenantry.environments.models import EnvironmentRole
from tenantry.rules.vocabulary import AccountId, RoleId
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import Line, Report, RoleReference, Tally, portions
from tenantry.store.sorting import by_code_point


class EnvironmentRoleLine(Line, tag="environment_role"):
    """A role is attached to an environment: a default one or one of the account's own (ENV-8)."""

    account: str
    environment: str
    role: RoleReference


@dataclass(slots=True)
class EnvironmentRoleChanges:
    """The roles that lines attach, and each list concerned as it was before."""

    new: list[tuple[StoredEnvironment, RoleId]] = field(default_factory=list)
    before: dict[str, frozenset[RoleId]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts whose gates change."""
        return {environment.account for environment, _ in self.new}


def differences(
    lines: Sequence[EnvironmentRoleLine],
    environments: Sequence[StoredEnvironment],
    roles: Sequence[RoleId],
    closed: Collection[str],
    report: Report,
) -> EnvironmentRoleChanges:
    """Compare with what is stored; `environments` and `roles` are those of the lines."""
    changes = EnvironmentRoleChanges(before=_stored(one.id for one in environments))
    for number, (line, environment, role) in enumerate(zip(lines, environments, roles, strict=True)):
        if role in changes.before.get(environment.id, ()):
            changes.tally.unchanged += 1
        elif line.account in closed:
            report(number, "account", f"{line.account} is deleted and takes no further change (ACC-14)")
        else:
            changes.new.append((environment, role))
            changes.tally.new_lines.append(number)
    changes.tally.new = len(changes.new)
    return changes


def _stored(environments: Iterable[str]) -> dict[str, frozenset[RoleId]]:
    found: dict[str, set[RoleId]] = defaultdict(set)
    for some in portions(sorted(set(environments))):
        rows = EnvironmentRole.rows.across(Crossing.ESTATE).filter(environment_id__in=some)
        for environment, role in rows.values_list("environment_id", "role_id"):
            found[environment].add(RoleId(role))
    return {environment: frozenset(roles) for environment, roles in found.items()}


def write(changes: EnvironmentRoleChanges) -> None:
    """Write the differences."""
    rows = ((environment.account, environment.id, role) for environment, role in changes.new)
    insert_rows(EnvironmentRole, ("account_id", "environment_id", "role_id"), rows)


def entries(changes: EnvironmentRoleChanges, title: Callable[[RoleId], str]) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written: one for each environment."""
    added: dict[StoredEnvironment, set[RoleId]] = defaultdict(set)
    for environment, role in changes.new:
        added[environment].add(role)
    for environment, roles in added.items():
        before = changes.before.get(environment.id, frozenset())
        told = {"roles": (sorted(map(title, before)), sorted(map(title, before | roles)))}
        yield BulkEntry(Act.ENVIRONMENT_ROLES, environment.account, environment.name, told)


def lines(account: AccountId | None) -> Iterator[EnvironmentRoleLine]:
    """Every attached role, or those of one account, by account, environment and role."""
    rows = EnvironmentRole.rows.across(Crossing.ESTATE) if account is None else EnvironmentRole.rows.of(account)
    ordered = rows.order_by(*by_code_point("account_id", "environment__name", "role__name_key"))
    for told in ordered.values_list("account_id", "environment__name", "role__name").iterator(chunk_size=5000):
        yield EnvironmentRoleLine(*told)
