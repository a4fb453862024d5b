"""Who a call of the platform API says it is, and whether its token lets it in (TOK-6, TOK-7)."""

import binascii
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.answers import Decision, Denied
from tenantry.rules.features import Feature
from tenantry.rules.tokens import TokenStatus, check_tokens_licensed
from tenantry.rules.vocabulary import AccountId, UserKey, user_key

TOKEN_USERS: Final = ("BOOMI_TOKEN.", "PLATFORM_TOKEN.")
"""What stands before the user id where the password is a token: of old, for programs that are there, and our own."""

UNAUTHENTICATED: Final = 401
FORBIDDEN: Final = 403


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


def check_token(token: TokenFacts | None, user: UserKey, account: AccountId) -> no.TokenRefused | None:
    """Judge the token that a call brings, for the account that it addresses (TOK-3, TOK-7).

    `token` is what is stored under its digest, if anything is. Refuses one that is disabled or revoked, of somebody
    else, or for another account; which of these it is, is not told.
    """
    if token is None or token.status is not TokenStatus.ENABLED or (token.user, token.account) != (user, account):
        return no.TokenRefused()
    return None


def check_token_call(
    token: TokenFacts | None, user: UserKey, account: AccountId, features: Iterable[Feature], decision: Decision
) -> no.Refusal | None:
    """Judge a call by token: first the token, then the right of its owner, anew at every call (TOK-7).

    `decision` is the one about the privilege API Access in the account at the instant of the call, which looks at lock,
    status and effective access first. Neither a new password nor a sign-out is asked about (TOK-9).
    """
    refused = check_token(token, user, account) or check_tokens_licensed(features, account)
    if refused is not None:
        return refused
    return decision.refusal if isinstance(decision, Denied) else None


def status_of_refused_call(refusal: no.Refusal) -> int:
    """401 where the call did not prove who it is, 403 where it did and may not (TOK-7)."""
    return UNAUTHENTICATED if isinstance(refusal, no.TokenRefused) else FORBIDDEN
