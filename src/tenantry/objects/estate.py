"""Lines of kind `object`: things of the host platform's own, in and out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.db.models import OuterRef, Subquery
from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.decisions.authzen import RESERVED_TYPES
from tenantry.decisions.properties import Properties, check_condition, check_properties, line_form_of, stored_form_of
from tenantry.environments.models import Environment
from tenantry.objects.models import OBJECT_LIMIT, HostObject
from tenantry.rules.privileges import Catalogue
from tenantry.rules.vocabulary import AccountId
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, check_text, given, portions
from tenantry.store.sorting import by_code_point

CONDITIONS: Final = 100
"""Conditions that one object may have."""


class ObjectLine(Line, tag="object"):
    """An object of an account, in one of its environments if the line names it."""

    account: str
    type: str
    id: str
    environment: str | UnsetType = UNSET
    properties: Properties | UnsetType = UNSET
    conditions: dict[str, str] | UnsetType = UNSET


def check(line: ObjectLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    yield from check_text("type", line.type, OBJECT_LIMIT, required=True)
    if line.type in RESERVED_TYPES:
        yield "type", f"{line.type} has a meaning of its own; objects of the host use other types"
    yield from check_text("id", line.id, OBJECT_LIMIT, required=True)
    if line.properties is not UNSET:
        yield from check_properties(line.properties)
    if not isinstance(line.conditions, UnsetType):
        if len(line.conditions) > CONDITIONS:
            yield "conditions", f"has {len(line.conditions)} conditions, at most {CONDITIONS} are allowed"
        for condition in line.conditions.values():
            yield from check_condition(condition, "conditions")


ObjectKey = tuple[str, str, str]
"""Account, type, id."""


class Said(NamedTuple):
    """What is told of an object: the id of its environment, its properties and its conditions, as they are stored."""

    environment: str = ""
    properties: str = ""
    conditions: str = ""


@dataclass(slots=True)
class ObjectChanges:
    """The objects that lines add, and those of which they tell something else: with what was told before, and after."""

    new: list[tuple[ObjectKey, Said]] = field(default_factory=list)
    changed: list[tuple[int, ObjectKey, Said, Said]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts that get objects, or whose objects change."""
        return {key[0] for key, _ in self.new} | {key[0] for _, key, _, _ in self.changed}


def differences(
    lines: Sequence[ObjectLine], environments: Mapping[int, str], catalogue: Catalogue, report: Report
) -> ObjectChanges:
    """Compare with what is stored; `environments` gives the id of the environment of each line that names one.

    Reports conditions for privileges that are not in the catalogue: they would never be asked for.
    """
    changes = ObjectChanges()
    for number, line in enumerate(lines):
        for privilege in given(line.conditions, {}):
            if privilege not in catalogue:
                report(number, "conditions", f"there is no privilege {privilege[:60]!r}")
    stored = _stored(sorted({line.id for line in lines}))
    for number, line in enumerate(lines):
        key = (line.account, line.type, line.id)
        row, old = stored.get(key, (None, Said()))
        said = _after(line, old, environments.get(number))
        if row is None:
            changes.new.append((key, said))
        elif said != old:
            changes.changed.append((row, key, old, said))
        else:
            changes.tally.unchanged += 1
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    return changes


def _after(line: ObjectLine, old: Said, environment: str | None) -> Said:
    """What is told of the object after the load; what the line leaves out stays as it is."""
    return Said(
        old.environment if environment is None else environment,
        old.properties if isinstance(line.properties, UnsetType) else stored_form_of(line.properties),
        old.conditions if isinstance(line.conditions, UnsetType) else _stored_conditions(line.conditions),
    )


def _stored_conditions(conditions: Mapping[str, str]) -> str:
    """Conditions as they are stored; an empty one is none."""
    return stored_form_of({privilege: text for privilege, text in conditions.items() if text})


def _stored(ids: Sequence[str]) -> dict[ObjectKey, tuple[int, Said]]:
    found: dict[ObjectKey, tuple[int, Said]] = {}
    for some in portions(ids):
        rows = HostObject.rows.across(Crossing.ESTATE).filter(object_id__in=some)
        columns = rows.values_list("pk", "account_id", "type", "object_id", *Said._fields)
        for key, owner, kind, object_id, *said in columns:
            found[owner, kind, object_id] = (key, Said(*said))
    return found


def write(changes: ObjectChanges) -> None:
    """Write the differences."""
    columns = ("account_id", "type", "object_id", *Said._fields)
    insert_rows(HostObject, columns, ((*key, *said) for key, said in changes.new))
    update_rows(HostObject, "id", Said._fields, ((key, *said) for key, _, _, said in changes.changed))


def entries(changes: ObjectChanges) -> Iterator[BulkEntry]:
    """The audit entries of the objects added, moved and told otherwise."""
    for (owner, kind, key), said in changes.new:
        told: dict[str, tuple[object, object]] = {"type": (None, kind), "id": (None, key)}
        yield BulkEntry(Act.OBJECT_ADDED, owner, key, told | _edits(Said(), said))
    for _, (owner, _, key), old, new in changes.changed:
        act = Act.OBJECT_MOVED if old.environment != new.environment else Act.OBJECT_CHANGED
        yield BulkEntry(act, owner, key, _edits(old, new))


def _edits(old: Said, new: Said) -> dict[str, tuple[object, object]]:
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in Said._fields)
    return {name: (before or None, after or None) for name, before, after in pairs if before != after}


def lines(account: AccountId | None) -> Iterator[ObjectLine]:
    """Every object, or those of one account, by account, type and id. What is in an environment that is gone is told
    without one, as the environment cannot be named any more.
    """
    rows = HostObject.rows.across(Crossing.ESTATE) if account is None else HostObject.rows.of(account)
    names = Environment.rows.across(Crossing.ESTATE).filter(id=OuterRef("environment")).values("name")
    ordered = rows.annotate(named=Subquery(names)).order_by(*by_code_point("account_id", "type", "object_id"))
    columns = ("account_id", "type", "object_id", "named", "properties", "conditions")
    for owner, kind, key, named, properties, conditions in ordered.values_list(*columns).iterator(chunk_size=5000):
        where = UNSET if named is None else named
        yield ObjectLine(owner, kind, key, where, line_form_of(properties), line_form_of(conditions))
