"""The part of a load that is about resources of the kinds that groups share, roles apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenantry.audit.trail import BulkEntry
from tenantry.estate.kinds import RESOURCE_KINDS
from tenantry.estate.problems import Problems
from tenantry.estate.reading import Estate
from tenantry.estate.references import check_accounts
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import Actor, Instant
from tenantry.sharing.resource_lines import ResourceChanges, ResourceNames, differences
from tenantry.store.lines import Tally


@dataclass(slots=True)
class Changed:
    """The differences of each kind, and what names mean after the load."""

    of: Mapping[Kind, ResourceChanges[Any]]
    names: Mapping[Kind, ResourceNames[Any]]

    def accounts(self) -> set[str]:
        """The accounts whose resources change."""
        return {account for changes in self.of.values() for account in changes.accounts()}

    def tallies(self) -> tuple[Tally, ...]:
        """What the load does to each kind, in the order of the kinds."""
        return tuple(self.of[kind].tally for kind in RESOURCE_KINDS)


class InResources:
    """The lines about resources: compared kind by kind, written, recorded."""

    def __init__(self, estate: Estate, problems: Problems) -> None:
        """Look at these lines."""
        self._estate = estate
        self._problems = problems

    def accounts(self) -> set[str]:
        """The accounts that these lines name."""
        return {line.account for lines in self._estate.resources.values() for line in lines}

    def check_accounts(self, known: set[str]) -> None:
        """Judge that the accounts named exist."""
        for kind, (line, _) in RESOURCE_KINDS.items():
            check_accounts(self._estate.resources[kind], known, self._estate.report(line, self._problems))

    def compare(self, closed: set[str]) -> Changed:
        """Compare with what is stored. `closed` names accounts deleted before.

        The names of accounts that group_resource lines are about are known as well.
        """
        sharing = {line.account for line in self._estate.group_resources}
        of: dict[Kind, ResourceChanges[Any]] = {}
        names: dict[Kind, ResourceNames[Any]] = {}
        for kind, (line, source) in RESOURCE_KINDS.items():
            lines = self._estate.resources[kind]
            there = {one.account for one in lines}
            there |= sharing & {one.account for one in self._estate.group_resources if one.type == kind.value}
            names[kind] = ResourceNames(source, source.stored(there))
            report = self._estate.report(line, self._problems)
            of[kind] = differences(source, lines, names[kind], closed, report)
        self._problems.raise_if_any()
        return Changed(of, names)


def write(changed: Changed, *, actor: Actor, at: Instant) -> None:
    """Write the differences."""
    for kind, (_, source) in RESOURCE_KINDS.items():
        if changed.of[kind].new or changed.of[kind].changed:
            source.write(changed.of[kind], actor=actor, at=at)


def entries(changed: Changed) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    for kind, (_, source) in RESOURCE_KINDS.items():
        yield from source.entries(changed.of[kind])
