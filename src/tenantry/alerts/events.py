"""Noting what happens, inside the transaction in which it happens; it is collected into mails later (ALERT-2)."""

from collections.abc import Iterable
from typing import NamedTuple

from tenantry.alerts.models import AlertEvent
from tenantry.alerts.queries import listened_to
from tenantry.jobs.commands import schedule
from tenantry.jobs.kinds import JobKind
from tenantry.rules.alerts import EventType, next_collection
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.store.transaction import command


class Happening(NamedTuple):
    """What is to be told, at which level, and in which environment it happened, if in one."""

    type: EventType
    level: str
    text: str
    environment: str = ""


@command
def note_events(*, account: AccountId, at: Instant, events: Iterable[Happening]) -> None:
    """Note what subscribers of an account are told at the next collection; nothing where there are none."""
    happened = list(events)
    if not happened or not listened_to(account):
        return
    AlertEvent.rows.of(account).bulk_create(
        AlertEvent(
            account_id=account, type=one.type, level=one.level, at=at, text=one.text, environment=one.environment
        )
        for one in happened
    )
    collect_soon(account=account, at=at)


@command
def watch_runtimes(*, account: AccountId, at: Instant) -> None:
    """Look at the next collection which runtimes are online, if anybody wants to be told."""
    if listened_to(account):
        collect_soon(account=account, at=at)


@command
def collect_soon(*, account: AccountId, at: Instant) -> None:
    """Have the events of an account collected when it is time.

    Each time has a job of its own, so what is noted while a collection runs is collected at once after it.
    """
    due = next_collection(at)
    schedule(kind=JobKind.ALERTS, account=account, key=due.isoformat(), due=due)
