"""Lines of kind `connector`: connectors of accounts, in and out.

`type` is the whole type, or only its part between account and classification: then the classification comes from the
name. `version` is a number or a label. A connector that a file brings has no uploaded files; its group is made as its
type says. What is planned, and reviews, are not told.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, NamedTuple

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.connectors.models import Connector, ConnectorGroup, ConnectorReview, ConnectorVersion
from tenantry.rules import connectors as law, refusals as no
from tenantry.rules.connectors import Review, Visibility
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT, Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.ends import end_of_resource
from tenantry.sharing.resource_lines import ResourceChanges, ResourceLine
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, check_text, portions
from tenantry.store.sorting import by_code_point


class ConnectorLine(ResourceLine, tag="connector", kw_only=True):
    """A connector. `released` is "private" or "public", or null for one that is Private and was never released;
    "hidden" and "hidden_public" are Hidden ones, the second usable by every account, "hidden_unreleased" the rest.
    """

    type: str
    released: str | None
    version: int | str | UnsetType = UNSET


class _Standing(NamedTuple):
    """Visibility, whether a version was ever put into force, and whether it was ever Public."""

    visibility: Visibility
    released: bool
    public: bool


_STANDINGS: Final[dict[str | None, _Standing]] = {
    None: _Standing(Visibility.PRIVATE, released=False, public=False),
    "private": _Standing(Visibility.PRIVATE, released=True, public=False),
    "public": _Standing(Visibility.PUBLIC, released=True, public=True),
    "hidden": _Standing(Visibility.HIDDEN, released=True, public=False),
    "hidden_public": _Standing(Visibility.HIDDEN, released=True, public=True),
    "hidden_unreleased": _Standing(Visibility.HIDDEN, released=False, public=False),
}
_WORDS: Final = {standing: word for word, standing in _STANDINGS.items()}
_PARTS: Final = re.compile(r"[^\W_]+")


def _parts(line: ConnectorLine) -> tuple[str, str]:
    """Word and classification of the type that a line means."""
    whole = law.parts_of(line.account, line.type)
    if whole is not None:
        return whole
    named = "-".join(_PARTS.findall(line.name.casefold()))[: law.CLASSIFICATION_LIMIT]
    return law.word_of(line.type), named or "main"


@dataclass(frozen=True, slots=True)
class StoredConnector:
    """A connector as stored; `released` as lines say it, `version` the label of the version it points at."""

    id: str
    account: AccountId
    name: str
    word: str
    classification: str
    version: str
    released: str | None

    @property
    def type(self) -> str:
        """The type by which components name it."""
        return law.connector_type(self.account, self.word, self.classification)


class Connectors:
    """Implements `ResourceKind` for connectors."""

    kind: ClassVar[Kind] = Kind.CONNECTOR

    def check(self, line: ConnectorLine) -> Iterator[FieldProblem]:
        """Judge a line by itself."""
        yield from check_text("name", line.name.strip(), NAME_LIMIT, required=True)
        yield from check_text("id", line.id, RESOURCE_ID_LIMIT, required=True)
        yield from check_text("type", line.type, law.TYPE_LIMIT, required=True)
        refusal = law.check_classification(_parts(line)[1])
        if refusal is not None:
            yield "type", f"{refusal.message} ({refusal.rule})"
        if line.released not in _STANDINGS:
            known = ", ".join(word for word in _STANDINGS if word)
            yield "released", f"is {line.released!r}, not null or one of {known} (CONN-5)"
        if isinstance(line.version, int) and not 0 < line.version < law.VERSION_MOST:
            yield "version", f"is {line.version}, not a number from 1 on (CONN-2)"
        if isinstance(line.version, str):
            yield from check_text("version", line.version.strip(), law.LABEL_LIMIT, required=True)

    def stored(self, accounts: Iterable[str]) -> Iterator[StoredConnector]:
        """The connectors of these accounts, two queries for each portion."""
        for some in portions(sorted(set(accounts))):
            rows = Connector.rows.across(Crossing.ESTATE).filter(account_id__in=some)
            yield from _told(rows, _labels(some))

    def owners(self, ids: Iterable[str]) -> dict[str, str]:
        """Whose the connectors of these ids are, as far as they exist."""
        found: dict[str, str] = {}
        for some in portions(sorted(set(ids))):
            rows = Connector.rows.across(Crossing.ESTATE).filter(id__in=some)
            found.update(rows.values_list("id", "account_id"))
        return found

    def merged(self, line: ConnectorLine, old: StoredConnector | None, key: str) -> StoredConnector:
        """What a line makes of the stored connector: a type told in part keeps the whole one that it is part of."""
        word, classification = _parts(line)
        if old is not None and law.parts_of(line.account, line.type) is None and word == old.word:
            classification = old.classification
        version = old.version if old is not None else "1"
        if not isinstance(line.version, UnsetType):
            version = str(line.version).strip()
        return StoredConnector(
            key, AccountId(line.account), line.name.strip(), word, classification, version, line.released
        )

    def key_of(self, one: StoredConnector) -> str:
        """Connectors are told apart by their types, which are unique (CONN-3); display names need not be."""
        return one.type.casefold()

    def key_of_line(self, line: ConnectorLine) -> str:
        """The type that the line means."""
        return law.connector_type(line.account, *_parts(line)).casefold()

    def never_changes(self, old: StoredConnector, new: StoredConnector) -> Iterator[FieldProblem]:
        """The type, by which components name it (CONN-3); what was released stays so, and Public never returns to
        Private, nor Hidden to anything (CONN-6).
        """
        if old.type != new.type:
            yield "type", f"is {new.type!r}: that of {old.name!r} is {old.type!r}, which never changes (CONN-3)"
        before, after = _STANDINGS[old.released], _STANDINGS[new.released]
        back = (before.released and not after.released) or (before.public and not after.public)
        unhidden = before.visibility is Visibility.HIDDEN and before != after
        if back or unhidden or (before.visibility is Visibility.PUBLIC and after.visibility is Visibility.PRIVATE):
            yield "released", f"is {new.released!r}: {old.name!r} is {old.released!r} and cannot become that (CONN-6)"

    def write(self, changes: ResourceChanges[StoredConnector], *, actor: Actor, at: Instant) -> None:
        """Write the differences, set by set: groups and versions that are missing first."""
        every = [*changes.new, *(new for _, new in changes.changed)]
        _check_types(changes.new)
        groups = _groups_for(every)
        numbers = _versions_for(every, groups, actor, at)

        def standing(one: StoredConnector) -> tuple[Any, ...]:
            told, group = _STANDINGS[one.released], groups[one.account, one.word]
            number, since = numbers[group, one.version], at if told.released else None
            by = actor.name if told.released else ""
            return (told.visibility.value, number, since, by, at if told.public else None)

        changing = ("visibility", "version", "released_at", "released_by", "public_at")
        columns = ("id", "account_id", "name", "name_key", "group_id", "classification", "classification_key", "type")
        insert_rows(
            Connector,
            (*columns, *changing),
            (
                (
                    one.id,
                    one.account,
                    one.name,
                    one.name.casefold(),
                    groups[one.account, one.word],
                    one.classification,
                    one.classification.casefold(),
                    one.type,
                    *standing(one),
                )
                for one in changes.new
            ),
        )
        update_rows(
            Connector,
            "id",
            ("name", "name_key"),
            [(one.id, one.name, one.name.casefold()) for _, one in changes.changed],
        )
        moved = [one for old, one in changes.changed if replace(old, name=one.name) != one]
        update_rows(Connector, "id", changing, [(one.id, *standing(one)) for one in moved])
        _end_what_visibility_ends(changes, actor, at)

    def entries(self, changes: ResourceChanges[StoredConnector]) -> Iterator[BulkEntry]:
        """The audit entries that the single commands would have written."""
        for one in changes.new:
            told = _STANDINGS[one.released]
            made = {
                "name": (None, one.name),
                "type": (None, one.type),
                "version": (None, one.version),
                "visibility": (None, told.visibility.label),
            }
            yield BulkEntry(Act.CONNECTOR_ADDED, one.account, one.name, made)
        for old, new in changes.changed:
            before, after = _STANDINGS[old.released], _STANDINGS[new.released]
            if old.name != new.name:
                yield BulkEntry(Act.CONNECTOR_RENAMED, new.account, new.name, {"name": (old.name, new.name)})
            if (old.version, before.released) != (new.version, after.released):
                put = {"version": (old.version if before.released else None, new.version)}
                yield BulkEntry(Act.CONNECTOR_RELEASED, new.account, new.name, put)
            if before.visibility != after.visibility:
                seen = {"visibility": (before.visibility.label, after.visibility.label)}
                yield BulkEntry(Act.CONNECTOR_VISIBILITY, new.account, new.name, seen)

    def lines(self, account: AccountId | None) -> Iterator[ConnectorLine]:
        """Every connector, or those of one account, by account and type, which is told whole."""
        rows = Connector.rows.across(Crossing.ESTATE) if account is None else Connector.rows.of(account)
        labels = _labels(None if account is None else [account])
        for one in _told(rows.order_by(*by_code_point("account_id", "type")), labels):
            version = int(one.version) if one.version == str(_number(one.version)) else one.version
            yield ConnectorLine(
                account=one.account, name=one.name, id=one.id, type=one.type, version=version, released=one.released
            )


def _number(label: str) -> int:
    """The number that a label is; 0 for others."""
    return int(label) if label.isascii() and label.isdecimal() and len(label) < _DIGITS else 0


_DIGITS: Final = 10
"""Digits that no number of a version has."""

_COLUMNS: Final = (
    "id",
    "account_id",
    "name",
    "group__word",
    "classification",
    "group_id",
    "version",
    "visibility",
    "released_at",
    "public_at",
)


def _told(rows: Any, labels: dict[tuple[int, int], str]) -> Iterator[StoredConnector]:  # noqa: ANN401 - rows of Connector
    for columns in rows.values_list(*_COLUMNS).iterator(chunk_size=5000):
        key, account, name, word, classification, group, version, visibility, released, public = columns
        standing = _Standing(Visibility(visibility), released is not None, public is not None)
        label = labels.get((group, version), str(version))
        yield StoredConnector(key, AccountId(account), name, word, classification, label, _WORDS[standing])


def _labels(accounts: Iterable[str] | None) -> dict[tuple[int, int], str]:
    """The labels of versions, by group and number."""
    rows = ConnectorVersion.rows.across(Crossing.ESTATE)
    if accounts is not None:
        rows = rows.filter(account_id__in=tuple(accounts))
    return {(group, number): label for group, number, label in rows.values_list("group_id", "number", "label")}


def _end_what_visibility_ends(changes: ResourceChanges[StoredConnector], actor: Actor, at: Instant) -> None:
    """Close the reviews of connectors whose visibility has changed, and drop the shares of those that became Public
    (CONN-7).
    """
    seen = [
        (one, _STANDINGS[one.released].public and not _STANDINGS[old.released].public)
        for old, one in changes.changed
        if _STANDINGS[one.released].visibility != _STANDINGS[old.released].visibility
    ]
    for some in portions([one.id for one, _ in seen]):
        reviews = ConnectorReview.rows.across(Crossing.ESTATE).filter(connector_id__in=some, state=Review.PENDING)
        reviews.update(state=Review.CANCELLED, decided_by=actor.name, decided_at=at)
    for one in (one for one, published in seen if published):
        end_of_resource(
            actor=actor,
            at=at,
            account=one.account,
            kind=Kind.CONNECTOR,
            resource=one.id,
            name=one.name,
            cause="the connector became Public (CONN-7)",
        )


def _check_types(new: Iterable[StoredConnector]) -> None:
    """Types are unique platform-wide: ids of accounts and classifications may have hyphens of their own."""
    types: dict[str, StoredConnector] = {}
    for one in new:
        if types.setdefault(one.type, one) is not one:
            raise Refused(no.ConnectorClassificationTaken(classification=one.classification))
    for some in portions(sorted(types)):
        taken = Connector.rows.across(Crossing.ESTATE).filter(type__in=some).values_list("type", flat=True).first()
        if taken is not None:
            raise Refused(no.ConnectorClassificationTaken(classification=types[taken].classification))


def _groups_for(connectors: Iterable[StoredConnector]) -> dict[tuple[str, str], int]:
    """The groups of these connectors by account and word; those that are missing are made."""
    wanted = {(one.account, one.word): one for one in connectors}
    accounts = sorted({account for account, _ in wanted})
    known, names = _known_groups(accounts)
    rows = []
    for (account, word), one in sorted(wanted.items()):
        if (account, word) not in known:
            name = next(name for name in _possible(one) if name.casefold() not in names[account])
            names[account].add(name.casefold())
            rows.append((account, name, name.casefold(), word))
    insert_rows(ConnectorGroup, ("account_id", "name", "name_key", "word"), rows)
    return _known_groups(accounts)[0] if rows else known


def _possible(one: StoredConnector) -> Iterator[str]:
    """What a group may be called: like its first connector, like its word, or like that with a number."""
    yield one.name
    yield one.word
    number = 2
    while True:
        yield f"{one.word} {number}"
        number += 1


def _known_groups(accounts: Iterable[str]) -> tuple[dict[tuple[str, str], int], dict[str, set[str]]]:
    groups: dict[tuple[str, str], int] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for some in portions(sorted(accounts)):
        rows = ConnectorGroup.rows.across(Crossing.ESTATE).filter(account_id__in=some)
        for key, account, word, name in rows.values_list("id", "account_id", "word", "name_key"):
            groups[account, word] = key
            names[account].add(name)
    return groups, names


def _versions_for(
    connectors: Iterable[StoredConnector], groups: dict[tuple[str, str], int], actor: Actor, at: Instant
) -> dict[tuple[int, str], int]:
    """The numbers of the versions of these connectors by group and label; those that are missing are made."""
    found: dict[tuple[int, str], int] = {}
    used: dict[int, set[int]] = defaultdict(set)
    for some in portions(sorted(set(groups.values()))):
        rows = ConnectorVersion.rows.across(Crossing.ESTATE).filter(group_id__in=some)
        for group, label, number in rows.values_list("group_id", "label", "number"):
            found[group, label] = number
            used[group].add(number)
    made = []
    released = {}
    for one in connectors:
        group = groups[one.account, one.word]
        if (group, one.version) not in found:
            told = _number(one.version)
            number = told if told and told not in used[group] else law.next_version(used[group])
            found[group, one.version] = number
            used[group].add(number)
            made.append((one.account, group, number, one.version))
        if _STANDINGS[one.released].released:
            released[group, found[group, one.version]] = True
    insert_rows(
        ConnectorVersion,
        ("account_id", "group_id", "number", "label", "user", "at", "released_at", "released_by"),
        ((*row, actor.name, at, *((at, actor.name) if (row[1], row[2]) in released else (None, ""))) for row in made),
    )
    return found
