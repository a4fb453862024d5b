"""Assertions that the identity provider has encrypted for the platform."""

from copy import deepcopy
from typing import Final

import xmlsec
from lxml import etree

from tenantry.rules.refusals import Refused, SamlUnreadable
from tenantry.sso.saml.documents import read_document
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


def in_the_clear(root: etree._Element, private_key: str) -> etree._Element:
    """The response with its assertion decrypted, read anew as if it had come so; itself where none is encrypted.

    Refuses without saying how far it came, as the answer would tell strangers about the content.
    """
    sealed = root.find(f"{SAML}EncryptedAssertion")
    if sealed is None:
        return root
    opened = deepcopy(root)
    place = opened.find(f"{SAML}EncryptedAssertion")
    if place is None:
        raise _unreadable()
    try:
        _open(place, private_key)
    except (xmlsec.Error, ValueError, etree.LxmlError):
        raise _unreadable() from None
    return read_document(etree.tostring(opened))


def _open(place: etree._Element, private_key: str) -> None:
    data = place.find(f"{XENC}EncryptedData")
    about = None if data is None else data.find(f"{DS}KeyInfo")
    if data is None or about is None or next(place.iter(f"{XENC}CipherReference"), None) is not None:
        raise ValueError(place.tag)
    for elsewhere in about.findall(f"{DS}RetrievalMethod"):  # what it names is put where it would be looked for
        about.remove(elsewhere)
    for key in place.findall(f"{XENC}EncryptedKey"):
        about.append(key)
    if {method.get("Algorithm") for method in place.iter(f"{XENC}EncryptionMethod")} - ALGORITHMS:
        raise ValueError(data.tag)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(private_key, xmlsec.constants.KeyDataFormatPem, None))
    inside: object = xmlsec.EncryptionContext(manager).decrypt(data)
    if not etree.iselement(inside) or inside.tag != f"{SAML}Assertion":
        raise ValueError(place.tag)
    response = place.getparent()
    if response is None:
        raise ValueError(place.tag)
    response.replace(place, inside)


def _unreadable() -> Refused:
    return Refused(SamlUnreadable(why="its assertion cannot be decrypted"))
