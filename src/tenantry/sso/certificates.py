"""Certificates of identity providers, as they are imported (SSO-2)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tenantry.rules.refusals import CertificateInvalid, Refused

LONGEST: Final = 16 * 1024
"""Characters of a certificate; real ones have one or two thousand."""

SHORTEST_KEY: Final = 2048
"""Bits of an RSA key below which its signatures prove little."""

_PEM: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate: its one PEM text, and what people recognize it by."""

    pem: str
    subject: str
    issuer: str
    begins: datetime
    expires: datetime
    fingerprint: str
    """Of SHA-256, in pairs of digits."""


def read_certificate(text: str) -> Certificate:
    """The certificate that a PEM text holds; refuses with `CertificateInvalid`, which names the line that is wrong.

    One certificate it is, with an RSA key of 2048 bits or more or a key on an elliptic curve. Whether it has expired is
    for the page to tell: identity providers go on signing with what they have.
    """
    if len(text) > LONGEST:
        raise _no(f"it has more than {LONGEST} characters")
    _one_block(text)
    try:
        found = x509.load_pem_x509_certificate(text.encode())
        key = found.public_key()
        subject, issuer = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
    except Exception as error:  # whatever the parser makes of a stranger's bytes
        raise _no("what stands between its BEGIN and END lines is no X.509 certificate") from error
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        raise _no("its key is neither RSA nor on an elliptic curve")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SHORTEST_KEY:
        raise _no(f"its key has {key.key_size} bits, fewer than {SHORTEST_KEY}")
    return Certificate(
        pem=found.public_bytes(Encoding.PEM).decode(),
        subject=subject or "(no subject)",
        issuer=issuer or "(no issuer)",
        begins=found.not_valid_before_utc,
        expires=found.not_valid_after_utc,
        fingerprint=found.fingerprint(SHA256()).hex(":").upper(),
    )


def fingerprint(pem: str) -> str:
    """By what people recognize a certificate that is set; "" where there is none."""
    try:
        return read_certificate(pem).fingerprint if pem else ""
    except Refused:  # stored before today's checks
        return "unreadable"


def _one_block(text: str) -> None:
    """Refuse what is not PEM, or is PEM of something else, with the line where it begins."""
    begun: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        begun += [(number, kind) for kind in _PEM.findall(line)]
    if not begun:
        raise _no("there is no line “-----BEGIN CERTIFICATE-----”")
    for number, kind in begun:
        if "PRIVATE KEY" in kind:
            raise _no(f"line {number} begins a private key, which belongs to the identity provider alone")
        if kind != "CERTIFICATE":
            raise _no(f"line {number} begins something else, “{kind}”")
    if len(begun) > 1:
        raise _no(f"line {begun[1][0]} begins a second certificate, and one is used")


def _no(why: str) -> Refused:
    return Refused(CertificateInvalid(why=why))
