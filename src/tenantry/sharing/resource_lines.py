"""Lines about resources of the kinds that groups share, roles apart: compared with what is stored, all kinds alike.

A kind's own `estate.py` says what its lines hold, and reads and writes its tables; which stored resource a line is
about, and whether names and ids agree, is judged here once.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from msgspec import UNSET, UnsetType

from tenantry.audit.trail import BulkEntry
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store.lines import FieldProblem, Line, Report, Tally


class ResourceLine(Line, kw_only=True):
    """A resource of an account; what else a kind says of it stands in its own lines."""

    account: str
    name: str
    id: str | UnsetType = UNSET


class StoredResource(Protocol):
    """A resource as stored: a frozen value that equals another one if a load has nothing to change."""

    @property
    def id(self) -> str:
        """Its id, unique among all resources of its kind."""

    @property
    def account(self) -> AccountId:
        """Whose it is."""

    @property
    def name(self) -> str:
        """What people call it."""


L = TypeVar("L", bound=ResourceLine)
S = TypeVar("S", bound=StoredResource)


@dataclass(slots=True)
class ResourceChanges(Generic[S]):
    """The resources that lines add, and those they change as (before, after)."""

    new: list[S] = field(default_factory=list)
    changed: list[tuple[S, S]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts whose resources change."""
        return {one.account for one in self.new} | {new.account for _, new in self.changed}


class ResourceKind(Protocol[L, S]):
    """What a kind's own folder knows of its lines."""

    kind: ClassVar[Kind]

    def check(self, line: L) -> Iterator[FieldProblem]:
        """Judge a line by itself, its name included; the id's length as well."""

    def stored(self, accounts: Iterable[str]) -> Iterator[S]:
        """The resources of these accounts, in a fixed number of queries for each portion of them."""

    def owners(self, ids: Iterable[str]) -> dict[str, str]:
        """Whose the resources of these ids are, as far as they exist; empty where something else has such an id."""

    def merged(self, line: L, old: S | None, key: str) -> S:
        """What a line makes of the stored resource, or of none: fields left out keep what is stored."""

    def key_of(self, one: S) -> str:
        """What tells a resource from others of its account where lines give no id: the name with case folded, if names
        are unique.
        """

    def key_of_line(self, line: L) -> str:
        """The same as a line says it."""

    def never_changes(self, old: S, new: S) -> Iterator[FieldProblem]:
        """What a line would change that never changes."""

    def write(self, changes: ResourceChanges[S], *, actor: Actor, at: Instant) -> None:
        """Write the differences, set by set."""

    def entries(self, changes: ResourceChanges[S]) -> Iterator[BulkEntry]:
        """The audit entries that the single commands would have written."""

    def lines(self, account: AccountId | None) -> Iterator[L]:
        """Every resource of the kind, or those of one account, sorted by account and by what tells them apart."""


class ResourceNames(Generic[S]):
    """What the names of a kind's resources mean, in the accounts that lines speak about."""

    def __init__(self, kind: ResourceKind[Any, S], stored: Iterable[S]) -> None:
        """Know the stored ones."""
        self._kind = kind
        self.resources: dict[str, S] = {}
        self._by_key: dict[tuple[str, str], str] = {}
        self._by_name: dict[tuple[str, str], list[str]] = {}
        for one in stored:
            self.put(one)

    def put(self, one: S) -> None:
        """Add a resource, or replace it under its new name."""
        old = self.resources.get(one.id)
        if old is not None:
            if self._by_key.get((old.account, self._kind.key_of(old))) == old.id:
                del self._by_key[old.account, self._kind.key_of(old)]
            self._by_name[old.account, old.name.casefold()].remove(old.id)
        self.resources[one.id] = one
        self._by_key[one.account, self._kind.key_of(one)] = one.id
        self._by_name.setdefault((one.account, one.name.casefold()), []).append(one.id)

    def keyed(self, account: str, key: str) -> S | None:
        """The account's resource that lines mean by this key."""
        found = self._by_key.get((account, key))
        return self.resources[found] if found is not None else None

    def named(self, account: str, name: str) -> str | None:
        """The id of the account's only resource of this name, ignoring case; `None` also where several have it."""
        found = self._by_name.get((account, name.strip().casefold()), [])
        return found[0] if len(found) == 1 else None

    def count(self, account: str, name: str) -> int:
        """How many of the account's resources have this name."""
        return len(self._by_name.get((account, name.strip().casefold()), []))


def differences(
    kind: ResourceKind[L, S], lines: Sequence[L], names: ResourceNames[S], closed: Collection[str], report: Report
) -> ResourceChanges[S]:
    """Compare with what is stored, and let `names` know the result. `closed` names accounts deleted before.

    Reports ids of other accounts' resources, ids and names given twice, and what never changes.
    """
    changes: ResourceChanges[S] = ResourceChanges()
    owners = kind.owners(line.id for line in lines if isinstance(line.id, str))
    claimed: dict[str, int] = {}
    for number, line in enumerate(lines):
        old = _stored(number, line, kind, names, owners, report)
        key = old.id if old else line.id if isinstance(line.id, str) else str(uuid.uuid4())
        one = kind.merged(line, old, key)
        if claimed.setdefault(one.id, number) != number:
            report(number, "id", f"{one.id} is given to two {kind.kind.words.one}s of this load")
        if old == one:
            changes.tally.unchanged += 1
            continue
        if old is not None:
            for place, what in kind.never_changes(old, one):
                report(number, place, what)
        if line.account in closed:
            report(number, "account", f"{line.account} is deleted and takes no further change (ACC-14)")
        if old is None:
            changes.new.append(one)
            changes.tally.new_lines.append(number)
        else:
            changes.changed.append((old, one))
            changes.tally.changed_lines.append(number)
        names.put(one)
    _check_keys(lines, kind, names, report)
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    return changes


def _stored(  # noqa: PLR0917 - what the loop above knows
    number: int, line: L, kind: ResourceKind[L, S], names: ResourceNames[S], owners: dict[str, str], report: Report
) -> S | None:
    """The stored resource the line is about: by id where it is given, else by what tells it apart."""
    keyed = names.keyed(line.account, kind.key_of_line(line))
    if not isinstance(line.id, str):
        return keyed
    if line.id in owners:
        if owners[line.id] != line.account:
            whose = f"a {kind.kind.words.one} of another account" if owners[line.id] else "something else"
            report(number, "id", f"{line.id} is the id of {whose}")
            return None
        return names.resources[line.id]
    if keyed is not None and keyed.id != line.id:
        what = f"{line.account} has a {kind.kind.words.one} {keyed.name!r} with another id: {keyed.id}"
        report(number, "id", what)
        return keyed
    return None


def _check_keys(lines: Sequence[L], kind: ResourceKind[L, S], names: ResourceNames[S], report: Report) -> None:
    """No two resources of an account are told apart by nothing; stored ones count as well."""
    holders: dict[tuple[str, str], int] = {}
    for one in names.resources.values():
        place = (one.account, kind.key_of(one))
        holders[place] = holders.get(place, 0) + 1
    for number, line in enumerate(lines):
        if holders.get((line.account, kind.key_of_line(line)), 0) > 1:
            what = f"{line.account} has another {kind.kind.words.one} named {line.name.strip()!r}"
            report(number, "name", what)
