"""Sessions in the browser: ending them, locking them, two at most, four hours, and the usage agreement."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.agreements.commands import set_usage_agreement
from tenantry.audit.models import Entry
from tenantry.rules.features import Feature
from tenantry.rules.sessions import SessionSettings
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.sessions.commands import set_session_settings
from tenantry.sessions.models import Session
from tenantry.sessions.queries import handle_of
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.store.revisions import raise_revisions
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]

EMAIL, PASSWORD = "ada@acme.example", "walks by the sea"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOCKS, LIMITS = SessionSettings(lock_inactive=True), SessionSettings(limited=True)
MINUTE = timedelta(minutes=1)


def an_account(name: str, *features: Feature) -> AccountId:
    """One of which Ada is Administrator; the first one is her default."""
    account = create_account(actor=OPERATOR, at=AT, name=name, features=frozenset(features))
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("ADMINISTRATOR")}
    add_user(actor=OPERATOR, at=AT, account=account, email=EMAIL, roles=roles, notify=False, **names)
    return account


@pytest.fixture
def home() -> AccountId:
    """Ada's default account."""
    account = an_account("Home")
    person = User.objects.get(email=EMAIL)
    person.set_password(PASSWORD)
    User.objects.filter(pk=person.pk).update(password=person.password, temporary_password=False)
    return account


def ask(account: AccountId, settings: SessionSettings) -> None:
    """The account asks this of sessions."""
    set_session_settings(actor=OPERATOR, at=AT, account=account, settings=settings)


def browser() -> Client:
    """One in which Ada has sent the sign-in form."""
    client = Client(headers={"host": "127.0.0.1", "user-agent": FIREFOX})
    client.post(reverse("sign_in"), {"email": EMAIL, "password": PASSWORD})
    return client


def ada() -> int:
    """Her row."""
    return int(User.objects.get(email=EMAIL).pk)


def place(client: Client) -> str | None:
    """The account the browser's session is in."""
    found: str | None = client.session.get("account")
    return found


def key(client: Client) -> str:
    """The key of the browser's session."""
    return client.cookies["tenantry_session"].value


def idle(client: Client, minutes: float) -> None:
    """Nobody was active in it for so long."""
    Session.objects.filter(session_key=key(client)).update(active_at=datetime.now(UTC) - minutes * MINUTE)


def acts(account: AccountId, action: str) -> list[tuple[str, str]]:
    """The modifiers of these entries in the log, with whom they are of."""
    return list(Entry.rows.of(account).filter(action=action).order_by("id").values_list("modifier", "user"))


def signed_out(client: Client) -> bool:
    """Whether the next click leads to the sign-in page."""
    return client.get(reverse("user_information")).headers.get("Location", "").startswith(reverse("sign_in"))


# ---- ending sessions -------------------------------------------------------------------------------------------------


def test_sess_2_ones_sessions_are_listed_and_end_at_the_next_click(home: AccountId) -> None:
    """With device, system, browser and account; one of another person's cannot be named."""
    here, there, third = browser(), browser(), browser()
    listed = here.get(reverse("own_sessions"))
    rows = listed.context["sessions"]
    assert {(row["device"], row["system"], row["browser"], row["account"]) for row in rows} == {
        ("Computer", "Linux", "Firefox 140", "Home")
    }
    assert [row["handle"] for row in rows if row["current"]] == [handle_of(key(here))]
    assert not any(key(one) in listed.content.decode() for one in (there, third))
    here.post(reverse("own_session_end"), {"session": handle_of(key(there))})
    assert [signed_out(one) for one in (here, there, third)] == [False, True, False]
    bo = add_user(
        actor=OPERATOR,
        at=AT,
        account=home,
        email="bo@acme.example",
        first_name="Bo",
        last_name="B",
        roles={RoleId("STANDARD_USER")},
        notify=False,
    ).user
    signed_in(bo, home).post(reverse("own_session_end"), {"session": handle_of(key(third))})
    assert not signed_out(third)
    here.post(reverse("own_sessions_end"))
    assert [signed_out(one) for one in (here, third)] == [False, True]


def test_sess_2_signing_out_offers_all_sessions(home: AccountId) -> None:
    """The account menu has both; this session alone, or all of them."""
    here, there, third = browser(), browser(), browser()
    menu = here.get(reverse("user_information")).content.decode()
    assert "End All My Sessions" in menu
    third.post(reverse("sign_out"))
    assert [signed_out(one) for one in (here, there, third)] == [False, False, True]
    here.post(reverse("own_sessions_end"), {"all": "1"})
    assert [signed_out(one) for one in (here, there)] == [True, True]


def test_sess_8_force_sign_out_ends_every_session_in_the_account_at_once(home: AccountId) -> None:
    """The administrator's own too; those of others elsewhere go on; it is audited; people may sign in again."""
    other = an_account("Other")
    here, there, elsewhere = browser(), browser(), browser()
    elsewhere.post(reverse("switch_account"), {"account": other})
    assert "2 sessions" in here.get(reverse("security_sign_out")).content.decode()
    assert here.post(reverse("security_sign_out"))["Location"] == reverse("sign_in")
    assert [signed_out(one) for one in (here, there, elsewhere)] == [True, True, False]
    assert acts(home, "LOGOUT") == [("NONE", EMAIL)]
    assert place(browser()) == home


# ---- lock ------------------------------------------------------------------------------------------------------------


def test_sess_3_a_locked_session_answers_nothing_but_the_lock_screen(home: AccountId) -> None:
    """Whatever is asked, also in parts, and the poll of an open page learns nothing; a wrong password counts."""
    ask(home, LOCKS)
    client = browser()
    idle(client, 14.9)
    assert client.get(reverse("user_information")).status_code == 200
    idle(client, 15.1)
    for answer in (
        client.get(reverse("user_information")),
        client.post(reverse("preferences"), {"default_account": home}),
        client.get(reverse("switch_account"), headers={"HX-Request": "true"}),
        client.post(reverse("switch_account"), {"account": home}),
    ):
        assert answer.status_code == 423
        assert "Locked" in answer.content.decode()
        assert "Administrator" not in answer.content.decode()
    assert client.get(reverse("changes"), {"since": "x"}).status_code == 204
    assert client.post(reverse("session_active")).status_code == 423
    assert client.get(reverse("session_state")).json()["state"] == "locked"
    wrong = client.post(reverse("unlock"), {"password": "?", "next": "/preferences/"})
    assert wrong.status_code == 423
    assert "The password is not right." in wrong.content.decode()
    assert User.objects.get(email=EMAIL).failed_attempts == 1
    assert client.get(reverse("user_information")).status_code == 423
    assert (
        client.post(reverse("unlock"), {"password": PASSWORD, "next": "/preferences/"})["Location"] == "/preferences/"
    )
    assert User.objects.get(email=EMAIL).failed_attempts == 0
    assert client.get(reverse("user_information")).status_code == 200
    assert place(client) == home


def test_sess_3_unlocking_over_a_page_leaves_it_alone(home: AccountId) -> None:
    """A script gets 204, or the form with what is wrong; foreign addresses are not followed by the page's form."""
    ask(home, LOCKS)
    client = browser()
    script = {"HX-Request": "true"}
    idle(client, 16)
    assert client.post(reverse("unlock"), {"password": "?"}, headers=script).status_code == 422
    assert client.post(reverse("unlock"), {"password": PASSWORD}, headers=script).status_code == 204
    idle(client, 16)
    sent = {"password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(reverse("unlock"), sent)["Location"] == reverse("home")


def test_sess_3_after_30_minutes_the_session_has_ended(home: AccountId) -> None:
    """The right password comes too late then."""
    ask(home, LOCKS)
    client, late = browser(), browser()
    idle(client, 30.1)
    assert client.get(reverse("session_state")).json()["state"] == "ended"
    assert client.get(reverse("user_information"))["Location"] == reverse("sign_in")
    assert client.session.get("account") is None
    idle(late, 30.1)
    assert late.post(reverse("unlock"), {"password": PASSWORD})["Location"] == reverse("sign_in")
    assert signed_out(late)


def test_sess_4_the_lock_screen_offers_sign_out(home: AccountId) -> None:
    """And it works there."""
    ask(home, LOCKS)
    client = browser()
    idle(client, 16)
    assert "Sign Out" in client.get(reverse("user_information")).content.decode()
    assert client.post(reverse("sign_out"))["Location"] == reverse("sign_in")
    assert signed_out(client)


def test_sess_3_polls_are_no_activity_and_clicks_are_noted_once_a_minute(home: AccountId) -> None:
    """Neither the poll nor the question about the state moves the time; nor does writing the session by itself."""
    ask(home, LOCKS)
    client = browser()
    idle(client, 10)
    row = Session.objects.get(session_key=key(client))
    client.get(reverse("changes"), {"since": "x"})
    client.get(reverse("session_state"))
    written = client.session
    written["said"] = "something"
    written.save()
    assert Session.objects.get(session_key=key(client)).active_at == row.active_at
    client.post(reverse("session_active"))
    noted = Session.objects.get(session_key=key(client)).active_at
    assert noted is not None
    assert datetime.now(UTC) - noted < MINUTE
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse("user_information"))
    assert not [one for one in queries if one["sql"].startswith("UPDATE")]


def test_sess_5_and_sess_6_the_settings_of_the_account_at_sign_in_govern(home: AccountId) -> None:
    """A session from before the change goes on by what held; the account it is in decides, not another one."""
    other = an_account("Other")
    before = browser()
    set_session_settings(actor=OPERATOR, at=datetime.now(UTC), account=home, settings=LOCKS)
    idle(before, 60)
    assert before.get(reverse("user_information")).status_code == 200
    after = browser()
    after.post(reverse("switch_account"), {"account": other})
    idle(after, 20)
    assert after.get(reverse("user_information")).status_code == 200
    after.post(reverse("switch_account"), {"account": home})
    assert place(after) == home
    idle(after, 20)
    assert after.get(reverse("user_information")).status_code == 423


def test_sso_16_a_session_of_an_identity_provider_unlocks_there_or_ends(home: AccountId) -> None:
    """No password is asked for; what the provider has said since the lock opens it; without one there is sign-out."""
    ask(home, LOCKS)
    SignOnSettings.rows.of(home).create(
        account_id=home, enabled=True, sign_in_url="https://idp.example/", certificate="x"
    )
    Federation.rows.of(home).create(account_id=home, user_id=ada(), federation_id="ada", key="ada")
    client = browser()
    session = client.session
    session["proven_by"], session["federating"] = "idp", home
    session.save()
    assert client.get(reverse("user_information")).status_code == 200
    idle(client, 16)
    page = client.get(reverse("user_information"))
    assert page.status_code == 423
    assert "lock-password" not in page.content.decode()
    assert "Continue at the identity provider" in page.content.decode()
    assert client.get(reverse("saml_renewed", kwargs={"account": home})).status_code != 423
    assert client.get(reverse("user_information")).status_code == 423
    session = client.session
    session["reauthenticated"] = datetime.now(UTC).isoformat()
    session.save()
    assert client.get(reverse("user_information")).status_code == 200
    SignOnSettings.rows.of(home).update(protocol="openid")
    idle(client, 16)
    session = client.session
    del session["reauthenticated"]
    session.save()
    locked = client.get(reverse("user_information")).content.decode()
    assert "Continue at the identity provider" not in locked
    assert "Sign Out" in locked


# ---- concurrency -----------------------------------------------------------------------------------------------------


def test_scn_84_and_sess_7_a_third_session_ends_another_or_stays_out(home: AccountId) -> None:
    """At a switch it may be cancelled, at sign-in that signs out; in an account that does not ask, a third is fine."""
    limited = an_account("Limited")
    ask(limited, LIMITS)
    first, second, third = browser(), browser(), browser()
    for client in (first, second):
        client.post(reverse("switch_account"), {"account": limited})
        assert place(client) == limited
    assert third.post(reverse("switch_account"), {"account": limited})["Location"] == reverse("choose_session")
    page = third.get(reverse("choose_session"))
    assert [row["browser"] for row in page.context["sessions"]] == ["Firefox 140"] * 2
    assert third.post(reverse("stay_out"))["Location"] == reverse("home")
    assert place(third) == home
    third.post(reverse("switch_account"), {"account": limited})
    onward = third.post(reverse("choose_session"), {"session": handle_of(key(first))})["Location"]
    assert onward == reverse("enter_account")
    third.get(onward)
    assert place(third) == limited
    assert [signed_out(one) for one in (first, second, third)] == [True, False, False]
    second.post(reverse("switch_account"), {"account": limited})  # into where it is already
    assert place(second) == limited
    User.objects.filter(email=EMAIL).update(default_account=limited)
    fourth = browser()
    assert place(fourth) is None
    assert fourth.get(reverse("home"), follow=True).redirect_chain[-1][0] == reverse("choose_session")
    assert fourth.post(reverse("stay_out"))["Location"] == reverse("sign_in")


# ---- four hours ------------------------------------------------------------------------------------------------------


def test_scn_85_and_sess_9_four_hours_after_sign_in_the_account_signs_out(home: AccountId) -> None:
    """Whoever is in it at the next click, and whoever comes from elsewhere; being elsewhere changes nothing."""
    timed = an_account("Timed", Feature.SESSION_TIMEOUT)
    long_ago, fresh = datetime.now(UTC) - timedelta(hours=4), datetime.now(UTC) - timedelta(hours=3, minutes=59)
    inside, outside, in_time = (
        signed_in(ada(), a, at) for a, at in ((timed, long_ago), (home, long_ago), (timed, fresh))
    )
    assert in_time.get(reverse("user_information")).status_code == 200
    assert outside.get(reverse("user_information")).status_code == 200
    assert inside.get(reverse("changes"), {"since": "x"}).status_code == 200
    assert inside.get(reverse("user_information"))["Location"] == reverse("sign_in")
    assert signed_out(inside)
    assert acts(timed, "LOGOUT") == [("TIMEOUT", EMAIL)]
    assert outside.post(reverse("switch_account"), {"account": timed})["Location"] == reverse("sign_in")
    assert signed_out(outside)
    assert acts(timed, "LOGOUT") == [("TIMEOUT", EMAIL)] * 2


def test_sess_9_the_judge_of_four_hours_costs_no_query(home: AccountId) -> None:
    """Neither before nor after, nor when the account has changed: its facts know."""

    def cost(client: Client) -> int:
        with transaction.atomic():
            raise_revisions([home])
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("changes"), {"since": "x"})
        return len(queries)

    young, old = signed_in(ada(), home), signed_in(ada(), home, datetime.now(UTC) - timedelta(hours=5))
    assert cost(young) == cost(old)


def test_entry_2_what_names_no_account_is_refused_whatever_it_is(home: AccountId) -> None:
    """Also a character that not every database could look for; the session stays where it is."""
    client = browser()
    for nowhere in ("nowhere", "a\0", "", "x" * 5000):
        assert client.post(reverse("switch_account"), {"account": nowhere}).status_code == 403
    assert place(client) == home


# ---- usage agreement -------------------------------------------------------------------------------------------------


@pytest.fixture
def terms() -> Callable[[AccountId], None]:
    """Has an account ask for acceptance."""

    def ask_for(account: AccountId, message: str = "Be kind.\n\nAnd <careful>.") -> None:
        set_usage_agreement(actor=OPERATOR, at=AT, account=account, on=True, title="Terms of use", message=message)

    return ask_for


def test_agr_1_the_agreement_is_edited_on_its_page(home: AccountId) -> None:
    """Both texts are needed when it is on; what is wrong shows at its field."""
    client = browser()
    page = reverse("usage_agreement")
    refused = client.post(page, {"on": "on", "title": "Terms", "message": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["message"])
    assert client.post(page, {"title": "x" * 121}).status_code == 422
    assert client.post(page, {"on": "on", "title": "Terms", "message": "Be kind."}).status_code == 303
    assert "Be kind." in client.get(page).content.decode()


def test_agr_2_to_5_at_sign_in(home: AccountId, terms: Callable[..., None]) -> None:
    """Open sessions go on; whoever signs in accepts, at every entry, and it is recorded; declining signs out."""
    open_already = browser()
    terms(home)
    assert open_already.get(reverse("user_information")).status_code == 200
    edition = 0
    for _ in range(2):
        client = browser()
        assert place(client) is None
        page = client.get(reverse("user_information"), follow=True)
        assert page.redirect_chain[-1][0] == reverse("accept_agreement")
        assert "And &lt;careful&gt;." in page.content.decode()
        edition = page.context["agreement"].edition
        client.post(reverse("accept_agreement"), {"edition": edition})
        assert place(client) == home
    assert acts(home, "TC_ACCEPT") == [("SUCCESS", EMAIL)] * 2
    declines = browser()
    assert declines.post(reverse("decline_agreement"))["Location"] == reverse("sign_in")
    assert signed_out(declines)
    replaced = browser()
    terms(home, "Be very kind.")
    replaced.post(reverse("accept_agreement"), {"edition": edition})
    assert place(replaced) is None
    assert "Be very kind." in replaced.get(reverse("accept_agreement")).content.decode()


def test_scn_83_and_agr_4_declining_at_a_switch(home: AccountId, terms: Callable[..., None]) -> None:
    """Leads to the default account, wherever one was; if that is the one declined, out."""
    asking, third = an_account("Asking"), an_account("Third")
    terms(asking)
    client = browser()
    client.post(reverse("switch_account"), {"account": third})
    assert client.post(reverse("switch_account"), {"account": asking})["Location"] == reverse("accept_agreement")
    client.post(reverse("decline_agreement"))
    assert place(client) == home
    client.post(reverse("switch_account"), {"account": asking})
    assert client.post(reverse("decline_agreement"))["Location"] == reverse("home")
    assert place(client) == home
    User.objects.filter(email=EMAIL).update(default_account=asking)
    client.post(reverse("switch_account"), {"account": asking})
    assert client.post(reverse("decline_agreement"))["Location"] == reverse("sign_in")
    assert signed_out(client)
    assert acts(asking, "TC_ACCEPT") == []
