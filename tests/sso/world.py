"""An account with single sign-on by SAML, its people, and a browser in front of it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.test import Client
from django.urls import reverse
from lxml import etree

from tenantry.rules.refusals import Refusal
from tenantry.rules.vocabulary import AccountId
from tenantry.sessions.models import Session
from tenantry.sso.models import Federation, SigningKey, SignOnSettings
from tenantry.sso.saml.settings import sign_in_url
from tenantry.sso.sealing import seal
from tests.sso.provider import encoded, pair
from tests.store.factories import AT, STANDARD_USER, Somebody, a_user, an_account, everything

PROVIDER_URL = "https://idp.example/sso?tenant=1&x=2"


@dataclass(frozen=True)
class World:
    """An account, its Sign In URL, and Ann, whom its identity provider calls FED-1."""

    account: AccountId
    url: str
    ann: Somebody


def make_world(name: str = "Federated", federation_id: str = "FED-1", **settings: Any) -> World:
    """Make the account, with these settings besides the usual ones."""
    account = an_account(name)
    ann = a_user(account, STANDARD_USER)
    facts = {
        "enabled": True,
        "certificate": pair("provider").certificate,
        "sign_in_url": PROVIDER_URL,
        **settings,
    }
    SignOnSettings.rows.of(account).bulk_create([SignOnSettings(account_id=account, **facts)])
    federate(account, ann, federation_id)
    if not SigningKey.objects.exists():
        ours = pair("platform")
        SigningKey.objects.create(pk=1, private_key_sealed=seal(ours.private), certificate=ours.certificate, made_at=AT)
    return World(account, sign_in_url(account), ann)


def federate(account: AccountId, who: Somebody, federation_id: str) -> None:
    """Have the account's identity provider call somebody so."""
    row = Federation(account_id=account, user_id=who.id, federation_id=federation_id, key=federation_id)
    Federation.rows.of(account).bulk_create([row])


def browser() -> Client:
    """A browser that nobody is signed in with."""
    return Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)


def hand_in(client: Client, account: AccountId, answer: etree._Element | bytes | str, relay: str = "") -> Any:
    """Post an answer to the account's Sign In URL, as the page of an identity provider does; where nobody has asked for
    it, say that it is meant.
    """
    page = send(client, account, answer, relay)
    return go_on(client, page["Location"]) if "/unasked?" in page.headers.get("Location", "") else page


def send(client: Client, account: AccountId, answer: etree._Element | bytes | str, relay: str = "") -> Any:
    """Post an answer, and no more."""
    message = answer if isinstance(answer, str) else encoded(answer)
    data = {"SAMLResponse": message, **({"RelayState": relay} if relay else {})}
    return client.post(reverse("saml", kwargs={"account": account}), data)


def go_on(client: Client, question: str) -> Any:
    """Open the question whether an answer is meant, and say yes if it is asked."""
    page = client.get(question)
    if page.status_code != 200:
        return page
    path, _, query = question.partition("?")
    token, *_ = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    return client.post(path, {"proof": parse_qs(query)["proof"][0], "csrfmiddlewaretoken": token})


def is_in(client: Client, world: World) -> bool:
    """Whether Ann is signed in there, in the account, through its identity provider."""
    row = Session.objects.filter(user_id=world.ann.id).first()
    key = client.cookies["tenantry_session"].value if "tenantry_session" in client.cookies else None
    return row is not None and row.session_key == key and (row.account_id, row.federating_id) == (world.account,) * 2


def assert_refused(
    caplog: Any, kind: type[Refusal], account: AccountId, answer: etree._Element | bytes | str, **browsing: Any
) -> str:
    """Hand in an answer: it is refused for this reason, as the log tells and the page does not; nothing is written, and
    no session begins. Returns what the log says.
    """
    client = browsing.pop("client", None) or browser()
    before = everything()
    caplog.clear()
    page = hand_in(client, account, answer, **browsing)
    assert page.status_code in {403, 404}, page.status_code
    line: str
    [line] = [record.getMessage() for record in caplog.records if record.name.startswith("tenantry.sso")]
    assert f": {kind.code}: " in line, line
    assert everything() == before
    assert "tenantry_session" not in client.cookies
    text = page.content.decode()
    assert line.split()[4] in text, "the page names the reference of the log"
    assert "FED-1" not in text + line
    return line
