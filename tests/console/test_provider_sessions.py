"""SSO-15, USER-14: sessions that an identity provider has begun, and where the browser goes after them."""

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import create_account, suspend_account
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.sessions.models import Session
from tenantry.sso.federations import set_federation_id
from tenantry.sso.models import SignOnSettings
from tenantry.users.commands import add_user
from tests.console.people import AT, FEATURES, signed_in

pytestmark = pytest.mark.django_db

BYE = "https://idp.acme.example/bye?a=1&b=2"


@pytest.fixture
def acme(db: None) -> AccountId:
    """An account with single sign-on and a Sign Out Redirect URL."""
    account = create_account(actor=OPERATOR, at=AT, name="Acme", features=FEATURES)
    SignOnSettings.rows.of(account).create(account_id=account, enabled=True, sign_out_url=BYE)
    return account


def somebody(account: AccountId, first: str, role: str, *, federated: bool = True) -> int:
    """A user of the account."""
    email = f"{first.lower()}@acme.example"
    made = add_user(
        actor=OPERATOR,
        at=AT,
        account=account,
        email=email,
        first_name=first,
        last_name="Acme",
        roles={RoleId(role)},
        notify=False,
    )
    if federated:
        set_federation_id(actor=OPERATOR, at=AT, account=account, user=email, federation_id=first)
    return made.user


def by_provider(user: int, account: AccountId, federating: AccountId) -> Client:
    """A browser in which an identity provider has signed this person in."""
    client = signed_in(user, account, datetime.now(UTC))
    session = client.session
    session["proven_by"] = "idp"
    session["federating"] = federating
    session.save()
    return client


def test_sso_15_an_sso_only_user_goes_to_the_sign_out_redirect_url(acme: AccountId) -> None:
    """By a page that goes on at once, without a script; the session is over."""
    bo = somebody(acme, "Bo", "STANDARD_USER")
    client = by_provider(bo, acme, acme)
    assert client.get(reverse("user_information")).status_code == 200
    answer = client.post(reverse("sign_out"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=https://idp.acme.example/bye?a=1&amp;b=2">' in text
    assert client.get(reverse("user_information")).status_code == 302


def test_sso_15_so_does_an_sso_administrator(acme: AccountId) -> None:
    """Whom a password would let in as well."""
    ada = somebody(acme, "Ada", "ADMINISTRATOR")
    assert "refresh" in by_provider(ada, acme, acme).post(reverse("sign_out")).content.decode()


def test_sso_15_and_sess_8_whoever_signs_everybody_out_goes_there_too(acme: AccountId) -> None:
    """By the page, and out of the dialog, which htmx has to leave; who came by password goes to the sign-in page."""
    ada = somebody(acme, "Ada", "ADMINISTRATOR")
    page = reverse("security_sign_out")
    assert "refresh" in by_provider(ada, acme, acme).post(page).content.decode()
    hx = {"HX-Request": "true", "HX-Target": "dialog-body"}
    assert by_provider(ada, acme, acme).post(page, headers=hx)["HX-Redirect"] == BYE
    client = signed_in(ada, acme)
    assert client.post(page, headers=hx)["HX-Redirect"] == reverse("sign_in")
    assert "ended, yours among them" in client.get(reverse("sign_in")).content.decode()


def test_sso_15_so_do_those_whom_somebody_else_signs_out(acme: AccountId) -> None:
    """Once, at their next request, with the reason; what was under way brings nothing back."""
    ada, bo = somebody(acme, "Ada", "ADMINISTRATOR"), somebody(acme, "Bo", "STANDARD_USER")
    client, dialog, plain = by_provider(bo, acme, acme), by_provider(bo, acme, acme), signed_in(ada, acme)
    under_way = client.session
    signed_in(ada, acme).post(reverse("security_sign_out"))
    with pytest.raises(UpdateError):
        under_way.save()
    page = reverse("user_information")
    for asked_by_pages in ("changes", "session_state"):
        assert "bye" not in client.get(reverse(asked_by_pages), {"since": "x"}).content.decode()
    text = client.get(page).content.decode()
    assert "url=https://idp.acme.example/bye?a=1&amp;b=2" in text
    assert "has signed everybody out" in text
    assert client.get(page)["Location"].startswith(reverse("sign_in"))
    assert dialog.get(page, headers={"HX-Request": "true"})["HX-Redirect"] == BYE
    assert plain.get(page)["Location"].startswith(reverse("sign_in"))
    assert not Session.objects.filter(user__isnull=False).exists()


def test_sso_15_nobody_is_sent_anywhere_once_it_is_off(acme: AccountId) -> None:
    """What is noted is whose session it was; what the account has set is asked when somebody comes."""
    ada, bo = somebody(acme, "Ada", "ADMINISTRATOR"), somebody(acme, "Bo", "STANDARD_USER")
    client = by_provider(bo, acme, acme)
    signed_in(ada, acme).post(reverse("security_sign_out"))
    SignOnSettings.rows.of(acme).update(sign_out_url="")
    assert client.get(reverse("user_information"))["Location"].startswith(reverse("sign_in"))


def test_sso_15_nobody_else_does(acme: AccountId) -> None:
    """Not who signed in by a password, nor who has a plain account besides, nor where nothing is set or it is off."""
    ada, bo = somebody(acme, "Ada", "ADMINISTRATOR"), somebody(acme, "Bo", "STANDARD_USER")
    clients = [signed_in(ada, acme)]
    plain = create_account(actor=OPERATOR, at=AT, name="Plain", features=FEATURES)
    somebody(plain, "Bo", "STANDARD_USER", federated=False)
    clients.append(by_provider(bo, acme, acme))
    for client in clients:
        assert client.post(reverse("sign_out")).headers["Location"] == reverse("sign_in")
    for changed in ({"sign_out_url": ""}, {"sign_out_url": BYE, "enabled": False}):
        client = by_provider(ada, acme, acme)
        SignOnSettings.rows.of(acme).update(**changed)
        assert client.post(reverse("sign_out")).headers["Location"] == reverse("sign_in")


def test_sso_15_forced_out_one_is_shown_the_way(acme: AccountId) -> None:
    """Access has ended everywhere: the page says why, and leads there."""
    bo = somebody(acme, "Bo", "STANDARD_USER")
    client = by_provider(bo, acme, acme)
    suspend_account(actor=OPERATOR, at=AT, account=acme)
    answer = client.get(reverse("user_information"))
    assert answer.status_code == 403
    assert 'href="https://idp.acme.example/bye?a=1&amp;b=2"' in answer.content.decode()
    assert client.get(reverse("user_information")).status_code == 302


def test_entry_4_switching_single_sign_on_off_or_on_acts_at_the_next_request(acme: AccountId) -> None:
    """Pages ask for it like for roles: a provider's session is over when it is off, a password's when it is on."""
    bo = somebody(acme, "Bo", "STANDARD_USER")
    client = by_provider(bo, acme, acme)
    page = reverse("user_information")
    assert client.get(page).status_code == 200
    SignOnSettings.rows.of(acme).update(enabled=False)
    assert client.get(page).status_code == 403
    client = signed_in(bo, acme)
    assert client.get(page).status_code == 200
    SignOnSettings.rows.of(acme).update(enabled=True)
    assert client.get(page).status_code == 403


def test_user_14_a_session_of_a_provider_changes_neither_address_nor_password(acme: AccountId) -> None:
    """The page has neither form and says why; what is sent all the same is refused, and names are still changed."""
    ada = somebody(acme, "Ada", "ADMINISTRATOR")
    client, page = by_provider(ada, acme, acme), reverse("user_information")
    shown = client.get(page).content.decode()
    assert "address, password, codes and passkeys are not changed here" in shown
    for part in ("email", "password"):
        assert f'name="part" value="{part}"' not in shown
        assert client.post(page, {"part": part}).status_code == 409
    names = {"part": "person", "first_name": "Ada", "last_name": "Byron", "time_zone": "UTC"}
    assert client.post(page, names).status_code == 303
    shown = signed_in(ada, acme).get(page).content.decode()
    assert 'name="part" value="email"' in shown
    assert "Byron" in shown
