"""Writes of tokens. Each verb is one transaction; the value leaves it once and is never written anywhere."""

from collections.abc import Iterable

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, record, record_many
from tenantry.decisions.guard import require
from tenantry.rules import refusals, tokens
from tenantry.rules.refusals import refuse
from tenantry.rules.tokens import VISIBLE_PREFIX, TokenStatus
from tenantry.rules.vocabulary import AccountId, Actor, Instant, user_key
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.tokens.models import ClientToken, UserToken
from tenantry.tokens.queries import names_of_client_tokens, names_of_tokens, unreachable_tokens
from tenantry.tokens.values import digest_of, new_value
from tenantry.users.queries import find_user


@command
def issue_user_token(*, actor: Actor, at: Instant, account: AccountId, user: str, name: str) -> str:
    """Make an API token that stands for a person in one account, and return its value, once (TOK-1 to TOK-4).

    People make their own; the operator makes anybody's. Refuses without the token feature, without the person's API
    privilege there, a bad or taken name, and a sixth token.
    """
    revisions.lock(account)
    if actor.user is not None and actor.user != user_key(user):
        raise refusals.Refused(refusals.OperatorOnly(act="make a token of somebody else"))
    person = find_user(user)
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
    return value


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
    in each account states the reason.
    """
    unreachable = unreachable_tokens(people, at)
    if not unreachable:
        return
    concerned = set(accounts)
    unreachable = [token for token in unreachable if token.account_id in concerned]
    for token in unreachable:
        UserToken.rows.of(token.account_id).filter(pk=token.pk).update(status=TokenStatus.REVOKED)
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
