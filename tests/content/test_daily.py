"""Content is swept once a day, by one process of all, beside everything else."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from tenantry.content import daily
from tenantry.content.daily import AGAIN, DAY, FIRST_LOOK, NEXT_LOOK, keep_sweeping, sweep_if_due
from tenantry.content.failures import ContentUnavailable
from tenantry.content.models import SweepTurn
from tenantry.content.store import exists, keep
from tenantry.rules.vocabulary import AccountId, Instant
from tests.content.conftest import Place

pytestmark = [pytest.mark.store, pytest.mark.django_db]

ACME = AccountId("acme")
TICK = timedelta(microseconds=1)


@pytest.fixture
def now() -> datetime:
    """The instant of a first look."""
    made = datetime.now(UTC)
    assert sweep_if_due(made) is None
    return made


def test_content_is_swept_once_a_day(place: Place, now: datetime) -> None:
    """For the first time a day after the first look, so that rows can be brought back into a new database."""
    stored = keep(ACME, [b"x"], limit=1)
    assert sweep_if_due(now + DAY - TICK) is None
    assert exists(ACME, stored.key)
    at = now + DAY + timedelta(minutes=1)
    assert sweep_if_due(at) == 1
    assert not exists(ACME, stored.key)
    for later in (at, at + AGAIN, at + DAY - TICK):
        assert sweep_if_due(later) is None
    assert sweep_if_due(at + DAY) == 0


def test_a_look_before_its_time_writes_nothing(now: datetime) -> None:
    """Each process looks, and keeps nobody from writing."""
    with CaptureQueriesContext(connection) as queries:
        assert sweep_if_due(now + AGAIN) is None
    [query] = queries
    assert query["sql"].startswith("SELECT")


def test_of_many_processes_one_sweeps(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks while another is at it has no turn, although it may have looked before."""
    begun = []
    before = SweepTurn.objects.get()

    def sweep(at: Instant) -> int:
        begun.append(at)
        assert sweep_if_due(at + TICK) is None
        with monkeypatch.context() as early:
            early.setattr(models.QuerySet, "first", lambda _: before)
            assert sweep_if_due(at + TICK) is None
        return 7

    monkeypatch.setattr(daily, "sweep", sweep)
    assert sweep_if_due(now + DAY) == 7
    assert begun == [now + DAY]


def test_a_sweep_that_fails_is_made_up_for_an_hour_later(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ended it; and then all is well for a day."""

    def fail(_: Instant) -> int:
        raise ContentUnavailable("no route")

    with monkeypatch.context() as broken:
        broken.setattr(daily, "sweep", fail)
        with pytest.raises(ContentUnavailable):
            sweep_if_due(now + DAY)
    monkeypatch.setattr(daily, "sweep", lambda _: 0)
    assert sweep_if_due(now + DAY + AGAIN - TICK) is None
    assert sweep_if_due(now + DAY + AGAIN) == 0
    assert sweep_if_due(now + DAY + AGAIN + DAY - TICK) is None


class Looks:
    """Tells a thread to stop after so many pauses, and notes them."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.pauses: list[float] = []

    def wait(self, pause: float) -> bool:
        """Do not wait."""
        self.pauses.append(pause)
        self.left -= 1
        return self.left < 0


def test_a_storage_that_does_not_answer_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the thread goes on looking. The first look comes a minute after the beginning."""
    said: Iterator[Exception | None] = iter([ContentUnavailable("no route"), OSError("gone"), None])

    def look(_: Instant) -> int:
        if (error := next(said)) is not None:
            raise error
        return 0

    monkeypatch.setattr(daily, "sweep_if_due", look)
    monkeypatch.setattr(daily, "close_old_connections", lambda: None)
    monkeypatch.setattr(daily, "connection", Unclosed())
    looks = Looks(3)
    with caplog.at_level(logging.WARNING):
        keep_sweeping(looks)  # type: ignore[arg-type]
    assert looks.pauses == [FIRST_LOOK, NEXT_LOOK, NEXT_LOOK, NEXT_LOOK]
    assert [record.getMessage() for record in caplog.records] == [
        f"content is not swept: {ContentUnavailable('no route')}",
        "content is not swept: gone",
    ]
    assert next(said, "all asked") == "all asked"


class Unclosed:
    """The connection of the test, which it still needs."""

    def close(self) -> None:
        """Leave it open."""
