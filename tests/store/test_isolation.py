"""ACC-1: rows of an account are read by naming it, and what belongs to another account is not to be had."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tenantry.accounts.models import Account
from tenantry.accounts.queries import account_row
from tenantry.audit.models import Entry
from tenantry.audit.queries import Filters, audit_page
from tenantry.objects.models import HostObject
from tenantry.roles.models import Role
from tenantry.roles.queries import custom_roles, owner_of_role
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing
from tenantry.store.ownership import AccountNotNamed, AccountOwned, AccountRows
from tenantry.users.models import AccountUser, UserRole
from tenantry.users.queries import grants_in, grants_of, holders_of, linked_count
from tests.store.every_command import VERBS, World, a_world, a_world_for
from tests.store.factories import AT, everything

pytestmark = pytest.mark.usefixtures("db")


def owned() -> list[type[models.Model]]:
    """Every table whose rows belong to accounts, found by asking Django for all tables."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("tenantry.")]
    return [m for m in ours if any(f.name == "account" for f in m._meta.concrete_fields) or m is Account]


def test_acc_1_these_tables_belong_to_accounts() -> None:
    """Whatever has a column `account` can be read only through it; a new table joins this list by itself."""
    assert set(owned()) >= {Account, AccountUser, UserRole, Role, Entry, HostObject}
    for model in owned():
        assert issubclass(model, AccountOwned) or model in {Account, Role}
        assert isinstance(model._default_manager, AccountRows)
        assert isinstance(model.__dict__.get("rows", model._default_manager), AccountRows) or hasattr(model, "rows")


WAYS: dict[str, Callable[[Any], object]] = {
    "all": lambda rows: rows.all(),
    "filter": lambda rows: rows.filter(pk=1),
    "exclude": lambda rows: rows.exclude(pk=1),
    "get": lambda rows: rows.get(pk=1),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "values": lambda rows: rows.values_list("pk"),
    "update": lambda rows: rows.update(),
    "create": lambda rows: rows.create(),
    "bulk_create": lambda rows: rows.bulk_create([]),
    "raw": lambda rows: rows.raw("SELECT 1"),
    "iterator": lambda rows: list(rows.iterator()),
    "queryset": lambda rows: rows.get_queryset(),
}


@pytest.mark.parametrize("model", owned(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("ask", WAYS.values(), ids=list(WAYS))
def test_acc_1_no_row_is_read_without_naming_the_account(
    model: type[models.Model], ask: Callable[[Any], object]
) -> None:
    """A forgotten account is a loud defect, never somebody else's rows."""
    for rows in (model._default_manager, getattr(model, "rows")):  # noqa: B009 - not every model declares it
        with pytest.raises(AccountNotNamed):
            ask(rows)


@pytest.mark.parametrize("model", owned(), ids=lambda model: model.__name__)
def test_acc_1_crossing_accounts_needs_a_listed_purpose(model: type[models.Model]) -> None:
    """A purpose is one of the list, with its reason; a word that looks like one is none."""
    rows: AccountRows[models.Model] = getattr(model, "rows")  # noqa: B009 - not every model declares it
    assert rows.across(Crossing.ESTATE) is not None
    for purpose in ("ESTATE", None, ""):
        with pytest.raises(AccountNotNamed):
            rows.across(purpose)  # type: ignore[arg-type]
    for crossing in Crossing:
        assert len(crossing.value) > 20


@pytest.fixture
def world() -> World:
    """Two accounts with people and roles in each."""
    return a_world()


def test_acc_1_reads_stay_in_the_account_named(world: World) -> None:
    """Each account sees its own rows, all of them, and none of the other's."""
    for model in owned():
        if model in {Account, HostObject}:
            continue
        rows: AccountRows[models.Model] = getattr(model, "rows")  # noqa: B009 - not every model declares it
        keys = {a: set(rows.of(a).values_list("pk", flat=True)) for a in (world.here, world.there)}
        assert keys[world.here]
        assert keys[world.there]
        assert not keys[world.here] & keys[world.there]
        assert not rows.of("nowhere").exists()
        assert not rows.of("").exists()
    assert [row.id for row in Account.rows.of(world.here)] == [world.here]


def test_acc_1_queries_stay_in_the_account_named(world: World) -> None:
    """Users, grants, roles and the log of one account say nothing of another."""
    here, there = world.here, world.there
    assert {row[0] for row in grants_in(there)} == {"bob@example.com", "dot@example.com"}
    assert {row[0] for row in grants_in(here)} == {"ann@example.com", "bob@example.com", "cy@example.com"}
    assert [grant.role for grant in grants_of(there, world.bob.id)] == ["SUPPORT"]
    assert (linked_count(here), linked_count(there)) == (3, 2)
    assert {role.name for role in custom_roles(there)} == {"Theirs"}
    assert {entry.account_id for entry in audit_page(there, Filters()).rows} == {there}
    assert account_row("nowhere") is None
    assert owner_of_role(world.theirs) == there
    assert owner_of_role("ADMINISTRATOR") is None
    assert holders_of(world.held, AT) == {here: 1}


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.self_service])
def test_api_8_an_administrator_of_one_account_does_nothing_in_another(name: str) -> None:
    """By no command: refused, and not one row has changed in any table."""
    world = a_world_for(name)
    before = everything()
    with pytest.raises(Refused):
        VERBS[name].run(world, world.dot.actor)
    assert everything() == before


def swapped(world: World) -> World:
    """The same questions asked of the account `there`, about people and roles of `here`."""
    return World(
        here=world.there,
        there=world.here,
        ann=world.dot,
        bob=world.ann,
        cy=world.cy,
        dot=world.ann,
        held=world.held,
        spare=world.spare,
        theirs=world.theirs,
    )


FOREIGN = ("change_user_roles", "remove_user", "invite_again", "edit_role", "remove_role")


@pytest.mark.parametrize("name", FOREIGN)
def test_api_8_another_accounts_ids_are_no_ids_here(name: str, world: World) -> None:
    """Who administers `there` cannot reach people and roles of `here` by naming them there; nor can the operator."""
    from tenantry.rules.vocabulary import OPERATOR

    before = everything()
    for actor in (world.dot.actor, OPERATOR):
        with pytest.raises(Refused) as caught:
            VERBS[name].run(swapped(world), actor)
        assert caught.value.refusal.code in {"user_not_linked", "role_not_found"}
        assert caught.value.refusal.details() == {}
    assert everything() == before


def test_api_8_foreign_and_unknown_are_told_apart_by_nobody(world: World) -> None:
    """The refusal for another account's user is the one for a user who does not exist."""
    from tenantry.users.commands import remove_user

    answers = []
    for user in (world.ann.id, 999_999):
        with pytest.raises(Refused) as caught:
            remove_user(actor=world.dot.actor, at=AT, account=world.there, user=user)
        answers.append(caught.value.refusal)
    assert answers[0] == answers[1]


def test_acc_1_an_id_that_is_a_pattern_names_nothing(world: World) -> None:
    """Account ids are compared whole and exactly."""
    for name in (world.here.upper(), world.here[:-1], world.here + " ", "%", "_" * len(world.here)):
        assert not UserRole.rows.of(AccountId(name)).exists()
