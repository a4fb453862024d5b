"""Account in the platform API: an account itself and those it manages (ACC)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from django.db.models import QuerySet

from tenantry.accounts import commands
from tenantry.accounts.queries import AccountRecord as Row, itself_and_managed
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Moment, Same, Text
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import Kind, Wire
from tenantry.rules.vocabulary import AccountId


class Account(Wire):
    """An account. What this platform has no like of has one value: no widget accounts, no over-deployment, one level
    of support. Licences are not told: none are counted here.
    """

    account_id: str | None = None
    date_created: datetime | None = None
    expiration_date: datetime | None = None
    name: str | None = None
    over_deployed: bool | None = None
    status: Literal["trial", "active", "suspended", "deleted", "unlimited"] | None = None
    support_access: bool | None = None
    support_level: Literal["standard", "premier"] | None = None
    widget_account: bool | None = None


def _shown(call: Call, rows: "Sequence[Row]") -> list[Account]:
    del call
    return [
        Account(
            account_id=row.pk,
            date_created=row.created_at,  # type: ignore[attr-defined] # of the query
            expiration_date=row.trial_ends,
            name=row.name,
            over_deployed=False,
            status=row.status_now,  # type: ignore[attr-defined] # of the query
            support_access=row.support_access_role_id is not None,
            support_level="standard",
            widget_account=False,
        )
        for row in rows
    ]


def _rows(call: Call) -> "QuerySet[Row]":
    return itself_and_managed(call.account, call.at)


def _managed(call: Call, rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Those it manages, not itself."""
    return rows.filter(primary_id=call.account)


def _create(call: Call, sent: Account) -> str:
    """A trial account managed by the one in the address (ACC-7)."""
    if sent.expiration_date is None:
        msg = "expirationDate is missing."
        raise Malformed(msg)
    return commands.create_managed_account(
        actor=call.actor, at=call.at, primary=call.account, name=sent.name or "", trial_ends=sent.expiration_date
    )


def _delete(call: Call, id: str) -> None:
    commands.delete_managed_account(actor=call.actor, at=call.at, primary=call.account, account=AccountId(id))


OBJECTS: Final = (
    PlatformObject(
        wire=Account,
        verbs=Verb.GET | Verb.QUERY | Verb.BULK,
        partner_verbs=Verb.CREATE | Verb.DELETE,
        owned=False,
        reads=(("ACCOUNT_ADMIN",),),
        writes=(("ACCOUNT_ADMIN",),),
        reading=Reading(
            rows=_rows,
            listed=_managed,
            shown=_shown,
            identity="account_id",
            columns={
                "accountId": Text("id"),
                "name": Text("name"),
                "status": Text("status_now"),
                "dateCreated": Moment("created_at"),
                "expirationDate": Moment("trial_ends"),
                "widgetAccount": Same(lambda _: False, kind=Kind.FLAG),
                "overDeployed": Same(lambda _: False, kind=Kind.FLAG),
            },
        ),
        create=_create,
        delete=_delete,
    ),
)
"""What this folder gives to the platform API."""
