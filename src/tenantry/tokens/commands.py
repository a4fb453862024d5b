"""Writes of tokens. Each verb is one transaction; the value leaves it once and is never written anywhere."""

from collections.abc import Iterable

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.decisions.guard import require
from tenantry.rules import refusals, tokens
from tenantry.rules.refusals import refuse
from tenantry.rules.tokens import VISIBLE_PREFIX, TokenStatus
from tenantry.rules.vocabulary import AccountId, Actor, Instant, user_key
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.transaction import command
from tenantry.tokens.models import ClientToken, UserToken
from tenantry.tokens.queries import (
    CLIENTS,
    TokenRow,
    names_of_client_tokens,
    names_of_tokens,
    token_of,
    unreachable_tokens,
)
from tenantry.tokens.values import digest_of, new_value
from tenantry.users.queries import locked_person


@command
def issue_user_token(*, actor: Actor, at: Instant, account: AccountId, user: str, name: str) -> str:
    """Make an API token that stands for a person in one account, and return its value, once (TOK-1 to TOK-4).

    People make their own; the operator makes anybody's. Refuses without the token feature, without the person's API
    privilege there, a bad or taken name, and a sixth token.
    """
    person = locked_person(user)  # before the account: the five count over all accounts
    revisions.lock(account)
    if actor.user is not None and actor.user != user_key(user):
        raise refusals.Refused(refusals.OperatorOnly(act="make a token of somebody else"))
    if person is None:
        raise refusals.Refused(refusals.UnknownUser(user=user))
    refuse(tokens.check_tokens_licensed(existing_account(account).features, account))
    require("API", actor=Actor(user_key(person.email), actor.source), account=account, at=at)
    name = name.strip()
    taken = names_of_tokens(person.pk)
    refuse(tokens.check_token_name(name, taken))
    refuse(tokens.check_token_count(len(taken)))
    value = new_value()
    UserToken.rows.of(account).bulk_create(
        [
            UserToken(
                account_id=account,
                user_id=person.pk,
                name=name,
                prefix=value[:VISIBLE_PREFIX],
                digest=digest_of(value),
                created_at=at,
            )
        ]
    )
    record(
        Act.TOKEN_ISSUED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        changes={"name": (None, name)},
    )
    return value


@command
def rename_token(*, actor: Actor, at: Instant, account: AccountId, token: int, name: str, reason: str = "") -> None:
    """Give one's own token another name (TOK-5). Needs API Access in the account.

    Refuses tokens of somebody else and revoked ones, and a bad or taken name (TOK-3).
    """
    row = _changeable(actor, account, token, at)
    if not (_own(actor, row) or actor.user is None):
        raise refusals.Refused(refusals.TokenOfSomebodyElse())
    name = name.strip()
    if name == row.name:
        return
    refuse(tokens.check_token_name(name, names_of_tokens(row.user_id)))
    UserToken.rows.of(account).filter(pk=row.pk).update(name=name)
    _changed(row, {"name": (row.name, name)}, f"The token {row.name} was renamed.", actor=actor, at=at, reason=reason)


@command
def disable_token(*, actor: Actor, at: Instant, account: AccountId, token: int, reason: str = "") -> None:
    """Let a token open nothing until it is enabled again; it goes on counting (TOK-2, TOK-5, TOK-8).

    Its owner needs API Access in the account, anybody else Account Administration as well. Refuses revoked tokens;
    where it is disabled nothing changes.
    """
    _switch(TokenStatus.DISABLED, actor=actor, at=at, account=account, token=token, reason=reason)


@command
def enable_token(*, actor: Actor, at: Instant, account: AccountId, token: int, reason: str = "") -> None:
    """Let a disabled token open again what it opened (TOK-5, TOK-8). Needs and refuses what disabling does."""
    _switch(TokenStatus.ENABLED, actor=actor, at=at, account=account, token=token, reason=reason)


@command
def revoke_token(*, actor: Actor, at: Instant, account: AccountId, token: int, reason: str = "") -> None:
    """End a token for good; its name is free again, and it counts no more (TOK-2, TOK-5, TOK-8).

    Needs and refuses what disabling does.
    """
    row = _changeable(actor, account, token, at)
    UserToken.rows.of(account).filter(pk=row.pk).update(status=TokenStatus.REVOKED)
    record(
        Act.TOKEN_REVOKED,
        actor=actor,
        account=account,
        at=at,
        container=row.user.email,
        message=f"The token {row.name} was revoked.",
        reason=reason,
        changes={"name": (row.name, None)},
    )


def _switch(
    status: TokenStatus, *, actor: Actor, at: Instant, account: AccountId, token: int, reason: str = ""
) -> None:
    row = _changeable(actor, account, token, at)
    if row.status == status:
        return
    UserToken.rows.of(account).filter(pk=row.pk).update(status=status)
    message = f"The token {row.name} was {status}."
    _changed(row, {"status": (row.status, status)}, message, actor=actor, at=at, reason=reason)


def _own(actor: Actor, row: TokenRow) -> bool:
    return row.user.email_key == actor.user


def _changeable(actor: Actor, account: AccountId, token: int, at: Instant) -> TokenRow:
    """The token, which the actor may change and which is not revoked; the account is locked.

    Whether a token of somebody else is there learns only who administers tokens.
    """
    revisions.lock(account)
    row = token_of(account, token)
    if row is None or not _own(actor, row):
        require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    require("API", actor=actor, account=account, at=at)
    if row is None:
        raise refusals.Refused(refusals.TokenNotFound())
    refuse(tokens.check_not_revoked(row.name, TokenStatus(row.status)))
    return row


def _changed(row: TokenRow, changes: Changes, message: str, *, actor: Actor, at: Instant, reason: str) -> None:
    record(
        Act.TOKEN_CHANGED,
        actor=actor,
        account=row.account_id,
        at=at,
        container=row.user.email,
        message=message,
        reason=reason,
        changes=changes,
    )


@command
def issue_client_token(*, actor: Actor, at: Instant, name: str, accounts: Iterable[AccountId] | None) -> str:
    """Make a bearer token by which a host application asks for decisions, and return its value, once.

    `accounts` limits what it may ask about; `None` is no limit. The operator's. Recorded in each account named.
    """
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act="make a token of a host application"))
    name = name.strip()
    refuse(tokens.check_token_name(name, names_of_client_tokens()))
    limited = None if accounts is None else sorted(set(accounts))
    for account in limited or ():
        existing_account(account)
    value = new_value()
    ClientToken.objects.create(
        name=name, prefix=value[:VISIBLE_PREFIX], digest=digest_of(value), accounts=limited, created_at=at
    )
    for account in limited or ():
        record(Act.TOKEN_ISSUED, actor=actor, account=account, at=at, container=name, changes={"client": (None, name)})
    _clients_change()
    return value


@command
def revoke_client_token(*, actor: Actor, at: Instant, name: str) -> None:
    """End the token of a host application for good, from its very next call on; its name is free again.

    The operator's. Refuses names of none. Recorded in each account that it named.
    """
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act="revoke a token of a host application"))
    row = ClientToken.objects.filter(name=name.strip()).first()
    if row is None:
        raise refusals.Refused(refusals.TokenNotFound())
    row.delete()
    for account in row.accounts or ():
        record(Act.TOKEN_REVOKED, actor=actor, account=account, at=at, container=name, changes={"client": (name, None)})
    _clients_change()


def _clients_change() -> None:
    revisions.open_scopes([CLIENTS])
    revisions.raise_revisions([CLIENTS])


@command
def revoke_unreachable(
    *,
    actor: Actor,
    at: Instant,
    people: Iterable[int],
    accounts: Iterable[str],
    why: str,
) -> None:
    """Revoke tokens of these people for those of the accounts that they can no longer reach by any path (TOK-10).

    `accounts` are those where a path has just ended; they are asked for only if somebody has a token without a path.
    Losing roles only does not revoke. A part of the command that ended the path, which has written already; the entry
    in each account states the reason. As few statements for a thousand tokens as for one, but for portions.
    """
    unreachable = unreachable_tokens(people, at)
    if not unreachable:
        return
    concerned = set(accounts)
    unreachable = [token for token in unreachable if token.account_id in concerned]
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON)
    for some in portions([token.pk for token in unreachable]):
        rows.filter(pk__in=some).update(status=TokenStatus.REVOKED)
    entries = (
        BulkEntry(
            Act.TOKEN_REVOKED,
            token.account_id,
            token.user.email,
            {"name": (token.name, None)},
            f"The token {token.name} was revoked: {why}, and no other path leads to the account.",
        )
        for token in unreachable
    )
    record_many(entries, actor=actor, at=at)
