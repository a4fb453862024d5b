"""The platform's own key pair: made when it is first needed, the private half sealed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tenantry.rules.vocabulary import Instant
from tenantry.sso.models import SigningKey
from tenantry.sso.sealing import seal, unseal
from tenantry.store.transaction import command

BITS: Final = 3072
VALID_FOR: Final = timedelta(days=3650)
FIRST: Final = 1


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its certificate, both PEM."""

    private_key: str
    certificate: str


def signing_key(*, at: Instant) -> KeyPair:
    """The key pair in use; makes the first one."""
    row = _newest() or make_first_key(at=at)
    return KeyPair(unseal(row.private_key_sealed), row.certificate)


def _newest() -> SigningKey | None:
    return SigningKey.objects.order_by("-id").first()


@command
def make_first_key(*, at: Instant) -> SigningKey:
    """Make the first key pair, or take that of somebody who came first: its number is fixed, so there is one only."""
    row = _newest()
    if row is not None:
        return row
    pair = _make(at)
    return SigningKey.objects.create(
        pk=FIRST, private_key_sealed=seal(pair.private_key), certificate=pair.certificate, made_at=at
    )


def _make(at: Instant) -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenantry single sign-on")])
    about = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    about = about.serial_number(x509.random_serial_number())
    about = about.not_valid_before(at - timedelta(days=1)).not_valid_after(at + VALID_FOR)
    certificate = about.sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(private.decode(), certificate.public_bytes(Encoding.PEM).decode())
