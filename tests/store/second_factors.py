"""People with second factors, made with the real commands."""

from datetime import timedelta
from typing import Any

from tenantry.factors import commands as factors
from tenantry.factors.codes import code_of, new_secret
from tenantry.rules.two_factor import step_at
from tenantry.rules.vocabulary import Instant
from tests.store.factories import AT, Somebody

A_PASSKEY: dict[str, Any] = {"credential": "one", "public_key": b"key", "handle": "h", "sign_count": 0}
"""A passkey as a row: no browser has it."""


def code(secret: str, at: Instant = AT, steps: int = 0) -> str:
    """What an authenticator app shows at an instant, or so many steps later."""
    return code_of(secret, step_at(at) + steps)


def with_app(who: Somebody, at: Instant = AT - timedelta(hours=1), secret: str = "") -> tuple[str, tuple[str, ...]]:
    """Switch somebody's two-factor authentication on, an hour ago: the secret, and the backup codes."""
    secret = secret or new_secret()
    return secret, factors.bind_authenticator(actor=who.actor, at=at, secret=secret, code=code(secret, at))
