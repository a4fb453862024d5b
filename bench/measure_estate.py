"""Loading an estate, compiling its accounts, and deciding: measured against the goals.

`--small` takes a fiftieth of the estate; its figures say nothing about the goals for time and memory.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import population

LOAD_SECONDS, LOAD_MIB = 60, 1024
"""Goals for loading the full estate into a new SQLite database."""

TIMES_A_LOOK_UP = 3
"""Goal: a decision takes at most so many times what a look-up of a ready answer takes."""

RUNS = 7
QUESTIONS = 200_000
"""Enough that neither the ready answers nor the accounts stay in the processor's cache."""
PROGRAM = [sys.executable, "-c", "from tenantry.command_line import main; main()"]


def main() -> None:
    """Measure and print."""
    small = "--small" in sys.argv
    size = population.SMALL if small else population.FULL
    with tempfile.TemporaryDirectory(prefix="tenantry-bench-") as folder:
        file = Path(folder) / "estate.jsonl"
        lines = population.write(file, size)
        print(f"estate: {size.users:,} users, {size.accounts:,} accounts, {lines:,} lines, {_mib(file)} MiB")
        os.environ["TENANTRY_DATA_DIR"] = f"{folder}/data"
        os.environ.pop("TENANTRY_DATABASE_URL", None)
        _measure_load(file, Path(folder), goals=not small)
        _measure_decisions()


def _mib(file: Path) -> int:
    return file.stat().st_size // 2**20


def _measure_load(file: Path, folder: Path, *, goals: bool) -> None:
    for name, words in (("load", ["load", str(file)]), ("load again", ["load", str(file)])):
        _say(name, *_run(words), goals=goals)
    _say("export", *_run(["export", "-o", f"{folder}/export.jsonl"]), goals=False)
    print(f"database: {_mib(folder / 'data' / 'tenantry.sqlite3')} MiB")


def _run(words: list[str]) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor, peak memory in MiB of one command in a process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen([*PROGRAM, *words], stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"`tenantry {words[0]}` failed")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _say(name: str, seconds: float, processor: float, mib: float, *, goals: bool) -> None:
    goal = f"  (goals: {LOAD_SECONDS} s, {LOAD_MIB} MiB)" if goals and name.startswith("load") else ""
    print(f"{name}: {seconds:.1f} s, of which processor {processor:.1f} s; peak memory {mib:.0f} MiB{goal}")


def _measure_decisions() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
    import django

    django.setup()
    from tenantry.accounts.estate import all_accounts
    from tenantry.decisions.engine import Engine
    from tenantry.rules.decide import decide
    from tenantry.rules.vocabulary import AccountId

    engine = Engine()
    accounts = [AccountId(account) for account in all_accounts()]
    started, before = time.perf_counter(), _peak()
    snapshots = {account: snapshot for account in accounts if (snapshot := engine.current().everybody(account))}
    seconds = time.perf_counter() - started
    each = 1e6 * seconds / len(accounts)
    print(
        f"compile {len(accounts):,} accounts: {seconds:.1f} s, {each:.0f} us each; memory grew {_peak() - before} MiB"
    )
    questions = _questions(snapshots, min(QUESTIONS, 20 * len(accounts)))
    at = datetime.now(UTC)
    ready = {(a, u, p): decide(snapshots[a], u, p, at) for a, u, p in questions}

    def look_up() -> None:
        for account, user, privilege in questions:
            _ = ready[account, user, privilege]

    def decided() -> None:
        for account, user, privilege in questions:
            _ = decide(snapshots[account], user, privilege, at)

    few = questions[:1000]

    def proven_current() -> None:
        for account, user, privilege in few:
            _ = engine.decide(user=user, privilege=privilege, account=account, at=at)

    fastest, ours, whole = _interleaved([look_up, decided, proven_current], [len(questions), len(questions), len(few)])
    ratio = ours / fastest
    verdict = "met" if ratio <= TIMES_A_LOOK_UP else "MISSED"
    print(f"look-up of a ready answer: {fastest:.0f} ns")
    print(f"decide: {ours:.0f} ns, {ratio:.1f} times the look-up (goal: at most {TIMES_A_LOOK_UP}; {verdict})")
    print(f"decide with the proof that its facts are current: {whole:.0f} ns, {whole / fastest:.0f} times the look-up")


def _questions(snapshots: "dict[object, object]", count: int) -> "list[tuple[object, str, str]]":
    """Random people of random accounts, and random privileges; most of them are known to the account."""
    chance = random.Random(7)
    accounts = list(snapshots)
    privileges = list(snapshots[accounts[0]].account.catalogue.definitions)  # type: ignore[attr-defined]
    people = {account: list(snapshot.standings) for account, snapshot in snapshots.items()}  # type: ignore[attr-defined]
    found = []
    while len(found) < count:
        account = chance.choice(accounts)
        if people[account]:
            found.append((account, chance.choice(people[account]), chance.choice(privileges)))
    return found


def _interleaved(functions: Sequence[Callable[[], None]], counts: Sequence[int]) -> list[float]:
    """Nanoseconds a question: the medians of runs that take turns, so that a busy machine slows all of them alike."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(RUNS):
        for function, count, taken in zip(functions, counts, times, strict=True):
            started = time.perf_counter_ns()
            function()
            taken.append((time.perf_counter_ns() - started) / count)
    return [statistics.median(taken) for taken in times]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
