"""Where sessions are kept: Django's database sessions, with columns for what lists and rules ask (SESS-1)."""

from datetime import UTC, datetime
from typing import Any, Final, cast

from django.contrib import auth
from django.contrib.sessions.backends import db

from tenantry.sessions.models import ADDRESS_LIMIT, AGENT_LIMIT, Session

ACCOUNT: Final = "account"
"""Where a session keeps its current account."""

FEDERATING: Final = "federating"
STARTED: Final = "started"
ADDRESS: Final = "address"
AGENT: Final = "agent"
LOCKS: Final = "locks"
"""Whether the account the session is in locks those in which nobody is active, as it held at sign-in (SESS-5)."""


class SessionStore(db.SessionStore):
    """A session as views see it.

    `row` is the stored one it was read from, if it was read. `active_at` is when its person was last active: writing a
    session makes nobody active.
    """

    row: Session | None = None
    active_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        self.active_at = self.row.active_at if self.row is not None else None
        return self.row

    def flush(self) -> None:
        """End the session; what begins after it in the same browser is another one."""
        super().flush()
        self.row = self.active_at = None

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of a session that is written."""
        row = cast("Session", super().create_model_instance(data))
        row.user_id = data.get(auth.SESSION_KEY)
        row.account_id = data.get(ACCOUNT)
        row.federating_id = data.get(FEDERATING)
        row.started_at = datetime.fromisoformat(data[STARTED]) if STARTED in data else None
        row.active_at = self.active_at = self.active_at or datetime.now(UTC)
        row.locks = bool(data.get(LOCKS, False))
        row.address = data.get(ADDRESS, "")[:ADDRESS_LIMIT]
        row.agent = data.get(AGENT, "")[:AGENT_LIMIT]
        return row
