"""The processes that an account has: its own, and those of the packs that it has installed, as these run them."""

from collections.abc import Collection
from typing import Final

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from tenantry.build.models import LIVING, Component
from tenantry.packs.models import PackInstance, ReleasedPackage
from tenantry.packs.received import releases_run
from tenantry.platform_api.wire.columns import Text
from tenantry.platform_api.wire.filters import Comparison, Operator
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing

ProcessRow = Component
"""A row as stored; only the commands of Build write it."""

PROCESS: Final = "process"


def processes_of(account: AccountId) -> "QuerySet[Component]":
    """Both, each with `told_name` and `told_description`: of what a pack brings, the name it was packaged under, and no
    description. What packs bring is looked up first, so that components of others are found by their ids alone.
    """
    own = Q(account=account) & LIVING
    brought = _brought(PackInstance.rows.of(account))
    others = set(brought.values_list("package__component_id", flat=True))
    packaged = brought.filter(package__component=OuterRef("pk")).order_by("-id").values("package__name")[:1]
    rows = Component.rows.across(Crossing.PACKS_RECEIVED).filter(type=PROCESS)
    return rows.filter(own | Q(id__in=others) if others else own).annotate(
        told_name=Case(When(own, then=F("name")), default=Subquery(packaged), output_field=CharField()),
        told_description=Case(When(own, then=F("description")), default=Value(""), output_field=CharField()),
    )


def packs_bringing(account: AccountId, processes: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """By which packs these processes have come: the pack and the account's instance of it; two queries."""
    instances: dict[int, list[tuple[str, str]]] = {}
    rows = releases_run(PackInstance.rows.of(account)).order_by("id").values_list("runs", "pack_id", "id")
    for release, pack, instance in rows:
        instances.setdefault(release, []).append((pack, instance))
    found: dict[str, list[tuple[str, str]]] = {}
    released = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).filter(
        release__in=list(instances), package__component__in=tuple(processes)
    )
    for process, release in released.order_by("id").values_list("package__component_id", "release_id"):
        found.setdefault(process, []).extend(instances[release])
    return found


def brought_by(column: str, account: AccountId, test: Comparison) -> Q:
    """The processes that an instance brings of which this column passes; those of no pack for a missing one."""
    instances = PackInstance.rows.of(account)
    if test.operator is Operator.IS_NULL:
        return ~Q(id__in=_brought(instances).values("package__component"))
    passing = instances.filter(Text(column).condition(account, test))
    return Q(id__in=_brought(passing).values("package__component"))


def _brought(instances: "QuerySet[PackInstance]") -> "QuerySet[ReleasedPackage]":
    runs = releases_run(instances).values("runs")
    return ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).filter(release__in=runs, package__type=PROCESS)
