"""Writes of account notifications: what administrators tell everybody in their account."""

from tenantry.alerts.events import Happening, note_events
from tenantry.alerts.models import Notice, NoticeDismissal
from tenantry.alerts.queries import notice_of, notices_of
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions.guard import require
from tenantry.rules import alerts as law
from tenantry.rules.alerts import EventType
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def post_notice(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    text: str,
    level: str,
    ends: Instant | None = None,
    reason: str = "",
) -> int:
    """Show something on every page of the account, and mail it to those who have subscribed (ALERT-1).

    Needs Account Administration. Refuses an empty or long text, an end in the past, and an eleventh at a time. It is
    shown to each person until they dismiss it, until it ends, or until an administrator ends it. Returns its number.
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    refuse(law.check_level(level))
    refuse(law.check_notice(text, ends, at, len(notices_of(account, at))))
    text = text.strip()
    Notice.rows.of(account).filter(ends_at__lte=at).delete()
    row = Notice(account_id=account, text=text, level=level, by=actor.name, at=at, ends_at=ends)
    [row] = Notice.rows.of(account).bulk_create([row])
    note_events(account=account, at=at, events=[Happening(EventType.NOTIFICATION, level, text)])
    changes = {"text": (None, text), "level": (None, level)}
    record(Act.NOTICE_POSTED, actor=actor, account=account, at=at, reason=reason, changes=changes)
    return int(row.pk)


@command
def end_notice(*, actor: Actor, at: Instant, account: AccountId, notice: int, reason: str = "") -> None:
    """Show a notification to nobody any more. Needs Account Administration. What was mailed stays mailed."""
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    row = notice_of(account, notice)
    Notice.rows.of(account).filter(pk=row.pk).delete()
    changes = {"text": (row.text, None)}
    record(Act.NOTICE_ENDED, actor=actor, account=account, at=at, reason=reason, changes=changes)


@command
def dismiss_notice(*, account: AccountId, user: int, notice: int) -> None:
    """See a notification no more; others see it still. Whoever is in the account may, and no log speaks of it."""
    row = notice_of(account, notice)
    dismissal = NoticeDismissal(account_id=account, notice_id=row.pk, user_id=user)
    NoticeDismissal.rows.of(account).bulk_create([dismissal], ignore_conflicts=True)
