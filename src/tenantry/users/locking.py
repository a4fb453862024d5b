"""Locking people, by invalid attempts or by the operator, and lifting locks (LOCK-1 to LOCK-7)."""

from typing import Final
from zlib import crc32

from django.db.models import F

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record_many
from tenantry.decisions.guard import require
from tenantry.groups.queries import primaries_with
from tenantry.mail.locks import tell_of_lock_after_commit
from tenantry.rules import refusals as no
from tenantry.rules.locking import check_unlock, locks
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, user_key
from tenantry.signin.queries import administrators_of, federating_administrators_of, sign_on_only
from tenantry.sso.queries import federated_accounts
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.support.queries import accounts_with_grants
from tenantry.users.models import StrangerAttempts, User
from tenantry.users.queries import accounts_of, linked_user

_CAUSE: Final = "Six invalid attempts to sign in, one after the other (LOCK-1)."
_CAUSE_OF_CALLS: Final = "Six invalid calls of the programming interface, one after the other (LOCK-2)."

_NOWHERE: Final = ""
"""The scope of no account: whoever names it as well sends a statement even where there is nothing else to name."""

STRANGERS: Final = 64
"""Rows among which attempts with unknown addresses are counted."""


@command
def note_invalid_attempt(*, email: str, at: Instant) -> None:
    """Count an invalid attempt of the person of this address; the sixth in a row locks (LOCK-1, LOCK-3).

    The administrators of the accounts where the person has direct access are told by mail (LOCK-4). An attempt with an
    unknown address is counted as well, in a row of no meaning: what it takes to refuse does not tell who is known.
    Nothing is counted about somebody who signs in through an identity provider alone: no password would let them in,
    and nobody shall lock them out from outside (SSO-20). Every attempt asks and writes what the one that locks does,
    about nobody where it locks nobody: else six of them would tell who is known.
    """
    key = user_key(email)
    person = User.objects.select_for_update().filter(email_key=key).first()
    by_provider = sign_on_only(person, at)
    if person is None:
        count_stranger(key)
    elif by_provider:  # as much is written as about anybody else
        User.objects.filter(pk=person.pk).update(failed_attempts=person.failed_attempts)
    _count(None if by_provider else person, at=at, cause=_CAUSE, by_provider=False)


@command
def note_invalid_call(*, email: str, at: Instant) -> None:
    """Count a call of the programming interface with an invalid token or password for the person of this address; the
    sixth in a row locks (LOCK-2), also somebody who signs in through an identity provider alone.

    Of these the administrators of the federating accounts are told, who can unlock them (LOCK-4, LOCK-6).
    """
    key = user_key(email)
    person = User.objects.select_for_update().filter(email_key=key).first()
    by_provider = sign_on_only(person, at)
    if person is None:
        count_stranger(key)
    _count(person, at=at, cause=_CAUSE_OF_CALLS, by_provider=by_provider)


def _count(person: User | None, *, at: Instant, cause: str, by_provider: bool) -> None:
    """Count one more invalid attempt of a person whose row is held, and lock at the sixth; or as much about nobody."""
    if person is not None:
        person.failed_attempts += 1
        User.objects.filter(pk=person.pk).update(failed_attempts=person.failed_attempts)
    locking = person is not None and not person.locked and locks(person.failed_attempts)
    somebody = person if person is not None and locking else User(pk=0)
    write_lock(somebody, actor=Actor(None, Source.INTERNAL), at=at, locked=True, cause=cause)
    told = federating_administrators_of(somebody, at) if by_provider else administrators_of(somebody, at)
    tell_of_lock_after_commit(somebody.email, told, by_provider=by_provider)


@command
def unlock_user(*, actor: Actor, at: Instant, account: AccountId, user: int, reason: str = "") -> None:
    """Lift the lock of a user who signs in through this account's identity provider alone (LOCK-6); acts at once.

    Needs Account Administration. Refuses people who are no users of the account, or not locked, those who can sign in
    with a password and so unlock by resetting it (LOCK-5), and those for whom another account's provider vouches.
    """
    linked = linked_user(account, user)
    person = User.objects.select_for_update().get(pk=linked.id)
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    no.refuse(unlock_refusal(account=account, user=person.pk, at=at))
    write_lock(person, actor=actor, at=at, locked=False, reason=reason)


@command
def note_valid_attempt(*, user: int, complete: bool = True) -> None:
    """Start the count of invalid attempts anew (LOCK-1); refuses a person who is locked, also since a moment ago.

    Where a code is still to follow the attempt is not `complete`, and the count stays: who knows the password guesses
    no more than six codes.
    """
    person = User.objects.select_for_update().get(pk=user)
    if person.locked:
        raise no.Refused(no.UserLocked())
    if complete and person.failed_attempts:
        User.objects.filter(pk=user).update(failed_attempts=0)


def unlock_refusal(*, account: AccountId, user: int, at: Instant) -> no.Refusal | None:
    """Why a user of the account cannot be unlocked there, if so (LOCK-5, LOCK-6). The right to do it is not asked."""
    person = User.objects.get(pk=user)
    return check_unlock(
        person.email,
        locked=person.locked,
        by_provider=sign_on_only(person, at),
        federated=account in federated_accounts(person.pk),
    )


def count_stranger(key: str) -> None:
    """Write something about an address that nobody has, as something is written about those that somebody has."""
    row = crc32(key.encode()) % STRANGERS
    if not StrangerAttempts.objects.filter(pk=row).update(number=F("number") + 1):
        StrangerAttempts.objects.bulk_create([StrangerAttempts(id=row, number=1)], ignore_conflicts=True)


def write_lock(person: User, *, actor: Actor, at: Instant, locked: bool, reason: str = "", cause: str = "") -> None:
    """Lock or unlock a person whose row is held; recorded in each of their accounts. A part of commands.

    Unlocking starts the count of invalid attempts anew. It takes as many statements for everybody, also for nobody.
    """
    accounts, primaries = accounts_of(person.pk), primaries_with(person.pk)
    supported = accounts_with_grants(person.pk)
    revisions.lock(*accounts, *primaries, *supported, _NOWHERE)
    attempts = person.failed_attempts if locked else 0
    User.objects.filter(pk=person.pk).update(locked=locked, failed_attempts=attempts)
    changes: Changes = {"locked": (person.locked, locked)}
    act, email = Act.USER_AUTHENTICATION_CHANGED, person.email
    entries = (BulkEntry(act, account, email, changes, cause) for account in accounts)
    record_many(entries, actor=actor, at=at, reason=reason)
    if not accounts:  # a statement in place of the one that writes entries
        StrangerAttempts.objects.bulk_create([StrangerAttempts(id=0)], ignore_conflicts=True)
    revisions.raise_revisions({*accounts, *supported, _NOWHERE})
    revisions.raise_given({*primaries, _NOWHERE})
