"""USER-14 to USER-16, ENTRY-3, PWD-8: what people change about themselves; and signing in with what they chose."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import TestCase
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tenantry.accounts import commands as accounts
from tenantry.decisions.engine import ENGINE
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Denied
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Source, UserKey, user_key
from tenantry.signin import commands as signin
from tenantry.signin.entering import Entering
from tenantry.users import commands as users, own_details as own
from tenantry.users.models import User
from tenantry.users.own_passwords import set_password
from tenantry.users.queries import zone_of
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    BY_PASSWORD,
    STANDARD_USER,
    SUPPORT,
    TICK,
    Somebody,
    a_user,
    an_account,
    changes,
    entries,
    hold,
    refused,
    watched,
    words,
)
from tests.store.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("db")

PASSWORD = "correct horse battery"
NOBODY = Actor(UserKey("nobody@example.com"), Source.UI)


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator, with a password."""
    return a_user(here, ADMINISTRATOR, email="Ann@Example.com", password=PASSWORD)


# ---- names and time zone -------------------------------------------------------------------------------------------


def test_user_14_one_changes_ones_names_and_time_zone(ann: Somebody, here: AccountId) -> None:
    """First and last name and time zone (USER-16); no account is concerned, so no log is."""
    with watched() as written:
        own.change_own_details(actor=ann.actor, first_name=" Anna ", last_name=" Lee ", time_zone="Europe/Berlin")
    row = ann.row
    assert (row.first_name, row.last_name, row.time_zone) == ("Anna", "Lee", "Europe/Berlin")
    assert zone_of(user_key(ann.email)) == ZoneInfo("Europe/Berlin")
    assert zone_of(None) == zone_of(user_key("nobody@example.com")) == UTC
    assert (written.entries, written.raised) == ({}, {})


def test_user_14_names_stay_required(ann: Somebody) -> None:
    """One cannot become nameless."""
    for first, last in (("", "Lee"), ("Anna", " "), ("x" * 151, "Lee")):
        with refused(no.NameRequired, "USER-3"):
            own.change_own_details(actor=ann.actor, first_name=first, last_name=last, time_zone="UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "europe/berlin", "../etc/passwd", "x" * 500])
def test_user_16_the_time_zone_exists(zone: str, ann: Somebody) -> None:
    """The time zone governs dates, so it must be one."""
    with refused(no.TimeZoneUnknown, "USER-16"):
        own.change_own_details(actor=ann.actor, first_name="A", last_name="B", time_zone=zone)


def test_user_14_only_people_have_details(here: AccountId) -> None:
    """Neither strangers nor the operator, who is no person."""
    acts: tuple[Callable[[Actor], object], ...] = (
        lambda actor: own.change_own_details(actor=actor, first_name="A", last_name="B", time_zone="UTC"),
        lambda actor: own.change_own_email(actor=actor, at=AT, password="x", email="a@b", again="a@b"),
        lambda actor: own.change_own_password(actor=actor, at=AT, old="x", new="y", again="y"),
        lambda actor: own.choose_default_account(actor=actor, at=AT, account=here),
    )
    for actor in (NOBODY, OPERATOR):
        for act in acts:
            with refused(no.UnknownUser, "ENTRY-1"):
                act(actor)


# ---- e-mail address ------------------------------------------------------------------------------------------------


def rename(who: Somebody, email: str, again: str = "", password: str = PASSWORD) -> None:
    """Change one's address."""
    own.change_own_email(actor=who.actor, at=AT, password=password, email=email, again=again or email)


def test_user_15_a_new_address_is_a_new_user_id_everywhere(ann: Somebody, here: AccountId) -> None:
    """In every account, with an entry in each direct one; the old address is nobody's any more."""
    there, elsewhere = an_account("There"), an_account("Elsewhere")
    a_user(there, SUPPORT, email=ann.email)
    with watched() as written:
        rename(ann, " Anna@Example.org ")
    assert (ann.row.email, ann.row.email_key) == ("Anna@Example.org", "anna@example.org")
    assert set(written.entries) == {here, there}
    assert written.raised == {here: 1, there: 1}
    assert elsewhere not in written.raised
    for account in (here, there):
        [entry] = written.entries[account]
        assert words(entry) == ("user", "UPDATE", "EMAIL")
        assert changes(entry) == {"email": ("Ann@Example.com", "Anna@Example.org")}
        assert entry.user == "ann@example.com"
        assert isinstance(ENGINE.access(user="ANNA@example.org", account=account, at=AT), Access)
        old = ENGINE.access(user=ann.email, account=account, at=AT)
        assert isinstance(old, Denied)
        assert isinstance(old.refusal, no.UnknownUser)


def test_user_1_only_the_case_of_ones_address_may_change(ann: Somebody) -> None:
    """One's own address is not somebody else's."""
    rename(ann, "ANN@EXAMPLE.COM")
    assert (ann.row.email, ann.row.email_key) == ("ANN@EXAMPLE.COM", "ann@example.com")


def test_user_1_nobody_takes_anothers_address(ann: Somebody, here: AccountId) -> None:
    """An address of another person, in any case, or what the host knows another person by."""
    bob = a_user(here, SUPPORT, email="bob@example.com")
    User.objects.filter(pk=bob.id).update(external_id="u-1@host")
    for email in ("bob@example.com", "BOB@Example.com", "u-1@host"):
        with refused(no.EmailTaken, "USER-1"):
            rename(ann, email)


def test_user_14_the_address_needs_the_password_and_is_typed_twice(ann: Somebody) -> None:
    """The current password, and the new address twice; a mismatch is an error."""
    with refused(no.PasswordRefused, "PWD-2"):
        rename(ann, "anna@example.org", password="wrong")
    with refused(no.EntriesDiffer, "USER-14"):
        rename(ann, "anna@example.org", again="hanna@example.org")
    for email in ("anna", "a@b@c"):
        with refused(no.EmailInvalid, "USER-1"):
            rename(ann, email)


# ---- password ------------------------------------------------------------------------------------------------------


def repassword(who: Somebody, new: str, again: str = "", old: str = PASSWORD) -> None:
    """Change one's password."""
    own.change_own_password(actor=who.actor, at=AT, old=old, new=new, again=again or new)


def test_user_14_one_changes_ones_password(ann: Somebody, here: AccountId) -> None:
    """The old one once, the new one twice; told in each account, without either."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    stamp = ann.row.get_session_auth_hash()
    with watched() as written:
        repassword(ann, "another long phrase")
    assert ann.row.check_password("another long phrase")
    assert not ann.row.check_password(PASSWORD)
    assert set(written.entries) == {here, there}
    assert written.raised == {}
    for account in (here, there):
        [entry] = written.entries[account]
        assert words(entry) == ("user", "UPDATE", "AUTHENTICATION")
        assert changes(entry) == {"credential": (None, "set")}
    assert ann.row.get_session_auth_hash() != stamp


def test_pwd_9_changing_the_password_ends_all_sessions(ann: Somebody) -> None:
    """Sessions carry a stamp that the password makes: a new password, a new stamp."""
    stamp = ann.row.get_session_auth_hash()
    own.change_own_details(actor=ann.actor, first_name="A", last_name="B", time_zone="UTC")
    assert ann.row.get_session_auth_hash() == stamp
    repassword(ann, "another long phrase")
    assert ann.row.get_session_auth_hash() != stamp


def test_user_14_a_wrong_old_password_or_a_mismatch_is_an_error(ann: Somebody) -> None:
    """And nothing has changed."""
    with refused(no.PasswordRefused, "PWD-2"):
        repassword(ann, "another long phrase", old="wrong")
    with refused(no.EntriesDiffer, "USER-14"):
        repassword(ann, "another long phrase", again="another long phrases")


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("short12", no.PasswordTooShort),
        ("letmein1", no.PasswordIsCommon),
        ("PASSWORD1", no.PasswordIsCommon),
        ("23456789", no.PasswordIsSequence),
        ("ann@example.com", no.PasswordNamesOwner),
        ("somewhat-long", no.PasswordNamesOwner),
    ],
)
def test_pwd_2_weak_passwords_are_refused(new: str, kind: type[no.Refusal], ann: Somebody) -> None:
    """Fewer than 8 characters, common ones whatever their case, sequences, one's own address or name (Some Body)."""
    with refused(kind, "PWD-2"):
        repassword(ann, new)


def test_pwd_8_the_temporary_password_must_give_way_to_another(here: AccountId) -> None:
    """It is no choice to choose it again."""
    cy = a_user(here, STANDARD_USER)
    person = cy.row
    person.set_password("temporary phrase")
    User.objects.filter(pk=cy.id).update(password=person.password)
    with refused(no.PasswordRefused, "PWD-2"):
        set_password(person=cy.row, at=AT, new="temporary phrase", again="temporary phrase")
    set_password(person=cy.row, at=AT, new="one of my own", again="one of my own")
    assert not cy.row.temporary_password


# ---- signing in ----------------------------------------------------------------------------------------------------


def test_entry_5_a_sign_in_lands_and_is_recorded(ann: Somebody, here: AccountId) -> None:
    """Initial sign-in counts as a switch, and writes an entry."""
    with watched() as written:
        assert sign_in(email="ANN@example.com", password=PASSWORD, at=AT) == here
    entry = written.only(here)
    assert words(entry) == ("account", "ON_ENTRY", "SUCCESS")
    assert (entry.user, entry.source, entry.container) == ("ann@example.com", "UI", "Here")


def test_grp_10_a_sign_in_is_remembered(ann: Somebody, here: AccountId) -> None:
    """That there was one, and when the last was; a failed one is none."""
    with pytest.raises(Refused):
        sign_in(email=ann.email, password="wrong", at=AT)
    assert (ann.row.signed_in, ann.row.last_login) == (False, None)
    sign_in(email=ann.email, password=PASSWORD, at=AT)
    assert (ann.row.signed_in, ann.row.last_login) == (True, AT)


def test_entry_1_a_wrong_half_is_never_told(ann: Somebody, here: AccountId) -> None:
    """Wrong password, unknown address, no password at all: one answer."""
    answers = []
    for email, password in ((ann.email, "wrong"), ("nobody@example.com", PASSWORD), (ann.email, ""), ("", "")):
        with pytest.raises(Refused) as caught:
            sign_in(email=email, password=password, at=AT)
        answers.append(caught.value.refusal)
    assert set(answers) == {no.SignInFailed()}


def test_lock_7_a_locked_person_does_not_sign_in(ann: Somebody) -> None:
    """And learns of the lock only by the right password."""
    users.set_lock(actor=OPERATOR, at=AT, user=ann.email, locked=True)
    with refused(no.UserLocked, "EFF-3"):
        sign_in(email=ann.email, password=PASSWORD, at=AT)
    with pytest.raises(Refused) as caught:
        sign_in(email=ann.email, password="wrong", at=AT)
    assert caught.value.refusal == no.SignInFailed()


def test_pwd_8_a_temporary_password_leads_to_choosing_one(here: AccountId) -> None:
    """Proven, and not in yet: nothing is recorded as entered."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        added = users.add_user(
            actor=OPERATOR,
            at=AT,
            account=here,
            email="cy@example.com",
            first_name="Cy",
            last_name="Coe",
            roles={STANDARD_USER},
        )
    text = str(mail.outbox[0].body)
    person = User.objects.get(pk=added.user)
    [temporary] = [line for line in text.splitlines() if person.check_password(line)]
    with watched() as written:
        assert signin.prove_identity(email="cy@example.com", password=temporary, at=AT).temporary_password
    assert written.entries == {}
    assert not User.objects.get(pk=added.user).signed_in
    assert re.search(r"http\S+", text)


def link_of(who: Somebody) -> dict[str, str]:
    """The link of somebody's invitation."""
    person = who.row
    return {
        "person": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }


def test_user_4_the_link_of_the_invitation_works_once(here: AccountId) -> None:
    """With it one chooses a password of one's own; used, it has run out."""
    cy = a_user(here, STANDARD_USER)
    link = link_of(cy)
    assert signin.choose_first_password(**link, new="one of my own", again="one of my own", at=AT).pk == cy.id
    assert sign_in(email=cy.email, password="one of my own", at=AT)
    with refused(no.LinkNotValid, "USER-4"):
        signin.choose_first_password(**link, new="another phrase", again="another phrase", at=AT)


def test_user_4_a_link_that_is_not_one_is_refused(here: AccountId) -> None:
    """Another person's token, a made-up one, an address that is none."""
    cy, dee = a_user(here, STANDARD_USER), a_user(here, STANDARD_USER)
    good, other = link_of(cy), link_of(dee)
    for link in (
        good | {"token": other["token"]},
        good | {"token": "x-y"},
        good | {"token": ""},
        {"person": "!!", "token": good["token"]},
        {"person": urlsafe_base64_encode(b"abc"), "token": good["token"]},
        {"person": urlsafe_base64_encode(b"9" * 40), "token": good["token"]},
        {"person": "", "token": ""},
    ):
        with refused(no.LinkNotValid, "USER-4"):
            signin.choose_first_password(**link, new="one of my own", again="one of my own", at=AT)


def test_user_4_an_invitation_sent_again_ends_the_earlier_link(here: AccountId, ann: Somebody) -> None:
    """One link works at a time."""
    cy = a_user(here, STANDARD_USER)
    earlier = link_of(cy)
    users.invite_again(actor=ann.actor, at=AT, account=here, user=cy.id)
    with refused(no.LinkNotValid, "USER-4"):
        signin.choose_first_password(**earlier, new="one of my own", again="one of my own", at=AT)


def test_entry_3_landing(ann: Somebody, here: AccountId) -> None:
    """The default account; if it cannot be entered, the next enterable one in name order; else nowhere (ENTRY-1)."""
    zoo, art = an_account("Zoo"), an_account("art")
    for account in (zoo, art):
        a_user(account, SUPPORT, email=ann.email)
    assert signin.land(person=ann.row, proof=BY_PASSWORD, at=AT) == here
    own.choose_default_account(actor=ann.actor, at=AT, account=zoo)
    assert signin.land(person=ann.row, proof=BY_PASSWORD, at=AT) == zoo
    accounts.suspend_account(actor=OPERATOR, at=AT, account=zoo)
    assert signin.land(person=ann.row, proof=BY_PASSWORD, at=AT) == art
    for account in (art, here):
        accounts.suspend_account(actor=OPERATOR, at=AT, account=account)
    with refused(no.NoEnterableAccount, "ENTRY-1") as caught:
        signin.land(person=ann.row, proof=BY_PASSWORD, at=AT)
    assert "suspended" in caught[0].message


def test_entry_1_a_person_without_any_account_cannot_sign_in(ann: Somebody, here: AccountId) -> None:
    """No role anywhere: refused, with the reason."""
    second = a_user(here, ADMINISTRATOR)
    users.remove_user(actor=second.actor, at=AT, account=here, user=ann.id)
    with refused(no.NoEnterableAccount, "ENTRY-1") as caught:
        sign_in(email=ann.email, password=PASSWORD, at=AT)
    assert caught[0].message == "There is no account you can enter. You hold no role in any account."


def test_entry_1_entering_asks_what_deciding_asks(ann: Somebody, here: AccountId) -> None:
    """No role, unknown account, suspended account: refused in the order of the law."""
    other = an_account("Other")
    with refused(no.NoRoles, "ENTRY-1"):
        signin.enter(wanted=Entering(ann.row, other, BY_PASSWORD, AT))
    with refused(no.UnknownAccount, "ACC-2"):
        signin.enter(wanted=Entering(ann.row, AccountId("nowhere-ABCDEF"), BY_PASSWORD, AT))
    accounts.suspend_account(actor=OPERATOR, at=AT, account=here)
    with refused(no.AccountNotAvailable, "ACC-4"):
        signin.enter(wanted=Entering(ann.row, here, BY_PASSWORD, AT))


def test_entry_5_a_switch_is_recorded_where_it_leads(ann: Somebody, here: AccountId) -> None:
    """Each entry is an entry in the log of the account entered."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    before = len(entries(here))
    with watched() as written:
        signin.enter(wanted=Entering(ann.row, there, BY_PASSWORD, AT + timedelta(hours=1)))
    assert written.only(there).at == AT + timedelta(hours=1)
    assert len(entries(here)) == before


def test_entry_3_the_default_account_is_chosen(ann: Somebody, here: AccountId) -> None:
    """Changeable in Preferences."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    own.choose_default_account(actor=ann.actor, at=AT, account=there)
    assert ann.row.default_account_id == there


def test_entry_3_only_an_account_one_can_enter_becomes_the_default(ann: Somebody, here: AccountId) -> None:
    """Neither somebody else's account, nor a closed one, nor one that does not exist, whatever the door."""
    closed = an_account("Closed")
    a_user(closed, SUPPORT, email=ann.email)
    accounts.suspend_account(actor=OPERATOR, at=AT, account=closed)
    for account, kind, rule in (
        (an_account("Other"), no.NoRoles, "ENTRY-1"),
        (closed, no.AccountNotAvailable, "ACC-4"),
        (AccountId("nowhere-ABCDEF"), no.UnknownAccount, "ACC-2"),
    ):
        with refused(kind, rule):
            own.choose_default_account(actor=ann.actor, at=AT, account=account)
    assert ann.row.default_account_id == here


def test_entry_3_what_can_be_entered_is_judged_at_the_instant_of_choosing(ann: Somebody, here: AccountId) -> None:
    """A role opens an account from its first instant to before its last, for this choice too."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    hold(there, ann, SUPPORT, AT, AT + timedelta(hours=1))
    for at in (AT - TICK, AT + timedelta(hours=1)):
        with refused(no.RolesNotInForce, "ENTRY-1"):
            own.choose_default_account(actor=ann.actor, at=at, account=there)
    own.choose_default_account(actor=ann.actor, at=AT, account=there)
    assert ann.row.default_account_id == there


def test_pwd_8_an_old_hash_is_renewed_without_a_word(ann: Somebody) -> None:
    """The same password under the hashing of today."""
    with watched() as written:
        own.renew_hash(person=ann.row, password=PASSWORD)
    assert ann.row.check_password(PASSWORD)
    assert (written.entries, written.raised) == ({}, {})


def test_lock_8_who_has_lost_all_roles_is_not_locked(ann: Somebody, here: AccountId) -> None:
    """The sign-in to other accounts works."""
    there = an_account("There")
    a_user(there, SUPPORT, email=ann.email)
    boss = a_user(here, ADMINISTRATOR)
    users.remove_user(actor=boss.actor, at=AT, account=here, user=ann.id)
    assert not ann.row.locked
    assert sign_in(email=ann.email, password=PASSWORD, at=AT) == there
