"""Lines of kind `environment`: the environments of accounts, in and out, and what the names of environments mean."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.environments.models import Environment as Row
from tenantry.rules import environments as law
from tenantry.rules.places import Classification
from tenantry.rules.vocabulary import AccountId, EnvironmentId
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, check_text, given, portions
from tenantry.store.sorting import by_code_point


class EnvironmentLine(Line, tag="environment"):
    """An environment of an account; Production where the line does not say."""

    account: str
    name: str
    id: str | UnsetType = UNSET
    classification: str | UnsetType = UNSET


def check(line: EnvironmentLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    refusal = law.check_name(line.name.strip())
    if refusal is not None:
        yield "name", f"{refusal.message} ({refusal.rule})"
    yield from check_text("id", line.id, law.ID_LIMIT, required=True)
    if isinstance(line.classification, str) and line.classification not in set(Classification):
        yield "classification", f"is {line.classification!r}, not PROD or TEST (ENV-2)"


@dataclass(frozen=True, slots=True)
class StoredEnvironment:
    """An environment as stored."""

    id: EnvironmentId
    account: AccountId
    name: str
    classification: str = Classification.PROD.value


class EnvironmentNames:
    """What the names of environments mean."""

    def __init__(self, stored: Iterable[StoredEnvironment]) -> None:
        """Know the stored environments of the accounts that lines speak about."""
        self.environments: dict[EnvironmentId, StoredEnvironment] = {}
        self._by_name: dict[tuple[str, str], EnvironmentId] = {}
        for one in stored:
            self.put(one)

    def put(self, one: StoredEnvironment) -> None:
        """Add an environment, or replace it under its new name."""
        old = self.environments.get(one.id)
        if old is not None and self._by_name.get((old.account, old.name)) == old.id:
            del self._by_name[old.account, old.name]
        self.environments[one.id] = one
        self._by_name[one.account, one.name] = one.id

    def named(self, account: str, name: str) -> StoredEnvironment | None:
        """The account's environment of this name."""
        found = self._by_name.get((account, name.strip()))
        return self.environments[found] if found is not None else None


@dataclass(slots=True)
class EnvironmentChanges:
    """The environments that lines add, and those they rename as (before, after)."""

    new: list[StoredEnvironment] = field(default_factory=list)
    changed: list[tuple[StoredEnvironment, StoredEnvironment]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts whose environments change."""
        return {one.account for one in self.new} | {new.account for _, new in self.changed}


def differences(
    lines: Sequence[EnvironmentLine], names: EnvironmentNames, closed: Collection[str], report: Report
) -> EnvironmentChanges:
    """Compare with what is stored, and let `names` know the result. `closed` names accounts deleted before.

    Reports ids of other accounts' environments, names taken (ENV-1), and another classification (ENV-2).
    """
    changes = EnvironmentChanges()
    owners = _owners(line.id for line in lines if isinstance(line.id, str))
    claimed: dict[str, int] = {}
    for number, line in enumerate(lines):
        old = _stored(number, line, names, owners, report)
        one = StoredEnvironment(
            old.id if old else EnvironmentId(line.id if isinstance(line.id, str) else str(uuid.uuid4())),
            AccountId(line.account),
            line.name.strip(),
            given(line.classification, old.classification if old else Classification.PROD.value),
        )
        if claimed.setdefault(one.id, number) != number:
            report(number, "id", f"{one.id} is given to two environments of this load")
        if old == one:
            changes.tally.unchanged += 1
            continue
        if old is not None and old.classification != one.classification:
            report(number, "classification", f"{one.name!r} is {old.classification}, which never changes (ENV-2)")
        if line.account in closed:
            report(number, "account", f"{line.account} is deleted and takes no further change (ACC-14)")
        if old is None:
            changes.new.append(one)
            changes.tally.new_lines.append(number)
        else:
            changes.changed.append((old, one))
            changes.tally.changed_lines.append(number)
        names.put(one)
    _check_names(lines, names, report)
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    return changes


def _stored(
    number: int, line: EnvironmentLine, names: EnvironmentNames, owners: dict[str, str], report: Report
) -> StoredEnvironment | None:
    """The stored environment the line is about: by id where it is given, else by name."""
    named = names.named(line.account, line.name)
    if not isinstance(line.id, str):
        return named
    if line.id in owners:
        if owners[line.id] != line.account:
            report(number, "id", f"{line.id} is the id of an environment of another account")
            return None
        return names.environments[EnvironmentId(line.id)]
    if named is not None and named.id != line.id:
        what = f"{line.account} has an environment {named.name!r} with another id: {named.id}"
        report(number, "id", what)
        return named
    return None


def _check_names(lines: Sequence[EnvironmentLine], names: EnvironmentNames, report: Report) -> None:
    """No two environments of an account have one name (ENV-1); stored ones count as well."""
    holders: dict[tuple[str, str], int] = {}
    for one in names.environments.values():
        holders[one.account, one.name] = holders.get((one.account, one.name), 0) + 1
    for number, line in enumerate(lines):
        if holders.get((line.account, line.name.strip()), 0) > 1:
            report(number, "name", f"{line.account} has another environment named {line.name.strip()!r} (ENV-1)")


_COLUMNS = ("id", "account_id", "name", "classification")


def write(changes: EnvironmentChanges) -> None:
    """Write the differences. Environments that exchange their names do so by way of names nobody can have."""
    update_rows(Row, "id", ("name",), [(new.id, f"\n{new.id}") for _, new in changes.changed])
    insert_rows(Row, _COLUMNS, ((one.id, one.account, one.name, one.classification) for one in changes.new))
    update_rows(Row, "id", ("name",), [(new.id, new.name) for _, new in changes.changed])


def entries(changes: EnvironmentChanges) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    for one in changes.new:
        made = {"name": (None, one.name), "classification": (None, one.classification)}
        yield BulkEntry(Act.ENVIRONMENT_ADDED, one.account, one.name, made)
    for old, new in changes.changed:
        yield BulkEntry(Act.ENVIRONMENT_RENAMED, new.account, new.name, {"name": (old.name, new.name)})


def stored_environments(accounts: Iterable[str]) -> Iterator[StoredEnvironment]:
    """The environments of these accounts."""
    for some in portions(sorted(set(accounts))):
        rows = Row.rows.across(Crossing.ESTATE).filter(account_id__in=some)
        for key, owner, name, classification in rows.values_list(*_COLUMNS):
            yield StoredEnvironment(EnvironmentId(key), AccountId(owner), name, classification)


def _owners(ids: Iterable[str]) -> dict[str, str]:
    """Whose the environments of these ids are, as far as they exist."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(ids))):
        found.update(Row.rows.across(Crossing.ESTATE).filter(id__in=some).values_list("id", "account_id"))
    return found


def lines(account: AccountId | None) -> Iterator[EnvironmentLine]:
    """Every environment, or those of one account, by account and name."""
    rows = Row.rows.across(Crossing.ESTATE) if account is None else Row.rows.of(account)
    ordered = rows.order_by(*by_code_point("account_id", "name")).values_list(*_COLUMNS)
    for key, owner, name, classification in ordered.iterator(chunk_size=5000):
        yield EnvironmentLine(owner, name, key, classification)
