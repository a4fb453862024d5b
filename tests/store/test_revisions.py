"""ROLE-10: no decision rests on facts that a command has changed: it raises the revisions of whose facts they are."""

from dataclasses import replace

import pytest

from tenantry.decisions.engine import ENGINE
from tenantry.decisions.facts import Kept, load_snapshot
from tenantry.rules.answers import Allowed, Denied
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store import revisions
from tests.store.every_command import VERBS, World, a_world, a_world_for, actor_of
from tests.store.factories import AT, numbers, watched

pytestmark = pytest.mark.usefixtures("db")

def facts(account: AccountId) -> tuple[AccountFacts, dict[str, Held]]:
    """What decisions in the account rest on, read from the tables now."""
    snapshot = load_snapshot(account, Kept())
    assert snapshot is not None
    return snapshot.account, {key: standing.held for key, standing in snapshot.standings.items()}


def facts_in_time(account: AccountId) -> tuple[AccountFacts, dict[str, Held]]:
    """The same without grants that are over, which no answer from now on rests on."""
    known, people = facts(account)
    return known, {
        key: replace(held, direct=tuple(grant for grant in held.direct if not grant.validity.ended(AT)))
        for key, held in people.items()
    }


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> World:
    """Two accounts with people and roles, made ready for the command under test."""
    name = request.node.callspec.params.get("name") if hasattr(request.node, "callspec") else None
    return a_world_for(name) if name in VERBS else a_world()


@pytest.mark.parametrize("name", VERBS)
def test_role_10_each_command_raises_exactly_the_revisions_of_whose_facts_it_changes(name: str, world: World) -> None:
    """Once, and no other account's: the next decision there is new, and elsewhere nothing is read again."""
    verb = VERBS[name]
    with watched() as written:
        verb.run(world, actor_of(verb, world))
    assert written.raised == {getattr(world, scope): 1 for scope in verb.raises}


@pytest.mark.parametrize("name", VERBS)
def test_role_10_no_fact_changes_without_its_revision(name: str, world: World) -> None:
    """Whatever differs in the tables afterwards differs under another stamp."""
    verb = VERBS[name]
    accounts = (world.here, world.there)
    look = facts_in_time if name == "forget_ended_grants" else facts
    before = {account: (look(account), revisions.stamps(account)) for account in accounts}
    made = verb.run(world, actor_of(verb, world))
    for account in accounts:
        if look(account) != before[account][0]:
            assert revisions.stamps(account) != before[account][1], account
        elif name not in {"rename_account", "create_managed_account"}:
            assert revisions.stamps(account) == before[account][1], "raised for nothing"
    if verb.new:
        assert numbers()[made] == 1  # type: ignore[index]


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.self_service])
def test_role_10_a_refused_command_raises_nothing(name: str, world: World) -> None:
    """Somebody without the right, of this account or of another: nothing is written anywhere."""
    for actor in (world.bob.actor, world.dot.actor):
        with watched() as written, pytest.raises(Refused):
            VERBS[name].run(world, actor)
        assert (written.entries, written.raised) == ({}, {})


REPEATED = (
    "change_user_roles",
    "add_user_role",
    "remove_user_role",
    "set_lock",
    "edit_role",
    "rename_account",
    "change_support_access_role",
    "save_account_information",
    "switch_feature",
    "change_account_status",
    "suspend_account",
    "reactivate_account",
)


@pytest.mark.parametrize("name", REPEATED)
def test_role_10_what_changes_nothing_writes_nothing(name: str, world: World) -> None:
    """The same command again finds everything as it wants it: no entry, no revision."""
    verb = VERBS[name]
    verb.run(world, actor_of(verb, world))
    with watched() as written:
        verb.run(world, actor_of(verb, world))
    assert (written.entries, written.raised) == ({}, {})


def allowed(world: World, privilege: str) -> bool:
    """Whether Bob may do it here, as the engine has it."""
    decision = ENGINE.decide(user=world.bob.email, privilege=privilege, account=world.here, at=AT)
    assert isinstance(decision, Allowed | Denied)
    return decision.allowed


@pytest.mark.parametrize(
    ("name", "privilege", "before"),
    [
        ("change_user_roles", "BUILD", True),
        ("change_user_roles", "ASSURE", True),
        ("add_user_role", "API", False),
        ("remove_user_role", "BUILD", True),
        ("remove_user", "EXECUTE", True),
        ("set_lock", "EXECUTE", True),
        ("edit_role", "API", False),
        ("suspend_account", "EXECUTE", True),
        ("delete_account", "EXECUTE", True),
    ],
)
def test_role_10_the_next_decision_knows(name: str, privilege: str, before: bool, world: World) -> None:  # noqa: FBT001
    """A change acts at once on the server."""
    verb = VERBS[name]
    assert allowed(world, privilege) is before
    verb.run(world, actor_of(verb, world))
    assert allowed(world, privilege) is (not before or privilege == "ASSURE")
