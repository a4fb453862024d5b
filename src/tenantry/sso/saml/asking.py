"""What the platform tells identity providers: its requests (SSO-10), and its metadata (SSO-2)."""

from datetime import UTC
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree
from onelogin.saml2.metadata import OneLogin_Saml2_Metadata

from tenantry.rules.saml import PASSWORD_PROTECTED_TRANSPORT, Context
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sso.saml.keys import KeyPair
from tenantry.sso.saml.names import POST_BINDING, SAML, SAMLP, TRANSIENT, UNSPECIFIED
from tenantry.sso.saml.settings import SamlSettings, sign_in_url
from tenantry.sso.saml.signatures import sign

_PREFIXES: Final = {"samlp": SAMLP[1:-1], "saml": SAML[1:-1]}


def signed_request(told: SamlSettings, *, request: str, keys: KeyPair, at: Instant, again: bool = False) -> bytes:
    """A signed AuthnRequest under this id; `again` has the person asked even if known there (ForceAuthn, SSO-16)."""
    facts = {
        "ID": request,
        "Version": "2.0",
        "IssueInstant": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Destination": told.provider_url,
        "ProtocolBinding": POST_BINDING,
        "AssertionConsumerServiceURL": told.wanted.url,
        **({"ForceAuthn": "true"} if again else {}),
    }
    root = etree.Element(f"{SAMLP}AuthnRequest", facts, nsmap=_PREFIXES)
    etree.SubElement(root, f"{SAML}Issuer").text = told.wanted.url
    if told.location == "name_id":
        policy = TRANSIENT if told.transient else UNSPECIFIED
        etree.SubElement(root, f"{SAMLP}NameIDPolicy", {"Format": policy, "AllowCreate": "true"})
    if told.wanted.context is not Context.UNSPECIFIED:
        context = etree.SubElement(root, f"{SAMLP}RequestedAuthnContext", {"Comparison": told.wanted.comparison})
        etree.SubElement(context, f"{SAML}AuthnContextClassRef").text = PASSWORD_PROTECTED_TRANSPORT
    return sign(root, keys.private_key, keys.certificate)


def metadata(account: AccountId | str, keys: KeyPair) -> bytes:
    """What an identity provider has to know of the platform (SSO-2): its name, where answers go, its certificate.

    It tells nothing about the account, not even whether there is one.
    """
    url = escape(sign_in_url(account), {'"': "&quot;"})
    about = {
        "entityId": url,
        "NameIDFormat": UNSPECIFIED,
        "assertionConsumerService": {"url": url, "binding": POST_BINDING},
    }
    plain = OneLogin_Saml2_Metadata.builder(about, authnsign=True, wsign=True, valid_until="", cache_duration="")
    made = OneLogin_Saml2_Metadata.add_x509_key_descriptors(plain, keys.certificate, add_encryption=True)
    return made if isinstance(made, bytes) else str(made).encode()
