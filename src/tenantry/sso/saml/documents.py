"""SAML responses as XML that a stranger may have made: parsed without trust, and of one shape only."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from tenantry.rules.refusals import Refused, SamlSignatureInvalid, SamlUnreadable
from tenantry.sso.saml.names import DS, SAML, SAMLP, XML_ID

LIMIT: Final = 256 * 1024
"""Bytes of a response; assertions with hundreds of groups have some tens of thousands."""

SCHEMAS: Final = {
    f"{SAMLP}Response": "saml-schema-protocol-2.0.xsd",
    f"{SAML}Assertion": "saml-schema-assertion-2.0.xsd",
}
"""What is read: responses, and assertions that came encrypted."""

IDS: Final = ("ID", "Id", "id", XML_ID)
"""Attributes by which something in a document could be found and taken for what was signed."""


def read_document(data: bytes, tag: str = f"{SAMLP}Response") -> etree._Element:
    """Parse a response, or an assertion. Refuses document types, entities, comments and instructions (which readers of
    texts and makers of signatures see differently), what is too large, and what is none by the schema (SSO-13).
    """
    if len(data) > LIMIT:
        raise _unreadable("it is too large")
    # One for each: a parser keeps what it found, and threads must not read each other's.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _unreadable("it is no XML") from None
    about = root.getroottree().docinfo
    if about.internalDTD is not None or about.externalDTD is not None or about.doctype:
        raise _unreadable("it has a document type")
    if next(root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity), None) is not None:
        raise _unreadable("it has comments or instructions inside")
    if root.tag != tag or isinstance(OneLogin_Saml2_XML.validate_xml(root, SCHEMAS[tag]), str):
        raise _unreadable("it is not by the schema")
    return root


def check_shape(root: etree._Element) -> None:
    """Refuse whatever could make two readers see two assertions in one document (SSO-12).

    There is one assertion, directly in the one response, or alone; signatures are directly in one of the two, at most
    one in each, and hold nothing themselves; no name is borne twice.
    """
    reason = next(_misshapen(root), None)
    if reason is not None:
        raise Refused(SamlSignatureInvalid(why=reason))


def _misshapen(root: etree._Element) -> Iterator[str]:
    assertions = [*root.iter(f"{SAML}Assertion", f"{SAML}EncryptedAssertion")]
    if len(assertions) != 1 or not (assertions[0] is root or assertions[0].getparent() is root):
        yield "there is not exactly one assertion, directly in the response"
    if any(response is not root for response in root.iter(f"{SAMLP}Response")):
        yield "there is a response inside"
    names = Counter(element.attrib[name] for element in root.iter() for name in IDS if name in element.attrib)
    if any(times > 1 for times in names.values()):
        yield "two elements have one name"
    if next(root.iter(f"{DS}Object", f"{DS}Manifest"), None) is not None:
        yield "a signature has something inside"
    parents = [signature.getparent() for signature in root.iter(f"{DS}Signature")]
    if any(parent is not root and parent not in assertions for parent in parents):
        yield "something else is signed"
    if len(parents) != len({id(parent) for parent in parents}):
        yield "something is signed twice"


def _unreadable(why: str) -> Refused:
    return Refused(SamlUnreadable(why=why))
