"""Reads of tokens."""

from tenantry.rules.tokens import TokenStatus
from tenantry.store.crossings import Crossing
from tenantry.tokens.models import ClientToken, UserToken


def names_of_tokens(user: int) -> tuple[str, ...]:
    """The names of a person's tokens over all accounts, revoked ones left out (TOK-2, TOK-3)."""
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(user_id=user)
    return tuple(rows.exclude(status=TokenStatus.REVOKED).values_list("name", flat=True))


def names_of_client_tokens() -> tuple[str, ...]:
    """The names of the tokens of host applications."""
    return tuple(ClientToken.objects.values_list("name", flat=True))
