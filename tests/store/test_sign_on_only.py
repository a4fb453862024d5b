"""SSO-20, LOCK-2, LOCK-4 to LOCK-6, PWD-10: people whom no password lets into any account."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from tenantry.accounts.models import Account
from tenantry.accounts.password_policies import set_password_policy
from tenantry.mail import delivery
from tenantry.rules import refusals as no
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.signin.commands import prove_identity
from tenantry.signin.entering import Entering, check_entry, check_stay
from tenantry.signin.queries import sign_on_only
from tenantry.users import commands as users, locking, resets
from tenantry.users.models import User, UserRole
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_user,
    an_account,
    changes,
    manager,
    refused,
    watched,
    words,
)
from tests.store.federating import by_provider, federate, switch_on
from tests.store.signing_in import sign_in

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

PASSWORD = "correct horse battery"


@pytest.fixture
def here(db: None) -> AccountId:
    """An account with single sign-on."""
    account = an_account("Here")
    switch_on(account)
    return account


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator, with a Federation ID and a password."""
    who = a_user(here, ADMINISTRATOR, email="ann@example.com", password=PASSWORD)
    federate(here, who)
    return who


@pytest.fixture
def fred(here: AccountId, ann: Somebody) -> Somebody:
    """A Standard User who has a password from before, and a Federation ID: the identity provider alone lets him in."""
    who = a_user(here, STANDARD_USER, email="fred@example.com", password=PASSWORD)
    federate(here, who)
    return who


@pytest.fixture
def paul(here: AccountId) -> Somebody:
    """A user without single sign-on."""
    return a_user(here, STANDARD_USER, email="paul@example.com", password=PASSWORD)


def fail(email: str, times: int = 1) -> None:
    """Sign in with a wrong password, so many times; each is answered alike."""
    for _ in range(times):
        with pytest.raises(Refused) as caught:
            prove_identity(email=email, password="wrong", at=AT)
        assert caught.value.refusal == no.SignInFailed()


def call_wrongly(who: Somebody, times: int) -> None:
    """Call the interface with an invalid token, so many times."""
    for _ in range(times):
        locking.note_invalid_call(email=who.email, at=AT)


def mailed() -> dict[str, str]:
    """The mails so far by recipient."""
    delivery.settle()
    return {message.to[0]: str(message.body) for message in mail.outbox}


def test_sso_20_the_right_password_is_refused_and_nothing_counts(fred: Somebody) -> None:
    """The person is told to use the identity provider, and no attempt is counted, neither up nor down."""
    call_wrongly(fred, 3)
    with refused(no.PasswordNotForSingleSignOn, "SSO-20"):
        sign_in(email=fred.email, password=PASSWORD, at=AT)
    assert fred.row.failed_attempts == 3


def test_sso_20_nobody_locks_them_out_by_wrong_passwords(fred: Somebody, here: AccountId) -> None:
    """However many attempts; and they go on as before."""
    fail(fred.email, 8)
    assert (fred.row.failed_attempts, fred.row.locked) == (0, False)
    assert check_stay(Entering(fred.row, here, by_provider(here), AT)) is None


def test_sso_20_a_wrong_password_costs_the_same_for_everybody(fred: Somebody, ann: Somebody, paul: Somebody) -> None:
    """Nobody learns from the answer or from the work it took who signs in through an identity provider."""

    def kinds(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            fail(email)
        return [query["sql"].split()[0] for query in queries]

    fail("nobody@example.com")  # the row that counts for it may be a new one
    asked = {email: kinds(email) for email in (fred.email, ann.email, paul.email, "nobody@example.com")}
    assert len({tuple(found) for found in asked.values()}) == 1, asked


def test_sso_20_and_sso_18_administrators_and_others_use_their_passwords(ann: Somebody, here: AccountId) -> None:
    """An SSO administrator enters what they administer; and a plain account more lets everybody in by password."""
    assert sign_in(email=ann.email, password=PASSWORD, at=AT) == here


def test_sso_18_scenario_81_a_plain_account_besides(db: None) -> None:
    """By password only the plain account N is reachable, by the provider only M and accounts of groups (SCN-81): of
    those of its own primary, not of another one's.
    """
    primary, other = a_primary(), a_primary("Another partner")
    here, grouped, elsewhere = a_member(primary, "M"), a_member(primary, "Grouped"), a_member(other, "Elsewhere")
    switch_on(here)
    fred = a_user(here, STANDARD_USER, email="fred@example.com", password=PASSWORD)
    federate(here, fred)
    plain = an_account("Plain")
    a_user(plain, STANDARD_USER, email=fred.email)
    User.objects.filter(pk=fred.id).update(signed_in=True, default_account=plain)
    a_group(primary, members=[grouped], people={fred: [SUPPORT]})
    a_group(other, members=[elsewhere], people={fred: [SUPPORT]})
    assert sign_in(email=fred.email, password=PASSWORD, at=AT) == plain
    assert isinstance(check_stay(Entering(fred.row, here, by_provider(plain), AT)), no.OutsideFederation)
    open_by_provider = [
        account
        for account in (here, plain, grouped, elsewhere)
        if check_stay(Entering(fred.row, account, by_provider(here), AT)) is None
    ]
    assert open_by_provider == [here, grouped]
    assert not sign_on_only(fred.row, AT)


def test_sso_20_who_loses_the_last_way_by_password_is_told_so(ann: Somebody, here: AccountId) -> None:
    """An SSO administrator becomes a Standard User."""
    a_user(here, ADMINISTRATOR)
    users.change_user_roles(actor=OPERATOR, at=AT, account=here, user=ann.id, roles={STANDARD_USER})
    with refused(no.PasswordNotForSingleSignOn, "SSO-20"):
        sign_in(email=ann.email, password=PASSWORD, at=AT)


def test_sso_21_switched_off_passwords_and_resets_are_back(fred: Somebody, here: AccountId) -> None:
    """Who has none asks for a link; who has one uses it."""
    switch_on(here, on=False)
    assert sign_in(email=fred.email, password=PASSWORD, at=AT) == here
    with TestCase.captureOnCommitCallbacks(execute=True):
        resets.request_reset(email=fred.email, at=AT)
    assert "/reset-password/" in mailed()[fred.email]


def test_lock_6_they_cannot_reset_and_the_answer_tells_nothing(fred: Somebody) -> None:
    """The mail tells them to use the identity provider; as much is read and written as for an unknown address."""

    def kinds(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries, TestCase.captureOnCommitCallbacks(execute=True):
            resets.request_reset(email=email, at=AT)
        return [query["sql"].split()[0] for query in queries]

    for email in (fred.email, "nobody@example.com"):  # the rows that count for them may be new ones
        kinds(email)
    assert kinds(fred.email) == kinds("nobody@example.com")
    text = mailed()[fred.email]
    assert "/reset-password/" not in text
    assert "through the identity" in text


def test_lock_6_a_link_from_before_works_no_more(here: AccountId, ann: Somebody) -> None:
    """It was mailed when the password was still of use."""
    who = a_user(here, STANDARD_USER, email="late@example.com", password=PASSWORD)
    with TestCase.captureOnCommitCallbacks(execute=True):
        resets.request_reset(email=who.email, at=AT)
    [token] = re.findall(r"/reset-password/([^/]+)/", mailed()[who.email])
    federate(here, who)
    with refused(no.PasswordNotForSingleSignOn, "SSO-20"):
        resets.reset_password(token=token, at=AT, new="another long phrase", again="another long phrase")


def test_lock_2_six_invalid_calls_lock_everybody(fred: Somebody, paul: Somebody, here: AccountId) -> None:
    """SSO-only users too; with wrong passwords they count together for everybody else."""
    call_wrongly(fred, 5)
    assert not fred.row.locked
    with watched() as written:
        call_wrongly(fred, 1)
    assert fred.row.locked
    entry = written.only(here)
    assert words(entry) == ("user", "UPDATE", "AUTHENTICATION")
    assert "LOCK-2" in entry.message
    call_wrongly(paul, 3)
    fail(paul.email, 3)
    assert paul.row.locked
    locking.note_invalid_call(email="nobody@example.com", at=AT)


def test_lock_4_the_federating_accounts_administrators_are_told(fred: Somebody, ann: Somebody) -> None:
    """Of accounts where the user is direct, those of others learn nothing; the mail says what to do."""
    there = an_account("There")
    switch_on(there)
    a_user(there, ADMINISTRATOR, email="far@example.com")
    a_user(there, STANDARD_USER, email=fred.email)
    federate(there, fred)
    direct = an_account("A trial that has ended lets nobody in by password")
    a_user(direct, ADMINISTRATOR, email="direct@example.com")
    a_user(direct, STANDARD_USER, email=fred.email)
    Account.rows.of(direct).update(status="trial", trial_ends=AT)
    call_wrongly(fred, 5)
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_wrongly(fred, 1)
    told = mailed()
    assert set(told) == {ann.email, "far@example.com"}
    assert "Unlock User" in told[ann.email]
    assert "- Here" in told[ann.email]
    assert "Reset your password" not in told[ann.email]


def test_lock_6_an_administrator_of_the_federating_account_unlocks(
    fred: Somebody, ann: Somebody, here: AccountId
) -> None:
    """Access returns at once, the count begins anew, and each of the user's accounts has it in its log."""
    call_wrongly(fred, 6)
    assert check_stay(Entering(fred.row, here, by_provider(here), AT)) is not None
    with watched() as written:
        locking.unlock_user(actor=ann.actor, at=AT, account=here, user=fred.id, reason="he called")
    entry = written.only(here)
    assert (changes(entry), entry.user, entry.reason) == ({"locked": (True, False)}, ann.email, "he called")
    assert (fred.row.locked, fred.row.failed_attempts) == (False, 0)
    assert check_stay(Entering(fred.row, here, by_provider(here), AT)) is None
    with refused(no.NotLocked, "LOCK-6"):
        locking.unlock_user(actor=ann.actor, at=AT, account=here, user=fred.id)


def test_lock_6_nobody_else_unlocks(fred: Somebody, ann: Somebody, here: AccountId) -> None:
    """Not a manager of users, nor an administrator of another of the user's accounts, nor of none of them."""
    there, nowhere = an_account("There"), an_account("Nowhere")
    dot, eve, boss = a_user(there, ADMINISTRATOR), a_user(nowhere, ADMINISTRATOR), manager(here)
    a_user(there, STANDARD_USER, email=fred.email)
    switch_on(there)
    federate(there, fred)
    call_wrongly(fred, 6)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        locking.unlock_user(actor=boss.actor, at=AT, account=here, user=fred.id)
    with refused(no.UserNotLinked, "USER-6"):
        locking.unlock_user(actor=eve.actor, at=AT, account=nowhere, user=fred.id)
    with refused(no.NoRoles, "ENTRY-1"):
        locking.unlock_user(actor=eve.actor, at=AT, account=here, user=fred.id)
    locking.unlock_user(actor=dot.actor, at=AT, account=there, user=fred.id)


def test_lock_6_an_account_whose_provider_does_not_vouch_does_not_unlock(fred: Somebody, here: AccountId) -> None:
    """The user is a user of it, by a role that is gone; the refusal says where to go instead."""
    there = an_account("There")
    dot = a_user(there, ADMINISTRATOR)
    a_user(there, STANDARD_USER, email=fred.email)
    UserRole.rows.of(there).filter(user_id=fred.id).delete()
    call_wrongly(fred, 6)
    with refused(no.UnlockElsewhere, "LOCK-6"):
        locking.unlock_user(actor=dot.actor, at=AT, account=there, user=fred.id)


def test_lock_5_scenario_79_who_can_sign_in_with_a_password_resets_it(
    paul: Somebody, ann: Somebody, here: AccountId
) -> None:
    """Unlock User is refused to the administrator, and the reset unlocks (SCN-79)."""
    fail(paul.email, 6)
    with refused(no.UnlockByReset, "LOCK-5"):
        locking.unlock_user(actor=ann.actor, at=AT, account=here, user=paul.id)
    with TestCase.captureOnCommitCallbacks(execute=True):
        resets.request_reset(email=paul.email, at=AT)
    [token] = re.findall(r"/reset-password/([^/]+)/", mailed()[paul.email])
    resets.reset_password(token=token, at=AT, new="another long phrase", again="another long phrase")
    assert not paul.row.locked


def test_pwd_13_sessions_of_a_provider_are_asked_nothing_about_passwords(fred: Somebody, here: AccountId) -> None:
    """A temporary password, of long ago, and weaker than the account wants, keeps nobody out."""
    strict = PasswordPolicy(minimum_length=18, character_kinds=4, expires_after=1)
    set_password_policy(actor=OPERATOR, at=AT, account=here, policy=strict)
    User.objects.filter(pk=fred.id).update(temporary_password=True, password_set_at=AT - 400 * DAY)
    assert check_entry(Entering(fred.row, here, by_provider(here), AT)) is None
