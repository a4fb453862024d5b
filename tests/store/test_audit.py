"""Chapter AUD: what the log holds, for every command; that nobody changes it; how it is read."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, models, transaction

from tenantry.audit.catalogue import Act, title_of
from tenantry.audit.models import Entry
from tenantry.audit.queries import Filters, audit_page
from tenantry.audit.trail import properties, record
from tenantry.roles import commands as roles
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Source, user_key
from tenantry.signin import commands as signin
from tenantry.signin.entering import Entering
from tests.engines import Engine
from tests.store.every_command import MODULES, REASON, VERBS, Verb, World, actor_of, commands_of
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    BY_PASSWORD,
    a_role,
    a_user,
    an_account,
    changes,
    entries,
    watched,
    words,
)
from tests.store.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("db")


def test_aud_1_the_table_of_commands_is_complete() -> None:
    """Every command of these modules is looked at below."""
    assert set().union(*(commands_of(module) for module in MODULES)) == set(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_aud_1_every_act_writes_exactly_one_entry_in_each_account_it_takes_effect_in(name: str, world: World) -> None:
    """Entries belong to the account in which the action took effect, with type, action and modifier of the table.

    Deleting a primary deletes its groups, each of which is one act more (ACC-14).
    """
    verb = VERBS[name]
    actor = actor_of(verb, world)
    with watched() as written:
        made = verb.run(world, actor)
    expected = {getattr(world, where) for where in verb.where} | ({made} if verb.new else set())
    assert set(written.entries) == expected
    for account in expected:
        found = written.entries[account]  # type: ignore[index]
        assert verb.words is not None
        assert sorted(map(words, found)) == sorted([verb.words, *verb.also])
        for entry in found:
            assert entry.at == AT
            assert entry.level == "INFO"
            part = name == "delete_account" and words(entry) in verb.also
            follows = part or name in {"forget_membership", "forget_groups"}
            assert entry.reason == (_FOLLOWS if follows else REASON if verb.reasoned else "")
            _by_whom(entry, verb, name, actor, world)


_FOLLOWS = "the account is deleted"
"""The reason of acts that follow from another one."""


def _by_whom(entry: Entry, verb: Verb, name: str, actor: Actor, world: World) -> None:
    if name == "choose_first_password":
        actor = world.cy.actor
    if name == "finish_portion":  # who ended the share, by the system's hand (AUD-4)
        actor = Actor(None, Source.INTERNAL)
    if name in {"forget_lost_roles", "end_of_role", "install_cluster"}:
        actor = OPERATOR
    if name == "run_release" or (name == "remove_pack" and words(entry) == ("as.ipack", "UNINSTALL", "NONE")):
        actor = Actor(actor.user if verb.also else None, Source.INTERNAL)
    assert (entry.user, entry.source) == (actor.name, actor.source)
    if verb.operator:
        assert (entry.user, entry.source) == ("operator", "INTERNAL")


ROWS = {
    ("account", "ON_ENTRY", "SUCCESS"),
    ("account", "EDIT", "NONE"),
    ("account", "LOGOUT", "NONE"),
    ("account", "LOGOUT", "TIMEOUT"),
    ("user", "TC_ACCEPT", "SUCCESS"),
    ("as.account.access", "EDIT", "NONE"),
    ("role", "ADD", "NONE"),
    ("role", "UPDATE", "NONE"),
    ("role", "DELETE", "NONE"),
    ("user", "ADD", "NONE"),
    ("user", "DELETE", "NONE"),
    ("user", "UPDATE", "ROLE"),
    ("user", "UPDATE", "EMAIL"),
    ("user", "UPDATE", "NONE"),
    ("user", "UPDATE", "AUTHENTICATION"),
    ("user.token", "ADD", "AUTHENTICATION"),
    ("account-ip_address", "ADD", "TRUSTEDIP"),
    ("account-ip_address", "EDIT", "TRUSTEDIP"),
    ("account-ip_address", "DELETE", "TRUSTEDIP"),
    ("user.token", "UPDATE", "AUTHENTICATION"),
    ("user.token", "DELETE", "AUTHENTICATION"),
    ("as.accountgroup", "ADD", "NONE"),
    ("as.accountgroup", "DELETE", "NONE"),
    ("as.accountgroup.resource", "ADD", "NONE"),
    ("as.accountgroup.resource", "DELETE", "NONE"),
    ("as.accountgroup.user", "ADD", "NONE"),
    ("as.accountgroup.user", "DELETE", "NONE"),
    ("as.accountgroup.user", "UPDATE", "ROLE"),
    ("as.accountgroup.account", "ADD", "NONE"),
    ("as.accountgroup.account", "DELETE", "NONE"),
    ("as.account.support", "ADD", "NONE"),
    ("as.account.support", "UPDATE", "NONE"),
    ("as.account.support", "DELETE", "NONE"),
    ("as.component", "COPY", "NONE"),
    ("as.component", "DELETE", "NONE"),
    ("as.folder", "UPDATE", "ROLE"),
    ("as.cloud", "CREATE", "NONE"),
    ("as.cloud", "UPDATE", "NONE"),
    ("as.cloud", "DELETE", "NONE"),
    ("as.document", "VIEW", "SUCCESS"),
    ("as.document", "VIEW", "FAILURE"),
    ("as.document", "DOWNLOAD", "SUCCESS"),
    ("as.document", "DOWNLOAD", "FAILURE"),
    ("as.ipack", "UPDATE", "MANUAL"),
}
"""The rows of the rule book's table whose actions exist."""

OURS = {
    ("account", "ADD", "NONE"),
    ("account", "DELETE", "NONE"),
    ("as.accountgroup", "UPDATE", "NONE"),
    ("object", "ADD", "NONE"),
    ("as.runtime", "ADD", "NONE"),
    ("as.cloud.cluster.token", "ADD", "AUTHENTICATION"),
    ("as.cloud.cluster", "ADD", "NONE"),
    ("as.cloud.cluster", "DELETE", "NONE"),
    ("as.cloud.quota", "ADD", "NONE"),
    ("as.cloud.quota", "UPDATE", "NONE"),
    ("as.cloud.quota", "DELETE", "NONE"),
    ("job", "UPDATE", "NONE"),
    ("job", "DELETE", "NONE"),
    ("as.account.notice", "ADD", "NONE"),
    ("as.account.notice", "DELETE", "NONE"),
    ("user", "UPDATE", "BREAK_GLASS"),
    ("as.package", "ADD", "NONE"),
    ("as.package", "DELETE", "NONE"),
    ("as.process", "PUBLISH", "NONE"),
    ("as.process", "INSTALL", "NONE"),
    ("as.deployment", "ADD", "NONE"),
    ("as.deployment", "DELETE", "NONE"),
    ("as.schedule", "ADD", "NONE"),
    ("as.schedule", "UPDATE", "NONE"),
    ("as.schedule", "UPDATE", "PAUSED"),
    ("as.schedule", "UPDATE", "RESUMED"),
    ("as.schedule", "DELETE", "NONE"),
    ("as.document", "EXECUTE", "NONE"),
    ("as.document", "EXECUTE", "TEST"),
    ("as.ipack", "ADD", "NONE"),
    ("as.ipack", "UPDATE", "NONE"),
    ("as.ipack", "UPDATE", "CONTENTS"),
    ("as.ipack", "RELEASE", "SCHEDULED"),
    ("as.ipack", "RELEASE", "NONE"),
    ("as.ipack", "DELETE", "NONE"),
    ("as.ipack", "INSTALL", "NONE"),
    ("as.ipack", "UNINSTALL", "NONE"),
    ("as.ipack", "ATTACH", "NONE"),
    ("as.ipack", "DETACH", "NONE"),
    ("as.folder", "CREATE", "NONE"),
    ("as.folder", "UPDATE", "NAME"),
    ("as.folder", "MOVE", "NONE"),
    ("as.folder", "COPY", "NONE"),
    ("as.folder", "DELETE", "NONE"),
    ("as.folder", "RESTORE", "NONE"),
    ("as.connectorgroup", "ADD", "NONE"),
    ("as.connectorgroup", "UPDATE", "NONE"),
    ("as.connectorgroup", "DELETE", "NONE"),
    ("as.connectorgroup.version", "ADD", "NONE"),
    ("as.connector", "ADD", "NONE"),
    ("as.connector", "UPDATE", "NAME"),
    ("as.connector", "UPDATE", "VISIBILITY"),
    ("as.connector", "RELEASE", "NONE"),
    ("as.connector", "RELEASE", "PLANNED"),
    ("as.connector", "RELEASE", "CANCELLED"),
    ("as.connector", "DELETE", "NONE"),
    ("as.connector.review", "ADD", "NONE"),
    ("as.connector.review", "UPDATE", "NONE"),
    ("as.component", "CREATE", "NONE"),
    ("as.component", "UPDATE", "NONE"),
    ("as.component", "MOVE", "NONE"),
    ("as.component", "RESTORE", "NONE"),
    ("as.library", "ADD", "NONE"),
    ("as.library", "DELETE", "NONE"),
    ("as.model", "CREATE", "NONE"),
    ("as.model", "UPDATE", "NONE"),
    ("as.model", "UPDATE", "NAME"),
    ("as.model", "PUBLISH", "NONE"),
    ("as.model", "COPY", "NONE"),
    ("as.model", "DELETE", "NONE"),
    ("as.model.deployment", "ADD", "NONE"),
    ("as.model.deployment", "DELETE", "NONE"),
    ("as.repository", "CREATE", "NONE"),
    ("as.repository", "UPDATE", "NAME"),
    ("as.repository", "DELETE", "NONE"),
}
"""Acts the table is silent about."""

ELSEWHERE = {
    ("object", "ADD", "NONE"),
    ("as.document", "DOWNLOAD", "FAILURE"),
    ("as.schedule", "UPDATE", "NONE"),
}
"""Acts of loads, and second acts of commands that are done in one way in the table of commands."""


def test_aud_1_the_acts_are_those_of_the_table_and_four_of_our_own() -> None:
    """Every row whose action exists has its act, no act has words of its own making beyond these."""
    kinds = [(act.value.type, act.value.action, act.value.modifier) for act in Act]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) >= ROWS
    assert {verb.words for verb in VERBS.values()} - {None} == (ROWS | OURS) - ELSEWHERE
    assert title_of("role", "ADD", "NONE") == "Role added"
    assert title_of("as.nothing", "CREATE", "NONE") == "as.nothing CREATE"


@pytest.mark.parametrize("door", [Source.UI, Source.API, Source.INTERNAL, Source.UNKNOWN])
def test_aud_1_the_entry_tells_the_door(door: Source, world: World) -> None:
    """Source is one of UI, API, INTERNAL, UNKNOWN: the door the act came through."""
    actor = Actor(user_key(world.ann.email), door)
    with watched() as written:
        roles.create_role(actor=actor, at=AT, account=world.here, name="R")
    assert written.only(world.here).source == door.value


STATEMENTS = {
    "update": "UPDATE audit_entry SET message = 'nothing to see here'",
    "update of one": "UPDATE audit_entry SET reason = 'x' WHERE id = (SELECT MIN(id) FROM audit_entry)",
    "delete": "DELETE FROM audit_entry",
    "delete of one": "DELETE FROM audit_entry WHERE id = (SELECT MAX(id) FROM audit_entry)",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=list(STATEMENTS))
def test_aud_1_the_database_itself_refuses_to_change_the_log(statement: str, world: World) -> None:
    """Entries are immutable, kept forever: on any engine, for whoever has the connection."""
    before = list(models.QuerySet(Entry).order_by("id").values_list())
    immutable = pytest.raises(DatabaseError, match="audit entries are immutable")
    with immutable, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(models.QuerySet(Entry).order_by("id").values_list()) == before
    assert before


def test_aud_1_nor_can_it_be_changed_through_the_product(world: World) -> None:
    """By the rows' own methods neither."""
    rows = Entry.rows.of(world.here)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        rows.update(user="somebody else")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        rows.delete()


def test_aud_1_no_other_statement_takes_an_entry_away(world: World, engine: Engine) -> None:
    """What replaces or empties is refused like what updates or deletes."""
    columns = [field.column for field in Entry._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join("'mallory'" if column == "user" else f'"{column}"' for column in columns)
    ways = {
        "sqlite": f"REPLACE INTO audit_entry ({names}) SELECT {values} FROM audit_entry",  # noqa: S608
        "postgresql": "TRUNCATE audit_entry",
    }
    connection.check_constraints()  # PostgreSQL empties no table that has constraints to check still
    immutable = pytest.raises(DatabaseError, match="audit entries are immutable")
    with immutable, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ways[engine])


def test_aud_1_secrets_never_get_into_the_log(world: World) -> None:
    """A property named like a secret is refused outright, and no entry holds a password or its hash."""
    for name in ("password", "password_hash", "token"):
        with pytest.raises(ValueError, match=name):
            record(Act.ENTERED, actor=OPERATOR, account=world.here, at=AT, changes={name: (None, "x")})
    for name in ("change_own_password", "invite_again", "add_user"):
        VERBS[name].run(world, world.ann.actor)
    logged = str(list(models.QuerySet(Entry).values_list()))
    assert world.ann.row.password not in logged
    assert "correct horse" not in logged
    assert "another long phrase" not in logged
    assert "argon2" not in logged


def test_aud_1_values_before_and_after_are_those_that_differ() -> None:
    """Properties with old and new value, sorted by name; what stayed is left out."""
    assert properties({"b": (1, 2), "a": (None, ["x"]), "c": (3, 3)}) == [
        {"name": "a", "old": None, "new": ["x"]},
        {"name": "b", "old": 1, "new": 2},
    ]


@pytest.mark.parametrize("edit", [{"name": "Renamed"}, {"description": "New words"}, {"privileges": ["API"]}])
def test_aud_3_role_entries_always_carry_the_roles_name(edit: dict[str, object], world: World) -> None:
    """Role entries carry the property `ROLE_NAME`; renaming a role is logged with both names."""
    with watched() as written:
        roles.edit_role(actor=world.ann.actor, at=AT, account=world.here, role=world.held, **edit)  # type: ignore[arg-type]
    entry = written.only(world.here)
    assert changes(entry)["ROLE_NAME"] == ("Held", edit.get("name", "Held"))
    assert entry.container == edit.get("name", "Held")


def test_aud_3_making_and_removing_a_role_name_it_too(world: World) -> None:
    """From nothing, and to nothing."""
    with watched() as made:
        role = roles.create_role(actor=world.ann.actor, at=AT, account=world.here, name="R", privileges=["API"])
    assert changes(made.only(world.here)) == {
        "ROLE_NAME": (None, "R"),
        "description": (None, ""),
        "privileges": ([], ["API"]),
    }
    with watched() as gone:
        roles.remove_role(actor=world.ann.actor, at=AT, account=world.here, role=role)
    assert changes(gone.only(world.here)) == {
        "ROLE_NAME": ("R", None),
        "description": ("", None),
        "privileges": (["API"], []),
    }


def test_entry_5_failed_sign_ins_and_refused_entries_write_nothing(world: World) -> None:
    """Successful entry writes an audit entry; failed sign-ins do not."""
    with watched() as written:
        for email, password in ((world.ann.email, "wrong"), ("nobody@example.com", "wrong")):
            with pytest.raises(Refused):
                sign_in(email=email, password=password, at=AT)
        with pytest.raises(Refused):
            signin.enter(wanted=Entering(world.dot.row, world.here, BY_PASSWORD, AT))
    assert (written.entries, written.raised) == ({}, {})


def test_aud_1_a_container_of_any_length_is_recorded(world: World) -> None:
    """Long names are cut for the column, and kept whole in the properties."""
    record(Act.ENTERED, actor=OPERATOR, account=world.here, at=AT, container="x" * 300)
    assert entries(world.here)[-1].container == "x" * 255


@pytest.fixture
def log(db: None) -> AccountId:
    """An account with a log of eight known entries."""
    account = an_account("Log")
    ann = a_user(account, ADMINISTRATOR, email="ann@example.com")
    role = a_role(account, "Alpha", "API")
    for day in range(5):
        roles.edit_role(
            actor=ann.actor,
            at=AT + timedelta(days=day),
            account=account,
            role=role,
            description=f"day {day}",
        )
    return account


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), 8),
        (Filters(type="role"), 6),
        (Filters(type="rol"), 0),
        (Filters(action="ADD"), 3),
        (Filters(action="UPDATE", type="role"), 5),
        (Filters(modifier="NONE"), 8),
        (Filters(modifier="ROLE"), 0),
        (Filters(level="INFO"), 8),
        (Filters(level="ERROR"), 0),
        (Filters(source="UI"), 5),
        (Filters(source="INTERNAL"), 3),
        (Filters(user="ANN@"), 5),
        (Filters(user="operator"), 3),
        (Filters(container="alph"), 6),
        (Filters(since=AT + timedelta(days=3)), 2),
        (Filters(until=AT + timedelta(days=1)), 4),
        (Filters(since=AT + timedelta(days=1), until=AT + timedelta(days=2)), 1),
    ],
)
def test_aud_2_the_filters(filters: Filters, found: int, log: AccountId) -> None:
    """Container, user, date, type, action, modifier, level, source: alone and together."""
    assert len(audit_page(log, filters).rows) == found


def test_aud_2_newest_first_or_the_other_way_round_and_one_account_only(log: AccountId) -> None:
    """A log shows its own account's entries, in one order or the other."""
    other = an_account("Other")
    newest = [entry.id for entry in audit_page(log, Filters()).rows]
    oldest = [entry.id for entry in audit_page(log, Filters(), oldest_first=True).rows]
    assert newest == sorted(newest, reverse=True)
    assert oldest == newest[::-1]
    assert {entry.account_id for entry in audit_page(other, Filters()).rows} == {other}
