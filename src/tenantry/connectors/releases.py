"""Putting a version of a connector into force, at once or on a day: "Choose Connector Version" (CONN-4, CONN-8)."""

from typing import Any, Final

from tenantry.accounts.queries import account_row
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.connectors.models import Connector, ConnectorVersion
from tenantry.connectors.publisher import require_developing
from tenantry.connectors.queries import connector_of, label_of, version_of
from tenantry.jobs.commands import cancel, schedule
from tenantry.jobs.kinds import Job, JobKind
from tenantry.rules import connectors as law, refusals as no
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, Status, user_key
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def release_version(
    *, actor: Actor, at: Instant, account: AccountId, connector: str, version: int, reason: str = ""
) -> None:
    """Release Immediately: from now on every account that uses the connector uses this version (CONN-8).

    A release that was planned is called off. Refuses the version that is released already.
    """
    require_developing(actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    label = version_of(account, row.group_id, version).label
    if row.released_at is not None and row.version == version:
        raise Refused(no.VersionInForce(name=row.name, version=label))
    cancel(kind=JobKind.CONNECTOR_RELEASE, account=account, key=connector)
    _put_into_force(row, version, actor=actor, at=at, reason=reason)


@command
def plan_release(
    *, actor: Actor, at: Instant, account: AccountId, connector: str, version: int, due: Instant, reason: str = ""
) -> Instant:
    """Release On: have a version put into force at the full hour at or after `due`, which comes back (CONN-4).

    Takes the place of a release that was planned before. Refuses what is not in the future, and the version that is
    released already.
    """
    require_developing(actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    label = version_of(account, row.group_id, version).label
    refuse(law.check_due(due, at))
    if row.released_at is not None and row.version == version:
        raise Refused(no.VersionInForce(name=row.name, version=label))
    hour = law.on_the_hour(due)
    schedule(
        kind=JobKind.CONNECTOR_RELEASE,
        account=account,
        key=connector,
        due=hour,
        details={"version": version, "user": actor.user},
    )
    Connector.rows.of(account).filter(pk=connector).update(next_version=version, next_at=hour, next_by=actor.name)
    changes: Changes = {"version": (None, label), "date": (None, hour.isoformat())}
    record(
        Act.CONNECTOR_RELEASE_PLANNED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        reason=reason,
        changes=changes,
    )
    return hour


@command
def cancel_release(*, actor: Actor, at: Instant, account: AccountId, connector: str, reason: str = "") -> None:
    """Call a planned release off while it is pending (CONN-4). Refuses where none is."""
    require_developing(actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    if row.next_at is None or row.next_version is None:
        raise Refused(no.ReleaseNotPending(name=row.name))
    cancel(kind=JobKind.CONNECTOR_RELEASE, account=account, key=connector)
    _withdraw(row, row.next_version, row.next_at, actor=actor, at=at, reason=reason)


@command
def carry_out_release(job: Job, at: Instant) -> None:
    """Put into force what was planned, once it is due (CONN-4). It counts as the doing of who planned it.

    Nothing happens where the connector is gone, something else is planned by now, or the account is deleted (ACC-14).
    """
    revisions.lock(job.account)
    owner = account_row(job.account)
    row = _planned_by(job)
    if row is None or owner is None or owner.status is Status.DELETED:
        return
    user = job.details["user"]
    actor = Actor(user_key(user) if user else None, Source.INTERNAL)
    _put_into_force(row, job.details["version"], actor=actor, at=at, reason="")


@command
def withdraw_release(job: Job, actor: Actor, at: Instant) -> bool:
    """Cancel the planned release whose job an operator has called off, as its owner would (CONN-4), with the same
    entry in the account's log; whether it was planned. A part of calling the job off, which proves the right to it.
    """
    row = _planned_by(job)
    if row is None:
        return False
    _withdraw(row, job.details["version"], job.due, actor=actor, at=at, message=CALLED_OFF)
    return True


CALLED_OFF: Final = "Its job was called off in the queue."
"""What the log says of a release that an operator has cancelled."""

_NONE_PLANNED: dict[str, Any] = {"next_version": None, "next_at": None, "next_by": ""}


def _planned_by(job: Job) -> Connector | None:
    """The connector, if a release of just this version at this hour is planned."""
    row = Connector.rows.of(job.account).select_related("group").filter(pk=job.key).first()
    planned = row is not None and row.next_at == job.due and row.next_version == job.details["version"]
    return row if planned else None


def _withdraw(
    row: Connector, version: int, due: Instant, *, actor: Actor, at: Instant, reason: str = "", message: str = ""
) -> None:
    account = AccountId(row.account_id)
    Connector.rows.of(account).filter(pk=row.pk).update(**_NONE_PLANNED)
    changes: Changes = {"version": (label_of(account, row.group_id, version), None), "date": (due.isoformat(), None)}
    record(
        Act.CONNECTOR_RELEASE_CANCELLED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        message=message,
        reason=reason,
        changes=changes,
    )


def _put_into_force(row: Connector, version: int, *, actor: Actor, at: Instant, reason: str) -> None:
    account = AccountId(row.account_id)
    before = label_of(account, row.group_id, row.version) if row.released_at is not None else None
    Connector.rows.of(account).filter(pk=row.pk).update(
        version=version, released_at=at, released_by=actor.name, **_NONE_PLANNED
    )
    versions = ConnectorVersion.rows.of(account).filter(group_id=row.group_id, number=version)
    versions.filter(released_at__isnull=True).update(released_at=at, released_by=actor.name)
    changes: Changes = {"version": (before, label_of(account, row.group_id, version))}
    if row.next_at is not None:
        changes = {**changes, "planned": (row.next_at.isoformat(), None)}
    record(
        Act.CONNECTOR_RELEASED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes
    )
