"""API-8: whatever another account has, by call it is answered like what does not exist."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tenantry.platform_api.objects import Verb
from tenantry.platform_api.register import OBJECTS
from tenantry.platform_api.wire.shapes import Wire, shape_of
from tests.store.every_command import World, a_world
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db

APART = {
    "AccountGroupIntegrationPack",
    "ApiUsageCount",
    "Branch",
    "Event",
    "GenericConnectorRecord",
    "IntegrationPack",
}
"""What that world has nothing of, has no ids, or is the same everywhere: their own tests tell what they answer."""

LISTED = sorted(name for name, one in OBJECTS.items() if Verb.QUERY in one.verbs and name not in APART)


@pytest.fixture(scope="module")
def neighbours(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[tuple[World, Caller, Caller]]:
    """Two primaries that have something of everything, and a program of the Administrator of each."""
    with around_all_tests(django_db_blocker):
        world = a_world()
        near = replace(caller(world.here, world.ann), client=Client(REMOTE_ADDR="10.0.0.1"))
        far = replace(caller(world.there, world.dot), client=Client(REMOTE_ADDR="10.0.0.1"))
        yield world, near, far


@pytest.mark.parametrize("name", LISTED)
def test_api_8_what_another_account_has_is_not_there(
    name: str, neighbours: tuple[World, Caller, Caller], db: None
) -> None:
    """Read, changed or deleted by its id; in a list of ids it is told as missing, and no query tells it."""
    world, near, far = neighbours
    described = OBJECTS[name]
    assert described.reading is not None
    identity = described.reading.identity
    made: type[Wire] = described.wire
    [member] = [one.name for one in shape_of(made).members if one.python == identity]
    ours = {str(one[member]) for one in near.all_of(name)}
    foreign = [id for one in far.all_of(name) if (id := str(one[member])) not in ours]
    assert foreign, f"{world.there} has no {name}"
    for id in foreign[:5]:
        for verb, method, body in (
            (Verb.GET, "GET", None),
            (Verb.UPDATE, "POST", {}),
            (Verb.DELETE, "DELETE", None),
        ):
            if verb in described.verbs:
                accept = "application/xml" if described.xml_only else "application/json"
                sent: object = b"<x/>" if described.xml_only and body is not None else body
                answer = near.send(method, f"{name}/{id}", sent, accept=accept)
                told = answer.headers.get("Tenantry-Refusal", "")
                assert (answer.status_code, told) == (403, "not_there"), (method, id, answer.content)
    if Verb.BULK in described.verbs and not described.xml_only:
        entries = near.post(f"{name}/bulk", {"type": "GET", "request": [{"id": id} for id in foreign[:5]]})["response"]
        assert {one["statusCode"] for one in entries} == {400}
