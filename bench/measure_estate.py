"""Loading an estate, and compiling its accounts: measured against the goals.

`--small` takes a fiftieth of the estate; its figures say nothing about the goals for time and memory.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import population

LOAD_SECONDS, LOAD_MIB = 60, 1024
"""Goals for loading the full estate into a new SQLite database."""

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
        _measure_compiling()


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


def _measure_compiling() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
    import django

    django.setup()
    from tenantry.accounts.estate import all_accounts
    from tenantry.decisions.engine import Engine
    from tenantry.rules.vocabulary import AccountId

    engine = Engine()
    accounts = [AccountId(account) for account in all_accounts()]
    started, before = time.perf_counter(), _peak()
    kept = [engine.current().everybody(account) for account in accounts]
    seconds = time.perf_counter() - started
    each = 1e6 * seconds / len(kept)
    print(
        f"compile {len(accounts):,} accounts: {seconds:.1f} s, {each:.0f} us each; memory grew {_peak() - before} MiB"
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
