"""Each invariant, broken behind the product's back, is found and told with what to do."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.command_line.conftest import copied, holding
from tests.command_line.processes import ACME, OPS, Installation

pytestmark = pytest.mark.processes

PARTNER = (
    {"kind": "account", "id": "p", "name": "P", "features": ["account_groups", "advanced_user_security"]},
    {"kind": "account", "id": "m", "name": "M", "primary": "p", "features": ["advanced_user_security"]},
    {"kind": "role", "account": "p", "name": "R", "id": "r", "privileges": ["BUILD"]},
    {"kind": "account_group", "account": "p", "name": "G", "id": "g"},
    {"kind": "group_account", "account": "p", "group": "G", "member": "m"},
    {"kind": "group_user_role", "account": "p", "group": "G", "user": "ann@acme.test", "role": "Support"},
    {"kind": "group_user_role", "account": "p", "group": "All Accounts", "user": "ann@acme.test", "role": "Support"},
    {"kind": "group_resource", "account": "p", "group": "G", "type": "role", "name": "R"},
    {"kind": "connector", "account": "p", "name": "C", "type": "c", "released": "private"},
    {"kind": "group_resource", "account": "p", "group": "G", "type": "connector", "name": "C"},
    {"kind": "environment", "account": "p", "name": "E", "id": "e"},
    {"kind": "environment_role", "account": "p", "environment": "E", "role": "R"},
    {"kind": "folder", "account": "p", "path": "F", "id": "f"},
    {"kind": "folder_role", "account": "p", "path": "F", "role": "R"},
    {"kind": "model", "account": "p", "name": "Customer", "id": "cu", "published": True},
    {"kind": "model", "account": "m", "name": "Copy", "id": "co", "published": False},
)

_COMPONENT = (
    "INSERT INTO component (id, account_id, folder_id, name, name_key, type, format, revision, deleted_with,"
    " told_type, subtype, description, overrides, copied_from)"
    " VALUES ('c', 'p', 'f', 'C', 'c', 'process', 'xml', 1, '', '', '', '', '', '');"
)
"""One without any revision."""

_REPOSITORY = "INSERT INTO data_hub_repository (id, account_id, name, name_key) VALUES ('x', 'm', 'East', 'east');"
_DEPLOYED = (
    "INSERT INTO data_hub_model_deployment (account_id, repository_id, model_id, version_id, user, at)"
    " SELECT 'p', 'x', 'cu', id, 'op', '2026-01-01' FROM data_hub_model_version"
)
"""A repository of somebody else, and a version in it."""

BREAKS = {
    "version that its model does not know": (
        "UPDATE data_hub_model SET published = 2 WHERE id = 'cu'",
        "Models whose published versions are not those they know: 'Customer' of p",
    ),
    "draft without its schema": (
        "UPDATE data_hub_model SET draft = '{\"format\": 2}' WHERE id = 'co'",
        "Models whose draft cannot be read: 'Copy' of m",
    ),
    "version without its schema": (
        "UPDATE data_hub_model_version SET document = ''",
        "Models of which a version cannot be read: 'Customer' of p",
    ),
    "version of somebody else's model": (
        "UPDATE data_hub_model_version SET account_id = 'm'",
        "Versions of models of another account: 'Customer' in m",
    ),
    "deployment to somebody else's repository": (
        _REPOSITORY + _DEPLOYED,
        "Deployments that join what does not belong together: 'Customer' in p",
    ),
    "role on an environment": (
        "UPDATE environment_role SET account_id = 'm'",
        "Roles of another account are attached to environments: 'R' on 'E' of m",
    ),
    "role on a folder": (
        "UPDATE folder_role SET account_id = 'm'",
        "Roles of another account are assigned to folders: 'R' on 'F' of m",
    ),
    "folder of others": (
        "UPDATE folder SET account_id = 'm' WHERE id = 'f'",
        "Folders below folders of others: 'F' of m",
    ),
    "runtime of others": (
        "INSERT INTO runtime (id, account_id, name, environment_id, digest, version, installed_at)"  # noqa: ISC004
        " VALUES ('r', 'm', 'Engine', 'e', 'x', '', '2026-01-01')",
        "Runtimes attached to environments of others: 'Engine' of m",
    ),
    "connector of others": (
        "UPDATE connector_group SET account_id = 'm'",
        "Connectors in groups of others: 'C' of p",
    ),
    "connector without its version": (
        "DELETE FROM connector_version",
        "Connectors without their version: 'C' of p",
    ),
    "planned release without a job": (
        "UPDATE connector SET next_at = '2026-01-01', next_version = 1",
        "Planned releases that nothing carries out: 'C' of p",
    ),
    "shared and public": (
        "UPDATE connector SET visibility = 'public', public_at = released_at",
        "Public connectors that are shared: 'C' of p",
    ),
    "folder in a circle": (
        "UPDATE folder SET parent_id = id WHERE id = 'f'",
        "Folders that are in each other, and in no tree: f.",
    ),
    "second top-level folder": (
        "UPDATE folder SET parent_id = NULL WHERE id = 'f'",
        "Folders without a parent: f of p.",
    ),
    "folder in a deleted one": (
        "UPDATE folder SET deleted_at = '2026-01-01' WHERE parent_id IS NULL",
        "Folders in deleted folders: 'F' of p.",
    ),
    "component in a deleted folder": (
        f"{_COMPONENT} UPDATE folder SET deleted_at = '2026-01-01', deleted_with = 'f' WHERE id = 'f'",  # noqa: S608 - ours
        "Components in deleted folders: 'C' of p.",
    ),
    "component of others": (
        f"{_COMPONENT} UPDATE component SET account_id = 'm'",  # noqa: S608 - ours
        "Components in folders of others: 'C' of m.",
    ),
    "component without a text": (_COMPONENT, "Components without their newest revision: 'C' of p."),
    "reference between accounts": (
        f"{_COMPONENT} INSERT INTO component_reference (account_id, component_id, target_id) VALUES ('m', 'c', 'c')",  # noqa: S608 - ours
        "References between accounts: c to c.",
    ),
    "revision": ("DELETE FROM revision WHERE scope = 'acme'", "No revision for: acme"),
    "foreign grant": (
        "UPDATE user_role SET role_id = 'beta-own' WHERE role_id != 'ADMINISTRATOR'",
        "Roles of another account are held by: bob@acme.test in acme",
    ),
    "link": ("DELETE FROM account_user", "Roles without being a user of the account"),
    "foreign parent": (
        "UPDATE role SET parent_id = 'beta-own' WHERE name = 'Ops'",
        "Roles that inherit a role of another account: Ops",
    ),
    "circle": (
        "UPDATE role SET parent_id = id WHERE name = 'Ops'",
        "Roles that inherit themselves in a circle",
    ),
    "role name": (
        "UPDATE role SET name = 'Support' WHERE account_id = 'acme'",
        "names are not allowed: 'Support' in acme",
    ),
    "names of people": (
        "UPDATE person SET external_id = 'Ann@acme.test' WHERE external_id IS NOT NULL",
        "host's id of another person: ann@acme.test",
    ),
    "feature": ("UPDATE account SET features = '[\"fly\"]' WHERE id = 'acme'", "Unknown features: {'fly'} of acme"),
    "privilege": ("UPDATE role SET privileges = '[\"FLY\"]' WHERE name = 'Ops'", "FLY in 'Ops' of acme"),
    "all accounts": (
        "DELETE FROM group_user_role; DELETE FROM group_user; DELETE FROM account_group WHERE everywhere",
        "Primaries without the group All Accounts: p.",
    ),
    "foreign membership": (
        "UPDATE account SET primary_id = NULL WHERE id = 'm'",
        "Accounts in groups of others: m in 'G' of p.",
    ),
    "person in a group without a role": (
        "DELETE FROM group_user_role WHERE group_id = 'g'",
        "People in groups without a role there: ann@acme.test in 'G' of p.",
    ),
    "role in a group without the person": (
        "DELETE FROM group_user",
        "Roles in groups without being in the group: ann@acme.test in",
    ),
    "foreign group role": (
        "UPDATE group_user_role SET role_id = 'beta-own' WHERE group_id = 'g'",
        "Roles of another account are held in groups: 'Ops' of ann@acme.test in 'G' of p.",
    ),
    "share of nothing": (
        "UPDATE share SET resource = 'gone'",
        "Shared roles that are not there, or not the primary's own",
    ),
    "share of another's": ("UPDATE share SET resource = 'beta-own'", "the primary's own: beta-own by 'G' of p."),
    "support access without a role": (
        """INSERT INTO support_grant (account_id, user_id, status, role, role_name, why, requested_at, expires_at)
        SELECT 'm', id, 'active', 'gone', 'Gone', '', '2026-01-01', '2999-01-01' FROM person WHERE email LIKE 'ann%'""",
        "Temporary support access without a role that exists: ann@acme.test in m.",
    ),
    "dangling": ("UPDATE user_role SET user_id = 999", "rows refer to rows that do not exist"),
    "migration": ("DELETE FROM django_migrations WHERE app = 'objects'", "is not up to date"),
}


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Installation:
    """One that holds something of everything that is broken below, and is in order."""
    beta = {"kind": "account", "id": "beta", "name": "Beta"}
    own = OPS | {"account": "beta", "id": "beta-own"}
    made = holding(tmp_path_factory.mktemp("whole"), beta, own, *PARTNER)
    assert made.run("doctor").returncode == 0
    return made


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_invariant_is_found(case: str, whole: Installation, tmp_path: Path) -> None:
    """Status 1, and the finding names the thing."""
    statement, told = BREAKS[case]
    installation = copied(whole, tmp_path)
    broken(installation, statement)
    done = installation.run("doctor")
    assert done.returncode == 1
    assert told in done.stdout + done.stderr


def broken(installation: Installation, script: str) -> None:
    """Write past the product."""
    with contextlib.closing(sqlite3.connect(installation.data / "tenantry.sqlite3")) as connection:
        connection.executescript(script)
        connection.commit()


def test_shared_roles_and_what_is_left_of_them(loaded: Installation) -> None:
    """A shared role is in order; what an ended share has left is told only if nothing remembers that it is to go."""
    shared = {"kind": "user_role", "account": "m", "user": "bob@acme.test", "role": {"account": "p", "name": "R"}}
    admin = {"kind": "user_role", "account": "m", "user": "ann@acme.test", "role": "Administrator"}
    assert loaded.run("load", loaded.write("partner.jsonl", *PARTNER, shared, admin)).returncode == 0
    assert loaded.run("doctor").stdout.count("in order") == 5
    broken(loaded, "DELETE FROM share")
    done = loaded.run("doctor")
    assert done.returncode == 0
    assert "warning: 1 assignments of ended shares wait to be deleted" in done.stdout
    remember = """INSERT INTO job (account_id, kind, key, state, attempts, error, due, next_at, details) VALUES
        ('p', 'share.end', '{0}', 'waiting', 0, '', '2999-01-01', '2999-01-01', '{{"role": "r", "member": "{0}"}}')"""
    broken(loaded, remember.format("acme"))
    assert "wait to be deleted" in loaded.run("doctor").stdout
    broken(loaded, remember.format("m"))
    assert loaded.run("doctor").stdout.count("in order") == 5


def test_an_account_without_administrator_is_a_warning(loaded: Installation) -> None:
    """An estate may be loaded so; it is told and no error."""
    gamma = ACME | {"id": "gamma"}
    grant = {"kind": "user_role", "account": "gamma", "user": "bob@acme.test", "role": "Support"}
    assert loaded.run("load", loaded.write("gamma.jsonl", gamma, grant)).returncode == 0
    done = loaded.run("doctor")
    assert done.returncode == 0
    assert "warning: Accounts with users and without an Administrator in force: gamma." in done.stdout
