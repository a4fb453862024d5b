"""Sessions that are over are swept once a day, and nothing else is (SESS-3)."""

from datetime import timedelta
from typing import Any

import pytest

from tenantry.sessions import commands
from tenantry.sessions.commands import sweep_sessions
from tenantry.sessions.models import Session
from tenantry.store.sweeping import sweep
from tests.store.factories import AT, DAY, STANDARD_USER, TICK, a_user, an_account

pytestmark = pytest.mark.usefixtures("db")

MINUTE = timedelta(minutes=1)


def kept() -> set[str]:
    """The keys that are left."""
    return set(Session.objects.values_list("session_key", flat=True))


def test_what_is_over_goes_and_what_lives_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too old; nobody active for half an hour where that ends them; nobody signed in for a day. In portions."""
    monkeypatch.setattr(commands, "PORTION", 2)
    user = a_user(an_account(), STANDARD_USER).id
    rows: dict[str, dict[str, Any]] = {
        "lives": {"user_id": user, "active_at": AT - 13 * DAY},
        "too old": {"user_id": user, "expire_date": AT},
        "locked": {"user_id": user, "locks": True, "active_at": AT - 30 * MINUTE + TICK},
        "idle": {"user_id": user, "locks": True, "active_at": AT - 30 * MINUTE},
        "nobody": {"active_at": AT - DAY},
        "nobody of before": {},
        "nobody yet": {"active_at": AT - DAY + TICK},
    }
    for key, columns in rows.items():
        Session.objects.create(session_key=key, **({"expire_date": AT + TICK} | columns))
    assert sweep(AT, sweep_sessions) == 4
    assert kept() == {"lives", "locked", "nobody yet"}
    assert sweep(AT, sweep_sessions) == 0
