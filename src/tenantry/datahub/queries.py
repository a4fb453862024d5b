"""Reads of models, their versions, repositories, and of the models that a primary shares with an account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenantry.accounts.queries import account_row
from tenantry.build.models import LIVING, Component
from tenantry.datahub.documents import read
from tenantry.datahub.models import PUBLISHED, Model, ModelDeployment, ModelVersion, Repository
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.models import Share
from tenantry.sharing.queries import shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

OFFERED: Final = 50
"""What dialogs offer at a time; more is searched."""

_BEYOND: Final = 2**31
"""The first number that no version can have."""

_BY_NAME: Final = ("name_key", "id")

ModelRow = Model
VersionRow = ModelVersion
RepositoryRow = Repository
DeploymentRow = ModelDeployment
"""Rows as stored; only this folder's commands write them."""


# ---- models and their versions -------------------------------------------------------------------------------------


def model_of(account: AccountId, model: str) -> Model:
    """The account's model of this id; refuses with `ModelNotFound`."""
    row = Model.rows.of(account).filter(id=model).first()
    if row is None:
        raise Refused(no.ModelNotFound())
    return row


def draft_of(row: Model) -> Document:
    """What the draft of a model says."""
    return read(row.draft)


def models_page(account: AccountId, search: str = "", at: str = "") -> tuple[Page[Any], int]:
    """One page of the account's models by name, without their drafts, and how many match. Each has `repositories`, the
    number of those it is deployed to.
    """
    rows = _searched(Model.rows.of(account).defer("draft"), search)
    there = ModelDeployment.rows.of(account).filter(model=OuterRef("pk")).order_by().values("model")
    number = Subquery(there.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    return keyset_page(rows.annotate(repositories=Coalesce(number, 0)), _BY_NAME, at), rows.count()


def model_name_taken(account: AccountId, name: str, besides: str = "") -> bool:
    """Whether another model of the account has this name, ignoring case."""
    return Model.rows.of(account).filter(name_key=name.casefold()).exclude(id=besides).exists()


def names_like(account: AccountId, name: str) -> frozenset[str]:
    """The folded names of models that begin as this one does: those that a numbered name could meet."""
    begin = name.casefold()[:200]
    return frozenset(Model.rows.of(account).filter(name_key__startswith=begin).values_list("name_key", flat=True))


def version_of(account: AccountId, row: Model, number: int) -> ModelVersion:
    """A published version of a model; refuses with `ModelVersionNotFound`."""
    rows = ModelVersion.rows.of(account).filter(model=row)
    found = rows.filter(number=number).first() if 0 < number < _BEYOND else None
    if found is None:
        raise Refused(no.ModelVersionNotFound(model=row.name))
    return found


def latest_document(account: AccountId, row: Model) -> Document | None:
    """What was published last of a model; `None` before the first publication."""
    found = ModelVersion.rows.of(account).filter(model=row, number=row.published).first()
    return None if found is None else read(found.document)


def document_of(row: ModelVersion) -> Document:
    """What a published version says."""
    return read(row.document)


def versions_page(account: AccountId, row: Model, at: str = "") -> Page[Any]:
    """One page of the published versions of a model, newest first, without their documents. Each has `repositories`,
    the number of those it is deployed to.
    """
    rows = ModelVersion.rows.of(account).filter(model=row).defer("document")
    rows = rows.annotate(repositories=Count("deployed"))
    return keyset_page(rows, ("number",), at, descending=True)


def versions_offered(account: AccountId, row: Model) -> list[int]:
    """The newest version numbers of a model, as many as a dialog offers."""
    rows = ModelVersion.rows.of(account).filter(model=row).order_by("-number")
    return list(rows.values_list("number", flat=True)[:OFFERED])


def groups_sharing_count(account: AccountId, model: str) -> int:
    """How many of the account's groups carry a model."""
    return Share.rows.of(account).filter(kind=Kind.MODEL, resource=model).count()


# ---- processes that steps call -------------------------------------------------------------------------------------


def processes_offered(account: AccountId, search: str = "") -> tuple[list[tuple[str, str]], bool]:
    """The first processes by name that a step can call, as (id, name), and whether there are more."""
    rows = _searched(Component.rows.of(account).filter(LIVING, type="process"), search)
    found = list(rows.order_by(*_BY_NAME).values_list("id", "name")[: OFFERED + 1])
    return found[:OFFERED], len(found) > OFFERED


def names_of_processes(account: AccountId, processes: Iterable[str]) -> dict[str, str]:
    """The names of those of these processes that the account has."""
    wanted = sorted({process for process in processes if process})
    if not wanted:
        return {}
    rows = Component.rows.of(account).filter(LIVING, type="process", id__in=wanted)
    return dict(rows.values_list("id", "name"))


# ---- repositories and what is deployed to them ---------------------------------------------------------------------


def repository_of(account: AccountId, repository: str) -> Repository:
    """The account's repository of this id; refuses with `RepositoryNotFound`."""
    row = Repository.rows.of(account).filter(id=repository).first()
    if row is None:
        raise Refused(no.RepositoryNotFound())
    return row


def repositories_page(account: AccountId, search: str = "", at: str = "") -> tuple[Page[Any], int]:
    """One page of the account's repositories by name, and how many match. Each has `models`, the number of those that
    are deployed to it.
    """
    rows = _searched(Repository.rows.of(account), search)
    there = ModelDeployment.rows.of(account).filter(repository=OuterRef("pk")).order_by().values("repository")
    number = Subquery(there.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    return keyset_page(rows.annotate(models=Coalesce(number, 0)), _BY_NAME, at), rows.count()


def repositories_offered(account: AccountId, search: str = "") -> tuple[list[Repository], bool]:
    """The first repositories by name, and whether there are more."""
    found = list(_searched(Repository.rows.of(account), search).order_by(*_BY_NAME)[: OFFERED + 1])
    return found[:OFFERED], len(found) > OFFERED


def repository_name_taken(account: AccountId, name: str, besides: str = "") -> bool:
    """Whether another repository of the account has this name, ignoring case."""
    return Repository.rows.of(account).filter(name_key=name.casefold()).exclude(id=besides).exists()


def deployed_in(account: AccountId, row: Repository, search: str = "", at: str = "") -> tuple[Page[Any], int]:
    """One page of the models that are in a repository, by name, and how many match."""
    rows = ModelDeployment.rows.of(account).filter(repository=row).select_related("model", "version")
    rows = _searched(rows.defer("model__draft", "version__document"), search, "model__name_key")
    return keyset_page(rows, ("model__name_key", "id"), at), rows.count()


def deployments_of(account: AccountId, row: Model, at: str = "") -> Page[ModelDeployment]:
    """One page of the repositories that a model is deployed to, by name."""
    rows = ModelDeployment.rows.of(account).filter(model=row).select_related("repository", "version")
    return keyset_page(rows.defer("version__document"), ("repository__name_key", "id"), at)


def deployment_in(account: AccountId, model: Model, repository: Repository) -> ModelDeployment | None:
    """What of a model is in a repository now."""
    rows = ModelDeployment.rows.of(account).filter(model=model, repository=repository)
    return rows.select_related("version").defer("version__document").first()


def named_some(names: QuerySet[Any], shown: int = 5) -> tuple[str, ...]:
    """The first of these names, and in words how many more there are."""
    found, beyond = list(names[:shown]), names.count() - shown
    return (*found, f"{beyond} more") if beyond > 0 else tuple(found)


def repositories_holding(account: AccountId, row: Model) -> tuple[str, ...]:
    """The names of the repositories that a model is deployed to, the first few of them."""
    rows = ModelDeployment.rows.of(account).filter(model=row).order_by("repository__name_key")
    return named_some(rows.values_list("repository__name", flat=True))


def models_in(account: AccountId, row: Repository) -> tuple[str, ...]:
    """The names of the models that are in a repository, the first few of them."""
    rows = ModelDeployment.rows.of(account).filter(repository=row).order_by("model__name_key")
    return named_some(rows.values_list("model__name", flat=True))


# ---- what comes from the primary, and what an account can use ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SharedModel:
    """A model that a primary shares, with its latest version: that is the one a copy gets (MODEL-4)."""

    id: str
    name: str
    owner: AccountId
    version: int
    published_at: datetime
    user: str
    document: str = ""


def received_models(account: AccountId) -> QuerySet[Model]:
    """The published models that shares bring to an account right now, whether or not it has Data Hub (MODEL-2)."""
    shared = shared_with(account, Kind.MODEL).values("resource")
    return Model.rows.across(Crossing.SHARED_MODELS).filter(PUBLISHED, id__in=shared)


def usable_models(account: AccountId) -> QuerySet[Model]:
    """What an account can use of models: its own, and the published ones it receives; nothing without Data Hub."""
    row = account_row(account)
    if row is None or Feature.DATA_HUB not in row.features:
        return Model.rows.of(account).none()
    received = received_models(account).values("id")
    return Model.rows.across(Crossing.SHARED_MODELS).filter(Q(account=account) | Q(id__in=received))


def usable_models_page(account: AccountId, search: str = "", at: str = "") -> Page[Model]:
    """One page of what an account can use of models, by name."""
    return keyset_page(_searched(usable_models(account).defer("draft"), search), _BY_NAME, at)


def shared_models(account: AccountId, search: str = "") -> tuple[tuple[SharedModel, ...], int]:
    """The first models by name that "Copy a Shared Model" offers an account, and how many match (MODEL-2)."""
    rows = _searched(received_models(account), search)
    return _with_latest(rows.order_by(*_BY_NAME)[:OFFERED]), rows.count()


def shared_model(account: AccountId, model: str) -> SharedModel:
    """One of the models shared with an account, with its document; refuses with `ModelNotShared`."""
    found = _with_latest(received_models(account).filter(id=model), documents=True)
    if not found:
        raise Refused(no.ModelNotShared())
    return found[0]


def receives_models(account: AccountId) -> bool:
    """Whether an account has a primary that could share models with it."""
    row = account_row(account)
    return row is not None and row.primary is not None


def _with_latest(rows: QuerySet[Model], *, documents: bool = False) -> tuple[SharedModel, ...]:
    """These models with their latest versions; two queries."""
    models = list(rows.only("id", "name", "account_id", "published"))
    wanted = [model.pk for model in models]
    latest = ModelVersion.rows.across(Crossing.SHARED_MODELS).filter(number=F("model__published"), model__in=wanted)
    columns = ("model_id", "number", "at", "user", *(["document"] if documents else []))
    found = {row[0]: row[1:] for row in latest.values_list(*columns)} if models else {}
    return tuple(
        SharedModel(model.pk, model.name, AccountId(model.account_id), *found[model.pk])
        for model in models
        if model.pk in found
    )


def _searched(rows: QuerySet[Any], search: str, column: str = "name_key") -> QuerySet[Any]:
    """Those whose name has every word searched for."""
    for word in search.casefold().split():
        rows = rows.filter(**{f"{column}__contains": word})
    return rows
