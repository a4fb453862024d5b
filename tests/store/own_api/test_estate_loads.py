"""Estate files sent in by programs of the operator's: who may, how they are loaded, what became of each line."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.content.store import exists, forget
from tenantry.content.sweep import columns_of, named
from tenantry.estate.load import prepare
from tenantry.estate.reading import read_stream
from tenantry.loads import commands, running
from tenantry.loads.models import EstateLoad, EstateLoadRow
from tenantry.loads.queries import LEASE
from tenantry.loads.states import Phase
from tenantry.platform_api import bounds
from tenantry.rules.content import Kept
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, Actor, Source, UserKey
from tenantry.runtimes.bounds import Buckets
from tenantry.store.crossings import Crossing
from tenantry.store.sweeping import sweep
from tenantry.tokens.commands import issue_client_token
from tenantry.tokens.operator_tokens import issue_operator_token, revoke_operator_token
from tests.store.factories import ADMINISTRATOR, DAY, PARTNER, a_user, an_account
from tests.store.own_api.callers import body, own, problem

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
NDJSON = "application/x-ndjson"
WORLD: list[dict[str, Any]] = [
    {"kind": "account", "id": "acme", "name": "Acme", "features": ["advanced_user_security"]},
    {"kind": "user", "id": "ann@acme.example", "first_name": "Ann"},
    {"kind": "role", "account": "acme", "name": "Analyst", "privileges": ["API"]},
    {"kind": "user_role", "account": "acme", "user": "Ann@acme.example", "role": "Analyst"},
    {"kind": "user_role", "account": "acme", "user": "ann@acme.example", "role": "Administrator"},
]


@dataclass(frozen=True)
class Program:
    """A program of the operator's."""

    secret: str
    name: str = "loader"

    def send(self, method: str, path: str, data: bytes = b"", *, kind: str = NDJSON, **headers: str) -> HttpResponse:
        """Send a call."""
        told = {"authorization": f"Bearer {self.secret}", **headers}
        answer: HttpResponse = Client().generic(method, f"/v1/{path}", data, kind, headers=told)  # type: ignore[assignment]
        return answer

    def load(self, *lines: Any) -> Any:
        """Send these lines in, and do what is to be done."""
        answer = self.send("POST", "estate-loads", encoded(*lines))
        assert answer.status_code == 201, answer.content
        assert running.load_next()
        return self.read(body(answer)["id"])

    def read(self, id: str) -> Any:
        """How far a load is."""
        return body(self.send("GET", f"estate-loads/{id}"))

    def rows(self, load: Any, **filters: str) -> list[Any]:
        """What became of its lines, part by part."""
        found, cursor = [], ""
        while True:
            query = "&".join(f"{name}={value}" for name, value in {"limit": "3", **filters}.items())
            part = body(self.send("GET", f"{load['rows'].removeprefix('/v1/')}?{query}&cursor={cursor}"))
            found += part["items"]
            cursor = part["next"]
            if not cursor:
                return found


def encoded(*lines: Any) -> bytes:
    """A file of these lines; a text is one as it stands."""
    return b"".join((line.encode() if isinstance(line, str) else json.dumps(line).encode()) + b"\n" for line in lines)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """One that may do all; what tells of progress beside the test's transaction keeps still."""
    monkeypatch.setattr(running, "BEAT", 3600.0)
    monkeypatch.setattr(bounds, "FAILURES", Buckets(rate=1, burst=60))
    monkeypatch.setattr(bounds, "calls", lambda: None)
    return Program(issue_operator_token(actor=OPERATOR, at=NOW, name="loader"))


def age(**elapsed: float) -> None:
    """Let whoever carries out a load have been silent for so long."""
    EstateLoad.objects.update(alive_at=NOW - timedelta(**elapsed))


# ---- who may -------------------------------------------------------------------------------------------------------


def test_only_the_operators_tokens_open_the_operators_addresses(program: Program) -> None:
    """No token of an account, of a host application or of old; what is wrong is never told."""
    home = an_account("Home", PARTNER)
    ann = a_user(home, ADMINISTRATOR)
    old = issue_operator_token(actor=OPERATOR, at=NOW, name="old")
    revoke_operator_token(actor=OPERATOR, at=NOW, name="old")
    over = issue_operator_token(actor=OPERATOR, at=NOW - 2 * DAY, name="over", expires=NOW - DAY)
    host = issue_client_token(actor=OPERATOR, at=NOW, name="host", accounts=None)
    theirs = own(home, ann)
    for secret in (old, over, host, theirs.secret, "", "x" * 36):
        for method in ("GET", "POST"):
            answer = Program(secret).send(method, "estate-loads", encoded(*WORLD))
            assert problem(answer) == (401, "call_not_proven")
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Tenantry"'
    basic = theirs.client.get("/v1/estate-loads", headers={"authorization": f"Basic {program.secret}"})
    assert basic.status_code == 401
    assert not EstateLoad.objects.exists()
    assert program.send("GET", "estate-loads").status_code == 200


def test_the_operators_token_opens_nothing_of_an_account(program: Program) -> None:
    """At no interface."""
    home = an_account("Home", PARTNER)
    for address in (f"/v1/accounts/{home}/grants", f"/api/rest/v1/{home}/Role/x"):
        answer = Client().get(address, headers={"authorization": f"Bearer {program.secret}"})
        assert answer.status_code == 401, address


def test_calls_that_prove_nothing_are_bounded(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """From one place, at whichever interface; then none is looked at."""
    monkeypatch.setattr(bounds, "FAILURES", Buckets(rate=0.001, burst=2))
    for _ in range(2):
        assert problem(Program("wrong").send("GET", "estate-loads")) == (401, "call_not_proven")
    answer = program.send("GET", "estate-loads")
    assert problem(answer) == (429, "too_many_calls")
    assert answer.headers["Retry-After"] == "1"


def test_api_7_calls_of_one_token_are_bounded(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those for one account are; other tokens go on."""
    few = Buckets(rate=0.001, burst=2)
    monkeypatch.setattr(bounds, "calls", lambda: few)
    other = Program(issue_operator_token(actor=OPERATOR, at=NOW, name="other"))
    found = [one.send("GET", "estate-loads").status_code for one in (program, program, program, other)]
    assert found == [200, 200, 429, 200]


def test_only_the_operator_asks_for_a_load() -> None:
    """The command refuses everybody else."""
    with pytest.raises(Refused, match="operator"):
        commands.ask_for_load(
            actor=Actor(UserKey("ann@acme.example"), Source.API),
            at=NOW,
            token=1,
            stored=None,  # type: ignore[arg-type]
            lines=1,
        )


# ---- what is sent --------------------------------------------------------------------------------------------------


def test_what_is_sent_is_plain_json_lines_of_a_bounded_size(program: Program, settings: Settings) -> None:
    """Refused before anything is kept: other media, compressed files, more or fewer bytes than said, too many."""
    data = encoded(*WORLD)

    def sent(data: bytes, *, kind: str = NDJSON, **headers: str) -> tuple[int, str]:
        return problem(program.send("POST", "estate-loads", data, kind=kind, **headers))

    assert sent(data, kind="application/json") == (415, "not_ndjson")
    assert sent(gzip.compress(data)) == (415, "not_ndjson")
    assert sent(b"\x28\xb5\x2f\xfd" + data) == (415, "not_ndjson")
    assert sent(data, **{"content-encoding": "gzip"}) == (415, "not_ndjson")
    less = {"wsgi.input": BytesIO(data), "CONTENT_LENGTH": str(len(data) + 1)}
    cut_off = Client().generic(
        "POST",
        "/v1/estate-loads",
        data,
        NDJSON,
        headers={"authorization": f"Bearer {program.secret}"},
        **less,  # type: ignore[arg-type] # the server's own stream
    )
    assert problem(cut_off) == (400, "body_cut_off")  # type: ignore[arg-type]
    assert sent(data, **{"content-length": ""}) == (411, "length_required")
    assert sent(data, **{"idempotency-key": "two words"}) == (422, "key_invalid")
    assert problem(program.send("DELETE", "estate-loads")) == (405, "method_not_allowed")
    assert problem(program.send("GET", "estate-loads?more=1")) == (422, "parameter_invalid")
    assert problem(program.send("GET", "elsewhere")) == (404, "no_such_address")
    settings.LOAD_LIMIT = len(data) - 1
    assert sent(data) == (413, "body_too_large")
    assert not EstateLoad.objects.exists()
    settings.LOAD_LIMIT = len(data)
    assert program.send("POST", "estate-loads", data).status_code == 201


def test_a_file_is_sent_twice_under_a_key_and_loaded_once(program: Program) -> None:
    """Answered alike, whatever has come of it since; another file under the key is refused; a day later it is new."""
    key = {"idempotency-key": "nightly"}
    first = program.send("POST", "estate-loads", encoded(*WORLD), **key)
    assert first.headers["Location"] == f"/v1/estate-loads/{body(first)['id']}"
    running.load_next()
    again = program.send("POST", "estate-loads", encoded(*WORLD), **key)
    assert (again.status_code, body(again), again.headers["ETag"]) == (201, body(first), first.headers["ETag"])
    assert (again.headers["Idempotency-Replayed"], "Idempotency-Replayed" in first.headers) == ("true", False)
    assert problem(program.send("POST", "estate-loads", encoded(*WORLD[:1]), **key)) == (422, "key_reused")
    other = Program(issue_operator_token(actor=OPERATOR, at=NOW, name="other"))
    assert body(other.send("POST", "estate-loads", encoded(*WORLD), **key))["id"] != body(first)["id"]
    EstateLoad.objects.filter(pk=int(body(first)["id"])).update(created_at=NOW - DAY)
    later = program.send("POST", "estate-loads", encoded(*WORLD[:1]), **key)
    assert (later.status_code, EstateLoad.objects.count()) == (201, 3)


# ---- what comes of it ----------------------------------------------------------------------------------------------


def test_a_load_is_done_and_told_line_by_line(program: Program) -> None:
    """Created, unchanged, changed; with tallies as the command line prints them; in the log under its name."""
    asked = program.send("POST", "estate-loads", encoded(*WORLD))
    told = body(asked)
    assert (told["state"], told["lines"], told["lines_read"], told["by"]) == ("queued", 5, 0, "loader")
    content = EstateLoad.objects.get().content
    assert running.load_next()
    assert not running.load_next()
    load = program.read(told["id"])
    assert (load["state"], load["phase"], load["lines_read"], load["failure"]) == ("done", None, 5, None)
    assert load["tallies"]["user_role"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert (load["started_at"] is not None, load["ended_at"] is not None) == (True, True)
    assert not exists(running.NOBODY, content)
    rows = program.rows(load)
    assert [(row["line"], row["kind"], row["outcome"]) for row in rows] == [
        (n + 1, line["kind"], "created") for n, line in enumerate(WORLD)
    ]
    assert rows[3]["key"] == {"account": "acme", "user": "ann@acme.example", "role": "Analyst"}
    entry = Entry.rows.of("acme").filter(type="role").get()
    assert (entry.user, entry.source, entry.reason) == ("operator", "API", f"Estate load {load['id']} of loader")
    changed = [
        {**WORLD[0], "name": "Acme Ltd"},
        *WORLD[1:3],
        {**WORLD[3], "valid_until": "2099-01-01T00:00:00Z"},
        WORLD[4],
    ]
    load = program.load(*changed)
    outcomes = [row["outcome"] for row in program.rows(load)]
    assert outcomes == ["changed", "unchanged", "unchanged", "changed", "unchanged"]
    assert [row["line"] for row in program.rows(load, outcome="changed")] == [1, 4]
    listed = body(program.send("GET", "estate-loads?limit=1"))
    assert (listed["items"][0]["id"], listed["next"] is not None) == (told["id"], True)
    tag = program.send("GET", f"estate-loads/{load['id']}").headers["ETag"]
    assert program.send("GET", f"estate-loads/{load['id']}", b"", **{"if-none-match": tag}).status_code == 304


def test_a_refused_load_changes_nothing_and_tells_every_line_that_is_refused(program: Program) -> None:
    """With field, sentence, code and rules; more than the command line shows."""
    wrong = [{"kind": "user", "id": f"nobody{n}"} for n in range(30)]
    load = program.load(*WORLD, *wrong, "not json", {"kind": "role", "account": "acme"}, {"kind": "x"})
    assert (load["state"], load["tallies"]) == ("failed", {})
    assert load["failure"] == {"code": "refused", "detail": "33 lines are refused. Nothing was changed."}
    assert not Account.rows.across(Crossing.ESTATE).filter(id="acme").exists()
    rows = program.rows(load)
    assert [row["line"] for row in rows] == list(range(6, 39))
    assert {row["outcome"] for row in rows} == {"refused"}
    first, *_, no_json, missing, unknown = rows
    assert (first["kind"], first["key"], first["field"], first["code"]) == ("user", {"id": "nobody0"}, "id", "invalid")
    assert (no_json["kind"], no_json["key"], no_json["code"]) == (None, None, "malformed")
    assert (missing["kind"], missing["field"], missing["message"]) == ("role", "name", "is missing")
    assert (unknown["kind"], unknown["field"]) == (None, "kind")


def test_what_the_rules_refuse_is_told_with_them(program: Program) -> None:
    """Found once every line can be read: keys name roles as the file does, places name no file."""
    world = [
        *WORLD,
        {"kind": "account", "id": "solo", "name": "Solo", "primary": "acme"},
        {"kind": "user_role", "account": "acme", "user": "ghost@acme.example", "role": "Analyst"},
    ]
    [row] = program.rows(program.load(*world))
    assert (row["line"], row["kind"], row["key"]) == (6, "account", {"id": "solo"})
    assert (row["field"], row["code"], row["rules"]) == ("primary", "not_accepted", ["ACC-5"])
    [row] = program.rows(program.load(*WORLD, world[-1]))
    assert (row["line"], row["field"], row["code"]) == (6, "user", "not_accepted")
    assert row["key"] == {"account": "acme", "user": "ghost@acme.example", "role": "Analyst"}
    ghosts = [{**world[-1], "user": f"ghost{n}@acme.example"} for n in range(12)]
    assert len(program.rows(program.load(*WORLD, *ghosts))) == len(ghosts)  # more than the command line shows
    [row] = program.rows(program.load(*WORLD, {**WORLD[1], "first_name": "Anna"}))
    assert (row["line"], row["code"], row["message"]) == (6, "contradicts", "contradicts upload:2")


def test_several_lines_about_one_thing_tell_what_became_of_it(program: Program) -> None:
    """Whether they are joined as they are read or when what they name is known."""
    load = program.load(
        *WORLD,
        {"kind": "user", "id": "ANN@acme.example", "last_name": "Acme"},
        {"kind": "user_role", "account": "acme", "user": "ann@acme.example", "role": "analyst"},
    )
    rows = program.rows(load)
    assert [row["outcome"] for row in rows] == ["created"] * 7
    assert load["tallies"]["user"]["new"] == 1
    assert load["tallies"]["user_role"]["new"] == 2


def test_outcomes_of_every_kind_add_up_to_its_tally(program: Program) -> None:
    """Of the demo, which has every kind but a few: made, and loaded again."""
    demo = (files("tenantry.estate") / "demo.jsonl").read_text().splitlines()
    first = program.load(*demo)
    assert first["state"] == "done", first["failure"]
    for load, outcome in ((first, "created"), (program.load(*demo), "unchanged")):
        rows = program.rows({"rows": load["rows"]}, limit="200")
        assert len(rows) == load["lines"]
        found = Counter((row["kind"], row["outcome"]) for row in rows)
        words = {"created": "new", "changed": "changed", "unchanged": "unchanged"}
        for kind, tally in load["tallies"].items():
            for told, word in words.items():
                assert found[kind, told] == tally[word], (kind, told)
        assert {row["outcome"] for row in rows} == {outcome}


def test_what_is_kept_of_a_large_file_is_bounded(program: Program, settings: Settings) -> None:
    """The first lines; the tallies are whole. Of refused ones it is told that there may be more."""
    settings.LOAD_ROWS = 3
    load = program.load(*WORLD)
    assert (load["state"], load["rows_cut"], [row["line"] for row in program.rows(load)]) == ("done", True, [1, 2, 3])
    load = program.load(*({"kind": "user", "id": f"nobody{n}"} for n in range(9)))
    assert (load["rows_cut"], load["failure"]["detail"]) == (True, "3 or more lines are refused. Nothing was changed.")
    load = program.load(*WORLD[:3])
    assert (load["rows_cut"], len(program.rows(load))) == (False, 3)


def test_a_load_that_is_not_there(program: Program) -> None:
    """Neither are its lines."""
    for id in ("1", "x", "9" * 40, "²"):
        for path in (f"estate-loads/{id}", f"estate-loads/{id}/rows"):
            assert problem(program.send("GET", path)) == (404, "not_there")


# ---- whoever carries it out ----------------------------------------------------------------------------------------


def test_loads_are_carried_out_one_at_a_time_in_their_order(program: Program) -> None:
    """While one is in hand nobody takes another."""
    ids = [int(body(program.send("POST", "estate-loads", encoded(line)))["id"]) for line in WORLD[:2]]
    first = commands.take_load(at=NOW)
    assert first is not None
    assert first.load == ids[0]
    assert commands.take_load(at=NOW) is None
    assert commands.take_load(at=NOW + LEASE / 2) is None
    told = program.read(str(ids[0]))
    assert (told["state"], told["phase"], told["started_at"] is not None) == ("running", "reading", True)
    assert commands.note_progress(claim=first, at=NOW + LEASE / 2, phase=Phase.HASHING, lines_read=1)
    assert commands.take_load(at=NOW + LEASE) is None
    told = program.read(str(ids[0]))
    assert (told["phase"], told["lines_read"]) == ("hashing", 1)
    assert told["phase"] == Phase.HASHING


def test_a_load_whose_process_died_is_begun_anew_and_the_dead_do_nothing_more(program: Program) -> None:
    """Whoever comes back after all finds it in other hands."""
    program.send("POST", "estate-loads", encoded(*WORLD))
    dead = commands.take_load(at=NOW)
    assert dead is not None
    assert commands.take_load(at=NOW + LEASE / 2) is None
    age(hours=1)
    assert commands.take_load(at=NOW + DAY) is not None
    prepared = prepare(read_stream(BytesIO(encoded(*WORLD)), "upload", at_most=1, line=lambda _: None))
    assert not commands.carry_out(claim=dead, at=NOW, prepared=prepared)
    assert not Account.rows.across(Crossing.ESTATE).filter(id="acme").exists()
    age(hours=1)
    assert running.load_next()
    assert EstateLoad.objects.get().state == "done"
    assert not commands.note_progress(claim=dead, at=NOW, phase=Phase.WRITING, lines_read=1)
    commands.fail_load(claim=dead, at=NOW, code="x", why="x")
    assert EstateLoad.objects.get().state == "done"
    assert EstateLoad.objects.get().tries == 3


def test_a_load_that_breaks_off_again_and_again_stands_as_failed(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three times, with a clear statement; nothing of it is there."""
    broken = {"yes": True}
    write = commands._write_lines

    def breaking(*given: Any) -> bool:
        if broken["yes"]:
            raise MemoryError
        return write(*given)

    def carry_out(**given: Any) -> bool:
        with transaction.atomic():  # what the test's own transaction would else keep
            return commands.carry_out(**given)

    monkeypatch.setattr(commands, "_write_lines", breaking)
    monkeypatch.setattr(running, "carry_out", carry_out)
    asked = body(program.send("POST", "estate-loads", encoded(*WORLD)))
    for _ in range(commands.TRIES):
        assert running.load_next()
        assert not running.load_next()  # it rests
        assert not Account.rows.across(Crossing.ESTATE).filter(id="acme").exists()
        age(hours=1)
    assert program.read(asked["id"])["state"] == "running"
    content = EstateLoad.objects.get().content
    assert exists(running.NOBODY, content)
    assert running.load_next()
    assert not exists(running.NOBODY, content)
    told = program.read(asked["id"])
    assert (told["state"], told["failure"]["code"]) == ("failed", "gave_up")
    assert told["failure"]["detail"].startswith("Begun 3 times. It broke off (MemoryError)")
    broken["yes"] = False
    assert program.load(*WORLD)["state"] == "done"


def test_a_file_that_is_gone_fails_at_once(program: Program) -> None:
    """There is nothing to try again."""
    asked = body(program.send("POST", "estate-loads", encoded(*WORLD)))
    forget(running.NOBODY, EstateLoad.objects.get().content)
    assert running.load_next()
    assert program.read(asked["id"])["failure"]["code"] == "content_not_found"


def test_what_waits_to_be_loaded_is_named_for_the_sweep_of_content(program: Program) -> None:
    """And no more once it has ended."""
    program.send("POST", "estate-loads", encoded(*WORLD))
    key = EstateLoad.objects.get().content
    kept = [Kept(f"{'0' * 32}/{key}", NOW)]
    from django.apps import apps

    assert named(kept, columns_of(apps)) == {key}
    running.load_next()
    assert named(kept, columns_of(apps)) == set()


def test_loads_that_ended_long_ago_are_swept_with_their_lines(program: Program) -> None:
    """Those that have not ended stay, however old."""
    load = program.load(*WORLD)
    program.send("POST", "estate-loads", encoded(*WORLD))
    ended = datetime.fromisoformat(load["ended_at"])
    assert sweep(ended + commands.KEPT, commands.sweep_loads) == 0
    assert sweep(ended + commands.KEPT + DAY, commands.sweep_loads) == 1
    assert (EstateLoad.objects.get().state, EstateLoadRow.objects.count()) == ("queued", 0)
