"""Collecting what happened into mails, every quarter of an hour, and sending them one after the other (ALERT-2).

Events become mails in one transaction, so none is told twice; a mail is sent in the transaction that deletes its row.
Should the process die between the two, that one mail is sent again: one at most, as each has a transaction of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from tenantry.accounts.queries import existing_account
from tenantry.alerts.events import collect_soon
from tenantry.alerts.models import AlertEvent, AlertMail, KnownStatus
from tenantry.alerts.queries import listened_to, wishes_in
from tenantry.jobs.commands import schedule
from tenantry.jobs.kinds import Job, JobKind
from tenantry.mail.alerts import Told, mail_alerts
from tenantry.reporting.sight import Sight, sight
from tenantry.rules.alerts import ERROR, INFO, EventType, reaches
from tenantry.rules.places import Classification
from tenantry.rules.refusals import Refused
from tenantry.rules.runtimes import SILENT_AFTER
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant, Source, user_key
from tenantry.runtimes.queries import local_runtimes
from tenantry.store.bulk import insert_rows
from tenantry.users.queries import existing_person

PORTION: Final = 900
"""Events that one step turns into mails."""


def collect(job: Job, at: Instant) -> Mapping[str, Any] | None:
    """Turn what has happened in an account into mails, one for each person; a fixed number of queries.

    Goes on at the next collection while a runtime is online, as nobody else would notice that it falls silent.
    """
    account = job.account
    if not listened_to(account):  # nobody any more: what was noted for them is dropped
        AlertEvent.rows.of(account).delete()
        KnownStatus.rows.of(account).delete()
        return None
    if not job.details:
        _look_at_runtimes(account, at)
    events = list(AlertEvent.rows.of(account).order_by("id")[: PORTION + 1])
    portion = events[:PORTION]
    if portion:
        insert_rows(AlertMail, ("account_id", "user_id", "events"), _mails(account, portion))
        AlertEvent.rows.of(account).filter(id__in=[one.pk for one in portion]).delete()
        schedule(kind=JobKind.ALERT_MAILS, account=account, key="", due=at)
    return {"more": True} if len(events) > PORTION else None


def _mails(account: AccountId, events: list[AlertEvent]) -> Iterable[tuple[object, ...]]:
    """What each subscriber is to be told; nobody gets an empty mail."""
    for user, wishes in wishes_in(account).items():
        told = [one for one in events if _wanted(wishes, one)]
        if told:
            yield account, user, [[one.type, one.level, one.at.isoformat(), one.text, one.environment] for one in told]


def _wanted(wishes: Mapping[EventType, str], event: AlertEvent) -> bool:
    level = wishes.get(EventType.ALL) or wishes.get(EventType(event.type))
    return level is not None and reaches(level, event.level)


def _look_at_runtimes(account: AccountId, at: Instant) -> None:
    """Note which runtimes have come or fallen silent since the last look; the first look at one tells nobody.

    Runtimes in test environments are not told of (ALERT-2).
    """
    known = dict(KnownStatus.rows.of(account).values_list("runtime", "online"))
    now, events = {}, []
    for runtime in local_runtimes(account):
        online = runtime.seen_at is not None and at < runtime.seen_at + SILENT_AFTER
        now[runtime.id] = online
        place = runtime.environment
        if known.get(runtime.id, online) == online or (place and place.classification == Classification.TEST):
            continue
        text = f"Runtime {runtime.name} is {'online' if online else 'offline'}."
        level = INFO if online else ERROR
        event = AlertEvent(account_id=account, type=EventType.STATUS, level=level, at=at, text=text)
        event.environment = place.id if place else ""
        events.append(event)
    if now != known:
        KnownStatus.rows.of(account).delete()
        insert_rows(KnownStatus, ("account_id", "runtime", "online"), ((account, *one) for one in now.items()))
    AlertEvent.rows.of(account).bulk_create(events)
    if any(now.values()):
        collect_soon(account=account, at=at)


def send(job: Job, at: Instant) -> Mapping[str, Any] | None:
    """Send one mail of an account, and go on if there are more.

    Whoever is not in the account any more is told nothing, and nobody is told of an environment that is closed to them
    (ALERT-2, ENV-13). A mail server that does not answer is asked again later.
    """
    row = AlertMail.rows.of(job.account).order_by("id").first()
    if row is None:
        return None
    person = existing_person(row.user_id)
    told = _allowed(job.account, person.email, row.events, at)
    AlertMail.rows.of(job.account).filter(pk=row.pk).delete()
    if told:
        mail_alerts(person.email, person.first_name, existing_account(job.account).name, told)
    return {}


def _allowed(account: AccountId, email: str, events: list[list[str]], at: Instant) -> list[Told]:
    try:
        seen = sight(actor=Actor(user_key(email), Source.INTERNAL), account=account, at=at)
    except Refused:
        return []
    return [
        Told(EventType(event_type), level, datetime.fromisoformat(when), text)
        for event_type, level, when, text, environment in events
        if not environment or _open(seen, environment)
    ]


def _open(seen: Sight, environment: str) -> bool:
    return seen.everything or EnvironmentId(environment) in {place.id for place in seen.environments}


def leave_for_later(job: Job, actor: Actor, at: Instant) -> bool:
    """Nothing is withdrawn where an operator calls one off: what is noted waits for the next collection."""
    del job, actor, at
    return False
