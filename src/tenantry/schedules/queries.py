"""Reads of schedules, and when each falls due next."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from tenantry.deploy.queries import DeploymentRow, active_deployment
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.schedules import Schedule, check_schedulable, next_run
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.schedules.models import ProcessSchedule


def process_in(account: AccountId, environment: str, component: str) -> DeploymentRow:
    """The process of this id as it is deployed to an environment now, for which there may be a schedule.

    Refuses with `DeploymentNotFound`, and what is deployed but no process with `NotSchedulable`.
    """
    found = active_deployment(account, component, environment)
    if found is None:
        raise Refused(no.DeploymentNotFound())
    refuse(check_schedulable(found.package.name, found.package.type))
    return found


def schedule_row(account: AccountId, environment: str, component: str) -> ProcessSchedule | None:
    """The stored schedule of a process in an environment, if it has one."""
    return ProcessSchedule.rows.of(account).filter(environment_id=environment, component_id=component).first()


def schedule_of(account: AccountId, environment: str, component: str) -> Schedule | None:
    """When a process runs in an environment; `None` if it has no schedule there."""
    row = schedule_row(account, environment, component)
    return None if row is None else row.told


def schedules_in(account: AccountId, environment: str, components: Iterable[str]) -> dict[str, Schedule]:
    """The schedules of these components in an environment, by component; one query."""
    rows = ProcessSchedule.rows.of(account).filter(environment_id=environment, component_id__in=list(components))
    return {row.component_id: row.told for row in rows}


def next_of(schedule: Schedule, after: Instant) -> Instant | None:
    """When it falls due next, by the clocks of its own time zone."""
    return next_run(schedule, after, ZoneInfo(schedule.zone))
