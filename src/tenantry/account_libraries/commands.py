"""Writes of library files."""

from django.db import transaction

from tenantry.account_libraries.models import AccountLibrary
from tenantry.account_libraries.queries import libraries_count, library_name_taken, library_of
from tenantry.account_libraries.rights import may_change
from tenantry.account_libraries.uploads import LibraryFile
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.content import store
from tenantry.rules import libraries as law, refusals as no
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def upload_library(*, actor: Actor, at: Instant, account: AccountId, file: LibraryFile, reason: str = "") -> int:
    """Add a file that is kept to the account's libraries; returns its number. Needs Build Read and Write Access and
    Developer (PRIV-10).

    Refuses bad names, a name that is taken, one file more than an account has, and what the account does not keep.
    """
    revisions.lock(account)
    may_change(actor=actor, account=account, at=at)
    refuse(law.check_name(file.name))
    refuse(law.check_size(file.size))
    if library_name_taken(account, file.name):
        raise Refused(no.AccountLibraryNameTaken(name=file.name))
    refuse(law.check_room(libraries_count(account)))
    if not store.exists(account, file.key):
        raise Refused(no.ContentNotFound())
    row = AccountLibrary(
        account_id=account,
        name=file.name,
        name_key=file.name.casefold(),
        content=file.key,
        size=file.size,
        sha256=file.sha256,
        user=actor.name,
        at=at,
    )
    [row] = AccountLibrary.rows.of(account).bulk_create([row])
    changes: Changes = {"name": (None, row.name), "size": (None, row.size), "sha256": (None, row.sha256)}
    record(
        Act.LIBRARY_UPLOADED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes
    )
    return int(row.pk)


@command
def remove_library(*, actor: Actor, at: Instant, account: AccountId, library: int, reason: str = "") -> None:
    """Delete a library file of the account. Needs what uploading needs (PRIV-10).

    Its bytes go once the row is gone for good; where the storage does not serve then, the sweep removes them.
    """
    revisions.lock(account)
    may_change(actor=actor, account=account, at=at)
    row = library_of(account, library)
    AccountLibrary.rows.of(account).filter(pk=library).delete()
    changes: Changes = {"name": (row.name, None), "size": (row.size, None), "sha256": (row.sha256, None)}
    record(Act.LIBRARY_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)

    def forget() -> None:
        store.forget(account, row.content)

    transaction.on_commit(forget, robust=True)
