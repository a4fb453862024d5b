"""Single sign-on in tests: switching it on, Federation IDs, and sessions that an identity provider vouches for."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sso.federations import set_federation_id
from tenantry.sso.models import SignOnSettings
from tests.store.factories import AT, Somebody

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

CERTIFIED = datetime(2026, 1, 1, tzinfo=UTC)
"""When the certificates of tests begin."""


def a_certificate(name: str = "idp.example", key: Key | None = None, years: int = 10) -> str:
    """A certificate as an identity provider's administrator exports it. Its key is quickly made."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(
        subject, subject, key.public_key(), 4711, CERTIFIED, CERTIFIED + timedelta(366 * years)
    )
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256()
    return made.sign(key, algorithm).public_bytes(Encoding.PEM).decode()


def switch_on(account: AccountId, *, on: bool = True) -> None:
    """Switch single sign-on, as a row: what its settings must be is not asked for here."""
    if not SignOnSettings.rows.of(account).update(enabled=on):
        SignOnSettings.rows.of(account).create(account_id=account, enabled=on)


def federate(account: AccountId, who: Somebody, federation_id: str = "") -> None:
    """Give somebody a Federation ID in an account; by default the address."""
    set_federation_id(actor=OPERATOR, at=AT, account=account, user=who.email, federation_id=federation_id or who.email)


def by_provider(account: AccountId) -> Proof:
    """A session for which the account's identity provider vouches."""
    return Proof(by=ProvenBy.IDP, at=AT, federating=account)
