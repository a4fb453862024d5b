"""What the platform asks SAML identity providers, and what it tells them about itself (SSO-2, SSO-10)."""

import html
import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import xmlsec
from cryptography import x509
from django.urls import reverse
from lxml import etree

from tenantry.rules.vocabulary import AccountId
from tenantry.signin.bounds import SIGN_ONS
from tenantry.sso.models import Once, SigningKey
from tenantry.sso.saml.keys import signing_key
from tenantry.sso.saml.settings import origin_of
from tests.sso.provider import NAMES, assertion_of, find, pair, response, sign
from tests.sso.world import PROVIDER_URL, World, browser, hand_in, make_world
from tests.store.factories import everything

pytestmark = [pytest.mark.django_db, pytest.mark.store]

MD = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", **NAMES}


def opened(world: World, query: str = "", client: Any = None) -> Any:
    """The page behind the Sign In URL."""
    return (client or browser()).get(reverse("saml", kwargs={"account": world.account}) + query)


def hidden(page: Any, name: str) -> str | None:
    """A hidden field of the page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    return html.unescape(found[1]) if found else None


def request_in(page: Any) -> etree._Element:
    """The request in a page, its signature checked by the platform's certificate."""
    root = etree.fromstring(b64decode(hidden(page, "SAMLRequest") or ""))
    xmlsec.tree.add_ids(root, ["ID"])
    signature = find(root, "ds:Signature")
    assert find(signature, "ds:SignedInfo/ds:Reference").get("URI") == f"#{root.get('ID')}"
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pair("platform").certificate, xmlsec.constants.KeyDataFormatCertPem)
    context.verify(signature)
    return root


def test_sso_10_the_sign_in_url_posts_a_signed_request_to_the_identity_provider() -> None:
    """An auto-posting form with a signed AuthnRequest (POST binding) and RelayState = the requested URL."""
    world = make_world()
    page = opened(world, "?next=/users/%3Fq%3Da%26b")
    assert page.status_code == 200
    assert f'action="{html.escape(PROVIDER_URL)}"' in page.content.decode()
    assert hidden(page, "RelayState") == "/users/?q=a&b"
    root = request_in(page)
    assert root.tag == f"{{{NAMES['samlp']}}}AuthnRequest"
    assert root.get("Destination") == PROVIDER_URL
    assert root.get("AssertionConsumerServiceURL") == world.url
    assert find(root, "saml:Issuer").text == world.url
    assert root.get("ForceAuthn") is None
    assert find(root, "samlp:RequestedAuthnContext").get("Comparison") == "exact"
    assert root.find("samlp:NameIDPolicy", NAMES) is None
    assert [row.value for row in Once.rows.of(world.account)] == [root.get("ID")]


@pytest.mark.parametrize(("policy", "ends"), [("transient", ":transient"), ("unspecified", ":unspecified")])
def test_the_request_says_what_the_account_has_set(policy: str, ends: str) -> None:
    """Name ID Policy, only for the NameID; the comparison; and no context where that is left open (SSO-2)."""
    page = opened(make_world(federation_location="name_id", name_id_policy=policy, comparison="minimum"))
    root = request_in(page)
    assert find(root, "samlp:NameIDPolicy").get("Format", "").endswith(ends)
    assert find(root, "samlp:RequestedAuthnContext").get("Comparison") == "minimum"
    open_one = opened(make_world("Open", context="unspecified"))
    assert request_in(open_one).find("samlp:RequestedAuthnContext", NAMES) is None


def test_forms_of_this_page_alone_may_go_to_the_identity_provider() -> None:
    """The policy of the page names its origin, and nothing else of it."""
    world = make_world()
    assert "form-action 'self' https://idp.example;" in opened(world)["Content-Security-Policy"]
    for path in (reverse("sso"), reverse("sign_in")):
        assert "form-action 'self';" in browser().get(path)["Content-Security-Policy"]


def test_origins_are_those_of_web_addresses() -> None:
    """What is no web address, or could write into a policy, has none."""
    assert origin_of("https://idp.example:8443/a?b") == "https://idp.example:8443"
    assert origin_of("http://[::1]:80/") == "http://[::1]:80"
    assert origin_of("https://user:word@IDP.example/") == "https://idp.example"
    for none in (
        "",
        "javascript:alert(1)",
        "https://",
        "https://a b/",
        "https://a;script-src/",
        "https://a:x/",
        "ftp://a",
    ):
        assert origin_of(none) == "", none


def test_who_comes_from_this_identity_provider_is_not_asked_again() -> None:
    """The Sign In URL is for people without a session; others go where they wanted."""
    world, client = make_world(), browser()
    hand_in(client, world.account, sign(assertion_of(response(world.url)), pair("provider")))
    page = opened(world, "?next=/preferences/", client)
    assert (page.status_code, page["Location"]) == (302, "/preferences/")
    assert opened(world, "?next=//evil.example", client)["Location"] == "/"


def test_the_metadata_names_the_platform_its_address_and_its_certificates() -> None:
    """MetaData URL (SSO-2): for signing and for encryption; and it tells nothing about who has an account."""
    world = make_world()
    for account, url in ((world.account, world.url), ("nowhere-1", world.url.replace(world.account, "nowhere-1"))):
        before = everything()
        page = browser().get(reverse("saml", kwargs={"account": account}) + "?metadata=true")
        assert (page.status_code, page["Content-Type"]) == (200, "application/samlmetadata+xml")
        root = etree.fromstring(page.content)
        assert root.get("entityID") == url
        descriptor = root.find("md:SPSSODescriptor", MD)
        assert descriptor is not None
        assert descriptor.get("AuthnRequestsSigned") == "true"
        service = descriptor.find("md:AssertionConsumerService", MD)
        assert service is not None
        assert (service.get("Location"), service.get("Binding", "")[-9:]) == (url, "HTTP-POST")
        shown = {key.get("use"): "".join(key.itertext()).strip() for key in descriptor.iterfind("md:KeyDescriptor", MD)}
        ours = "".join(pair("platform").certificate.splitlines()[1:-1])
        assert {use: "".join(text.split()) for use, text in shown.items()} == {"signing": ours, "encryption": ours}
        assert everything() == before


def test_the_key_is_made_when_it_is_first_needed_and_its_private_half_is_sealed() -> None:
    """Once; the same for every account."""
    at = datetime.now(UTC)
    made = signing_key(at=at)
    assert signing_key(at=at + timedelta(days=1)) == made
    row = SigningKey.objects.get()
    assert "PRIVATE" not in row.private_key_sealed
    certificate = x509.load_pem_x509_certificate(row.certificate.encode())
    assert certificate.not_valid_before_utc < at < certificate.not_valid_after_utc - timedelta(days=3000)


def test_sso_10_the_sign_in_page_leads_to_the_sign_in_url_of_any_account_alike() -> None:
    """By a page that asks for the account's id; whether there is such an account is not told."""
    world, client = make_world(), browser()
    assert reverse("sso") + "?next=%2Fusers%2F" in client.get(reverse("sign_in") + "?next=/users/").content.decode()
    page = client.get(reverse("sso") + "?next=/users/")
    assert hidden(page, "next") == "/users/"
    token = hidden(page, "csrfmiddlewaretoken")
    for account in (world.account, "nowhere-1"):
        sent = {"csrfmiddlewaretoken": token, "account": f" {account} ", "next": "/users/"}
        answer = client.post(reverse("sso"), sent)
        assert (answer.status_code, answer["Location"]) == (302, f"/sso/{account}/saml?next=%2Fusers%2F")
    other = make_world("Other", protocol="oidc")
    sent = {"csrfmiddlewaretoken": token, "account": other.account}
    going = client.post(reverse("sso"), sent)  # by a page: no browser would be redirected to the provider after a form
    assert going.status_code == 200
    assert f'content="0; url=/sso/{other.account}/openid"' in going.content.decode()
    for wrong in ("", "a/b", "../x", "ä" * 10):
        sent = {"csrfmiddlewaretoken": token, "account": wrong}
        assert client.post(reverse("sso"), sent).status_code == 422, wrong
    assert client.post(reverse("sso"), {"account": "a"}).status_code == 403


def test_who_knocks_too_often_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request and each answer costs a signature."""
    world = make_world()
    monkeypatch.setattr(SIGN_ONS, "clock", lambda: 0.0)
    while not SIGN_ONS.wait("127.0.0.1"):
        pass
    before = everything()
    assert opened(world).status_code == 429
    assert hand_in(browser(), world.account, response(world.url)).status_code == 429
    assert everything() == before


def test_old_requests_are_forgotten() -> None:
    """What has run out goes when somebody asks anew; nothing of another account does."""
    world, other = make_world(), make_world("Other")
    opened(world)
    opened(other)
    for account in (world.account, other.account):
        Once.rows.of(account).update(expires_at="2020-01-01T00:00:00Z")
    opened(world)
    assert _open_requests(world.account) == 1
    assert _open_requests(other.account) == 1


def _open_requests(account: AccountId) -> int:
    return Once.rows.of(account).count()
