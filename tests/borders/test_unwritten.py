"""What spares the tests to compile facts again never tells old ones."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.decisions import engine
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.facts import load_snapshot
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.sessions.models import Session
from tests.store.factories import AT, an_account
from tests.unwritten import Unwritten

pytestmark = [pytest.mark.usefixtures("watched"), pytest.mark.store]


@pytest.fixture
def watched(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The connection that this test has: where a browser has left a loop running it is not the one of the others."""
    unwritten = Unwritten(load_snapshot)
    monkeypatch.setattr(engine, "load_snapshot", unwritten.load)
    with connection.execute_wrapper(unwritten.watch):
        yield


def status_of(account: AccountId) -> Status:
    """As decisions see it."""
    facts = ENGINE.snapshot(account)
    assert facts is not None
    assert facts.inside is not None
    return facts.inside.status


def test_who_looks_twice_in_the_same_transaction_looks_once() -> None:
    """Also where something was written that no facts are read from."""
    account = an_account("Acme")
    once = ENGINE.snapshot(account)
    Session.objects.all().delete()
    Session.objects.bulk_create([Session(session_key="k", session_data="", expire_date=AT)])
    assert ENGINE.snapshot(account) is once


def test_a_command_is_seen_and_a_rollback_as_well() -> None:
    """Whether the revision was raised or not: a row that is changed by hand is seen too."""
    account = an_account("Acme")
    assert status_of(account) is Status.ACTIVE
    with transaction.atomic():
        accounts.suspend_account(actor=OPERATOR, at=AT, account=account)
        assert status_of(account) is Status.SUSPENDED
        transaction.set_rollback(True)
    assert status_of(account) is Status.ACTIVE
    Account.rows.of(account).update(status=Status.DELETED)
    assert status_of(account) is Status.DELETED


def test_where_queries_are_counted_all_are_asked() -> None:
    """As many as the product needs."""
    account = an_account("Acme")
    ENGINE.snapshot(account)
    with CaptureQueriesContext(connection) as asked:
        ENGINE.snapshot(account)
    assert len(asked) > 8
