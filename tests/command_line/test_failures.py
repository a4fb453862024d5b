"""The database is locked, full or gone, or the process is killed: one clear line, nothing half done."""

import contextlib
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command_line.processes import ACME, ANN, WORLD, Installation, one_line, run_from_nothing

pytestmark = pytest.mark.processes

MANY = [
    line
    for n in range(6000)
    for line in (
        {"kind": "user", "id": f"u{n}@acme.test"},
        {"kind": "user_role", "account": "acme", "user": f"u{n}@acme.test", "role": "Standard User"},
    )
]


def users_of(export: str) -> int:
    """How many people an export tells of."""
    return export.count('"kind":"user",')


def test_a_locked_database_is_told(loaded: Installation) -> None:
    """Another write holds it for longer than the time-out."""
    file = loaded.write("more.jsonl", ANN | {"first_name": "Ann"})
    with contextlib.closing(sqlite3.connect(loaded.data / "tenantry.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "busy with another write" in one_line(loaded.run("load", file))
        other.execute("ROLLBACK")
    assert loaded.run("load", file).returncode == 0


def test_a_full_disk_is_told_and_leaves_nothing_behind(loaded: Installation) -> None:
    """No file may grow beyond a limit; what fits afterwards loads."""
    before = loaded.run("export").stdout
    file = loaded.write("many.jsonl", *MANY)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

    assert "Nothing was changed" in one_line(loaded.run("load", file, before=limit))
    assert loaded.run("export").stdout == before
    assert loaded.run("doctor").returncode == 0
    assert loaded.run("load", file).returncode == 0


@pytest.mark.parametrize(
    "url",
    ["sqlite:///missing/folder/t.sqlite3", "postgresql://nobody:secret@127.0.0.1:1/none"],
)
def test_a_database_that_is_not_there_is_told(url: str, installation: Installation) -> None:
    """Without the password, in one line, for writing and for reading."""
    file = installation.write("world.jsonl", *WORLD)
    for words in (("load", file), ("export",), ("doctor",)):
        said = one_line(installation.run(*words, "--database", url))
        assert "secret" not in said


def test_a_file_that_is_no_database_is_told(installation: Installation) -> None:
    """In one line."""
    installation.data.mkdir()
    (installation.data / "tenantry.sqlite3").write_text("This is a letter, not a database.\n" * 100)
    assert "not a database" in one_line(installation.run("export"))


@pytest.mark.slow
def test_a_load_killed_at_any_moment_leaves_all_or_nothing(loaded: Installation) -> None:
    """Killed at six moments of its run: everything is in order, and the next load works."""
    many = MANY[: len(MANY) // 2]
    file = loaded.write("many.jsonl", *many)
    started = time.monotonic()
    plan = run_from_nothing(
        "plan", file, environment=loaded.environment, folder=loaded.folder
    )  # as what is killed does
    whole = time.monotonic() - started
    assert plan.returncode == 0
    for part in (0.3, 0.45, 0.6, 0.7, 0.8, 0.95):
        process = loaded.start("load", file)
        time.sleep(whole * part)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert loaded.run("doctor").returncode == 0
        assert users_of(loaded.run("export").stdout) in {2, 2 + len(many) // 2}
    assert loaded.run("load", file).returncode == 0
    assert users_of(loaded.run("export").stdout) == 2 + len(many) // 2


COMMANDS = """
import django
django.setup()
from datetime import UTC, datetime
from tenantry.roles.commands import create_role
from tenantry.rules.vocabulary import OPERATOR, AccountId
print("ready", flush=True)
n = 0
while True:
    n += 1
    create_role(actor=OPERATOR, at=datetime.now(UTC), account=AccountId("acme"), name=f"R{n}-{datetime.now()}")
"""


@pytest.mark.slow
def test_a_command_killed_at_any_moment_is_done_wholly_or_not_at_all(loaded: Installation) -> None:
    """As many audit entries and revisions as roles: no act without its entry, no entry without its act."""
    database = loaded.data / "tenantry.sqlite3"
    environment = loaded.environment | {"DJANGO_SETTINGS_MODULE": "tenantry.web.settings"}
    for moment in (0.05, 0.11, 0.17, 0.23):
        process = subprocess.Popen([sys.executable, "-c", COMMANDS], env=environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        roles, entries, revision = _counted(database)
        assert roles == entries == revision
        assert loaded.run("doctor").returncode == 0


def _counted(database: Path) -> tuple[int, int, int]:
    """Roles made, entries of them, and how often the account changed since it was loaded."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        answers = [
            connection.execute(question).fetchone()[0]
            for question in (
                "SELECT count(*) FROM role WHERE account_id = 'acme' AND name LIKE 'R%-%'",
                "SELECT count(*) FROM audit_entry WHERE type = 'role' AND container LIKE 'R%-%'",
                "SELECT number - 1 FROM revision WHERE scope = 'acme'",
            )
        ]
    return answers[0], answers[1], answers[2]


def test_an_account_named_twice_by_two_loads_at_once_is_loaded_once(installation: Installation) -> None:
    """Two first loads at the same time: one migrates, both end well, and the second finds everything there."""
    file = installation.write("world.jsonl", *WORLD, ACME)
    both = [installation.start("load", file, TENANTRY_SQLITE_TIMEOUT="20") for _ in range(2)]
    ended = [(process.communicate(timeout=60), process.returncode) for process in both]
    assert [status for _, status in ended] == [0, 0], ended
    assert users_of(installation.run("export").stdout) == 2
