"""PRIV-6 to PRIV-10: which privileges the platform's actions ask for together."""

import itertools

import pytest

from tenantry.rules.privileges import BUILT_IN_NAMES, PLATFORM
from tenantry.rules.surfaces import ACTIONS, missing_for

# An action, and the sets of which one is enough, `/` between them.
TABLE = {
    "build.view": "BUILD_READ_ONLY",
    "build.copy_out": "BUILD_READ_ONLY",
    "build.create": "BUILD",
    "build.import": "BUILD",
    "build.edit": "BUILD",
    "build.rename": "BUILD",
    "build.delete": "BUILD",
    "build.save": "BUILD",
    "build.edit_process_extensions": "BUILD",
    "build.test_run": "BUILD",
    "build.generate_certificate": "BUILD",
    "build.copy_in": "BUILD",
    "runtimes.install": "BUILD / ATOM_MANAGEMENT",
    "runtimes.view": "ATOM_MANAGEMENT_READ_ONLY",
    "runtimes.search": "ATOM_MANAGEMENT_READ_ONLY",
    "runtimes.save": "ATOM_MANAGEMENT",
    "runtimes.delete": "ATOM_MANAGEMENT",
    "runtimes.restart": "ATOM_MANAGEMENT",
    "reporting.open": "VIEW_RESULT",
    "reporting.view_document": "VIEW_RESULT VIEW_DATA",
    "reporting.run_in_test_mode": "VIEW_RESULT VIEW_DATA",
    "reporting.rerun_document": "VIEW_RESULT EXECUTE",
    "build.package": "BUILD PACKAGE_MANAGEMENT",
    "deploy.package_and_deploy": "PACKAGE_MANAGEMENT DEPLOY",
    "schedules.edit_in_console": "SCHEDULE_MAINTENANCE ATOM_MANAGEMENT",
    "schedules.edit_by_api": "SCHEDULE_MAINTENANCE / ATOM_MANAGEMENT",
    "libraries.upload": "BUILD DEVELOPER",
}


def open_with(action: str, *privileges: str) -> bool:
    """Whether somebody with these privileges, and what they imply, may do it."""
    held = set(PLATFORM.names(PLATFORM.close(PLATFORM.mask(privileges))))
    return missing_for(action, held) == frozenset()


def opened(prefix: str, *privileges: str) -> set[str]:
    """The actions of an area that these privileges open."""
    return {action for action in TABLE if action.startswith(prefix) and open_with(action, *privileges)}


@pytest.mark.parametrize("action", sorted(TABLE.keys() | ACTIONS.keys()))
def test_priv_6_to_10_each_action_needs_what_the_table_says(action: str) -> None:
    """Any one set held whole opens the action; every set with one privilege less does not."""
    alternatives = [set(one.split()) for one in TABLE[action].split("/")]
    assert {frozenset(one) for one in alternatives} == set(ACTIONS[action])
    for needed in alternatives:
        assert missing_for(action, needed) == frozenset()
        for one in needed:
            rest = needed - {one}
            assert missing_for(action, rest) != frozenset()
            assert missing_for(action, BUILT_IN_NAMES - set().union(*alternatives)) != frozenset()


def test_priv_6_build_read_access_alone_views_and_copies_out() -> None:
    """Viewing and copying out, and nothing that creates, changes or deletes; no runtime is installed either."""
    assert opened("build.", "BUILD_READ_ONLY") == {"build.view", "build.copy_out"}
    assert not open_with("runtimes.install", "BUILD_READ_ONLY")


def test_priv_6_runtime_management_installs_runtimes_without_build() -> None:
    """Installing a runtime is forbidden unless Runtime Management is held."""
    assert open_with("runtimes.install", "BUILD_READ_ONLY", "ATOM_MANAGEMENT")
    assert open_with("runtimes.install", "BUILD")
    assert not open_with("runtimes.install", "BUILD_READ_ONLY", "ATOM_MANAGEMENT_READ_ONLY")


def test_priv_7_runtime_read_access_looks_and_changes_nothing() -> None:
    """Settings, search, filter and sort, with no save, delete or restart action."""
    assert opened("runtimes.", "ATOM_MANAGEMENT_READ_ONLY") == {"runtimes.view", "runtimes.search"}
    assert opened("runtimes.", "ATOM_MANAGEMENT") == {a for a in TABLE if a.startswith("runtimes.")}


@pytest.mark.parametrize(
    ("held", "actions"),
    [
        ("VIEW_RESULT", {"open"}),
        ("VIEW_RESULT VIEW_DATA", {"open", "view_document", "run_in_test_mode"}),
        ("VIEW_RESULT EXECUTE", {"open", "rerun_document"}),
        ("VIEW_DATA EXECUTE", set()),
    ],
)
def test_priv_8_process_reporting(held: str, actions: set[str]) -> None:
    """It needs `VIEW_RESULT`; documents need `VIEW_DATA`, running again needs `EXECUTE`."""
    assert opened("reporting.", *held.split()) == {f"reporting.{action}" for action in actions}


def test_priv_9_packages_and_schedules() -> None:
    """Packaging, package-and-deploy and schedules need two; schedules by API either one of the two."""
    for action in ("build.package", "deploy.package_and_deploy", "schedules.edit_in_console"):
        for one in TABLE[action].split():
            assert not open_with(action, one)
        assert open_with(action, *TABLE[action].split())
    assert open_with("schedules.edit_by_api", "SCHEDULE_MAINTENANCE")
    assert open_with("schedules.edit_by_api", "ATOM_MANAGEMENT")
    assert not open_with("schedules.edit_by_api", "ATOM_MANAGEMENT_READ_ONLY")


def test_priv_10_uploading_libraries_needs_both() -> None:
    """Upload to Account Libraries needs `BUILD` and `DEVELOPER`."""
    for held in itertools.combinations(("BUILD_READ_ONLY", "DEVELOPER", "BUILD"), 2):
        assert open_with("libraries.upload", *held) == (set(held) == {"BUILD", "DEVELOPER"})


def test_priv_6_of_several_ways_the_one_that_lacks_least_is_named() -> None:
    """What is missing is told for the alternative that is nearest, and always the same one."""
    assert missing_for("runtimes.install", set()) == {"ATOM_MANAGEMENT"}
    assert missing_for("reporting.view_document", {"VIEW_DATA"}) == {"VIEW_RESULT"}


def test_priv_6_no_door_may_invent_an_action() -> None:
    """An unknown action is a defect of the door, not an answer."""
    with pytest.raises(KeyError):
        missing_for("build.fly", set(BUILT_IN_NAMES))


def test_priv_6_every_privilege_asked_for_exists() -> None:
    """No action asks for something that nobody can hold."""
    assert {name for sets in ACTIONS.values() for one in sets for name in one} <= BUILT_IN_NAMES
