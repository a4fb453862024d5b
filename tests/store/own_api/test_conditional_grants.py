"""Roles under conditions: given and changed by whom it may be, and never lost by doors that do not know of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tenantry.decisions.authzen import Action, Resource, Subject
from tenantry.decisions.conditions import Asked
from tenantry.decisions.engine import ENGINE
from tenantry.groups.commands import change_group_user_roles
from tenantry.groups.models import GroupUserRole
from tenantry.groups.role_links import give_group_role
from tenantry.groups.validity import change_group_role_validity
from tenantry.roles.wire_ids import told_role
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import ALWAYS, OPERATOR, UNCONDITIONAL, AccountId, Condition, RoleId, Validity
from tenantry.users.commands import add_user_role, change_role_validity, change_user_roles, maintain_user
from tenantry.users.models import UserRole
from tenantry.users.role_links import give_role
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    PARTNER,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    an_account,
    changes,
    entries,
    held_by,
    manager,
    refused,
    somebody,
)
from tests.store.own_api.callers import body, own, problem
from tests.store.partners import Partner

pytestmark = [pytest.mark.store, pytest.mark.django_db]

SUNNY, RAINY = Condition('context.weather == "sunny"'), Condition('context.weather == "rain"')


@pytest.fixture
def home() -> AccountId:
    """An account with tokens and custom roles."""
    return an_account("Home", PARTNER)


@pytest.fixture
def ann(home: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(home, ADMINISTRATOR)


def condition_of(account: AccountId, who: Somebody, role: RoleId) -> str:
    """What is stored."""
    return UserRole.rows.of(account).get(user_id=who.id, role_id=role).condition


def may(who: Somebody, privilege: str, account: AccountId, weather: str) -> bool:
    """Whether somebody may, in this weather."""
    there = Resource("account", account)
    judge = Asked(Subject("user", who.email), Action(privilege), there, {"weather": weather})
    decision = ENGINE.decide(user=who.email, privilege=privilege, account=account, at=datetime.now(UTC), judge=judge)
    return decision.allowed


def test_user_7_a_role_is_given_under_a_condition_that_changes_and_ends(home: AccountId, ann: Somebody) -> None:
    """Told by every answer, recorded, in force at once; left out of a change, it stays."""
    calls, who = own(home, ann), a_user(home, STANDARD_USER)
    role = a_role(home, "Analyst", "ACCOUNT_ADMIN")
    sent = {"user": who.email, "role": role, "condition": SUNNY}
    answer = calls.send("POST", "grants", sent)
    made = body(answer)
    assert (answer.status_code, made["condition"], made["in_force"]) == (201, SUNNY, True)
    assert changes(entries(home)[-1])["condition"] == (None, SUNNY)
    assert [may(who, "ACCOUNT_ADMIN", home, weather) for weather in ("sunny", "rain")] == [True, False]
    assert problem(calls.send("POST", "grants", sent | {"condition": RAINY})) == (409, "role_held_already")
    assert problem(calls.send("POST", "grants", sent | {"condition": ""})) == (409, "role_held_already")
    assert body(calls.send("POST", "grants", sent)) == made
    path = f"grants/{made['id']}"
    told = []
    for change in ({"condition": RAINY}, {}, {"condition": ""}):
        tag = calls.send("GET", path).headers["ETag"]
        told.append(body(calls.send("PUT", path, change, **{"if-match": tag}))["condition"])
    assert told == [RAINY, RAINY, ""]
    assert changes(entries(home)[-1])["condition"] == (RAINY, None)
    assert may(who, "ACCOUNT_ADMIN", home, "snow")
    for wrong in ("context.weather ==", "x" * 1001):
        assert calls.send("POST", "grants", sent | {"user": ann.email, "condition": wrong}).status_code == 422


def test_grp_7_a_role_in_a_group_is_given_under_a_condition(partner: Partner) -> None:
    """It reaches the accounts of the group where it is met; the first one puts the person into the group."""
    calls = own(partner.home, partner.ann)
    sent = {
        "group": partner.services,
        "user": partner.ned.email,
        "role": told_role(SUPPORT),
        "condition": SUNNY,
    }
    made = body(calls.send("POST", "group-grants", sent))
    assert made["condition"] == SUNNY
    assert [may(partner.ned, "EXECUTE", partner.abc, weather) for weather in ("sunny", "rain")] == [True, False]
    assert body(calls.send("POST", "group-grants", sent)) == made
    assert problem(calls.send("POST", "group-grants", sent | {"condition": RAINY})) == (409, "role_held_already")
    second = body(calls.send("POST", "group-grants", sent | {"role": told_role(STANDARD_USER), "condition": RAINY}))
    assert second["condition"] == RAINY
    path = f"group-grants/{made['id']}"
    told = []
    for change in ({"condition": RAINY}, {}, {"condition": ""}):
        tag = calls.send("GET", path).headers["ETag"]
        told.append(body(calls.send("PUT", path, change, **{"if-match": tag}))["condition"])
    assert told == [RAINY, RAINY, ""]
    assert may(partner.ned, "EXECUTE", partner.abc, "snow")
    for who in (partner.ned, somebody()):
        wrong = sent | {"user": who.email, "condition": "context.weather =="}
        assert calls.send("POST", "group-grants", wrong).status_code == 422


def test_user_8_what_is_saved_elsewhere_keeps_the_condition(home: AccountId, ann: Somebody) -> None:
    """The console's dialog and a call of the platform API for the same role: they do not know of conditions."""
    who = a_user(home, STANDARD_USER)
    add_user_role(actor=ann.actor, at=AT, account=home, user=who.email, role=SUPPORT, validity=ALWAYS, condition=SUNNY)
    roles = {STANDARD_USER, SUPPORT}
    maintain_user(actor=ann.actor, at=AT, account=home, user=who.id, roles=roles)
    change_user_roles(actor=ann.actor, at=AT, account=home, user=who.id, roles={SUPPORT})
    assert held_by(home, who) == {SUPPORT}
    assert condition_of(home, who, SUPPORT) == SUNNY
    add_user_role(actor=ann.actor, at=AT, account=home, user=who.email, role=SUPPORT)
    with refused(no.RoleHeldAlready, "USER-7"):
        give_role(actor=ann.actor, at=AT, account=home, email=who.email, role=SUPPORT)
    change_role_validity(
        actor=ann.actor, at=AT, account=home, user=who.id, role=SUPPORT, validity=Validity(ends=AT + DAY)
    )
    assert condition_of(home, who, SUPPORT) == SUNNY


def test_user_8_a_dialog_of_a_group_keeps_the_condition(partner: Partner) -> None:
    """Of roles that stay."""
    act: dict[str, Any] = {"actor": partner.ann.actor, "at": AT, "account": partner.home, "group": partner.services}
    give_group_role(**act, email=partner.ned.email, role=SUPPORT, condition=SUNNY)
    change_group_user_roles(
        actor=OPERATOR,
        at=AT,
        account=partner.home,
        group=partner.services,
        user=partner.ned.id,
        roles={SUPPORT, STANDARD_USER},
    )
    rows = GroupUserRole.rows.of(partner.home).filter(user_id=partner.ned.id)
    assert dict(rows.values_list("role_id", "condition")) == {SUPPORT: SUNNY, STANDARD_USER: ""}


def test_user_13_a_condition_makes_nothing_cheaper_to_confer(home: AccountId) -> None:
    """It asks for the same as without one; what somebody holds under a condition does not count as held."""
    strong, other = (a_role(home, name, "ACCOUNT_ADMIN") for name in ("Strong", "Other"))
    weak, who = manager(home), a_user(home, STANDARD_USER)

    def give(role: RoleId, condition: Condition) -> None:
        validity = Validity(ends=AT + DAY)
        add_user_role(
            actor=weak.actor, at=AT, account=home, user=who.email, role=role, validity=validity, condition=condition
        )

    with refused(no.NotYoursToGive, "USER-13"):
        give(strong, SUNNY)
    boss = a_user(home, ADMINISTRATOR)
    add_user_role(actor=boss.actor, at=AT, account=home, user=who.email, role=strong, validity=ALWAYS, condition=SUNNY)
    for condition in (UNCONDITIONAL, SUNNY):
        with refused(no.NotYoursToGive, "USER-13"):
            give(other, condition)
    with refused(no.NotYoursToGive, "USER-13"):
        change_user_roles(actor=weak.actor, at=AT, account=home, user=who.id, roles={STANDARD_USER, strong, other})
    for condition in (UNCONDITIONAL, RAINY):
        with refused(no.NotYoursToGive, "USER-13"):
            change_role_validity(
                actor=weak.actor,
                at=AT,
                account=home,
                user=who.id,
                role=strong,
                validity=ALWAYS,
                condition=condition,
            )
    assert condition_of(home, who, strong) == SUNNY


def test_user_13_what_the_actor_holds_under_a_condition_gives_no_right(home: AccountId) -> None:
    """At the console nobody speaks of what it asks for."""
    weak, who = a_user(home, STANDARD_USER), a_user(home, STANDARD_USER)
    add_user_role(
        actor=OPERATOR, at=AT, account=home, user=weak.email, role=ADMINISTRATOR, validity=ALWAYS, condition=SUNNY
    )
    with refused(no.ConditionNotMet, "ROLE-11"):
        change_user_roles(actor=weak.actor, at=AT, account=home, user=who.id, roles={SUPPORT})


def test_grp_9_in_groups_a_condition_makes_nothing_cheaper_to_confer(partner: Partner) -> None:
    """Neither giving, nor changing or ending a condition."""
    strong, other = (a_role(partner.home, name, "ACCOUNT_ADMIN") for name in ("Strong", "Other"))
    weak = a_user(partner.home, a_role(partner.home, "Groups", "ACCOUNT_GROUP_MANAGEMENT"))
    where: dict[str, Any] = {"at": AT, "account": partner.home, "group": partner.services}
    give_group_role(**where, actor=OPERATOR, email=partner.ned.email, role=strong, validity=ALWAYS, condition=SUNNY)
    for condition in (UNCONDITIONAL, SUNNY):
        with pytest.raises(Refused, match="Account Administration"):
            give_group_role(**where, actor=weak.actor, email=partner.ned.email, role=other, validity=ALWAYS)
        with pytest.raises(Refused, match="Account Administration"):
            give_group_role(
                **where,
                actor=weak.actor,
                email=partner.ned.email,
                role=other,
                validity=Validity(ends=AT + DAY),
                condition=condition,
            )
    for condition in (UNCONDITIONAL, RAINY):
        with pytest.raises(Refused, match="Account Administration"):
            change_group_role_validity(
                **where, actor=weak.actor, user=partner.ned.id, role=strong, validity=ALWAYS, condition=condition
            )


def test_user_11_the_last_administrator_without_a_condition_stays_one(home: AccountId, ann: Somebody) -> None:
    """Another one under a condition does not count, and nobody gets one put upon the last."""
    bob = a_user(home, STANDARD_USER)
    add_user_role(
        actor=ann.actor, at=AT, account=home, user=bob.email, role=ADMINISTRATOR, validity=ALWAYS, condition=SUNNY
    )
    with refused(no.LastAdministrator, "USER-11"):
        change_user_roles(actor=ann.actor, at=AT, account=home, user=ann.id, roles={STANDARD_USER})
    with refused(no.LastAdministrator, "USER-11"):
        change_role_validity(
            actor=ann.actor, at=AT, account=home, user=ann.id, role=ADMINISTRATOR, validity=ALWAYS, condition=SUNNY
        )
    change_role_validity(
        actor=ann.actor,
        at=AT,
        account=home,
        user=bob.id,
        role=ADMINISTRATOR,
        validity=ALWAYS,
        condition=UNCONDITIONAL,
    )
    change_user_roles(actor=ann.actor, at=AT, account=home, user=ann.id, roles={STANDARD_USER})
    assert held_by(home, ann) == {STANDARD_USER}
