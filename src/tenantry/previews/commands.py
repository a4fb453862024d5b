"""Keeping previews, and the confirmation that holds a command to what somebody saw."""

import hashlib
import secrets
import zlib
from datetime import timedelta
from typing import Final, NamedTuple

from tenantry.decisions.impact import Looking
from tenantry.previews.difference import difference
from tenantry.previews.models import Preview
from tenantry.previews.packing import told_impact, unpacked
from tenantry.rules import refusals as no
from tenantry.rules.changes import Change, told
from tenantry.rules.impact import Impact
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store.collector import collector_at_rest
from tenantry.store.one_state import one_state
from tenantry.store.transaction import command

KEPT: Final = timedelta(hours=4)
"""How long a preview waits for its confirmation."""


class Confirmation(NamedTuple):
    """What a confirmed form sends back: which preview was seen, and the sum of what it said."""

    preview: str
    digest: str


class Seen(NamedTuple):
    """A preview made: the impact, and what confirms it."""

    impact: Impact
    confirmation: Confirmation


class Looked(NamedTuple):
    """What a change would do, computed and not kept yet."""

    seen: Seen
    row: Preview


def make_preview(*, actor: Actor, at: Instant, account: AccountId, change: Change) -> Seen:
    """Compute what a change would do and keep it until it is confirmed. Changes nothing else.

    It is computed from one state of the database without holding anybody up; only keeping it is a write. The caller has
    asked for the right to make the change: whoever may not make it may not preview it.
    """
    looked = look_ahead(actor=actor, at=at, account=account, change=change)
    keep_preview(looked=looked, at=at)
    return looked.seen


def look_ahead(*, actor: Actor, at: Instant, account: AccountId, change: Change) -> Looked:
    """Compute what a change would do, as `make_preview` does, for whoever keeps it together with something else."""
    with collector_at_rest():
        with one_state():
            looking = Looking(change, at)
            impact = looking.impact()
            stamps = looking.stamps() if looking.provable else []
        data = told_impact(impact)
    key, digest = secrets.token_urlsafe(18), digest_of(data)
    preview = Preview(
        id=key,
        account_id=account,
        user=actor.name,
        at=at,
        change=told(change),
        digest=digest,
        stamps=stamps,
        until=impact.until,
        impact=zlib.compress(data, 1),
    )
    return Looked(Seen(impact, Confirmation(key, digest)), preview)


@command
def keep_preview(*, looked: Looked, at: Instant) -> None:
    """Keep a preview, and forget those of the account that nobody will confirm any more."""
    preview = looked.row
    Preview.rows.of(preview.account_id).filter(at__lt=at - KEPT).delete()
    Preview.rows.of(preview.account_id).bulk_create([preview])


def confirm(
    confirmed: Confirmation | None, *, actor: Actor, account: AccountId, at: Instant, change: Change
) -> no.ImpactChanged | no.PreviewNotFound | None:
    """Judge a confirmation, inside the command's transaction: it is of this change, by the one who looked, and what the
    change would do is still what the preview said.

    Where nothing has been written that the preview rests on and no time limit has passed, that is certain without
    looking again. `None` confirms nothing: doors that show no preview.
    """
    if confirmed is None:
        return None
    kept = Preview.rows.of(account).filter(id=confirmed.preview, user=actor.name).first()
    if kept is None or kept.change != told(change) or kept.digest != confirmed.digest or at - kept.at > KEPT:
        return no.PreviewNotFound()
    looking = Looking(change, at)
    in_time = kept.until is None or at < kept.until
    if kept.stamps and in_time and kept.stamps == looking.stamps():
        return None
    now = looking.impact()
    if digest_of(told_impact(now)) == kept.digest:
        return None
    return no.ImpactChanged(difference=difference(unpacked(kept.impact), now))


def digest_of(data: bytes) -> str:
    """What sums an impact up."""
    return hashlib.sha256(data).hexdigest()
