"""What accounts can use of clouds: their own and those shared to them, and how many attachments they may have there.

Everything is asked of the shares as they are right now: the end of a share writes nothing here (CLOUD-8).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tenantry.clouds.models import Cloud, CloudCluster, CloudQuota
from tenantry.rules import clouds as law, refusals as no
from tenantry.rules.clouds import Room
from tenantry.rules.places import Classification
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.runtimes.models import Runtime
from tenantry.sharing.queries import share_reaching, shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

OFFERED: Final = 50
"""Clouds that "In the Cloud" shows at once; more are searched."""


def has_cluster(cloud: str = "pk") -> Exists:
    """That a cloud has a cluster, as a condition of a query that has the cloud's id in this column."""
    return Exists(CloudCluster.rows.across(Crossing.CLOUD_CLUSTERS).filter(cloud_id=OuterRef(cloud)))


def hears_of_cluster(since: datetime, cloud: str = "pk") -> Exists:
    """That a cluster of a cloud was heard of after a time, naming the cloud's column as `has_cluster` does."""
    rows = CloudCluster.rows.across(Crossing.CLOUD_CLUSTERS)
    return Exists(rows.filter(cloud_id=OuterRef(cloud), seen_at__gt=since))


READY: Final = Q(has_cluster())
"""The assignable state of a cloud: at least one cluster is installed (SHARE-5)."""


def reaching(cloud: str = "cloud", account: str = "account") -> Combinable:
    """That a cloud is the account's own or shared to it right now, naming columns of the row the query is about."""
    own = Q(**{f"{cloud}__account": F(account)})
    shared = share_reaching(f"{cloud}_id", f"{account}_id", f"{account}__primary_id", Kind.CLOUD)
    return ExpressionWrapper(own | Q(shared), output_field=BooleanField())


def usable_clouds(account: AccountId | str) -> QuerySet[Cloud]:
    """The clouds that an account has now: its own, and those shared to it as far as a cluster is installed."""
    received = Q(id__in=shared_with(account, Kind.CLOUD).values("resource"))
    return Cloud.rows.across(Crossing.CLOUDS_OF_A_PRIMARY).filter(Q(account_id=account) | READY & received)


def _searched(rows: QuerySet[Cloud], search: str) -> QuerySet[Cloud]:
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return rows


@dataclass(frozen=True, slots=True)
class Offer:
    """A cloud as "In the Cloud" offers it to an account, with the room that is left there; `closed` says why nobody
    attaches there (CLOUD-5).
    """

    id: str
    name: str
    owner: AccountId
    classification: Classification
    room: Room
    closed: no.CloudFull | no.CloudClosed | no.CloudNotInstalled | None
    own: bool


def offers(account: AccountId, search: str = "", place: str = "") -> Page[Offer]:
    """One page of the clouds that an account can use, by name."""
    rows = _told(account, _searched(usable_clouds(account), search))
    page = keyset_page(rows, ("name_key", "id"), place, size=OFFERED)
    return Page(tuple(_offer(account, row) for row in page.rows), page.next, page.previous)


def offer(account: AccountId, cloud: str) -> Offer:
    """The cloud of this id as it is offered to an account; refuses with `CloudNotFound` what is neither its own nor
    shared to it.
    """
    found = _told(account, usable_clouds(account).filter(id=cloud)).first()
    if found is None:
        raise Refused(no.CloudNotFound())
    return _offer(account, found)


def _told(account: AccountId, rows: QuerySet[Cloud]) -> QuerySet[Cloud]:
    """Clouds with what the account has there, and its quota."""
    there = Runtime.rows.of(account).filter(cloud_id=OuterRef("pk")).order_by().values("cloud_id")
    quotas = CloudQuota.rows.across(Crossing.CLOUDS_OF_A_PRIMARY).filter(cloud_id=OuterRef("pk"), member_id=account)
    return rows.annotate(
        attachments=Coalesce(Subquery(there.annotate(number=Count("id")).values("number")), 0),
        quota=Subquery(quotas.values("maximum")[:1]),
        installed=has_cluster(),
    )


def _offer(account: AccountId, row: Any) -> Offer:  # noqa: ANN401 - a cloud as `_told` tells it
    own = row.account_id == account
    room = law.room(row.attachments, owner=own, default=row.max_attachments, quota=row.quota)
    closed = law.check_room(row.name, room) if row.installed else no.CloudNotInstalled(cloud=row.name)
    return Offer(row.id, row.name, AccountId(row.account_id), Classification(row.classification), room, closed, own)


def browses(cloud: str) -> bool:
    """Whether browsing is on in the cloud itself: in one of its clusters at least (CLOUD-9)."""
    return CloudCluster.rows.across(Crossing.CLOUD_CLUSTERS).filter(cloud_id=cloud, browsing=True).exists()


def attachments_there(resources: Iterable[str], accounts: QuerySet[Any]) -> Iterator[tuple[AccountId, str, int]]:
    """How many attachments these accounts, their owners apart, have in each of these clouds; one query."""
    rows = Runtime.rows.across(Crossing.ATTACHMENTS_OF_A_CLOUD).exclude(account_id=F("cloud__account_id"))
    rows = rows.filter(cloud_id__in=tuple(resources), account_id__in=accounts)
    counted = rows.values_list("account_id", "cloud_id").annotate(number=Count("id")).order_by("account_id", "cloud_id")
    for account, cloud, number in counted:
        yield AccountId(account), cloud, number
