"""Chapter AGR: everybody accepts at every entry, whatever the access, and it is recorded with the entry."""

import pytest

from tenantry.accounts.commands import change_support_access_role
from tenantry.agreements.commands import set_usage_agreement
from tenantry.rules import refusals as no
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.signin.commands import enter
from tenantry.signin.entering import Entering, check_stay
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
    entries,
    refused,
    somebody,
    words,
)

pytestmark = pytest.mark.usefixtures("db")


def entering(who: Somebody, account: AccountId, accepted: int | None = None) -> Entering:
    """Somebody on the way in by a passkey."""
    return Entering(who.row, account, Proof(by=ProvenBy.PASSKEY, at=AT), AT, accepted=accepted)


@pytest.mark.parametrize("access", ["direct", "group", "staff"])
def test_agr_3_and_agr_5_users_groups_and_staff_accept_alike(access: str) -> None:
    """Nobody gets in without; acceptance is in the log of the account, once an entry, beside the entry."""
    primary = a_primary()
    account = a_member(primary)
    change_support_access_role(actor=OPERATOR, at=AT, account=account, role=ADMINISTRATOR)
    who = a_user(account, STANDARD_USER) if access == "direct" else somebody(staff=access == "staff")
    if access == "group":
        a_group(primary, members=[account], people={who: [SUPPORT]})
    enter(wanted=entering(who, account))
    set_usage_agreement(actor=OPERATOR, at=AT, account=account, on=True, title="Terms", message="Be kind.")
    assert check_stay(entering(who, account)) is None  # whoever is in stays in (AGR-2)
    with refused(no.AgreementNotAccepted, "AGR-3"):
        enter(wanted=entering(who, account))
    with refused(no.AgreementNotAccepted, "AGR-3"):
        enter(wanted=entering(who, account, accepted=0))
    for _ in range(2):
        enter(wanted=entering(who, account, accepted=1))
    told = [words(entry) for entry in entries(account) if entry.user == who.row.email_key]
    accepted, entered = ("user", "TC_ACCEPT", "SUCCESS"), ("account", "ON_ENTRY", "SUCCESS")
    assert told == [entered, entered, accepted, entered, accepted]


def test_agr_2_another_text_is_another_edition_and_the_switch_alone_is_none() -> None:
    """Whoever reads it while it is switched off and on again has read the same; nothing changed writes nothing."""
    account = a_primary()
    who = a_user(account, STANDARD_USER)

    def say(message: str, *, on: bool = True) -> None:
        set_usage_agreement(actor=OPERATOR, at=AT, account=account, on=on, title="Terms", message=message)

    say("Be kind.")
    say("Be kind.", on=False)
    say("Be kind.")
    enter(wanted=entering(who, account, accepted=1))
    written = len(entries(account))
    say(" Be kind. ")
    assert len(entries(account)) == written
    say("Be very kind.")
    with refused(no.AgreementNotAccepted, "AGR-3"):
        enter(wanted=entering(who, account, accepted=1))
    enter(wanted=entering(who, account, accepted=2))
