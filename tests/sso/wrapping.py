"""The eight known shapes of signature wrapping: a signed original is kept somewhere, and something evil is read."""

from copy import deepcopy

from lxml import etree

from tests.sso.provider import NAMES, assertion_of, find

SAMLP, DS = f"{{{NAMES['samlp']}}}", f"{{{NAMES['ds']}}}"
VICTIM = "FED-2"


def evil_copy(element: etree._Element) -> etree._Element:
    """A copy that names the victim, under an id of its own."""
    copy = deepcopy(element)
    for text in copy.iter(f"{{{NAMES['saml']}}}AttributeValue", f"{{{NAMES['saml']}}}NameID"):
        text.text = VICTIM
    copy.set("ID", "_evil")
    return copy


def unsigned(element: etree._Element) -> etree._Element:
    """A copy without its signature."""
    copy = deepcopy(element)
    copy.remove(find(copy, "ds:Signature"))
    return copy


def xsw1(root: etree._Element) -> etree._Element:
    """An evil response around the signature, in which the original response is."""
    evil = evil_copy(root)
    find(evil, "ds:Signature").append(unsigned(root))
    return evil


def xsw2(root: etree._Element) -> etree._Element:
    """An evil response, and the original response beside the detached signature."""
    evil = evil_copy(root)
    find(evil, "ds:Signature").addprevious(unsigned(root))
    return evil


def xsw3(root: etree._Element) -> etree._Element:
    """An evil assertion before the original one."""
    evil = unsigned(evil_copy(assertion_of(root)))
    assertion_of(root).addprevious(evil)
    return root


def xsw4(root: etree._Element) -> etree._Element:
    """An evil assertion around the original one."""
    original = assertion_of(root)
    evil = unsigned(evil_copy(original))
    original.addprevious(evil)
    evil.append(original)
    return root


def xsw5(root: etree._Element) -> etree._Element:
    """An evil assertion that bears the original's signature, and the original behind it."""
    original = assertion_of(root)
    evil = evil_copy(original)
    original.addprevious(evil)
    original.remove(find(original, "ds:Signature"))
    return root


def xsw6(root: etree._Element) -> etree._Element:
    """An evil assertion that bears the original's signature, in which the original is."""
    original = assertion_of(root)
    evil = evil_copy(original)
    root.replace(original, evil)
    find(evil, "ds:Signature").append(unsigned(original))
    return root


def xsw7(root: etree._Element) -> etree._Element:
    """An evil assertion in an extension, where the schema does not look."""
    extensions = etree.Element(f"{SAMLP}Extensions")
    extensions.append(unsigned(evil_copy(assertion_of(root))))
    find(root, "saml:Issuer").addnext(extensions)
    return root


def xsw8(root: etree._Element) -> etree._Element:
    """An evil assertion that bears the signature, and the original in an object of that."""
    original = assertion_of(root)
    evil = evil_copy(original)
    root.replace(original, evil)
    inside = etree.SubElement(find(evil, "ds:Signature"), f"{DS}Object")
    inside.append(unsigned(original))
    return root


OF_RESPONSES = (xsw1, xsw2)
OF_ASSERTIONS = (xsw3, xsw4, xsw5, xsw6, xsw7, xsw8)
