"""Writes of the Process Library: publishing, republishing, installing. No decision rests on what they write."""

from django.db.models import F

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.build.acting import inside, keep_top, passed
from tenantry.build.explorer import component_row
from tenantry.build.queries import folder_with_id
from tenantry.connectors.queries import publisher_of, unusable
from tenantry.decisions.guard import require
from tenantry.deploy.parts import types_in
from tenantry.deploy.queries import package_of, types_of_package
from tenantry.library.installing import write_copy
from tenantry.library.models import Process, Publication
from tenantry.library.queries import (
    PackageRow,
    giver_of,
    name_is_taken,
    publication_of,
    received_process,
    stored_process,
)
from tenantry.rules import library as law, refusals as no
from tenantry.rules.deploying import PackageId
from tenantry.rules.features import Feature
from tenantry.rules.folders import Act as InBuild, Site, check_component_name
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, ComponentId, FolderId, Instant
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command

PUBLISH = "PROCESS_LIBRARY"


@command
def publish(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    package: PackageId | str,
    description: str = "",
    notes: str = "",
    with_passwords: bool = False,
    reason: str = "",
) -> int:
    """Put a packaged process into the Process Library as its next publication; returns the number (PROC-1 to PROC-3).

    Needs Process Library with the feature of that name, and a Publisher Name. Refuses packages that do not qualify,
    processes that are deleted in Build, words that are too long, and a name that another published process has.
    """
    revisions.lock(account)
    publisher = _permitted(actor=actor, at=at, account=account)
    row = package_of(account, package)
    parts = types_in(account, row.pk)
    refuse(law.check_publishable(row.name, row.version, kind=row.type, shareable=row.shareable, parts=parts))
    component_row(account, row.component_id)
    description, notes = description.strip(), notes.strip()
    refuse(law.check_words(description, notes))
    return _publish(
        Publication(
            account_id=account,
            process_id=row.component_id,
            package=row,
            version=row.version,
            publisher=publisher,
            description=description,
            notes=notes,
            with_passwords=with_passwords,
            user=actor.name,
            at=at,
        ),
        actor=actor,
        reason=reason,
    )


@command
def republish(
    *, actor: Actor, at: Instant, account: AccountId, process: ComponentId | str, number: int, reason: str = ""
) -> int:
    """Make an older publication the newest one again, as it was, under the next number (PROC-3).

    Needs what publishing needs. Refuses the newest one, and processes that are deleted in Build.
    """
    revisions.lock(account)
    publisher = _permitted(actor=actor, at=at, account=account)
    old = publication_of(account, process, number)
    known = stored_process(account, old.process_id)
    refuse(law.check_superseded(old.package.name, number, known.number if known else 0))
    component_row(account, old.process_id)
    return _publish(
        Publication(
            account_id=account,
            process_id=old.process_id,
            package=old.package,
            version=old.version,
            publisher=publisher,
            description=old.description,
            notes=old.notes,
            with_passwords=old.with_passwords,
            user=actor.name,
            at=at,
        ),
        actor=actor,
        reason=reason,
        again=number,
    )


@command
def install(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    process: str,
    folder: FolderId,
    name: str = "",
    reason: str = "",
) -> ComponentId:
    """Copy the newest publication of a process that the account receives into a folder, with all that it needs;
    returns the copy (PROC-5). The copies are components like others, and know nothing of where they came from (PROC-7).

    Needs Build Read and Write Access, and write access to the folder. Without `name` the copy is called like the
    process. Refuses what the account does not receive any more, and connectors that it cannot use (PROC-6).
    """
    owner = giver_of(account, process)
    revisions.lock(account, *([owner] if owner else []))
    acting = passed(InBuild.COPY_COMPONENT, actor=actor, account=account, at=at)
    there = folder_with_id(account, folder)
    acting.check(InBuild.COPY_COMPONENT, Site(destination=there))
    found, publication = received_process(account, process)
    types = types_of_package(AccountId(found.account_id), publication.package_id)
    refuse(law.check_connectors(found.name, unusable(account, types)))
    wanted = name.strip() or found.name
    refuse(check_component_name(wanted))
    keep_top(account, folder)
    made = write_copy(publication, user=actor.name, at=at, account=account, folder=folder, name=wanted)
    rows = Process.rows.across(Crossing.SHARED_WITH).filter(pk=found.pk)
    rows.update(installations=F("installations") + 1)
    changes: Changes = {
        "id": (None, made.id),
        "process": (None, found.name),
        "publisher": (None, publication.publisher),
        "publication": (None, publication.number),
        "components": (None, made.components),
    }
    path = inside(account, there, made.name)
    record(Act.PROCESS_INSTALLED, actor=actor, account=account, at=at, container=path, reason=reason, changes=changes)
    return made.id


def _permitted(*, actor: Actor, at: Instant, account: AccountId) -> str:
    """Prove the right to publish; returns the Publisher Name (PROC-1)."""
    require(PUBLISH, actor=actor, account=account, at=at)
    if Feature.PROCESS_LIBRARY not in existing_account(account).features:
        raise Refused(no.FeatureMissing(feature=Feature.PROCESS_LIBRARY.label, account=account, rule_id="PROC-1"))
    publisher = publisher_of(account).name
    refuse(law.check_publisher(publisher))
    return publisher


def _publish(made: Publication, *, actor: Actor, reason: str, again: int | None = None) -> int:
    """Write a publication under the next number, and let the process be what it says."""
    account, package = AccountId(made.account_id), made.package
    if name_is_taken(account, made.process_id, package.name):
        raise Refused(no.ProcessNameTaken(name=package.name))
    known = stored_process(account, made.process_id)
    made.number = known.number + 1 if known else 1
    says = saying(package, made)
    if known is None:
        process = Process(id=made.process_id, account_id=account, component_id=made.process_id, **says)
        Process.rows.of(account).bulk_create([process])
    else:
        Process.rows.of(account).filter(pk=known.pk).update(**says)
    Publication.rows.of(account).bulk_create([made])
    changes: Changes = {
        "publication": (known.number or None if known else None, made.number),
        "version": (None, made.version),
        "passwords": (None, made.with_passwords),
        **({"republished": (None, again)} if again is not None else {}),
    }
    record(
        Act.PROCESS_PUBLISHED,
        actor=actor,
        account=account,
        at=made.at,
        container=package.name,
        reason=reason,
        changes=changes,
    )
    return made.number


def saying(package: PackageRow, made: Publication) -> dict[str, object]:
    """What a process is in the library by its newest publication, column by column."""
    return {
        "name": package.name,
        "name_key": package.name.casefold(),
        "number": made.number,
        "publisher": made.publisher,
        "description": made.description,
        "search_key": f"{package.name}\n{made.description}".casefold(),
        "published_at": made.at,
    }
