"""Who a call of the platform API says it is, and whether its token lets it in (TOK-6, TOK-7)."""

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.tokens import TokenStatus
from tenantry.rules.vocabulary import AccountId, Instant, UserKey, user_key

TOKEN_USERS: Final = ("BOOMI_TOKEN.", "PLATFORM_TOKEN.")
"""What stands before the user id where the password is a token: of old, for programs that are there, and our own."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a call proves itself by: the user it names, and a token or a password. The secret is in no text of it."""

    user: UserKey
    secret: str = field(repr=False)
    by_token: bool


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What is stored of a token that a call brings."""

    user: UserKey
    account: AccountId
    status: TokenStatus


@dataclass(frozen=True, slots=True)
class OperatorTokenFacts:
    """What is stored of a token of the platform operator's that a call brings."""

    id: int
    name: str
    expires: datetime | None
    revoked: bool


def read_bearer(header: str) -> str | None:
    """Read the header of bearer authentication (RFC 6750); nothing for what is none."""
    scheme, _, value = header.partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None


def check_operator_token(token: OperatorTokenFacts | None, at: Instant) -> no.CallNotProven | None:
    """Judge the operator's token that a call brings: known, not revoked, not over. Which of these, is never told."""
    if token is None or token.revoked or (token.expires is not None and token.expires <= at):
        return no.CallNotProven()
    return None


def read_basic(header: str) -> Credentials | None:
    """Read the header of Basic authentication; nothing for what is none (TOK-6).

    A user of `BOOMI_TOKEN.<user id>` or `PLATFORM_TOKEN.<user id>` brings a token, any other one a password.
    """
    scheme, _, packed = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        told = b64decode(packed.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, colon, secret = told.partition(":")
    if not colon:
        return None
    for before in TOKEN_USERS:
        if name.startswith(before):
            return Credentials(user_key(name.removeprefix(before)), secret, by_token=True)
    return Credentials(user_key(name), secret, by_token=False)


def check_token(
    token: TokenFacts | None, user: UserKey, account: AccountId
) -> no.TokenRefused | no.TokenElsewhere | None:
    """Judge the token that a call brings, for the account that it addresses (TOK-3, TOK-7).

    `token` is what is stored under its digest, if anything is. Refuses one that is disabled or revoked, or of somebody
    else, and does not tell which; then one that is good, but made in another account.
    """
    if token is None or token.status is not TokenStatus.ENABLED or token.user != user:
        return no.TokenRefused()
    return None if token.account == account else no.TokenElsewhere(account=account)
