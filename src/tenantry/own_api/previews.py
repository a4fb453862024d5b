"""Impact previews: what a change would do is looked at, and what was seen is confirmed (UI-4)."""

from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from tenantry.own_api.bodies import Strict
from tenantry.own_api.changes import AnyChange
from tenantry.own_api.endpoints import Asked, Endpoint, Made
from tenantry.own_api.lists import Items, Paged, part_of
from tenantry.own_api.looked_at import asked_change, keep_change
from tenantry.previews.commands import KEPT, Confirmation, Looked, keep_preview, look_ahead
from tenantry.previews.packing import unpacked
from tenantry.previews.queries import PreviewRow, kept_preview
from tenantry.rules import impact as law
from tenantry.rules.impact import Impact
from tenantry.rules.privileges import Catalogue


class NewPreview(Strict):
    """A change to be looked at."""

    change: AnyChange


class Seen(Strict):
    """What confirms a preview: the sum of what it said."""

    digest: Annotated[str, Meta(min_length=1, max_length=64)]


class Totals(Struct, kw_only=True):
    """How many people and accounts a change concerns, how many of them lose or gain privileges or access, and how many
    resources end somewhere.
    """

    people: int
    accounts: int
    losing: int
    gaining: int
    locked_out: int
    losses: int


class Preview(Struct, kw_only=True):
    """What a change would do, kept until `expires`; `digest` confirms it. The lists are at `effects` and `losses`."""

    id: str
    digest: str
    expires: datetime
    change: AnyChange
    totals: Totals
    effects: str
    losses: str


P = TypeVar("P", bound=Preview)


class Effect(Struct, kw_only=True):
    """What happens to one person in one account, in names of privileges; `locked_out` says why there is no access left,
    `admitted` tells of people who had none before.
    """

    account: str
    user: str
    lost: list[str]
    gained: list[str]
    locked_out: str | None
    admitted: bool


class Loss(Struct, kw_only=True):
    """A resource that an account receives no more, and `what` lives by it there."""

    account: str
    type: str
    resource: str
    name: str
    what: str


class Done(Struct, kw_only=True):
    """A change that was made as it was seen."""

    preview: str
    change: AnyChange


def look(asked: Asked) -> Looked:
    """Compute what the change would do, for whoever may make it."""
    call, change = asked.call, asked.body.change
    call.require(change.privilege)
    return look_ahead(actor=call.actor, at=call.at, account=call.account, change=change.change(call))


def make(asked: Asked) -> Made:
    """Keep what was computed, with the change that was asked for."""
    call, looked = asked.call, asked.prepared
    keep_preview(looked=looked, at=call.at)
    key = looked.seen.confirmation.preview
    keep_change(account=call.account, preview=key, at=call.at, change=msgspec.json.encode(asked.body.change))
    told = _told(asked, looked.row, asked.body.change, looked.seen.impact)
    return Made(told, f"previews/{key}")


def one(asked: Asked) -> Preview:
    """A preview of the caller's, as it was made."""
    row, change = _kept(asked)
    return _told(asked, row, change, unpacked(row.impact))


def effects(asked: Asked) -> Items[Effect]:
    """What happens to whom, by account and person."""
    row, _ = _kept(asked)
    return effects_of(row, asked.call.facts.catalogue, asked.query)


def effects_of(row: PreviewRow, catalogue: Catalogue, query: Paged) -> Items[Effect]:
    """The part asked for of what a preview says of people."""

    def shown(one: law.Effect) -> Effect:
        return Effect(
            account=one.account,
            user=one.user,
            lost=list(catalogue.names(one.lost)),
            gained=list(catalogue.names(one.gained)),
            locked_out=one.why or None,
            admitted=one.admitted,
        )

    return part_of(unpacked(row.impact).effects, query, shown)


def losses(asked: Asked) -> Items[Loss]:
    """What lives by shared resources and ends."""
    row, _ = _kept(asked)
    return losses_of(row, asked.query)


def losses_of(row: PreviewRow, query: Paged) -> Items[Loss]:
    """The part asked for of what a preview says of resources."""

    def shown(one: law.Loss) -> Loss:
        return Loss(account=one.account, type=one.kind.value, resource=one.resource, name=one.name, what=one.what)

    return part_of(unpacked(row.impact).losses, query, shown)


def confirm(asked: Asked) -> Done:
    """Make the change, if what it would do is still what was seen."""
    row, change = _kept(asked)
    change.carry_out(asked.call, Confirmation(row.id, asked.body.digest))
    return Done(preview=row.id, change=change)


def _kept(asked: Asked) -> tuple[PreviewRow, Any]:
    """The caller's preview of this id and its change, for whoever may still make it."""
    call = asked.call
    row = kept_preview(call.account, call.actor, asked.ids["id"][:64])
    change = msgspec.json.decode(asked_change(call.account, row.id), type=AnyChange)
    call.require(change.privilege)
    return row, change


def _told(asked: Asked, row: PreviewRow, change: AnyChange, impact: Impact) -> Preview:
    return told_at(f"/v1/accounts/{asked.call.account}/previews/{row.id}", Preview, row, change, impact)


def told_at(here: str, form: type[P], row: PreviewRow, change: Any, impact: Impact) -> P:  # noqa: ANN401 - of any kind
    """A preview in a form of its own, as it is at an address, whose last part is its id."""
    return form(
        id=here.rpartition("/")[2],
        digest=row.digest,
        expires=row.at + KEPT,
        change=change,
        totals=totals_of(impact),
        effects=f"{here}/effects",
        losses=f"{here}/losses",
    )


def totals_of(impact: Impact) -> Totals:
    """How many of what an impact has."""
    found = impact.effects
    return Totals(
        people=len({one.user for one in found}),
        accounts=impact.accounts,
        losing=len({one.user for one in found if one.lost or one.barred}),
        gaining=len({one.user for one in found if one.gained or one.admitted}),
        locked_out=len({one.user for one in impact.locked_out}),
        losses=len(impact.losses),
    )


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="previews",
        prepare=look,
        act=make,
        takes=NewPreview,
        gives=Preview,
        status=201,
        summary="Look at what a change would do to whom; whoever may not make it may not look",
    ),
    Endpoint(
        method="GET", path="previews/{id}", act=one, current=one, gives=Preview, summary="A preview of the caller's"
    ),
    Endpoint(
        method="GET",
        path="previews/{id}/effects",
        act=effects,
        query=Paged,
        gives=Items[Effect],
        summary="What a change would do to whom",
    ),
    Endpoint(
        method="GET",
        path="previews/{id}/losses",
        act=losses,
        query=Paged,
        gives=Items[Loss],
        summary="What lives by shared resources and would end",
    ),
    Endpoint(
        method="POST",
        path="previews/{id}/confirmation",
        act=confirm,
        takes=Seen,
        gives=Done,
        summary="Make a change as it was seen, or learn what has become different",
    ),
)
"""What is done with previews."""
