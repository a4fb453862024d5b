"""Assertions that the identity provider has encrypted for the platform."""

from copy import deepcopy
from typing import Final

import xmlsec
from lxml import etree

from tenantry.rules.refusals import Refused, SamlUnreadable
from tenantry.sso.saml.documents import check_shape, read_document
from tenantry.sso.saml.names import DS, SAML, XENC

_11: Final = "http://www.w3.org/2009/xmlenc11#"

ALGORITHMS: Final = frozenset(
    {
        *(f"http://www.w3.org/2001/04/xmlenc#{name}" for name in ("aes128-cbc", "aes192-cbc", "aes256-cbc")),
        *(f"{_11}{name}" for name in ("aes128-gcm", "aes192-gcm", "aes256-gcm", "rsa-oaep")),
        "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
        "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    }
)
"""Keys travel under OAEP alone: the older padding lets strangers find out what is inside by asking often."""


def the_assertion(root: etree._Element, private_key: str) -> etree._Element:
    """The assertion of a response; one that came encrypted is decrypted, and read anew as a document of its own.

    It is not put where it was: moving it would change its prefixes, over which it is signed. Refuses without saying how
    far it came, as the answer would tell strangers about the content.
    """
    plain = root.find(f"{SAML}Assertion")
    if plain is not None:
        return plain
    sealed = deepcopy(root).find(f"{SAML}EncryptedAssertion")
    if sealed is None:
        raise _unreadable()
    try:
        opened = _opened(sealed, private_key)
    except (xmlsec.Error, ValueError, etree.LxmlError):
        raise _unreadable() from None
    assertion = read_document(opened, f"{SAML}Assertion")
    check_shape(assertion)
    return assertion


def _opened(sealed: etree._Element, private_key: str) -> bytes:
    data = sealed.find(f"{XENC}EncryptedData")
    about = None if data is None else data.find(f"{DS}KeyInfo")
    if data is None or about is None or next(sealed.iter(f"{XENC}CipherReference"), None) is not None:
        raise ValueError(sealed.tag)
    for elsewhere in about.findall(f"{DS}RetrievalMethod"):  # what it names is put where it would be looked for
        about.remove(elsewhere)
    for key in sealed.findall(f"{XENC}EncryptedKey"):
        about.append(key)
    if {method.get("Algorithm") for method in sealed.iter(f"{XENC}EncryptionMethod")} - ALGORITHMS:
        raise ValueError(data.tag)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(private_key, xmlsec.constants.KeyDataFormatPem, None))
    inside: object = xmlsec.EncryptionContext(manager).decrypt(data)
    if not etree.iselement(inside):
        raise ValueError(sealed.tag)
    return etree.tostring(inside, with_tail=False)


def _unreadable() -> Refused:
    return Refused(SamlUnreadable(why="its assertion cannot be decrypted"))
