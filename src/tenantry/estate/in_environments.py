"""The part of a load that is about environments: their lines, their roles, and the objects in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tenantry.audit.trail import BulkEntry
from tenantry.environments import estate as environments, estate_roles as gates
from tenantry.estate.problems import Problems
from tenantry.estate.reading import Estate
from tenantry.objects.estate import ObjectLine
from tenantry.roles import estate as roles
from tenantry.rules.vocabulary import RoleId
from tenantry.store.lines import Line


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
        kinds: tuple[tuple[type[Line], Sequence[environments.EnvironmentLine | gates.EnvironmentRoleLine]], ...] = (
            (environments.EnvironmentLine, self._estate.environments),
            (gates.EnvironmentRoleLine, self._estate.environment_roles),
        )
        for kind, lines in kinds:
            report = self._estate.report(kind, self._problems)
            for number, line in enumerate(lines):
                if line.account not in known:
                    report(number, "account", f"there is no account {line.account[:60]!r}")

    def compare(self, names: roles.RoleNames, closed: set[str]) -> Changed:
        """Compare with what is stored. `closed` names accounts deleted before."""
        estate = self._estate
        in_objects = {line.account for line in estate.objects if isinstance(line.environment, str)}
        places = environments.EnvironmentNames(environments.stored_environments(self.accounts() | in_objects))
        report = estate.report(environments.EnvironmentLine, self._problems)
        environment = environments.differences(estate.environments, places, closed, report)
        self._problems.raise_if_any()
        found, held = self._resolved(places), self._roles(names)
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

    def _roles(self, names: roles.RoleNames) -> list[RoleId]:
        """The roles that environment_role lines name: default ones or the account's own (ENV-8)."""
        report = self._estate.report(gates.EnvironmentRoleLine, self._problems)
        found: list[RoleId] = []
        for number, line in enumerate(self._estate.environment_roles):
            meaning = names.meaning(line.account, line.role)
            if roles.is_known(meaning, names):
                found.append(RoleId(meaning))
            else:
                report(number, "role", f"{meaning} (ENV-8)")
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
