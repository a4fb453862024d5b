"""Environments and folders in small worlds: their lines, and the commands about them, single and as stories."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .catalogue import ADMINISTRATOR, PRODUCTION_SUPPORT
from .changes import OPERATOR
from .facts import TOP, Line, RoleReference, parent_of
from .ingredients import (
    DEFAULT_ROLE_NAMES,
    ENVIRONMENTS,
    FOLDERS,
    NEW_ENVIRONMENT_NAME,
    NEW_FOLDER_NAME,
    NEW_ROLE_NAME,
    ROLE_NAMES,
    subsets,
)

Deed = tuple[str, dict[str, Any]]


@st.composite
def place_lines(draw: DrawFn, account: str, own: list[str]) -> list[Line]:
    """Some environments and folders of an account, each with no list or a short one of default and own roles."""
    lines: list[Line] = []
    lists = subsets([*own, *own, *DEFAULT_ROLE_NAMES[:3]], most=2)
    for name in draw(subsets(ENVIRONMENTS)):
        lines.append({"kind": "environment", "account": account, "name": name})
        if draw(st.integers(0, 3)) == 0:
            lines[-1]["classification"] = draw(st.sampled_from(["TEST", "PROD"]))
        row: Line = {"kind": "environment_role", "account": account, "environment": name}
        lines += [row | {"role": role} for role in draw(lists)]
    paths = {path for chosen in draw(subsets(FOLDERS)) for path in _way(chosen)}
    for path in sorted(paths):
        lines.append({"kind": "folder", "account": account, "path": path})
    for path in [*sorted(paths), *[TOP] * draw(st.sampled_from([0, 0, 0, 1]))]:
        row = {"kind": "folder_role", "account": account, "path": path}
        lines += [row | {"role": role} for role in draw(lists)]
    return lines


def _way(path: str) -> list[str]:
    return [path, *_way(parent_of(path))] if path != TOP else []


# ---------------------------------------------------------------------- commands


def place_commands(
    account: str, lines: list[Line], actor: SearchStrategy[str], role: SearchStrategy[RoleReference]
) -> SearchStrategy[Deed]:
    """Commands about the environments and folders of an account, mostly about those that are there."""
    here = {"actor": actor, "account": st.just(account)}
    environment = {**here, "environment": _environments(account, lines)}
    path = _paths(account, lines)
    folder = {**here, "folder": path}
    roles = st.lists(role, max_size=2, unique_by=repr)
    name = st.sampled_from([NEW_ENVIRONMENT_NAME, NEW_ENVIRONMENT_NAME, *ENVIRONMENTS, ""])
    folder_name = st.sampled_from([NEW_FOLDER_NAME, "common", "Orders", "Links", "a/b"])
    kind = st.sampled_from(["PROD", "PROD", "TEST", "STAGE"])
    confirmed = st.sampled_from([True, True, False])
    commands = [
        _fields("create_environment", **here, name=name, classification=kind),
        _fields("rename_environment", **environment, name=name),
        _fields("remove_environment", **environment),
        _fields("attach_roles", **environment, roles=roles),
        _fields("detach_roles", **environment, roles=roles, confirmed=confirmed),
        _fields("create_folder", **here, parent=path, name=folder_name),
        _fields("rename_folder", **folder, name=folder_name),
        _fields("move_folder", **folder, destination=path),
        _fields("copy_folder", **folder, destination=path, name=folder_name),
        _fields("remove_folder", **folder),
        _fields("restore_folder", **folder),
        _fields("set_folder_roles", **folder, roles=roles),
    ]
    return st.one_of(commands)


def _environments(account: str, lines: list[Line]) -> SearchStrategy[str]:
    there = [line["name"] for line in lines if line["kind"] == "environment" and line["account"] == account]
    return st.sampled_from([*sorted(there) * 3, NEW_ENVIRONMENT_NAME, ENVIRONMENTS[0]])


def _paths(account: str, lines: list[Line]) -> SearchStrategy[str]:
    there = [line["path"] for line in lines if line["kind"] == "folder" and line["account"] == account]
    return st.sampled_from([*sorted(there) * 2, TOP, NEW_FOLDER_NAME, FOLDERS[0], f"{FOLDERS[0]}/{NEW_FOLDER_NAME}"])


def _fields(verb: str, **fields: SearchStrategy[Any]) -> SearchStrategy[Deed]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(fields))


# ---------------------------------------------------------------------- commands that belong together


@st.composite
def environment_story(draw: DrawFn, account: str, users: list[str], own: list[str], able: str) -> list[Deed]:
    """A role is put onto an environment and given to somebody, and narrows, opens, or goes."""
    by = {"actor": able, "account": account}
    there = {**by, "environment": NEW_ENVIRONMENT_NAME}
    role = draw(st.sampled_from(own or [NEW_ROLE_NAME]))
    user = {**by, "user": draw(st.sampled_from([*users, *users[1:]]))}  # the first is an administrator most of the time
    narrows = "ENV_MANAGEMENT_READ_ONLY"
    carries = draw(st.sampled_from([narrows, narrows, "ENV_MANAGEMENT_FULL", "ATOM_MANAGEMENT"]))
    aea = {"actor": OPERATOR, "account": account, "feature": "advanced_environment_access"}
    deeds: list[Deed] = [
        ("switch_feature", {"actor": OPERATOR, "account": account, "feature": "advanced_user_security", "on": True}),
        ("switch_feature", {**aea, "on": True}),
        ("create_environment", {**by, "name": NEW_ENVIRONMENT_NAME}),
        ("edit_role", {**by, "role": role, "privileges": [carries], "inherits": None})
        if own
        else ("create_role", {**by, "name": role, "privileges": [carries]}),
        ("attach_roles", {**there, "roles": [role]}),
        ("add_user_role", {**user, "role": role}),
        ("add_user_role", {**user, "role": PRODUCTION_SUPPORT}),
    ]
    other = draw(st.sampled_from([*own, ADMINISTRATOR]))
    renamed: Deed = ("rename_environment", {**there, "actor": user["user"], "name": "Jetty"})
    ends: list[list[Deed]] = [
        [("switch_feature", {**aea, "on": False})],
        [("attach_roles", {**there, "roles": [other]})],
        [("edit_role", {**by, "role": role, "privileges": ["ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY"]})],
        [("edit_role", {**by, "role": role, "privileges": ["ENV_MANAGEMENT"]})],
        [("detach_roles", {**there, "roles": [role, other]})],
        [("detach_roles", {**there, "roles": [role], "confirmed": True})],
        [renamed],
        [("remove_user_role", {**user, "role": role}), renamed],
        [("remove_environment", there)],
    ]
    ended = draw(st.permutations(ends))[: draw(st.integers(1, 3))]
    first = [renamed] * draw(st.integers(0, 1))
    return [*deeds[draw(st.integers(0, 2)) :], *first, *(deed for end in ended for deed in end)]


@st.composite
def folder_story(draw: DrawFn, account: str, users: list[str], own: list[str], able: str) -> list[Deed]:
    """A folder gets a list, another below it, and is moved about, deleted, restored, loosened."""
    role = draw(st.sampled_from([*own, *own, ADMINISTRATOR]))
    by: dict[str, Any] = {"actor": draw(st.sampled_from([able, *users])), "account": account}
    first, second = FOLDERS[0], FOLDERS[-1]
    below = f"{first}/{NEW_FOLDER_NAME}"
    gone: list[Deed] = [
        ("remove_folder", {**by, "folder": below}),
        ("remove_folder", {**by, "folder": first}),
        ("restore_folder", {**by, "folder": draw(st.sampled_from([first, below]))}),
        ("restore_folder", {**by, "folder": draw(st.sampled_from([below, first]))}),
    ]
    moved: list[Deed] = [
        ("move_folder", {**by, "folder": first, "destination": second}),
        ("rename_folder", {**by, "folder": f"{second}/{first}", "name": "Links"}),
        ("restore_folder", {**by, "folder": f"{second}/Links/{NEW_FOLDER_NAME}"}),
        ("copy_folder", {**by, "folder": second, "destination": TOP, "name": second}),
    ]
    off = {"actor": OPERATOR, "account": account, "feature": "advanced_user_security", "on": False}
    outside = {"actor": OPERATOR, "account": account, "role": ADMINISTRATOR}
    ends: list[list[Deed]] = [
        [("set_folder_roles", {**by, "actor": able, "folder": below, "roles": []})],
        [("set_folder_roles", {**by, "actor": able, "folder": first, "roles": [role, ADMINISTRATOR]})],
        [("switch_feature", off), ("set_folder_roles", {**by, "actor": able, "folder": first, "roles": ["Support"]})],
        [("switch_feature", off), ("set_folder_roles", {**by, "actor": able, "folder": TOP, "roles": [ADMINISTRATOR]})],
        [("remove_role", {"actor": able, "account": account, "role": draw(st.sampled_from(own or list(ROLE_NAMES)))})],
        [("change_support_access_role", outside)],
    ]
    between = draw(st.sampled_from([gone, [gone[0], *moved], moved, draw(st.permutations([*gone, *moved]))]))
    return [
        ("switch_feature", {**off, "on": True}),
        ("create_folder", {**by, "actor": able, "parent": TOP, "name": first}),
        ("create_folder", {**by, "actor": able, "parent": TOP, "name": second}),
        ("set_folder_roles", {**by, "actor": able, "folder": first, "roles": [role]}),
        ("create_folder", {**by, "parent": first, "name": NEW_FOLDER_NAME}),
        *between,
        *(deed for end in draw(st.permutations(ends))[: draw(st.integers(0, 2))] for deed in end),
    ]
