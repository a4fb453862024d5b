"""Keeping the changes that callers look at, so that a confirmation need not say them again."""

from typing import Final

from tenantry.own_api.models import AskedChange
from tenantry.previews.commands import KEPT
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.store.transaction import command

_TEXT: Final = "utf-8"


@command
def keep_change(*, account: AccountId, preview: str, at: Instant, change: bytes) -> None:
    """Keep what was looked at, and forget those changes of the account that nobody will confirm any more."""
    AskedChange.rows.of(account).filter(at__lt=at - KEPT).delete()
    row = AskedChange(account_id=account, preview=preview, at=at, change=change.decode(_TEXT))
    AskedChange.rows.of(account).bulk_create([row])


def asked_change(account: AccountId, preview: str) -> str:
    """The change of a preview; refuses those that were made at the console, as if they were not there."""
    found = AskedChange.rows.of(account).filter(preview=preview).values_list("change", flat=True).first()
    if found is None:
        raise Refused(no.PreviewNotFound())
    return found
