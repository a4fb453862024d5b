"""PWD-3, PWD-5, PWD-6, PWD-7: choosing a password, judged by what the accounts ask for that one can enter."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.accounts import commands as accounts
from tenantry.accounts.password_policies import set_password_policy
from tenantry.rules import refusals as no
from tenantry.rules.password_policy import BASELINE, PasswordPolicy
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.signin.queries import password_policy_for
from tenantry.users import commands as users, own_details as own, own_passwords
from tenantry.users.models import PastPassword, User
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
    all_accounts,
    an_account,
    enlist,
    hold,
    refused,
    somebody,
)

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

PASSWORD = "correct horse battery"


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator, with a password."""
    return a_user(here, ADMINISTRATOR, email="ann@example.com", password=PASSWORD)


def ask(account: AccountId, policy: PasswordPolicy) -> None:
    """Let an account have this policy."""
    set_password_policy(actor=OPERATOR, at=AT, account=account, policy=policy)


def choose(who: Somebody, new: str) -> None:
    """Give somebody another password, as choosing it does."""
    own_passwords.set_password(person=who.row, at=AT, new=new, again=new)


def test_pwd_5_scenario_77_who_enters_two_accounts_satisfies_both(ann: Somebody, here: AccountId) -> None:
    """One asks for 10 characters, the other for three kinds of them; who enters one only needs its rule (SCN-77)."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    bob = a_user(here, STANDARD_USER, password=PASSWORD)
    ask(here, PasswordPolicy(minimum_length=10))
    ask(there, PasswordPolicy(character_kinds=3))
    with pytest.raises(Refused) as caught:
        choose(ann, "lowerish")
    assert caught.value.refusals == (no.PasswordTooShort(least=10), no.PasswordTooUniform(least=3))
    assert str(caught.value).startswith("Use at least 10 characters. Use at least 3")
    with refused(no.PasswordTooUniform, "PWD-3"):
        choose(ann, "lowerish once more")
    choose(ann, "Lowerish-once-more")
    choose(bob, "lowerish once more")
    with refused(no.PasswordTooShort, "PWD-2"):
        choose(bob, "lowerish")


def test_pwd_7_a_page_can_list_every_rule_that_is_broken(ann: Somebody, here: AccountId) -> None:
    """All refusals come at once, and the command that asks for the old password as well tells them."""
    ask(here, PasswordPolicy(minimum_length=18, character_kinds=3, no_user_id=True))
    with pytest.raises(Refused) as caught:
        own.change_own_password(actor=ann.actor, at=AT, old=PASSWORD, new="i am ann", again="i am ann")
    kinds = [type(refusal) for refusal in caught.value.refusals]
    assert kinds == [no.PasswordTooShort, no.PasswordNamesOwner, no.PasswordTooUniform, no.PasswordHoldsUserId]


def test_pwd_5_accounts_entered_by_a_group_count(here: AccountId) -> None:
    """Those of named groups and of All Accounts; not those of a group the person is not in, nor closed to outsiders."""
    primary = a_primary()
    named, other = a_member(primary, "Named"), a_member(primary, "Other")
    gus = somebody("gus@example.com")
    group = a_group(primary, members=[named])
    ask(named, PasswordPolicy(history=7))
    ask(other, PasswordPolicy(minimum_length=14))
    ask(here, PasswordPolicy(no_repeats=True))
    assert password_policy_for(gus.row, AT) == BASELINE
    enlist(primary, group, gus, SUPPORT)
    assert password_policy_for(gus.row, AT) == PasswordPolicy(history=7)
    enlist(primary, all_accounts(primary), gus, SUPPORT)
    assert password_policy_for(gus.row, AT) == PasswordPolicy(history=7, minimum_length=14)
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=named, role=None)
    assert password_policy_for(gus.row, AT) == PasswordPolicy(minimum_length=14)


def test_pwd_5_only_accounts_that_can_be_entered_count(ann: Somebody, here: AccountId) -> None:
    """Not a suspended one, nor one where the role has ended; a lock changes nothing, as one resets while locked."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    ask(here, PasswordPolicy(history=3))
    ask(there, PasswordPolicy(minimum_length=12))
    assert password_policy_for(ann.row, AT) == PasswordPolicy(history=3, minimum_length=12)
    hold(there, ann, SUPPORT, None, AT)
    assert password_policy_for(ann.row, AT) == PasswordPolicy(history=3)
    users.set_lock(actor=OPERATOR, at=AT, user=ann.email, locked=True)
    assert password_policy_for(ann.row, AT) == PasswordPolicy(history=3)
    accounts.suspend_account(actor=OPERATOR, at=AT, account=here)
    assert password_policy_for(ann.row, AT) == BASELINE


def test_pwd_5_of_staff_only_their_own_accounts_count(here: AccountId) -> None:
    """Not every account that lets staff in."""
    sid = somebody("sid@example.com", staff=True)
    ask(here, PasswordPolicy(history=3))
    assert password_policy_for(sid.row, AT) == BASELINE
    a_user(here, SUPPORT, email=sid.email)
    assert password_policy_for(sid.row, AT) == PasswordPolicy(history=3)


def test_pwd_5_the_combination_takes_one_query(ann: Somebody, here: AccountId) -> None:
    """However many accounts there are."""
    person = ann.row
    for number in range(3):
        there = an_account(f"There {number}")
        a_user(there, SUPPORT, email=ann.email)
        ask(there, PasswordPolicy(history=number + 1))
    with CaptureQueriesContext(connection) as queries:
        assert password_policy_for(person, AT).history == 3
    assert len(queries) == 1


def test_pwd_3_a_new_password_differs_from_the_last_ones(ann: Somebody, here: AccountId) -> None:
    """The present one is the first of them; one that is further back may come again."""
    choose(ann, "second phrase")
    choose(ann, "third phrase")
    ask(here, PasswordPolicy(history=2))
    for late in ("third phrase", "second phrase"):
        with refused(no.PasswordUsedBefore, "PWD-3"):
            choose(ann, late)
    choose(ann, PASSWORD)
    ask(here, PasswordPolicy(history=1))
    with refused(no.PasswordUsedBefore, "PWD-3"):
        choose(ann, PASSWORD)
    choose(ann, "third phrase")
    ask(here, BASELINE)
    choose(ann, "third phrase")


def test_pwd_6_history_and_age_belong_to_the_person(ann: Somebody, here: AccountId) -> None:
    """What was chosen before an account was entered counts there; no account keeps any of it."""
    choose(ann, "second phrase")
    assert ann.row.password_set_at == AT
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    ask(there, PasswordPolicy(history=2))
    with refused(no.PasswordUsedBefore, "PWD-3"):
        choose(ann, PASSWORD)
    own_passwords.set_password(person=ann.row, at=AT + timedelta(days=1), new="third phrase", again="third phrase")
    assert ann.row.password_set_at == AT + timedelta(days=1)


def test_pwd_6_no_more_is_kept_than_can_be_asked_about(ann: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go; what is kept are hashes."""
    assert own_passwords.KEPT == 119
    monkeypatch.setattr(own_passwords, "KEPT", 2)
    for new in ("second phrase", "third phrase", "fourth phrase", "fifth phrase"):
        choose(ann, new)
    kept = list(PastPassword.objects.filter(user_id=ann.id).order_by("id"))
    assert len(kept) == 2
    for row, phrase in zip(kept, ("third phrase", "fourth phrase"), strict=True):
        assert User(password=row.password).check_password(phrase)


def test_pwd_6_a_password_that_the_system_made_is_no_part_of_the_history(here: AccountId) -> None:
    """Nobody has chosen it."""
    cy = a_user(here, STANDARD_USER)
    choose(cy, "one of my own")
    assert not PastPassword.objects.filter(user_id=cy.id).exists()
