"""The measure itself: what it refuses to take as a world, and readings no scenario can show."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .catalogue import BUILT_IN, DEFAULT_ROLES, FEATURE_OF, FEATURES
from .model import OPERATOR, Answer, World, WorldError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HARBOR: dict[str, Any] = {"kind": "account", "id": "harbor", "name": "Harbor Logistics"}
INES: dict[str, Any] = {"kind": "user", "id": "Ines@harbor.example", "external_id": "P-77"}
ADMIN: dict[str, Any] = {"kind": "user_role", "account": "harbor", "user": INES["id"], "role": "Administrator"}


def test_the_model_shares_no_code_with_the_product() -> None:
    """A measure that imports what it measures measures nothing."""
    measure = [path for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_")]
    assert len(measure) > 5
    for path in measure:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "tenantry"], path.name


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
