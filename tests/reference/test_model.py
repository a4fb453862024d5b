"""The measure itself: what it refuses to take as a world, and readings no scenario can show."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .catalogue import BUILT_IN, DEFAULT_ROLES, FEATURE_OF, FEATURES
from .facts import RoleKey, SupportGrant
from .model import OPERATOR, Answer, World, WorldError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HARBOR: dict[str, Any] = {"kind": "account", "id": "harbor", "name": "Harbor Logistics"}
INES: dict[str, Any] = {"kind": "user", "id": "Ines@harbor.example", "external_id": "P-77"}
ADMIN: dict[str, Any] = {"kind": "user_role", "account": "harbor", "user": INES["id"], "role": "Administrator"}


def imports(path: Path) -> set[str]:
    """The modules a file imports, those of its own folder as `.name`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {"." * node.level + (node.module or "")}
    return found


def test_the_model_shares_no_code_with_the_product() -> None:
    """A measure that imports what it measures measures nothing."""
    here = Path(__file__).parent
    measure, left = set[Path](), [here / "model.py", here / "worlds.py"]
    while left:
        path = left.pop()
        measure.add(path)
        own = {here / f"{name[1:]}.py" for name in imports(path) if name.startswith(".")}
        left += own - measure
    assert {"facts.py", "access.py", "places.py", "place_changes.py", "world_commands.py"} <= {
        path.name for path in measure
    }
    for path in measure:
        assert not [name for name in imports(path) if name.split(".")[0] == "tenantry"], path.name


def test_the_catalogue_has_the_size_the_rule_book_prints() -> None:
    """39 rights, 17 of Data Hub, four default roles and six MDM roles; every gate is a feature that exists."""
    assert len(BUILT_IN) == 39 + 17
    assert len(DEFAULT_ROLES) == 4 + 6
    assert set(FEATURE_OF.values()) <= FEATURES
    assert set(FEATURE_OF) <= BUILT_IN


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "galaxy", "name": "Andromeda"},
        {**HARBOR, "features": ["teleport"]},
        {**HARBOR, "status": "asleep"},
        {**HARBOR, "primary": "nowhere"},
        {**ADMIN, "user": "nobody@harbor.example"},
        {**ADMIN, "account": "nowhere"},
        {**ADMIN, "role": "Undefined"},
        {**ADMIN, "valid_until": "2026-01-01T00:00:00"},
        {"kind": "object", "account": "nowhere", "type": "invoice", "id": "1"},
        {"kind": "privilege", "name": "a", "title": "A", "implies": ["undefined"]},
        {"kind": "group_account", "account": "harbor", "group": "Undefined", "member": "harbor"},
        {"kind": "group_resource", "account": "harbor", "group": "All Accounts", "type": "cloud", "name": "C"},
        {"kind": "account_group", "account": "harbor", "name": "G", "alert_level": "loud"},
        {"kind": "environment", "account": "nowhere", "name": "E"},
        {"kind": "environment", "account": "harbor", "name": "E", "classification": "STAGE"},
        {"kind": "environment_role", "account": "harbor", "environment": "Undefined", "role": "Support"},
        {"kind": "folder", "account": "nowhere", "path": "F"},
        {"kind": "folder_role", "account": "harbor", "path": "Undefined", "role": "Support"},
        {"kind": "folder_role", "account": "harbor", "path": "", "role": "Undefined"},
    ],
    ids=lambda line: f"{line['kind']}-{len(line)}",
)
def test_lines_that_make_no_world_are_an_error(line: dict[str, Any]) -> None:
    """A mistake in a world is reported, never answered with a denial."""
    World.from_lines([HARBOR, INES, ADMIN])
    with pytest.raises(WorldError):
        World.from_lines([HARBOR, INES, ADMIN, line])


def test_a_person_is_found_by_external_id_too() -> None:
    """The host application's own id names the person, exactly as given."""
    world = World.from_lines([HARBOR, INES, ADMIN])
    assert world.answer("P-77", "BUILD", "harbor", NOON).allowed
    assert world.answer("p-77", "BUILD", "harbor", NOON) == Answer(allowed=False, reason="unknown_user")


def test_an_answer_carries_roles_and_the_whole_effective_set() -> None:
    """Also a denial shows what the user does have there."""
    world = World.from_lines([HARBOR, INES, ADMIN])
    allowed = world.answer("ines@harbor.example", "BUILD", "harbor", NOON)
    denied = world.answer("ines@harbor.example", "MDM_VIEW_DATA", "harbor", NOON)
    assert allowed.roles == denied.roles == {"Administrator"}
    assert "BUILD" in allowed.privileges
    assert allowed.privileges == denied.privileges
    assert denied.reason == "feature_off"


def test_a_second_line_changes_only_what_it_states() -> None:
    """Loading a line about a known account or person leaves the members it does not mention."""
    world = World.from_lines([{**HARBOR, "features": ["data_hub"], "support_access_role": None}, INES, ADMIN])
    assert world.lock_user(actor=OPERATOR, user="P-77", at=NOON) is None
    world.load([{**HARBOR, "name": "Harbor & Sons"}, {"kind": "user", "id": "ines@harbor.example"}])
    assert world.accounts["harbor"].name == "Harbor & Sons"
    assert world.accounts["harbor"].features == {"data_hub"}
    assert world.accounts["harbor"].support_access_role is None
    assert world.users["ines@harbor.example"].locked


def test_objections_name_every_rule_that_refuses() -> None:
    """Several rules may refuse at once; the first is answered and all are kept."""
    world = World.from_lines([{**HARBOR, "features": ["advanced_user_security"]}, INES, ADMIN])
    only_role: dict[str, Any] = {"actor": OPERATOR, "account": "harbor", "user": INES["id"], "roles": []}
    assert world.change_user_roles(**only_role, at=NOON) == "USER-11"
    assert world.objections == ["USER-11", "USER-9"]
    assert world.lock_user(actor=OPERATOR, user="P-77", at=NOON) is None
    assert world.objections == []


def test_role_5_a_name_has_at_most_255_characters() -> None:
    """Role names are 1-255 characters."""
    world = World.from_lines([{**HARBOR, "features": ["advanced_user_security"]}, INES, ADMIN])
    new: dict[str, Any] = {"actor": "ines@harbor.example", "account": "harbor", "at": NOON}
    assert world.create_role(**new, name="x" * 256) == "ROLE-5"
    assert world.create_role(**new, name="x" * 255) is None


def test_acc_6_a_managed_account_never_becomes_a_primary() -> None:
    """A primary is never itself managed."""
    world = World.from_lines([HARBOR, {**HARBOR, "id": "pier", "primary": "harbor"}])
    switch: dict[str, Any] = {"actor": OPERATOR, "feature": "account_groups", "on": True, "at": NOON}
    assert world.switch_feature(**switch, account="pier") == "ACC-6"
    assert world.switch_feature(**switch, account="harbor") is None


def test_role_7_a_parent_of_another_account_ends_the_chain_unless_shared() -> None:
    """Defensive resolution: imported data may name a parent that ROLE-7 forbids."""
    roles: list[dict[str, Any]] = [
        {"kind": "role", "account": "harbor", "name": "Owner's", "privileges": ["DEPLOY"]},
        {
            "kind": "role",
            "account": "pier",
            "name": "Child",
            "inherits": {"account": "harbor", "name": "Owner's"},
            "privileges": ["EXECUTE"],
        },
    ]
    world = World.from_lines([HARBOR, {**HARBOR, "id": "pier", "primary": "harbor"}, *roles])
    assert world.resolve("pier", "Child") == {"EXECUTE"}
    share = {"kind": "group_resource", "account": "harbor", "group": "All Accounts", "type": "role", "name": "Owner's"}
    world.load([share])
    assert world.resolve("pier", "Child") == {"EXECUTE", "DEPLOY"}


def test_grp_9_a_group_gives_only_default_roles_and_the_primarys_own() -> None:
    """Imported data may put another account's role into a group; it counts for nothing there."""
    pier = {**HARBOR, "id": "pier", "primary": "harbor"}
    foreign = {"kind": "role", "account": "pier", "name": "Local", "privileges": ["BUILD"]}
    member = {"kind": "group_user_role", "account": "harbor", "group": "All Accounts", "user": INES["id"]}
    world = World.from_lines([HARBOR, pier, INES, foreign, {**member, "role": {"account": "pier", "name": "Local"}}])
    assert world.answer("ines@harbor.example", "BUILD", "pier", NOON).reason == "no_roles"
    world.load([{**member, "role": "Standard User"}])
    assert world.answer("ines@harbor.example", "BUILD", "pier", NOON).roles == {"Standard User"}


PRIMARY: dict[str, Any] = {**HARBOR, "features": ["account_groups", "advanced_user_security"]}
PIER: dict[str, Any] = {**HARBOR, "id": "pier", "name": "Pier", "primary": "harbor"}
SOL: dict[str, Any] = {"kind": "user", "id": "sol@platform.example", "staff": True, "signed_in": True}


def test_grp_5_a_group_name_has_at_most_255_characters() -> None:
    """Required, up to 255 characters, and not only blanks."""
    world = World.from_lines([PRIMARY, INES, ADMIN])
    new: dict[str, Any] = {"actor": "ines@harbor.example", "account": "harbor", "at": NOON}
    assert world.create_group(**new, name="x" * 256) == "GRP-5"
    assert world.create_group(**new, name="  ") == "GRP-5"
    assert world.create_group(**new, name="x" * 255) is None
    assert world.edit_group(**new, group="x" * 255, name="x" * 256) == "GRP-5"


def test_grp_5_alert_levels_are_kept_through_a_new_name() -> None:
    """`none` by default, also for All Accounts; renaming keeps what was chosen."""
    world = World.from_lines([PRIMARY, {"kind": "account_group", "account": "harbor", "name": "G"}])
    edit: dict[str, Any] = {"actor": OPERATOR, "account": "harbor", "at": NOON}
    assert world.alert_levels == {("harbor", "G"): "none"}
    assert world.edit_group(**edit, group="G", alert_level="error") is None
    assert world.edit_group(**edit, group="G", name="H") is None
    assert world.edit_group(**edit, group="All Accounts", alert_level="info") is None
    assert world.alert_levels == {("harbor", "H"): "error", ("harbor", "All Accounts"): "info"}
    assert world.remove_group(**edit, group="H") is None
    assert world.alert_levels == {("harbor", "All Accounts"): "info"}


def test_grp_20_who_has_only_ended_roles_is_still_in_the_group() -> None:
    """Such a person cannot be added, but be given a role, or leave."""
    member = {"kind": "group_user_role", "account": "harbor", "group": "All Accounts", "user": SOL["id"]}
    world = World.from_lines([PRIMARY, PIER, SOL, member | {"role": "Support", "valid_until": "2025-01-01T00:00:00Z"}])
    person: dict[str, Any] = {"actor": OPERATOR, "account": "harbor", "group": "All Accounts", "user": SOL["id"]}
    assert world.add_user_to_group(**person, roles=["Support"], at=NOON) == "GRP-20"
    assert world.change_group_user_roles(**person, roles=[], at=NOON) == "GRP-8"
    assert world.change_group_user_roles(**person, roles=["Support"], at=NOON) is None
    assert world.group_roles(SOL["id"], "pier", NOON) == {RoleKey("", "Support")}


def test_acc_14_a_deleted_primary_has_no_rows_of_groups_left() -> None:
    """Deleting it counts as deleting all its groups, what hangs on All Accounts included."""
    rows: list[dict[str, Any]] = [
        {"kind": "role", "account": "harbor", "name": "R", "privileges": []},
        {"kind": "account_group", "account": "harbor", "name": "G", "alert_level": "info"},
        {"kind": "group_account", "account": "harbor", "group": "G", "member": "pier"},
    ]
    for group in ("G", "All Accounts"):
        row: dict[str, Any] = {"account": "harbor", "group": group}
        rows.append({"kind": "group_user_role", **row, "user": INES["id"], "role": "Support"})
        rows.append({"kind": "group_resource", **row, "type": "role", "name": "R"})
    world = World.from_lines([PRIMARY, PIER, INES, ADMIN, *rows])
    assert world.change_account_status(actor=OPERATOR, account="harbor", status="deleted", at=NOON) is None
    rest: list[set[Any] | dict[Any, Any]] = [world.groups, world.group_accounts, world.group_users, world.group_shares]
    assert not any([*rest, world.group_grants, world.alert_levels])
    assert RoleKey("harbor", "R") in world.roles
    assert world.create_group(actor=OPERATOR, account="harbor", name="H", at=NOON) == "ACC-14"


def test_acc_7_one_account_of_a_name_is_enough_for_a_world() -> None:
    """Ids are made from names here, so a second account of the same name is a mistake in the world."""
    world = World.from_lines([PRIMARY, INES, ADMIN])
    new: dict[str, Any] = {"actor": OPERATOR, "account": "harbor", "trial_ends": "2026-02-01T00:00:00Z", "at": NOON}
    assert world.create_managed_account(**new, name="x" * 256) == "ACC-3"
    assert world.create_managed_account(**new, name="Pier 3, East") is None
    assert world.accounts["pier3east"].primary == "harbor"
    with pytest.raises(ValueError, match="pier3east"):
        world.create_managed_account(**new, name="pier 3 east")


@pytest.mark.parametrize("role", [RoleKey("harbor", "Gone"), RoleKey("pier", "Local")])
def test_sup_10_a_temporary_grant_of_a_role_that_is_not_here_lets_nobody_in(role: RoleKey) -> None:
    """Defensive: no command makes such data, and they fail closed like the Support Access Role itself."""
    local = {"kind": "role", "account": "pier", "name": "Local", "privileges": ["BUILD"]}
    world = World.from_lines([{**HARBOR, "support_access_role": None}, PIER, SOL, local])
    until = NOON.replace(hour=16)
    world.support["harbor", SOL["id"]] = SupportGrant("active", role, until)
    assert world.answer(SOL["id"], "BUILD", "harbor", NOON).reason == "no_outside_access"
    world.support["harbor", SOL["id"]] = SupportGrant("active", RoleKey("", "Standard User"), until)
    assert world.answer(SOL["id"], "BUILD", "harbor", NOON).allowed
