"""What each command prints, and with which status it ends."""

import contextlib
import gzip
import json
import os
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.command_line.processes import BOB, OPS, WORLD, Installation, asks, one_line
from tests.migrated import put

pytestmark = pytest.mark.processes


def test_load_makes_the_database_and_tells_what_was_new(installation: Installation) -> None:
    """Then what is unchanged."""
    file = installation.write("world.jsonl", *WORLD)
    first, second = installation.run("load", file), installation.run("load", file)
    assert [line.split() for line in first.stdout.splitlines()] == [
        ["new", "changed", "unchanged"],
        ["account", "1", "0", "0"],
        ["account_settings", "0", "0", "0"],
        ["user", "2", "0", "0"],
        ["role", "1", "0", "0"],
        ["user_role", "2", "0", "0"],
        ["federation", "0", "0", "0"],
        ["account_group", "0", "0", "0"],
        ["group_account", "0", "0", "0"],
        ["group_user_role", "0", "0", "0"],
        ["group_resource", "0", "0", "0"],
        ["environment", "0", "0", "0"],
        ["environment_role", "0", "0", "0"],
        ["folder", "0", "0", "0"],
        ["folder_role", "0", "0", "0"],
        *([kind, "0", "0", "0"] for kind in ("cloud", "connector", "process", "integration_pack", "model")),
        ["object", "1", "0", "0"],
        ["privilege", "0", "0", "0"],
    ]
    assert ["user", "0", "0", "2"] in [line.split() for line in second.stdout.splitlines()]
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")


def test_a_load_names_the_accounts_that_wait_for_a_secret(tables: Installation) -> None:
    """No file brings one."""
    openid = {"issuer": "https://id.example.com", "client_id": "tenantry"}
    settings = {"kind": "account_settings", "account": "acme", "sign_on": {"enabled": "openid", "openid": openid}}
    done = tables.run("load", tables.write("world.jsonl", *WORLD, settings))
    assert done.stdout.splitlines()[-1] == "  acme"
    assert "secret" in done.stdout.splitlines()[-2]


def test_a_refused_load_names_the_place_and_makes_no_database(installation: Installation) -> None:
    """FILE:LINE: field: what is wrong; and nothing is left behind."""
    file = installation.write("world.jsonl", *WORLD, {"kind": "user", "id": "nobody"})
    assert (
        one_line(installation.run("load", file)) == f"{file}:{len(WORLD) + 1}: id: “nobody” is not an e-mail address."
    )
    assert not (installation.data / "tenantry.sqlite3").exists()


@pytest.mark.parametrize("place", ["before", "after", "variable"])
def test_the_database_is_named_before_or_after_the_command_or_by_the_environment(
    place: str, installation: Installation, django_db_setup: None
) -> None:
    """And nothing is made in the data folder then."""
    file = installation.folder / "other.sqlite3"
    put(file)
    url = f"sqlite:///{file}"
    words = {"before": ("--database", url, "load"), "after": ("load", "--database", url), "variable": ("load",)}[place]
    if place == "variable":
        installation.environment["TENANTRY_DATABASE_URL"] = url
    done = installation.run(*words, installation.write("world.jsonl", *WORLD))
    assert done.returncode == 0, done.stderr
    with contextlib.closing(sqlite3.connect(file)) as store:
        assert store.execute("SELECT id FROM account").fetchall() == [("acme",)]
    assert not (installation.data / "tenantry.sqlite3").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("load",),
        ("plan",),
        ("dance",),
        ("explain", "a"),
        ("serve", "--port", "0"),
        ("--database", "mysql://x/y", "export"),
        ("export", "--database", "nonsense"),
        ("token", "issue"),
        ("token", "issue", "--user", "a@b.test"),
    ],
)
def test_wrong_usage_ends_with_status_2(words: tuple[str, ...], installation: Installation) -> None:
    """As it does everywhere."""
    assert installation.run(*words).returncode == 2


@pytest.mark.parametrize(
    "words", [("export",), ("decide",), ("explain", "a", "BUILD", "b"), ("doctor",), ("export", "-o", "x.jsonl")]
)
def test_commands_that_only_read_make_no_database(words: tuple[str, ...], installation: Installation) -> None:
    """They say in one line what to do."""
    assert "There is no database at" in one_line(installation.run(*words))
    assert not (installation.data / "tenantry.sqlite3").exists()


def test_a_database_that_is_not_up_to_date_is_told(installation: Installation) -> None:
    """An empty file, as a half-made installation leaves it."""
    installation.data.mkdir()
    (installation.data / "tenantry.sqlite3").touch()
    assert "is not up to date" in one_line(installation.run("export"))


def test_export_writes_files_as_well(loaded: Installation) -> None:
    """Plain and compressed, for the owner's eyes only, and the same bytes as standard output."""
    text = loaded.run("export").stdout
    assert loaded.run("export", "-o", "a.jsonl").returncode == 0
    assert loaded.run("export", "-o", "a.jsonl.gz").returncode == 0
    assert (loaded.folder / "a.jsonl").read_text() == text
    assert gzip.decompress((loaded.folder / "a.jsonl.gz").read_bytes()).decode() == text
    assert (loaded.folder / "a.jsonl").stat().st_mode & 0o077 == 0
    assert "cannot be written" in one_line(loaded.run("export", "-o", "missing/a.jsonl"))
    assert one_line(loaded.run("export", "--account", "nobody")) == "There is no account nobody. (ACC-2)"


def test_plan_says_that_nothing_was_changed_and_who_is_locked_out(loaded: Installation) -> None:
    """And indeed nothing was."""
    before = loaded.run("export").stdout
    done = loaded.run("plan", loaded.write("change.jsonl", BOB | {"locked": True}, OPS | {"privileges": []}))
    assert done.returncode == 0, done.stderr
    assert "Nothing was changed." in done.stdout
    assert "bob@acme.test in acme: The user is locked." in done.stdout
    assert loaded.run("export").stdout == before


def test_a_plan_for_a_first_load_makes_no_database(installation: Installation) -> None:
    """There is nothing yet to compare with, and still nothing afterwards."""
    done = installation.run("plan", installation.write("world.jsonl", *WORLD))
    assert done.returncode == 0, done.stderr
    assert ["account", "1", "0", "0"] in [line.split() for line in done.stdout.splitlines()]
    assert not (installation.data / "tenantry.sqlite3").exists()


def test_decide_answers_a_line_for_a_line(loaded: Installation) -> None:
    """By address, by the host's id, about an object, as of a time; unknowns are denials with their reason."""
    questions = [
        asks("ann@acme.test", "BUILD"),
        asks("u-2", "BUILD_READ_ONLY"),
        asks("u-2", "DEPLOY", "r-1", "report"),
        asks("u-2", "BUILD", time="2095-01-01T00:00:00Z"),
        asks("nobody@acme.test", "BUILD"),
        asks("u-2", "FLY"),
        asks("u-2", "BUILD", "nowhere"),
    ]
    done = loaded.run("decide", loaded.write("questions.jsonl", *questions))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["decision"] for answer in answers] == [True, True, False, False, False, False, False]
    assert answers[1]["context"]["grants"][0]["through"] == "BUILD"
    assert [answer["context"].get("reason", {}).get("code") for answer in answers[2:]] == [
        "not_held",
        "no_roles",
        "unknown_user",
        "unknown_privilege",
        "unknown_account",
    ]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('{"subject":{"type":"user","id":5},"action":{"name":"X"},"resource":{"type":"a","id":"b"}}', "$.subject.id"),
        ('{"subject":{"type":"user","id":"x"},"resource":{"type":"a","id":"b"}}', "$"),
        ("nonsense", "$"),
        (b"\xff", "$"),
    ],
)
def test_a_malformed_request_ends_decide_with_its_place(line: str | bytes, place: str, loaded: Installation) -> None:
    """Answers before it are written."""
    good = json.dumps(asks("u-2", "BUILD")).encode()
    raw = line.encode() if isinstance(line, str) else line
    done = loaded.run("decide", text=b"\n".join([good, b"", raw, good]))
    assert len(done.stdout.splitlines()) == 1
    assert one_line(done).startswith(f"standard input:3: {place}: ")


def test_decide_answers_on_a_pipe_at_once(loaded: Installation) -> None:
    """A program that asks one question waits for one answer."""
    process = loaded.start("decide")
    assert process.stdin is not None
    assert process.stdout is not None
    for _ in range(3):
        process.stdin.write(json.dumps(asks("u-2", "BUILD")).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["decision"] is True
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_explain_tells_a_yes_with_its_grants(loaded: Installation) -> None:
    """The path, what implies it, how long, by which rules."""
    told = loaded.run("explain", "u-2", "BUILD_READ_ONLY", "acme").stdout
    for part in ("ALLOWED", "directly by Ops", "through BUILD", "in force until 2090-01-01", "EFF-1"):
        assert part in told


def test_explain_tells_a_no_with_what_would_help(loaded: Installation) -> None:
    """The reason, its rule, the roles held, and roles that carry the privilege; or the feature that is off."""
    told = loaded.run("explain", "u-2", "ACCOUNT_ADMIN", "acme").stdout
    for part in (
        "DENIED",
        "ROLE-11",
        "Ops directly (in force until",
        "Roles of the account that carry it: Administrator",
    ):
        assert part in told
    assert "which is off in acme" in loaded.run("explain", "ann@acme.test", "CLOUD_MANAGEMENT", "acme").stdout
    assert "There is no account nowhere." in loaded.run("explain", "u-2", "BUILD", "nowhere").stdout
    refused = loaded.run("explain", "u-2", "BUILD", "acme", "--environment", "Nowhere")
    assert "There is no environment Nowhere in this account." in one_line(refused)


def test_explain_and_leaks_tell_of_environments(tables: Installation) -> None:
    """What opened a gate, what would; and as advice where roles act that are not attached, with the path (ENV-12)."""
    installation = tables
    role = {"kind": "role", "account": "acme"}
    held = {"kind": "user_role", "account": "acme", "user": "ann@acme.test"}
    world = (
        {"kind": "account", "id": "acme", "name": "Acme", "features": ["advanced_user_security"]},
        {"kind": "user", "id": "ann@acme.test"},
        {**role, "name": "Dev", "privileges": ["DEPLOY"]},
        {**role, "name": "Ops", "privileges": ["EXECUTE"]},
        {**held, "role": "Dev"},
        {"kind": "environment", "account": "acme", "name": "Prod"},
        {"kind": "environment", "account": "acme", "name": "Open"},
        {"kind": "environment_role", "account": "acme", "environment": "Prod", "role": "Ops"},
    )
    assert installation.run("load", installation.write("places.jsonl", *world)).returncode == 0
    told = installation.run("explain", "ann@acme.test", "DEPLOY", "acme", "--environment", "Prod").stdout
    assert "DENIED: ann@acme.test may not DEPLOY in Prod of acme." in told
    assert "ENV-9" in told
    assert "Attach the role Dev to the environment Prod." in told
    assert installation.run("load", installation.write("more.jsonl", {**held, "role": "Ops"})).returncode == 0
    told = installation.run("explain", "ann@acme.test", "DEPLOY", "acme", "--environment", "Prod").stdout
    assert "Prod is open to holders of Ops (ENV-9)." in told
    advice = installation.run("leaks", "acme").stdout
    assert "Prod: Dev is not attached and gives DEPLOY, because Ops opens it (ENV-12)" in advice
    assert "path Dev; 1 people: ann@acme.test" in advice
    assert "Open: the list is empty, so every role has access (ENV-9)" in advice
    assert "1 leaks, 1 openings" in advice
    assert "There is no account nowhere." in one_line(installation.run("leaks", "nowhere"))


def test_a_token_is_printed_alone_on_the_last_line(loaded: Installation) -> None:
    """So that a script can take it; for an account that does not exist there is none."""
    done = loaded.run("token", "issue", "--client", "host", "--account", "acme")
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.splitlines()
    assert " " not in last
    assert "nowhere" in one_line(loaded.run("token", "issue", "--client", "other", "--account", "nowhere"))


def test_tokens_of_the_operator_are_issued_listed_and_revoked(loaded: Installation) -> None:
    """The value is seen once, alone on the last line; the list tells what became of each."""
    value = loaded.run("token", "issue", "--operator", "loader", "--days", "30").stdout.splitlines()[-1]
    loaded.run("token", "issue", "--operator", "nightly")
    loaded.run("token", "issue", "--client", "host")
    assert "named “nightly”" in one_line(loaded.run("token", "issue", "--operator", "nightly"))
    assert loaded.run("token", "revoke", "--operator", "nightly").stdout == "The token of nightly is revoked.\n"
    assert "no such token" in one_line(loaded.run("token", "revoke", "--operator", "nightly"))
    told = loaded.run("token", "list").stdout
    assert value not in told
    states = [(line.split()[0], line.split()[1], line.split()[-1]) for line in told.splitlines()[1:]]
    assert states == [("operator", "loader", "good"), ("operator", "nightly", "revoked"), ("client", "host", "good")]
    assert value[:6] in told
    for wrong in (("--operator", "x", "--client", "y"), ("--operator", "x", "--account", "acme"), ("--days", "3")):
        assert loaded.run("token", "issue", *wrong).returncode == 2
    assert loaded.run("token", "revoke").returncode == 2


def test_the_token_of_a_host_application_is_ended_by_its_name(loaded: Installation) -> None:
    """Once; then nobody has that name, and it is free."""
    loaded.run("token", "issue", "--client", "ended")
    done = loaded.run("token", "revoke", "--client", "ended")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ended may not ask any more.\n"
    assert "no such token" in one_line(loaded.run("token", "revoke", "--client", "ended"))
    assert loaded.run("token", "issue", "--client", "ended").returncode == 0


def test_mfa_8_factors_are_reset_by_the_operator(loaded: Installation) -> None:
    """Who has none is told apart from who is not known."""
    email = "ann@acme.test"
    done = loaded.run("factors", "reset", email, "--reason", "asked for by a letter")
    assert (done.returncode, done.stdout) == (0, f"{email} had no second factor.\n")
    assert "nobody@acme.test" in one_line(loaded.run("factors", "reset", "nobody@acme.test"))


def test_doctor_finds_a_sound_installation_in_order(loaded: Installation) -> None:
    """And says so for each part."""
    done = loaded.run("doctor")
    assert (done.returncode, done.stdout.count("in order")) == (0, 5), done.stdout


def test_doctor_warns_of_a_key_that_others_can_read(loaded: Installation) -> None:
    """With the command that repairs it."""
    key = loaded.data / "secret-key"
    key.chmod(0o644)
    done = loaded.run("doctor")
    assert done.returncode == 1
    assert f"chmod 600 {key}" in done.stdout


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until_it_answers(url: str) -> int:
    """The status of the first answer; 0 when none came in time."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    return 0


def jobs_are_done(installation: Installation) -> bool:
    """Whether a job that is due goes away in time."""
    with contextlib.closing(sqlite3.connect(installation.data / "tenantry.sqlite3", isolation_level=None)) as store:
        store.execute(
            "INSERT INTO job (account_id, kind, key, state, attempts, error, due, next_at, details)"
            " SELECT MIN(id), 'share.end', 'k', 'waiting', 0, '', '2026-01-01', '2026-01-01', ? FROM account",
            ('{"role": "", "member": "", "cause": "", "user": "operator", "reached": 0}',),
        )
        for _ in range(600):
            if not store.execute("SELECT * FROM job WHERE key = 'k'").fetchall():
                return True
            time.sleep(0.05)
    return False


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serve_serves_the_demo_and_ends_when_told(
    end: signal.Signals, installation: Installation, django_db_setup: None
) -> None:
    """Address and sign-ins are printed, a second server is refused the port, jobs are done, the end is clean. It makes
    the database where there is none, and begins with an empty one as well.
    """
    if end is signal.SIGTERM:
        put(installation.data / "tenantry.sqlite3")
    port = free_port()
    process = installation.start("serve", "--demo", "--port", str(port), PYTHONUNBUFFERED="1")
    try:
        assert until_it_answers(f"http://127.0.0.1:{port}/") == 200
        taken = installation.run("serve", "--port", str(port))
        assert one_line(taken) == f"Port {port} on 127.0.0.1 is taken by another program; choose another with --port."
        assert jobs_are_done(installation)
    finally:
        process.send_signal(end)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert f"http://127.0.0.1:{port}" in out.decode()
    assert "runs-the-whole-demo" in out.decode()
    assert installation.run("doctor").returncode == 0


def test_the_standard_output_may_close_early(loaded: Installation) -> None:
    """As `tenantry export | head` does: no trace."""
    process = loaded.start("export")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(timeout=30)
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert process.stdin is not None
    process.stdin.close()
    process.stderr.close()


def test_a_data_folder_that_cannot_be_used_is_told(installation: Installation) -> None:
    """In one line."""
    installation.data.touch()
    assert "data folder cannot be used" in one_line(installation.run("export"))
    assert Path(installation.folder).is_dir()
    assert os.access(installation.folder, os.W_OK)
