"""What a worker process does with second factors. Imported by `worker.py`."""

from datetime import timedelta
from typing import Any


def with_two_factors(email: str) -> dict[str, Any]:
    """Switch somebody's two-factor authentication on: the secret, and the backup codes."""
    from tests.store.factories import AT
    from tests.store.second_factors import with_app

    secret, codes = with_app(_somebody(email), AT - timedelta(hours=1))
    return {"secret": secret, "codes": codes}


def spend_at(moment: int, email: str, secret: str, backup: str, step: int) -> str:
    """Use a code of so many steps from now, or this backup code, at a moment agreed on: `done`, or what refuses."""
    from tenantry.factors import commands
    from tenantry.rules.refusals import Refused
    from tests.consistency.worker import wait_until
    from tests.store.factories import AT
    from tests.store.second_factors import code

    at = AT + timedelta(seconds=30 * step)
    person = _somebody(email).row
    typed = backup or code(secret, at)
    verb = commands.spend_backup_code if backup else commands.spend_code
    wait_until(moment)
    try:
        refusal = verb(person=person, code=typed, at=at)
    except Refused as refused:
        return refused.refusal.code
    return refusal.code if refusal else "done"


def guess(moment: int, email: str, times: int) -> list[str]:
    """Type wrong codes as fast as it goes: what was said of each."""
    return [spend_at(moment, email, "", "wrong", 0) for _ in range(times)]


def spend_challenge_at(moment: int, challenge: str) -> str:
    """Answer a question about a passkey at a moment agreed on: `done`, or what refuses."""
    from tenantry.factors import commands
    from tenantry.rules.refusals import Refused
    from tests.consistency.worker import wait_until
    from tests.store.factories import AT

    wait_until(moment)
    try:
        commands.spend_challenge(challenge=challenge, at=AT)
    except Refused as refused:
        return refused.refusal.code
    return "done"


def attempts(email: str) -> int:
    """How many invalid attempts are counted."""
    return int(_somebody(email).row.failed_attempts)


def _somebody(email: str) -> Any:
    from tenantry.users.queries import find_user
    from tests.store.factories import Somebody

    found = find_user(email)
    assert found is not None
    return Somebody(found.pk, found.email)


JOBS = (with_two_factors, spend_at, guess, spend_challenge_at, attempts)
