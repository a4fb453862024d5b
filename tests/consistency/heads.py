"""What a process of the tests does about the head: raising from several threads, and reading all the while."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction

from tenantry.decisions.engine import Engine
from tenantry.decisions.following import follow
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.store import revisions
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD, last_raised, raised_together
from tenantry.store.transaction import StoreUnavailable, command
from tenantry.tokens.commands import issue_client_token
from tenantry.users.commands import change_user_roles


def scopes(names: list[str]) -> int:
    """Open scopes; the number they got."""
    command(revisions.open_scopes)(names)
    return last_raised() or 0


def hold_head(scope: str, seconds: float) -> dict[str, int]:
    """Raise a scope, and commit some time after the number is taken: the number, and when the commit begins."""
    with transaction.atomic():
        with raised_together():
            revisions.raise_revisions([scope])
        taken = revisions.head()
        time.sleep(seconds)
        commits = time.monotonic_ns()
    return {"number": taken, "commits": commits}


def raise_one(scope: str) -> dict[str, int]:
    """Raise a scope: the number, and when it was committed."""
    command(revisions.raise_revisions)([scope])
    return {"number": last_raised() or 0, "done": time.monotonic_ns()}


def seen_late(names: list[str], seconds: float) -> dict[str, Any]:
    """Raise these scopes from threads of their own without pause, and read meanwhile. What was found changed under a
    number that an earlier reading had passed already, how much was raised, and how often it was read.
    """
    until = time.monotonic() + seconds
    raised = [0] * len(names)

    def write(place: int) -> None:
        while time.monotonic() < until:
            command(revisions.raise_revisions)([names[place]])
            raised[place] += 1
        connection.close()

    writers = [threading.Thread(target=write, args=(place,)) for place in range(len(names))]
    for writer in writers:
        writer.start()
    late: list[tuple[str, int, int]] = []
    known: dict[str, int] = {}
    head = readings = 0
    while any(writer.is_alive() for writer in writers):
        rows = {
            scope: (number, at) for scope, number, at in Revision.objects.values_list("scope", "number", "raised_at")
        }
        for scope, (_, at) in rows.items():
            if known.get(scope, at) != at and at <= head:
                late.append((scope, at, head))
        known = {scope: at for scope, (_, at) in rows.items()}
        head = rows[HEAD][0]
        readings += 1
    return {"late": late, "raised": sum(raised), "readings": readings, "head": revisions.head()}


def client_token(name: str) -> str:
    """A token by which a host application may ask about all accounts."""
    value: str = issue_client_token(actor=OPERATOR, at=datetime.now(UTC), name=name, accounts=None)
    return value


def flip_people(people: list[tuple[str, int]], given: list[bool], seconds: float) -> list[tuple[int, int, int, Any]]:
    """Give the role to one after the other and take it, as fast as it goes: who, when it was begun, when committed, and
    what holds from then on; nothing where it failed, since it may have happened all the same.
    """
    flips: list[tuple[int, int, int, Any]] = []
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        place = turn % len(people)
        account, user = people[place]
        now = not given[place]
        wanted = {RoleId("SUPPORT"), RoleId("STANDARD_USER")} if now else {RoleId("SUPPORT")}
        begun = time.monotonic_ns()
        try:
            change_user_roles(actor=OPERATOR, at=datetime.now(UTC), account=AccountId(account), user=user, roles=wanted)
        except (StoreUnavailable, DatabaseError, InterfaceError):
            connection.close()
            flips.append((place, begun, time.monotonic_ns(), None))
            time.sleep(0.1)
            continue  # the same again, until it is known to have happened
        flips.append((place, begun, time.monotonic_ns(), now))
        given[place] = now
        turn += 1
    return flips


def woken_after(scope: str, seconds: float) -> float:
    """How long after something was raised whoever waits for it goes on, at most, in a process that follows changes."""
    engine = Engine()
    stopped = threading.Event()
    thread = threading.Thread(target=follow, args=(engine, stopped))
    thread.start()
    waited = []
    head = revisions.head()
    while engine.wait_beyond(head - 1, 5) < head:
        time.sleep(0.01)
    for _ in range(4):
        time.sleep(seconds)
        head = raise_one(scope)["number"]
        begun = time.monotonic()
        while engine.wait_beyond(head - 1, 5) < head:
            pass
        waited.append(time.monotonic() - begun)
    stopped.set()
    thread.join()
    return max(waited)


def without_notifications() -> None:
    """As with TENANTRY_NOTIFY=off, from now on."""
    settings.NOTIFY = False


JOBS = (
    scopes,
    hold_head,
    raise_one,
    seen_late,
    client_token,
    flip_people,
    woken_after,
    without_notifications,
)
