"""AccountUserFederation and AccountSSOConfig: what the account's identity provider calls people, and its settings."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from tenantry.rules.features import Feature
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.queries import saml_settings_of
from tests.store.factories import (
    ADMINISTRATOR,
    STANDARD_USER,
    a_member,
    a_primary,
    a_role,
    a_user,
    entries,
    somebody,
    words,
)
from tests.store.federating import a_certificate as pem
from tests.store.partners import Partner, Rival
from tests.store.platform_api.callers import Caller, caller, refusal, simple

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(partner: Partner) -> Caller:
    """The administrator of an account with Advanced User Security."""
    return caller(partner.home, partner.ann)


def test_sso_4_a_federation_id_is_made_changed_and_ended(partner: Partner, ann: Caller) -> None:
    """SSO-7: it gives no role, and the person need not be a user of the account."""
    body = {"accountId": partner.home, "userId": "NED@example.com", "federationId": "ned-7"}
    made = ann.post("AccountUserFederation", body)
    assert made == {
        "@type": "AccountUserFederation",
        "accountId": partner.home,
        "federationId": "ned-7",
        "id": made["id"],
        "userId": "ned@example.com",
    }
    assert (words(entries(partner.home)[-1]), entries(partner.home)[-1].source) == (("user", "UPDATE", "NONE"), "API")
    path = f"AccountUserFederation/{made['id']}"
    assert ann.post(path, {"federationId": "ned-8", "userId": "ann@example.com"}) == made | {"federationId": "ned-8"}
    assert ann.post(path, {"userId": "ned@example.com"}) == made | {"federationId": "ned-8"}
    assert refusal(ann.send("POST", path, {"federationId": ""}))[:2] == (400, "federation_id_invalid")
    assert refusal(ann.send("POST", "AccountUserFederation", body))[:2] == (400, "federated_already")
    assert ann.all_of("AccountUserFederation") == [made | {"federationId": "ned-8"}]
    assert refusal(ann.send("GET", path))[:2] == (400, "not_possible_by_call")
    assert ann.delete(path) is True
    assert not Federation.rows.of(partner.home).exists()
    assert refusal(ann.send("DELETE", path))[:2] == (403, "not_there")
    assert refusal(ann.send("POST", path, {"federationId": "x"}))[:2] == (403, "not_there")


def test_federations_are_found_by_every_property_and_told_in_xml(partner: Partner, ann: Caller) -> None:
    """E-mail addresses without regard to case, Federation IDs with it."""
    for who, id in ((partner.ann, "Ann"), (partner.ned, "ned")):
        ann.post("AccountUserFederation", {"userId": who.email, "federationId": id})
    for expression, found in (
        (simple("userId", "EQUALS", "ANN@example.com"), {"Ann"}),
        (simple("federationId", "EQUALS", "ann"), set()),
        (simple("FEDERATIONID", "LIKE", "A%"), {"Ann"}),
        (simple("accountId", "EQUALS", partner.home), {"Ann", "ned"}),
        (simple("accountId", "NOT_EQUALS", partner.home), set()),
    ):
        told = ann.all_of("AccountUserFederation", expression)
        assert {one["federationId"] for one in told} == found, expression
    body = (
        b'<a:AccountUserFederation xmlns:a="http://api.platform.boomi.com/" federationId="g"'
        b' userId="serv@example.com"/>'
    )
    root = etree.fromstring(ann.send("POST", "AccountUserFederation", body, accept="application/xml").content)
    assert (root.get("federationId"), root.get("userId")) == ("g", "serv@example.com")


def test_sso_5_federation_refusals(partner: Partner, rival: Rival, ann: Caller) -> None:
    """An id is one person's in an account; whoever names somebody holds what that person holds (USER-13)."""
    ann.post("AccountUserFederation", {"userId": partner.ned.email, "federationId": "taken"})
    good = {"userId": partner.serv.email, "federationId": "free"}
    for change, code in (
        ({"federationId": "taken"}, "federation_id_taken"),
        ({"federationId": None}, ""),
        ({"federationId": "x" * 300}, "federation_id_invalid"),
        ({"userId": None}, ""),
        ({"userId": "nobody@example.com"}, "nobody_of_this_address"),
    ):
        assert refusal(ann.send("POST", "AccountUserFederation", good | change))[:2] == (400, code), change
    admins = a_role(partner.home, "Account admins", "API", "ACCOUNT_ADMIN")
    abe = caller(partner.home, a_user(partner.home, admins))
    mine = {"userId": partner.ann.email, "federationId": "abe"}
    assert refusal(abe.send("POST", "AccountUserFederation", mine))[:2] == (403, "not_yours_to_give")
    boss = caller(rival.home, rival.boss)
    [link] = ann.all_of("AccountUserFederation")
    assert refusal(boss.send("DELETE", f"AccountUserFederation/{link['id']}"))[:2] == (403, "not_there")
    una = caller(partner.abc, a_user(partner.abc, STANDARD_USER, a_role(partner.abc, "calls", "API")))
    assert refusal(una.send("POST", "AccountUserFederation/query"))[:2] == (403, "not_held")


def test_a_page_of_federations_costs_the_same_however_many() -> None:
    """Three or thirty."""
    home = a_primary("Federated")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    counted: list[int] = []
    for number in range(30):
        Federation.rows.of(home).create(
            account_id=home, user_id=somebody().id, federation_id=str(number), key=str(number)
        )
        if number in {2, 29}:
            ann.post("AccountUserFederation/query")
            with CaptureQueriesContext(connection) as queried:
                assert ann.post("AccountUserFederation/query")["numberOfResults"] == number + 1
            counted.append(len(queried))
    assert counted[0] == counted[1]


# ---- settings ------------------------------------------------------------------------------------------------------


def test_sso_2_the_settings_are_there_from_the_beginning_and_switched_off(partner: Partner, ann: Caller) -> None:
    """By the account's id, and of no other account."""
    told = ann.get(f"AccountSSOConfig/{partner.home}")
    assert told == {
        "@type": "AccountSSOConfig",
        "accountId": partner.home,
        "assertionEncryption": False,
        "authnContext": "PPT",
        "authnContextComparison": "EXACT",
        "caseInsensitiveFederationId": False,
        "certificate": [],
        "enabled": False,
        "fedIdFromNameId": False,
        "nameIdPolicy": "TRANSIENT",
    }
    bulk = ann.post("AccountSSOConfig/bulk", {"request": [{"id": partner.abc}, {"id": partner.home}]})["response"]
    assert ([one["statusCode"] for one in bulk], bulk[1]["Result"]) == ([400, 200], told)
    for method, body in (("GET", None), ("POST", {"enabled": True}), ("DELETE", None)):
        found = refusal(ann.send(method, f"AccountSSOConfig/{partner.abc}", body))
        assert found[:2] == (403, "not_there"), method
    assert refusal(ann.send("POST", "AccountSSOConfig/query"))[:2] == (400, "not_possible_by_call")
    assert refusal(ann.send("POST", "AccountSSOConfig", {}))[:2] == (400, "not_possible_by_call")


def test_sso_2_and_sso_3_the_settings_are_changed_and_reset(partner: Partner, ann: Caller) -> None:
    """What is left out stays; the certificate may come as its bytes or as the text that holds them."""
    path = f"AccountSSOConfig/{partner.home}"
    text = pem()
    raw = load_pem_x509_certificate(text.encode()).public_bytes(Encoding.DER)
    body = {
        "certificate": [b64encode(raw).decode()],
        "enabled": "true",
        "idpUrl": "https://idp.example/sso",
        "signoutRedirectUrl": "https://idp.example/bye",
        "fedIdFromNameId": True,
        "nameIdPolicy": "UNSPECIFIED",
        "authnContext": "UNSPECIFIED",
        "authnContextComparison": "MINIMUM",
        "assertionEncryption": True,
        "caseInsensitiveFederationId": False,
    }
    changed = ann.post(path, body)
    stored = saml_settings_of(partner.home)
    assert (stored.enabled, stored.certificate, stored.encrypted) == (True, text, True)
    info = changed.pop("certInfo")
    assert "SHA-256" in info
    told = changed.pop("certificate")
    assert changed == {"@type": "AccountSSOConfig", "accountId": partner.home} | {
        name: value for name, value in body.items() if name != "certificate"
    } | {"enabled": True}
    assert ann.post(path, {"certificate": told}) == changed | {"certificate": told, "certInfo": info}
    assert words(entries(partner.home)[-1]) == ("account", "EDIT", "NONE")
    assert ann.post(path, {"signoutRedirectUrl": "", "enabled": False}).keys().isdisjoint({"signoutRedirectUrl"})
    assert ann.delete(path) is True
    reset = ann.get(path)
    assert (reset["enabled"], reset["certificate"], "idpUrl" in reset) == (False, [], False)


def test_account_sso_config_in_xml(partner: Partner, ann: Caller) -> None:
    """The certificate is an element, all else attributes."""
    told = b64encode(pem().encode()).decode()
    body = (
        '<bns:AccountSSOConfig xmlns:bns="http://api.platform.boomi.com/" enabled="true" idpUrl="https://idp.example/">'
        f"<bns:certificate>{told}</bns:certificate></bns:AccountSSOConfig>"
    )
    answer = ann.send("POST", f"AccountSSOConfig/{partner.home}", body.encode(), accept="application/xml")
    root = etree.fromstring(answer.content)
    assert (root.get("enabled"), root.get("idpUrl"), root.get("nameIdPolicy")) == (
        "true",
        "https://idp.example/",
        "TRANSIENT",
    )
    assert [one.text for one in root.iterfind("{*}certificate")] == [told]


def test_sso_3_and_sso_1_settings_that_are_refused(partner: Partner, ann: Caller) -> None:
    """Nothing of it is stored; the option of case is the operator's."""
    path = f"AccountSSOConfig/{partner.home}"
    for body, status, code in (
        ({"enabled": True}, 400, "sign_on_incomplete"),
        ({"nameIdPolicy": "PERSISTENT"}, 400, ""),
        ({"authnContext": "KERBEROS"}, 400, ""),
        ({"authnContextComparison": "better"}, 400, ""),
        ({"idpUrl": "ftp://x"}, 400, "sign_on_url_invalid"),
        ({"certificate": ["***"]}, 400, ""),
        ({"certificate": ["AAAA"]}, 400, "certificate_invalid"),
        ({"certificate": ["AAAA", "AAAA"]}, 400, ""),
        ({"caseInsensitiveFederationId": True}, 403, "feature_not_yours"),
    ):
        assert refusal(ann.send("POST", path, body))[:2] == (status, code), body
    assert not SignOnSettings.rows.of(partner.home).exists()
    plain = a_member(partner.home, "Plain", frozenset({Feature.API_TOKENS}))
    there = caller(plain, a_user(plain, ADMINISTRATOR))
    for method in ("GET", "POST", "DELETE"):
        assert refusal(there.send(method, f"AccountSSOConfig/{plain}", {}))[:2] == (403, "feature_missing"), method
