"""Writing entries, inside the transaction of the command: no act goes unrecorded and none is invented."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tenantry.audit.catalogue import Act
from tenantry.audit.models import Entry
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store.bulk import insert_rows

Changes = Mapping[str, tuple[Any, Any]]
"""Property name to (old, new)."""

_SECRET = frozenset({"password", "password_hash", "token"})


def record(
    act: Act,
    *,
    actor: Actor,
    account: AccountId | str,
    at: Instant,
    container: str = "",
    message: str = "",
    reason: str = "",
    changes: Changes | None = None,
) -> None:
    """Write one entry. Properties named like secrets are refused: secrets have no place in the log."""
    Entry.rows.of(account).bulk_create(
        [
            Entry(
                account_id=account,
                at=at,
                user=actor.name,
                type=act.value.type,
                action=act.value.action,
                modifier=act.value.modifier,
                source=actor.source,
                container=container[:255],
                message=message,
                reason=reason,
                properties=properties(changes or {}),
            )
        ]
    )


class BulkEntry(NamedTuple):
    """One of many entries that one act of one actor writes."""

    act: Act
    account: AccountId | str
    container: str
    changes: Changes
    message: str = ""


_BULK_COLUMNS = (
    "account_id",
    "at",
    "user",
    "type",
    "action",
    "modifier",
    "level",
    "source",
    "container",
    "message",
    "reason",
    "properties",
)


def record_many(entries: Iterable[BulkEntry], *, actor: Actor, at: Instant, reason: str = "") -> None:
    """Write the entries of a bulk load, each as `record` would; rows are made one by one as the database takes them."""
    words = {
        act: (actor.name, act.value.type, act.value.action, act.value.modifier, "INFO", actor.source.value)
        for act in Act
    }

    def row(entry: BulkEntry) -> tuple[object, ...]:
        act, account, container, changes, message = entry
        return (account, at, *words[act], container[:255], message, reason, properties(changes))

    insert_rows(Entry, _BULK_COLUMNS, map(row, entries))


def properties(changes: Changes) -> list[dict[str, Any]]:
    """The stored form of changes: what differs, and always the role's name (AUD-3), sorted by name."""
    if not _SECRET.isdisjoint(changes):
        raise ValueError(sorted(_SECRET & changes.keys()))
    return [
        {"name": name, "old": old, "new": new}
        for name, (old, new) in sorted(changes.items())
        if old != new or name == "ROLE_NAME"
    ]
