"""Answers of SAML identity providers that are accepted (SSO-11 to SSO-14)."""

import pytest
from lxml import etree

from tenantry.sso.models import Once
from tests.sso.provider import assertion_of, encrypt, pair, response, sign
from tests.sso.world import browser, hand_in, is_in, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.store]

SIGNED = {"assertion": (True, False), "response": (False, True), "both": (True, True)}


@pytest.mark.parametrize("which", SIGNED)
def test_sso_12_a_signed_assertion_a_signed_response_or_both_are_accepted(which: str) -> None:
    """A response is accepted if the assertion is signed, or the response is signed, or both."""
    world, client = make_world(), browser()
    root = response(world.url)
    assertion, whole = SIGNED[which]
    if assertion:
        sign(assertion_of(root), pair("provider"))
    if whole:
        sign(root, pair("provider"))
    page = hand_in(client, world.account, root)
    assert (page.status_code, page.headers["Location"]) == (302, "/")
    assert is_in(client, world)
    assert Once.rows.of(world.account).filter(kind="assertion").count() == 1


def test_sso_11_an_answer_nobody_asked_for_is_accepted_and_leads_to_a_page_of_the_platform() -> None:
    """An unsolicited response is accepted; RelayState, if given, is the landing page."""
    world, client = make_world(), browser()
    page = hand_in(client, world.account, sign(assertion_of(response(world.url)), pair("provider")), relay="/me/?x=1")
    assert page.headers["Location"] == "/me/?x=1"
    assert is_in(client, world)


def test_sso_14_the_federation_id_selects_the_user_within_that_account_and_the_session_is_the_providers() -> None:
    """The same Federation ID is somebody else in another account."""
    here, there, client = make_world("Here"), make_world("There"), browser()
    hand_in(client, there.account, sign(assertion_of(response(there.url)), pair("provider")))
    assert is_in(client, there)
    assert client.session["proven_by"] == "idp"
    assert not is_in(client, here)


def test_the_name_id_holds_the_federation_id_where_the_account_says_so() -> None:
    """Federation ID Location: NameID of the Subject (SSO-2)."""
    world, client = make_world(federation_location="name_id"), browser()
    answer = response(world.url, name_id="FED-1", federation_id="somebody-else")
    hand_in(client, world.account, sign(assertion_of(answer), pair("provider")))
    assert is_in(client, world)


@pytest.mark.parametrize("which", SIGNED)
def test_an_encrypted_assertion_is_accepted_where_the_account_wants_it(which: str) -> None:
    """Assertion Encryption (SSO-2): signed before it is encrypted, or inside a signed response, or both."""
    world, client = make_world(encrypted=True), browser()
    root = response(world.url)
    assertion, whole = SIGNED[which]
    if assertion:
        sign(assertion_of(root), pair("provider"))
    root = encrypt(root, pair("platform").certificate)
    if whole:
        sign(root, pair("provider"))
    assert b"FED-1" not in etree.tostring(root)
    hand_in(client, world.account, root)
    assert is_in(client, world)


def test_a_session_of_before_does_not_go_on_under_the_same_key() -> None:
    """Whoever knew the key of the browser's session knows nothing of the new one."""
    world, client = make_world(), browser()
    client.session.save()
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["tenantry_session"] = session.session_key or ""
    hand_in(client, world.account, sign(assertion_of(response(world.url)), pair("provider")))
    assert client.session.session_key != session.session_key
    assert "planted" not in client.session
    assert is_in(client, world)
