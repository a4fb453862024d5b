"""What a process remembers: current as of the head that was proven, updated by change, bounded, users on demand."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.decisions import engine as engines, facts, memory
from tenantry.decisions.engine import Engine
from tenantry.decisions.explanation import explain
from tenantry.decisions.guard import paths_of
from tenantry.decisions.leaks import leaks_of
from tenantry.rules.decide import NotLookedUp
from tenantry.rules.vocabulary import AccountId, Person, user_key
from tenantry.store import revisions
from tenantry.store.proof import CannotProveCurrent
from tenantry.users import commands as users
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_member,
    a_primary,
    a_user,
    an_account,
    hold,
    somebody,
)
from tests.store.outside import as_if_outside
from tests.store.partners import Partner

pytestmark = pytest.mark.usefixtures("db", "compiling_each_time")


@pytest.fixture
def compiling_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts are compiled as in the product, also while a test's transaction writes nothing."""
    monkeypatch.setattr(engines, "load_snapshot", facts.load_snapshot)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As outside a transaction: what is read is committed, and kept."""
    as_if_outside(monkeypatch)


@pytest.fixture
def engine(outside: None) -> Engine:
    """One that remembers nothing yet."""
    del outside
    return Engine()


@contextmanager
def queries(number: int) -> Iterator[None]:
    """There are so many of them inside."""
    with CaptureQueriesContext(connection) as captured:
        yield
    assert len(captured) == number, [query["sql"] for query in captured]


def allowed(engine: Engine, who: Somebody, account: AccountId, privilege: str = "USER_MANAGEMENT") -> bool:
    """Ask."""
    return engine.decide(user=who.email, privilege=privilege, account=account, at=AT).allowed


def test_compiling_costs_the_same_queries_however_many_people_there_are(outside: None) -> None:
    """Two and eight more; of a primary that nothing is known of yet five more, and the catalogue."""
    del outside
    primary = a_primary()
    first, second = a_member(primary, "First"), a_member(primary, "Second")
    kept = facts.Kept()
    for _ in range(3):
        a_user(first, STANDARD_USER)
    with queries(2 + 8 + 5 + 1):
        assert facts.load_snapshot(first, kept) is not None
    with queries(2 + 8):
        assert facts.load_snapshot(second, kept) is not None


def test_a_question_costs_one_look_and_a_change_elsewhere_two(engine: Engine) -> None:
    """What has changed is looked up once, and nothing is read again that it does not concern."""
    here, there = an_account("Here"), an_account("There")
    ann = a_user(here, ADMINISTRATOR)
    kept = engine.snapshot(here)
    with queries(1):
        assert engine.snapshot(here) is kept
    state = engine.current()
    with queries(0):
        assert all(state.decide(user=ann.email, privilege="EXECUTE", account=here, at=AT).allowed for _ in range(3))
    a_user(there, ADMINISTRATOR)
    with queries(2):
        assert engine.snapshot(here) is kept
    with queries(1):
        assert engine.snapshot(here) is kept


def test_role_10_a_change_is_known_to_the_next_question(engine: Engine) -> None:
    """Also to one that asks for as much as the head that the write was told, and not to a state from before."""
    here = an_account("Here")
    ann, bob = a_user(here, ADMINISTRATOR), a_user(here, ADMINISTRATOR)
    assert allowed(engine, bob, here)
    before = engine.current()
    before.snapshot(here)
    users.change_user_roles(actor=ann.actor, at=AT, account=here, user=bob.id, roles={STANDARD_USER})
    assert before.decide(user=bob.email, privilege="USER_MANAGEMENT", account=here, at=AT).allowed
    state = engine.current(at_least=revisions.head())
    assert not state.decide(user=bob.email, privilege="USER_MANAGEMENT", account=here, at=AT).allowed
    assert state.revision == revisions.head()
    assert not allowed(engine, bob, here)


def test_a_state_stands_still(engine: Engine) -> None:
    """Answers of one call are about the same facts, though others have come to know newer ones meanwhile."""
    here = an_account("Here")
    state = engine.current()
    kept = state.snapshot(here)
    a_user(here, ADMINISTRATOR)
    assert engine.snapshot(here) is not kept
    assert state.snapshot(here) is kept


def test_what_is_known_already_is_not_looked_up(engine: Engine) -> None:
    """For who says how new it has to be; what nobody can have seen yet is refused."""
    here = an_account("Here")
    head = engine.current().revision
    with queries(0):
        assert engine.current(at_least=head).revision == head
        assert engine.current(at_least=head - 1).revision == head
    a_user(here, ADMINISTRATOR)
    with queries(0):
        assert engine.current(at_least=head).revision == head
    with queries(2):
        assert engine.current(at_least=head + 1).revision == head + 1
    with pytest.raises(CannotProveCurrent, match=f"{head + 9} was asked for"):
        engine.current(at_least=head + 9)


def test_what_a_primary_gives_is_read_again_and_what_it_has_is_not(engine: Engine, partner: Partner) -> None:
    """Its own users are nothing to the accounts that it manages."""
    kept = engine.snapshot(partner.abc)
    a_user(partner.home, STANDARD_USER)
    assert engine.snapshot(partner.abc) is kept
    revisions.raise_given([partner.home])
    found = engine.snapshot(partner.abc)
    assert found is not kept
    assert found is not None
    assert kept is not None
    assert found.inside is kept.inside


def test_where_anything_may_have_changed_everything_is_read_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who still holds the state from before keeps it whole."""
    here, one, two = an_account("Here"), an_account("One"), an_account("Two")
    state, kept = engine.current(), engine.snapshot(here)
    monkeypatch.setattr(revisions, "AT_MOST", 1)
    revisions.raise_revisions([one, two])
    assert engine.snapshot(here) is not kept
    assert state.snapshot(one) is not None


def test_a_connection_that_lags_behind_is_not_read_from(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With several servers, the one that was looked at and the one that is read from may differ for a while."""
    here = an_account("Here")
    look = revisions.look

    def lagging(account: AccountId, primary: AccountId | None = None) -> revisions.Look:
        found = look(account, primary)
        return found._replace(head=found.head - 1)

    monkeypatch.setattr(revisions, "look", lagging)
    monkeypatch.setattr(facts, "connection", _Closed())
    with pytest.raises(CannotProveCurrent, match="this connection sees revision"):
        engine.snapshot(here)


class _Closed:
    def close(self) -> None:
        """Not that of the test."""


def test_what_nobody_asks_for_goes_first(outside: None) -> None:
    """Together the rest weighs no more than it may, whether accounts are many or large."""
    accounts = [an_account(f"Account {number}") for number in range(6)]
    for account in accounts:
        for _ in range(3):
            a_user(account, STANDARD_USER)
    engine = Engine(capacity=17)
    kept = [engine.snapshot(account) for account in accounts[:4]]
    assert [one.weight for one in kept if one is not None] == [4] * 4
    for account in accounts[4:]:
        assert engine.snapshot(accounts[0]) is kept[0]
        engine.snapshot(account)
    with queries(1):
        assert engine.snapshot(accounts[0]) is kept[0]
    assert engine._memory.weight <= 17
    a_user(accounts[0], STANDARD_USER)
    engine.snapshot(accounts[0])
    assert engine._memory.weight <= 17


def test_what_was_asked_for_is_read_again_before_somebody_asks(engine: Engine) -> None:
    """Once: what nobody asks for then is left alone at the next change. Whoever waits for a change is woken."""
    here, other = an_account("Here"), an_account("Other")
    ann = a_user(here, ADMINISTRATOR)
    engine.refresh()
    known = engine.snapshot(here)
    head = engine.current().revision
    a_user(here, STANDARD_USER)
    a_user(other, STANDARD_USER)
    assert engine.wait_beyond(head, 0.01) == head
    waiting = ThreadPoolExecutor(1).submit(engine.wait_beyond, head, 20)
    engine.refresh()
    assert waiting.result() == head + 2
    with queries(1):
        assert allowed(engine, ann, here)
    assert engine.snapshot(here) is not known
    a_user(here, STANDARD_USER)
    engine.refresh()
    a_user(here, STANDARD_USER)
    with queries(2):
        engine.refresh()


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, accounts are crowded that have more than one grant."""
    return lambda: monkeypatch.setattr(facts, "CROWDED", 1)


def everybody(partner: Partner) -> list[str]:
    """Everybody by every name, and some whom nobody knows."""
    lent = somebody("lent@example.com", staff=True, external_id="u-lent")
    a_user(partner.abc, SUPPORT, email="Zoe@Example.com")
    hold(partner.abc, lent, SUPPORT, starts=AT + DAY)
    both = somebody("both@example.com", external_id="u-both")
    hold(partner.abc, both, SUPPORT)
    people = (partner.ann, partner.max, partner.una, partner.dee, partner.serv, partner.ned, lent, both)
    return [one.email for one in people] + ["u-lent", "u-both", "zoe@example.com", "Zoe@Example.com", "nobody", "u-no"]


def test_a_crowded_account_answers_as_any_other(
    outside: None, partner: Partner, crowded: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every question, its explanation, the ways in, and the lint; one by one, and in another order, twice."""
    names, privileges = everybody(partner), ["EXECUTE", "USER_MANAGEMENT", "NOT_THERE"]

    def said(engine: Engine, names: list[str]) -> dict[object, object]:
        for module in ("explanation", "guard", "leaks"):
            monkeypatch.setattr(f"tenantry.decisions.{module}.ENGINE", engine)
        found: dict[object, object] = {}
        for name, privilege, account in product(names, privileges, (partner.abc, partner.home)):
            found[name, privilege, account] = (
                engine.decide(user=name, privilege=privilege, account=account, at=AT),
                explain(user=name, privilege=privilege, account=account, at=AT),
            )
            found[name, account] = (engine.access(user=name, account=account, at=AT), paths_of(name, account, AT))
        found["leaks"] = leaks_of(partner.abc, AT)
        return found

    law = said(Engine(), names)
    crowded()
    engine = Engine()
    for _ in range(2):
        assert said(engine, names) == law
        names.reverse()
    snapshot = engine.snapshot(partner.abc)
    assert snapshot is not None
    assert snapshot.crowded


def test_somebody_in_a_crowded_account_costs_the_same_whatever_its_size(
    engine: Engine, crowded: Callable[[], None]
) -> None:
    """The first question three queries more, the next ones none, and a write to the account reads nobody else."""
    crowded()
    here = an_account("Here")
    ann, bob = a_user(here, ADMINISTRATOR), a_user(here, STANDARD_USER)
    engine.snapshot(here)
    costs = []
    for more in (3, 30):
        for _ in range(more):
            a_user(here, STANDARD_USER)
        engine.snapshot(here)
        with queries(1 + 3):
            assert allowed(engine, ann, here)
        with queries(1):
            assert allowed(engine, ann, here)
        users.change_user_roles(actor=ann.actor, at=AT, account=here, user=bob.id, roles={SUPPORT})
        with CaptureQueriesContext(connection) as captured:
            assert not allowed(engine, bob, here)
        costs.append(len(captured))
        users.change_user_roles(actor=ann.actor, at=AT, account=here, user=bob.id, roles={STANDARD_USER})
    assert costs[0] == costs[1]
    state = engine.current()
    state.snapshot(here)
    with queries(3):
        found = state.about(here, ann.email, bob.email, "nobody")
        assert found is not None
        assert found.standing(user_key(bob.email)) is not None
        assert found.standing("nobody") is None
    with pytest.raises(NotLookedUp):
        found.standing("somebody else")


def test_people_are_looked_up_as_of_the_state_of_the_facts(
    engine: Engine, crowded: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that loses a privilege, and is given then, gives it to nobody: facts of two states were never true."""
    crowded()
    here = an_account("Here")
    ann, bob = a_user(here, ADMINISTRATOR), a_user(here, STANDARD_USER)
    state = engine.current()
    old = state.snapshot(here)
    read = facts.users_of
    monkeypatch.setattr(
        facts,
        "users_of",
        lambda *args, **more: (
            monkeypatch.setattr(facts, "users_of", read),
            users.change_user_roles(actor=ann.actor, at=AT, account=here, user=bob.id, roles={SUPPORT}),
            read(*args, **more),
        )[-1],
    )
    found = state.about(here, bob.email)
    assert found is not None
    assert found is not old
    standing = found.standing(user_key(bob.email))
    assert standing is not None
    assert [grant.role for grant in standing.held.direct] == [SUPPORT]


def test_what_a_transaction_sees_is_not_remembered(
    engine: Engine, crowded: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be taken back, and its number taken by another."""
    crowded()
    here = an_account("Here")
    a_user(here, ADMINISTRATOR)
    bob = a_user(here, STANDARD_USER)
    kept = engine.snapshot(here)
    assert kept is not None
    monkeypatch.setattr(revisions, "writing", lambda: True)
    assert not allowed(engine, bob, here)
    assert kept.missing(user_key(bob.email))
    monkeypatch.setattr(revisions, "writing", lambda: False)
    assert engine.snapshot(here) is kept


def test_a_snapshot_that_has_come_to_know_many_people_is_read_anew(
    engine: Engine, crowded: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks about everybody one by one does not fill the memory."""
    crowded()
    monkeypatch.setattr(memory, "LEARNT", 3)
    here = an_account("Here")
    people = [a_user(here, STANDARD_USER) for _ in range(12)]
    for one in people:
        assert allowed(engine, one, here, "NOT_THERE") is False
        found = engine.snapshot(here)
        assert found is not None
        assert len(found.standings) <= 4


def test_a_stranger_is_what_is_known_of_them(engine: Engine, crowded: Callable[[], None]) -> None:
    """Support staff come into a crowded account as into any other."""
    crowded()
    here = an_account("Here")
    a_user(here, ADMINISTRATOR)
    a_user(here, STANDARD_USER)
    staff = somebody(staff=True)
    facts_there = engine.current().about(here, staff.email)
    assert facts_there is not None
    assert engines.subject_in(facts_there, staff.email) == (user_key(staff.email), Person(staff=True))
