"""ROLE-10: no decision rests on facts that a command has changed: it raises the revisions of whose facts they are."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from tenantry.accounts import commands as accounts
from tenantry.accounts.queries import account_row
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.facts import Kept, load_given, load_snapshot
from tenantry.groups import commands as groups
from tenantry.roles import commands as roles
from tenantry.rules.access import standing_grants
from tenantry.rules.answers import Allowed, Denied
from tenantry.rules.facts import AccountFacts, Given, Held
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import PLATFORM as PLATFORM_CATALOGUE
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.store import revisions
from tenantry.tokens.queries import CLIENTS
from tenantry.users import commands as users, own_details
from tenantry.users.models import User
from tests.store.every_command import VERBS, World, actor_of
from tests.store.factories import (
    AT,
    PARTNER,
    STANDARD_USER,
    SUPPORT,
    a_member,
    all_accounts,
    an_account,
    enlist,
    lend,
    numbers,
    watched,
    withdraw,
)

pytestmark = pytest.mark.usefixtures("db")

Known = dict[str, object]
"""What decisions in an account rest on, by name."""


def facts(account: AccountId) -> Known:
    """What decisions in the account rest on, read from the tables now.

    Of its primary's roles those that reach it: shared ones, and those held in groups that hold it. Of grants those that
    can count: neither over nor left by a share that has ended.
    """
    snapshot = load_snapshot(account, Kept())
    assert snapshot is not None
    known = snapshot.account
    reaching = {grant.role for group in known.groups for held in group.users.values() for grant in held}
    reaching |= known.shared | {role.id for role in known.own_roles()}
    return {
        "account": replace(known, roles=Roles({}, known.catalogue), given=None),
        "roles": {role: (known.roles[role], known.roles.resolved(role)) for role in reaching if role in known.roles},
        "people": {key: _held(known, standing.held) for key, standing in snapshot.standings.items()},
        "through groups": known.given.people if known.given is not None and known.groups else {},
    }


def _held(known: AccountFacts, held: Held) -> Held:
    lasting = tuple(grant for grant in standing_grants(known, held.direct) if not grant.validity.ended(AT))
    return replace(held, direct=lasting, outside=tuple(g for g in held.outside if not g.validity.ended(AT)))


def given(primary: AccountId) -> Given:
    """What a primary gives the accounts it manages, read from the tables now."""
    return load_given(primary, PLATFORM_CATALOGUE)


def primary_of(account: AccountId) -> AccountId | None:
    """Who manages it."""
    row = account_row(account)
    assert row is not None
    return row.primary


def stamps(account: AccountId) -> tuple[int, ...]:
    """What decisions in the account prove themselves current by."""
    return revisions.stamps(account, primary_of(account))


@pytest.mark.parametrize("name", VERBS)
def test_role_10_each_command_raises_exactly_the_revisions_of_whose_facts_it_changes(name: str, world: World) -> None:
    """Once, and no other account's: the next decision there is new, and elsewhere nothing is read again.

    A primary's own command writes two numbers of one row, however many accounts it manages. The head tells all of it.
    """
    verb, head = VERBS[name], revisions.head()
    with watched() as written:
        verb.run(world, actor_of(verb, world))
    of_accounts = {scope: times for scope, times in written.raised.items() if scope != CLIENTS}
    assert of_accounts == {getattr(world, scope): 1 for scope in verb.raises}
    assert written.gave == {getattr(world, scope): 1 for scope in verb.gives}
    now, told = revisions.changed_since(head)
    assert told is not None
    assert told.keys() >= written.raised.keys() | written.gave.keys()
    assert now > head or not told


UNSEEN = {"rename_account", "create_managed_account", "extend_support_access", "remove_accounts_from_group"}
UNSEEN |= {"add_accounts_to_group", "request_support_access", "deny_support_access", "set_federation_id"}
UNSEEN |= {"federate", "change_federation", "end_federation"}
"""Commands that raise a number under which no decision can differ: nothing is lost by it but one reading."""


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.part])
def test_role_10_no_fact_changes_without_its_revision(name: str, world: World) -> None:
    """Whatever differs in the tables afterwards differs under another stamp: in the account itself, and in those that
    its primary's command reaches.
    """
    verb = VERBS[name]
    accounts = (world.here, world.there, world.member, world.loner, world.plain)
    before = {account: (facts(account), stamps(account)) for account in accounts}
    giving = {primary: given(primary) for primary in (world.here, world.there)}
    made = verb.run(world, actor_of(verb, world))
    for account in accounts:
        if facts(account) != before[account][0]:
            assert stamps(account) != before[account][1], account
        elif (
            name not in UNSEEN
            and primary_of(account) is None
            and account not in map(world.__getattribute__, verb.gives)
        ):
            assert stamps(account) == before[account][1], "raised for nothing"
    for primary, known in giving.items():
        if given(primary) != known and name != "create_role":  # which nobody can hold yet
            assert primary in {getattr(world, scope) for scope in verb.gives}
    if verb.new:
        assert numbers()[made] == 1  # type: ignore[index]


WHOLES: dict[str, tuple[str, Callable[[World], object]]] = {
    "a role that goes": ("member", lambda w: roles.remove_role(actor=OPERATOR, at=AT, account=w.here, role=w.spare)),
    "a member that is deleted": (
        "member",
        lambda w: accounts.delete_account(actor=OPERATOR, at=AT, account=w.member),
    ),
    "a primary that is deleted": (
        "member",
        lambda w: accounts.delete_account(actor=OPERATOR, at=AT, account=w.here),
    ),
    "a primary that is suspended": (
        "here",
        lambda w: accounts.suspend_account(actor=OPERATOR, at=AT, account=w.here),
    ),
    "a group that goes": (
        "member",
        lambda w: groups.remove_group(actor=OPERATOR, at=AT, account=w.here, group=w.group),
    ),
    "a share that ends": ("member", lambda w: withdraw(w.here, w.group, w.lent)),
    "a share that begins": ("member", lambda w: lend(w.here, w.group, w.spare)),
    "a share for everybody": ("loner", lambda w: lend(w.here, all_accounts(w.here), w.spare)),
    "a shared role that is edited": (
        "member",
        lambda w: roles.edit_role(actor=OPERATOR, at=AT, account=w.here, role=w.lent, privileges=["API"]),
    ),
    "an account that joins": (
        "loner",
        lambda w: groups.add_accounts_to_group(actor=OPERATOR, at=AT, account=w.here, group=w.group, members={w.loner}),
    ),
    "an account that leaves": (
        "member",
        lambda w: groups.remove_accounts_from_group(
            actor=OPERATOR, at=AT, account=w.here, group=w.group, members={w.member}
        ),
    ),
    "somebody who joins": ("member", lambda w: enlist(w.here, w.group, w.ned, SUPPORT)),
    "somebody who leaves": (
        "member",
        lambda w: groups.remove_user_from_group(actor=OPERATOR, at=AT, account=w.here, group=w.group, user=w.gus.id),
    ),
    "other roles in a group": (
        "member",
        lambda w: groups.change_group_user_roles(
            actor=OPERATOR, at=AT, account=w.here, group=w.group, user=w.gus.id, roles={STANDARD_USER}
        ),
    ),
    "another name of the group": (
        "member",
        lambda w: groups.edit_group(actor=OPERATOR, at=AT, account=w.here, group=w.group, name="Other"),
    ),
    "somebody of a group who is locked": (
        "member",
        lambda w: users.set_lock(actor=OPERATOR, at=AT, user=w.gus.email, locked=True),
    ),
    "somebody of a group with another address": (
        "member",
        lambda w: own_details.change_own_email(
            actor=w.gus.actor, at=AT, password="", email="new@example.com", again="new@example.com"
        ),
    ),
}
"""What a primary does, or what happens to its people, and an account in which decisions must know of it."""


@pytest.mark.parametrize("what", WHOLES)
def test_role_10_and_share_6_and_grp_16_a_managed_account_knows_at_once(
    what: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts of a managed account that change by its primary's doing change under another stamp there; no row of the
    managed account's own need be written for it.
    """
    monkeypatch.setattr(User, "check_password", lambda *_: True)
    name, act = WHOLES[what]
    account: AccountId = getattr(world, name)
    before = facts(account), stamps(account)
    act(world)
    changed = facts(account) != before[0]
    assert changed is (what != "a role that goes")
    assert (stamps(account) != before[1]) or not changed


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.self_service and not verb.part])
def test_role_10_a_refused_command_raises_nothing(name: str, world: World) -> None:
    """Somebody without the right, of this account or of another: nothing is written anywhere."""
    bob = () if VERBS[name].standard else (world.bob.actor,)
    for actor in (*bob, world.dot.actor, world.mia.actor, world.gus.actor):
        with watched() as written, pytest.raises(Refused):
            VERBS[name].run(world, actor)
        assert (written.entries, written.raised) == ({}, {})


REPEATED = (
    "change_user_roles",
    "add_user_role",
    "change_role_validity",
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
    "edit_group",
    "change_group_user_roles",
    "change_group_role_validity",
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


def test_eff_1_who_writes_without_pause_waits_for_a_reader_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a busy partner would keep its customers from being decided about."""
    primary = an_account("Primary", PARTNER)
    member = a_member(primary, "Member")
    held: list[tuple[str, ...]] = []
    look, lock, changes = revisions.look, revisions.lock, count()

    def hold(*scopes: str) -> None:
        held.append(scopes)
        lock(*scopes)

    def ever_new(account: AccountId, of: AccountId | None = None) -> revisions.Look:
        found = look(account, of)
        return found if held else found._replace(stamps=(*found.stamps[:-1], found.stamps[-1] + next(changes)))

    monkeypatch.setattr(revisions, "lock", hold)
    monkeypatch.setattr(revisions, "look", ever_new)
    snapshot = load_snapshot(member, Kept())
    assert snapshot is not None
    assert snapshot.revisions == look(member, primary).stamps
    assert held == [(member, primary)]
