"""SSO-4, SSO-5, SSO-7, SSO-21, ENTRY-4: Federation IDs, and what comes and goes with them."""

import pytest
from django.core import mail
from django.db import transaction
from django.test import RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenantry.accounts.commands import delete_account, switch_feature
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.sessions.store import SessionStore
from tenantry.signin.entering import Entering, check_stay
from tenantry.signin.queries import enterable_accounts
from tenantry.sso.federations import set_federation_id
from tenantry.sso.queries import federated_accounts, federation_id_of, person_of_federation
from tenantry.sso.sign_in import sign_in_federated
from tenantry.users.commands import add_user, invite_again, remove_user
from tenantry.users.models import AccountUser, User
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    BY_PASSWORD,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    changes,
    limited,
    manager,
    refused,
    somebody,
    watched,
    words,
)
from tests.store.federating import by_provider, federate, switch_on

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]


@pytest.fixture
def here(db: None) -> AccountId:
    """An account with single sign-on."""
    account = an_account("Here")
    switch_on(account)
    return account


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR)


@pytest.fixture
def bob(here: AccountId, ann: Somebody) -> Somebody:
    """A Standard User of it."""
    return a_user(here, STANDARD_USER, email="bob@example.com")


def name(who: Somebody, account: AccountId, by: Somebody, federation_id: str) -> None:
    """Set a Federation ID."""
    set_federation_id(actor=by.actor, at=AT, account=account, user=who.email, federation_id=federation_id)


def test_sso_5_an_id_is_set_changed_and_taken_away_on_the_record(ann: Somebody, bob: Somebody, here: AccountId) -> None:
    """Each is an act: user / UPDATE / NONE, with old and new; saving what is there already is none."""
    for federation_id, expected in (("B-1", (None, "B-1")), ("B-2", ("B-1", "B-2")), ("", ("B-2", None))):
        with watched() as written:
            name(bob, here, ann, federation_id)
        entry = written.only(here)
        assert words(entry) == ("user", "UPDATE", "NONE")
        assert entry.container == bob.email
        assert changes(entry) == {"federation_id": expected}
        assert written.raised == {here: 1}
        assert federation_id_of(here, bob.id) == federation_id
        with watched() as written:
            name(bob, here, ann, federation_id)
        assert (written.entries, written.raised) == ({}, {})


def test_sso_5_an_id_is_one_persons_in_the_account(ann: Somebody, bob: Somebody, here: AccountId) -> None:
    """The refusal names whose it is. By case they differ, and in another account it is free."""
    name(bob, here, ann, "Emp-7")
    cy = a_user(here, STANDARD_USER)
    with refused(no.FederationIdTaken, "SSO-5") as caught:
        name(cy, here, ann, "Emp-7")
    assert caught[0].details()["email"] == bob.email
    name(cy, here, ann, "EMP-7")
    there = an_account("There")
    federate(there, cy, "Emp-7")
    found = (
        person_of_federation(here, "Emp-7"),
        person_of_federation(here, "EMP-7"),
        person_of_federation(here, "emp-7"),
    )
    assert [person.pk if person else None for person in found] == [bob.id, cy.id, None]


def test_sso_5_a_licence_compares_without_case(ann: Somebody, bob: Somebody, here: AccountId) -> None:
    """Uniqueness too: it cannot be switched on while two ids would become one, and ids of before are found at once."""
    name(bob, here, ann, "Emp-7")
    cy = a_user(here, STANDARD_USER)
    name(cy, here, ann, "EMP-7")
    switch = {"actor": OPERATOR, "at": AT, "account": here, "feature": Feature.CASE_INSENSITIVE_FEDERATION}
    with refused(no.FederationIdTaken, "SSO-5"):
        switch_feature(**switch, on=True)  # type: ignore[arg-type]
    name(cy, here, ann, "")
    switch_feature(**switch, on=True)  # type: ignore[arg-type]
    assert person_of_federation(here, "EMP-7") == bob.row
    with refused(no.FederationIdTaken, "SSO-5"):
        name(cy, here, ann, "emp-7")
    switch_feature(**switch, on=False)  # type: ignore[arg-type]
    assert person_of_federation(here, "EMP-7") is None
    name(cy, here, ann, "emp-7")


@pytest.mark.parametrize("text", [pytest.param("x" * 256, id="long"), "a\x00b", "a\nb", "a\u202eb", "a\u00a0b"])
def test_sso_5_what_cannot_be_seen_is_no_id(text: str, ann: Somebody, bob: Somebody, here: AccountId) -> None:
    """Two that look alike would be two people."""
    with refused(no.FederationIdInvalid, "SSO-5"):
        name(bob, here, ann, text)


def test_sso_7_an_id_alone_gives_nothing(here: AccountId, ann: Somebody) -> None:
    """Somebody with no role in the account is no user of it by that, and cannot enter."""
    guest = somebody()
    name(guest, here, ann, "guest")
    assert not AccountUser.rows.of(here).filter(user_id=guest.id).exists()
    assert check_stay(Entering(guest.row, here, by_provider(here), AT)) is not None
    assert not enterable_accounts(guest.row, AT, by_provider(here)).exists()


def test_sso_5_it_takes_user_management(here: AccountId, bob: Somebody) -> None:
    """Nobody names people to the identity provider without it, and nobody who is unknown."""
    other = a_user(here, STANDARD_USER)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        name(other, here, bob, "other")
    with refused(no.UnknownUser, "ENTRY-1"):
        set_federation_id(actor=OPERATOR, at=AT, account=here, user="nobody@example.com", federation_id="n")


def test_user_13_nobody_becomes_more_by_naming_somebody_else(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """A manager who gave an Administrator the own Federation ID would come in as one: what people hold must be held."""
    boss, little = manager(here), limited(here)
    with refused(no.NotYoursToGive, "USER-13"):
        name(ann, here, boss, "boss")
    with refused(no.NotYoursToGive, "USER-13"):
        name(bob, here, little, "bob")
    name(boss, here, boss, "boss")
    name(ann, here, ann, "ann")
    with refused(no.NotYoursToGive, "USER-13"):
        name(ann, here, boss, "")


def test_user_13_roles_in_the_accounts_groups_count() -> None:
    """What opens managed accounts is conferred as well."""
    primary = a_primary()
    a_user(primary, ADMINISTRATOR)
    guest, boss = somebody(), manager(primary)
    a_group(primary, members=[a_member(primary)], people={guest: [ADMINISTRATOR]})
    with refused(no.NotYoursToGive, "USER-13"):
        name(guest, primary, boss, "guest")


def test_entry_4_a_federation_id_taken_away_ends_the_session_at_its_next_request(
    here: AccountId, ann: Somebody, bob: Somebody
) -> None:
    """Also where the provider's session is elsewhere by way of a group."""
    name(bob, here, ann, "bob")
    session = Entering(bob.row, here, by_provider(here), AT)
    assert check_stay(session) is None
    name(bob, here, ann, "")
    assert isinstance(check_stay(Entering(bob.row, here, by_provider(here), AT)), no.OutsideFederation)


def test_entry_4_and_sso_21_switching_off_ends_sessions_and_keeps_ids(
    here: AccountId, ann: Somebody, bob: Somebody
) -> None:
    """Sessions of the provider end; passwords open the account again; on again, nobody is named anew."""
    name(bob, here, ann, "bob")
    assert isinstance(check_stay(Entering(bob.row, here, BY_PASSWORD, AT)), no.SignOnByProvider)
    switch_on(here, on=False)
    assert isinstance(check_stay(Entering(bob.row, here, by_provider(here), AT)), no.OutsideFederation)
    assert check_stay(Entering(bob.row, here, BY_PASSWORD, AT)) is None
    assert federation_id_of(here, bob.id) == "bob"
    switch_on(here)
    assert check_stay(Entering(bob.row, here, by_provider(here), AT)) is None


def test_entry_4_a_role_ends_a_session_of_a_provider_like_any_other(here: AccountId, ann: Somebody) -> None:
    """The user is removed from the account: the session is refused, and the Federation ID is free again."""
    cy = a_user(here, STANDARD_USER)
    name(cy, here, ann, "cy")
    remove_user(actor=ann.actor, at=AT, account=here, user=cy.id)
    assert check_stay(Entering(cy.row, here, by_provider(here), AT)) is not None
    assert federation_id_of(here, cy.id) == ""


def test_user_10_and_sso_19_who_stays_in_a_group_keeps_the_federation_id() -> None:
    """Removed as a user of the primary, but still in one of its groups."""
    primary = a_primary()
    boss = a_user(primary, ADMINISTRATOR)
    guest = a_user(primary, SUPPORT)
    User.objects.filter(pk=guest.id).update(signed_in=True)
    a_group(primary, members=[a_member(primary)], people={guest: [SUPPORT]})
    federate(primary, guest, "guest")
    remove_user(actor=boss.actor, at=AT, account=primary, user=guest.id)
    assert federation_id_of(primary, guest.id) == "guest"


def _added(
    account: AccountId, by: Somebody, callbacks: DjangoCaptureOnCommitCallbacks, email: str = "new@example.com"
) -> User:
    with callbacks(execute=True):
        added = add_user(
            actor=by.actor,
            at=AT,
            account=account,
            email=email,
            first_name="New",
            last_name="Body",
            roles={RoleId("STANDARD_USER")},
            federation_id=" N-1 ",
        )
    return User.objects.get(pk=added.user)


def test_user_5_who_is_added_with_a_federation_id_gets_no_password_by_mail(
    here: AccountId, ann: Somebody, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """There is none, and the mail says where the identity provider lets them in; so does the one that is sent again."""
    person = _added(here, ann, django_capture_on_commit_callbacks)
    assert federation_id_of(here, person.pk) == "N-1"
    assert (person.has_usable_password(), person.temporary_password) == (False, False)
    with django_capture_on_commit_callbacks(execute=True):
        invite_again(actor=ann.actor, at=AT, account=here, user=person.pk)
    assert [message.to for message in mail.outbox] == [["new@example.com"]] * 2
    for message in mail.outbox:
        assert f"/sso/{here}/saml" in message.body
        assert "password" not in str(message.body).replace("without a password", "")
    assert not User.objects.get(pk=person.pk).has_usable_password()


def test_user_5_a_known_person_keeps_the_password(
    here: AccountId, ann: Somebody, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """It may be needed in other accounts."""
    known = a_user(an_account("There"), STANDARD_USER, email="known@example.com", password="correct horse battery")
    person = _added(here, ann, django_capture_on_commit_callbacks, known.email)
    assert person.check_password("correct horse battery")
    assert federation_id_of(here, known.id) == "N-1"
    assert "temporary" not in str(mail.outbox[0].body)


def test_user_5_an_id_of_somebody_else_adds_nobody(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """All of it or nothing."""
    name(bob, here, ann, "N-1")
    plain = a_role(here, "Plain")
    with pytest.raises(no.Refused, match="is the Federation ID of bob@"), transaction.atomic():
        add_user(
            actor=ann.actor,
            at=AT,
            account=here,
            email="new@example.com",
            first_name="New",
            last_name="Body",
            roles={plain},
            federation_id="N-1",
        )
    assert not User.objects.filter(email_key="new@example.com").exists()


def test_sso_4_an_sso_user_has_an_id_where_single_sign_on_is_enabled(
    here: AccountId, ann: Somebody, bob: Somebody
) -> None:
    """Either alone makes none; a deleted account federates nobody."""
    assert federated_accounts(bob.id) == frozenset()
    name(bob, here, ann, "bob")
    off = an_account("Off")
    federate(off, bob)
    assert federated_accounts(bob.id) == {here}
    switch_on(off)
    assert federated_accounts(bob.id) == {here, off}
    delete_account(actor=OPERATOR, at=AT, account=off)
    assert federated_accounts(bob.id) == {here}


def test_sso_6_an_answer_about_somebody_unknown_makes_nobody(here: AccountId, rf: RequestFactory) -> None:
    """Not even somebody whose address is known, and no session begins."""
    known = a_user(here, STANDARD_USER, email="known@example.com")
    for federation_id in ("stranger@example.com", known.email):
        request = rf.post("/")
        request.session = SessionStore()
        with refused(no.FederationUnknown, "SSO-6"):
            sign_in_federated(request, account=here, federation_id=federation_id, at=AT)
        assert request.session.is_empty()
