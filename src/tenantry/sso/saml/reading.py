"""From what a browser brings to what an identity provider has said."""

import binascii
from base64 import b64decode
from datetime import UTC
from typing import Final

from lxml import etree

from tenantry.rules.refusals import Refused, SamlAnswerNotValid, SamlSignatureInvalid, SamlUnreadable
from tenantry.rules.saml import FEDERATION_ID, SUCCESS, Answer, Confirmation
from tenantry.rules.vocabulary import Instant
from tenantry.sso.saml.documents import LIMIT, check_shape, read_document
from tenantry.sso.saml.encryption import the_assertion
from tenantry.sso.saml.names import BEARER, SAML, SAMLP
from tenantry.sso.saml.signatures import check_signature

_BASE64_LIMIT: Final = LIMIT * 4 // 3 + 4096
"""Characters that are decoded at all; some providers break them into lines."""


def read_answer(encoded: str, *, certificate: str, private_key: str) -> Answer:
    """What the response says, once its signatures hold (SSO-12); `encoded` is Base64, as the POST binding sends it.

    The assertion's signature is checked first. One of assertion and response has to be signed; each signature that is
    there has to hold, so that an invalid one is never rescued by the other. Refuses what cannot be read (SSO-13).
    """
    root = read_document(_decoded(encoded))
    status = root.find(f"{SAMLP}Status/{SAMLP}StatusCode")
    if status is None or status.get("Value") != SUCCESS:  # such answers bear no assertion, and seldom a signature
        raise Refused(SamlAnswerNotValid(why="its status is not success"))
    check_shape(root)
    assertion = the_assertion(root, private_key)
    signed = [check_signature(assertion, certificate), check_signature(root, certificate)]
    if not any(signed):
        raise Refused(SamlSignatureInvalid(why="nothing is signed"))
    try:
        return _answer(root, assertion, encrypted=assertion.getparent() is not root)
    except ValueError:
        raise Refused(SamlUnreadable(why="a time in it is none")) from None


def _decoded(encoded: str) -> bytes:
    if len(encoded) > _BASE64_LIMIT:
        raise Refused(SamlUnreadable(why="it is too large"))
    try:
        return b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(SamlUnreadable(why="it is no Base64")) from None


def _answer(root: etree._Element, assertion: etree._Element, *, encrypted: bool) -> Answer:
    conditions = assertion.find(f"{SAML}Conditions")
    statements = assertion.findall(f"{SAML}AuthnStatement")
    if len(statements) != 1:
        raise Refused(SamlUnreadable(why="it does not say once how somebody has signed in"))
    restrictions = [] if conditions is None else conditions.findall(f"{SAML}AudienceRestriction")
    contexts = statements[0].iterfind(f"{SAML}AuthnContext/{SAML}AuthnContextClassRef")
    confirmations = assertion.iterfind(f"{SAML}Subject/{SAML}SubjectConfirmation")
    name_id = assertion.find(f"{SAML}Subject/{SAML}NameID")
    authenticated = _instant(statements[0], "AuthnInstant")
    if authenticated is None:
        raise Refused(SamlUnreadable(why="it does not say when somebody has signed in"))
    return Answer(
        assertion=assertion.get("ID", ""),
        status=SUCCESS,
        encrypted=encrypted,
        destination=root.get("Destination"),
        in_response_to=root.get("InResponseTo"),
        not_before=_instant(conditions, "NotBefore"),
        not_on_or_after=_instant(conditions, "NotOnOrAfter"),
        audiences=tuple(frozenset(map(_text, one.iterfind(f"{SAML}Audience"))) for one in restrictions),
        confirmations=tuple(_confirmation(one) for one in confirmations if one.get("Method") == BEARER),
        contexts=tuple(map(_text, contexts)),
        authenticated_at=authenticated,
        session_ends=_instant(statements[0], "SessionNotOnOrAfter"),
        name_id=None if name_id is None else _text(name_id),
        federation_ids=_values(assertion, FEDERATION_ID),
    )


def _confirmation(element: etree._Element) -> Confirmation:
    data = element.find(f"{SAML}SubjectConfirmationData")
    return Confirmation(
        recipient=None if data is None else data.get("Recipient"),
        in_response_to=None if data is None else data.get("InResponseTo"),
        not_before=_instant(data, "NotBefore"),
        not_on_or_after=_instant(data, "NotOnOrAfter"),
    )


def _values(assertion: etree._Element, name: str) -> tuple[str, ...]:
    """The values of an attribute, whether it comes once or in pieces."""
    attributes = assertion.iterfind(f"{SAML}AttributeStatement/{SAML}Attribute")
    return tuple(
        _text(value)
        for attribute in attributes
        if attribute.get("Name") == name
        for value in attribute.iterfind(f"{SAML}AttributeValue")
    )


def _text(element: etree._Element) -> str:
    """All of a plain text; nothing where elements are in it, as readers differ about what it says then."""
    return "" if len(element) else (element.text or "").strip()


def _instant(element: etree._Element | None, name: str) -> Instant | None:
    """The instant of an attribute; those without a zone are in UTC, by the specification. Raises `ValueError`."""
    written = None if element is None else element.get(name)
    if written is None:
        return None
    found = Instant.fromisoformat(written.strip())
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
