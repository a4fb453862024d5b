"""Whether the identity provider has signed a response (SSO-12): by the certificate that the account keeps, no other."""

from typing import Final

from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tenantry.rules.refusals import Refused, SamlSignatureInvalid
from tenantry.sso.saml.names import DS

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

SIGNATURES: Final = frozenset(
    {
        *(f"{_MORE}{name}-sha{bits}" for name in ("rsa", "ecdsa") for bits in (256, 384, 512)),
        *(f"http://www.w3.org/2007/05/xmldsig-more#sha{bits}-rsa-MGF1" for bits in (256, 384, 512)),
    }
)
"""No SHA-1, and none with a shared secret, which a certificate could be taken for."""

DIGESTS: Final = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#sha256",
        f"{_MORE}sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    }
)


def check_signature(signed: etree._Element, certificate: str) -> bool:
    """Whether this element, response or assertion, is signed; refuses a signature that does not hold (SSO-12).

    It has to be over the whole of the very element it is in, by an algorithm that still holds.
    """
    signature = signed.find(f"{DS}Signature")
    if signature is None:
        return False
    _check_form(signed, signature)
    root = signed.getroottree().getroot()
    place = "/*/ds:Signature" if signed is root else "/samlp:Response/saml:Assertion/ds:Signature"
    try:
        OneLogin_Saml2_Utils.validate_sign(root, cert=certificate, xpath=place, raise_exceptions=True)
    except Exception as error:  # noqa: BLE001 - of the library's and of libxmlsec's, which have no kind in common
        raise _invalid(f"the signature does not hold ({type(error).__name__})") from None
    return True


def _check_form(signed: etree._Element, signature: etree._Element) -> None:
    """Refuse what libxmlsec would follow elsewhere, or compute by algorithms that do not hold."""
    references = [*signature.iter(f"{DS}Reference")]
    name = signed.get("ID", "")
    if len(references) != 1 or not name or references[0].get("URI") != f"#{name}":
        raise _invalid("the signature is not over what it is in")
    if _algorithms(signature, "SignatureMethod") - SIGNATURES or _algorithms(signature, "DigestMethod") - DIGESTS:
        raise _invalid("the algorithm is not accepted")
    ways = _algorithms(signature, "CanonicalizationMethod") | _algorithms(signature, "Transform")
    if ways - {_EXCLUSIVE, _INCLUSIVE, _ENVELOPED}:
        raise _invalid("the signature leaves something out")


def _algorithms(signature: etree._Element, element: str) -> set[str]:
    return {one.get("Algorithm", "") for one in signature.iter(f"{DS}{element}")}


def _invalid(why: str) -> Refused:
    return Refused(SamlSignatureInvalid(why=why))


def sign(document: etree._Element, private_key: str, certificate: str) -> bytes:
    """A document signed by the platform's own key."""
    made = OneLogin_Saml2_Utils.add_sign(document, private_key, certificate)
    return made if isinstance(made, bytes) else str(made).encode()
