"""What loading writes: all of it, once, with the audit entries of the single commands, and never taking away."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tenantry.audit.models import Entry
from tenantry.decisions.engine import Engine
from tenantry.estate.reading import read
from tenantry.rules.answers import Access
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD
from tenantry.users.models import User
from tests.estate.loading import ACME, ANN, AT, BOB, OPS, WORLD, Loader, counts, entries, exported, gives

pytestmark = [pytest.mark.store, pytest.mark.django_db]

BETA = {"kind": "account", "id": "beta", "name": "Beta"}
HASH = "$argon2id$v=19$m=19456,t=2,p=1$TUdBNDBnaExUdG9pcEVicHFzRnVYSQ$M07P1AKZBI1YXoWA5hMgH2/Te7tuzjf4WpQ57pYl3EU"


def revisions() -> dict[str, int]:
    """The stamps of all scopes."""
    return dict(Revision.objects.exclude(scope=HEAD).values_list("scope", "number"))


def test_loading_twice_changes_nothing(loader: Loader) -> None:
    """The second time everything is unchanged: no row, no audit entry, no revision."""
    lines = (
        *WORLD,
        {"kind": "privilege", "name": "X", "title": "X", "implies": ["BUILD"]},
        {"kind": "object", "account": "acme", "type": "t", "id": "1"},
        {"kind": "user", "id": "p@acme.test", "password": "correct horse battery"},
    )
    loader(*lines)
    before = (exported(), entries(), revisions(), list(User.objects.order_by("id").values()))
    assert counts(loader(*lines)) == {
        "account": (0, 0, 1),
        "user": (0, 0, 3),
        "role": (0, 0, 1),
        "user_role": (0, 0, 2),
        "object": (0, 0, 1),
        "privilege": (0, 0, 1),
    }
    assert (exported(), entries(), revisions(), list(User.objects.order_by("id").values())) == before


def test_the_order_of_lines_is_free(loader: Loader) -> None:
    """A line may name something defined further down."""
    child = {"kind": "role", "account": "acme", "name": "Child", "inherits": "Ops", "privileges": []}
    managed = BETA | {"primary": "acme"}
    acme = ACME | {"features": ["account_groups"], "support_access_role": "Child"}
    loader(gives(BOB, "Child"), child, managed, BOB, OPS, acme)
    assert '"inherits":"Ops"' in exported()
    assert '"support_access_role":"Child"' in exported()


def test_names_that_many_people_have_are_kept_once(loader: Loader) -> None:
    """Of large estates they would be a good part of what a load needs of memory."""
    same = {"first_name": "Ann", "last_name": "Archer"}
    first, second = read([loader.write(ANN, BOB | same)]).users
    assert (second.first_name, second.last_name) == ("Ann", "Archer")
    assert second.first_name is first.first_name
    assert second.last_name is first.last_name


def test_what_a_line_leaves_out_stays_as_it_is(loader: Loader) -> None:
    """On what exists; on something new it takes its default."""
    full = ACME | {"status": "trial", "trial_ends": "2026-07-01T00:00:00Z", "operator": True}
    full |= {"support_access_role": None}
    person = BOB | {"first_name": "B", "last_name": "C", "password_hash": HASH, "signed_in": True, "staff": True}
    role = OPS | {"description": "d"}
    loader(
        full, person | {"locked": True, "external_id": "e"}, role, gives(BOB, "Ops", valid_until="2030-01-01T00:00:00Z")
    )
    before = exported()
    bare = {"kind": "role", "account": "acme", "name": "Ops", "privileges": ["DEPLOY"]}
    loader({"kind": "account", "id": "acme", "name": "Acme"}, BOB, bare, gives(BOB, "Ops"))
    assert exported() == before


def test_null_takes_an_optional_value_away(loader: Loader) -> None:
    """So that a parent, an interval, an external id can end."""
    loader(*WORLD, BOB | {"external_id": "e"}, gives(ANN, "Ops", valid_until="2030-01-01T00:00:00Z"))
    loader(BOB | {"external_id": None}, OPS | {"inherits": None}, gives(ANN, "Ops", valid_until=None))
    text = exported()
    assert "inherits" not in text
    assert "valid_until" not in text
    assert "external_id" not in text


def test_sup_3_the_support_access_role_of_a_new_account_is_administrator(loader: Loader) -> None:
    """Left out: Administrator for a new account, unchanged for another; null: no access."""
    loader(BETA)
    assert "support_access_role" not in exported()
    loader(BETA | {"support_access_role": None})
    assert '"support_access_role":null' in exported()
    loader(BETA)
    assert '"support_access_role":null' in exported()


def test_sup_2_a_state_reached_by_switching_security_off_can_be_loaded(loader: Loader) -> None:
    """An import describes a state: a role chosen while it was offered stays chosen, and loads again."""
    loader(ACME, OPS, ACME | {"support_access_role": "Ops"}, BETA | {"support_access_role": "Support"})
    loader(ACME | {"features": []})
    assert '"support_access_role":"Ops"' in exported()


def test_passwords_are_hashed_and_hashes_kept(loader: Loader) -> None:
    """In clear they are hashed, PHC strings are taken over, and without either nobody can sign in by password."""
    loader(
        BOB | {"password": "correct horse battery"}, ANN | {"password_hash": HASH}, {"kind": "user", "id": "n@a.test"}
    )
    stored = {user.email: user for user in User.objects.all()}
    assert stored["bob@acme.test"].check_password("correct horse battery")
    assert stored["ann@acme.test"].password == f"argon2{HASH}"
    assert not stored["n@a.test"].has_usable_password()
    loader(BOB | {"password": "another horse"})
    assert User.objects.get(email="bob@acme.test").check_password("another horse")


def test_a_pbkdf2_hash_goes_out_and_comes_in(loader: Loader) -> None:
    """The other hasher of the settings has a PHC form too."""
    from django.contrib.auth.hashers import make_password

    loader(BOB)
    User.objects.update(password=make_password("horse", hasher="pbkdf2_sha256"))
    first = exported()
    assert '"password_hash":"$pbkdf2-sha256$i=' in first
    loader(BOB | {"password_hash": HASH})
    loader.text(first)
    assert exported() == first
    assert User.objects.get().check_password("horse")


def test_role_16_roles_are_loaded_whatever_the_features(loader: Loader) -> None:
    """An import describes a state and does not newly assign."""
    own = {"kind": "role", "account": "beta", "name": "Own", "privileges": ["BUILD"]}
    loader(BETA, BOB, own, gives(BOB, "Own", "beta"), gives(BOB, "Production Support", "beta"))
    access = Engine().access(user="bob@acme.test", account=AccountId("beta"), at=AT)
    assert isinstance(access, Access)
    assert len(access.roles) == 2


def test_entry_3_the_first_account_given_becomes_the_default(loader: Loader) -> None:
    """By the order of the lines, unless the person has one already."""
    loader(ACME, BETA, BOB, gives(BOB, "Support", "beta"), gives(BOB, "Support"))
    assert User.objects.get().default_account_id == "beta"
    loader(gives(BOB, "Standard User"))
    assert User.objects.get().default_account_id == "beta"


def test_the_audit_log_tells_what_single_commands_would_have_told(loader: Loader) -> None:
    """New account, role, users; then a change of each."""
    loader(*WORLD)
    assert entries() == [
        ("acme", "account", "ADD", "NONE", "Acme"),
        ("acme", "role", "ADD", "NONE", "Ops"),
        ("acme", "user", "ADD", "NONE", "ann@acme.test"),
        ("acme", "user", "ADD", "NONE", "bob@acme.test"),
    ]
    loader(
        ACME | {"name": "Acme Ltd", "support_access_role": None},
        OPS | {"privileges": ["BUILD"]},
        BOB | {"locked": True},
        gives(BOB, "Support"),
        gives(BOB, "Ops", valid_until="2030-01-01T00:00:00Z"),
        {"kind": "object", "account": "acme", "type": "t", "id": "1"},
    )
    assert entries()[4:] == [
        ("acme", "account", "EDIT", "NONE", "Acme Ltd"),
        ("acme", "as.account.access", "EDIT", "NONE", "Acme Ltd"),
        ("acme", "role", "UPDATE", "NONE", "Ops"),
        ("acme", "user", "UPDATE", "ROLE", "bob@acme.test"),
        ("acme", "user", "UPDATE", "AUTHENTICATION", "bob@acme.test"),
        ("acme", "object", "ADD", "NONE", "1"),
    ]
    roles = Entry.rows.across(Crossing.DOCTOR).get(modifier="ROLE")
    assert (roles.user, roles.source, roles.at) == ("operator", "INTERNAL", AT)
    assert {"name": "roles", "old": ["Ops"], "new": ["Ops", "Support"]} in roles.properties
    assert {"name": "validity of Ops", "old": "always", "new": "until 2030-01-01T00:00:00+00:00"} in roles.properties


def test_no_password_reaches_the_audit_log(loader: Loader) -> None:
    """A changed password is told as changed."""
    loader(*WORLD)
    loader(BOB | {"password": "correct horse battery"})
    rows = Entry.rows.across(Crossing.DOCTOR).order_by("id")
    assert [entry.properties for entry in rows.filter(modifier="AUTHENTICATION")] == [
        [{"name": "credential", "old": None, "new": "set"}]
    ]
    assert not any("horse" in str(entry.properties) for entry in rows)


def test_exactly_the_touched_accounts_get_a_new_revision(loader: Loader) -> None:
    """An account that only appears in the file keeps its revision; a change of a person reaches all their accounts."""
    loader(*WORLD, BETA, gives(BOB, "Support", "beta"))
    first = revisions()
    loader(*WORLD, BETA, OPS | {"description": "d"})
    assert revisions() == first | {"acme": first["acme"] + 1}
    second = revisions()
    loader(BOB | {"locked": True})
    assert revisions() == second | {"acme": second["acme"] + 1, "beta": second["beta"] + 1}
    third = revisions()
    loader(BOB | {"first_name": "Bobby"})
    assert revisions() == third, "a name is no fact of decisions"
    loader({"kind": "privilege", "name": "X", "title": "X"})
    assert revisions() == third | {"*": third["*"] + 1}


def test_decisions_see_a_load_at_once(loader: Loader) -> None:
    """Also those of an engine that had answers of the time before."""
    engine = Engine()
    loader(*WORLD)
    assert not engine.decide(user="bob@acme.test", privilege="BUILD", account=AccountId("acme"), at=AT).allowed
    loader(OPS | {"privileges": ["BUILD"]})
    assert engine.decide(user="bob@acme.test", privilege="BUILD", account=AccountId("acme"), at=AT).allowed


def test_user_11_a_load_leaves_every_account_its_administrator(loader: Loader) -> None:
    """Setting an end to the last one is refused; with another one there it is not."""
    loader(*WORLD)
    end = (AT + timedelta(days=1)).isoformat()
    [problem] = loader.refused(gives(ANN, "Administrator", valid_until=end))
    assert problem[1] == "valid_until"
    assert "USER-11" in problem[2]
    loader(gives(BOB, "Administrator"))
    loader(gives(ANN, "Administrator", valid_until=end))


def test_acc_11_the_user_limit_holds(loader: Loader, settings: Settings) -> None:
    """The load that would go beyond it changes nothing."""
    settings.USER_LIMIT = 2
    loader(*WORLD)
    loader(gives(BOB, "Support"))
    [problem] = loader.refused({"kind": "user", "id": "c@acme.test"}, gives({"id": "c@acme.test"}, "Support"))
    assert "limit of 2 users" in problem[2]


def test_acc_14_a_deleted_account_takes_no_change(loader: Loader) -> None:
    """It loads as deleted, and stays so."""
    loader(ACME | {"status": "deleted"})
    assert "ACC-14" in loader.refused(ACME | {"status": "active"})[0][2]
    assert counts(loader(ACME)) == {"account": (0, 0, 1)}


def test_a_role_is_renamed_by_its_id(loader: Loader) -> None:
    """And two may exchange their names."""
    loader(*WORLD)
    ids = {line["name"]: line["id"] for line in _roles(exported())}
    loader({"kind": "role", "account": "acme", "name": "Dev", "id": "dev", "privileges": []})
    loader(
        OPS | {"id": ids["Ops"], "name": "Dev"},
        {"kind": "role", "account": "acme", "name": "Ops", "id": "dev", "privileges": []},
    )
    assert {line["name"]: line["id"] for line in _roles(exported())} == {"Dev": ids["Ops"], "Ops": "dev"}
    assert '"user":"bob@acme.test","role":"Dev"' in exported()


def test_people_may_exchange_their_external_ids(loader: Loader) -> None:
    """Ids are judged by what holds afterwards."""
    loader(ANN | {"external_id": "1"}, BOB | {"external_id": "2"})
    assert counts(loader(ANN | {"external_id": "2"}, BOB | {"external_id": "1"})) == {"user": (0, 2, 0)}


def test_a_time_is_kept_in_utc(loader: Loader) -> None:
    """Whatever offset it was given with; the same instant is no change."""
    loader(*WORLD, gives(BOB, "Support", valid_until="2030-01-01T02:00:00+02:00"))
    assert '"valid_until":"2030-01-01T00:00:00Z"' in exported()
    assert counts(loader(gives(BOB, "Support", valid_until="2029-12-31T19:00:00-05:00"))) == {"user_role": (0, 0, 1)}


def test_a_load_tried_again_by_the_database_is_the_same_load(loader: Loader) -> None:
    """The lines survive a first attempt, as a serialization failure would demand."""
    from tenantry.estate.load import load, prepare
    from tenantry.estate.reading import read
    from tenantry.rules.vocabulary import OPERATOR

    prepared = prepare(read([loader.write(*WORLD)]))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    load(actor=OPERATOR, at=at, prepared=prepared)
    assert counts(load(actor=OPERATOR, at=at, prepared=prepared))["user_role"] == (0, 0, 2)


def _roles(text: str) -> list[dict[str, str]]:
    import json

    return [line for line in map(json.loads, text.splitlines()) if line["kind"] == "role"]


def test_a_large_first_load_leaves_the_indexes_as_they_were(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite builds them after the rows of such a load; afterwards each is there again, word for word."""
    from django.db import connection

    def indexes() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
            return list(cursor.fetchall())

    if connection.vendor != "sqlite":
        pytest.skip("SQLite's way")
    monkeypatch.setattr("tenantry.estate.load.MANY", 0)
    before = indexes()
    loader(*WORLD)
    assert indexes() == before
    assert counts(loader(*WORLD))["user"] == (0, 0, 2)


@pytest.mark.store
def test_after_a_large_load_the_engine_knows_how_many_rows_there_are(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL would plan as if the tables were as empty as before."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL's way")

    def known() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [User._meta.db_table])
            return int(cursor.fetchone()[0])

    before = known()
    loader(*WORLD)
    assert known() == before
    monkeypatch.setattr("tenantry.estate.load.MANY", 0)
    loader({"kind": "user", "id": "zoe@acme.test", "first_name": "Zoe", "last_name": "Z"})
    assert known() == User.objects.count() > 2


def test_lock_3_a_load_that_unlocks_starts_the_count_of_invalid_attempts_anew(loader: Loader) -> None:
    """Else the next invalid attempt would lock again; the log tells of the lock alone."""
    person = {"kind": "user", "id": "ann@acme.test"}
    loader(*WORLD, person | {"locked": True})
    User.objects.filter(email_key="ann@acme.test").update(failed_attempts=6)
    loader(person | {"locked": False})
    row = User.objects.get(email_key="ann@acme.test")
    assert (row.locked, row.failed_attempts) == (False, 0)
    assert not any("failed_attempts" in str(entry.properties) for entry in Entry.rows.across(Crossing.ESTATE))
