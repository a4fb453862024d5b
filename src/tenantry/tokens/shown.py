"""Shapes that the pages of tokens share."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.tokens import TokenStatus
from tenantry.rules.vocabulary import AccountId
from tenantry.tokens.queries import TokenRow, token_of

LONGEST: Final = 18
"""Digits of a number that an address may name."""

HIDDEN: Final = "*" * 6
"""Stands for the rest of a value, whatever its length (TOK-4)."""

_KINDS = {TokenStatus.ENABLED: "good", TokenStatus.DISABLED: "warn", TokenStatus.REVOKED: "bad"}


def at(name: str, token: TokenRow) -> str:
    """The address of a page about a token."""
    return f"{reverse(name)}?{urlencode({'token': token.pk})}"


def shown_token(row: TokenRow) -> dict[str, Any]:
    """What lists show of a token."""
    status = TokenStatus(row.status)
    return {
        "name": row.name,
        "value": f"{row.prefix}{HIDDEN}",
        "at": row.created_at,
        "status": status.title(),
        "kind": _KINDS[status],
        "enabled": status is TokenStatus.ENABLED,
        "revoked": status is TokenStatus.REVOKED,
    }


def asked_token(request: HttpRequest, account: AccountId) -> TokenRow:
    """The token that the address names; refuses with `TokenNotFound`."""
    told = request.GET.get("token", "")
    row = token_of(account, int(told) if told.isdecimal() and len(told) <= LONGEST else 0)
    if row is None:
        raise Refused(no.TokenNotFound())
    return row
