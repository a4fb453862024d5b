"""Writes of loads: asked for, taken in hand, how far they are, and how they ended. Each verb is one transaction."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tenantry.content.store import Stored
from tenantry.estate.load import Prepared, load
from tenantry.estate.problems import EstateRefused
from tenantry.loads.lines import LineFate, loaded_lines, refused_lines
from tenantry.loads.models import EstateLoad, EstateLoadRow
from tenantry.loads.queries import LoadRow, next_load
from tenantry.loads.states import LoadState, Phase
from tenantry.rules import refusals
from tenantry.rules.vocabulary import Actor, Instant, Source
from tenantry.store.bulk import insert_rows
from tenantry.store.transaction import command

TRIES: Final = 3
"""How often a load is begun before it stands as failed."""

KEPT: Final = timedelta(days=30)
"""How long a load that has ended is told."""

KEY_KEPT: Final = timedelta(hours=24)
"""How long a call under a key is the same call."""

_COLUMNS: Final = ("load_id", "line", "kind", "key", "outcome", "field", "message", "code", "rules")


@dataclass(frozen=True, slots=True)
class Claim:
    """A load in somebody's hands, as long as nobody else has taken it; one that was `given_up` has ended by that."""

    load: int
    by: str
    content: str
    lines: int
    token: str
    given_up: bool = False

    @property
    def row(self) -> QuerySet[EstateLoad]:
        """The load, if it is still in these hands."""
        return EstateLoad.objects.filter(pk=self.load, state=LoadState.RUNNING, claim=self.by)


@command
def ask_for_load(
    *, actor: Actor, at: Instant, token: int, stored: Stored, lines: int, key: str = ""
) -> tuple[LoadRow, bool]:
    """Have a file that is kept loaded by whoever runs jobs, after those that were asked for before. The operator's.

    Under a `key` that this token has used within a day the load of then is answered, whatever has been sent now; the
    second value tells whether that is so. Recorded when it is carried out, in each account that it changes.
    """
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act="load estate files"))
    if key:
        same = EstateLoad.objects.filter(token_id=token, key=key)
        same.filter(created_at__lte=at - KEY_KEPT).update(key="")
        found = same.first()
        if found is not None:
            return found, True
    row = EstateLoad(
        token_id=token,
        key=key,
        content=stored.key,
        size=stored.size,
        sha256=stored.sha256,
        lines=lines,
        created_at=at,
    )
    row.save(force_insert=True)
    return row, False


@command
def take_load(*, at: Instant) -> Claim | None:
    """Take in hand what is to be carried out now: one load at a time, in the order in which they were asked for.

    One whose process has died is taken anew; one that has been begun so often that it is hopeless stands as failed.
    """
    wanted = next_load(at)
    skip = connection.features.has_select_for_update_skip_locked
    held = EstateLoad.objects.select_for_update(skip_locked=skip, of=("self",)).select_related("token")
    row = held.filter(pk=wanted).first() if wanted is not None else None
    if row is None or next_load(at) != row.pk:  # in other hands, or ended meanwhile
        return None
    by = str(uuid.uuid4())
    if row.tries >= TRIES:
        why = f"Begun {TRIES} times. {row.why or 'The process that carried it out ended before the load had.'}"
        _end(EstateLoad.objects.filter(pk=row.pk), LoadState.FAILED, at, code="gave_up", why=why)
        return Claim(row.pk, by, row.content, row.lines, row.token.name, given_up=True)
    EstateLoad.objects.filter(pk=row.pk).update(
        state=LoadState.RUNNING,
        phase=Phase.READING,
        claim=by,
        tries=row.tries + 1,
        lines_read=0,
        alive_at=at,
        started_at=row.started_at or at,
    )
    return Claim(row.pk, by, row.content, row.lines, row.token.name)


@command
def note_progress(*, claim: Claim, at: Instant, phase: Phase, lines_read: int) -> bool:
    """Tell how far a load is, and that whoever carries it out lives; whether it is still in their hands."""
    return claim.row.update(phase=phase, lines_read=lines_read, alive_at=at) > 0


@command
def note_breakdown(*, claim: Claim, why: str) -> None:
    """Note why a try came to nothing. Somebody begins anew once its time is over."""
    claim.row.update(why=why)


@command
def carry_out(*, claim: Claim, at: Instant, prepared: Prepared) -> bool:
    """Load what was read: all of it, together with what became of its lines and that it is done, or nothing.

    Whether it was still in these hands. Raises what `load` raises.
    """
    if claim.row.select_for_update().first() is None:
        return False
    reason = f"Estate load {claim.load} of {claim.token}"
    actor = Actor(None, Source.API)
    loaded = load(actor=actor, at=at, prepared=prepared, reason=reason, at_most=settings.LOAD_ROWS)
    cut = _write_lines(claim.load, loaded_lines(prepared.estate, loaded.tallies))
    tallies = {
        kind: {"new": tally.new, "changed": tally.changed, "unchanged": tally.unchanged}
        for kind, tally in loaded.tallies.items()
    }
    claim.row.update(tallies=tallies, without_secret=list(loaded.without_secret), rows_cut=cut, code="", why="")
    _end(claim.row, LoadState.DONE, at)
    return True


@command
def refuse_load(*, claim: Claim, at: Instant, refused: EstateRefused) -> None:
    """Let a load stand as failed, with what is wrong with its lines. Nothing of it was done."""
    if claim.row.select_for_update().first() is None:
        return
    _write_lines(claim.load, refused_lines(refused.problems))
    cut = len(refused.problems) >= settings.LOAD_ROWS
    lines = len({one.line for one in refused.problems})
    claim.row.update(rows_cut=cut)
    told = "1 line is" if lines == 1 else f"{lines}{' or more' if cut else ''} lines are"
    _end(claim.row, LoadState.FAILED, at, code="refused", why=f"{told} refused. Nothing was changed.")


@command
def fail_load(*, claim: Claim, at: Instant, code: str, why: str) -> None:
    """Let a load stand as failed for good. Nothing of it was done."""
    _end(claim.row, LoadState.FAILED, at, code=code, why=why)


@command
def sweep_loads(*, at: Instant) -> int:
    """Delete a load that ended so long ago that it is told no more, with its lines; how many there were."""
    old = EstateLoad.objects.filter(ended_at__lt=at - KEPT).order_by("ended_at").values_list("pk", flat=True).first()
    if old is None:
        return 0
    EstateLoadRow.objects.filter(load_id=old).delete()
    return EstateLoad.objects.filter(pk=old).delete()[0]


def _end(rows: QuerySet[EstateLoad], state: LoadState, at: Instant, *, code: str = "", why: str = "") -> None:
    rows.update(state=state, phase="", content="", claim="", ended_at=at, code=code, why=why)


def _write_lines(load: int, lines: Iterable[LineFate]) -> bool:
    """Keep what became of the first lines, as many as the setting says; whether there are more."""
    found: Iterator[LineFate] = iter(lines)
    EstateLoadRow.objects.filter(load_id=load).delete()
    insert_rows(EstateLoadRow, _COLUMNS, ((load, *one) for one in islice(found, settings.LOAD_ROWS)))
    return next(found, None) is not None
