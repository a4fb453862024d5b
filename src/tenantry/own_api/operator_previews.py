"""Impact previews of what the platform operator does to an account, at addresses of no account (UI-4, ACC-4)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec

from tenantry.accounts.commands import change_account_status
from tenantry.decisions.guard import Permit, require
from tenantry.own_api.bodies import Strict, body_of
from tenantry.own_api.changes import Key
from tenantry.own_api.endpoints import Endpoint, Made
from tenantry.own_api.lists import Items, Paged
from tenantry.own_api.looked_at import asked_change, keep_change
from tenantry.own_api.operators import OperatorAsked
from tenantry.own_api.previews import Effect, Loss, Preview, Seen, effects_of, losses_of, told_at
from tenantry.previews.commands import Confirmation, Looked, keep_preview, look_ahead
from tenantry.previews.packing import unpacked
from tenantry.previews.queries import PreviewRow, kept_preview
from tenantry.rules import refusals as no
from tenantry.rules.changes import StatusChanges
from tenantry.rules.impact import Impact
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant, Status
from tenantry.store.transaction import command


class AccountSuspended(Strict, tag_field="kind", tag="account_suspended"):
    """An account lets nobody in and keeps everything (ACC-4, ACC-13)."""

    account: Key


class NewOperatorPreview(Strict):
    """A change to be looked at."""

    change: AccountSuspended


class OperatorPreview(Preview, kw_only=True):
    """What a change of the operator's would do, kept until `expires`; `digest` confirms it."""

    change: AccountSuspended  # type: ignore[assignment] # the operator's changes are others


class OperatorDone(msgspec.Struct, kw_only=True):
    """A change that was made as it was seen."""

    preview: str
    change: AccountSuspended


def make(asked: OperatorAsked) -> Made:
    """Compute what the change would do, and keep it."""
    change = body_of(asked.request, NewOperatorPreview).change
    account, operator = AccountId(change.account), asked.operator
    _permit(asked, account)
    looked = look_ahead(
        actor=operator.actor, at=operator.at, account=account, change=StatusChanges(account, Status.SUSPENDED)
    )
    _keep(looked=looked, at=operator.at, account=account, change=msgspec.json.encode(change))
    told = _told(looked.row, change, looked.seen.impact)
    return Made(told, f"previews/{told.id}")


def one(asked: OperatorAsked) -> OperatorPreview:
    """A preview as it was made."""
    row, change = _kept(asked)
    return _told(row, change, unpacked(row.impact))


def effects(asked: OperatorAsked) -> Items[Effect]:
    """What happens to whom, by account and person."""
    row, _ = _kept(asked)
    catalogue = _permit(asked, AccountId(row.account_id)).facts.account.catalogue
    return effects_of(row, catalogue, asked.query)


def losses(asked: OperatorAsked) -> Items[Loss]:
    """What lives by shared resources and ends."""
    row, _ = _kept(asked)
    return losses_of(row, asked.query)


def confirm(asked: OperatorAsked) -> Made:
    """Make the change, if what it would do is still what was seen. Where it is so already, nothing changes."""
    row, change = _kept(asked)
    digest = body_of(asked.request, Seen).digest
    change_account_status(
        actor=asked.operator.actor,
        at=asked.operator.at,
        account=AccountId(row.account_id),
        status=Status.SUSPENDED,
        confirmed=Confirmation(row.id, digest),
        reason=f"By {asked.operator.name}",
    )
    return Made(OperatorDone(preview=asked.ids["id"], change=change))


@command
def _keep(*, looked: Looked, at: Instant, account: AccountId, change: bytes) -> None:
    keep_preview(looked=looked, at=at)
    keep_change(account=account, preview=looked.row.id, at=at, change=change)


def _permit(asked: OperatorAsked, account: AccountId) -> Permit:
    """What the operator may do there; refuses accounts that are not there, or deleted (ACC-14)."""
    return require("ACCOUNT_ADMIN", actor=asked.operator.actor, account=account, at=asked.operator.at)


def _kept(asked: OperatorAsked) -> tuple[PreviewRow, AccountSuspended]:
    """The preview of an id, which tells its account as well; any program of the operator's may see and confirm it."""
    account, key = _parts(asked.ids["id"])
    row = kept_preview(account, asked.operator.actor, key)
    return row, msgspec.json.decode(asked_change(account, row.id), type=AccountSuspended)


def _id(row: PreviewRow) -> str:
    return f"{urlsafe_b64encode(row.account_id.encode()).decode().rstrip('=')}.{row.id}"


def _parts(id: str) -> tuple[AccountId, str]:
    packed, _, key = id.partition(".")
    try:
        account = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        account = "\x00"
    if "\x00" in account or not key.isascii():
        raise Refused(no.PreviewNotFound())
    return AccountId(account), key[:64]


def _told(row: PreviewRow, change: AccountSuspended, impact: Impact) -> OperatorPreview:
    return told_at(f"/v1/previews/{_id(row)}", OperatorPreview, row, change, impact)


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="previews",
        act=make,
        takes=NewOperatorPreview,
        gives=OperatorPreview,
        status=201,
        keyed=False,
        summary="Look at what a change of the operator's would do to whom",
    ),
    Endpoint(
        method="GET",
        path="previews/{id}",
        act=one,
        current=one,
        gives=OperatorPreview,
        summary="A preview of the operator's",
    ),
    Endpoint(
        method="GET",
        path="previews/{id}/effects",
        act=effects,
        query=Paged,
        gives=Items[Effect],
        summary="What a change of the operator's would do to whom",
    ),
    Endpoint(
        method="GET",
        path="previews/{id}/losses",
        act=losses,
        query=Paged,
        gives=Items[Loss],
        summary="What lives by shared resources and would end by a change of the operator's",
    ),
    Endpoint(
        method="POST",
        path="previews/{id}/confirmation",
        act=confirm,
        takes=Seen,
        gives=OperatorDone,
        keyed=False,
        summary="Make a change of the operator's as it was seen, or learn what has become different",
    ),
)
"""What is done with previews of the operator's."""
