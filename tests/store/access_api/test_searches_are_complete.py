"""A search finds exactly those of whom asking one by one says yes, in random worlds.

All that there is gets asked about. So nothing else may be there: what other tests of a file have made for all of them
would be asked about as well, in each of these worlds, for minutes (`test_searches_of_all_kinds`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tenantry.environments.models import Environment
from tenantry.objects.models import HostObject
from tenantry.store.crossings import Crossing
from tenantry.users.models import User
from tests.reference.worlds import INSTANTS, Command, command_sequences, worlds
from tests.scenarios.doors import CannotAsk
from tests.scenarios.product_doors import StoreDoor
from tests.scenarios.questions import Do, Line
from tests.store.access_api.one_by_one import (
    NOTHING_SAID,
    Comparison,
    Said,
    everybody,
    everything,
    some_accounts,
)

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("SEARCH_EXAMPLES", "3"))
ACTIONS = ("BUILD", "DEPLOY", "invoice:read")


SAID = (
    NOTHING_SAID,
    Said({}, {}, {"level": 5}),
    Said({"role": "admin", "teams": ["blue"]}, {}, {"level": 3}),
    Said({"role": "user"}, {"status": "archived", "owner": "ext-0"}, {}),
    Said({}, {"status": "open", "owner": "ext-1"}, {"level": 1}),
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def furnish() -> None:
    """Objects of the host, some of the same name, some in environments; and ids that the host has for people."""
    accounts = some_accounts()
    places = [*Environment.rows.across(Crossing.DOCTOR).order_by("id").values_list("account_id", "id")]
    for number, account in enumerate(accounts):
        objects = [("invoice", "TWICE", ""), ("order", f"O-{number}", "")]
        objects += [("order", f"in {where}", where) for owner, where in places if owner == account]
        objects += [("order", f"lost {number}", "gone")]
        rows = [
            HostObject(account_id=account, type=kind, object_id=key, environment=where) for kind, key, where in objects
        ]
        HostObject.rows.of(account).bulk_create(rows)
    for number, user in enumerate(User.objects.order_by("pk")[:2]):
        User.objects.filter(pk=user.pk).update(external_id=f"ext-{number}")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Line], list[Command]]:
    """A world and what is done in it."""
    lines = draw(worlds(groups=True, places=True, conditional=draw(st.booleans())))
    return lines, draw(command_sequences(lines, groups=True, places=True, most=4))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(histories(), st.sampled_from(INSTANTS), st.sampled_from([0, 0, 1, 2]), st.sampled_from(SAID))
@pytest.mark.timeout(0)
def test_in_random_worlds_a_search_says_what_asking_says(
    history: tuple[list[Line], list[Command]], when: str, bounded: int, said: Said
) -> None:
    """People of an account, accounts of a person, places, objects, roles: for all, or for some accounts alone; under
    conditions on what is said and what is stored.
    """
    lines, commands = history
    with undone():
        assert some_accounts() == [], "what is there besides is asked about as well"
        door = StoreDoor()
        door.load(lines)
        for command in commands:
            try:
                door.ask(Do(command.verb, command.fields), datetime.fromisoformat(command.at))
            except CannotAsk:
                continue
        furnish()
        accounts = some_accounts()
        served = None if not bounded else frozenset(accounts[:bounded])
        things = [*everything([*accounts, "nowhere"])]
        Comparison(everybody(), things, [*ACTIONS], datetime.fromisoformat(when), served, said).compare()
