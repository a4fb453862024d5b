"""Secrets at rest: encrypted with a key that is made from the installation's own, and is not in the database."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class NotOurs(ValueError):
    """A sealed text that was made with another installation's key, or changed since."""


def seal(text: str) -> str:
    """Encrypt a text; nothing stays nothing."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text that was sealed; raises `NotOurs` where the key is another one."""
    if not sealed:
        return ""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        msg = "This secret was sealed under another TENANTRY_SECRET_KEY. Enter it anew."
        raise NotOurs(msg) from error


def _fernet() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tenantry sealing").derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key))
