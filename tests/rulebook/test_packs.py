"""The chapter PACK as far as it is pure: what packs take, when they are released, what an account sees of one."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tenantry.rules import packs as law, refusals as no
from tenantry.rules.components import TYPES
from tenantry.rules.dates import start_of_day
from tenantry.rules.features import Feature
from tenantry.rules.packs import (
    Candidate,
    Following,
    InstallationType,
    Released,
    Standing,
    Taken,
    connector_versions,
    standing,
)
from tenantry.rules.vocabulary import AccountId

SINGLE, MULTI = InstallationType.SINGLE, InstallationType.MULTI
HOME = AccountId("home")


def test_pack_1_multiple_attachments_takes_its_own_feature() -> None:
    """Otherwise only Single Attachment exists."""
    both = {Feature.INTEGRATION_PACKS, Feature.MULTI_INSTALL_PACKS}
    assert law.offered_types({Feature.INTEGRATION_PACKS}) == (SINGLE,)
    assert law.offered_types(both) == (SINGLE, MULTI)
    assert law.check_type("MULTI", HOME, both) is MULTI
    assert law.check_type("SINGLE", HOME, {Feature.INTEGRATION_PACKS}) is SINGLE
    refused = law.check_type("MULTI", HOME, {Feature.INTEGRATION_PACKS})
    assert isinstance(refused, no.FeatureMissing)
    assert refused.rules[0] == "PACK-1"
    assert isinstance(law.check_type("single", HOME, both), no.PackTypeUnknown)
    assert [kind.label for kind in InstallationType] == ["Single Attachment", "Multiple Attachments"]


@pytest.mark.parametrize(
    ("name", "good"), [("P", True), ("x" * 255, True), ("", False), (" ", False), ("x" * 256, False)]
)
def test_pack_1_names_and_descriptions_have_limits(name: str, good: bool) -> None:  # noqa: FBT001 - a column
    """A name of 1 to 255 characters, a description of up to 500."""
    assert (law.check_name(name) is None) is good
    assert law.check_name("zero\x00") is not None
    assert law.check_description("d" * 500) is None
    assert law.check_description("d" * 501) is not None


@pytest.mark.parametrize("kind", InstallationType)
@pytest.mark.parametrize("component", TYPES)
def test_pack_2_processes_and_api_services_alone(component: str, kind: InstallationType) -> None:
    """Of those with a shareable package; API Services not with Multiple Attachments; nothing with a Process Route."""
    fits = component == "process" or (component == "api_service" and kind is SINGLE)
    assert (law.check_candidate(Candidate("C", component, shareable=True), kind) is None) is fits
    assert law.check_candidate(Candidate("C", component, shareable=False), kind) is not None
    assert law.check_candidate(Candidate("C", component, shareable=True, routes=True), kind) is not None


def test_pack_2_a_hundred_at_most() -> None:
    """Counted with what is to come."""
    assert law.check_room(99) is None
    assert law.check_room(0, 100) is None
    assert law.check_room(100) == law.check_room(1, 100) == no.PackFull(limit=100)


def test_pack_3_a_release_changes_something() -> None:
    """Other packages than those of the last release, and some at all; the first one always does."""
    assert law.releasable({"a"}, None)
    assert law.releasable({"a", "b"}, {"a"})
    assert law.releasable({"a"}, {"a", "b"})
    assert not law.releasable({"a"}, {"a"})
    assert not law.releasable((), None)
    assert not law.releasable((), {"a"})
    day = date(2031, 5, 23)
    assert law.check_release("P", {"a"}, None, None, day) is None
    assert isinstance(law.check_release("P", {"a"}, {"a"}, None, None), no.NothingToRelease)
    assert isinstance(law.check_release("P", (), None, None, None), no.NothingToRelease)


def test_pack_5_a_second_update_is_immediate() -> None:
    """While one is pending a dated one is refused, whether or not it would change anything."""
    pending = date(2031, 5, 23)
    later = law.check_release("P", {"b"}, {"a"}, pending, date(2031, 6, 1))
    assert later == no.UpdatePending(pack="P", day="2031-05-23")
    assert law.check_release("P", {"b"}, {"a"}, pending, None) is None


@pytest.mark.parametrize(
    ("zone", "first"),
    [(0, "2031-05-21"), (14, "2031-05-22"), (-11, "2031-05-21")],
)
def test_pack_4_a_day_whose_night_is_still_to_come(zone: int, first: str) -> None:
    """As the calendar of the publisher's time zone has it, which may be a day ahead of the server's (CONF-11)."""
    at = datetime(2031, 5, 20, 12, tzinfo=UTC)
    day = date.fromisoformat(first)
    there = timezone(timedelta(hours=zone))
    assert law.check_day(day, at, there, "There") is None
    assert start_of_day(day, there) > at
    refused = law.check_day(day - timedelta(days=1), at, there, "There")
    assert refused == no.ReleaseDayInvalid(first=first, zone="There")
    assert start_of_day(day - timedelta(days=1), there) <= at


def test_pack_4_the_hour_is_the_publishers() -> None:
    """Midnight of the same day is another instant in each time zone (CONF-11)."""
    day = date(2031, 5, 23)
    hours = [start_of_day(day, timezone(timedelta(hours=ahead))).hour for ahead in (0, 2, -4)]
    assert hours == [0, 22, 4]


def test_pack_8_single_once_multiple_under_names() -> None:
    """A Single one has no name of its own; those of a Multiple one differ, ignoring case."""
    assert law.check_instance("P", SINGLE, "", ()) is None
    assert law.check_instance("P", SINGLE, "other", {""}) == no.AlreadyInstalled(pack="P")
    assert law.check_instance("P", MULTI, "Shop", {"store"}) is None
    assert isinstance(law.check_instance("P", MULTI, " SHOP ", {"shop"}), no.InstanceNameTaken)
    for name in ("", " ", "x" * 256, "a\x00"):
        assert isinstance(law.check_instance("P", MULTI, name, ()), no.InstanceNameInvalid)


def test_pack_9_the_version_counts_releases_to_the_account() -> None:
    """One at installation, one more with each release after it, one more with an update that is applied early; while
    it is held back it stays.
    """
    assert Following(counted=1, since=7).version(7) == 1
    assert Following(counted=1, since=7).version(9) == 3
    assert Following(counted=1, since=7, early=True).version(9) == 4
    assert Following(counted=4, since=9).version(9) == 4
    assert Following(counted=1, since=7, held=2).version(12) == 2


STANDINGS = [
    ({"reached": False, "pending": True, "applied": True, "dropped": False}, Standing.FROZEN),
    ({"reached": False, "pending": False, "applied": False, "dropped": False}, Standing.FROZEN),
    ({"reached": True, "pending": False, "applied": False, "dropped": False}, Standing.CURRENT),
    ({"reached": True, "pending": True, "applied": False, "dropped": False}, Standing.PENDING),
    ({"reached": True, "pending": True, "applied": True, "dropped": False}, Standing.EARLY),
    ({"reached": True, "pending": True, "applied": True, "dropped": True}, Standing.TAKEN),
]


@pytest.mark.parametrize(("facts", "stands"), STANDINGS)
def test_pack_6_who_may_apply_an_update(facts: dict[str, bool], stands: Standing) -> None:
    """Whoever the pack is shared with, once for each pending update, where it can be tried out (PACK-5, PACK-11)."""
    assert standing(**facts) is stands
    refusals = {
        Standing.FROZEN: no.PackFrozen(pack="P"),
        Standing.CURRENT: no.NoUpdatePending(pack="P"),
        Standing.PENDING: None,
        Standing.EARLY: no.UpdateTaken(pack="P"),
        Standing.TAKEN: no.UpdateTaken(pack="P"),
    }
    assert law.check_early("P", stands, runtimes=True) == refusals[stands]
    if stands is Standing.PENDING:
        assert law.check_early("P", stands, runtimes=False) == no.NoRuntimeForUpdate(pack="P")


def test_conn_8_whichever_deployment_came_later_tells_the_versions() -> None:
    """Those of the release, unless the account took others since: for that very release, or when it was complete. What
    neither tells is as it was packaged.
    """
    packaged = {"crm": "1", "erp": "1", "mail": ""}
    second = Released(key=20, number=2, versions={"crm": "2"})
    of_release = {"crm": "2", "erp": "1", "mail": ""}
    taken = {"crm": "3", "other": "9"}
    of_account = {**of_release, "crm": "3"}
    assert connector_versions(packaged, second, Taken({})) == of_release
    assert connector_versions(packaged, second, Taken(taken, ran=10, newest=1)) == of_release
    assert connector_versions(packaged, second, Taken(taken, ran=20, newest=1)) == of_account
    assert connector_versions(packaged, second, Taken(taken, ran=10, newest=2)) == of_account
    pending = Released(key=30, number=None, versions={})
    assert connector_versions({"crm": "1"}, pending, Taken(taken, ran=30, newest=2)) == {"crm": "3"}
    assert connector_versions({"crm": "1"}, pending, Taken(taken, ran=20, newest=2)) == {"crm": "1"}


def test_env_6_packs_that_are_attached_are_named() -> None:
    """Nothing stands against deleting an environment without them."""
    assert law.check_environment_free("Live", ()) is None
    refused = law.check_environment_free("Live", ["zebra", "Ant"])
    assert refused == no.PacksAttached(environment="Live", packs="Ant, zebra")
