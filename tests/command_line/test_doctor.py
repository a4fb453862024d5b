"""Each invariant, broken behind the product's back, is found and told with what to do."""

import contextlib
import sqlite3

import pytest

from tests.command_line.processes import ACME, OPS, Installation

pytestmark = pytest.mark.processes

BREAKS = {
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
    "dangling": ("UPDATE user_role SET user_id = 999", "rows refer to rows that do not exist"),
    "migration": ("DELETE FROM django_migrations WHERE app = 'objects'", "is not up to date"),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_invariant_is_found(case: str, loaded: Installation) -> None:
    """Status 1, and the finding names the thing."""
    beta = {"kind": "account", "id": "beta", "name": "Beta"}
    own = OPS | {"account": "beta", "id": "beta-own"}
    assert loaded.run("load", loaded.write("beta.jsonl", beta, own)).returncode == 0
    statement, told = BREAKS[case]
    with contextlib.closing(sqlite3.connect(loaded.data / "tenantry.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()
    done = loaded.run("doctor")
    assert done.returncode == 1
    assert told in done.stdout + done.stderr


def test_an_account_without_administrator_is_a_warning(loaded: Installation) -> None:
    """An estate may be loaded so; it is told and no error."""
    gamma = ACME | {"id": "gamma"}
    grant = {"kind": "user_role", "account": "gamma", "user": "bob@acme.test", "role": "Support"}
    assert loaded.run("load", loaded.write("gamma.jsonl", gamma, grant)).returncode == 0
    done = loaded.run("doctor")
    assert done.returncode == 0
    assert "warning: Accounts with users and without an Administrator in force: gamma." in done.stdout
