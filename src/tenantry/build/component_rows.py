"""Rows of components for the platform API: every revision of each, deleted ones included, with what filters compare."""

from typing import Final

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from tenantry.build.models import Component, ComponentRevision
from tenantry.rules import refusals as no
from tenantry.rules.components import PROFILE_OF_JSON, USUAL, Format
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId

RevisionRow = ComponentRevision
"""A revision as stored, with its component and the folder of that; only this folder's commands write it."""

GONE: Final = Q(component__deleted_at__isnull=False)
"""Revisions of what is deleted."""

NEWEST: Final = Q(number=F("component__revision"))
"""The newest revision of each component."""


def revisions_of(account: AccountId) -> "QuerySet[ComponentRevision]":
    """All revisions of all components of an account, each with `told_type`, `first_user` and `first_at`."""
    first = ComponentRevision.rows.of(account).filter(component=OuterRef("component"), number=1)
    rows = ComponentRevision.rows.of(account).select_related("component", "component__folder")
    return rows.annotate(
        told_type=told_type("component__"),
        first_user=Subquery(first.values("user")[:1]),
        first_at=Subquery(first.values("at")[:1]),
    )


def told_type(path: str = "") -> Case:
    """What programs call the type of the component at `path`; nothing where they have no word for it."""
    usual = (When(Q(**{f"{path}type": kind}), then=Value(told)) for kind, told in USUAL.items())
    return Case(
        When(~Q(**{f"{path}told_type": ""}), then=F(f"{path}told_type")),
        When(Q(**{f"{path}type": "profile", f"{path}format": Format.JSON.value}), then=Value(PROFILE_OF_JSON)),
        *usual,
        default=None,
        output_field=CharField(),
    )


def is_living(account: AccountId, component: str) -> bool | None:
    """Whether a component is there and not deleted; nothing where there has never been one."""
    rows = Component.rows.of(account).filter(id=component)
    return next((gone is None for gone in rows.values_list("deleted_at", flat=True)), None)


def newest_revision(account: AccountId, component: str) -> ComponentRevision:
    """The newest revision of a component, with the component; refuses with `ComponentNotFound`."""
    rows = ComponentRevision.rows.of(account).select_related("component").filter(NEWEST, component_id=component)
    row = rows.first()
    if row is None:
        raise Refused(no.ComponentNotFound())
    return row
