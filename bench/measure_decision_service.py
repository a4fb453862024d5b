"""The decision service: in process, over HTTP, in batches, in lists, and beside a hundred times as many grants.

Every figure is a ratio to a yardstick of the same run, or a median of several; all of one machine, which also makes the
calls. `--small` takes a fiftieth of the estates, whose figures say nothing about the goals.
"""

import io
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import population
import psycopg

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.postgresql import throwaway_postgresql  # noqa: E402 - of this folder's neighbour

PROGRAM = [sys.executable, "-c", "from tenantry.command_line import main; main()"]

TIMES_A_LOOK_UP = 3.0
SHARE_OF_AN_EMPTY_HANDLER = 0.7
BATCH_A_SECOND = 300_000
LIST_MILLISECONDS = 50.0
P99_MOVES = 0.10
"""The goals."""

RUNS = 7
SECONDS = 3
CONNECTIONS = 32
LISTED = 10_000


@dataclass(frozen=True)
class Estate:
    """An installation with the people and accounts of a file, and a token of a host application that asks about it."""

    folder: Path
    database: str
    token: str = ""
    grants: Sequence[tuple[str, str]] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What its processes find."""
        others = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "DJANGO_"))}
        return {**others, "TENANTRY_DATA_DIR": str(self.folder), "TENANTRY_DATABASE_URL": self.database}


def main() -> None:
    """Measure and print."""
    small = "--small" in sys.argv
    with tempfile.TemporaryDirectory(prefix="tenantry-bench-") as name:
        folder = Path(name)
        many = _estate(folder / "many", population.SMALL if small else MANY)
        few = _estate(folder / "few", FEW)
        _measure_in_process(many)
        if shutil.which("wrk") is None:
            print("over HTTP: not measured, there is no wrk here (Debian has it)")
        else:
            _measure_over_http("SQLite", many, few)
            with throwaway_postgresql() as large, throwaway_postgresql() as little:
                many = _estate(folder / "many-there", population.SMALL if small else MANY, large)
                _measure_over_http("PostgreSQL", many, _estate(folder / "few-there", FEW, little))
        _measure_lists(folder / "lists", LISTED // 50 if small else LISTED)


FEW = population.Size(users=9_000, accounts=180)
"""Ten thousand grants."""

MANY = population.Size(users=900_000, accounts=18_000)
"""A million grants."""


def _empty_estate(folder: Path, database: str = "") -> Estate:
    folder.mkdir()
    return Estate(folder, database or f"sqlite:///{folder}/tenantry.sqlite3")


def _estate(folder: Path, size: population.Size, database: str = "") -> Estate:
    """Load an estate of this size into a new installation, and choose whom to ask about."""
    made = _empty_estate(folder, database)
    file = folder / "estate.jsonl"
    population.write(file, size)
    grants = []
    for line in file.open("rb"):
        if line.startswith(b'{"kind":"user_role"') and b"valid_until" not in line:
            told = json.loads(line)
            grants.append((told["user"], told["account"]))
    _run(made, "load", str(file))
    if database:  # else the server does it beside what is measured, on one of the two cores
        with psycopg.connect(database, autocommit=True) as there:
            there.execute("VACUUM ANALYZE")
            there.execute("CHECKPOINT")
    token = _run(made, "token", "issue", "--client", "bench").split()[-1]
    print(f"estate: {size.users:,} users, {size.accounts:,} accounts, {len(grants):,} lasting grants", flush=True)
    return replace(made, token=token, grants=random.Random(5).sample(grants, min(len(grants), 20_000)))


def _run(estate: Estate, *words: str) -> str:
    done = subprocess.run([*PROGRAM, *words], env=estate.environment, capture_output=True, check=False, text=True)  # noqa: S603
    if done.returncode != 0:
        sys.exit(f"`tenantry {' '.join(words[:2])}` failed: {done.stderr.strip()}")
    return done.stdout


# ---- in process ----------------------------------------------------------------------------------------------------


def _measure_in_process(estate: Estate) -> None:  # noqa: C901 - one function for each thing that is measured
    """A decision by the rules, and the bytes of a request to the bytes of its answer; alone and in a batch."""
    os.environ.update(estate.environment, DJANGO_SETTINGS_MODULE="tenantry.web.settings")
    import django

    django.setup()
    from tenantry.access_api.application import application
    from tenantry.decisions.engine import ENGINE
    from tenantry.rules.decide import decide
    from tenantry.rules.vocabulary import AccountId

    state, at = ENGINE.current(), datetime.now(UTC)
    privileges = ("BUILD", "DEPLOY", "VIEW_RESULT", "USER_MANAGEMENT", "ACCOUNT_ADMIN")
    chance = random.Random(7)
    questions = [(user, AccountId(account), chance.choice(privileges)) for user, account in estate.grants]
    facts = {account: state.snapshot(account) for _, account, _ in questions}
    for user, account, privilege in questions:
        state.decide(user=user, privilege=privilege, account=account, at=at)
    ready = _ready_answers({account: known for account, known in facts.items() if known is not None}, privileges, at)
    ready |= {asked: state.decide(user=asked[0], privilege=asked[2], account=asked[1], at=at) for asked in questions}

    def look_up() -> None:
        for user, account, privilege in questions:
            _ = ready[user, account, privilege]

    def decided() -> None:
        for user, account, privilege in questions:
            _ = decide(facts[account], user, privilege, at)

    def of_state() -> None:
        for user, account, privilege in questions:
            _ = state.decide(user=user, privilege=privilege, account=account, at=at)

    one = [_environ(estate, "evaluation", _question(*asked)) for asked in questions[:2_000]]
    spread = _environ(estate, "evaluations", {"evaluations": [_question(*asked) for asked in questions[:1_000]]})
    home = {account for _, account, _ in questions[:20]}
    near = [
        (user, account, chance.choice(privileges))
        for account in home
        if (known := facts[account]) is not None
        for user in known.standings
    ]
    page = [_question(*asked) for asked in chance.choices(near, k=1_000)]
    together = _environ(estate, "evaluations", {"evaluations": page})

    def alone() -> None:
        for environ in one:
            environ["wsgi.input"].seek(0)
            application(environ, _started)

    def of_few_accounts() -> None:
        together["wsgi.input"].seek(0)
        application(together, _started)

    def of_many_accounts() -> None:
        spread["wsgi.input"].seek(0)
        application(spread, _started)

    asked_all, thousand = len(questions), 1_000
    counts = {look_up: asked_all, decided: asked_all, of_state: asked_all, alone: len(one)}
    counts |= {of_few_accounts: thousand, of_many_accounts: thousand}
    times = _interleaved(counts)
    yardstick = times[look_up]
    _say("a decision by the rules", times[decided] / yardstick, TIMES_A_LOOK_UP, "times a look-up of a ready answer")
    print(
        f"  a look-up takes {yardstick:.0f} ns; through a proven state {times[of_state] / yardstick:.1f} times as long"
    )
    print(f"a request as bytes to an answer as bytes, proof included: {times[alone] / 1000:.1f} us")
    for batch, told in ((of_few_accounts, "of a page"), (of_many_accounts, "spread over all accounts")):
        rate = 1e9 / times[batch]
        _say(f"a batch of 1,000 {told}, bytes to bytes", rate, BATCH_A_SECOND, A_SECOND, least=True)


A_SECOND = "decisions a second and core"


def _ready_answers(facts: Mapping[Any, Any], privileges: Sequence[str], at: datetime) -> dict[Any, Any]:
    """One of each person whom these facts know: as many, and as far apart in memory, as what is asked about."""
    from tenantry.rules.decide import decide

    chance = random.Random(9)
    asked = ((user, account, chance.choice(privileges)) for account, known in facts.items() for user in known.standings)
    return {one: decide(facts[one[1]], one[0], one[2], at) for one in asked}


def _question(user: str, account: str, privilege: str) -> dict[str, Any]:
    return {
        "subject": {"type": "user", "id": user},
        "action": {"name": privilege},
        "resource": {"type": "account", "id": account},
    }


def _environ(estate: Estate, door: str, body: dict[str, Any]) -> dict[str, Any]:
    sent = json.dumps(body).encode()
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/access/v1/{door}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_AUTHORIZATION": f"Bearer {estate.token}",
        "wsgi.input": io.BytesIO(sent),
    }


def _started(status: str, headers: object) -> None:
    del headers
    if not status.startswith("200"):
        raise AssertionError(status)


def _interleaved(counts: dict[Callable[[], None], int]) -> dict[Callable[[], None], float]:
    """Nanoseconds each: medians of runs that take turns, so that a busy machine slows all of them alike."""
    taken: dict[Callable[[], None], list[float]] = {function: [] for function in counts}
    for _ in range(RUNS):
        for function, count in counts.items():
            started = time.perf_counter_ns()
            function()
            taken[function].append((time.perf_counter_ns() - started) / count)
    return {function: statistics.median(some) for function, some in taken.items()}


# ---- over HTTP -----------------------------------------------------------------------------------------------------


def _measure_over_http(engine: str, many: Estate, few: Estate) -> None:
    """Against a handler that does nothing; and the same beside ten thousand grants and beside a million."""
    with _served(many) as large, _served(few) as small, _empty() as nothing:
        scripts = {large: _script(many), small: _script(few), nothing: _script(many)}
        for port, script in scripts.items():
            _wrk(port, script)
        taken: dict[int, list[tuple[float, float, float, float]]] = {port: [] for port in scripts}
        for _ in range(RUNS):
            for port, script in scripts.items():
                taken[port].append(_wrk(port, script))
    rates = {port: statistics.median(one[0] for one in some) for port, some in taken.items()}
    share = statistics.median(a[0] / b[0] for a, b in zip(taken[large], taken[nothing], strict=True))
    told = f"of an empty handler ({rates[large]:,.0f} of {rates[nothing]:,.0f} requests a second)"
    _say(f"over HTTP on {engine}, one worker", share, SHARE_OF_AN_EMPTY_HANDLER, told, least=True)
    for name, port in (("a million grants", large), ("ten thousand grants", small), ("an empty handler", nothing)):
        p50, p95, p99 = (statistics.median(one[place] for one in taken[port]) for place in (1, 2, 3))
        print(f"  {name}: p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} ms with {CONNECTIONS} connections")
    moves = statistics.median(a[3] / b[3] for a, b in zip(taken[large], taken[small], strict=True)) - 1
    _say(f"p99 on {engine} from ten thousand grants to a million", moves, P99_MOVES, "more")


@contextmanager
def _served(estate: Estate) -> Iterator[int]:
    port = _free_port()
    words = ["serve", "--only", "decisions", "--workers", "1", "--port", str(port)]
    with _running([*PROGRAM, *words], estate.environment, port, "/.well-known/authzen-configuration"):
        yield port


@contextmanager
def _empty() -> Iterator[int]:
    port = _free_port()
    words = [sys.executable, "empty_handler.py", str(port)]
    with _running(words, dict(os.environ), port, "/"):
        yield port


@contextmanager
def _running(words: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[None]:
    process = subprocess.Popen(words, env=environment, cwd=HERE, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _script(estate: Estate) -> Path:
    """What wrk sends: one question after the other, of a thousand people in their accounts."""
    bodies = [json.dumps(_question(user, account, "BUILD")) for user, account in estate.grants[:1_000]]
    file = estate.folder / "ask.lua"
    listed = ",\n".join(f"[==[{body}]==]" for body in bodies)
    file.write_text(
        f"local bodies = {{\n{listed}\n}}\nlocal n = 0\n"
        f'local headers = {{["Content-Type"] = "application/json", ["Authorization"] = "Bearer {estate.token}"}}\n'
        'function request() n = n % #bodies + 1\nreturn wrk.format("POST", "/access/v1/evaluation", headers, bodies[n])'
        ' end\nfunction done(summary, latency, requests) io.write(string.format("told %d %d %d %d %d\\n",'
        " summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99)))"
        ' io.write(string.format("wrong %d\\n", summary.errors.status + summary.errors.connect + summary.errors.read'
        " + summary.errors.timeout)) end\n"
    )
    return file


def _wrk(port: int, script: Path) -> tuple[float, float, float, float]:
    """Requests a second, and p50, p95 and p99 in milliseconds."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), f"http://127.0.0.1:{port}/"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # noqa: S603 - written above
    found, wrong = re.search(r"told (\d+) (\d+) (\d+) (\d+) (\d+)", told), re.search(r"wrong (\d+)", told)
    if found is None or wrong is None or wrong[1] != "0":
        sys.exit(f"wrk met failures:\n{told}")
    requests, duration, *percentiles = map(int, found.groups())
    p50, p95, p99 = (one / 1_000 for one in percentiles)
    return requests / (duration / 1e6), p50, p95, p99


# ---- lists ---------------------------------------------------------------------------------------------------------


def _measure_lists(folder: Path, number: int) -> None:
    """All accounts of somebody, and all people of an account: the first time, and when they are known."""
    estate = _empty_estate(folder)
    file = folder / "estate.jsonl"
    with file.open("w") as out:
        for line in _lists(number):
            out.write(json.dumps(line) + "\n")
    _run(estate, "load", str(file))
    token = _run(estate, "token", "issue", "--client", "bench").split()[-1]
    script = HERE / "listing.py"
    words = [sys.executable, str(script), token, str(number)]  # a process of its own, that knows nothing yet
    done = subprocess.run(words, check=False, env=estate.environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        sys.exit(done.stderr)
    for name, (first, warm) in json.loads(done.stdout).items():
        _say(f"a list of {number:,} {name}", warm, LIST_MILLISECONDS, f"ms (the first time {first:.0f} ms)")


def _lists(number: int) -> Iterator[dict[str, Any]]:
    """A partner who manages so many accounts, one of which has so many people."""
    yield {"kind": "account", "id": "partner", "name": "Partner", "features": ["account_groups"]}
    for n in range(number):
        yield {"kind": "account", "id": f"customer-{n}", "name": f"Customer {n}", "primary": "partner"}
    yield {"kind": "user", "id": "helper@partner.example"}
    group = {"account": "partner", "group": "All Accounts", "user": "helper@partner.example", "role": "Support"}
    yield {"kind": "group_user_role", **group}
    for n in range(number):
        yield {"kind": "user", "id": f"person{n}@customer.example"}
        yield {"kind": "user_role", "account": "customer-0", "user": f"person{n}@customer.example", "role": "Support"}


def _say(what: str, found: float, goal: float, told: str, *, least: bool = False) -> None:
    met = found >= goal if least else found <= goal
    shown = f"{found:,.0f}" if abs(found) >= 100 else f"{found:.2f}"  # noqa: PLR2004 - figures that can be read
    print(f"{what}: {shown} {told} (goal: at {'least' if least else 'most'} {goal:g}; {'met' if met else 'MISSED'})")


if __name__ == "__main__":
    main()
