"""Makes worlds for journeys: a process that does the operator's deeds in the server's installation, one a line.

It reads `{"deed": ..., ...}` from standard input and answers `{"done": ...}` or `{"failed": ...}`. Deeds are the
product's own commands; only the great numbers of the large world are written in bulk, as a load writes them.
"""

import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from tenantry.accounts.commands import delete_account, reactivate_account, suspend_account  # noqa: E402
from tenantry.estate.load import load, prepare  # noqa: E402
from tenantry.estate.reading import read  # noqa: E402
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId  # noqa: E402
from tenantry.users.commands import change_user_roles, remove_user, set_lock  # noqa: E402
from tenantry.users.models import User  # noqa: E402


def _now() -> datetime:
    return datetime.now(UTC)


def _user(email: str) -> int:
    return User.objects.get(email_key=email.casefold()).pk


def load_lines(*, lines: list[dict[str, Any]]) -> None:
    """Load an estate file of these lines."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
        file.flush()
        load(actor=OPERATOR, at=_now(), prepared=prepare(read([Path(file.name)])))


def remove(*, account: str, user: str) -> None:
    """Take a person out of an account."""
    remove_user(actor=OPERATOR, at=_now(), account=AccountId(account), user=_user(user))


def set_roles(*, account: str, user: str, roles: list[str]) -> None:
    """Let a person hold exactly these roles, given by id."""
    change_user_roles(
        actor=OPERATOR,
        at=_now(),
        account=AccountId(account),
        user=_user(user),
        roles=frozenset(map(RoleId, roles)),
    )


def suspend(*, account: str) -> None:
    """Suspend an account."""
    suspend_account(actor=OPERATOR, at=_now(), account=AccountId(account))


def reactivate(*, account: str) -> None:
    """Lift its suspension."""
    reactivate_account(actor=OPERATOR, at=_now(), account=AccountId(account))


def delete(*, account: str) -> None:
    """Delete an account."""
    delete_account(actor=OPERATOR, at=_now(), account=AccountId(account))


def lock(*, user: str) -> None:
    """Lock a person."""
    set_lock(actor=OPERATOR, at=_now(), user=user, locked=True)


def user_id(*, user: str) -> int:
    """The number by which addresses of pages name a person."""
    return _user(user)


DEEDS: dict[str, Callable[..., Any]] = {
    "load": load_lines,
    "remove": remove,
    "set_roles": set_roles,
    "suspend": suspend,
    "reactivate": reactivate,
    "delete": delete,
    "lock": lock,
    "user_id": user_id,
}


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer: dict[str, Any] = {"done": DEEDS[order.pop("deed")](**order)}
        except Exception:  # noqa: BLE001 - whatever went wrong, the test that asked is told
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
