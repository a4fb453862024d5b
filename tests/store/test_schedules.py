"""PRIV-9, ENV-16, ENV-18: schedules of deployed processes: who sets them, and what becomes of them."""

import json
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.test import Client

from tenantry.accounts.commands import switch_feature
from tenantry.deploy.commands import deploy, undeploy
from tenantry.deploy.queries import active_deployment
from tenantry.environments.commands import attach_roles, remove_environment
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.schedules import Daily, Day, Every, Schedule, When
from tenantry.rules.vocabulary import OPERATOR, Actor, EnvironmentId, Source
from tenantry.schedules.commands import pause_schedule, remove_schedule, resume_schedule, set_schedule
from tenantry.schedules.models import ProcessSchedule
from tenantry.schedules.queries import schedule_of, schedules_in
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    Somebody,
    a_role,
    a_user,
    changes,
    refused,
    watched,
    words,
)
from tests.store.workplaces import Workplace, a_package, a_process, a_runtime, a_workplace, an_environment

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

MORNINGS = Daily(time(6, 30), frozenset({Day.MON, Day.FRI}))
BOTH = ("ATOM_MANAGEMENT", "SCHEDULE_MAINTENANCE")


@pytest.fixture
def works(db: None) -> Workplace:
    """An account with an open environment to which a process is deployed."""
    works = a_workplace()
    deploy(actor=OPERATOR, at=AT, account=works.account, package=works.package, environment=works.open)
    return works


def somebody_with(works: Workplace, *privileges: str) -> Somebody:
    """A user with these privileges alone."""
    return a_user(works.account, a_role(works.account, " ".join(privileges), *privileges))


def asked(works: Workplace, actor: Actor, environment: str = "", component: str = "") -> dict[str, Any]:
    """What every command about a schedule is asked with."""
    return {
        "actor": actor,
        "at": AT,
        "account": works.account,
        "environment": EnvironmentId(environment or works.open),
        "component": component or works.process,
    }


def put(works: Workplace, actor: Actor, when: When = MORNINGS, zone: str = "Europe/Berlin", **where: str) -> None:
    """Set a schedule."""
    set_schedule(**asked(works, actor, **where), when=when, time_zone=zone)


def told(works: Workplace) -> Schedule | None:
    """The schedule of the process in the open environment."""
    return schedule_of(works.account, works.open, works.process)


def test_priv_9_in_the_console_both_rights_are_needed_and_by_interface_either(works: Workplace) -> None:
    """Scheduling and Runtime Management; each alone is refused by the name of the other."""
    for held, missing in (BOTH, BOTH[::-1]):
        who = somebody_with(works, held)
        through_console = Actor(who.actor.user, Source.UI)
        with refused(no.PrivilegeNotHeld, "ROLE-11") as why:
            put(works, through_console)
        assert why[0].details()["privilege"] == missing
        assert told(works) is None
        by_interface = Actor(who.actor.user, Source.API)
        put(works, by_interface)
        pause_schedule(**asked(works, by_interface))
        remove_schedule(**asked(works, by_interface))
    stranger = Actor(somebody_with(works, "DEPLOY").actor.user, Source.API)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        put(works, stranger)
    put(works, Actor(somebody_with(works, *BOTH).actor.user, Source.UI))
    assert told(works) == Schedule(MORNINGS, "Europe/Berlin")


def test_env_16_a_read_only_environment_takes_no_schedule_and_full_access_brings_no_right(works: Workplace) -> None:
    """A matched role with Read Access takes it away for every command and door; Full Access gives it back, and to
    nobody whose roles lack it (ENV-17, ENV-18).
    """
    here = works.account
    switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True)
    reads, full = a_role(here, "Reads", "ENV_MANAGEMENT_READ_ONLY"), a_role(here, "Full", "ENV_MANAGEMENT_FULL")
    rights = a_role(here, "Rights", *BOTH)
    put(works, OPERATOR)
    attach_roles(actor=OPERATOR, at=AT, account=here, environment=works.open, roles=frozenset({reads, full}))
    for source in (Source.UI, Source.API):
        narrowed = Actor(a_user(here, reads, rights, email=f"n-{source}@x.example".lower()).actor.user, source)
        for act in (pause_schedule, resume_schedule, remove_schedule):
            with refused(no.EnvironmentReadOnly, "ENV-16"):
                act(**asked(works, narrowed))
        with refused(no.EnvironmentReadOnly, "ENV-16"):
            put(works, narrowed, Every(5))
    listed, outside = a_user(here, full).actor, a_user(here, rights).actor
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        put(works, listed, Every(5))
    with refused(no.EnvironmentClosed, "ENV-9"):
        put(works, outside, Every(5))
    put(works, a_user(here, reads, full, rights).actor, Every(5))
    assert told(works) == Schedule(Every(5), "Europe/Berlin")


def test_priv_9_a_schedule_is_set_changed_paused_resumed_and_removed(works: Workplace) -> None:
    """Each is one entry; the same again is none; a change leaves a paused one paused; no decision rests on it."""
    boss = a_user(works.account, STANDARD_USER).actor
    first = "At 06:30 on Monday, Friday (Europe/Berlin)"
    steps: tuple[tuple[Callable[[], None], tuple[str, str], dict[str, Any]], ...] = (
        (lambda: put(works, boss), ("ADD", "NONE"), {"schedule": (None, first), "environment": (None, "Open")}),
        (lambda: pause_schedule(**asked(works, boss)), ("UPDATE", "PAUSED"), {"enabled": (True, False)}),
        (
            lambda: put(works, boss, Every(5), "UTC"),
            ("UPDATE", "NONE"),
            {"schedule": (first, "Every 5 minutes, from midnight on (UTC)")},
        ),
        (lambda: resume_schedule(**asked(works, boss)), ("UPDATE", "RESUMED"), {"enabled": (False, True)}),
    )
    kept: list[Schedule | None] = []
    for act, expected, properties in steps:
        with watched() as written:
            act()
        entry = written.only(works.account)
        assert (words(entry), entry.container) == (("as.schedule", *expected), "Orders")
        assert changes(entry) == {"environment": (None, "Open"), **properties}
        assert written.raised == {}
        with watched() as again:
            act()
        assert again.entries == {}
        kept.append(told(works))
    assert kept == [
        Schedule(MORNINGS, "Europe/Berlin"),
        Schedule(MORNINGS, "Europe/Berlin", enabled=False),
        Schedule(Every(5), "UTC", enabled=False),
        Schedule(Every(5), "UTC"),
    ]
    remove_schedule(**asked(works, boss))
    for gone in (pause_schedule, resume_schedule, remove_schedule):
        with refused(no.ScheduleNotFound, "PRIV-9"):
            gone(**asked(works, boss))


@pytest.mark.parametrize(
    ("when", "zone", "refusal"),
    [
        (Every(0), "UTC", no.ScheduleIntervalInvalid),
        (Every(10**9), "UTC", no.ScheduleIntervalInvalid),
        (Daily(time(6), frozenset()), "UTC", no.ScheduleDaysInvalid),
        (Daily(time(6, 0, 30), frozenset(Day)), "UTC", no.ScheduleTimeInvalid),
        (Every(5), "Mars/Base", no.TimeZoneUnknown),
    ],
)
def test_priv_9_what_no_schedule_may_be_is_refused(
    works: Workplace, when: When, zone: str, refusal: type[no.Refusal]
) -> None:
    """By the rule of its refusal."""
    with refused(refusal, refusal.rule):
        put(works, OPERATOR, when, zone)


def test_priv_9_only_a_process_that_is_deployed_there_is_scheduled(works: Workplace) -> None:
    """Not where it is not deployed, not what serves, and nothing of another account."""
    elsewhere = an_environment(works.account, "Elsewhere")
    with refused(no.DeploymentNotFound, "ENV-13"):
        put(works, OPERATOR, environment=elsewhere)
    shop = a_process(works.account, "Shop", "api_service")
    package = a_package(works.account, shop)
    deploy(actor=OPERATOR, at=AT, account=works.account, package=package, environment=works.open)
    with refused(no.NotSchedulable, "PRIV-9"):
        put(works, OPERATOR, component=shop)
    other = a_workplace("Other")
    deploy(actor=OPERATOR, at=AT, account=other.account, package=other.package, environment=other.open)
    boss = a_user(works.account, ADMINISTRATOR).actor
    with refused(no.DeploymentNotFound, "ENV-13"):
        put(works, boss, component=other.process)
    with refused(no.EnvironmentNotFound, no.EnvironmentNotFound.rule):
        put(works, boss, environment=other.open, component=other.process)


def test_priv_9_another_version_keeps_the_schedule_and_the_end_of_the_deployment_takes_it(works: Workplace) -> None:
    """It is recorded, by whoever ended the deployment; elsewhere it stays, and deploying again brings none back."""
    elsewhere = an_environment(works.account, "Elsewhere")
    newer = a_package(works.account, works.process, "1.1")
    where: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": works.account}
    deploy(**where, package=newer, environment=elsewhere)
    put(works, OPERATOR)
    put(works, OPERATOR, environment=elsewhere)
    deploy(**where, package=newer, environment=works.open)
    assert told(works) == Schedule(MORNINGS, "Europe/Berlin")
    now = active_deployment(works.account, works.process, works.open)
    assert now is not None
    ender = somebody_with(works, "DEPLOY")
    with watched() as written:
        undeploy(actor=ender.actor, at=AT, account=works.account, deployment=now.pk)
    found = {words(entry): entry for entry in written.entries[works.account]}
    assert set(found) == {("as.schedule", "DELETE", "NONE"), ("as.deployment", "DELETE", "NONE")}
    assert {entry.user for entry in found.values()} == {ender.actor.user}
    assert told(works) is None
    assert set(schedules_in(works.account, elsewhere, [works.process])) == {works.process}
    deploy(**where, package=newer, environment=works.open)
    assert told(works) is None


def test_env_6_an_environment_goes_with_its_schedules(works: Workplace) -> None:
    """One entry for each."""
    put(works, OPERATOR)
    with watched() as written:
        remove_environment(actor=OPERATOR, at=AT, account=works.account, environment=works.open)
    assert sorted(map(words, written.entries[works.account])) == [
        ("as.deployment", "DELETE", "NONE"),
        ("as.environment", "DELETE", "NONE"),
        ("as.schedule", "DELETE", "NONE"),
    ]
    assert not ProcessSchedule.rows.of(works.account).exists()


def test_priv_9_runtimes_are_told_the_schedules_of_what_they_run(works: Workplace) -> None:
    """With each deployment, and none where there is none; a paused one has no next run."""
    station = a_runtime(works.account, works.open)
    other = a_process(works.account, "Invoices")
    package = a_package(works.account, other)
    deploy(actor=OPERATOR, at=AT, account=works.account, package=package, environment=works.open)
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {station.secret}"})

    def schedules() -> dict[str, Any]:
        answer = json.loads(client.get("/runtime/v1/deployments").content)
        [number] = [one["id"] for one in answer["deployments"] if one["name"] == "Orders"]
        found = {one["name"]: one["schedule"] for one in answer["deployments"]}
        assert json.loads(client.get(f"/runtime/v1/deployments/{number}").content)["schedule"] == found["Orders"]
        return found

    assert schedules() == {"Orders": None, "Invoices": None}
    put(works, OPERATOR)
    due = schedules()["Orders"].pop("next_run")
    assert due.endswith(":30:00Z")
    pause_schedule(**asked(works, OPERATOR))
    put(works, OPERATOR, Every(15), "UTC", component=other)
    found = schedules()
    assert found["Orders"] == {
        "at": "06:30",
        "days": ["MON", "FRI"],
        "time_zone": "Europe/Berlin",
        "enabled": False,
        "next_run": None,
    }
    assert found["Invoices"].pop("next_run")
    assert found["Invoices"] == {"every_minutes": 15, "time_zone": "UTC", "enabled": True}
