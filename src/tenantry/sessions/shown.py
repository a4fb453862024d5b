"""Sessions as pages list them."""

from collections.abc import Iterable
from typing import Any

from tenantry.accounts.queries import names_of_accounts
from tenantry.sessions.queries import SessionRow, handle_of
from tenantry.sessions.user_agents import described


def shown_sessions(rows: Iterable[SessionRow], current: str = "") -> list[dict[str, Any]]:
    """Each with device, operating system, browser, account and times; `current` is the key of the one asking."""
    rows = list(rows)
    names = names_of_accounts(row.account_id for row in rows if row.account_id)
    shown = []
    for row in rows:
        seen = described(row.agent)
        shown.append(
            {
                "handle": handle_of(row.session_key),
                "device": seen.device,
                "system": seen.system,
                "browser": seen.browser,
                "address": row.address,
                "account": names.get(row.account_id or "", ""),
                "started": row.started_at,
                "active": row.active_at,
                "current": row.session_key == current,
            }
        )
    return shown
