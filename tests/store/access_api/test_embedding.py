"""What embedded clients are given: numbers, changes, and facts that decide there as they do here."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from tenantry.access_api import embedding
from tenantry.accounts.models import Account
from tenantry.client import snapshots
from tenantry.client.here import decided
from tenantry.client.questions import Action, Resource, Subject
from tenantry.client.wire import Options
from tenantry.decisions import handed_out as handed_out_module
from tenantry.decisions.conditions import Asked
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.handed_out import handed_out
from tenantry.groups.models import GroupUserRole
from tenantry.rules.decide import Snapshot, access_of, decide
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import OPERATOR, AccountId, user_key
from tenantry.store import revisions
from tenantry.support.models import SupportGrant
from tenantry.users.commands import change_user_roles
from tenantry.users.models import User, UserRole
from tests.reference.worlds import ASKED_PRIVILEGES, INSTANTS, worlds
from tests.scenarios.product_doors import StoreDoor
from tests.store.access_api.calling import Host, a_host
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, a_member, a_primary, a_user, an_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.questions import Line

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("EMBEDDING_EXAMPLES", "6"))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(lines=worlds(groups=True, places=True))
@pytest.mark.timeout(0)
def test_facts_that_were_handed_out_decide_alike(lines: list[Line]) -> None:
    """In random worlds: everybody, everything, at instants around those at which something begins or ends."""
    accounts = [AccountId(line["id"]) for line in lines if line["kind"] == "account"]
    people = [line["id"] for line in lines if line["kind"] == "user"]
    instants = [datetime.fromisoformat(instant) for instant in INSTANTS]
    with undone():
        StoreDoor().load(lines)
        furnish(accounts, people)
        for account in accounts:
            facts = ENGINE.snapshot(account)
            assert facts is not None
            told = snapshots.read(handed_out(facts, 7), account)
            assert told.revision == 7
            for user in (*people, "x-1", "nobody@nowhere.example"):
                assert (told.snapshot.standing(user) is None) == (facts.standing(user) is None)
                if facts.standing(user) is None:
                    continue
                for at in instants:
                    assert access_of(told.snapshot, user, at) == access_of(facts, user, at)
                    compare(facts, told.snapshot, user, at)


def furnish(accounts: list[AccountId], people: list[str]) -> None:
    """What worlds do not have: an id of the host's, properties, conditions, and temporary access of support staff."""
    first, second = user_key(people[0]), user_key(people[-1])
    User.objects.filter(email_key=first).update(external_id="x-1", properties='{"a":1}')
    text = "has(context.a) && context.a == subject.properties.a"
    for account in accounts:
        UserRole.rows.of(account).filter(user__email_key=first, role_id="STANDARD_USER").update(condition=text)
        GroupUserRole.rows.of(account).filter(user__email_key=first).update(condition=text)
    staff = User.objects.get(email_key=second)
    User.objects.filter(pk=staff.pk).update(staff=True)
    UserRole.rows.of(accounts[0]).filter(user=staff).delete()
    Account.rows.of(accounts[0]).update(support_access_role=None)
    times = {"requested_at": INSTANTS[0], "granted_at": INSTANTS[1], "expires_at": INSTANTS[5]}
    given = SupportGrant(account_id=accounts[0], user=staff, role="SUPPORT", status=GrantStatus.ACTIVE, **times)
    SupportGrant.rows.of(accounts[0]).bulk_create([given])
    revisions.raise_revisions(accounts)
    revisions.raise_given(accounts)


def compare(facts: Snapshot, there: Snapshot, user: str, at: datetime) -> None:
    """Every answer here and there, under circumstances that meet conditions, and others."""
    account = facts.account.id
    for context in ({}, {"a": 1}):
        options: Options = {"time": at, "context": context}
        for privilege in ASKED_PRIVILEGES:
            whole = Resource.account(account)
            judge = Asked(Subject.user(user), Action(privilege), whole, context)
            assert decided(there, user, privilege, whole, options) == decide(facts, user, privilege, at, judge=judge)
            for place in facts.account.environments.values():
                inside = Resource.environment(place.name, account)
                judge = Asked(Subject.user(user), Action(privilege), inside, context)
                here = decide(facts, user, privilege, at, place=place, judge=judge)
                assert decided(there, user, privilege, inside, options) == here


@pytest.fixture
def home() -> AccountId:
    """An account with an Administrator and a Standard User."""
    account = an_account("Home")
    a_user(account, ADMINISTRATOR, email="ada@example.com")
    return account


@pytest.fixture
def host() -> Host:
    """A host application that serves all accounts."""
    return a_host(AT)


def test_the_number_of_the_last_write(home: AccountId, host: Host) -> None:
    """It rises with each, and comes with the answer of every call."""
    before = host.get("/access/v1/revision")
    assert before.told == {"revision": int(before.headers["Tenantry-Revision"])}
    a_user(home, STANDARD_USER, email="stan@example.com")
    assert host.get("/access/v1/revision").told["revision"] > before.told["revision"]


def test_what_has_changed(home: AccountId, host: Host) -> None:
    """The accounts that were written to since, and nothing about them; of a number that is not reached, everything."""
    other = an_account("Other")
    at = host.get("/access/v1/revision").told["revision"]
    assert host.get("/access/v1/changes", f"after={at}").told == {"revision": at, "changed": []}
    user = a_user(home, STANDARD_USER, email="stan@example.com")
    said = host.get("/access/v1/changes", f"after={at}&wait=5").told
    assert (home in said["changed"], other in said["changed"]) == (True, False)
    change_user_roles(actor=OPERATOR, at=AT, account=home, user=user.id, roles={ADMINISTRATOR})
    later = host.get("/access/v1/changes", f"after={said['revision']}").told
    assert later["changed"] == [home]
    assert host.get("/access/v1/changes", f"after={later['revision'] + 1}").told == {
        "revision": later["revision"],
        "all": True,
    }
    with patch.object(revisions, "changed_since", lambda _: revisions.Changes(later["revision"], None)):
        assert host.get("/access/v1/changes", f"after={at}").told["all"] is True


def test_a_client_learns_of_its_own_accounts_alone(home: AccountId) -> None:
    """What its primary gives concerns it; what happens in others it is not told."""
    primary, other = a_primary(), an_account("Other")
    managed = a_member(primary)
    limited = a_host(AT, "limited", [managed])
    at = limited.get("/access/v1/revision").told["revision"]
    revisions.raise_revisions([other])
    assert limited.get("/access/v1/changes", f"after={at}").told["changed"] == []
    revisions.raise_given([primary])
    assert limited.get("/access/v1/changes", f"after={at}").told["changed"] == [managed]
    revisions.raise_revisions([revisions.PLATFORM])
    assert limited.get("/access/v1/changes", f"after={at}").told["all"] is True


def test_who_gets_another_primary_meanwhile_is_told_of_both() -> None:
    """What the old one gave has changed, whoever manages the account by the time that the answer is written."""
    primary = a_primary()
    managed = a_member(primary)
    limited = a_host(AT, "limited", [managed])
    at = limited.get("/access/v1/revision").told["revision"]
    revisions.raise_given([primary])
    changed_since = revisions.changed_since

    def and_then_it_moves(number: int) -> revisions.Changes:
        found = changed_since(number)
        Account.rows.of(managed).update(primary=None)
        return found

    with patch.object(revisions, "changed_since", and_then_it_moves):
        assert limited.get("/access/v1/changes", f"after={at}").told["changed"] == [managed]


def test_who_waits_is_answered_when_the_time_is_over(host: Host) -> None:
    """And at once where too many wait already: their threads answer questions too."""
    ENGINE.forget()  # it may know of later changes, which other tests have taken back
    at = host.get("/access/v1/revision").told["revision"]
    begun = time.monotonic()
    assert host.get("/access/v1/changes", f"after={at}&wait=1").told == {"revision": at, "changed": []}
    assert time.monotonic() - begun > 0.9
    held = [embedding._waiting.acquire(blocking=False) for _ in range(embedding.WAITING)]
    try:
        begun = time.monotonic()
        assert host.get("/access/v1/changes", f"after={at}&wait=20").told == {"revision": at, "changed": []}
        assert time.monotonic() - begun < 5
    finally:
        for _ in held:
            embedding._waiting.release()


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={'9' * 30}", "after=1&wait=soon"])
def test_what_is_no_number(host: Host, query: str) -> None:
    """The answer names the parameter."""
    said = host.get("/access/v1/changes", query)
    assert said.status == 400
    assert "parameter" in said.told


def test_facts_of_an_account(home: AccountId, host: Host) -> None:
    """Of one that is served and there; of a large one none."""
    said = host.get(f"/access/v1/snapshots/{home}")
    told = snapshots.read(said.body, home)
    assert told.revision == int(said.headers["Tenantry-Revision"])
    assert decide(told.snapshot, "ada@example.com", "BUILD", AT).allowed
    assert host.get("/access/v1/snapshots/nowhere").status == 404
    assert host.get("/access/v1/snapshots/").status == 404
    assert host.get("/access/v1/snapshots/a\0b").status == 404
    assert host.get("/access/v1/snapshots/\xff").status == 400
    assert a_host(AT, "limited", [an_account("Other")]).get(f"/access/v1/snapshots/{home}").status == 404
    assert host.post(f"/access/v1/snapshots/{home}", {}).status == 405


def test_both_sides_count_the_same_format() -> None:
    """Whoever changes one changes the other."""
    assert snapshots.FORMAT == handed_out_module.FORMAT


def test_facts_of_a_crowded_account(home: AccountId, host: Host) -> None:
    """They have all its users, unless these are more than anybody should hold."""
    from tenantry.decisions import facts

    with patch.object(facts, "CROWDED", 1):
        a_user(home, STANDARD_USER, email="stan@example.com")
        told = snapshots.read(host.get(f"/access/v1/snapshots/{home}").body, home)
        assert {user.key for user in told.snapshot.inside.users} == {"ada@example.com", "stan@example.com"}  # type: ignore[union-attr]
        with patch.object(embedding, "MOST_USERS", 1):
            assert host.get(f"/access/v1/snapshots/{home}").status == 413


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"format":1', b'"format":2'),
        (b'"format":1', b'"format":1,"more":0'),
        (b'"API",', b""),
        (b'"environments":[]', b'"environments":[],"gates":[]'),
        (b'["ADMINISTRATOR",null,null,null,""]', b'["ADMINISTRATOR",null,null,null,"","not today"]'),
        (b'"status":"active"', b'"status":"frozen"'),
        (b'"account":"', b'"account":"x'),
        (b"}", b""),
    ],
)
def test_what_is_not_understood_to_the_last_word_is_not_held(
    home: AccountId, host: Host, old: bytes, new: bytes
) -> None:
    """What another release adds might be what says no."""
    body = host.get(f"/access/v1/snapshots/{home}").body
    assert old in body
    with pytest.raises(snapshots.NotHeld):
        snapshots.read(body.replace(old, new, 1), home)
