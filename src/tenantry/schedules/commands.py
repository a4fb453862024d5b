"""Writes of schedules. What decisions rest on is untouched, so no revision is raised."""

from zoneinfo import available_timezones

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.decisions.guard import Permit
from tenantry.environments.queries import environment_in
from tenantry.rules import refusals as no, schedules as law
from tenantry.rules.refusals import refuse
from tenantry.rules.schedules import Schedule, When, in_words
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, ComponentId, EnvironmentId, Instant
from tenantry.schedules.acting import require_schedules
from tenantry.schedules.models import ProcessSchedule, columns_of
from tenantry.schedules.queries import process_in, schedule_row
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def set_schedule(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    component: ComponentId | str,
    when: When,
    time_zone: str,
    reason: str = "",
) -> None:
    """Say when a process runs in an environment it is deployed to. A new schedule is enabled, a paused one stays so.

    Needs Scheduling and Runtime Management in the environment, by interface either one (PRIV-9, ENV-16). Refuses what
    is not deployed there or no process, an interval or a time that is none, and an unknown time zone.
    """
    revisions.lock(account)
    permit = require_schedules(environment, actor=actor, account=account, at=at)
    process = process_in(account, environment, component)
    refuse(law.check_when(when))
    refuse(law.check_zone(time_zone, available_timezones()))
    row = schedule_row(account, environment, component)
    new = Schedule(when, time_zone, row is None or row.enabled)
    old = None if row is None else row.told
    if old == new:
        return
    columns = {**columns_of(when), "time_zone": time_zone, "user": actor.name, "changed_at": at}
    if row is None:
        made = ProcessSchedule(account_id=account, environment_id=environment, component_id=component, **columns)
        ProcessSchedule.rows.of(account).bulk_create([made])
    else:
        ProcessSchedule.rows.of(account).filter(pk=row.pk).update(**columns)
    act = Act.SCHEDULE_ADDED if old is None else Act.SCHEDULE_CHANGED
    words = (None if old is None else in_words(old), in_words(new))
    _noted(act, permit, environment, process.package.name, words, at=at, reason=reason)


@command
def pause_schedule(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    component: ComponentId | str,
    reason: str = "",
) -> None:
    """Let a process run no more by its schedule, which is kept. Needs what `set_schedule` needs.

    Refuses what has no schedule there; what is paused already stays so.
    """
    _switch(
        actor=actor, at=at, account=account, environment=environment, component=component, reason=reason, enabled=False
    )


@command
def resume_schedule(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    component: ComponentId | str,
    reason: str = "",
) -> None:
    """Let a process run by its schedule again. Needs what `set_schedule` needs.

    Refuses what has no schedule there; what is enabled already stays so.
    """
    _switch(
        actor=actor, at=at, account=account, environment=environment, component=component, reason=reason, enabled=True
    )


@command
def remove_schedule(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    component: ComponentId | str,
    reason: str = "",
) -> None:
    """Take a process's schedule away; it stays deployed. Needs what `set_schedule` needs, refuses what has none."""
    revisions.lock(account)
    permit = require_schedules(environment, actor=actor, account=account, at=at)
    name, row = _scheduled(permit, environment, component)
    ProcessSchedule.rows.of(account).filter(pk=row.pk).delete()
    words = (in_words(row.told), None)
    _noted(Act.SCHEDULE_REMOVED, permit, environment, name, words, at=at, reason=reason)


@command
def forget_schedules(
    *,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    component: ComponentId | str | None = None,
    actor: Actor = OPERATOR,
) -> None:
    """Take the schedules of an environment away, or that of one component there: a part of ending its deployments."""
    rows = ProcessSchedule.rows.of(account).filter(environment_id=environment)
    if component is not None:
        rows = rows.filter(component_id=component)
    gone = list(rows.select_related("component", "environment").order_by("id"))
    if not gone:
        return
    rows.delete()
    entries = (
        BulkEntry(
            Act.SCHEDULE_REMOVED,
            account,
            row.component.name,
            {"schedule": (in_words(row.told), None), "environment": (row.environment.name, None)},
            f"{row.component.name} is not deployed to {row.environment.name} any more.",
        )
        for row in gone
    )
    record_many(entries, actor=actor, at=at)


def _switch(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    component: str,
    reason: str,
    enabled: bool,
) -> None:
    revisions.lock(account)
    permit = require_schedules(environment, actor=actor, account=account, at=at)
    name, row = _scheduled(permit, environment, component)
    if row.enabled == enabled:
        return
    ProcessSchedule.rows.of(account).filter(pk=row.pk).update(enabled=enabled, user=actor.name, changed_at=at)
    act = Act.SCHEDULE_RESUMED if enabled else Act.SCHEDULE_PAUSED
    record(
        act,
        actor=actor,
        account=account,
        at=at,
        container=name,
        reason=reason,
        changes={
            "enabled": (row.enabled, enabled),
            "environment": (None, environment_in(permit.facts.account, environment).name),
        },
    )


def _scheduled(permit: Permit, environment: EnvironmentId, component: str) -> tuple[str, ProcessSchedule]:
    """The name and the schedule of a process that is deployed to an environment."""
    process = process_in(permit.account, environment, component)
    row = schedule_row(permit.account, environment, component)
    if row is None:
        place = environment_in(permit.facts.account, environment)
        raise no.Refused(no.ScheduleNotFound(component=process.package.name, environment=place.name))
    return process.package.name, row


def _noted(
    act: Act,
    permit: Permit,
    environment: EnvironmentId,
    name: str,
    words: tuple[str | None, str | None],
    *,
    at: Instant,
    reason: str,
) -> None:
    """Record what becomes of a schedule."""
    place = environment_in(permit.facts.account, environment).name
    changes: Changes = {"schedule": words, "environment": (place, None) if words[1] is None else (None, place)}
    record(act, actor=permit.actor, account=permit.account, at=at, container=name, reason=reason, changes=changes)
