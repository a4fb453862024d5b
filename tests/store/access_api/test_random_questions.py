"""Random questions in random worlds: the bytes that are sent say what the law transcribed slowly says.

`RANDOM_WORLDS` sets how many worlds are asked; the default is some thousand questions. The questions are counted.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tenantry.decisions.authzen import Action, Evaluation, Resource, Subject
from tenantry.decisions.told import Telling
from tests.reference.test_machine import NOBODY, undone
from tests.reference.worlds import ASKED_PRIVILEGES, INSTANTS, worlds
from tests.scenarios.doors import ModelDoor
from tests.scenarios.product_doors import StoreDoor
from tests.scenarios.questions import Line
from tests.store.access_api.one_by_one import Still

pytestmark = pytest.mark.django_db

WORLDS = int(os.environ.get("RANDOM_WORLDS", "15"))
ASKED: Counter[str] = Counter()


@pytest.fixture(autouse=True, scope="module")
def told_at_the_end() -> Iterator[None]:
    """Print how many questions were asked."""
    yield
    print(f"\n{sum(ASKED.values())} questions: {dict(ASKED)}")  # noqa: T201 - what a long run is for


@settings(
    max_examples=WORLDS,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    phases=[Phase.generate],
)
@given(worlds(groups=True) | worlds(groups=True, places=True), st.sampled_from(INSTANTS))
@pytest.mark.timeout(0)
def test_what_is_sent_is_what_the_law_says(lines: list[Line], instant: str) -> None:
    """Everybody, every account, every privilege; at an instant that the question names, and at the one it is asked at,
    for which the first of those who hold the same has the answer made ready for the others.
    """
    at = datetime.fromisoformat(instant)
    accounts = [*sorted(line["id"] for line in lines if line["kind"] == "account"), "nowhere"]
    users = [*sorted(line["id"] for line in lines if line["kind"] == "user"), NOBODY]
    with undone():
        store, model = StoreDoor(), ModelDoor()
        store.load(lines)
        model.load(lines)
        telling = Telling(Still(), at)
        for account in accounts:
            for user in users:
                law = model.world.answers(user, ASKED_PRIVILEGES, account, at)
                for privilege, answer in law.items():
                    entities = Subject("user", user), Action(privilege), Resource("account", account)
                    question, timed = Evaluation(*entities), Evaluation(*entities, {"time": instant})
                    for asked in (question, timed, question):
                        told = json.loads(telling.tell(asked))
                        reason = told["context"].get("reason", {}).get("code", "held")
                        assert (told["decision"], reason) == (answer.allowed, answer.reason), (asked, told, answer)
                        ASKED[reason] += 1
