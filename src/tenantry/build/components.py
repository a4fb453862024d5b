"""Writes of components: making, saving, moving, copying, deleting and restoring them. Each enforces FOLD-12."""

from dataclasses import replace

from tenantry.audit.catalogue import Act as Audited
from tenantry.audit.trail import Changes, record
from tenantry.build.acting import Acting, holding, inside, keep_top, passed
from tenantry.build.blocking import check_text, check_usable
from tenantry.build.commands import living_parent
from tenantry.build.copying import copied, new_component_id, write_references
from tenantry.build.explorer import component_row, revision_of
from tenantry.build.models import LIVING, Component, ComponentRevision
from tenantry.build.queries import folder_with_id, ways_to
from tenantry.library.queries import groups_of_process
from tenantry.rules import components as texts, refusals as no
from tenantry.rules.components import NOTHING_TOLD, Particulars
from tenantry.rules.folders import Act, Site, check_component_name, copy_name
from tenantry.rules.library import check_process_goes
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, ComponentId, FolderId, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def create_component(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    folder: FolderId,
    name: str,
    type: str,
    format: str,  # noqa: A002 - the same
    text: str,
    told: Particulars = NOTHING_TOLD,
    reason: str = "",
) -> ComponentId:
    """Make a component with its first revision. Refuses names, types, formats and texts that cannot be kept, what is
    `told` besides where that cannot, and texts that name connectors which the account cannot use (CONN-5).
    """
    acting = passed(Act.CHANGE_COMPONENT, actor=actor, account=account, at=at)
    here = folder_with_id(account, folder)
    acting.check(Act.CHANGE_COMPONENT, Site(here=here))
    name = name.strip()
    refuse(check_component_name(name))
    refuse(texts.check_type(type))
    refuse(texts.check_format(format))
    refuse(texts.check_text(format, text))
    refuse(texts.check_particulars(told))
    check_text(account, text, name)
    keep_top(account, folder)
    component = new_component_id()
    row = Component(
        id=component,
        account_id=account,
        folder_id=folder,
        name=name,
        name_key=name.casefold(),
        type=type,
        format=format,
        told_type="" if told.type == texts.usual_type(type, format) else told.type,
        subtype=told.subtype,
        description=told.description,
        overrides=told.overrides,
    )
    Component.rows.of(account).bulk_create([row])
    _write_revision(row, number=1, name=name, text=text, acting=acting, at=at)
    _record(
        Audited.COMPONENT_CREATED,
        acting,
        inside(account, here, name),
        at=at,
        reason=reason,
        changes={"id": (None, component), "type": (None, type)},
    )
    return component


@command
def save_component(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: ComponentId,
    text: str,
    opened: int,
    name: str | None = None,
    told: Particulars | None = None,
    reason: str = "",
) -> int:
    """Keep a new text, and perhaps another name and what is `told` besides, as the next revision; returns its number.
    The type that is told stays as it was.

    `opened` is the revision that the editor began from. Refuses with `EditedMeanwhile` when there is a newer one, and
    writes nothing when nothing differs. Refuses components that cannot be opened, and texts that name connectors which
    the account cannot use (CONN-9).
    """
    acting = passed(Act.CHANGE_COMPONENT, actor=actor, account=account, at=at)
    row = component_row(account, component)
    here = folder_with_id(account, row.folder_id)
    acting.check(Act.CHANGE_COMPONENT, Site(here=here))
    check_usable(account, component, row.name)
    newest = revision_of(account, row, row.revision)
    if opened != row.revision:
        raise Refused(no.EditedMeanwhile(user=newest.user, revision=row.revision, opened=opened))
    wanted = row.name if name is None else name.strip()
    refuse(check_component_name(wanted))
    refuse(texts.check_text(row.format, text))
    before = told_of(row)
    after = before if told is None else replace(told, type=before.type)
    refuse(texts.check_particulars(after))
    check_text(account, text, wanted)
    if (wanted, text, after) == (row.name, newest.text, before):
        return row.revision
    number = row.revision + 1
    Component.rows.of(account).filter(id=component).update(
        name=wanted,
        name_key=wanted.casefold(),
        revision=number,
        subtype=after.subtype,
        description=after.description,
        overrides=after.overrides,
    )
    _write_revision(row, number=number, name=wanted, text=text, acting=acting, at=at)
    changes: Changes = {"name": (row.name, wanted), "revision": (row.revision, number)}
    _record(Audited.COMPONENT_SAVED, acting, inside(account, here, wanted), at=at, reason=reason, changes=changes)
    return number


@command
def edit_component(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: ComponentId,
    name: str | None = None,
    folder: FolderId | None = None,
    text: str | None = None,
    told: Particulars | None = None,
    reason: str = "",
) -> bool:
    """Change at once what is given of a component's newest revision: a new one where more than its folder changes.
    Returns whether anything did.

    Judged and recorded as `move_component` and `save_component` are, each where it changes something.
    """
    passed(Act.CHANGE_COMPONENT, actor=actor, account=account, at=at)
    row = component_row(account, component)
    moves = folder is not None and folder != row.folder_id
    if folder is not None and moves:
        move_component(actor=actor, at=at, account=account, component=component, destination=folder, reason=reason)
    if name is None and text is None and told is None:
        return moves
    number = save_component(
        actor=actor,
        at=at,
        account=account,
        component=component,
        text=revision_of(account, row, row.revision).text if text is None else text,
        opened=row.revision,
        name=name,
        told=told,
        reason=reason,
    )
    return moves or number != row.revision


@command
def restore_revision(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: ComponentId,
    number: int,
    opened: int | None = None,
    reason: str = "",
) -> int:
    """Make an older text the newest one, as a revision of its own; returns the number of the newest."""
    row = component_row(account, component)
    text = revision_of(account, row, number).text
    opened = row.revision if opened is None else opened
    return save_component(
        actor=actor, at=at, account=account, component=component, text=text, opened=opened, reason=reason
    )


@command
def move_component(
    *, actor: Actor, at: Instant, account: AccountId, component: ComponentId, destination: FolderId, reason: str = ""
) -> None:
    """Put a component into another folder."""
    acting = passed(Act.MOVE_COMPONENT, actor=actor, account=account, at=at)
    row = component_row(account, component)
    here, there = folder_with_id(account, row.folder_id), folder_with_id(account, destination)
    acting.check(Act.MOVE_COMPONENT, Site(here=here, destination=there))
    if here.id == there.id:
        return
    keep_top(account, destination)
    Component.rows.of(account).filter(id=component).update(folder_id=destination)
    path = inside(account, here, row.name), inside(account, there, row.name)
    _record(
        Audited.COMPONENT_MOVED, acting, inside(account, there, row.name), at=at, reason=reason, changes={"path": path}
    )


@command
def copy_component(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: ComponentId,
    destination: FolderId,
    name: str | None = None,
    into_account: AccountId | None = None,
    reason: str = "",
) -> ComponentId:
    """Copy a component's newest revision into a folder, also of another account, where it needs `BUILD` (FOLD-15).

    A name that a component of that folder has is changed.
    """
    target = account if into_account is None else into_account
    revisions.lock(account, target)
    if target != account:
        holding("BUILD_READ_ONLY", actor=actor, account=account, at=at)
    acting = passed(Act.COPY_COMPONENT, actor=actor, account=target, at=at)
    row = component_row(account, component)
    there = folder_with_id(target, destination)
    acting.check(Act.COPY_COMPONENT, Site(destination=there))
    wanted = (row.name if name is None else name).strip()
    refuse(check_component_name(wanted))
    taken = Component.rows.of(target).filter(LIVING, folder_id=destination).values_list("name_key", flat=True)
    wanted = copy_name(wanted, set(taken))
    keep_top(target, destination)
    ids = copied(
        actor=actor,
        at=at,
        account=account,
        originals=[row],
        target=target,
        places={row.pk: destination},
        names={row.pk: wanted},
    )
    source = component if account == target else f"{account}: {component}"
    changes: Changes = {"id": (None, ids[row.pk]), "copied_from": (None, source)}
    _record(Audited.COMPONENT_COPIED, acting, inside(target, there, wanted), at=at, reason=reason, changes=changes)
    return ids[row.pk]


@command
def remove_component(
    *, actor: Actor, at: Instant, account: AccountId, component: ComponentId, reason: str = ""
) -> None:
    """Delete a component; it can be restored. What refers to it goes on naming it.

    Refuses a published process that an account group shares (PROC-8).
    """
    acting = passed(Act.CHANGE_COMPONENT, actor=actor, account=account, at=at)
    row = component_row(account, component)
    here = folder_with_id(account, row.folder_id)
    acting.check(Act.CHANGE_COMPONENT, Site(here=here))
    refuse(check_process_goes(row.name, groups_of_process(account, row.pk)))
    Component.rows.of(account).filter(id=component).update(deleted_at=at, deleted_with=component)
    _record(
        Audited.COMPONENT_DELETED,
        acting,
        inside(account, here, row.name),
        at=at,
        reason=reason,
        changes={"id": (component, None)},
    )


@command
def restore_component(
    *, actor: Actor, at: Instant, account: AccountId, component: ComponentId, reason: str = ""
) -> None:
    """Bring a deleted component back into its folder. Refuses with `ParentDeleted` while that one is deleted."""
    acting = passed(Act.CHANGE_COMPONENT, actor=actor, account=account, at=at)
    row = Component.rows.of(account).filter(~LIVING, id=component).first()
    if row is None:
        raise Refused(no.ComponentNotFound())
    folder = FolderId(row.folder_id)
    here = living_parent(account, folder, row.name, ways_to(account, [folder])[folder])
    acting.check(Act.CHANGE_COMPONENT, Site(here=here))
    Component.rows.of(account).filter(id=component).update(deleted_at=None, deleted_with="")
    _record(
        Audited.COMPONENT_RESTORED,
        acting,
        inside(account, here, row.name),
        at=at,
        reason=reason,
        changes={"id": (None, component)},
    )


def told_of(row: Component) -> Particulars:
    """What programs have said of a component besides its name and text."""
    return Particulars(row.told_type, row.subtype, row.description, row.overrides)


def _write_revision(row: Component, *, number: int, name: str, text: str, acting: Acting, at: Instant) -> None:
    user = acting.permit.actor.name
    revision = ComponentRevision(
        account_id=row.account_id, component_id=row.pk, number=number, name=name, text=text, user=user, at=at
    )
    ComponentRevision.rows.of(row.account_id).bulk_create([revision])
    write_references(AccountId(row.account_id), {row.pk: text})


def _record(act: Audited, acting: Acting, path: str, *, at: Instant, reason: str, changes: Changes) -> None:
    permit = acting.permit
    record(act, actor=permit.actor, account=permit.account, at=at, container=path, reason=reason, changes=changes)
