"""The product and the law transcribed slowly, side by side: small worlds, commands, every answer compared after each.

`MACHINE_EXAMPLES` sets how many worlds are tried, `MACHINE_COMMANDS` how many commands each sees at most; the defaults
are small enough for every run of the tests. The steps taken are counted at the end.
A found difference is reproduced by the blob that is printed; `MACHINE_SHRINK=1` makes it small first, in minutes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings, strategies as st

from tenantry.decisions.engine import ENGINE, subject_in, unknown
from tenantry.rules.decide import access_of, decide
from tenantry.rules.vocabulary import AccountId
from tests.scenarios.doors import CannotAsk, ModelDoor
from tests.scenarios.product_doors import StoreDoor, access_as_answer, decision_as_answer
from tests.scenarios.questions import (
    AccessOf,
    Allowed,
    Answer,
    Assignable,
    Denied,
    Do,
    Enterable,
    Line,
    Refused,
    WithoutRoles,
)

from .compared_places import compare_places
from .worlds import ASKED_PRIVILEGES, INSTANTS, NEWCOMER, Command, command_sequences, worlds

pytestmark = [pytest.mark.django_db, pytest.mark.store]

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "8"))
COMMANDS = int(os.environ.get("MACHINE_COMMANDS", "8"))
NOBODY = "nobody@nowhere.example"


STEPS: Counter[str] = Counter()
"""Commands carried out or refused by both, with everything compared after each."""


@pytest.fixture(autouse=True, scope="module")
def told_at_the_end() -> Iterator[None]:
    """Print how many steps were taken."""
    yield
    print(f"\n{sum(STEPS.values())} steps: {dict(STEPS)}")  # noqa: T201 - what a long run is for


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Line], list[Command]]:
    """A world and what is done in it."""
    lines = draw(worlds(groups=True, places=True, conditional=draw(st.booleans())))
    return lines, draw(command_sequences(lines, groups=True, places=True, most=COMMANDS))


Said = dict[tuple[str, str, str], Answer]
"""By account, user and privilege; an empty privilege stands for how the user is in the account."""


def everything_the_store_says(accounts: list[str], users: list[str], at: datetime) -> Said:
    """Every answer of the product, each account compiled once."""
    said: Said = {}
    for account in accounts:
        facts = ENGINE.snapshot(AccountId(account))
        for user in users:
            if facts is None:
                nowhere = Denied(unknown(user, AccountId(account)).code)
                said |= dict.fromkeys(((account, user, privilege) for privilege in ("", *ASKED_PRIVILEGES)), nowhere)
                continue
            key, stranger = subject_in(facts, user)
            access = access_of(facts, key, at, stranger)
            said[account, user, ""] = access_as_answer(AccessOf(user, account), access, facts.account)
            for privilege in ASKED_PRIVILEGES:
                decision = decide(facts, key, privilege, at, stranger)
                said[account, user, privilege] = decision_as_answer(decision, facts.account)
    return said


def everything_the_law_says(model: ModelDoor, accounts: list[str], users: list[str], at: datetime) -> Said:
    """The same questions, answered by the reference model."""
    said: Said = {}
    for account in accounts:
        for user in users:
            said[account, user, ""] = model.ask(AccessOf(user, account), at)
            for privilege, answer in model.world.answers(user, ASKED_PRIVILEGES, account, at).items():
                said[account, user, privilege] = Allowed(answer.roles) if answer.allowed else Denied(answer.reason)
    return said


def compare(store: StoreDoor, model: ModelDoor, accounts: list[str], users: list[str], at: datetime) -> None:
    """Decisions in accounts, environments and folders, ways in, what lists and dialogs show: all the same."""
    everywhere = [*accounts, "nowhere"]
    assert everything_the_store_says(everywhere, users, at) == everything_the_law_says(model, everywhere, users, at)
    compare_places(model.world, accounts, users, at)
    compare_lists(store, model, accounts, users, at)


def compare_lists(store: StoreDoor, model: ModelDoor, accounts: list[str], users: list[str], at: datetime) -> None:
    """The lists that pages show."""
    questions: list[Enterable | Assignable | WithoutRoles] = [Enterable(user) for user in users]
    for account in accounts:
        questions += [Assignable(account), WithoutRoles(account)]
    for question in questions:
        said, law = store.ask(question, at), model.ask(question, at)
        if said != law:
            raise AssertionError(question, said, law)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if "MACHINE_SHRINK" in os.environ else [])],
)
@given(histories())
@pytest.mark.timeout(0)
def test_after_every_command_the_product_answers_as_the_law(history: tuple[list[Line], list[Command]]) -> None:
    """Whatever is done, in whatever order, by whomever: refused alike, done alike, answered alike."""
    lines, commands = history
    accounts = sorted(line["id"] for line in lines if line["kind"] == "account")
    users = [*sorted(line["id"] for line in lines if line["kind"] == "user"), NEWCOMER, NOBODY]
    with undone():
        store, model = StoreDoor(), ModelDoor()
        store.load(lines)
        model.load(lines)
        compare(store, model, accounts, users, datetime.fromisoformat(INSTANTS[0]))
        for command in commands:
            at = datetime.fromisoformat(command.at)
            question = Do(command.verb, command.fields)
            try:
                product = store.ask(question, at)
            except CannotAsk:
                event(f"passed over: {command.verb}")
                continue
            if isinstance(product, Refused) and "ACC-14" in product.rules:
                event("passed over: a deleted account takes no change, which the model leaves open")
                continue
            law = model.ask(question, at)
            STEPS[type(law).__name__] += 1
            event(f"{command.verb}: {'refused' if isinstance(law, Refused) else 'done'}")
            assert type(product) is type(law), (question, product, law)
            compare(store, model, accounts, users, at)


def test_the_comparison_can_fail() -> None:
    """A world in which one role differs between the two is told apart."""
    at = datetime.fromisoformat(INSTANTS[0])
    lines: list[Line] = [
        {"kind": "account", "id": "a-1", "name": "A", "features": ["advanced_user_security"]},
        {"kind": "user", "id": "ann@a.example"},
        {"kind": "role", "account": "a-1", "name": "Reader", "privileges": ["VIEW_DATA"]},
        {"kind": "user_role", "account": "a-1", "user": "ann@a.example", "role": "Reader"},
    ]
    other = [{**line, "privileges": ["BUILD"]} if line["kind"] == "role" else line for line in lines]
    with undone():
        store, model = StoreDoor(), ModelDoor()
        store.load(lines)
        model.load(other)
        with pytest.raises(AssertionError):
            compare(store, model, ["a-1"], ["ann@a.example"], at)


PLACES: list[Line] = [
    {"kind": "account", "id": "a-1", "name": "A", "features": ["advanced_user_security"]},
    {"kind": "user", "id": "ann@a.example"},
    {"kind": "role", "account": "a-1", "name": "Builder", "privileges": ["BUILD", "DEPLOY"]},
    {"kind": "user_role", "account": "a-1", "user": "ann@a.example", "role": "Builder"},
    {"kind": "environment", "account": "a-1", "name": "Yard"},
    {"kind": "folder", "account": "a-1", "path": "Common"},
]


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "environment", "account": "a-1", "name": "Quay"},
        {"kind": "environment_role", "account": "a-1", "environment": "Yard", "role": "Support"},
        {"kind": "folder", "account": "a-1", "path": "Common/Links"},
        {"kind": "folder_role", "account": "a-1", "path": "Common", "role": "Builder"},
    ],
    ids=lambda line: line["kind"],
)
def test_the_comparison_of_places_can_fail(more: Line) -> None:
    """One environment, one folder or one role on a list is told apart; without it nothing is."""
    at = datetime.fromisoformat(INSTANTS[0])
    with undone():
        store, model = StoreDoor(), ModelDoor()
        store.load(PLACES)
        model.load(PLACES)
        compare_places(model.world, ["a-1"], ["ann@a.example"], at)
        model.load([*PLACES, more])
        with pytest.raises(AssertionError):
            compare_places(model.world, ["a-1"], ["ann@a.example"], at)
