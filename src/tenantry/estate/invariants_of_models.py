"""What must be true of stored models of Data Hub at any time."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from tenantry.datahub.documents import read
from tenantry.datahub.models import Model, ModelDeployment, ModelVersion
from tenantry.estate.findings import Finding, named
from tenantry.rules.modelling import check_document
from tenantry.store.crossings import Crossing


def versions_of_models() -> Iterator[Finding]:
    """Versions are numbered from one to the latest, which the model knows (MODEL-1)."""
    rows = Model.rows.across(Crossing.DOCTOR).annotate(
        number=Count("versions"), latest=Coalesce(Max("versions__number"), 0)
    )
    wrong = rows.filter(~Q(published=F("number")) | ~Q(published=F("latest"))).order_by("account_id", "id")
    yield from named(
        (f"{name!r} of {owner}" for name, owner in wrong.values_list("name", "account_id").iterator()),
        "Models whose published versions are not those they know",
        "Set their column published to the number of the latest row in data_hub_model_version.",
    )


def documents_of_models() -> Iterator[Finding]:
    """Drafts and versions have the schema of documents."""
    where = "{!r} of {}".format
    drafts = Model.rows.across(Crossing.DOCTOR).order_by("account_id", "id")
    yield from named(
        (where(name, owner) for name, owner, text in _texts(drafts, "name", "draft") if not _sound(text)),
        "Models whose draft cannot be read",
        "Restore the column draft from a backup.",
    )
    versions = ModelVersion.rows.across(Crossing.DOCTOR).order_by("account_id", "id")
    yield from named(
        (
            f"{name!r} of {owner}"
            for name, owner, text in _texts(versions, "model__name", "document")
            if not _sound(text)
        ),
        "Models of which a version cannot be read",
        "Restore the column document from a backup.",
    )


def _texts(rows: QuerySet[Any], name: str, text: str) -> Iterator[tuple[str, str, str]]:
    return rows.values_list(name, "account_id", text).iterator(chunk_size=500)


def _sound(text: str) -> bool:
    try:
        return check_document(read(text)) is None
    except msgspec.MsgspecError:
        return False


def models_of_others() -> Iterator[Finding]:
    """Versions and deployments belong to the account of their model, and its repository (MODEL-5)."""
    strange = ~Q(model__account=F("account"))
    versions = ModelVersion.rows.across(Crossing.DOCTOR).filter(strange).order_by("account_id", "id")
    told = (f"{name!r} in {owner}" for name, owner in versions.values_list("model__name", "account_id").iterator())
    yield from named(told, "Versions of models of another account", "Delete these rows from data_hub_model_version.")
    strange |= ~Q(repository__account=F("account")) | ~Q(version__model=F("model"))
    deployed = ModelDeployment.rows.across(Crossing.DOCTOR).filter(strange).order_by("account_id", "id")
    told = (f"{name!r} in {owner}" for name, owner in deployed.values_list("model__name", "account_id").iterator())
    yield from named(
        told, "Deployments that join what does not belong together", "Delete these rows from data_hub_model_deployment."
    )


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    versions_of_models,
    documents_of_models,
    models_of_others,
)
