"""Tokens by which the platform operator's own programs call: made, revoked and listed at the command line alone.

Their rows are never deleted, so the list tells which there were, from when until when. The log of the operator's own
accounts, where there are such, has each as well; no other account is concerned.
"""

from datetime import datetime

from tenantry.accounts.queries import operators_accounts
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.rules import refusals, tokens
from tenantry.rules.refusals import refuse
from tenantry.rules.tokens import VISIBLE_PREFIX
from tenantry.rules.users import check_validity_given
from tenantry.rules.vocabulary import Actor, Instant, Validity
from tenantry.store.transaction import command
from tenantry.tokens.models import OperatorToken
from tenantry.tokens.values import digest_of, new_value


@command
def issue_operator_token(*, actor: Actor, at: Instant, name: str, expires: Instant | None = None) -> str:
    """Make a bearer token for a program of the operator's, and return its value, once. The operator's.

    Refuses a bad name, one that another token has which is not revoked (TOK-3), and an end that is not ahead.
    """
    _check_operator(actor, "make a token of the operator")
    name = name.strip()
    there = OperatorToken.objects.filter(revoked_at=None).values_list("name", flat=True)
    refuse(tokens.check_token_name(name, there))
    refuse(check_validity_given(Validity(ends=expires), at))
    value = new_value()
    OperatorToken.objects.create(
        name=name, prefix=value[:VISIBLE_PREFIX], digest=digest_of(value), created_at=at, expires_at=expires
    )
    changes: Changes = {"operator": (None, name), "expires": (None, _told(expires))}
    _record(Act.TOKEN_ISSUED, name, changes, actor=actor, at=at)
    return value


@command
def revoke_operator_token(*, actor: Actor, at: Instant, name: str) -> None:
    """Let the operator's token of this name open nothing any more, for good; the name is free again (TOK-5).

    The operator's. Refuses where no token has the name.
    """
    _check_operator(actor, "revoke a token of the operator")
    gone = OperatorToken.objects.filter(name=name.strip(), revoked_at=None).update(revoked_at=at)
    if not gone:
        raise refusals.Refused(refusals.TokenNotFound())
    _record(Act.TOKEN_REVOKED, name.strip(), {"operator": (name.strip(), None)}, actor=actor, at=at)


def _check_operator(actor: Actor, act: str) -> None:
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act=act))


def _record(act: Act, name: str, changes: Changes, *, actor: Actor, at: Instant) -> None:
    for account in operators_accounts().order_by("id").values_list("id", flat=True):
        record(act, actor=actor, account=account, at=at, container=name, changes=changes)


def _told(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
