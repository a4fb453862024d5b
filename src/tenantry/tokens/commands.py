"""Writes of tokens. Each verb is one transaction; the value leaves it once and is never written anywhere."""

from collections.abc import Iterable

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, record, record_many
from tenantry.decisions.guard import paths_of, require
from tenantry.rules import refusals, tokens
from tenantry.rules.refusals import refuse
from tenantry.rules.tokens import VISIBLE_PREFIX, TokenStatus
from tenantry.rules.vocabulary import AccountId, Actor, Instant, user_key
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.transaction import command
from tenantry.tokens.models import ClientToken, UserToken
from tenantry.tokens.queries import names_of_client_tokens, names_of_tokens
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
    accounts: Iterable[AccountId] | None,
    why: str,
    primary: AccountId | None = None,
) -> None:
    """Revoke tokens of these people for accounts that they can no longer reach by any path (TOK-10).

    `accounts` are those where a path has just ended; `None` means all that `primary` manages. A path is a role held
    directly or through a group, be it not in force, capped or shut out just now: losing roles only does not revoke. A part
    of the command that ended the path, which has written already; the entry in each account states the reason.
    """
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON).exclude(status=TokenStatus.REVOKED)
    rows = rows.filter(account__primary_id=primary) if primary is not None else rows
    concerned = None if accounts is None else set(accounts)
    unreachable: list[UserToken] = []
    for some in portions(sorted(set(people))):
        for token in rows.filter(user_id__in=some).select_related("user").order_by("account_id", "id"):
            if concerned is not None and token.account_id not in concerned:
                continue
            if not paths_of(token.user.email_key, AccountId(token.account_id), at):
                unreachable.append(token)
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
