"""Answers that nobody asked for begin no session by themselves (SSO-11)."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from tenantry.sessions.models import Session
from tenantry.sso.saml import unasked
from tests.sso.provider import assertion_of, pair, response, sign
from tests.sso.world import World, browser, federate, go_on, hand_in, is_in, make_world, send
from tests.store.factories import STANDARD_USER, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def question(client: Client, world: World, who: str = "FED-1", relay: str = "") -> str:
    """Hand in an answer that nobody asked for; the address of the question."""
    answer = sign(assertion_of(response(world.url, federation_id=who)), pair("provider"))
    page = send(client, world.account, answer, relay)
    assert page.status_code == 302
    return str(page["Location"])


def no(client: Client) -> bool:
    """Whether nobody is signed in there."""
    return "tenantry_session" not in client.cookies


def test_sso_11_a_strangers_page_signs_nobody_in() -> None:
    """The person is asked, by name and account; a form of another house cannot say yes, and Cancel leaves."""
    world, client = make_world(), browser()
    asking = question(client, world)
    assert no(client)
    page: Any = client.get(asking)
    assert page.status_code == 200
    for text in (world.ann.email, "Federated", "Continue", "Cancel"):
        assert text in page.content.decode()
    assert no(client)
    forged = client.post(asking.partition("?")[0], {"proof": page.context["proof"]})
    assert forged.status_code == 403
    assert not Session.objects.filter(user__isnull=False).exists()


def test_sso_11_whoever_says_yes_is_in_and_is_not_asked_again_in_this_browser() -> None:
    """RelayState is the landing page; another browser asks."""
    world, client = make_world(), browser()
    assert go_on(client, question(client, world, relay="/me/?x=1"))["Location"] == "/me/?x=1"
    assert is_in(client, world)
    known = client.cookies[unasked.KNOWN]
    assert (known["httponly"], known["samesite"], known["path"]) == (True, "Lax", "/sso/")
    assert world.ann.email not in known.value
    Session.objects.all().delete()
    assert client.get(question(client, world)).status_code == 302
    assert is_in(client, world)
    other = browser()
    assert other.get(question(other, world)).status_code == 200


def test_sso_11_somebody_else_is_asked_and_keeps_the_session_until_then() -> None:
    """The answer for Bob comes to the browser in which Ann is signed in."""
    world, client = make_world(), browser()
    hand_in(client, world.account, sign(assertion_of(response(world.url)), pair("provider")))
    bob = a_user(world.account, STANDARD_USER)
    federate(world.account, bob, "FED-2")
    asking = question(client, world, "FED-2")
    page = client.get(asking).content.decode()
    assert f"You are signed in as {world.ann.email}" in page
    assert is_in(client, world)
    client.cookies[unasked.KNOWN] = "x" * 32
    assert client.get(question(client, world)).status_code == 302, "it is Ann who is in"
    assert go_on(client, asking).status_code == 302
    assert not is_in(client, world)
    assert [row.user_id for row in Session.objects.all()] == [bob.id]


def test_sso_11_a_yes_counts_once_for_a_while_and_for_this_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the address holds is signed by the platform."""
    world, other, client = make_world(), make_world("Other"), browser()
    asking = question(client, world)
    assert go_on(browser(), asking.replace(world.account, other.account)).status_code == 403
    assert client.get(f"{asking}x").status_code == 403
    assert go_on(client, asking).status_code == 302
    assert go_on(browser(), asking).status_code == 403
    late = question(browser(), world)
    loads = signing.loads
    monkeypatch.setattr(signing, "loads", lambda *args, **kwargs: loads(*args, **(kwargs | {"max_age": -1})))
    assert client.get(late).status_code == 403


def test_sso_11_a_browser_is_known_for_a_few() -> None:
    """The one longest ago is forgotten."""
    world, client = make_world(), browser()
    for number in range(unasked.MOST_KNOWN + 1):
        federate(world.account, a_user(world.account, STANDARD_USER), f"P-{number}")
        assert go_on(client, question(client, world, f"P-{number}")).status_code == 302
    assert client.cookies[unasked.KNOWN].value.count(".") == unasked.MOST_KNOWN - 1
    assert reverse("saml_unasked", kwargs={"account": world.account}) in question(client, world)
    Session.objects.all().delete()
    assert client.get(question(client, world, "P-1")).status_code == 302
    Session.objects.all().delete()
    assert client.get(question(client, world, "P-0")).status_code == 200
