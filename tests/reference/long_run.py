"""The product and the law side by side for a hundred thousand steps: outside the run of the tests, with real commits.

    PYTHONPATH=src:. .venv/bin/python -m tests.reference.long_run --steps 100000 --seed 1

Unlike `test_machine`, every command is committed, so that what is kept between questions has to prove itself: snapshots
of accounts that nothing has touched are believed, and all others must be found out. Each world is a copy of an empty
database. A difference ends its world, which is told with everything done in it; the run goes on, and fails at its end.

Decisions are compared after each command that does something; places and lists, which take most of the time, after one
in five and when a world ends. `test_machine` compares all of it after each.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import click
import django
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

folder = Path(tempfile.mkdtemp(prefix="tenantry-long-"))
os.environ |= {"DJANGO_SETTINGS_MODULE": "tenantry.web.settings", "TENANTRY_DATA_DIR": str(folder)}
django.setup()

from django.conf import settings as django_settings  # noqa: E402

django_settings.PASSWORD_HASHERS = ["tests.hashing.CheapArgon2id"]

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tenantry.decisions.engine import ENGINE  # noqa: E402
from tenantry.users.queries import find_user  # noqa: E402
from tests.reference.compared_places import compare_places  # noqa: E402
from tests.reference.test_machine import (  # noqa: E402
    NOBODY,
    compare_lists,
    everything_the_law_says,
    everything_the_store_says,
)
from tests.reference.worlds import INSTANTS, NEWCOMER, Command, command_sequences, worlds  # noqa: E402
from tests.scenarios.doors import ModelDoor  # noqa: E402
from tests.scenarios.product_doors import StoreDoor  # noqa: E402
from tests.scenarios.questions import Do, Line, Refused  # noqa: E402

SELDOM = 5
"""Places and lists are compared after one command in so many."""


class EnoughSteps(Exception):
    """The run has done what it was asked for."""


class Run:
    """Counts steps, and takes worlds through their commands."""

    def __init__(self, steps: int) -> None:
        """Prepare an empty database to copy."""
        self.goal = steps
        self.steps = 0
        self.worlds = 0
        self.answers = 0
        self.differences = 0
        self.done: Counter[str] = Counter()
        self.told = 0
        self.started = time.monotonic()
        call_command("migrate", verbosity=0)
        connection.close()
        self.empty = folder / "empty.sqlite3"
        self.file = folder / "tenantry.sqlite3"
        for journal in ("-wal", "-shm"):
            Path(f"{self.file}{journal}").unlink(missing_ok=True)
        shutil.copy(self.file, self.empty)

    def world(self, lines: list[Line], commands: list[Command]) -> None:
        """One world from its beginning, each command compared."""
        self._fresh()
        accounts = sorted(line["id"] for line in lines if line["kind"] == "account")
        users = [*sorted(line["id"] for line in lines if line["kind"] == "user"), NEWCOMER, NOBODY]
        everywhere = [*accounts, "nowhere"]
        store, model = StoreDoor(), ModelDoor()
        store.load(lines)
        model.load(lines)
        self._compare(store, model, everywhere, users, datetime.fromisoformat(INSTANTS[0]), lists=True)
        compared = datetime.fromisoformat(INSTANTS[0])
        for command in commands:
            at = datetime.fromisoformat(command.at)
            question = Do(command.verb, command.fields)
            product = store.ask(question, at)
            if isinstance(product, Refused) and "ACC-14" in product.rules:
                continue  # a deleted account takes no change, which the model leaves open
            law = model.ask(question, at)
            if type(product) is not type(law):
                raise AssertionError(question, product, law)
            self.steps += 1
            self.done[f"{command.verb} {type(law).__name__.lower()}"] += 1
            refused = isinstance(law, Refused)
            if refused and at == compared:
                continue  # what a refusal should have left alone is compared after the next step that does something
            self._compare(store, model, everywhere, users, at, lists=not refused and self.steps % SELDOM == 0)
            compared = at
            if self.steps >= self.told + 500:
                self.tell()
            if self.steps >= self.goal:
                raise EnoughSteps
        if commands:
            at = datetime.fromisoformat(commands[-1].at)
            self._compare(store, model, everywhere, users, at, lists=True)
        self.worlds += 1

    def _fresh(self) -> None:
        connection.close()
        for name in (self.file, *(Path(f"{self.file}{journal}") for journal in ("-wal", "-shm"))):
            name.unlink(missing_ok=True)
        shutil.copy(self.empty, self.file)
        ENGINE.forget()

    def _compare(
        self, store: StoreDoor, model: ModelDoor, accounts: list[str], users: list[str], at: datetime, *, lists: bool
    ) -> None:
        once = functools.cache(find_user)  # people are looked up once for all accounts and privileges
        with patch("tenantry.decisions.engine.find_person", once), patch("tenantry.decisions.engine.find_user", once):
            said = everything_the_store_says(accounts, users, at)
        law = everything_the_law_says(model, accounts, users, at)
        if said != law:
            raise AssertionError({key: (said[key], law[key]) for key in said if said[key] != law[key]})
        self.answers += len(said)
        if lists:
            self.answers += compare_places(model.world, accounts[:-1], users, at)
            compare_lists(store, model, accounts[:-1], users, at)

    def tell(self) -> None:
        """Say how far it is."""
        seconds = time.monotonic() - self.started
        self.told = self.steps
        click.echo(f"{self.steps} steps in {self.worlds} worlds, {self.answers} answers compared, {seconds:.0f} s")
        sys.stdout.flush()


@click.command()
@click.option("--steps", default=100_000, show_default=True, help="Commands to carry out, each compared.")
@click.option("--seed", "chance", default=1, show_default=True, help="Where the worlds come from.")
@click.option("--commands", default=50, show_default=True, help="The most commands that one world sees.")
def main(steps: int, chance: int, commands: int) -> None:
    """Run, and say how many differences there were, each when it is met."""
    run = Run(steps)

    @seed(chance)
    @settings(
        max_examples=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(st.data(), worlds(groups=True, places=True) | worlds(groups=True, places=True, conditional=True))
    def everything(data: st.DataObject, lines: list[Line]) -> None:
        drawn = data.draw(command_sequences(lines, groups=True, places=True, most=commands))
        try:
            run.world(lines, drawn)
        except AssertionError as difference:
            run.differences += 1
            click.echo(f"difference after {run.steps} steps: {difference!r}\nworld: {lines!r}\ncommands: {drawn!r}")

    try:
        everything()
    except EnoughSteps:
        pass
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)
    run.tell()
    for name, count in sorted(run.done.items()):
        click.echo(f"{count:8} {name}")
    click.echo(f"{run.differences} difference{'' if run.differences == 1 else 's'}")
    sys.exit(1 if run.differences else 0)


if __name__ == "__main__":
    main()
