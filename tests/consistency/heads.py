"""What a process of the tests does about the head: raising from several threads, and reading all the while."""

import threading
import time
from typing import Any

from django.db import connection, transaction

from tenantry.store import revisions
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD, last_raised, raised_together
from tenantry.store.transaction import command


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


JOBS = (scopes, hold_head, raise_one, seen_late)
