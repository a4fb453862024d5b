"""Reads of the host platform's objects."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from tenantry.objects.models import HostObject
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, Condition
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """Where an object of the host is: its account and, if it is in one, the id of its environment; and what the host
    tells of it and asks for it, as JSON objects or "".
    """

    account: AccountId
    environment: str = ""
    properties: str = ""
    conditions: str = ""

    def condition(self, privilege: str) -> Condition:
        """What a question must fulfil for this privilege."""
        found: dict[str, str] = json.loads(self.conditions) if self.conditions else {}
        return Condition(found.get(privilege, UNCONDITIONAL))


def places_of_object(
    kind: str, object_id: str, accounts: Collection[AccountId] | None = None
) -> tuple[ObjectPlace, ...]:
    """Where objects of this type and id are, in these accounts or, `None`, in all; at most two are looked for, since
    two are one too many.
    """
    rows = HostObject.rows.across(Crossing.EXTERNAL_OBJECT).filter(type=kind, object_id=object_id)
    if accounts is not None:
        found = (ObjectPlace(AccountId(owner), *stored) for owner, *stored in rows.values_list(*_PLACE))
        return tuple(islice((place for place in found if place.account in accounts), 2))
    return tuple(ObjectPlace(AccountId(owner), *found) for owner, *found in rows.values_list(*_PLACE)[:2])


def places_of_objects(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[ObjectPlace, ...]]:
    """Where the objects of these types and ids are, in all accounts; one query for hundreds of them."""
    found: dict[tuple[str, str], list[ObjectPlace]] = {one: [] for one in wanted}
    types = sorted({kind for kind, _ in wanted})
    for some in portions(sorted({key for _, key in wanted})):
        rows = HostObject.rows.across(Crossing.EXTERNAL_OBJECT).filter(type__in=types, object_id__in=some)
        for kind, key, owner, *stored in rows.values_list("type", "object_id", *_PLACE):
            if (kind, key) in found:
                found[kind, key].append(ObjectPlace(AccountId(owner), *stored))
    return {one: tuple(places) for one, places in found.items()}


def place_of_object(account: AccountId | str, kind: str, object_id: str) -> ObjectPlace | None:
    """Where the account's object of this type and id is; `None` if it has none."""
    found = HostObject.rows.of(account).filter(type=kind, object_id=object_id).values_list(*_PLACE).first()
    return ObjectPlace(AccountId(found[0]), *found[1:]) if found is not None else None


HostObjectRow = HostObject
"""An object of the host as stored; only a load of an estate writes one."""


def objects_of(account: AccountId | str) -> QuerySet[HostObject]:
    """The account's objects of the host, for lists that filter and page on their own."""
    return HostObject.rows.of(account)


STORED = ("environment", "properties", "conditions")
"""The columns of what is stored of an object, in the order of `ObjectPlace`, its account apart."""

_PLACE = ("account_id", *STORED)
