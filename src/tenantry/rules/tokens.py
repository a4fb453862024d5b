"""API tokens of people, and tokens of host applications (TOK)."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import AccountId, Instant, storable

TOKENS_PER_USER: Final = 5
"""Tokens of one person over all accounts; disabled ones count, revoked ones do not (TOK-2)."""

TOKEN_NAME_LIMIT: Final = 100
"""Characters in a token's name (TOK-3)."""

VISIBLE_PREFIX: Final = 6
"""Characters of a token's value that stay visible after it was shown once (TOK-4)."""


class TokenStatus(StrEnum):
    """Status of a token (TOK-5)."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REVOKED = "revoked"


class MadeWithin(StrEnum):
    """The spans by which lists of tokens are filtered (TOK-8)."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


_SPANS: Final = {
    MadeWithin.HOUR: timedelta(hours=1),
    MadeWithin.DAY: timedelta(hours=24),
    MadeWithin.WEEK: timedelta(days=7),
}


def made_since(within: MadeWithin, at: Instant) -> Instant:
    """The first instant of a span that ends now: tokens made at it or later are within (TOK-8)."""
    return at - _SPANS[within]


def check_not_revoked(name: str, status: TokenStatus) -> no.TokenRevoked | None:
    """A revoked token takes no change: revoking is permanent (TOK-5)."""
    return no.TokenRevoked(name=name) if status is TokenStatus.REVOKED else None


def check_tokens_licensed(features: Iterable[Feature], account: AccountId) -> no.TokensNotLicensed | None:
    """Tokens need the token feature in the account (TOK-1)."""
    return None if Feature.API_TOKENS in frozenset(features) else no.TokensNotLicensed(account=account)


def check_token_name(name: str, taken: Iterable[str]) -> no.TokenNameInvalid | no.TokenNameTaken | None:
    """Judge a token's name: 1 to 100 characters, unique among `taken`, the person's other tokens (TOK-3)."""
    if not name.strip() or len(name) > TOKEN_NAME_LIMIT or not storable(name):
        return no.TokenNameInvalid(limit=TOKEN_NAME_LIMIT)
    if name in set(taken):
        return no.TokenNameTaken(name=name)
    return None


def check_token_count(existing: int) -> no.TokenLimitReached | None:
    """Judge one more token beside `existing` ones that are not revoked (TOK-2)."""
    return None if existing < TOKENS_PER_USER else no.TokenLimitReached(limit=TOKENS_PER_USER)
