"""What must be true of stored clouds, their clusters and quotas at any time."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import F, Q

from tenantry.clouds.models import CloudCluster, CloudQuota
from tenantry.estate.findings import Finding, named
from tenantry.runtimes.models import Runtime
from tenantry.store.crossings import Crossing


def parts_of_others() -> Iterator[Finding]:
    """Clusters and quotas are of the account whose the cloud is (CLOUD-4, CLOUD-7)."""
    for table, name, word in ((CloudCluster, "cloud_cluster", "Clusters"), (CloudQuota, "cloud_quota", "Quotas")):
        rows = table.rows.across(Crossing.DOCTOR).exclude(cloud__account=F("account")).order_by("account_id", "id")
        told = (f"{cloud!r} of {owner}" for cloud, owner in rows.values_list("cloud__name", "account_id").iterator())
        remedy = f"Delete these rows from the table {name}."
        yield from named(told, f"{word} in clouds of another account", remedy)


def attachments_from_elsewhere() -> Iterator[Finding]:
    """Attachments are in clouds of the account itself or of its primary (CLOUD-5), whether shared just now or not."""
    rows = Runtime.rows.across(Crossing.DOCTOR).exclude(cloud=None)
    rows = rows.exclude(Q(cloud__account=F("account")) | Q(cloud__account=F("account__primary")))
    found = rows.order_by("account_id", "id").values_list("name", "account_id")
    told = (f"{name!r} of {owner}" for name, owner in found.iterator())
    yield from named(told, "Attachments in clouds of accounts that have nothing to share", "Delete these attachments.")


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (parts_of_others, attachments_from_elsewhere)
