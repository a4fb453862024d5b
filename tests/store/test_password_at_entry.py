"""Chapter PWD: the password is judged at every entry, by the account entered and the baseline (PWD-11, PWD-12)."""

from datetime import datetime

import pytest

from tenantry.accounts.password_policies import set_password_policy
from tenantry.rules import refusals as no
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.signin.commands import enter
from tenantry.signin.entering import Entering, check_stay, password_policy
from tenantry.users.models import User
from tenantry.users.own_details import change_own_password
from tenantry.users.own_passwords import shape_of_password
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    STANDARD_USER,
    TICK,
    Somebody,
    a_user,
    an_account,
    entries,
    refused,
    words,
)

pytestmark = pytest.mark.usefixtures("db")

PASSWORD, LONG = "walks by the sea", "walks by the sea and over the hills"


def entering(who: Somebody, account: AccountId, password: str = PASSWORD, at: datetime = AT) -> Entering:
    """Somebody who signed in with this password and wants to be in the account."""
    proof = Proof(by=ProvenBy.PASSWORD, at=at)
    return Entering(who.row, account, proof, at, shape_of_password(who.row, password))


def a_person(*accounts: AccountId) -> Somebody:
    """A user of these accounts, with a password."""
    who = a_user(accounts[0], STANDARD_USER, password=PASSWORD)
    for account in accounts[1:]:
        a_user(account, STANDARD_USER, email=who.email)
    return who


def asks(account: AccountId, policy: PasswordPolicy) -> None:
    """The account has this policy from now on."""
    set_password_policy(actor=OPERATOR, at=AT, account=account, policy=policy)


def test_pwd_11_a_tightened_policy_is_asked_for_at_the_next_entry_and_interrupts_nobody() -> None:
    """Whoever is in stays in; whoever enters next changes the password first; one that does passes unnoticed."""
    account = an_account()
    who = a_person(account)
    enter(wanted=entering(who, account))
    asks(account, PasswordPolicy(minimum_length=18))
    assert check_stay(entering(who, account)) is None
    with refused(no.PasswordMustChange, "PWD-12") as found:
        enter(wanted=entering(who, account))
    assert "Use at least 18 characters." in found[0].message
    change_own_password(actor=who.actor, at=AT, old=PASSWORD, new=LONG, again=LONG)
    enter(wanted=entering(who, account, LONG))
    assert [words(entry)[1] for entry in entries(account)].count("ON_ENTRY") == 2


def test_scn_77_and_pwd_12_each_account_is_entered_by_its_own_policy() -> None:
    """M asks for 18 characters, N for three kinds: the password does for N alone; changing it takes both rules."""
    long, mixed = an_account("M"), an_account("N")
    who = a_person(long, mixed)
    asks(long, PasswordPolicy(minimum_length=18))
    asks(mixed, PasswordPolicy(character_kinds=2))
    enter(wanted=entering(who, mixed))
    with refused(no.PasswordMustChange, "PWD-12"):
        enter(wanted=entering(who, long))
    with refused(no.PasswordTooUniform, "PWD-3"):
        change_own_password(
            actor=who.actor, at=AT, old=PASSWORD, new="walksalongthegreysea", again="walksalongthegreysea"
        )
    with refused(no.PasswordTooShort, "PWD-2"):
        change_own_password(actor=who.actor, at=AT, old=PASSWORD, new="Walks by a sea", again="Walks by a sea")
    alone = a_user(long, STANDARD_USER, password=PASSWORD)
    change_own_password(
        actor=alone.actor, at=AT, old=PASSWORD, new="walksalongthegreysea", again="walksalongthegreysea"
    )


@pytest.mark.parametrize("password", ["short", "12345678", "password1", "somebody", "xx-some-xx"])
def test_pwd_12_the_baseline_is_asked_for_everywhere(password: str) -> None:
    """Also of passwords that came with an estate file, and by accounts without a policy."""
    account = an_account()
    who = a_user(account, STANDARD_USER, password=password)
    with refused(no.PasswordMustChange, "PWD-12"):
        enter(wanted=entering(who, account, password))


def test_pwd_3_a_password_that_is_too_old_is_changed_first() -> None:
    """After as many days as the account allows, to the instant; one of unknown age as well, where age is limited."""
    strict, other = an_account("Strict"), an_account("Other")
    who = a_person(strict, other)
    asks(strict, PasswordPolicy(expires_after=30))
    with refused(no.PasswordMustChange, "PWD-12") as found:
        enter(wanted=entering(who, strict))
    assert "every 30 days" in found[0].message
    User.objects.filter(pk=who.id).update(password_set_at=AT)
    enter(wanted=entering(who, strict, at=AT + 30 * DAY - TICK))
    with refused(no.PasswordMustChange, "PWD-12"):
        enter(wanted=entering(who, strict, at=AT + 30 * DAY))
    enter(wanted=entering(who, other, at=AT + 3000 * DAY))


@pytest.mark.parametrize("by", [ProvenBy.IDP, ProvenBy.PASSKEY])
def test_pwd_12_a_session_without_a_password_is_asked_nothing_about_it(by: ProvenBy) -> None:
    """Neither its rules nor its age."""
    account = an_account()
    who = a_user(account, ADMINISTRATOR, password="short")
    asks(account, PasswordPolicy(minimum_length=18, expires_after=1))
    wanted = Entering(who.row, account, Proof(by=by, at=AT), AT)
    assert password_policy(wanted) is None
