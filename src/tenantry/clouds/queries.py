"""Reads of clouds by their owner: the clouds with their clusters, quotas, and who has attachments there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tenantry.accounts.models import Account
from tenantry.clouds.models import Cloud, CloudCluster, CloudQuota
from tenantry.groups.queries import searched
from tenantry.rules import refusals as no
from tenantry.rules.clouds import Properties
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Status
from tenantry.runtimes.models import Runtime
from tenantry.sharing.queries import share_reaching, shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

CloudRow = Cloud
ClusterRow = CloudCluster
QuotaRow = CloudQuota
"""Rows as stored; only this folder's commands write them."""

OFFERED: Final = 50
"""Accounts that "Add Quota" offers at once; more are searched."""


def cloud_of(owner: AccountId, cloud: str) -> Cloud:
    """The owner's cloud of this id; refuses with `CloudNotFound`."""
    row = Cloud.rows.of(owner).filter(id=cloud).first()
    if row is None:
        raise Refused(no.CloudNotFound())
    return row


LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any cloud was made."""


def clouds_of(owner: AccountId) -> QuerySet[Cloud]:
    """The owner's clouds, for lists that filter and page on their own; `made` is when, and never null."""
    return Cloud.rows.of(owner).annotate(made=Coalesce("created_at", Value(LONG_AGO)))


def clusters_in(owner: AccountId, clouds: Iterable[str]) -> dict[str, list[str]]:
    """The clusters of those of these clouds that are the owner's, by cloud; one query."""
    found: dict[str, list[str]] = {}
    rows = CloudCluster.rows.of(owner).filter(cloud_id__in=tuple(clouds), cloud__account=owner)
    for cloud, cluster in rows.order_by("installed_at", "id").values_list("cloud_id", "id"):
        found.setdefault(cloud, []).append(cluster)
    return found


def properties_of(row: Cloud) -> Properties:
    """What a cloud allows now."""
    return Properties(
        row.name, row.allow_deployments, row.allow_browsing, row.allow_test_executions, row.max_attachments
    )


def name_taken(owner: AccountId, name: str, besides: str = "") -> bool:
    """Whether another cloud of the owner has this name, ignoring case."""
    return Cloud.rows.of(owner).filter(name_key=name.casefold()).exclude(id=besides).exists()


def clouds_page(owner: AccountId, search: str = "", place: str = "") -> tuple[Page[Cloud], int]:
    """One page of the owner's clouds by name, with the number of clusters and attachments, and how many match."""
    rows = Cloud.rows.of(owner)
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    clusters = CloudCluster.rows.of(owner).filter(cloud_id=OuterRef("pk"))
    attachments = Runtime.rows.across(Crossing.ATTACHMENTS_OF_A_CLOUD).filter(cloud_id=OuterRef("pk"))
    told = rows.annotate(installed=_number(clusters), attachments=_number(attachments))
    return keyset_page(told, ("name_key", "id"), place), rows.count()


def _number(rows: QuerySet[Any], by: str = "cloud_id") -> Coalesce:
    """How many rows of a sub-query there are, as a column."""
    counted = rows.order_by().values(by).annotate(number=Count("id")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def clusters_page(cloud: Cloud, place: str = "") -> Page[CloudCluster]:
    """One page of a cloud's clusters by name."""
    rows = CloudCluster.rows.of(cloud.account_id).filter(cloud=cloud)
    return keyset_page(rows, ("name", "id"), place)


def cluster_of(owner: AccountId, cluster: str) -> CloudCluster:
    """The owner's cluster of this id with its cloud; refuses with `ClusterNotFound`."""
    row = CloudCluster.rows.of(owner).filter(id=cluster).select_related("cloud").first()
    if row is None:
        raise Refused(no.ClusterNotFound())
    return row


def cluster_count(cloud: Cloud) -> int:
    """How many clusters a cloud has."""
    return CloudCluster.rows.of(cloud.account_id).filter(cloud=cloud).count()


def attachment_count(cloud: Cloud, account: AccountId | str) -> int:
    """How many attachments an account has in a cloud, available or not (CLOUD-8)."""
    return Runtime.rows.of(account).filter(cloud=cloud).count()


def accounts_attached(cloud: Cloud) -> tuple[int, int]:
    """How many attachments there are in a cloud, and of how many accounts other than its owner."""
    rows = Runtime.rows.across(Crossing.ATTACHMENTS_OF_A_CLOUD).filter(cloud=cloud).exclude(account=cloud.account_id)
    found = rows.aggregate(attachments=Count("id"), accounts=Count("account_id", distinct=True))
    return found["attachments"], found["accounts"]


def is_shared_to(cloud: Cloud, member: AccountId | str) -> bool:
    """Whether a cloud is shared to an account right now."""
    return shared_with(member, Kind.CLOUD).filter(resource=cloud.id, account_id=cloud.account_id).exists()


def quota_of(cloud: Cloud, member: AccountId | str) -> CloudQuota:
    """The quota of an account in a cloud; refuses with `QuotaNotFound`."""
    row = CloudQuota.rows.of(cloud.account_id).filter(cloud=cloud, member_id=member).select_related("member").first()
    if row is None:
        raise Refused(no.QuotaNotFound())
    return row


def has_quota(cloud: Cloud, member: AccountId | str) -> bool:
    """Whether an account has a quota in a cloud."""
    return CloudQuota.rows.of(cloud.account_id).filter(cloud=cloud, member_id=member).exists()


@dataclass(frozen=True, slots=True)
class Slots:
    """What an account has in a cloud. `maximum` is its quota, `None` without one; `shared` whether the cloud reaches it
    right now.
    """

    account: AccountId
    name: str
    attachments: int
    maximum: int | None
    shared: bool
    owner: bool


def slots_page(cloud: Cloud, search: str = "", place: str = "") -> tuple[Page[Any], int]:
    """One page, by name, of the accounts that have attachments or a quota in a cloud, as `Slots`; and how many."""
    there = Runtime.rows.across(Crossing.ATTACHMENTS_OF_A_CLOUD).filter(cloud=cloud, account_id=OuterRef("pk"))
    quotas = CloudQuota.rows.of(cloud.account_id).filter(cloud=cloud, member_id=OuterRef("pk"))
    rows = searched(_related(cloud).filter(Exists(there) | Exists(quotas)), search)
    told = rows.annotate(
        attachments=_number(there, "account_id"),
        quota=Subquery(quotas.values("maximum")[:1]),
        shared=_reached(),
    )
    page = keyset_page(told, ("name_key", "id"), place)
    slots = tuple(
        Slots(AccountId(row.id), row.name, row.attachments, row.quota, row.shared, row.id == cloud.account_id)
        for row in page.rows
    )
    return Page(slots, page.next, page.previous), rows.count()


def quota_candidates(cloud: Cloud, search: str = "") -> tuple[tuple[Account, ...], int]:
    """What "Add Quota" offers: accounts to which the cloud is shared and that have no quota yet, by name; and how many
    match.
    """
    quotas = CloudQuota.rows.of(cloud.account_id).filter(cloud=cloud, member_id=OuterRef("pk"))
    rows = _related(cloud).exclude(status=Status.DELETED).filter(_reached(), ~Exists(quotas))
    rows = searched(rows, search)
    return tuple(rows.order_by("name_key", "id")[:OFFERED]), rows.count()


def account_named(cloud: Cloud, account: str) -> Account:
    """The cloud's owner or an account that it manages; refuses with `NotManagedHere` (the same for unknown ones)."""
    row = _related(cloud).filter(id=account).first()
    if row is None:
        raise Refused(no.NotManagedHere(account=account))
    return row


def _related(cloud: Cloud) -> QuerySet[Account]:
    """The owner and the accounts that it manages, with the cloud's id as a column."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY)
    rows = rows.filter(Q(id=cloud.account_id) | Q(primary_id=cloud.account_id))
    return rows.annotate(cloud_key=Value(cloud.id))


def _reached() -> Exists:
    return share_reaching("cloud_key", "id", "primary_id", Kind.CLOUD)
