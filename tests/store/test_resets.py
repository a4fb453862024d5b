"""PWD-10, PWD-3, LOCK-5: resetting a password by a link that is mailed."""

import logging
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tenantry.accounts.password_policies import set_password_policy
from tenantry.mail import delivery
from tenantry.rules import refusals as no
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.vocabulary import OPERATOR, AccountId, Instant
from tenantry.users import commands as users, own_details as own, resets
from tenantry.users.models import ResetLink, User
from tenantry.web.logs import WithoutLinks
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    TICK,
    Somebody,
    a_user,
    an_account,
    changes,
    refused,
    watched,
)
from tests.store.signing_in import sign_in

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

PASSWORD, NEW = "correct horse battery", "another long phrase"


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def bob(here: AccountId) -> Somebody:
    """A user of it, with a password."""
    return a_user(here, STANDARD_USER, email="Bob@example.com", password=PASSWORD)


def ask(email: str, at: Instant = AT) -> list[str]:
    """Ask for a link; the tokens of the links that were mailed for it."""
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        resets.request_reset(email=email, at=at)
    delivery.settle()
    return [token for sent in mail.outbox for token in re.findall(r"/reset-password/([^/]+)/", str(sent.body))]


def reset(token: str, new: str = NEW, at: Instant = AT) -> None:
    """Choose a password by a link."""
    resets.reset_password(token=token, at=at, new=new, again=new)


def test_pwd_10_a_link_is_mailed_and_resets_the_password(bob: Somebody, here: AccountId, settings: Settings) -> None:
    """It goes to the address of the person, begins with the address of the installation, and works once."""
    settings.BASE_URL = "https://tenantry.example"
    stamp = bob.row.get_session_auth_hash()
    [token] = ask("BOB@example.com")
    [sent] = mail.outbox
    assert sent.to == ["Bob@example.com"]
    assert f"https://tenantry.example/reset-password/{token}/" in str(sent.body)
    assert len(token) >= 40
    with watched() as written:
        reset(token)
    assert changes(written.only(here)) == {"credential": (None, "set")}
    assert bob.row.check_password(NEW)
    assert bob.row.get_session_auth_hash() != stamp, "sessions have not ended (PWD-9)"
    with refused(no.ResetLinkNotValid, "PWD-10"):
        reset(token, "yet another phrase")


def test_pwd_10_a_link_works_for_30_minutes(bob: Somebody) -> None:
    """And is known to the database by its digest alone."""
    [token] = ask(bob.email)
    assert token not in str(list(ResetLink.objects.values_list()))
    half_an_hour = timedelta(minutes=30)
    with refused(no.ResetLinkNotValid, "PWD-10"):
        reset(token, at=AT + half_an_hour)
    reset(token, at=AT + half_an_hour - TICK)


def test_pwd_10_a_newer_link_ends_the_older_one(bob: Somebody, here: AccountId) -> None:
    """Of the same person; those of others go on working."""
    ann = a_user(here, ADMINISTRATOR, password=PASSWORD)
    [other] = ask(ann.email)
    [older] = ask(bob.email)
    [newer] = ask(bob.email, AT + TICK)
    with refused(no.ResetLinkNotValid, "PWD-10"):
        reset(older)
    reset(newer)
    reset(other)


def test_pwd_10_another_password_or_address_ends_the_link(bob: Somebody) -> None:
    """It was made for who the person was then."""
    [token] = ask(bob.email)
    own.change_own_password(actor=bob.actor, at=AT, old=PASSWORD, new=NEW, again=NEW)
    with refused(no.ResetLinkNotValid, "PWD-10"):
        reset(token, "yet another phrase")
    [token] = ask(bob.email)
    own.change_own_email(actor=bob.actor, at=AT, password=NEW, email="bo@example.com", again="bo@example.com")
    with refused(no.ResetLinkNotValid, "PWD-10"):
        reset(token, "yet another phrase")


def test_pwd_10_whoever_asks_nobody_learns_who_is_known(bob: Somebody) -> None:
    """An unknown address is no error, takes the same queries, and gets no mail."""

    def kinds(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            resets.request_reset(email=email, at=AT)
        return [query["sql"].split()[0].replace("INSERT", "UPDATE") for query in queries]

    assert ask("nobody@example.com") == []
    assert mail.outbox == []
    assert kinds("nobody@example.com") == kinds(bob.email)


def test_pwd_10_a_weak_password_leaves_the_link_working(bob: Somebody, here: AccountId) -> None:
    """It is judged as any other; what is refused has not happened."""
    set_password_policy(actor=OPERATOR, at=AT, account=here, policy=PasswordPolicy(minimum_length=18, history=1))
    [token] = ask(bob.email)
    with refused(no.PasswordTooShort, "PWD-2"):
        reset(token, "not eighteen")
    with refused(no.PasswordUsedBefore, "PWD-3"):
        reset(token, PASSWORD)
    reset(token, "more than eighteen of them")


def test_lock_5_a_reset_unlocks(bob: Somebody, here: AccountId) -> None:
    """At once, with an entry of its own, and six attempts are free again."""
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=True)
    User.objects.filter(pk=bob.id).update(failed_attempts=6)
    [token] = ask(bob.email)
    assert bob.row.locked, "asking alone does not unlock"
    with watched() as written:
        reset(token)
    assert [changes(entry) for entry in written.entries[here]] == [
        {"credential": (None, "set")},
        {"locked": (True, False)},
    ]
    assert written.raised == {here: 1}
    assert (bob.row.locked, bob.row.failed_attempts) == (False, 0)
    assert sign_in(email=bob.email, password=NEW, at=AT)


def test_lock_1_a_reset_starts_the_count_anew(bob: Somebody) -> None:
    """The password is another one, so are the attempts."""
    User.objects.filter(pk=bob.id).update(failed_attempts=5)
    [token] = ask(bob.email)
    reset(token)
    assert bob.row.failed_attempts == 0


def test_pwd_3_and_pwd_6_at_most_five_resets_in_24_hours(bob: Somebody, here: AccountId) -> None:
    """Where a policy says so; links not used do not count, and a reset that is a day old does no more."""
    for number in range(5):
        ask(bob.email, AT + number * TICK)
        [token] = ask(bob.email, AT + number * TICK)
        reset(token, f"long phrase {number}", AT + number * TICK)
    [token] = ask(bob.email, AT + 9 * TICK)
    set_password_policy(actor=OPERATOR, at=AT, account=here, policy=PasswordPolicy(limited_resets=True))
    with refused(no.TooManyResets, "PWD-3"):
        reset(token, at=AT + 9 * TICK)
    later = AT + timedelta(hours=24)
    [token] = ask(bob.email, later)
    reset(token, at=later)
    assert ResetLink.objects.filter(user_id=bob.id).count() == 5, "what is a day old is not kept"


def test_pwd_10_no_link_reaches_a_log() -> None:
    """Neither in an address that is asked for nor in what is said of it."""
    record = logging.LogRecord("x", logging.INFO, "f", 1, "GET %s 200", ("/reset-password/secret-token/",), None)
    assert WithoutLinks().filter(record)
    assert record.getMessage() == "GET /reset-password/... 200"
