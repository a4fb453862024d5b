"""Reads of impact previews that wait for their confirmation."""

from tenantry.previews.models import Preview
from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, Actor

PreviewRow = Preview
"""A preview as stored; only this folder's commands write one."""


def kept_preview(account: AccountId | str, actor: Actor, preview: str) -> Preview:
    """The preview of this id that this person made in this account; refuses with `PreviewNotFound`."""
    found = Preview.rows.of(account).filter(id=preview, user=actor.name).first()
    if found is None:
        raise no.Refused(no.PreviewNotFound())
    return found
