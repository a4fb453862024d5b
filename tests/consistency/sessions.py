"""What a process of the product does about sessions when it is told to; see `worker.py`. Not a test itself."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tenantry.rules.refusals import Refused
from tenantry.rules.sessions import SessionSettings
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sessions import commands as sessions
from tenantry.sessions.models import Session
from tenantry.signin import commands as signin
from tenantry.signin.entering import Entering
from tenantry.users.models import User

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)


def limit_sessions(account: str) -> None:
    """Switch session concurrency on."""
    wanted = SessionSettings(limited=True)
    sessions.set_session_settings(actor=OPERATOR, at=AT, account=AccountId(account), settings=wanted)


def begin(user: int, keys: list[str]) -> None:
    """Have somebody signed in under these keys, and in no account yet."""
    for key in keys:
        Session.objects.create(session_key=key, user_id=user, started_at=AT, expire_date=AT + timedelta(days=1))


def come_in(account: str, user: int, keys: list[str], moment: int) -> list[str]:
    """At a moment enter with one session after the other: what came of each. Each takes its time after counting."""
    come_into = sessions.come_into

    def slowly(**place: Any) -> None:
        time.sleep(0.02)
        come_into(**place)

    vars(signin)["come_into"] = slowly
    try:
        while time.monotonic_ns() < moment:
            pass
        return [_entered(AccountId(account), user, key) for key in keys]
    finally:
        vars(signin)["come_into"] = come_into


def _entered(account: AccountId, user: int, key: str) -> str:
    wanted = Entering(User.objects.get(pk=user), account, Proof(by=ProvenBy.PASSKEY, at=AT), AT, session=key)
    try:
        signin.enter(wanted=wanted)
    except Refused as refused:
        return refused.refusal.code
    return "in"


def inside(account: str, user: int) -> int:
    """How many of somebody's sessions are in the account."""
    return Session.objects.filter(account_id=account, user_id=user).count()


JOBS = (limit_sessions, begin, come_in, inside)
"""What can be told."""
