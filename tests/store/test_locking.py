"""LOCK-1, LOCK-3, LOCK-4, LOCK-7: invalid attempts to sign in lock, and nobody learns from it who is known."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from tenantry.decisions.engine import ENGINE
from tenantry.mail import delivery
from tenantry.rules import refusals as no
from tenantry.rules.answers import Denied
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.users import commands as users, locking
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_user,
    an_account,
    changes,
    hold,
    refused,
    watched,
    words,
)
from tests.store.signing_in import sign_in

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

PASSWORD = "correct horse battery"


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def bob(here: AccountId) -> Somebody:
    """A user of it, with a password."""
    return a_user(here, STANDARD_USER, email="bob@example.com", password=PASSWORD)


def fail(email: str, times: int = 1) -> None:
    """Sign in with a wrong password, so many times; each is answered alike."""
    for _ in range(times):
        with pytest.raises(Refused) as caught:
            sign_in(email=email, password="wrong", at=AT)
        assert caught.value.refusal == no.SignInFailed()


def test_lock_1_scenario_78_five_wrong_passwords_and_a_right_one(bob: Somebody) -> None:
    """The user is in, and the count begins anew (SCN-78)."""
    for _ in range(2):
        fail(bob.email, 5)
        assert sign_in(email=bob.email, password=PASSWORD, at=AT)
        assert (bob.row.failed_attempts, bob.row.locked) == (0, False)


def test_lock_1_and_lock_7_scenario_78_six_wrong_ones_lock_everywhere(bob: Somebody, here: AccountId) -> None:
    """No sign-in with the right password, no act in any account, and each direct account's log tells it (SCN-78)."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    fail(bob.email, 5)
    with watched() as written:
        fail(bob.email.upper())
    assert bob.row.locked
    assert set(written.entries) == {here, there}
    assert written.raised == {here: 1, there: 1}
    for account in (here, there):
        [entry] = written.entries[account]
        assert words(entry) == ("user", "UPDATE", "AUTHENTICATION")
        assert changes(entry) == {"locked": (False, True)}
        assert entry.source == "INTERNAL"
        assert entry.message.startswith("Six invalid attempts")
        access = ENGINE.access(user=bob.email, account=account, at=AT)
        assert isinstance(access, Denied)
        assert isinstance(access.refusal, no.UserLocked)
    with refused(no.UserLocked, "EFF-3"):
        sign_in(email=bob.email, password=PASSWORD, at=AT)
    with watched() as written:
        fail(bob.email, 3)
    assert (written.entries, written.raised) == ({}, {})


def test_lock_1_who_was_locked_a_moment_ago_is_not_let_in(bob: Somebody) -> None:
    """The lock is looked at again when the password has proven right, however many try at once."""
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=True)
    with refused(no.UserLocked, "EFF-3"):
        locking.note_valid_attempt(user=bob.id)


def test_lock_3_a_lock_lasts_until_it_is_lifted(bob: Somebody) -> None:
    """Then six attempts are free again."""
    fail(bob.email, 6)
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=False)
    fail(bob.email, 5)
    assert not bob.row.locked
    assert sign_in(email=bob.email, password=PASSWORD, at=AT)


def test_lock_4_administrators_of_direct_accounts_are_told(bob: Somebody, here: AccountId) -> None:
    """One mail each, with the user's address and their own accounts; nobody else gets one."""
    primary, there = a_primary(), an_account("There")
    member = a_member(primary, "By a group alone")
    a_user(member, ADMINISTRATOR, email="far@example.com")
    a_user(there, SUPPORT, email=bob.email)
    ann = a_user(here, ADMINISTRATOR, email="ann@example.com")
    a_user(there, ADMINISTRATOR, email=ann.email)
    a_user(there, ADMINISTRATOR, email="ida@example.com")
    ended = a_user(here, STANDARD_USER, email="ended@example.com")
    hold(here, ended, ADMINISTRATOR, None, AT)
    sign_in(email=bob.email, password=PASSWORD, at=AT)
    a_group(primary, members=[member], people={bob: [SUPPORT]})
    with TestCase.captureOnCommitCallbacks(execute=True):
        fail(bob.email, 6)
    delivery.settle()
    texts = {message.to[0]: str(message.body) for message in mail.outbox}
    assert set(texts) == {"ann@example.com", "ida@example.com"}
    assert len(mail.outbox) == 2
    assert all(message.subject == "bob@example.com is locked" for message in mail.outbox)
    assert "- Here\n- There" in texts["ann@example.com"]
    assert "- Here" not in texts["ida@example.com"]


def statements(email: str) -> list[str]:
    """The kinds of statements that an invalid attempt takes."""
    with CaptureQueriesContext(connection) as queries:
        fail(email)
    return [re.sub(r"^\d+ times: ", "", query["sql"]).split()[0] for query in queries]


def test_lock_1_refusing_takes_as_much_for_unknown_addresses(bob: Somebody, here: AccountId) -> None:
    """The same statements, reads as writes, for a known address and one that nobody has, at each of seven attempts, of
    which the sixth locks; and the same answer, which `fail` looks at.
    """
    a_user(an_account("There"), SUPPORT, email=bob.email)
    sign_in(email=bob.email, password=PASSWORD, at=AT)
    a_group(primary := a_primary(), members=[a_member(primary)], people={bob: [SUPPORT]})
    a_user(here, ADMINISTRATOR, email="ann@example.com")
    fail("nobody@example.com")
    known = [statements(bob.email) for _ in range(7)]
    unknown = [statements("nobody@example.com") for _ in range(7)]
    assert bob.row.locked
    assert known == unknown
    assert all(one == known[0] for one in known)
    assert {"SELECT", "INSERT", "UPDATE"} <= {*known[0]}


def test_lock_1_an_attempt_that_locks_nobody_holds_up_nobody(bob: Somebody) -> None:
    """What it writes in place of a lock concerns no account, and tells no decision to look anew."""
    with watched() as written:
        fail(bob.email, 5)
        fail("nobody@example.com", 7)
    assert (written.entries, written.raised) == ({}, {})
    assert not bob.row.locked
