"""The environment half of the route table: behind a closed gate every address about an environment or something in it
is refused, to whoever has all the rights but those of the list (ENV-13); on the list, it answers as to everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import create_account, switch_feature
from tenantry.environments.commands import attach_roles
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.users.commands import add_user
from tests.console.packs import Packs, make_packs
from tests.console.people import AT, signed_in
from tests.console.reports import Reports, make_reports
from tests.store.partners import around_all_tests

pytestmark = pytest.mark.django_db

RIGHTS = (
    *("API", "ATOM_MANAGEMENT", "BUILD", "DASHBOARD", "DEPLOY", "EXECUTE", "PACKAGE_MANAGEMENT"),
    *("SCHEDULE_MAINTENANCE", "USER_MANAGEMENT", "VIEW_DATA", "VIEW_RESULT"),
)
"""All that these addresses ask for, but for Environment Management, which gets past every list."""


HERE = "*"
"""Stands for the environment in what is sent."""


@dataclass(frozen=True)
class Gated:
    """An address about something in an environment, and what it answers to those on the list.

    `narrowed` is what it answers where the environment is read-only: the same, unless it changes something there.
    """

    name: str
    method: str
    thing: str
    allowed: int = 200
    narrowed: int = 0
    data: tuple[tuple[str, str], ...] = ()


WEEKLY = (("kind", "daily"), ("at", "06:30"), ("days", "MON"), ("time_zone", "Europe/Berlin"))
"""What the dialog of a schedule sends."""

GATED = (
    Gated("environment", "get", "environment"),
    Gated("environment", "post", "environment", allowed=303, narrowed=422, data=(("name", "Other"),)),
    Gated("runtime_rename", "get", "runtime"),
    Gated("runtime_rename", "post", "runtime", allowed=303, narrowed=422, data=(("name", "Other"),)),
    Gated("attachment_browse", "get", "runtime"),
    Gated("runtime_attach", "get", "environment"),
    Gated("runtime_attach", "get", "runtime"),
    Gated("runtime_detach", "get", "runtime"),
    Gated("runtime_detach", "post", "runtime", allowed=303, narrowed=422),
    Gated("runtime_remove", "get", "runtime"),
    Gated("deployments", "get", "environment"),
    Gated("deployment_end", "get", "deployment", narrowed=403),
    Gated("deployment_end", "post", "deployment", allowed=303, narrowed=403),
    Gated("environment", "get", "schedules"),
    Gated("schedule_edit", "get", "schedule", narrowed=403),
    Gated("schedule_edit", "post", "schedule", allowed=303, narrowed=403, data=WEEKLY),
    Gated("schedule_pause", "post", "schedule", allowed=303, narrowed=403),
    Gated("schedule_resume", "post", "schedule", allowed=303, narrowed=403),
    Gated("schedule_remove", "get", "schedule", narrowed=403),
    Gated("schedule_remove", "post", "schedule", allowed=303, narrowed=403),
    Gated("pack_attach", "post", "instance", allowed=303, narrowed=403, data=(("environment", HERE),)),
    Gated("pack_detach", "post", "instance", allowed=303, narrowed=403, data=(("environment", HERE),)),
    Gated("pack_update", "post", "instance", allowed=303, narrowed=403),
    Gated("pack_uninstall", "post", "instance", allowed=303, narrowed=403),
    Gated("reporting", "get", "environment"),
    Gated("execution", "get", "execution"),
    Gated("document", "get", "document"),
    Gated("document_download", "get", "document"),
    Gated("document_test", "post", "document", allowed=303),
    Gated("document_rerun", "post", "document", allowed=303),
)


@dataclass(frozen=True)
class Place:
    """An account with reports and an installed pack in an environment that is restricted to the role Inside.

    `inside` holds it, `outside` another role, `narrowed` Inside and a role on the list that makes it read-only; all
    carry every right but Environment Management.
    """

    account: AccountId
    reports: Reports
    packs: Packs
    people: dict[str, int]

    def browser(self, who: str) -> Client:
        """A browser in which somebody is signed in."""
        return signed_in(self.people[who], self.account)

    def ask(self, who: str, route: Gated) -> Any:
        """What an address answers to somebody."""
        reports = self.reports
        parts = {
            "deployment": {"deployment": reports.deployment},
            "execution": {"execution": reports.execution},
            "document": {"document": reports.document},
        }.get(route.thing)
        query: dict[str, dict[str, str]] = {
            "environment": {"environment": reports.environment},
            "schedules": {"environment": reports.environment, "tab": "schedules"},
            "schedule": {"environment": reports.environment, "component": reports.process},
            "runtime": {"runtime": reports.runtime},
            "instance": {"instance": self.packs.instance},
        }
        asked = urlencode(query.get(route.thing, {}))
        url = reverse(route.name, kwargs=parts) + (f"?{asked}" if asked else "")
        data = {name: reports.environment if value == HERE else value for name, value in route.data}
        return getattr(self.browser(who), route.method)(url, data)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Place]:
    """The place, made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield make_place()


@pytest.fixture
def place(made: Place, db: None) -> Place:
    """The place."""
    return made


def make_place() -> Place:
    """Make it."""
    features = frozenset(
        {Feature.ADVANCED_USER_SECURITY, Feature.ENVIRONMENTS_UNLIMITED, Feature.ADVANCED_ENVIRONMENT_ACCESS}
    )
    account = create_account(actor=OPERATOR, at=AT, name="Gated", features=features)
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": account}
    reports = make_reports(account, datetime.now(UTC) - timedelta(hours=1), "Closed")  # within the dashboard's week
    packs = make_packs(account, AT, "Gated", reports.environment)
    inside = create_role(**here, name="Inside", privileges=RIGHTS)
    outside = create_role(**here, name="Outside", privileges=RIGHTS)
    narrows = create_role(**here, name="Narrows", privileges=["ENV_MANAGEMENT_READ_ONLY"])
    attach_roles(**here, environment=reports.environment, roles=frozenset({inside, narrows}))
    held = {"inside": {inside}, "outside": {outside}, "narrowed": {inside, narrows}}
    people = {
        who: add_user(
            **here, email=f"{who}@gated.example", first_name=who, last_name="X", roles=roles, notify=False
        ).user
        for who, roles in held.items()
    }
    return Place(account, reports, packs, people)


def name_of(route: Gated) -> str:
    """How a test tells of it."""
    return f"{route.method} {route.name} by {route.thing}"


@pytest.mark.parametrize("route", GATED, ids=name_of)
class TestGatedRoutes:
    """What each answers to whom."""

    def test_env_13_behind_the_gate_it_is_refused_by_name(self, place: Place, route: Gated) -> None:
        """403 with the rule and the roles that would open it, and nothing of what is behind."""
        answer = place.ask("outside", route)
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "ENV-9" in text
        assert "restricted to Inside, Narrows" in text
        assert "secret content" not in text

    def test_env_9_on_the_list_it_answers(self, place: Place, route: Gated) -> None:
        """With the same rights and a role of the list."""
        assert place.ask("inside", route).status_code == route.allowed

    def test_env_16_where_it_is_read_only_changes_are_refused(self, place: Place, route: Gated) -> None:
        """Settings, attachments and deployments; runs and results are as they were."""
        answer = place.ask("narrowed", route)
        assert answer.status_code == (route.narrowed or route.allowed)
        if route.narrowed:
            assert "read-only" in answer.content.decode()


def test_env_13_lists_leave_out_what_is_behind_the_gate(place: Place) -> None:
    """Tiles, deployments, executions, the dashboard and what packages and packs say of where they run."""
    for name in ("runtime_management", "deployments", "reporting", "dashboard", "packages", "installed_packs"):
        assert "Closed" in place.browser("inside").get(reverse(name)).content.decode(), name
        hidden = place.browser("outside").get(reverse(name)).content.decode()
        assert place.reports.environment not in hidden, name
        assert ">Closed<" not in hidden, name


def test_env_10_environment_management_gets_past_every_list(place: Place) -> None:
    """An Administrator is on no list and sees all of it."""
    add: dict[str, Any] = {"email": "ada@gated.example", "first_name": "Ada", "last_name": "X", "notify": False}
    ada = add_user(actor=OPERATOR, at=AT, account=place.account, roles={RoleId("ADMINISTRATOR")}, **add).user
    switch_feature(actor=OPERATOR, at=AT, account=place.account, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=False)
    everything = Place(place.account, place.reports, place.packs, {"ada": ada})
    assert [everything.ask("ada", route).status_code for route in GATED if route.method == "get"] == [
        route.allowed for route in GATED if route.method == "get"
    ]
