"""What small worlds are made of: names, features, instants.

Small is enough: every rule of the chapters in force speaks of one account and its primary, one user and perhaps the
one who acts, a role with its parent and perhaps a second one. Four accounts are a primary, two members and a stranger;
three users are the actor, the target and a witness; three custom roles make every shape of parent chain, also loops.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .catalogue import ADMINISTRATOR, PRODUCTION_SUPPORT, STANDARD_USER, SUPPORT
from .facts import ALL_ACCOUNTS, Line

#: Ids whose order is not that of their names (ENTRY-2).
ACCOUNTS = {"a-1": "Zenith Optics", "b-2": "anchor Works", "c-3": "Mill Street", "d-4": "Borealis"}
USERS = ("ann@a.example", "Bob@b.example", "cyd@platform.example")
NEWCOMER = "dee@new.example"
ROLE_NAMES = ("Tag", "Reader", "Builder")
NEW_ROLE_NAME = "Newly Made"
GROUPS = ("Services 1", "Services 2")
NEW_GROUP_NAME = "Services 3"
OTHER_GROUP_NAME = "Consulting"
NEW_ACCOUNT_NAME = "New Harbour"

#: Two names that differ in case only: names of environments are compared as typed (ENV-1).
ENVIRONMENTS = ("Yard", "yard", "Quay")
NEW_ENVIRONMENT_NAME = "Pier"
#: A way down three folders, and one beside it.
FOLDERS = ("Common", "Common/Links", "Common/Links/Old", "Orders")
NEW_FOLDER_NAME = "Fresh"

#: Default roles that between them show every difference the law makes among default roles.
DEFAULT_ROLE_NAMES = (ADMINISTRATOR, STANDARD_USER, PRODUCTION_SUPPORT, SUPPORT, "MDM Developer")

#: The host's own privileges a world may have; the last is the only way to hold the limited form alone (ROLE-17).
HOST_PRIVILEGES: dict[str, list[str]] = {
    "invoice:read": [],
    "invoice:approve": ["invoice:read"],
    "FRONT_DESK": ["USER_MANAGEMENT_LIMITED"],
}

#: Built-in privileges put into custom roles: one of each behaviour (implying, implied, gated, deciding over commands).
ROLE_PRIVILEGES = (
    "USER_MANAGEMENT",
    "ACCOUNT_ADMIN",
    "BUILD",
    "BUILD_READ_ONLY",
    "ATOM_MANAGEMENT",
    "ENV_MANAGEMENT",
    "ENV_MANAGEMENT_FULL",
    "VIEW_DATA",
    "DEVELOPER",
    "CONNECTOR_SUBMISSION",
    "CLOUD_MANAGEMENT",
    "MDM_EDIT_MODELS",
)

#: What roles carry besides in worlds with environments and folders: what gates, levels and lists turn on.
PLACE_PRIVILEGES = (
    "ENV_MANAGEMENT_READ_ONLY",
    "ENV_MANAGEMENT_FULL",
    "ATOM_MANAGEMENT",
    "ATOM_MANAGEMENT_READ_ONLY",
    "DEPLOY",
    "SCHEDULE_MAINTENANCE",
    "BUILD",
    "BUILD_READ_ONLY",
)

#: What is worth asking about an environment: one of each behaviour.
ASKED_IN_ENVIRONMENTS = (
    "ATOM_MANAGEMENT",
    "ATOM_MANAGEMENT_READ_ONLY",
    "DEPLOY",
    "SCHEDULE_MAINTENANCE",
    "EXECUTE",
    "ENV_MANAGEMENT",
    "NO_SUCH_PRIVILEGE",
)

#: What is worth asking about a folder: the two that are asked there, and two that are not.
ASKED_IN_FOLDERS = ("BUILD", "BUILD_READ_ONLY", "DEPLOY", "NO_SUCH_PRIVILEGE")

#: What is worth asking about in such worlds, the unknown included.
ASKED_PRIVILEGES = (
    *ROLE_PRIVILEGES,
    *HOST_PRIVILEGES,
    "USER_MANAGEMENT_LIMITED",
    "ATOM_MANAGEMENT_READ_ONLY",
    "ENV_MANAGEMENT_READ_ONLY",
    "MDM_VIEW_MODELS",
    "CONNECTOR_REVIEW",
    "EXECUTE",
    "ACCOUNT_GROUP_MANAGEMENT",
    "NO_SUCH_PRIVILEGE",
)

#: Features that change an answer.
WORLD_FEATURES = (
    "advanced_user_security",
    "advanced_environment_access",
    "data_hub",
    "cloud_management",
    "developer",
)

#: The feature that makes the first account of a world with groups a primary.
GROUP_FEATURE = "account_groups"

#: Bounds of grants and ends of trials lie on these instants; questions are asked on them and between them.
#: Two lie four hours and seven days after another one, where temporary access given there ends.
BOUNDS = ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T02:00:00+02:00")
INSTANTS = (
    "2026-01-15T00:00:00Z",
    "2026-02-01T00:00:00Z",
    "2026-02-01T04:00:00Z",
    "2026-02-08T00:00:00Z",
    "2026-02-15T00:00:00Z",
    "2026-03-01T00:00:00Z",
    "2026-04-01T00:00:00Z",
    "2026-04-15T00:00:00Z",
)

#: The kinds of line a world without groups consists of.
KINDS_WITHOUT_GROUPS = frozenset({"account", "user", "role", "user_role", "privilege", "object"})


def leave_as_drawn(draw: DrawFn) -> None:
    """Keep Hypothesis from making five of six cases by copying parts of the one before.

    In worlds as large as ours such copies shift every later choice, most of which then become the simplest one. Cases
    that discarded a choice are not copied from, so one is discarded here, which costs nothing.
    """
    tries = iter([False, True])
    draw(st.integers(0, 2**64).filter(lambda _: next(tries)))


def subsets(items: list[Any] | tuple[Any, ...], most: int | None = None, least: int = 0) -> SearchStrategy[list[Any]]:
    """Some of these, each at most once, in any order, simplest first."""
    if not items:
        return st.just([])
    most = len(items) if most is None else most
    return st.lists(st.sampled_from(items), unique_by=repr, min_size=least, max_size=most)


@st.composite
def windows(draw: DrawFn) -> Line:
    """The bounds of a grant: usually none, never an end before the beginning."""
    first, last = draw(
        st.sampled_from([(None, None)] * 3 + [(i, j) for i in (None, 0, 1) for j in (None, 1, 2) if i != j])
    )
    bounds = {"valid_from": first, "valid_until": last}
    return {key: BOUNDS[index] for key, index in bounds.items() if index is not None}


def shares_in(lines: list[Line]) -> set[tuple[str, str, str]]:
    """(owner, role name, member account) for every share in these lines."""
    managed = {(line["primary"], ALL_ACCOUNTS, line["id"]) for line in lines if line.get("primary")}
    grouped = {(line["account"], line["group"], line["member"]) for line in lines if line["kind"] == "group_account"}
    resources = [line for line in lines if line["kind"] == "group_resource"]
    return {
        (owner, line["name"], member)
        for line in resources
        for owner, group, member in managed | grouped
        if (owner, group) == (line["account"], line["group"])
    }
