"""Writes of CORS rules. Each verb is one transaction with one audit entry."""

from collections.abc import Iterable, Set as AbstractSet

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions.guard import require
from tenantry.platform_api.models import OriginRule
from tenantry.platform_api.queries import origin_rule
from tenantry.rules import origins as law, refusals as no
from tenantry.rules.origins import Method
from tenantry.rules.refusals import Refusal, Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def add_origin(
    *, actor: Actor, at: Instant, account: AccountId, origin: str, methods: AbstractSet[Method], reason: str = ""
) -> int:
    """Let pages of an origin call the platform API from browsers; returns the rule's number (CORS-1).

    Needs Account Administration. Refuses what is no origin, a rule without a method, and an origin that has a rule.
    """
    _administered(actor, account, at)
    text, kept = _read(origin, methods)
    _refuse_taken(account, text)
    row = OriginRule(account_id=account, origin=text, methods=kept)
    [row] = OriginRule.rows.of(account).bulk_create([row])
    _record(actor, account, at, new=_told(text, kept), reason=reason)
    return int(row.pk)


@command
def edit_origin(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    rule: int,
    origin: str,
    methods: AbstractSet[Method],
    reason: str = "",
) -> None:
    """Change a rule. Needs and refuses what adding does; what is so already is not done again."""
    _administered(actor, account, at)
    row = origin_rule(account, rule)
    text, kept = _read(origin, methods)
    if (row.origin, row.methods) == (text, kept):
        return
    if row.origin != text:
        _refuse_taken(account, text)
    OriginRule.rows.of(account).filter(pk=row.pk).update(origin=text, methods=kept)
    _record(actor, account, at, old=_told(row.origin, row.methods), new=_told(text, kept), reason=reason)


@command
def delete_origin(*, actor: Actor, at: Instant, account: AccountId, rule: int, reason: str = "") -> None:
    """Take a rule away: browsers share nothing with these pages any more. Needs Account Administration."""
    _administered(actor, account, at)
    row = origin_rule(account, rule)
    OriginRule.rows.of(account).filter(pk=row.pk).delete()
    _record(actor, account, at, old=_told(row.origin, row.methods), reason=reason)


def _administered(actor: Actor, account: AccountId, at: Instant) -> None:
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)


def _read(origin: str, methods: AbstractSet[Method]) -> tuple[str, list[str]]:
    told = law.read_rule_origin(origin)
    if isinstance(told, Refusal):
        raise Refused(told)
    refuse(law.check_methods(methods))
    return told.text, [method.value for method in Method if method in methods]


def _refuse_taken(account: AccountId, text: str) -> None:
    if OriginRule.rows.of(account).filter(origin=text).exists():
        raise Refused(no.OriginTaken(origin=text))


def _told(origin: str, methods: Iterable[str]) -> str:
    """A rule in one line, for the log."""
    return f"{origin}: {', '.join(methods)}"


def _record(
    actor: Actor, account: AccountId, at: Instant, *, old: str | None = None, new: str | None = None, reason: str
) -> None:
    name = existing_account(account).name
    changes = {"CORS": (old, new)}
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
