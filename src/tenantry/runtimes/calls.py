"""Runtimes that call: by which secret, of which account, attached to which environment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q

from tenantry.accounts.queries import account_row
from tenantry.alerts.events import watch_runtimes
from tenantry.rules import refusals as no
from tenantry.rules.accounts import CLOSED, status_at
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, EnvironmentId, Instant, RuntimeId, Status
from tenantry.runtimes.models import InstallerToken, Runtime
from tenantry.runtimes.queries import runtime_of, with_state
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command
from tenantry.tokens.values import digest_of

SEEN_EVERY: Final = timedelta(seconds=30)
"""How old the note of a runtime's last call may get before the next call renews it."""

AT_ONCE: Final = 500
"""Attachments that a cluster is told at a time."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A runtime that has proven itself, or an attachment for which a cluster of its cloud has.

    `environment` is where it is attached right now, if anywhere; `tests` whether it runs anything in test mode.
    """

    id: RuntimeId
    name: str
    account: AccountId
    environment: EnvironmentId | None
    environment_name: str = ""
    tests: bool = True


def caller(secret: str, at: Instant) -> Caller:
    """The runtime of this secret; notes that it was seen.

    Refuses with `RuntimeTokenRefused`, whatever is wrong with the secret, and where the account lets nobody in with
    `AccountNotAvailable` (ACC-4).
    """
    rows = Runtime.rows.across(Crossing.RUNTIME_CALLING).select_related("environment")
    row = rows.filter(digest=digest_of(secret)).first() if secret else None
    if row is None:
        raise Refused(no.RuntimeTokenRefused())
    account = AccountId(row.account_id)
    check_account(account, at)
    _note_if_long(row, at)
    return _caller(row)


def caller_for(cloud: str, attachment: str, at: Instant) -> Caller:
    """The attachment that a cluster of this cloud speaks for; notes that it was heard of.

    Refuses with `RuntimeNotFound` whatever is none of this cloud's, where its account lets nobody in with
    `AccountNotAvailable` (ACC-4), and with `AttachmentUnavailable` (CLOUD-8).
    """
    rows = with_state(Runtime.rows.across(Crossing.RUNTIME_CALLING)).select_related("cloud", "environment")
    row = rows.filter(id=attachment, cloud_id=cloud).first()
    if row is None:
        raise Refused(no.RuntimeNotFound())
    account = AccountId(row.account_id)
    check_account(account, at)
    refuse(row.unavailable)
    _note_if_long(row, at)
    return _caller(row)


def attachments_of(cloud: str, at: Instant, after: str = "") -> tuple[list[Runtime], bool]:
    """The attachments that a cluster of this cloud has to serve, by id from after that one on; at most `AT_ONCE`, and
    whether there are more. Those that are Unavailable are left out, and those of accounts that let nobody in.
    """
    rows = with_state(Runtime.rows.across(Crossing.RUNTIME_CALLING)).select_related("environment")
    ended = Q(account__status=Status.TRIAL, account__trial_ends__lte=at)
    rows = rows.filter(Q(installed=True, reaches=True), cloud_id=cloud, id__gt=after)
    rows = rows.exclude(ended).exclude(account__status__in=CLOSED)
    found = list(rows.order_by("id")[: AT_ONCE + 1])
    return found[:AT_ONCE], len(found) > AT_ONCE


def _note_if_long(row: Runtime, at: Instant) -> None:
    """Note that a runtime has called, unless that was noted just now."""
    if row.seen_at is None or not row.seen_at <= at < row.seen_at + SEEN_EVERY:
        note_seen(account=AccountId(row.account_id), runtime=RuntimeId(row.id), at=at)


def check_account(account: AccountId, at: Instant) -> None:
    """Refuse what comes from runtimes of an account that lets nobody in: they are part of it (ACC-4, ACC-12)."""
    found = account_row(account)
    if found is None:
        raise Refused(no.UnknownAccount(account=account))
    status = status_at(found.status, found.trial_ends, at)
    if status in CLOSED:
        raise Refused(no.AccountNotAvailable(account=account, status=status))


def account_of_token(token: str) -> AccountId | None:
    """Whose installer token this is; `None` for what is none."""
    row = InstallerToken.rows.across(Crossing.RUNTIME_CALLING).filter(digest=digest_of(token)).first()
    return AccountId(row.account_id) if row else None


@command
def note_seen(*, account: AccountId, runtime: RuntimeId, at: Instant) -> None:
    """Note that a runtime has called, and have somebody notice when it falls silent (ALERT-1)."""
    Runtime.rows.of(account).filter(id=runtime).update(seen_at=at)
    watch_runtimes(account=account, at=at)


@dataclass(frozen=True, slots=True)
class Attached:
    """A runtime in its environment."""

    id: RuntimeId
    name: str
    account: AccountId
    environment: EnvironmentId
    environment_name: str


def held_in_place(account: AccountId, runtime: RuntimeId) -> Attached:
    """The runtime where it is attached, and it stays so until the transaction ends.

    Refuses with `RuntimeTokenRefused` one that was deleted meanwhile, with `AttachmentUnavailable` an attachment that
    became so (CLOUD-8), with `RuntimeUnattached` one that is attached nowhere. Part of commands.
    """
    row = Runtime.rows.of(account).filter(id=runtime).select_for_update().first()
    if row is None:
        raise Refused(no.RuntimeTokenRefused())
    if row.in_cloud:
        refuse(runtime_of(account, runtime).unavailable)
    if row.environment is None:
        raise Refused(no.RuntimeUnattached(runtime=row.name))
    place = row.environment
    return Attached(runtime, row.name, account, EnvironmentId(place.id), place.name)


def _caller(row: Runtime) -> Caller:
    name = row.environment.name if row.environment is not None else ""
    environment = EnvironmentId(row.environment_id) if row.environment_id is not None else None
    tests = row.cloud is None or row.cloud.allow_test_executions
    return Caller(RuntimeId(row.id), row.name, AccountId(row.account_id), environment, name, tests)
