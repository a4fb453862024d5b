"""Environments out of files: what loading writes, tells and leaves, and whose answers it changes."""

import pytest

from tenantry.decisions.authzen import evaluate, parse
from tenantry.decisions.engine import Engine
from tenantry.environments.models import Environment, EnvironmentRole
from tenantry.environments.queries import environments_in
from tenantry.objects.queries import place_of_object
from tenantry.rules.answers import Allowed, Denied
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD
from tests.estate.loading import AT, BOB, WORLD, Fields, Loader, M, N, P, R, counts, entries, exported, gives, shared

pytestmark = [pytest.mark.store, pytest.mark.django_db]


def environment(name: str = "Test", account: str = "acme", **more: str) -> Fields:
    """An environment line."""
    return {"kind": "environment", "account": account, "name": name, **more}


def attached(role: str | Fields, name: str = "Test", account: str = "acme") -> Fields:
    """An environment_role line."""
    return {"kind": "environment_role", "account": account, "environment": name, "role": role}


def thing(key: str = "inv-1", **more: str) -> Fields:
    """An object line."""
    return {"kind": "object", "account": "acme", "type": "invoice", "id": key, **more}


PLACES = (environment(id="e-1", classification="TEST"), environment("Prod"), attached("Ops"), attached("Support"))


def ask(action: str, resource: Fields, user: str = "bob@acme.test") -> Allowed | Denied:
    """A decision, as a host asks for it."""
    import msgspec

    question = {"subject": {"type": "user", "id": user}, "action": {"name": action}, "resource": resource}
    return evaluate(Engine(), parse(msgspec.json.encode(question)), AT)


def test_env_1_environments_come_in_and_go_out_unchanged(loader: Loader) -> None:
    """Ids are kept, Production is what is meant where nothing is said, the same again changes nothing."""
    loaded = loader(*WORLD, *PLACES)
    assert counts(loaded)["environment"] == (2, 0, 0)
    assert counts(loaded)["environment_role"] == (2, 0, 0)
    found = {one.name: one for one in environments_in(AccountId("acme")).values()}
    assert (found["Test"].id, found["Test"].classification, found["Prod"].classification) == ("e-1", "TEST", "PROD")
    assert found["Test"].roles > {"SUPPORT"}
    told = [entry for entry in entries() if entry[1] == "as.environment"]
    assert told == [
        ("acme", "as.environment", "ADD", "NONE", "Test"),
        ("acme", "as.environment", "ADD", "NONE", "Prod"),
        ("acme", "as.environment", "UPDATE", "ROLE", "Test"),
    ]
    before = exported()
    again = loader(*WORLD, *PLACES)
    assert counts(again)["environment"] == (0, 0, 2)
    assert counts(again)["environment_role"] == (0, 0, 2)
    assert exported() == before


def test_an_export_loads_again_byte_for_byte(loader: Loader) -> None:
    """Environments, their roles and the objects in them included, whole and account by account."""
    loader(*WORLD, *PLACES, thing(environment="Test"), thing("inv-2"))
    whole, alone = exported(), exported("acme")
    for table in (EnvironmentRole, Environment):
        table.rows.across(Crossing.ESTATE).delete()
    loader.text(whole)
    assert exported() == whole
    assert exported("acme") == alone
    assert '"environment":"Test"' in alone


def test_env_9_what_is_loaded_acts_at_the_next_question(loader: Loader) -> None:
    """A list keeps people out by decision and by object; only the account concerned decides anew."""
    loader(*WORLD, environment(), {"kind": "account", "id": "other", "name": "Other"})
    where = {"type": "environment", "id": "Test", "properties": {"account": "acme"}}
    assert isinstance(ask("DEPLOY", where), Allowed)
    before = dict(Revision.objects.exclude(scope=HEAD).values_list("scope", "number"))
    loader(attached("Support"), thing(environment="Test"))
    after = dict(Revision.objects.exclude(scope=HEAD).values_list("scope", "number"))
    assert {scope for scope in after if after[scope] != before[scope]} == {"acme"}
    for resource in (where, {"type": "invoice", "id": "inv-1"}):
        answer = ask("DEPLOY", resource)
        assert isinstance(answer, Denied)
        assert answer.refusal.code == "environment_closed"
    loader(attached("Ops"))
    answer = ask("DEPLOY", {"type": "invoice", "id": "inv-1"})
    assert isinstance(answer, Allowed)
    assert answer.opening is not None
    assert answer.opening.roles == ("Ops",)


def test_an_environment_is_found_by_its_id_and_by_its_name_in_an_account(loader: Loader) -> None:
    """A name alone is nobody's; an unknown one is a denial with its reason."""
    loader(*WORLD, *PLACES)
    assert isinstance(ask("DEPLOY", {"type": "environment", "id": "e-1"}), Allowed)
    for unknown in (
        {"type": "environment", "id": "Test"},
        {"type": "environment", "id": "e-1", "properties": {"account": "other"}},
        {"type": "environment", "id": "nothing", "properties": {"account": "acme"}},
    ):
        answer = ask("DEPLOY", unknown)
        assert isinstance(answer, Denied)
        assert answer.refusal.code == "unknown_resource"


def test_an_object_moves_and_may_be_left_in_a_place_that_is_gone(loader: Loader) -> None:
    """A line without environment keeps where it is; what is in an environment that is gone is nobody's."""
    loader(*WORLD, *PLACES, thing(environment="Test"))
    assert counts(loader(thing(environment="Prod")))["object"] == (0, 1, 0)
    assert counts(loader(thing()))["object"] == (0, 0, 1)
    place = place_of_object("acme", "invoice", "inv-1")
    prod = next(one.id for one in environments_in(AccountId("acme")).values() if one.name == "Prod")
    assert place is not None
    assert place.environment == prod
    Environment.rows.across(Crossing.ESTATE).filter(id=prod).delete()
    answer = ask("DEPLOY", {"type": "invoice", "id": "inv-1"})
    assert isinstance(answer, Denied)


@pytest.mark.parametrize(
    ("line", "field", "what"),
    [
        (environment(""), "name", "ENV-1"),
        (environment("x" * 81), "name", "ENV-1"),
        (environment(classification="prod"), "classification", "ENV-2"),
        (environment("New", "nowhere"), "account", "there is no account"),
        (environment("Test", classification="PROD"), "classification", "never changes"),
        (environment("Prod", id="e-1", classification="TEST"), "name", "another environment named"),
        (environment("Test", id="other"), "id", "with another id"),
        (attached("Ops", "Nothing"), "environment", "no environment named"),
        (attached("Nothing"), "role", "ENV-8"),
        (attached("Ops", account="nowhere"), "account", "there is no account"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(loader: Loader, line: Fields, field: str, what: str) -> None:
    """Line and field are named, and nothing is loaded."""
    loader(*WORLD, *PLACES)
    before = exported()
    [(number, found, told)] = loader.refused(line)
    assert (number, found) == (1, field)
    assert what in told
    assert exported() == before


def test_env_8_shared_roles_cannot_be_attached_by_a_file_either(loader: Loader) -> None:
    """A role of the primary is refused, shared or not."""
    share = {"kind": "group_resource", "account": "p", "group": "All Accounts", "type": "role", "name": "R"}
    loader(P, M, N, R, share, environment(account="m"))
    [(_, field, told)] = loader.refused(attached(shared("R"), account="m"))
    assert (field, told.endswith("(ENV-8)")) == ("role", True)


def test_a_plan_tells_what_a_list_takes_away(loader: Loader) -> None:
    """Tallies tell the lines; nothing is changed."""
    loader(*WORLD, environment())
    before = exported()
    planned = loader.plan(attached("Support"), gives(BOB, "Support"))
    assert counts(planned.loaded)["environment_role"] == (1, 0, 0)
    assert exported() == before
