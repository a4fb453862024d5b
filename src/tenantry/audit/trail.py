"""Writing entries, inside the transaction of the command: no act goes unrecorded and none is invented."""

from collections.abc import Mapping
from typing import Any

from tenantry.audit.catalogue import Act
from tenantry.audit.models import Entry
from tenantry.rules.vocabulary import AccountId, Actor, Instant

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


def properties(changes: Changes) -> list[dict[str, Any]]:
    """The stored form of changes: what differs, and always the role's name (AUD-3), sorted by name."""
    secret = _SECRET & changes.keys()
    if secret:
        raise ValueError(sorted(secret))
    return [
        {"name": name, "old": old, "new": new}
        for name, (old, new) in sorted(changes.items())
        if old != new or name == "ROLE_NAME"
    ]
