"""What must be true of stored connectors at any time."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet

from tenantry.connectors.models import Connector, ConnectorVersion
from tenantry.estate.findings import Finding, named
from tenantry.jobs.kinds import JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.rules.connectors import Visibility
from tenantry.rules.sharing import Kind
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing


def connectors_of_others() -> Iterator[Finding]:
    """Connectors are in groups of their own account (ACC-1)."""
    rows = Connector.rows.across(Crossing.DOCTOR).exclude(group__account=F("account"))
    yield from named(_told(rows), "Connectors in groups of others", "Give them a group of their own account.")


def versions_there() -> Iterator[Finding]:
    """A connector points at a version that its group has (CONN-3)."""
    versions = ConnectorVersion.rows.across(Crossing.DOCTOR).filter(group=OuterRef("group"), number=OuterRef("version"))
    rows = Connector.rows.across(Crossing.DOCTOR).filter(~Exists(versions))
    yield from named(_told(rows), "Connectors without their version", "Restore a backup.")


def planned_releases() -> Iterator[Finding]:
    """What is planned has a job that carries it out (CONN-4)."""
    jobs = QueuedJob.rows.across(Crossing.DOCTOR).filter(
        kind=JobKind.CONNECTOR_RELEASE, account=OuterRef("account"), key=OuterRef("pk"), due=OuterRef("next_at")
    )
    rows = Connector.rows.across(Crossing.DOCTOR).filter(~Exists(jobs), next_at__isnull=False)
    advice = "Choose the version of these connectors again."
    yield from named(_told(rows), "Planned releases that nothing carries out", advice)


def public_ones_unshared() -> Iterator[Finding]:
    """A Public connector has no shares (CONN-7)."""
    shares = Share.rows.across(Crossing.DOCTOR).filter(kind=Kind.CONNECTOR, resource=OuterRef("pk"))
    rows = Connector.rows.across(Crossing.DOCTOR).filter(Exists(shares), visibility=Visibility.PUBLIC)
    yield from named(_told(rows), "Public connectors that are shared", "Remove them from their account groups.")


def _told(rows: QuerySet[Connector]) -> Iterator[str]:
    found = rows.order_by("account_id", "id").values_list("name", "account_id")
    return (f"{name!r} of {owner}" for name, owner in found.iterator())


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    connectors_of_others,
    versions_there,
    planned_releases,
    public_ones_unshared,
)
