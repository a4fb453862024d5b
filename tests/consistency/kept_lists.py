"""What a process of the tests does about lists that are kept: whether they follow every commit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.accounts.commands import (
    change_account_status,
    change_support_access_role,
    create_managed_account,
    switch_feature,
)
from tenantry.decisions.authzen import Action, Resource, Subject
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.reached import Somebody, load_reached
from tenantry.decisions.reached_now import REACHED
from tenantry.decisions.rolls import ROLLS, load_roll
from tenantry.decisions.search_people import PeopleAsked, find_people
from tenantry.decisions.search_resources import ResourcesAsked, find_resources
from tenantry.groups.commands import add_accounts_to_group, remove_accounts_from_group, remove_user_from_group
from tenantry.roles.commands import edit_role
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.tokens.commands import revoke_client_token
from tenantry.users.commands import remove_user, set_lock
from tests.store.access_api.calling import Host, a_host, question
from tests.store.factories import (
    ADMINISTRATOR,
    STANDARD_USER,
    Somebody as Person,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    enlist,
    somebody,
)

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)
NAMES = ["ada@example.com", "gus@example.com", "ida@example.com"]


def lists_follow_every_commit() -> dict[str, Any]:
    """The accounts of two people and the people of an account, after each of many changes: how many lists there were,
    the changes after which something kept was old or a list wrong, and the queries of a list when nothing has changed.
    """
    home = a_primary("Partner")
    group = a_group(home, "Services")
    builder = a_role(home, "Builder", "BUILD")
    members = [a_member(home, f"Customer {number}") for number in range(4)]
    gus, ida = somebody("gus@example.com"), somebody("ida@example.com")
    enlist(home, group, gus, builder)
    first = members[0]

    def there(account: AccountId) -> dict[str, Any]:
        return {"actor": OPERATOR, "at": NOW, "account": account}

    here = {**there(home), "group": group}
    changes: list[Callable[[], object]] = [
        lambda: add_accounts_to_group(**here, members={*members[:3]}),
        lambda: a_user(members[3], STANDARD_USER, email=gus.email),
        lambda: a_user(first, ADMINISTRATOR, email="ada@example.com"),
        lambda: change_account_status(**there(first), status=Status.SUSPENDED),
        lambda: change_account_status(**there(first), status=Status.ACTIVE),
        lambda: change_support_access_role(**there(members[1]), role=None),
        lambda: edit_role(**there(home), role=builder, privileges=["DEPLOY"]),
        lambda: edit_role(**there(home), role=builder, privileges=["BUILD"]),
        lambda: enlist(home, group, ida, builder),
        lambda: switch_feature(**there(members[0]), feature=Feature.ADVANCED_USER_SECURITY, on=False),
        lambda: add_accounts_to_group(**here, members={a_member(home, "Another")}),
        lambda: remove_accounts_from_group(**here, members={members[2]}),
        lambda: remove_user(**there(members[3]), user=gus.id),
        lambda: set_lock(actor=OPERATOR, at=NOW, user=ida.email, locked=True),
        lambda: set_lock(actor=OPERATOR, at=NOW, user=gus.email, locked=True),
        lambda: set_lock(actor=OPERATOR, at=NOW, user=gus.email, locked=False),
        lambda: remove_user_from_group(**here, user=gus.id),
    ]
    wrong: list[int] = []
    seen: set[tuple[str, ...]] = set()
    for number, change in enumerate(changes):
        change()
        lists = [_people(first), *(_accounts(who, [home, *members]) for who in (gus, ida))]
        wrong += [number for one in lists if one is None]
        seen.update(tuple(one) for one in lists if one is not None)
    _accounts(gus, [])
    with CaptureQueriesContext(connection) as queries:
        REACHED.now(ENGINE.current(), Somebody.of(gus.row))
    return {"lists": len(seen), "wrong": wrong, "queries": len(queries)}  # one for the row of the person


def _accounts(who: Person, known: list[AccountId]) -> list[str] | None:
    """Where somebody may build, of accounts that are known; `None` if what is kept is not what is there."""
    row = Somebody.of(who.row)
    kept, anew = REACHED.now(ENGINE.current(), row), load_reached(row)
    held = [[(account, one.held) for account, one in them.standings.items()] for them in (kept, anew)]
    asked = ResourcesAsked(Subject("user", who.email), Action("BUILD"), Resource("account", ""), {})
    names = find_resources(ENGINE.current(), asked, NOW).names
    accounts = sorted({*anew.standings, *known})
    right = held[0] == held[1] and names == [account for account in accounts if _may(who.email, account)]
    return [who.email, *names] if right else None


def _people(account: AccountId) -> list[str] | None:
    """Who may build in an account, of people who are known; `None` if what is kept is not what is there."""
    facts = ENGINE.snapshot(account)
    if facts is None:
        return None
    kept, anew = ([name for name, _ in roll.people] for roll in (ROLLS.roll(facts), load_roll(facts)))
    asked = PeopleAsked("user", Action("BUILD"), Resource("account", account), {}, {})
    names = find_people(ENGINE.current(), asked, NOW).names
    return names if kept == anew and names == [name for name in NAMES if _may(name, account)] else None


def _may(user: str, account: AccountId) -> bool:
    return ENGINE.decide(user=user, privilege="BUILD", account=account, at=NOW).allowed


def a_token_until_it_is_revoked() -> dict[str, Any]:
    """A token used twice, the second time without a query, and once more after its end, also by a call that is content
    with an older state: the statuses, the queries, and whether the answer names the head.
    """
    home = a_primary("Shop")
    ada = a_user(home, ADMINISTRATOR)
    host = a_host(NOW, "shop")
    asked = question(ada.email, "BUILD", "account", home)
    statuses = [host.evaluate(asked).status]
    with CaptureQueriesContext(connection) as queries:
        said = host.evaluate(asked)
    head = int(said.headers["Tenantry-Revision"]) == ENGINE.current().revision
    statuses.append(said.status)
    revoke_client_token(actor=OPERATOR, at=NOW, name="shop")
    statuses += [host.evaluate(asked).status, host.evaluate(asked, HTTP_TENANTRY_AT_LEAST="0").status]
    return {"statuses": statuses, "queries": len(queries), "head": head}


def ready_answers_are_for_whom_they_are() -> dict[str, Any]:
    """The same question asked three times by a host application that serves all accounts, then by one that serves
    another, then by the first; and in a trial account, three times before its end and once after it, by a clock that
    is set: the reasons, "held" being a yes.
    """
    home = a_primary("Ready")
    ada = a_user(home, ADMINISTRATOR)
    trial = create_managed_account(
        actor=OPERATOR, at=NOW, primary=home, name="Trial", trial_ends=NOW + timedelta(days=30)
    )
    tess = a_user(trial, ADMINISTRATOR)
    everywhere, elsewhere = a_host(NOW, "everywhere"), a_host(NOW, "elsewhere", [trial])

    def asked(host: Host, user: str, account: AccountId, at: datetime = NOW) -> str:
        with patch("tenantry.access_api.answering.datetime") as clock:
            clock.now.return_value = at
            told = host.evaluate(question(user, "USER_MANAGEMENT", "account", account)).told
        code: str = told["context"].get("reason", {}).get("code", "held")
        return code

    hosts = [everywhere] * 3 + [elsewhere] * 2 + [everywhere]
    days = [0, 0, 29, 31]
    return {
        "served": [asked(host, ada.email, home) for host in hosts],
        "trial": [asked(everywhere, tess.email, trial, NOW + timedelta(days=number)) for number in days],
    }


JOBS = (lists_follow_every_commit, a_token_until_it_is_revoked, ready_answers_are_for_whom_they_are)
