"""A session that was locked is proven anew at the identity provider (SSO-16)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tenantry.rules import refusals as no
from tenantry.sessions.models import Session
from tenantry.sso.models import SignOnSettings
from tenantry.sso.saml.reauthentication import REAUTHENTICATED, reauthenticate
from tests.sso.provider import MINUTES, assertion_of, pair, response, sign
from tests.sso.test_saml_requests import hidden, request_in
from tests.sso.world import World, assert_refused, browser, federate, hand_in, is_in, make_world
from tests.store.factories import STANDARD_USER, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def signed_in(world: World) -> Client:
    """Ann's browser."""
    client = browser()
    hand_in(client, world.account, sign(assertion_of(response(world.url)), pair("provider")))
    assert is_in(client, world)
    return client


def asked_again(world: World, onward: str = "/preferences/") -> tuple[str, HttpResponse]:
    """The id of a request that has the person asked again, and its page."""
    page = reauthenticate(RequestFactory().get("/", headers={"host": "127.0.0.1"}), world.account, onward)
    return request_in(page).get("ID", ""), page


def brought_back(world: World, request: str, **parts: Any) -> Any:
    """The answer to it, as the browser brings it: without the cookie of the session."""
    answer = sign(assertion_of(response(world.url, in_response_to=request, **parts)), pair("provider"))
    return hand_in(browser(), world.account, answer, relay="/preferences/")


def test_sso_16_the_person_is_asked_again_and_the_session_learns_it() -> None:
    """ForceAuthn, the same person, and back to where the session was; it is the same session, under another key."""
    world = make_world()
    client = signed_in(world)
    before, key = dict(client.session.items()), client.session.session_key
    request, page = asked_again(world)
    assert request_in(page).get("ForceAuthn") == "true"
    assert hidden(page, "RelayState") == "/preferences/"
    back = brought_back(world, request)
    assert back.status_code == 302
    assert Session.objects.count() == 1, "no session begins by it"
    answer = client.get(back["Location"])
    assert (answer.status_code, answer["Location"]) == (302, "/preferences/")
    after = dict(client.session.items())
    assert after.pop(REAUTHENTICATED) > before["started"]
    assert after == before
    assert client.session.session_key != key


def refused(client: Client, address: str) -> bool:
    """Whether the way back is refused, and the session learns nothing."""
    answer = client.get(address)
    assert REAUTHENTICATED not in client.session
    return answer.status_code == 403


def test_sso_16_another_person_unlocks_nothing() -> None:
    """Nor does a browser with no session, or with one of another account's identity provider: of the same person,
    too, whom that one was not asked about.
    """
    world, other = make_world(), make_world("Other")
    federate(world.account, a_user(world.account, STANDARD_USER), "FED-2")
    back = brought_back(world, asked_again(world)[0], federation_id="FED-2")["Location"]
    assert refused(signed_in(world), back)
    right = brought_back(world, asked_again(world)[0])["Location"]
    assert browser().get(right).status_code == 403
    elsewhere = signed_in(other)
    assert refused(elsewhere, right)
    assert refused(elsewhere, right.replace(world.account, other.account))
    federate(other.account, world.ann, "ANN")
    anns = browser()
    answer = response(other.url, federation_id="ANN")
    a_user(other.account, STANDARD_USER, email=world.ann.email)
    hand_in(anns, other.account, sign(assertion_of(answer), pair("provider")))
    assert anns.session["federating"] == other.account
    assert refused(anns, right)


def test_sso_16_the_way_back_is_open_once_and_not_to_be_made_up() -> None:
    """What the address holds is signed by the platform, and used up."""
    world = make_world()
    client = signed_in(world)
    back = brought_back(world, asked_again(world)[0])["Location"]
    proof = parse_qs(urlsplit(back).query)["proof"][0]
    path = reverse("saml_renewed", kwargs={"account": world.account})
    for wrong in ("", "x", proof[:-1] + ("A" if proof[-1] != "A" else "B")):
        assert client.get(path, {"proof": wrong}).status_code == 403
    assert REAUTHENTICATED not in client.session
    assert client.get(back + "&next=//evil.example")["Location"] == "/"
    learnt = client.session[REAUTHENTICATED]
    assert client.get(back).status_code == 403
    assert client.session[REAUTHENTICATED] == learnt


def test_sso_16_a_provider_that_asks_nobody_again_unlocks_nothing(caplog: Any) -> None:
    """The instant of authentication is from before the request."""
    world = make_world()
    stale = sign(
        assertion_of(response(world.url, in_response_to=asked_again(world)[0], authenticated=-MINUTES)),
        pair("provider"),
    )
    caplog.clear()
    page = hand_in(browser(), world.account, stale)
    assert page.status_code == 403
    assert "did not ask the person again" in caplog.text


def test_sso_16_where_saml_is_off_there_is_only_sign_out() -> None:
    """Unlocking is refused as a value, so that the page of the lock can offer what is left."""
    world = make_world()
    SignOnSettings.rows.of(world.account).update(enabled=False)
    with pytest.raises(no.Refused) as raised:
        asked_again(world)
    assert isinstance(raised.value.refusal, no.SamlNotOffered)


def test_an_answer_nobody_asked_for_renews_nothing(caplog: Any) -> None:
    """It begins a session of its own, and an answer to a used request none."""
    world = make_world()
    request = asked_again(world)[0]
    brought_back(world, request)
    answer = sign(assertion_of(response(world.url, in_response_to=request)), pair("provider"))
    assert_refused(caplog, no.SamlRequestUnknown, world.account, answer)
