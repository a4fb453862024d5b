"""Lines of kind `object`: things of the host platform's own, in and out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.decisions.authzen import RESERVED_TYPES
from tenantry.environments.models import Environment
from tenantry.objects.models import OBJECT_LIMIT, HostObject
from tenantry.rules.vocabulary import AccountId
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Tally, check_text, portions
from tenantry.store.sorting import by_code_point


class ObjectLine(Line, tag="object"):
    """An object of an account, in one of its environments if the line names it."""

    account: str
    type: str
    id: str
    environment: str | UnsetType = UNSET


def check(line: ObjectLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    yield from check_text("type", line.type, OBJECT_LIMIT, required=True)
    if line.type in RESERVED_TYPES:
        yield "type", f"{line.type} has a meaning of its own; objects of the host use other types"
    yield from check_text("id", line.id, OBJECT_LIMIT, required=True)


ObjectKey = tuple[str, str, str]
"""Account, type, id."""


@dataclass(slots=True)
class ObjectChanges:
    """The objects that lines add, with the id of their environment, and those that get into another one."""

    new: list[tuple[ObjectKey, str]] = field(default_factory=list)
    moved: list[tuple[int, ObjectKey, str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts that get objects, or whose objects move."""
        return {key[0] for key, _ in self.new} | {key[0] for _, key, _, _ in self.moved}


def differences(lines: Sequence[ObjectLine], environments: Mapping[int, str]) -> ObjectChanges:
    """Compare with what is stored; `environments` gives the id of the environment of each line that names one."""
    changes = ObjectChanges()
    stored = _stored(sorted({line.id for line in lines}))
    for number, line in enumerate(lines):
        key = (line.account, line.type, line.id)
        old = stored.get(key)
        if old is None:
            changes.new.append((key, environments.get(number, "")))
            changes.tally.new_lines.append(number)
        elif number in environments and environments[number] != old[1]:
            changes.moved.append((old[0], key, old[1], environments[number]))
            changes.tally.changed_lines.append(number)
        else:
            changes.tally.unchanged += 1
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.moved)
    return changes


def _stored(ids: Sequence[str]) -> dict[ObjectKey, tuple[int, str]]:
    found: dict[ObjectKey, tuple[int, str]] = {}
    for some in portions(ids):
        rows = HostObject.rows.across(Crossing.ESTATE).filter(object_id__in=some)
        for key, owner, kind, object_id, where in rows.values_list(
            "pk", "account_id", "type", "object_id", "environment"
        ):
            found[owner, kind, object_id] = (key, where)
    return found


def write(changes: ObjectChanges) -> None:
    """Write the differences."""
    columns = ("account_id", "type", "object_id", "environment")
    insert_rows(HostObject, columns, ((*key, where) for key, where in changes.new))
    update_rows(HostObject, "id", ("environment",), ((key, to) for key, _, _, to in changes.moved))


def entries(changes: ObjectChanges) -> Iterator[BulkEntry]:
    """The audit entries of the objects added and moved."""
    for (owner, kind, key), where in changes.new:
        told: dict[str, tuple[object, object]] = {"type": (None, kind), "id": (None, key)}
        if where:
            told["environment"] = (None, where)
        yield BulkEntry(Act.OBJECT_ADDED, owner, key, told)
    for _, (owner, _, key), old, new in changes.moved:
        yield BulkEntry(Act.OBJECT_MOVED, owner, key, {"environment": (old or None, new)})


def lines(account: AccountId | None) -> Iterator[ObjectLine]:
    """Every object, or those of one account, by account, type and id. What is in an environment that is gone is told
    without one, as the environment cannot be named any more.
    """
    rows = HostObject.rows.across(Crossing.ESTATE) if account is None else HostObject.rows.of(account)
    names = Environment.rows.across(Crossing.ESTATE).filter(id=OuterRef("environment")).values("name")
    ordered = rows.annotate(named=Subquery(names)).order_by(*by_code_point("account_id", "type", "object_id"))
    for owner, kind, key, named in ordered.values_list("account_id", "type", "object_id", "named").iterator(
        chunk_size=5000
    ):
        yield ObjectLine(owner, kind, key, UNSET if named is None else named)
