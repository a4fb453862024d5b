"""Answers that no identity provider of the account has given, or not for this: refused, with nothing written."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from django.test import override_settings
from django.urls import reverse
from lxml import etree

from tenantry.rules import refusals as no
from tenantry.sessions.models import Session
from tenantry.sso.models import Once
from tenantry.sso.saml.documents import LIMIT, check_shape
from tests.sso.provider import assertion_of, encrypt, find, pair, response, sign
from tests.sso.world import World, assert_refused, browser, federate, hand_in, is_in, make_world
from tests.sso.wrapping import OF_ASSERTIONS, OF_RESPONSES, VICTIM
from tests.store.factories import STANDARD_USER, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.store]

Shape = Callable[[etree._Element], etree._Element]


def signed(world: World, **parts: Any) -> etree._Element:
    """An answer whose assertion the account's identity provider has signed."""
    return sign(assertion_of(response(world.url, **parts)), pair("provider"))


@pytest.mark.parametrize("shape", [*OF_RESPONSES, *OF_ASSERTIONS], ids=lambda shape: shape.__name__)
def test_sso_12_a_wrapped_signature_lets_nobody_in(shape: Shape, caplog: Any) -> None:
    """XSW1 to XSW8: what is signed is somewhere in the document, and what would be read names a victim."""
    world = make_world()
    federate(world.account, a_user(world.account, STANDARD_USER), VICTIM)
    root = response(world.url)
    sign(root if shape in OF_RESPONSES else assertion_of(root), pair("provider"))
    wrapped = etree.fromstring(etree.tostring(shape(root)))
    assert VICTIM.encode() in etree.tostring(wrapped)
    by_schema = shape.__name__ in {"xsw1", "xsw2", "xsw4", "xsw6"}
    kind = no.SamlUnreadable if by_schema else no.SamlSignatureInvalid
    assert_refused(caplog, kind, world.account, wrapped)


@pytest.mark.parametrize("shape", [*OF_RESPONSES, *OF_ASSERTIONS], ids=lambda shape: shape.__name__)
def test_sso_12_no_wrapped_shape_needs_the_schema_to_be_seen(shape: Shape) -> None:
    """The schema refuses half of them; the shape all."""
    root = response("https://platform.example/sso/a/saml")
    sign(root if shape in OF_RESPONSES else assertion_of(root), pair("provider"))
    check_shape(root)
    with pytest.raises(no.Refused):
        check_shape(etree.fromstring(etree.tostring(shape(root))))


def with_both(root: etree._Element) -> etree._Element:
    """Both signed, the assertion first."""
    sign(assertion_of(root), pair("provider"))
    return sign(root, pair("provider"))


def broken(root: etree._Element, of: str) -> etree._Element:
    """The signature of one of the two spoilt."""
    element = root if of == "response" else assertion_of(root)
    value = find(element, "ds:Signature/ds:SignatureValue")
    value.text = "AAAA" + (value.text or "")[4:]
    return root


def test_sso_12_a_broken_signature_of_the_assertion_is_not_rescued_by_the_responses(caplog: Any) -> None:
    """The response is signed over the broken assertion: its own signature holds."""
    world = make_world()
    root = broken(sign(assertion_of(response(world.url)), pair("provider")), "assertion")
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, sign(root, pair("provider")))


def test_sso_12_a_broken_signature_of_the_response_is_not_rescued_by_the_assertions(caplog: Any) -> None:
    """Neither the other way round."""
    world = make_world()
    root = broken(with_both(response(world.url)), "response")
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, root)


def test_sso_12_scenario_82_what_is_not_signed_is_refused(caplog: Any) -> None:
    """Nothing signed at all, and a signature that was taken out."""
    world = make_world()
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, response(world.url))
    root = with_both(response(world.url))
    root.remove(find(root, "ds:Signature"))
    assertion_of(root).remove(find(assertion_of(root), "ds:Signature"))
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, root)


def test_sso_12_another_certificate_signs_for_nobody(caplog: Any) -> None:
    """Whatever certificate stands beside the signature: the account's own one counts."""
    world = make_world()
    stranger = sign(assertion_of(response(world.url)), pair("stranger"))
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, stranger)
    swapped = sign(assertion_of(response(world.url)), pair("stranger"), shown=pair("provider"))
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, swapped)


def test_sso_12_texts_changed_after_signing_are_noticed(caplog: Any) -> None:
    """The Federation ID of somebody else."""
    world = make_world()
    root = signed(world, federation_id="FED-9")
    find(root, ".//saml:AttributeValue").text = "FED-1"
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, root)


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        (xmlsec.constants.TransformRsaSha1, xmlsec.constants.TransformSha256),
        (xmlsec.constants.TransformRsaSha256, xmlsec.constants.TransformSha1),
    ],
    ids=["signature", "digest"],
)
def test_sso_12_sha_1_is_refused(method: Any, digest: Any, caplog: Any) -> None:
    """As signature and as digest, although libxmlsec would compute both."""
    world = make_world()
    root = sign(assertion_of(response(world.url)), pair("provider"), method=method, digest=digest)
    assert "algorithm" in assert_refused(caplog, no.SamlSignatureInvalid, world.account, root)


@pytest.mark.parametrize("place", ["saml:Subject/saml:NameID", "saml:AttributeStatement//saml:AttributeValue"])
def test_a_comment_in_a_name_is_refused(place: str, caplog: Any) -> None:
    """Signatures do not see comments, and careless readers see a text end there."""
    world = make_world(federation_location="name_id" if "NameID" in place else "attribute")
    root = signed(world, federation_id="FED-1.evil", name_id="FED-1.evil")
    name = find(assertion_of(root), place)
    name.text = "FED-1"
    name.append(etree.Comment("x"))
    name[0].tail = ".evil"
    line = assert_refused(caplog, no.SamlUnreadable, world.account, root)
    assert "comments" in line


WRONG: dict[str, dict[str, Any]] = {
    "audience": {"audience": "https://elsewhere.example/sso/other/saml"},
    "recipient": {"recipient": "https://elsewhere.example/sso/other/saml"},
    "recipient that begins alike": {"recipient": "{url}/evil"},
    "destination": {"destination": "https://elsewhere.example/sso/other/saml"},
    "destination that begins alike": {"destination": "{url}.evil"},
    "no destination": {"destination": ""},
    "expired": {"ends": timedelta(seconds=-62)},
    "not yet": {"begins": timedelta(seconds=70)},
    "handed in too late": {"handed_in_until": timedelta(seconds=-62)},
    "weaker": {"context": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"},
    "stronger where exactly this was asked": {"context": "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"},
    "no success": {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"},
}


@pytest.mark.parametrize("which", WRONG)
def test_sso_13_scenario_82_an_answer_for_somebody_else_or_not_for_now_is_refused(which: str, caplog: Any) -> None:
    """Well signed, and wrong in one part."""
    world = make_world()
    parts = {
        key: value.format(url=world.url) if isinstance(value, str) else value for key, value in WRONG[which].items()
    }
    assert_refused(caplog, no.SamlAnswerNotValid, world.account, signed(world, **parts))


def test_sso_13_a_minute_of_skew_is_granted() -> None:
    """A clock that is fifty seconds ahead or behind does no harm."""
    seconds = timedelta(seconds=50)
    for name, parts in {
        "Ahead": {"begins": seconds},
        "Behind": {"ends": -seconds, "handed_in_until": -seconds},
    }.items():
        world, client = make_world(name), browser()
        hand_in(client, world.account, signed(world, **parts))
        assert is_in(client, world), name


def test_sso_13_the_answer_of_one_account_is_none_of_another(caplog: Any) -> None:
    """Although both have the same identity provider, which calls people alike."""
    here, there = make_world("Here"), make_world("There")
    assert_refused(caplog, no.SamlAnswerNotValid, there.account, signed(here))


def test_sso_13_scenario_82_an_assertion_counts_once(caplog: Any) -> None:
    """A second time it is refused, in a browser of its own, and although another response is around it."""
    world, client = make_world(), browser()
    answer = signed(world)
    hand_in(client, world.account, answer)
    assert is_in(client, world)
    assert_refused(caplog, no.SamlAssertionUsed, world.account, answer)
    answer.set("ID", "_another")
    assert_refused(caplog, no.SamlAssertionUsed, world.account, answer)


def asked(world: World, client: Any) -> str:
    """The id of a request that this browser has got."""
    page = client.get(reverse("saml", kwargs={"account": world.account}))
    assert page.status_code == 200
    return str(Once.rows.of(world.account).filter(kind="request").latest("id").value)


def test_sso_13_an_answer_to_an_open_request_is_accepted_once(caplog: Any) -> None:
    """InResponseTo known and unused; another assertion for the same request is refused."""
    world, client = make_world(), browser()
    request = asked(world, client)
    hand_in(client, world.account, signed(world, in_response_to=request))
    assert is_in(client, world)
    assert_refused(caplog, no.SamlRequestUnknown, world.account, signed(world, in_response_to=request))


def test_sso_13_a_request_that_is_not_open_is_refused(caplog: Any) -> None:
    """Never made, made by another account, run out, or named by the signed half alone."""
    world, other = make_world(), make_world("Other")
    assert_refused(caplog, no.SamlRequestUnknown, world.account, signed(world, in_response_to="_never"))
    assert_refused(caplog, no.SamlRequestUnknown, world.account, signed(world, confirmed_for="_never"))
    elsewhere = asked(other, browser())
    assert_refused(caplog, no.SamlRequestUnknown, world.account, signed(world, in_response_to=elsewhere))
    late = asked(world, browser())
    Once.rows.of(world.account).update(expires_at="2020-01-01T00:00:00Z")
    assert_refused(caplog, no.SamlRequestUnknown, world.account, signed(world, in_response_to=late))
    two = signed(world, in_response_to=late, confirmed_for=elsewhere)
    assert_refused(caplog, no.SamlAnswerNotValid, world.account, two)


def test_sso_13_a_request_is_answered_in_the_browser_that_asked(caplog: Any) -> None:
    """On encrypted lines a cookie travels with the answer; somebody else's browser has another one, or none."""
    with override_settings(HTTPS=True):
        world, client = make_world(), browser()
        request = asked(world, client)
        cookie = client.cookies["tenantry_single_sign_on"]
        assert (cookie["samesite"], cookie["secure"], cookie["httponly"]) == ("None", True, True)
        answer = signed(world, in_response_to=request)
        assert_refused(caplog, no.SamlRequestUnknown, world.account, answer)
        stranger = browser()
        asked(world, stranger)
        assert_refused(caplog, no.SamlRequestUnknown, world.account, answer, client=stranger)
        hand_in(client, world.account, answer)
        assert is_in(client, world)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
PROLOGUES = {
    "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>',
    "external entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "{file}">]>',
    "document type elsewhere": '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
    "default attributes": '<!DOCTYPE r [<!ATTLIST x y CDATA "z">]>',
}


@pytest.mark.parametrize("which", PROLOGUES)
def test_sso_13_document_types_are_refused(which: str, caplog: Any, tmp_path: Path) -> None:
    """Nothing is expanded, and nothing fetched."""
    (file := tmp_path / "secret").write_text("a secret")
    world = make_world()
    text = etree.tostring(signed(world)).decode()
    used = {"billion laughs": "&l9;", "external entity": "&x;"}.get(which, "a-name")
    message = (PROLOGUES[which].replace("{file}", file.as_uri()) + text.replace(">a-name<", f">{used}<")).encode()
    assert "secret" not in assert_refused(caplog, no.SamlUnreadable, world.account, message)
    assert_refused(caplog, no.SamlUnreadable, world.account, message.decode().encode("utf-16"))


def test_sso_13_what_is_too_large_or_no_response_is_refused(caplog: Any) -> None:
    """Some bytes too many, rubbish, nothing, another element, and XML that is no response by the schema."""
    world = make_world()
    small = etree.tostring(signed(world))
    large = small.replace(b">a-name<", b">" + b"a" * (LIMIT + 7 - len(small)) + b"<")
    assert len(large) == LIMIT + 1
    assert "large" in assert_refused(caplog, no.SamlUnreadable, world.account, large)
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, large.replace(b"aa<", b"a<"))
    deep = b"<a>" * 40_000
    for message in (b"", b"rubbish", b"<a/>", deep, etree.tostring(assertion_of(signed(world)))):
        assert_refused(caplog, no.SamlUnreadable, world.account, message)
    for written in ("%%%", "", "ä", "A" * 900_000):
        assert_refused(caplog, no.SamlUnreadable, world.account, written)
    text = (
        etree.tostring(signed(world))
        .replace(b"<saml:Conditions", b"<saml:Condition")
        .replace(b"</saml:Conditions", b"</saml:Condition")
    )
    assert_refused(caplog, no.SamlUnreadable, world.account, text)


def test_sso_14_no_federation_id_or_two_are_refused(caplog: Any) -> None:
    """Whoever reads the first one, and whoever reads the last one, would see different people."""
    world = make_world()
    one = "<saml:Attribute Name='FEDERATION_ID'><saml:AttributeValue>FED-1</saml:AttributeValue></saml:Attribute>"
    for attributes in (
        "",
        one * 2,
        one.replace("FED-1", ""),
        one.replace("FED-1", "<x>FED-1</x>"),
        one.replace("FEDERATION_ID", "federation_id"),
    ):
        assert_refused(caplog, no.SamlFederationIdMissing, world.account, signed(world, attributes=attributes))


@pytest.mark.parametrize(
    "relay",
    [
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
        "http:evil.example",
        "https://127.0.0.1@evil.example/",
        "\t//evil.example",
    ],
)
def test_sso_11_relay_state_leads_nowhere_else(relay: str) -> None:
    """Only addresses of the platform itself are followed."""
    world, client = make_world(), browser()
    page = hand_in(client, world.account, signed(world), relay=relay)
    assert (page.status_code, page.headers["Location"]) == (302, "/")


def test_sso_13_addresses_are_the_installations_own_whatever_host_is_asked(caplog: Any) -> None:
    """A forged Host header does not move where answers have to be for."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        world = make_world()
        page = browser().get(
            reverse("saml", kwargs={"account": world.account}) + "?metadata=true", headers={"host": "evil.example"}
        )
        assert b"evil.example" not in page.content
        forged = world.url.replace("127.0.0.1:8080", "evil.example")
        answer = sign(assertion_of(response(forged)), pair("provider"))
        assert_refused(caplog, no.SamlAnswerNotValid, world.account, answer)


def test_an_assertion_is_encrypted_exactly_where_the_account_wants_it(caplog: Any) -> None:
    """In the clear where it is wanted encrypted, and the other way round; for somebody else; with the old padding."""
    world, plain = make_world(encrypted=True), make_world("Plain")
    assert_refused(caplog, no.SamlAnswerNotValid, world.account, signed(world))
    ours = pair("platform").certificate
    assert_refused(caplog, no.SamlAnswerNotValid, plain.account, encrypt(signed(plain), ours))
    for sealed in (encrypt(signed(world), pair("stranger").certificate), encrypt(signed(world), ours, padding="old")):
        assert_refused(caplog, no.SamlUnreadable, world.account, sealed)
    unsigned = encrypt(response(world.url), ours)
    assert_refused(caplog, no.SamlSignatureInvalid, world.account, unsigned)


def test_sso_10_accounts_without_single_sign_on_and_unknown_ones_are_answered_alike(caplog: Any) -> None:
    """By GET and by POST, off, incomplete, of another protocol, or not there."""
    off, bare, other = (
        make_world("Off", enabled=False),
        make_world("Bare", certificate=""),
        make_world("Other", protocol="oidc"),
    )
    pages = set()
    for account in (off.account, bare.account, other.account, "nowhere-000000"):
        assert_refused(caplog, no.SamlNotOffered, account, signed(off))  # type: ignore[arg-type]
        page = browser().get(reverse("saml", kwargs={"account": account}))
        text = page.content.decode()
        pages.add((page.status_code, re.sub(r"reference <strong>\w{8}<", "", text)))
    assert len(pages) == 1


def test_refusals_after_the_proof_are_told(caplog: Any) -> None:
    """Nobody known by this Federation ID (SSO-6), and somebody locked (LOCK-7): no session either."""
    world = make_world()
    for parts, kind in (({"federation_id": "nobody"}, no.FederationUnknown), ({}, no.UserLocked)):
        client = browser()
        if kind is no.UserLocked:
            world.ann.row.__class__.objects.filter(pk=world.ann.id).update(locked=True)
        page = hand_in(client, world.account, signed(world, **parts))
        assert page.status_code == 403
        assert "tenantry_session" not in client.cookies
        assert "identity provider" in page.content.decode() or "locked" in page.content.decode()
    assert not Session.objects.exists()
