"""A process of the product that does what it is told: one JSON line in, one JSON line out.

Run as a program by the tests of this folder, on the database that the environment names. Not a test itself.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings

settings.PASSWORD_HASHERS = ["tests.hashing.CheapArgon2id", *settings.PASSWORD_HASHERS[1:]]
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up before
from django.db import connection  # noqa: E402

from tenantry.accounts import commands as accounts  # noqa: E402
from tenantry.audit.models import Entry  # noqa: E402
from tenantry.decisions.engine import ENGINE  # noqa: E402
from tenantry.roles import commands as roles  # noqa: E402
from tenantry.roles.models import Role  # noqa: E402
from tenantry.rules.features import Feature  # noqa: E402
from tenantry.rules.refusals import Refused  # noqa: E402
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, RoleId, Source, UserKey  # noqa: E402
from tenantry.store import revisions  # noqa: E402
from tenantry.users import commands as users, locking  # noqa: E402
from tenantry.users.models import UserRole  # noqa: E402
from tests.consistency import (  # noqa: E402
    before,
    connectors,
    factors,
    heads,
    jobs,
    kept_lists,
    own_api,
    partner,
    sessions,
    sign_on,
)

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)


def wait_until(moment: int) -> None:
    """Spin until this point of the monotonic clock, which all processes of a machine share."""
    while time.monotonic_ns() < moment:
        pass


def prepare() -> str:
    """Make the tables."""
    call_command("migrate", verbosity=0)
    return connection.vendor


def account(name: str) -> str:
    """Make an account with Advanced User Security and Data Hub."""
    features = frozenset({Feature.ADVANCED_USER_SECURITY, Feature.DATA_HUB})
    return accounts.create_account(actor=OPERATOR, at=AT, name=name, features=features)


def user(account: str, email: str, given: list[str]) -> int:
    """Add a user."""
    return users.add_user(
        actor=OPERATOR,
        at=AT,
        account=AccountId(account),
        email=email,
        first_name="Some",
        last_name="Body",
        roles={RoleId(role) for role in given},
        notify=False,
    ).user


def role(account: str, name: str, privileges: list[str], parent: str | None = None) -> str:
    """Make a role."""
    return roles.create_role(
        actor=OPERATOR,
        at=AT,
        account=AccountId(account),
        name=name,
        privileges=privileges,
        parent=RoleId(parent) if parent else None,
    )


def change(account: str, user: int, given: list[str]) -> None:
    """Save the dialog of a user's roles."""
    users.change_user_roles(
        actor=OPERATOR, at=AT, account=AccountId(account), user=user, roles={RoleId(role) for role in given}
    )


def edit(account: str, role: str, **members: Any) -> None:
    """Edit a role."""
    roles.edit_role(actor=OPERATOR, at=AT, account=AccountId(account), role=RoleId(role), **members)


def lock(email: str, locked: bool) -> None:  # noqa: FBT001 - a member of a JSON line
    """Lock or unlock."""
    users.set_lock(actor=OPERATOR, at=AT, user=email, locked=locked)


def suspend(account: str) -> None:
    """Suspend."""
    accounts.suspend_account(actor=OPERATOR, at=AT, account=AccountId(account))


def reactivate(account: str) -> None:
    """Lift the suspension."""
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=AccountId(account))


def feature(account: str, name: str, on: bool) -> None:  # noqa: FBT001 - a member of a JSON line
    """Switch a feature."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=AccountId(account), feature=Feature(name), on=on)


def remove(account: str, user: int) -> None:
    """Remove a user."""
    users.remove_user(actor=OPERATOR, at=AT, account=AccountId(account), user=user)


def decide(account: str, email: str, privilege: str, times: int) -> list[bool]:
    """Ask the same several times."""
    return [_allowed(account, email, privilege) for _ in range(times)]


def _allowed(account: str, email: str, privilege: str) -> bool:
    return ENGINE.decide(user=email, privilege=privilege, account=AccountId(account), at=AT).allowed


def flip(account: str, user: int, without: list[str], with_it: list[str], times: int) -> list[tuple[int, int, bool]]:
    """Give and take, as fast as it goes: when each began, when it had returned, and what holds from then on."""
    done = []
    for turn in range(times):
        given = turn % 2 == 0
        begun = time.monotonic_ns()
        change(account, user, with_it if given else without)
        done.append((begun, time.monotonic_ns(), given))
    return done


def look(account: str, email: str, privilege: str, seconds: float) -> list[tuple[int, int, bool]]:
    """Ask without pause: when each question began, when it was answered, and how."""
    seen = []
    end = time.monotonic_ns() + int(seconds * 1e9)
    while (begun := time.monotonic_ns()) < end:
        answer = _allowed(account, email, privilege)
        seen.append((begun, time.monotonic_ns(), answer))
    return seen


def act_at(moment: int, verb: str, actor: str, account: str, **more: Any) -> str:
    """Do something at a moment agreed on; `done`, or the code of the refusal."""
    who = Actor(UserKey(actor), Source.UI)
    verbs: dict[str, Callable[[], object]] = {
        "remove": lambda: users.remove_user(actor=who, at=AT, account=AccountId(account), **more),
        "strip": lambda: users.change_user_roles(
            actor=who, at=AT, account=AccountId(account), roles={RoleId("STANDARD_USER")}, **more
        ),
        "take": lambda: users.remove_user_role(
            actor=who, at=AT, account=AccountId(account), role=RoleId("ADMINISTRATOR"), **more
        ),
        "create_role": lambda: roles.create_role(actor=who, at=AT, account=AccountId(account), **more),
    }
    ENGINE.snapshot(AccountId(account))
    wait_until(moment)
    try:
        verbs[verb]()
    except Refused as refused:
        return refused.refusal.code
    return "done"


def edits(moment: int, account: str, role: str, member: str, values: list[Any]) -> None:
    """Edit one member of a role again and again."""
    wait_until(moment)
    for value in values:
        edit(account, role, **{member: value})


def role_row(account: str, role: str) -> dict[str, Any]:
    """A role as stored, with its log and the account's revision."""
    row = Role.rows.of(account).get(id=role)
    log = Entry.rows.of(account).filter(type="role", action="UPDATE").order_by("id")
    return {
        "name": row.name,
        "description": row.description,
        "privileges": row.privileges,
        "log": list(log.values_list("properties", flat=True)),
        "revision": revisions.stamps(AccountId(account))[0],
    }


def roles_of(account: str) -> list[str]:
    """The names of the account's roles."""
    return list(Role.rows.of(account).values_list("name", flat=True))


def administrators(account: str) -> list[int]:
    """Who is Administrator."""
    rows = UserRole.rows.of(account).filter(role_id="ADMINISTRATOR")
    return list(rows.values_list("user_id", flat=True))


def lock_after_reading_slowly(email: str, seconds: float) -> None:
    """Lock somebody in a process that is held up right after it has read which accounts are concerned."""
    read: Callable[[int], tuple[AccountId, ...]] = vars(locking)["accounts_of"]

    def slowly(user: int) -> tuple[AccountId, ...]:
        found = read(user)
        print(json.dumps("has read"), flush=True)  # noqa: T201 - this line is the sign
        time.sleep(seconds)
        return found

    vars(locking)["accounts_of"] = slowly
    try:
        lock(email, locked=True)
    finally:
        vars(locking)["accounts_of"] = read


JOBS: dict[str, Callable[..., Any]] = {
    job.__name__: job
    for job in (
        prepare,
        account,
        user,
        role,
        change,
        edit,
        lock,
        suspend,
        reactivate,
        feature,
        remove,
        decide,
        flip,
        look,
        act_at,
        edits,
        role_row,
        roles_of,
        administrators,
        lock_after_reading_slowly,
        *connectors.JOBS,
        *factors.JOBS,
        *partner.JOBS,
        *jobs.JOBS,
        *before.JOBS,
        *sign_on.JOBS,
        *sessions.JOBS,
        *own_api.JOBS,
        *heads.JOBS,
        *kept_lists.JOBS,
    )
}


def main() -> None:
    """Work until standard input closes."""
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(JOBS[job.pop("do")](**job)), flush=True)  # noqa: T201 - this line is the answer


if __name__ == "__main__":
    main()
