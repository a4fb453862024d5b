"""Queries whose text is made once give what Django's own do, whatever they are asked about and in whichever thread."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from tenantry.accounts.models import Account
from tenantry.roles.models import Role
from tenantry.store.prepared import NotPrepared, prepared
from tests.store.factories import AUS, PARTNER, a_role, an_account

pytestmark = pytest.mark.usefixtures("db")

Columns = QuerySet[Account, Any]


def columns(account: str) -> Columns:
    """Of an account, with values that Python and an engine hold differently."""
    return Account.rows.of(account).values_list("id", "features", "operator", "trial_ends", "password_policy")


@pytest.fixture
def counted() -> tuple[Callable[[str], list[tuple[Any, ...]]], list[str]]:
    """The query, and how often its text was made."""
    made: list[str] = []

    def counting(account: str) -> Columns:
        made.append(account)
        return columns(account)

    return prepared(counting), made


def test_the_text_is_made_once_and_the_rows_are_as_ever(
    counted: tuple[Callable[[str], list[tuple[Any, ...]]], list[str]],
) -> None:
    """Those of whom it is asked about each time."""
    ask, made = counted
    here, there = an_account("Here", AUS), an_account("There", PARTNER)
    for account in (here, there, here, "nobody"):
        assert ask(account) == list(columns(account))
    assert ask(here) != ask(there)
    assert len(made) == 1


def test_every_value_goes_to_its_place() -> None:
    """In whichever order the query has them."""

    def named(name: str, account: str) -> QuerySet[Role, tuple[str]]:
        return Role.rows.of(account).filter(name=name).values_list("id")

    here, there = an_account("Here"), an_account("There")
    [one, other] = [a_role(account, "One", "BUILD") for account in (here, there)]
    ask = prepared(named)
    assert (ask("One", here), ask("One", there), ask("Two", there)) == ([(one,)], [(other,)], [])


def test_a_text_made_in_one_thread_serves_all(
    counted: tuple[Callable[[str], list[tuple[Any, ...]]], list[str]],
) -> None:
    """Each by its own connection."""
    ask, made = counted
    found: list[list[tuple[Any, ...]]] = []

    def elsewhere() -> None:
        found.append(ask("nobody"))
        connection.close()

    ask("nobody")
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert (found, len(made)) == ([[]], 1)


@pytest.mark.parametrize(
    "query",
    [
        lambda account: Account.rows.of(account.upper()).values_list("id"),
        lambda account: Account.rows.of("acme").values_list("id") if account else None,
    ],
)
def test_what_depends_on_its_values_is_refused(query: Callable[[str], QuerySet[Account, tuple[str]]]) -> None:
    """Else the first value asked about would be answered for ever."""
    with pytest.raises(NotPrepared):
        prepared(query)("acme")
