"""The tab Schedules of an environment: what each sees and may do there, in words, by the clocks of the schedule."""

from collections.abc import Iterator
from datetime import time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import create_account
from tenantry.build.components import create_component
from tenantry.build.models import Component
from tenantry.build.queries import top_id
from tenantry.deploy.commands import create_package, deploy
from tenantry.deploy.models import Deployment, PackagedComponent
from tenantry.environments.commands import create_environment
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.schedules import Daily, Day, Every, Schedule
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, EnvironmentId, RoleId
from tenantry.schedules.commands import set_schedule
from tenantry.schedules.models import ProcessSchedule
from tenantry.schedules.queries import schedule_of
from tenantry.users.commands import add_user
from tests.console.people import AT, signed_in
from tests.store.partners import around_all_tests

pytestmark = pytest.mark.django_db


class Works:
    """An account with an environment and a deployed process; `ada` administers it, `ops` and `run` hold one right each
    of the two that schedules need, `view` only looks.
    """

    def __init__(self) -> None:
        """Make it."""
        features = frozenset({Feature.ADVANCED_USER_SECURITY, Feature.ENVIRONMENTS_UNLIMITED})
        self.account: AccountId = create_account(actor=OPERATOR, at=AT, name="Works", features=features)
        self.here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": self.account}
        self.environment: EnvironmentId = create_environment(**self.here, name="Live")
        self.process = self.deployed("Orders")
        rights = {
            "ops": ["ATOM_MANAGEMENT"],
            "run": ["SCHEDULE_MAINTENANCE", "ATOM_MANAGEMENT_READ_ONLY"],
            "view": ["ATOM_MANAGEMENT_READ_ONLY"],
        }
        roles = {who: create_role(**self.here, name=who, privileges=held) for who, held in rights.items()}
        self.people = {
            who: add_user(
                **self.here, email=f"{who}@works.example", first_name=who, last_name="X", roles={role}, notify=False
            ).user
            for who, role in {**roles, "ada": RoleId("ADMINISTRATOR")}.items()
        }

    def deployed(self, name: str, kind: str = "process") -> ComponentId:
        """A component that is deployed to the environment."""
        top = top_id(self.account)
        made = create_component(**self.here, folder=top, name=name, type=kind, format="xml", text="<process/>")
        package = create_package(**self.here, component=made, version="1.0")
        deploy(**self.here, package=package, environment=self.environment)
        return made

    def browser(self, who: str) -> Client:
        """A browser in which somebody is signed in."""
        return signed_in(self.people[who], self.account)

    def tab(self, who: str, **query: str) -> str:
        """The tab as somebody sees it."""
        asked = {"environment": self.environment, "tab": "schedules", **query}
        answer = self.browser(who).get(reverse("environment"), asked)
        assert answer.status_code == 200
        return answer.content.decode().split("<main")[1].split("</main>")[0]

    def address(self, name: str) -> str:
        """A dialog about the process."""
        return f"{reverse(name)}?{urlencode({'environment': self.environment, 'component': self.process})}"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Works]:
    """The account, made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield Works()


@pytest.fixture
def works(made: Works, db: None) -> Works:
    """The account."""
    return made


def test_priv_9_the_dialog_sets_what_the_tab_then_tells(works: Works) -> None:
    """In words, with the next run by the schedule's own clocks; pausing, resuming and removing as well."""
    client = works.browser("ada")
    works.deployed("Shop", "api_service")
    empty = works.tab("ada")
    assert "No schedule" in empty
    assert "Shop" not in empty, "no process"
    sent: dict[str, Any] = {"kind": "daily", "at": "06:30", "days": ["MON"], "time_zone": "Asia/Tokyo", "minutes": ""}
    assert client.post(works.address("schedule_edit"), sent).status_code == 303
    daily = Schedule(Daily(time(6, 30), frozenset({Day.MON})), "Asia/Tokyo")
    assert schedule_of(works.account, works.environment, works.process) == daily
    told = works.tab("ada")
    assert "At 06:30 on Monday (Asia/Tokyo)" in told
    assert ">Mon 20" in told, "Sunday evening in UTC"
    assert 'value="06:30"' in client.get(works.address("schedule_edit")).content.decode()
    assert client.post(works.address("schedule_pause")).status_code == 303
    paused = works.tab("ada")
    assert ">Paused<" in paused
    assert "<time" not in paused
    assert client.post(works.address("schedule_resume")).status_code == 303
    assert ">Paused<" not in works.tab("ada")
    assert client.post(works.address("schedule_remove")).status_code == 303
    assert "No schedule" in works.tab("ada")
    assert client.get(works.address("schedule_remove")).status_code == 404


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "This field is required"),
        ({"kind": "every"}, "How many minutes"),
        ({"kind": "every", "minutes": "1441"}, "every 1 to 1440 minutes"),
        ({"kind": "every", "minutes": "x"}, "whole number"),
        ({"kind": "daily", "days": "MON"}, "At what time of day"),
        ({"kind": "daily", "days": "MON", "at": "25:00"}, "hours and minutes"),
        ({"kind": "daily", "at": "06:30"}, "at least one day of the week"),
        ({"kind": "daily", "at": "06:30", "days": "NOW"}, "not one of the available choices"),
        ({"kind": "every", "minutes": "5", "time_zone": "Mars"}, "not one of the available choices"),
    ],
)
def test_priv_9_a_bad_schedule_is_told_at_its_field(works: Works, data: dict[str, str], told: str) -> None:
    """422, and there is none; fields of the kind that was not chosen are not looked at."""
    client = works.browser("ada")
    answer = client.post(works.address("schedule_edit"), {"time_zone": "UTC", **data})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert schedule_of(works.account, works.environment, works.process) is None
    strange = {"kind": "every", "minutes": "5", "at": "25:00", "days": "NOW", "time_zone": "UTC"}
    assert client.post(works.address("schedule_edit"), strange).status_code == 303


@pytest.mark.parametrize(
    ("who", "missing"),
    [("ops", "SCHEDULE_MAINTENANCE"), ("run", "ATOM_MANAGEMENT"), ("view", "ATOM_MANAGEMENT")],
)
def test_priv_9_without_both_rights_the_tab_is_read_only_and_says_why(works: Works, who: str, missing: str) -> None:
    """The schedule is told, no button is there, and asking all the same is refused by name of the right."""
    set_schedule(**works.here, environment=works.environment, component=works.process, when=Every(15), time_zone="UTC")
    shown = works.tab(who)
    assert "Every 15 minutes, from midnight on (UTC)" in shown
    assert f"({missing}) is not held" in shown.replace("&#x27;", "'")
    assert 'method="post"' not in shown
    assert 'hx-target="#dialog-body"' not in shown
    for name in ("schedule_edit", "schedule_pause", "schedule_resume", "schedule_remove"):
        answer = works.browser(who).post(works.address(name), {"kind": "every", "minutes": 5, "time_zone": "UTC"})
        assert answer.status_code == 403
    assert schedule_of(works.account, works.environment, works.process) == Schedule(Every(15), "UTC")


def copies(works: Works, table: Any, names: list[str]) -> list[Any]:
    """As many copies of the one row that a table has about the process, each under another name."""
    about = {"id": works.process} if table is Component else {"component": works.process}
    found = []
    for name in names:
        row = table.rows.of(works.account).get(**about)
        row.pk = name if isinstance(row.pk, str) else None
        for column, value in {"name": name, "name_key": name.casefold()}.items():
            if hasattr(row, column):
                setattr(row, column, value)
        if table is not Component:
            row.component_id = name
        if table is Deployment:
            row.package_id = name
        found.append(row)
    return found


def test_priv_9_the_tab_takes_a_fixed_number_of_queries_and_is_paged_and_searched(works: Works) -> None:
    """Whatever is deployed there; each process is on one page."""
    client = works.browser("ada")
    query = {"environment": works.environment, "tab": "schedules"}
    set_schedule(**works.here, environment=works.environment, component=works.process, when=Every(15), time_zone="UTC")

    def asked() -> tuple[int, Any]:
        client.get(reverse("environment"), query)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("environment"), query)
        return len(queries), answer.context

    before, _ = asked()
    names = [f"Process {number:02}" for number in range(52)]
    for table in (Component, PackagedComponent, Deployment, ProcessSchedule):
        table.rows.of(works.account).bulk_create(copies(works, table, names))
    after, first = asked()
    assert after == before
    rest = client.get(reverse("environment"), {**query, "after": first["page"]["next"]}).context
    assert sorted(one["name"] for one in (*first["processes"], *rest["processes"])) == ["Orders", *names]
    assert sum(one["words"].startswith("Every 15 minutes") for one in first["processes"]) >= 49
    assert len(first["processes"]) == 50
    found = client.get(reverse("environment"), {**query, "q": "cess 4"}).context["processes"]
    assert sorted(one["name"] for one in found) == [f"Process {number}" for number in range(40, 50)]
    assert "No processes found" in works.tab("ada", q="nothing")
