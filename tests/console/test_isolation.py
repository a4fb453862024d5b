"""ACC-1 and API-8 at the doors: whatever of another account is named, in addresses and in forms, nothing of it is seen
or changed.

The addresses are those of the route table, so a new one is asked as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.rules.vocabulary import AccountId
from tenantry.store.ownership import AccountOwned
from tenantry.users.models import AccountUser, User
from tests.console.people import House, make_house, signed_in
from tests.console.test_routes import ROUTES, Route, address
from tests.store.partners import around_all_tests

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FOREIGN: Final = "rival"
"""What the names of everything in the other house begin with."""


def named(house: House) -> dict[str, Any]:
    """What fields of forms and parameters of addresses name, all of this house, by the names that they have."""
    role, account, member = house.role, house.account, house.member
    people, folder, process = f"gil@{house.account.partition('-')[0]}.example", house.folder, house.reports.process
    return {
        **dict.fromkeys(("role", "roles", "assigned", "inherits", "support_access_role", "resource", "add"), role),
        **dict.fromkeys(("account", "default_account"), account),
        **dict.fromkeys(("member", "members", "accounts"), member),
        **dict.fromkeys(("user", "people", "person"), house.guest),
        **dict.fromkeys(("email",), people),
        **dict.fromkeys(("folder", "destination", "to", "parent", "opened"), folder),
        **dict.fromkeys(("component", "process"), process),
        "group": house.group,
        "environment": house.environment,
        "runtime": house.runtime,
        "cloud": house.heaven.cloud,
        "pack": house.packs.pack,
        "package": house.reports.package,
        "connector": house.workshop.released,
        "model": house.hub.ready,
        "repository": house.hub.repository,
        "library": house.jar,
        "token": house.token,
        "entry": house.trusted,
        "rule": house.origin,
        "alert": house.alert,
        "notice": house.notice,
        "grant": house.grant,
        "preview": house.preview,
        "selected": house.bystander,
    }


SAID: Final = {
    "name": "Zed",
    "text": "Zed",
    "first_name": "Zed",
    "last_name": "Zed",
    "level": "info",
    "event_type": "ALL",
    "why": "Zed",
    "version": "1",
    "kind": "role",
    "classification": "PROD",
    "act": "add",
    "when": "now",
    "maximum": "5",
    "hours": "4",
    "on": "on",
    "confirmed": "1",
}
"""What forms ask for besides."""


def addresses(route: Route, mine: House, theirs: House) -> Iterator[str]:
    """The route's address about mine that names theirs besides, and with each of theirs among mine."""
    own, other = (urlsplit(address(route, house)) for house in (mine, theirs))
    query = dict(parse_qsl(own.query))
    more = {key: value for key, value in named(theirs).items() if key not in query}
    yield own.path + "?" + urlencode(query | more)
    parts = resolve(own.path).kwargs, resolve(other.path).kwargs
    asked = query, dict(parse_qsl(other.query))
    if len(parts[0]) + len(query) < 2:
        return  # the route table asks about theirs alone
    for key, value in parts[1].items():
        yield reverse(route.name, kwargs=parts[0] | {key: value}) + (f"?{urlencode(query)}" if query else "")
    for key, value in asked[1].items():
        yield own.path + "?" + urlencode(query | {key: value})


ENDING: Final = frozenset({"security_sign_out", "own_session_end", "own_sessions_end"})
"""Routes that may sign out whoever sends their form."""


@dataclass(frozen=True)
class Seen:
    """What came of a question: whether anything may have been changed by it, and what was wrong with the answer."""

    changes: bool
    wrong: str = ""


def seen(route: Route, client: Client, url: str, fields: dict[str, Any] | None) -> Seen:
    """Ask, and find what the answer says of the other house that was not in the question."""
    answer: Any = client.get(url) if fields is None else client.post(url, fields)
    changes = fields is not None and answer.status_code < 400
    signed_out = answer.get("Location", "").startswith(reverse("sign_in"))
    if route.needs != "open" and signed_out and (fields is None or route.name not in ENDING):
        return Seen(changes, f"{route.name}: not asked as somebody who is signed in")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = unquote(unescape(body.decode(errors="replace"))).lower()
    asked = [str(value) for value in (fields or {}).values()]
    for value in sorted([*asked, *(value for _, value in parse_qsl(urlsplit(url).query)), url], key=len, reverse=True):
        told = told.replace(unquote(value).lower(), "")
    if FOREIGN not in told:
        return Seen(changes)
    place = told.index(FOREIGN)
    return Seen(changes, f"{route.name}: {'GET' if fields is None else 'POST'} tells {told[place - 60 : place + 60]!r}")


def held(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the accounts of a house, and of its people."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    accounts = (house.account, house.member)
    for model in apps.get_models():
        if not model.__module__.startswith("tenantry."):
            continue
        if issubclass(model, AccountOwned):
            rows[model.__name__] = [row for one in accounts for row in model.rows.of(one).order_by("pk").values_list()]
    users = {user for one in accounts for user in AccountUser.rows.of(AccountId(one)).values_list("user_id", flat=True)}
    rows["User"] = list(User.objects.filter(pk__in=users).order_by("pk").values_list())
    return rows


@pytest.fixture(scope="module")
def houses(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[House, House]]:
    """Two houses, made once; what a test does in them is rolled back."""
    with around_all_tests(django_db_blocker):
        yield make_house("Acme"), make_house("Rival")


@pytest.mark.parametrize("part", range(2))
def test_acc_1_and_api_8_nothing_of_another_account_is_seen_or_changed(part: int, houses: tuple[House, House]) -> None:
    """By an administrator who holds every privilege in an account of their own.

    What was done is undone, so that the next question finds what it asks about; what was refused is looked at together.
    """
    mine, theirs = houses
    foreign = SAID | named(theirs)
    before = held(theirs)
    assert sum(map(len, before.values())) > 100
    wrong = []
    for route in sorted(ROUTES, key=lambda route: route.name)[part::2]:
        for url in addresses(route, mine, theirs):
            for fields in (None, foreign) if route.post != 405 else (None,):
                with transaction.atomic():
                    client = signed_in(mine.administrator, mine.account)
                    found = seen(route, client, url, fields)
                    wrong.append(found.wrong)
                    if found.changes:
                        now = held(theirs)
                        wrong += [f"{route.name}: {name} changed" for name in before if before[name] != now[name]]
                        transaction.set_rollback(True)
    assert "\n".join(one for one in wrong if one) == ""
    assert held(theirs) == before


def test_acc_1_these_tests_see_what_they_look_for(houses: tuple[House, House]) -> None:
    """Somebody of the other account does see it, and does change it."""
    _, theirs = houses
    before = held(theirs)
    client = signed_in(theirs.administrator, theirs.account)
    route = next(route for route in ROUTES if route.name == "users")
    assert seen(route, client, address(route, theirs), None).wrong
    route = next(route for route in ROUTES if route.name == "notice_end")
    assert seen(route, client, address(route, theirs), {}).changes
    assert [name for name, rows in held(theirs).items() if rows != before[name]] == ["Notice", "Entry"]
