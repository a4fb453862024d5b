"""Writes of Trusted IP Addresses. Each verb is one transaction with one audit entry."""

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.platform_api.models import TrustedAddress, TrustedAddressSwitch
from tenantry.platform_api.queries import trust_is_on, trusted_address
from tenantry.rules import trusted_addresses as law
from tenantry.rules.refusals import Refusal, Refused, refuse
from tenantry.rules.trusted_addresses import AddressType, TrustedAddresses
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command

SWITCH = "on"
"""The property that tells whether entries are heeded."""


@command
def add_trusted_address(
    *, actor: Actor, at: Instant, account: AccountId, name: str, type: AddressType, address: str, reason: str = ""
) -> int:
    """Let calls of the platform API in from one place more; returns its number. The first one switches them on (IP-3).

    Needs Account Administration. Refuses bad names, what is malformed, reversed or has a wildcard elsewhere, and the
    26th (IP-2).
    """
    _administered(actor, account, at)
    name, told = name.strip(), _read(name, type, address)
    existing = TrustedAddress.rows.of(account).count()
    refuse(law.check_room(existing))
    row = TrustedAddress(account_id=account, name=name, type=type, address=told.text)
    [row] = TrustedAddress.rows.of(account).bulk_create([row])
    on = trust_is_on(account)
    after = law.on_after_adding(on=on, existing=existing)
    _write_switch(account, before=on, after=after)
    changes: Changes = {"name": (None, name), "type": (None, type), "address": (None, told.text), SWITCH: (on, after)}
    _record(Act.TRUSTED_ADDRESS_ADDED, actor, account, at, container=name, reason=reason, changes=changes)
    return int(row.pk)


@command
def edit_trusted_address(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    entry: int,
    name: str,
    type: AddressType,
    address: str,
    reason: str = "",
) -> None:
    """Change an entry. Needs and refuses what adding does, but for the number; what is so already is not done again."""
    _administered(actor, account, at)
    row = trusted_address(account, entry)
    name, told = name.strip(), _read(name, type, address)
    if (row.name, row.type, row.address) == (name, type, told.text):
        return
    TrustedAddress.rows.of(account).filter(pk=row.pk).update(name=name, type=type, address=told.text)
    changes: Changes = {
        "name": (row.name, name),
        "type": (row.type, type),
        "address": (row.address, told.text),
    }
    _record(Act.TRUSTED_ADDRESS_EDITED, actor, account, at, container=name, reason=reason, changes=changes)


@command
def delete_trusted_address(*, actor: Actor, at: Instant, account: AccountId, entry: int, reason: str = "") -> None:
    """Take an entry away; without the last one they are switched off (IP-3). Needs Account Administration."""
    _administered(actor, account, at)
    row = trusted_address(account, entry)
    TrustedAddress.rows.of(account).filter(pk=row.pk).delete()
    on = trust_is_on(account)
    after = law.on_after_deleting(on=on, left=TrustedAddress.rows.of(account).count())
    _write_switch(account, before=on, after=after)
    changes: Changes = {
        "name": (row.name, None),
        "type": (row.type, None),
        "address": (row.address, None),
        SWITCH: (on, after),
    }
    _record(Act.TRUSTED_ADDRESS_DELETED, actor, account, at, container=row.name, reason=reason, changes=changes)


@command
def switch_trusted_addresses(*, actor: Actor, at: Instant, account: AccountId, on: bool, reason: str = "") -> None:
    """Heed the entries, or keep and ignore them (IP-3). Needs Account Administration; refuses on without an entry."""
    _administered(actor, account, at)
    refuse(law.check_switch(on=on, existing=TrustedAddress.rows.of(account).count()))
    before = trust_is_on(account)
    if before == on:
        return
    _write_switch(account, before=before, after=on)
    changes: Changes = {SWITCH: (before, on)}
    what = "Trusted IP Addresses"
    _record(Act.TRUSTED_ADDRESS_EDITED, actor, account, at, container=what, reason=reason, changes=changes)


def _administered(actor: Actor, account: AccountId, at: Instant) -> None:
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)


def _read(name: str, type: AddressType, address: str) -> TrustedAddresses:
    refuse(law.check_trusted_name(name.strip()))
    told = law.read_trusted(type, address)
    if isinstance(told, Refusal):
        raise Refused(told)
    return told


def _write_switch(account: AccountId, *, before: bool, after: bool) -> None:
    if before == after:
        return
    rows = TrustedAddressSwitch.rows.of(account)
    if not rows.update(on=after):
        rows.bulk_create([TrustedAddressSwitch(account_id=account, on=after)])


def _record(
    act: Act, actor: Actor, account: AccountId, at: Instant, *, container: str, reason: str, changes: Changes
) -> None:
    record(act, actor=actor, account=account, at=at, container=container, reason=reason, changes=changes)
