"""Copying components: new ids, one revision each, and references among what is copied together led to the copies."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F

from tenantry.build.models import LIVING, Component, ComponentConnector, ComponentReference, ComponentRevision, Folder
from tenantry.build.queries import Step
from tenantry.connectors.queries import hold_named
from tenantry.rules.components import NOTHING_TOLD, Particulars, ids_in, with_ids
from tenantry.rules.connectors import connector_types_in
from tenantry.rules.vocabulary import AccountId, Actor, ComponentId, FolderId, Instant
from tenantry.store.bulk import insert_rows
from tenantry.store.lines import portions

AT_ONCE = 100
"""Components whose texts are in memory at a time."""


def new_component_id() -> ComponentId:
    """An id that no component has."""
    return ComponentId(str(uuid.uuid4()))


def references_in(account: AccountId, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Which components of the account these texts name, deleted ones included: pairs of component and target."""
    named = {component: ids_in(text) for component, text in texts.items()}
    known: set[str] = set()
    for some in portions(sorted(frozenset().union(*named.values()))):
        known.update(Component.rows.of(account).filter(id__in=some).values_list("id", flat=True))
    return [(one, target) for one, targets in named.items() for target in sorted(targets & known) if target != one]


def write_references(account: AccountId, texts: Mapping[str, str]) -> None:
    """Note which components and connectors the newest texts of these name, and forget what older ones did."""
    for some in portions(sorted(texts)):
        ComponentReference.rows.of(account).filter(component_id__in=some).delete()
        ComponentConnector.rows.of(account).filter(component_id__in=some).delete()
    rows = ((account, component, target) for component, target in references_in(account, texts))
    insert_rows(ComponentReference, ("account_id", "component_id", "target_id"), rows)
    named = [(account, component, kind) for component, text in texts.items() for kind in connector_types_in(text)]
    hold_named(kind for _, _, kind in named)
    insert_rows(ComponentConnector, ("account_id", "component_id", "type"), sorted(named))


def copied_tree(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    steps: Sequence[Step],
    target: AccountId,
    destination: FolderId,
    name: str,
) -> FolderId:
    """Copy a folder with all below it (`steps`, those above first) into a folder of `target`; returns the copy's id."""
    new = {step.id: FolderId(str(uuid.uuid4())) for step in steps}
    root = steps[0].id
    rows = (
        (
            new[step.id],
            target,
            destination if step.id == root or step.parent is None else new[step.parent],
            called := name if step.id == root else step.name,
            called.casefold(),
        )
        for step in steps
    )
    insert_rows(Folder, ("id", "account_id", "parent_id", "name", "name_key"), rows)
    originals: list[Component] = []
    for some in portions(list(new)):
        originals += Component.rows.of(account).filter(LIVING, folder_id__in=some)
    places = {row.pk: new[FolderId(row.folder_id)] for row in originals}
    copied(actor=actor, at=at, account=account, originals=originals, target=target, places=places)
    return new[root]


def copied(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    originals: Collection[Component],
    target: AccountId,
    places: Mapping[str, FolderId],
    names: Mapping[str, str] | None = None,
) -> dict[str, ComponentId]:
    """Copy components, each into its place in `target`, under other names where `names` tells; returns the new ids."""
    ids = {row.pk: new_component_id() for row in originals}
    called = names or {}
    put(
        user=actor.name,
        at=at,
        target=target,
        made=[
            Put(
                ids[row.pk],
                places[row.pk],
                called.get(row.pk, row.name),
                row.type,
                row.format,
                Particulars(row.told_type, row.subtype, row.description, row.overrides),
                (row.pk, row.revision) if account == target else ("", None),
            )
            for row in originals
        ],
        ids=ids,
        texts=lambda some: newest_texts(account, some),
    )
    return ids


@dataclass(frozen=True, slots=True)
class Put:
    """A component that is put into a folder, its text apart; `copied` is the one of the same account of which it is a
    copy, with its revision.
    """

    id: ComponentId
    folder: FolderId
    name: str
    type: str
    format: str
    told: Particulars = NOTHING_TOLD
    copied: tuple[str, int | None] = ("", None)


def put(
    *,
    user: str,
    at: Instant,
    target: AccountId,
    made: Sequence[Put],
    ids: Mapping[str, ComponentId],
    texts: Callable[[Sequence[str]], Iterable[tuple[str, str]]],
) -> None:
    """Write components that are copies of others: `ids` are theirs by those of the originals, `texts` gives the texts
    of some originals. What they refer to among each other leads to the copies.
    """
    rows = (
        (
            *(one.id, target, one.folder, one.name, one.name.casefold(), one.type, one.format, 1),
            *(one.told.type, one.told.subtype, one.told.description, one.told.overrides, *one.copied),
        )
        for one in made
    )
    columns = (
        *("id", "account_id", "folder_id", "name", "name_key", "type", "format", "revision"),
        *("told_type", "subtype", "description", "overrides", "copied_from", "copied_revision"),
    )
    insert_rows(Component, columns, rows)
    called = {str(one.id): one.name for one in made}
    strings = {old: str(key) for old, key in ids.items()}
    for some in portions(sorted(ids), AT_ONCE):
        written = {strings[key]: with_ids(text, strings) for key, text in texts(some)}
        insert_rows(
            ComponentRevision,
            ("account_id", "component_id", "number", "name", "text", "user", "at"),
            ((target, key, 1, called[key], text, user, at) for key, text in written.items()),
        )
        write_references(target, written)


def newest_texts(account: AccountId, components: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The newest texts of these components."""
    rows = ComponentRevision.rows.of(account).filter(component_id__in=list(components), number=F("component__revision"))
    return rows.values_list("component_id", "text")
