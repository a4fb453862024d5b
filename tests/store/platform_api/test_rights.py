"""API-6: what each verb of each object needs besides API Access, as its description says."""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tenantry.platform_api.objects import Needs, Verb
from tenantry.platform_api.register import OBJECTS
from tenantry.rules.features import Feature
from tests.store.factories import a_primary, a_role, a_user
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db

REQUESTS = {
    Verb.GET: ("GET", "{}/nonesuch", None),
    Verb.QUERY: ("POST", "{}/query", {}),
    Verb.BULK: ("POST", "{}/bulk", {"type": "GET", "request": [{"id": "nonesuch"}]}),
    Verb.CREATE: ("POST", "{}", {}),
    Verb.UPDATE: ("POST", "{}/nonesuch", {}),
    Verb.DELETE: ("DELETE", "{}/nonesuch", None),
}

CASES = [(name, verb) for name, verb in product(sorted(OBJECTS), REQUESTS) if verb in OBJECTS[name].verbs]


def lacking(needs: Needs) -> list[frozenset[str]]:
    """What is too little, by a hair: for each need, one of the privileges of all others."""
    return [
        frozenset({"API", *(alternatives[0] for alternatives in needs if alternatives is not missing)})
        for missing in needs
    ]


def enough(needs: Needs) -> list[frozenset[str]]:
    """What is just enough, by each of the alternatives."""
    return [frozenset({"API", *held}) for held in product(*needs)]


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[dict[frozenset[str], Caller]]:
    """Programs in one account that has every feature, by what they may."""
    with around_all_tests(django_db_blocker):
        home = a_primary(features=frozenset(Feature))
        needs = [OBJECTS[name].needs(verb) for name, verb in CASES]
        wanted = {held for one in needs for held in (*lacking(one), *enough(one))}
        made = {held: a_user(home, a_role(home, " ".join(sorted(held))[:200], *held)) for held in wanted}
        yield {held: caller(home, who) for held, who in made.items()}


@pytest.mark.parametrize(("name", "verb"), CASES, ids=[f"{name} {verb.name}" for name, verb in CASES])
def test_api_6_each_verb_needs_what_its_description_says(
    name: str, verb: Verb, callers: dict[frozenset[str], Caller], db: None
) -> None:
    """Without one of its needs it is refused for that, whatever is sent; with any of the alternatives it is not."""
    method, path, body = REQUESTS[verb]
    needs = OBJECTS[name].needs(verb)

    def code(held: frozenset[str]) -> str:
        answer = callers[held].send(method, path.format(name), body, accept="application/xml")
        assert answer.status_code < 500
        return str(answer.headers.get("Tenantry-Refusal", ""))

    for held in lacking(needs):
        assert code(held) == "not_held"
    for held in enough(needs):
        assert code(held) != "not_held"
