"""An impact as the bytes that are kept: a hundred thousand people whom a change does the same are told of once."""

import zlib
from itertools import groupby
from operator import itemgetter

import msgspec

from tenantry.rules.impact import Effect, Impact, Loss, Result
from tenantry.rules.privileges import Mask
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, UserKey


class _Told(msgspec.Struct):
    """What happens, each shape of it once, and to whom: in each account, people with the number of their shape."""

    shapes: list[tuple[str, str, str, bool]]
    accounts: list[tuple[str, list[tuple[str, int]]]]
    losses: list[tuple[str, str, str, str, str]] = []


def told_impact(impact: Impact) -> bytes:
    """The effects as JSON; equal impacts give equal bytes. Masks are hexadecimal: they outgrow JSON's numbers."""
    shapes: dict[Result, int] = {}
    accounts: list[tuple[str, list[tuple[str, int]]]] = []
    for account, effects in groupby(impact.effects, key=itemgetter(0)):
        people: list[tuple[str, int]] = []
        for _, user, lost, gained, barred, admitted in effects:
            shape = (lost, gained, barred, admitted)
            number = shapes.get(shape)
            if number is None:
                number = shapes[shape] = len(shapes)
            people.append((user, number))
        accounts.append((account, people))
    written = [(f"{lost:x}", f"{gained:x}", barred, admitted) for lost, gained, barred, admitted in shapes]
    return msgspec.json.encode(_Told(written, accounts, [tuple(map(str, loss)) for loss in impact.losses]))  # type: ignore[misc]


def unpacked(data: bytes | memoryview) -> Impact:
    """The effects again, from what was kept."""
    told = msgspec.json.decode(zlib.decompress(bytes(data)), type=_Told)
    shapes = [
        (Mask(int(lost, 16)), Mask(int(gained, 16)), barred, admitted) for lost, gained, barred, admitted in told.shapes
    ]
    return Impact(
        tuple(
            Effect(AccountId(account), UserKey(user), *shapes[number])
            for account, people in told.accounts
            for user, number in people
        ),
        losses=tuple(
            Loss(AccountId(account), Kind(kind), resource, name, what)
            for account, kind, resource, name, what in told.losses
        ),
    )
