"""Answers of OpenID providers are taken once."""

from datetime import timedelta
from typing import Final

from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sso.failures import ProviderFault
from tenantry.sso.models import Once
from tenantry.store.transaction import command

KIND: Final = "openid"
OPEN_FOR: Final = timedelta(minutes=10)
"""How long a question waits for its answer."""


@command
def take_answer(*, account: AccountId, state: str, at: Instant) -> None:
    """Take the answer to the question of this state; refuses a second one, also when both come at once.

    The browser's session knows the question, but two requests may read it before either writes. So the row decides. It
    is kept until the question is over anyway.
    """
    rows = Once.rows.of(account).filter(kind=KIND)
    rows.filter(expires_at__lt=at).delete()
    if rows.filter(value=state).exists():
        raise ProviderFault("The answer was given before.")
    Once.rows.of(account).bulk_create([Once(account_id=account, kind=KIND, value=state, expires_at=at + OPEN_FOR)])
