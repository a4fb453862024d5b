"""The queue as operators see it, and what they do to it."""

import contextlib
import sqlite3

import pytest

from tests.command_line.processes import Installation, one_line

pytestmark = pytest.mark.processes

ROWS = (
    ("k1", "failed", "2026-01-01 10:00:00", None, 10, "OSError: the disk is full"),
    ("k2", "waiting", "2026-01-02 10:00:00", None, 1, "OSError: not now"),
    ("k3", "waiting", "2999-01-01 00:00:00", None, 0, ""),
    ("k4", "waiting", "2999-01-01 00:00:01", "2999-01-01 00:00:00", 0, ""),
)


@pytest.fixture
def busy(loaded: Installation) -> Installation:
    """With a job that has failed, one that is due, one for later and one begun, of a kind that this version does not
    know.
    """
    with contextlib.closing(sqlite3.connect(loaded.data / "tenantry.sqlite3")) as connection:
        for key, state, at, begun, attempts, error in ROWS:
            connection.execute(
                "INSERT INTO job (account_id, kind, key, state, attempts, error, due, next_at, begun_at, details)"
                " VALUES ('acme', 'of.tomorrow', ?, ?, ?, ?, ?, ?, ?, '{}')",
                (key, state, attempts, error, at, at, begun),
            )
        connection.commit()
    return loaded


def shown(installation: Installation, *words: str) -> list[str]:
    """The lines that a command prints, without the spaces that make columns."""
    return [" ".join(line.split()) for line in installation.run(*words).stdout.splitlines()]


def test_jobs_shows_the_queue_and_what_is_done_to_it(busy: Installation) -> None:
    """First what is tried next; narrowed, in portions, with counts; a job is retried and cancelled by its number."""
    lines = shown(busy, "jobs")
    assert lines == [
        "ID STATE KIND ACCOUNT KEY DUE NEXT TRY FAILED TRIES LAST ERROR",
        "1 failed of.tomorrow acme k1 2026-01-01T10:00:00Z never 10 OSError: the disk is full",
        "2 due of.tomorrow acme k2 2026-01-02T10:00:00Z 2026-01-02T10:00:00Z 1 OSError: not now",
        "3 waiting of.tomorrow acme k3 2999-01-01T00:00:00Z 2999-01-01T00:00:00Z 0",
        "4 begun of.tomorrow acme k4 2999-01-01T00:00:01Z 2999-01-01T00:00:01Z 0",
        "4 shown; 3 waiting, 1 failed",
    ]
    assert shown(busy, "jobs", "--failed") == [*lines[:2], "1 shown; 3 waiting, 1 failed"]
    assert busy.run("jobs", "--account", "beta").stdout == "0 shown; 0 waiting, 0 failed\n"
    assert busy.run("jobs", "--kind", "share.end").stdout == "0 shown; 0 waiting, 0 failed\n"
    *_, more = shown(busy, "jobs", "--limit", "2")
    assert shown(busy, "jobs", "--after", more.split()[-1])[1] == lines[3]
    assert busy.run("jobs", "retry", "1").stdout == "Job 1 is due now.\n"
    assert busy.run("jobs", "--failed").stdout == "0 shown; 4 waiting, 0 failed\n"
    assert busy.run("jobs", "cancel", "2").stdout == "Job 2 is called off.\n"
    for verb in ("retry", "cancel"):
        assert one_line(busy.run("jobs", verb, "2")).startswith("There is no job 2: it is done, or was called off.")


def test_doctor_tells_of_jobs_that_nobody_does(busy: Installation) -> None:
    """As a warning: what to look at and what to run."""
    done = busy.run("doctor")
    assert done.returncode == 0
    assert "warning: Overdue jobs: 1, the oldest since 2026-01-02T10:00:00Z. Run `tenantry serve`" in done.stdout
    assert "warning: Jobs that have failed for good: 1. See why with `tenantry jobs --failed`" in done.stdout


def test_worker_needs_a_database(installation: Installation) -> None:
    """It makes none, so that it never works on an empty one by mistake."""
    assert "There is no database" in one_line(installation.run("worker"))
