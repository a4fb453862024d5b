"""AccountUserFederation in the platform API: what the account's identity provider calls somebody (SSO-4, SSO-5)."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, number_in, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Same, Text
from tenantry.platform_api.wire.reading import required
from tenantry.platform_api.wire.shapes import Wire
from tenantry.sso import federations
from tenantry.sso.queries import FederationRow as Row, federations_of

TAG: Final = "ACCOUNT_USER_FEDERATION"


class AccountUserFederation(Wire):
    """The Federation ID of somebody in the account."""

    account_id: str | None = None
    federation_id: str | None = None
    id: str | None = None
    user_id: str | None = None


def _named(id: str) -> Q | None:
    parts = parts_of(id, TAG, 2)
    user = number_in(parts[1]) if parts else None
    return Q(account_id=parts[0], user_id=user) if parts and user is not None else None


def _shown(call: Call, rows: "Sequence[Row]") -> list[AccountUserFederation]:
    return [
        AccountUserFederation(
            account_id=call.account,
            federation_id=row.federation_id,
            id=link_id(TAG, call.account, row.user_id),
            user_id=row.user.email,
        )
        for row in rows
    ]


def _rows(call: Call) -> "QuerySet[Row]":
    return federations_of(call.account)


def _create(call: Call, sent: AccountUserFederation) -> str:
    user = federations.federate(
        actor=call.actor,
        at=call.at,
        account=call.account,
        email=required(sent.user_id, "userId"),
        federation_id=required(sent.federation_id, "federationId"),
    )
    return link_id(TAG, call.account, user)


def _update(call: Call, id: str, sent: AccountUserFederation) -> None:
    if sent.federation_id is not None:
        federations.change_federation(
            actor=call.actor, at=call.at, account=call.account, user=_user(id), federation_id=sent.federation_id
        )


def _delete(call: Call, id: str) -> None:
    federations.end_federation(actor=call.actor, at=call.at, account=call.account, user=_user(id))


def _user(id: str) -> int:
    """The person whom an id means that has been found."""
    parts = parts_of(id, TAG, 2)
    return (number_in(parts[1]) if parts else None) or 0


OBJECT: Final = PlatformObject(
    wire=AccountUserFederation,
    verbs=Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE,
    reads=(("ACCOUNT_ADMIN",),),
    writes=(("ACCOUNT_ADMIN",),),
    reading=Reading(
        rows=_rows,
        shown=_shown,
        named=_named,
        order=("user_id",),
        columns={
            "accountId": Same(str),
            "userId": Text("user__email", folded="user__email_key"),
            "federationId": Text("federation_id"),
        },
    ),
    create=_create,
    update=_update,
    delete=_delete,
)
