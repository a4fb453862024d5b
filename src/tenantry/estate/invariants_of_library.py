"""What must be true of stored packages and of the Process Library at any time."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tenantry.deploy.models import PackagedPart
from tenantry.estate.findings import Finding, named
from tenantry.library.models import Process, Publication
from tenantry.store.crossings import Crossing


def published_of_others() -> Iterator[Finding]:
    """Processes, their publications and what packages contain are of one account (ACC-1)."""
    rows = Process.rows.across(Crossing.DOCTOR)
    foreign = rows.exclude(component__account=F("account"), component_id=F("id")).order_by("account_id", "id")
    told = (f"{name!r} of {owner}" for name, owner in foreign.values_list("name", "account_id").iterator())
    yield from named(told, "Published processes that are no components of their account", "Restore a backup.")
    publications = Publication.rows.across(Crossing.DOCTOR)
    crossing = publications.exclude(
        process__account=F("account"), package__account=F("account"), package__component_id=F("process_id")
    )
    pairs = crossing.order_by("id").values_list("process_id", "number")
    told = (f"{number} of {process}" for process, number in pairs.iterator())
    yield from named(told, "Publications of something else", "Restore a backup.")
    parts = PackagedPart.rows.across(Crossing.DOCTOR)
    strange = parts.filter(~Q(package__account=F("account")) | ~Q(component__account=F("account"))).order_by("id")
    told = (f"{name!r} of {owner}" for name, owner in strange.values_list("name", "account_id").iterator())
    yield from named(told, "Packages that contain something of others", "Restore a backup.")


def newest_publications() -> Iterator[Finding]:
    """Every process is in the library as its newest publication says (PROC-3)."""
    numbers = Publication.rows.across(Crossing.DOCTOR).order_by().values("process_id").annotate(top=Max("number"))
    newest = Subquery(numbers.filter(process_id=OuterRef("pk")).values("top")[:1])
    rows = Process.rows.across(Crossing.DOCTOR).annotate(newest=Coalesce(newest, 0)).exclude(newest=F("number"))
    found = rows.order_by("account_id", "id").values_list("name", "account_id")
    told = (f"{name!r} of {owner}" for name, owner in found.iterator())
    yield from named(told, "Processes whose newest publication is another", "Publish them again.")


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (published_of_others, newest_publications)
