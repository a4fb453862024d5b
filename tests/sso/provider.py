"""An identity provider that says whatever a test wants, and signs it or not."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import uuid4

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

PASSWORD_PROTECTED = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
NAMES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
MINUTES = timedelta(minutes=5)


@dataclass(frozen=True)
class Pair:
    """A private key and its certificate, both PEM."""

    private: str
    certificate: str


@cache
def pair(name: str) -> Pair:
    """The key pair of this name, the same for the whole run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    about = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    about = about.serial_number(x509.random_serial_number())
    about = about.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    certificate = about.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    return Pair(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), certificate)


def written(instant: datetime) -> str:
    """An instant as SAML writes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def response(
    url: str,
    *,
    federation_id: str = "FED-1",
    name_id: str = "a-name",
    attributes: str | None = None,
    audience: str | None = None,
    recipient: str | None = None,
    destination: str | None = None,
    in_response_to: str = "",
    confirmed_for: str | None = None,
    status: str = SUCCESS,
    context: str = PASSWORD_PROTECTED,
    begins: timedelta = -MINUTES,
    ends: timedelta = MINUTES,
    handed_in_until: timedelta = MINUTES,
    authenticated: timedelta = timedelta(),
    assertion_id: str = "",
    prologue: str = "",
) -> etree._Element:
    """A response for the Sign In URL `url`, nothing of it signed; every part can be wrong."""
    now = datetime.now(UTC)
    asked = f' InResponseTo="{in_response_to}"' if in_response_to else ""
    confirmed = in_response_to if confirmed_for is None else confirmed_for
    confirming = f' InResponseTo="{confirmed}"' if confirmed else ""
    going_to = url if destination is None else destination
    goes = f' Destination="{going_to}"' if going_to else ""
    if attributes is None:
        value = f"<saml:AttributeValue>{federation_id}</saml:AttributeValue>"
        attributes = f'<saml:Attribute Name="FEDERATION_ID">{value}</saml:Attribute>'
    statement = f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>" if attributes else ""
    text = f"""{prologue}<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}"
      ID="_r{uuid4().hex}" Version="2.0" IssueInstant="{written(now)}"{goes}{asked}>
    <saml:Issuer>https://idp.example</saml:Issuer>
    <samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>
    <saml:Assertion ID="{assertion_id or "_a" + uuid4().hex}" Version="2.0" IssueInstant="{written(now)}">
      <saml:Issuer>https://idp.example</saml:Issuer>
      <saml:Subject><saml:NameID>{name_id}</saml:NameID>
        <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
          <saml:SubjectConfirmationData Recipient="{url if recipient is None else recipient}"{confirming}
            NotOnOrAfter="{written(now + handed_in_until)}"/></saml:SubjectConfirmation></saml:Subject>
      <saml:Conditions NotBefore="{written(now + begins)}" NotOnOrAfter="{written(now + ends)}">
        <saml:AudienceRestriction><saml:Audience>{url if audience is None else audience}</saml:Audience>
        </saml:AudienceRestriction></saml:Conditions>
      <saml:AuthnStatement AuthnInstant="{written(now + authenticated)}"><saml:AuthnContext>
        <saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
      {statement}
    </saml:Assertion></samlp:Response>"""
    return etree.fromstring(text.encode())


def find(root: etree._Element, path: str) -> etree._Element:
    """The first element at a path that is there."""
    found = root.find(path, NAMES)
    assert found is not None, path
    return found


def assertion_of(root: etree._Element) -> etree._Element:
    """The first assertion directly in the response."""
    return find(root, "saml:Assertion")


def sign(
    element: etree._Element,
    by: Pair,
    method: "xmlsec.constants.__Transform" = xmlsec.constants.TransformRsaSha256,
    digest: "xmlsec.constants.__Transform" = xmlsec.constants.TransformSha256,
    shown: Pair | None = None,
) -> etree._Element:
    """Sign an element of a document where it stands; `shown` is the certificate put beside the signature."""
    signature = xmlsec.template.create(element, xmlsec.constants.TransformExclC14N, method, ns="ds")
    find(element, "saml:Issuer").addnext(signature)
    reference = xmlsec.template.add_reference(signature, digest, uri=f"#{element.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    xmlsec.tree.add_ids(element.getroottree().getroot(), ["ID"])
    key = xmlsec.Key.from_memory(by.private, xmlsec.constants.KeyDataFormatPem)
    key.load_cert_from_memory((shown or by).certificate, xmlsec.constants.KeyDataFormatPem)
    context = xmlsec.SignatureContext()
    context.key = key
    context.sign(signature)
    return element.getroottree().getroot()


def encrypt(root: etree._Element, certificate: str, *, padding: str = "oaep") -> etree._Element:
    """Encrypt the assertion of a response for whoever has this certificate."""
    assertion = assertion_of(root)
    data = xmlsec.template.encrypted_data_create(
        root, xmlsec.constants.TransformAes128Cbc, type=xmlsec.constants.TypeEncElement, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    about = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    way = xmlsec.constants.TransformRsaOaep if padding == "oaep" else xmlsec.constants.TransformRsaPkcs1
    key = xmlsec.template.add_encrypted_key(about, way)
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(xmlsec.constants.KeyDataAes, 128, xmlsec.constants.KeyDataTypeSession)
    sealed = etree.SubElement(root, f"{{{NAMES['saml']}}}EncryptedAssertion")
    root.replace(assertion, sealed)
    sealed.append(assertion)
    encrypted = context.encrypt_xml(data, assertion)
    if encrypted.getparent() is not sealed:
        sealed.append(encrypted)
    return root


def encoded(root: etree._Element | bytes) -> str:
    """A document as the POST binding sends it."""
    return b64encode(root if isinstance(root, bytes) else etree.tostring(root)).decode()
