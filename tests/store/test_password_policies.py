"""PWD-1, PWD-4: the password policy of an account."""

import pytest

from tenantry.accounts.models import Account
from tenantry.accounts.password_policies import set_password_policy
from tenantry.accounts.queries import password_policy_of
from tenantry.rules import refusals as no
from tenantry.rules.password_policy import BASELINE, PasswordPolicy
from tenantry.rules.vocabulary import AccountId
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    Somebody,
    a_user,
    an_account,
    changes,
    refused,
    watched,
    words,
)

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

STRICT = PasswordPolicy(
    minimum_length=12,
    history=5,
    limited_resets=True,
    expires_after=90,
    character_kinds=3,
    no_user_id=True,
    no_repeats=True,
)


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR)


def test_pwd_1_every_account_sets_a_policy_of_its_own(ann: Somebody, here: AccountId) -> None:
    """It is kept as it is, and no other account has it; the log tells what has changed."""
    there = an_account("There")
    assert password_policy_of(here) == BASELINE
    with watched() as written:
        set_password_policy(actor=ann.actor, at=AT, account=here, policy=STRICT)
    assert (password_policy_of(here), password_policy_of(there)) == (STRICT, BASELINE)
    entry = written.only(here)
    assert words(entry) == ("account", "EDIT", "NONE")
    assert changes(entry)["password_minimum_length"] == (8, 12)
    assert changes(entry)["password_expires_after"] == (None, 90)
    assert len(changes(entry)) == 7
    assert written.raised == {}


def test_pwd_1_only_what_changes_is_told(ann: Somebody, here: AccountId) -> None:
    """And saving what is there already is no act."""
    set_password_policy(actor=ann.actor, at=AT, account=here, policy=PasswordPolicy(history=3))
    with watched() as written:
        set_password_policy(actor=ann.actor, at=AT, account=here, policy=PasswordPolicy(history=3))
    assert written.entries == {}
    with watched() as written:
        set_password_policy(actor=ann.actor, at=AT, account=here, policy=BASELINE)
    assert changes(written.only(here)) == {"password_history": (3, None)}
    assert Account.rows.of(here).get().password_policy is None


def test_pwd_1_it_takes_account_administration(here: AccountId) -> None:
    """Other users of the account have no say in it."""
    user = a_user(here, STANDARD_USER)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        set_password_policy(actor=user.actor, at=AT, account=here, policy=STRICT)


def test_pwd_4_a_value_outside_its_range_is_refused(ann: Somebody, here: AccountId) -> None:
    """And nothing is stored."""
    with refused(no.PolicyValueInvalid, "PWD-4"):
        set_password_policy(actor=ann.actor, at=AT, account=here, policy=PasswordPolicy(minimum_length=19))


def test_pwd_4_one_stored_earlier_stays_valid_until_the_policy_is_saved(ann: Somebody, here: AccountId) -> None:
    """It counts as it is; saving it again is refused."""
    Account.rows.of(here).update(password_policy={"minimum_length": 24})
    assert password_policy_of(here) == PasswordPolicy(minimum_length=24)
    with refused(no.PolicyValueInvalid, "PWD-4"):
        set_password_policy(actor=ann.actor, at=AT, account=here, policy=PasswordPolicy(minimum_length=24))
    set_password_policy(actor=ann.actor, at=AT, account=here, policy=PasswordPolicy(minimum_length=18))
    assert password_policy_of(here).minimum_length == 18
