"""Answers to writes tell the revision of the write; others tell none."""

import pytest
from django.db import transaction
from django.urls import reverse

from tenantry.roles.wire_ids import told_role
from tenantry.store import revisions
from tests.console.people import signed_in
from tests.store.factories import ADMINISTRATOR, PARTNER, STANDARD_USER, SUPPORT, a_user, an_account
from tests.store.own_api.callers import own

pytestmark = pytest.mark.django_db
HEADER = "Tenantry-Revision"


@pytest.fixture(autouse=True)
def _committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the commit comes at once: the transaction of a test has none."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())


def test_the_console_tells_it() -> None:
    """A page that is looked at, and a write that is refused, have none."""
    account = an_account()
    client = signed_in(a_user(account, ADMINISTRATOR).id, account)
    form = {"name": "Ours", "classification": "TEST"}
    made = client.post(reverse("environment_add"), form)
    assert made.status_code == 303
    assert made.headers[HEADER] == str(revisions.head())
    refused = client.post(reverse("environment_add"), form)
    assert refused.status_code != 303
    for answer in (refused, client.get(reverse("environment_add"))):
        assert HEADER not in answer.headers


def test_the_interfaces_tell_it() -> None:
    """Ours and the platform API, each once for all that a call has changed."""
    account = an_account("Home", PARTNER)
    ann, bob = a_user(account, ADMINISTRATOR), a_user(account, SUPPORT)
    calls = own(account, ann)
    made = calls.send("POST", "grants", {"user": bob.email, "role": told_role(STANDARD_USER)})
    assert made.status_code == 201, made.content
    assert made.headers[HEADER] == str(revisions.head())
    assert HEADER not in calls.send("GET", "grants").headers
