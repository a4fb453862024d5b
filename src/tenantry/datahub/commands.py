"""Writes of models: drafts, their publication, copies of shared ones."""

import uuid
from collections.abc import Iterable

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.datahub.documents import EMPTY, read, written
from tenantry.datahub.models import Model, ModelVersion
from tenantry.datahub.queries import (
    draft_of,
    latest_document,
    model_name_taken,
    model_of,
    names_like,
    names_of_processes,
    repositories_holding,
    shared_model,
)
from tenantry.decisions.guard import require
from tenantry.rules import modelling as law, refusals as no
from tenantry.rules.modelling import Document
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.ends import end_of_resource
from tenantry.store import revisions
from tenantry.store.transaction import command

EDIT = "MDM_EDIT_MODELS"
SEE_PROCESSES = ("BUILD_READ_ONLY", "BUILD")


@command
def create_model(*, actor: Actor, at: Instant, account: AccountId, name: str, reason: str = "") -> str:
    """Make a model with an empty draft; returns its id. Needs Edit Models, and Data Hub in the account.

    Refuses a bad name, and one that a model of the account has.
    """
    revisions.lock(account)
    require(EDIT, actor=actor, account=account, at=at)
    refuse(law.check_feature(existing_account(account).features, account, "MODEL-1"))
    name = _free_name(account, name)
    model = _insert(account, name, EMPTY, actor=actor, at=at)
    changes: Changes = {"id": (None, model)}
    record(Act.MODEL_CREATED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return model


@command
def rename_model(*, actor: Actor, at: Instant, account: AccountId, model: str, name: str, reason: str = "") -> None:
    """Give a model another name. Needs Edit Models. Copies keep the names they have (MODEL-3)."""
    revisions.lock(account)
    require(EDIT, actor=actor, account=account, at=at)
    row = model_of(account, model)
    name = _free_name(account, name, besides=model)
    if name == row.name:
        return
    Model.rows.of(account).filter(id=model).update(name=name, name_key=name.casefold())
    changes: Changes = {"name": (row.name, name)}
    record(Act.MODEL_RENAMED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def save_draft(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    model: str,
    document: Document,
    opened: int,
    reason: str = "",
) -> int:
    """Keep what a draft says from now on; returns its revision. Needs Edit Models, and to name a process that the draft
    did not name before, Build Read Access.

    `opened` is the revision that the change began from: refuses with `DraftChanged` when there is a newer one. Writes
    nothing when nothing differs. Published versions and copies stay as they are (MODEL-3).
    """
    revisions.lock(account)
    require(EDIT, actor=actor, account=account, at=at)
    row = model_of(account, model)
    _check_opened(row, opened)
    before = draft_of(row)
    refuse(law.check_document(document))
    added = _processes(document) - _processes(before)
    if added:
        require(*SEE_PROCESSES, actor=actor, account=account, at=at)
        if len(names_of_processes(account, added)) < len(added):
            raise Refused(no.ModelPartInvalid(why="There is no such process in this account."))
    if document == before:
        return row.revision
    number = row.revision + 1
    rows = Model.rows.of(account).filter(id=model)
    rows.update(draft=written(document), revision=number, user=actor.name, at=at)
    changes: Changes = {
        "revision": (row.revision, number),
        "draft": (None, list(law.differences(before, document))),
    }
    record(Act.MODEL_SAVED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)
    return number


@command
def publish_model(
    *, actor: Actor, at: Instant, account: AccountId, model: str, opened: int, notes: str = "", reason: str = ""
) -> int:
    """Make the draft the next published version, which never changes; returns its number. Needs Edit Models.

    From the first one on the model can be shared, whether or not it is deployed (SHARE-5, CONF-19), and who receives it
    is offered the newest at once (MODEL-4). Refuses drafts that lack something, that are what was published last, or
    that have changed since `opened`.
    """
    revisions.lock(account)
    require(EDIT, actor=actor, account=account, at=at)
    row = model_of(account, model)
    _check_opened(row, opened)
    notes = notes.strip()
    refuse(law.check_notes(notes))
    refuse(law.check_publishable(row.name, draft_of(row), latest_document(account, row), row.published))
    number = row.published + 1
    version = ModelVersion(
        account_id=account, model=row, number=number, document=row.draft, notes=notes, user=actor.name, at=at
    )
    ModelVersion.rows.of(account).bulk_create([version])
    Model.rows.of(account).filter(id=model).update(published=number, published_revision=row.revision)
    changes: Changes = {"version": (row.published or None, number)}
    record(Act.MODEL_PUBLISHED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)
    if number == 1:  # from now on it can be used, where a share of it was loaded before it could be
        revisions.raise_given([account])
    return number


@command
def copy_shared_model(*, actor: Actor, at: Instant, account: AccountId, model: str, reason: str = "") -> str:
    """Copy the latest version of a model that the primary shares with the account, as a draft of its own; returns the
    copy's id. Needs Edit Models, and Data Hub in the account (MODEL-2).

    The processes that its steps call are not copied, and nothing of the source follows later (MODEL-3). A name that is
    taken gets a number. Refuses what no share brings to the account right now.
    """
    primary = existing_account(account).primary
    revisions.lock(account, *([primary] if primary is not None else []))
    require(EDIT, actor=actor, account=account, at=at)
    refuse(law.check_feature(existing_account(account).features, account, "MODEL-2"))
    source = shared_model(account, model)
    name = law.numbered(source.name, names_like(account, source.name))
    copy = _insert(
        account,
        name,
        written(law.copy_of(read(source.document))),
        actor=actor,
        at=at,
        source=source.id,
        source_account=source.owner,
        source_name=source.name,
        source_version=source.version,
    )
    changes: Changes = {
        "id": (None, copy),
        "copied_from": (None, f"{source.owner}: {source.id}"),
        "version": (None, source.version),
    }
    record(Act.MODEL_COPIED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return copy


@command
def remove_model(*, actor: Actor, at: Instant, account: AccountId, model: str, reason: str = "") -> None:
    """Delete a model with its versions. Needs Edit Models; refuses while it is deployed. Being shared does not matter:
    its shares end with it, and copies stay (MODEL-4, MODEL-5).
    """
    revisions.lock(account)
    require(EDIT, actor=actor, account=account, at=at)
    row = model_of(account, model)
    refuse(law.check_deletable(row.name, repositories_holding(account, row)))
    end_of_resource(
        actor=actor,
        at=at,
        account=account,
        kind=Kind.MODEL,
        resource=row.pk,
        name=row.name,
        cause=f"The model {row.name} was deleted.",
        reason=reason,
    )
    ModelVersion.rows.of(account).filter(model=row).delete()
    Model.rows.of(account).filter(id=model).delete()
    changes: Changes = {"id": (model, None), "version": (row.published or None, None)}
    record(Act.MODEL_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


def _free_name(account: AccountId, name: str, besides: str = "") -> str:
    name = name.strip()
    refuse(law.check_name(name))
    if model_name_taken(account, name, besides):
        raise Refused(no.ModelNameTaken(name=name))
    return name


def _insert(account: AccountId, name: str, draft: str, *, actor: Actor, at: Instant, **source: str | int) -> str:
    model = str(uuid.uuid4())
    row = Model(
        id=model,
        account_id=account,
        name=name,
        name_key=name.casefold(),
        draft=draft,
        user=actor.name,
        at=at,
        **source,
    )
    Model.rows.of(account).bulk_create([row])
    return model


def _check_opened(row: Model, opened: int) -> None:
    if opened != row.revision:
        raise Refused(no.DraftChanged(user=row.user))


def _processes(document: Document) -> set[str]:
    called: Iterable[str] = (step.process for step in document.steps)
    return {process for process in called if process}
