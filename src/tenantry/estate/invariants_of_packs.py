"""What must be true of stored integration packs, their releases and installed instances at any time."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tenantry.estate.findings import Finding, named
from tenantry.packs.models import Pack, PackAttachment, PackInstance, PackRelease
from tenantry.packs.received import reached
from tenantry.store.crossings import Crossing


def releases() -> Iterator[Finding]:
    """A pack is at the last of its completed releases, which are numbered from one on (PACK-3)."""
    done = PackRelease.rows.across(Crossing.DOCTOR).filter(pack=OuterRef("pk"), number__isnull=False)
    counted = done.order_by().values("pack").annotate(last=Max("number"), all=Count("pk"))
    rows = Pack.rows.across(Crossing.DOCTOR).annotate(
        last=Coalesce(Subquery(counted.values("last")), 0), all=Coalesce(Subquery(counted.values("all")), 0)
    )
    wrong = rows.exclude(released=F("last"), last=F("all")).order_by("account_id", "id")
    told = (f"{name!r} of {owner}" for name, owner in wrong.values_list("name", "account_id").iterator())
    yield from named(told, "Integration packs that are not at their last release", "Restore a backup.")


def instances() -> Iterator[Finding]:
    """Instances stand still only while their pack is not shared (PACK-11), and know releases of their pack alone."""
    rows = PackInstance.rows.across(Crossing.DOCTOR).order_by("account_id", "id")
    left = rows.filter(reached(), held__isnull=False)
    told = (f"{name!r} in {owner}" for name, owner in left.values_list("pack__name", "account_id").iterator())
    yield from named(
        told, "Integration packs that stand still although they are shared", "Share the pack with one more group."
    )
    strange = (Q(held__isnull=False) & ~Q(held__pack=F("pack"))) | (Q(early__isnull=False) & ~Q(early__pack=F("pack")))
    over = Q(early__completed_at__isnull=False) | Q(early__replaced_at__isnull=False)
    wrong = rows.filter(strange | over | Q(since__gt=F("pack__released")))
    told = (f"{name!r} in {owner}" for name, owner in wrong.values_list("pack__name", "account_id").iterator())
    yield from named(told, "Installed integration packs at a release that is none of theirs", "Restore a backup.")


def attachments() -> Iterator[Finding]:
    """Instances are attached to environments of their own account (PACK-8)."""
    rows = PackAttachment.rows.across(Crossing.DOCTOR)
    wrong = rows.exclude(environment__account=F("account"), instance__account=F("account")).order_by("account_id", "id")
    told = (f"{name!r} in {owner}" for name, owner in wrong.values_list("environment__name", "account_id").iterator())
    yield from named(
        told,
        "Integration packs attached to environments of others",
        "Delete these rows from the table integration_pack_attachment.",
    )


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (releases, instances, attachments)
