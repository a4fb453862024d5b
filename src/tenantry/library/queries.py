"""Reads of the Process Library: what an account has published, what it can install, and what keeps both."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.accounts.queries import operators_accounts
from tenantry.build.models import LIVING, Component
from tenantry.deploy.models import PackagedComponent
from tenantry.groups.models import AccountGroup
from tenantry.library.models import READY, Process, Publication
from tenantry.rules import refusals as no
from tenantry.rules.library import HISTORY, PUBLISHABLE
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.models import Share
from tenantry.sharing.queries import shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.paging import Page, keyset_page

OFFERED: Final = 50
"""Versions that the dialog offers; more are searched."""

PUBLISHERS: Final = 100
"""Publishers that the filter offers."""

ProcessRow = Process
PublicationRow = Publication
PackageRow = PackagedComponent
"""Rows as stored; only commands write them."""


class Order(StrEnum):
    """How the library is sorted (PROC-4); the value is what addresses say."""

    POPULARITY = "popularity"
    DATE = "date"
    NAME = "name"

    @property
    def label(self) -> str:
        """As pages name it."""
        return self.value.title()

    @property
    def keys(self) -> tuple[str, ...]:
        """What is compared, the last of it unique; of equally popular processes the newest comes first."""
        columns = {Order.POPULARITY: ("installations", "published_at"), Order.DATE: ("published_at",)}
        return *columns.get(self, ("name_key",)), "id"


# ---- what an account receives --------------------------------------------------------------------------------------


def _given(account: AccountId | str) -> Q:
    """What comes to an account from others: by groups right now, or from the platform operator."""
    shared = shared_with(account, Kind.PROCESS).values("resource")
    return Q(id__in=shared) | Q(account_id__in=operators_accounts().values("id"))


def received_processes(account: AccountId | str) -> QuerySet[Process]:
    """The published processes that groups share with an account right now, and the platform operator's (PROC-4)."""
    rows = Process.rows.across(Crossing.SHARED_WITH).filter(READY, _given(account)).select_related("account")
    return rows.exclude(account_id=account)


def usable_processes(account: AccountId | str) -> QuerySet[Process]:
    """The published processes that an account can use: its own, and those that others give it."""
    return Process.rows.across(Crossing.SHARED_WITH).filter(READY).filter(Q(account_id=account) | _given(account))


def usable_page(account: AccountId, search: str = "", at: str = "") -> Page[Process]:
    """One page of what an account can use, by name. `search` is in the name or the description, word by word."""
    return keyset_page(_searched(usable_processes(account), search), Order.NAME.keys, at)


def library_page(
    account: AccountId, search: str = "", publisher: str = "", order: Order = Order.POPULARITY, at: str = ""
) -> tuple[Page[Process], int]:
    """One page of what an account can install, sorted, and how many match. Without their publications."""
    rows = _searched(received_processes(account), search)
    if publisher:
        rows = rows.filter(publisher=publisher)
    return keyset_page(rows, order.keys, at, descending=order is not Order.NAME), rows.count()


def publishers_of(account: AccountId) -> tuple[str, ...]:
    """Who has published what an account can install, the first of them by name."""
    names = received_processes(account).order_by("publisher").values_list("publisher", flat=True).distinct()
    return tuple(names[:PUBLISHERS])


def received_process(account: AccountId, process: str) -> tuple[Process, Publication]:
    """A process that an account can install, and its newest publication with its package (PROC-3).

    Refuses with `ProcessNotFound`, also where the share has ended.
    """
    row = received_processes(account).filter(id=process).first()
    if row is None:
        raise Refused(no.ProcessNotFound())
    return row, publication_of(AccountId(row.account_id), row.pk, row.number)


def giver_of(account: AccountId, process: str) -> AccountId | None:
    """Whose the process of this id is, if the account can install it."""
    found = received_processes(account).filter(id=process).values_list("account_id", flat=True).first()
    return AccountId(found) if found is not None else None


def _searched(rows: "QuerySet[Process]", search: str) -> "QuerySet[Process]":
    for word in search.casefold().split():
        rows = rows.filter(search_key__contains=word)
    return rows


# ---- what an account publishes -------------------------------------------------------------------------------------


def packaged_processes_page(account: AccountId, search: str = "", at: str = "") -> tuple[Page[Any], int]:
    """One page of the living processes that have a shareable package, by name, and how many there are."""
    packages = PackagedComponent.rows.of(account).filter(component_id=OuterRef("pk"), shareable=True)
    rows = Component.rows.of(account).filter(LIVING, Exists(packages), type=PUBLISHABLE)
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return keyset_page(rows, ("name_key", "id"), at), rows.count()


def packaged_process(account: AccountId, process: str) -> Any:  # noqa: ANN401 - a row of Build's
    """The living process of this id that has a shareable package; refuses with `ProcessNotFound`."""
    packages = PackagedComponent.rows.of(account).filter(component_id=OuterRef("pk"), shareable=True)
    row = Component.rows.of(account).filter(LIVING, Exists(packages), type=PUBLISHABLE, id=process).first()
    if row is None:
        raise Refused(no.ProcessNotFound())
    return row


def shareable_versions(account: AccountId, process: str, search: str = "") -> tuple[list[PackagedComponent], bool]:
    """The newest shareable packages of a process, and whether there are more. `search` is a part of the version."""
    rows = PackagedComponent.rows.of(account).filter(component_id=process, shareable=True).defer("text")
    if search:
        rows = rows.filter(version__icontains=search)
    found = list(rows.order_by("-created_at", "-id")[: OFFERED + 1])
    return found[:OFFERED], len(found) > OFFERED


def shareable_package(account: AccountId, process: str, package: str) -> PackagedComponent | None:
    """The package of this id, if it is a shareable one of this process."""
    return PackagedComponent.rows.of(account).filter(id=package, component_id=process, shareable=True).first()


def stored_process(account: AccountId, process: str) -> Process | None:
    """The account's process of this id, published or not."""
    return Process.rows.of(account).filter(id=process).first()


def numbers_of(account: AccountId, processes: Iterable[str]) -> dict[str, int]:
    """The numbers of the newest publications of these processes, of those that have one; one query."""
    rows = Process.rows.of(account).filter(id__in=list(processes), number__gt=0)
    return dict(rows.values_list("id", "number"))


def name_is_taken(account: AccountId, process: str, name: str) -> bool:
    """Whether another process of the account that is still there has this name in the library."""
    rows = Process.rows.of(account).filter(name_key=name.casefold(), component__deleted_at__isnull=True)
    return rows.exclude(id=process).exists()


def publication_of(account: AccountId, process: str, number: int) -> Publication:
    """A publication of a process with its package; refuses with `ProcessNotFound`."""
    rows = Publication.rows.of(account).select_related("package")
    row = rows.filter(process_id=process, number=number).first() if 0 < number < _BEYOND else None
    if row is None:
        raise Refused(no.ProcessNotFound())
    return row


_BEYOND: Final = 2**31
"""The first number that no publication can have."""


def history_of(account: AccountId, process: str) -> list[Publication]:
    """The newest publications of a process, the last one first (PROC-3)."""
    rows = Publication.rows.of(account).filter(process_id=process)
    return list(rows.order_by("-number")[:HISTORY])


# ---- what stays ----------------------------------------------------------------------------------------------------


def is_published(account: AccountId, package: str) -> bool:
    """Whether a packaged component has ever been published: publications stay (PROC-3, PROC-8)."""
    return Publication.rows.of(account).filter(package_id=package).exists()


def shared_processes(account: AccountId, components: Iterable[str]) -> tuple[str, ...]:
    """The names of those of these components that are published and shared with a group, by name (FOLD-13)."""
    names: set[str] = set()
    carried = Share.rows.of(account).filter(kind=Kind.PROCESS, resource=OuterRef("pk"))
    for some in portions(sorted(set(components))):
        rows = Process.rows.of(account).filter(Exists(carried), id__in=some)
        names.update(rows.values_list("component__name", flat=True))
    return tuple(sorted(names, key=str.casefold))


def groups_of_process(account: AccountId, process: str) -> tuple[str, ...]:
    """The names of the account groups that share a process, All Accounts first (PROC-8)."""
    carried = Share.rows.of(account).filter(kind=Kind.PROCESS, resource=process)
    rows = AccountGroup.rows.of(account).filter(id__in=carried.values("group_id"))
    return tuple(rows.order_by("-everywhere", "name_key").values_list("name", flat=True))
