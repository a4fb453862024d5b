"""Secrets of authenticator apps and the codes they show (RFC 6238), and backup codes."""

import secrets
from collections.abc import Iterable
from functools import partial
from typing import Final
from urllib.parse import quote

import pyotp
import segno

from tenantry.rules.two_factor import BACKUP_CODES, DIGITS, STEP
from tenantry.tokens.values import digest_of

ISSUER: Final = "Tenantry"
_LETTERS: Final = "abcdefghjkmnpqrstvwxyz23456789"
"""What cannot be mistaken for anything else: no i, l, o, u, 0, 1."""

_PARTS: Final = 6
_PART: Final = 4


def new_secret() -> str:
    """A secret for an authenticator app: 160 bits, as its "setup code"."""
    return pyotp.random_base32()


def code_of(secret: str, step: int) -> str:
    """The code of a step."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).generate_otp(step)


def codes_of(secret: str) -> partial[str]:
    """The codes of a secret, by step."""
    return partial(code_of, secret)


def setup_address(secret: str, email: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_image(secret: str, email: str) -> str:
    """The QR code as the address of an image, dark on white whatever the page's colours: cameras want it so."""
    code = segno.make(setup_address(secret, email), error="m")
    return str(code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff", encode_minimal=False))


def new_backup_codes() -> tuple[str, ...]:
    """A set of ten: 117 bits of chance each, so that a plain digest of one cannot be guessed back (MFA-4)."""
    return tuple("-".join(_part() for _ in range(_PARTS)) for _ in range(BACKUP_CODES))


def _part() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_PART))


def backup_digest(typed: str) -> str:
    """What is stored of a backup code; how it is written makes no difference."""
    return digest_of("".join(letter for letter in typed.casefold() if letter.isalnum()))


def as_file(codes: Iterable[str]) -> str:
    """What "Download" gives, as an address that holds it: nothing of it is kept anywhere."""
    text = "Backup codes for Tenantry. Each signs you in once.\r\n\r\n" + "".join(f"{code}\r\n" for code in codes)
    return f"data:text/plain;charset=utf-8,{quote(text)}"
