"""The part of a load that is about environments: their lines, their roles, and the objects in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tenantry.audit.trail import BulkEntry
from tenantry.environments import estate as environments, estate_roles as gates
from tenantry.estate.problems import Problems
from tenantry.estate.reading import Estate
from tenantry.estate.references import check_accounts, default_or_own_roles
from tenantry.objects.estate import ObjectLine
from tenantry.roles import estate as roles


@dataclass(slots=True)
class Changed:
    """The differences of the two kinds, and the environment of each object line that names one."""

    of_environments: environments.EnvironmentChanges
    of_roles: gates.EnvironmentRoleChanges
    of_objects: Mapping[int, str]

    def accounts(self) -> set[str]:
        """The accounts that decide otherwise."""
        return self.of_environments.accounts() | self.of_roles.accounts()


class InEnvironments:
    """The lines about environments: compared kind by kind, written, recorded."""

    def __init__(self, estate: Estate, problems: Problems) -> None:
        """Look at these lines."""
        self._estate = estate
        self._problems = problems

    def accounts(self) -> set[str]:
        """The accounts that these lines name."""
        named = {line.account for line in self._estate.environments}
        return named | {line.account for line in self._estate.environment_roles}

    def with_roles(self) -> set[str]:
        """The accounts whose custom roles these lines may name."""
        return {line.account for line in self._estate.environment_roles if not roles.is_default(line.role)}

    def check_accounts(self, known: set[str]) -> None:
        """Judge that the accounts named exist."""
        report = self._estate.report(environments.EnvironmentLine, self._problems)
        check_accounts(self._estate.environments, known, report)
        report = self._estate.report(gates.EnvironmentRoleLine, self._problems)
        check_accounts(self._estate.environment_roles, known, report)

    def compare(self, names: roles.RoleNames, closed: set[str]) -> Changed:
        """Compare with what is stored. `closed` names accounts deleted before."""
        estate = self._estate
        in_objects = {line.account for line in estate.objects if isinstance(line.environment, str)}
        places = environments.EnvironmentNames(environments.stored_environments(self.accounts() | in_objects))
        report = estate.report(environments.EnvironmentLine, self._problems)
        environment = environments.differences(estate.environments, places, closed, report)
        self._problems.raise_if_any()
        found = self._resolved(places)
        report = estate.report(gates.EnvironmentRoleLine, self._problems)
        held = default_or_own_roles(estate.environment_roles, names, report, "ENV-8")
        of_objects = self._of_objects(places)
        self._problems.raise_if_any()
        report = estate.report(gates.EnvironmentRoleLine, self._problems)
        return Changed(
            environment, gates.differences(estate.environment_roles, found, held, closed, report), of_objects
        )

    def _resolved(self, places: environments.EnvironmentNames) -> list[environments.StoredEnvironment]:
        """The environments that environment_role lines name; unknown ones are reported."""
        report = self._estate.report(gates.EnvironmentRoleLine, self._problems)
        found: list[environments.StoredEnvironment] = []
        for number, line in enumerate(self._estate.environment_roles):
            place = places.named(line.account, line.environment)
            if place is None:
                report(number, "environment", f"{line.account} has no environment named {line.environment[:60]!r}")
            else:
                found.append(place)
        return found

    def _of_objects(self, places: environments.EnvironmentNames) -> dict[int, str]:
        """The ids of the environments that object lines name."""
        report = self._estate.report(ObjectLine, self._problems)
        found: dict[int, str] = {}
        for number, line in enumerate(self._estate.objects):
            if isinstance(line.environment, str):
                place = places.named(line.account, line.environment)
                if place is None:
                    what = f"{line.account} has no environment named {line.environment[:60]!r}"
                    report(number, "environment", what)
                else:
                    found[number] = place.id
        return found


def write(changed: Changed) -> None:
    """Write the differences, objects apart."""
    environments.write(changed.of_environments)
    gates.write(changed.of_roles)


def entries(changed: Changed, names: roles.RoleNames) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    yield from environments.entries(changed.of_environments)
    yield from gates.entries(changed.of_roles, names.title)
