"""Lines of kind `object`: things of the host platform's own, in and out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.decisions.authzen import RESERVED_TYPES
from tenantry.objects.models import OBJECT_LIMIT, HostObject
from tenantry.rules.vocabulary import AccountId
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Tally, check_text, portions
from tenantry.store.sorting import by_code_point


class ObjectLine(Line, tag="object"):
    """An object of an account. Lines about environments come with environments."""

    account: str
    type: str
    id: str


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
    """The objects that lines add."""

    new: list[ObjectKey] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def differences(lines: Sequence[ObjectLine]) -> ObjectChanges:
    """Compare with what is stored."""
    changes = ObjectChanges()
    ids = sorted({line.id for line in lines})
    stored: set[ObjectKey] = set()
    for some in portions(ids):
        rows = HostObject.rows.across(Crossing.ESTATE).filter(object_id__in=some)
        stored.update(rows.values_list("account_id", "type", "object_id"))
    for line in lines:
        key = (line.account, line.type, line.id)
        if key in stored:
            changes.tally.unchanged += 1
        else:
            changes.new.append(key)
    changes.tally.new = len(changes.new)
    return changes


def write(changes: ObjectChanges) -> None:
    """Write the differences."""
    insert_rows(HostObject, ("account_id", "type", "object_id"), changes.new)


def entries(changes: ObjectChanges) -> Iterator[BulkEntry]:
    """The audit entries of the objects added."""
    for owner, kind, key in changes.new:
        yield BulkEntry(Act.OBJECT_ADDED, owner, key, {"type": (None, kind), "id": (None, key)})


def lines(account: AccountId | None) -> Iterator[ObjectLine]:
    """Every object, or those of one account, by account, type and id."""
    rows = HostObject.rows.across(Crossing.ESTATE) if account is None else HostObject.rows.of(account)
    ordered = rows.order_by(*by_code_point("account_id", "type", "object_id"))
    for owner, kind, key in ordered.values_list("account_id", "type", "object_id").iterator(chunk_size=5000):
        yield ObjectLine(owner, kind, key)
