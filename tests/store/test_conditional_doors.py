"""What is held under a condition opens no door: nobody enters by it, administers by it, or is asked as if they did."""

import pytest
from django.urls import reverse

from tenantry.decisions.engine import ENGINE
from tenantry.decisions.explanation import explain
from tenantry.decisions.leaks import leaks_of
from tenantry.environments.commands import attach_roles, create_environment
from tenantry.estate.invariants import accounts_without_administrator
from tenantry.estate.invariants_of_conditions import readable_properties, usable_conditions
from tenantry.groups.role_links import give_group_role
from tenantry.objects.models import HostObject
from tenantry.rules.answers import Denied
from tenantry.rules.vocabulary import ALWAYS, OPERATOR, AccountId, Condition, RoleId
from tenantry.signin.queries import enterable_accounts
from tenantry.store import revisions
from tenantry.users.break_glass import break_glass
from tenantry.users.commands import add_user_role
from tenantry.users.models import User, UserRole
from tenantry.users.queries import administrators_in
from tests.console.people import signed_in
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    BY_PASSWORD,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    an_account,
    somebody,
)
from tests.store.partners import Partner

pytestmark = [pytest.mark.store, pytest.mark.django_db]

SUNNY = Condition('context.weather == "sunny"')


def give(account: AccountId, who: Somebody, role: RoleId, condition: str = SUNNY) -> None:
    """A direct role under a condition."""
    add_user_role(
        actor=OPERATOR,
        at=AT,
        account=account,
        user=who.email,
        role=role,
        validity=ALWAYS,
        condition=Condition(condition),
        notify=False,
    )


def page(who: Somebody, account: AccountId, name: str, **asked: str) -> str:
    """What a page shows."""
    return " ".join(signed_in(who.id, account).get(reverse(name), asked).content.decode().split())


def test_entry_2_nobody_enters_by_a_role_under_a_condition(partner: Partner) -> None:
    """Neither directly nor by a group; the list of accounts and the answer agree."""
    who = somebody()
    give(partner.ghi, who, STANDARD_USER)
    give_group_role(
        actor=OPERATOR,
        at=AT,
        account=partner.home,
        group=partner.services,
        email=who.email,
        role=SUPPORT,
        condition=SUNNY,
        notify=False,
    )
    assert list(enterable_accounts(who.row, AT, BY_PASSWORD)) == []
    for account, role in ((partner.ghi, "Standard User"), (partner.abc, "Support")):
        found = ENGINE.access(user=who.email, account=account, at=AT)
        assert isinstance(found, Denied)
        assert found.refusal.details()["role"] == role
    give(partner.ghi, who, SUPPORT, "")
    assert [row.id for row in enterable_accounts(who.row, AT, BY_PASSWORD)] == [partner.ghi]


def test_lock_5_an_administrator_under_a_condition_is_made_one_by_the_operator() -> None:
    """The role is given for good; before, the doctor warns and nobody is told of as Administrator."""
    home = an_account("Home")
    who = a_user(home, STANDARD_USER)
    give(home, who, ADMINISTRATOR)
    assert administrators_in(home, AT) == ()
    assert home in next(accounts_without_administrator(AT)).what
    break_glass(actor=OPERATOR, at=AT, account=home, user=who.email, reason="Locked out")
    assert administrators_in(home, AT) == (who.email,)
    assert UserRole.rows.of(home).get(user_id=who.id, role_id=ADMINISTRATOR).condition == ""
    assert list(accounts_without_administrator(AT)) == []


def test_pages_show_under_which_condition_a_role_is_held(partner: Partner) -> None:
    """On the list of users and of people in a group, and where it is told why."""
    give(partner.abc, partner.una, SUPPORT, 'context.note == "<b>"')
    shown = page(partner.max, partner.abc, "users", selected=str(partner.una.id))
    assert "Under a condition</span> <code>context.note == &quot;&lt;b&gt;&quot;</code>" in shown
    plain = page(partner.max, partner.abc, "users", selected=str(partner.max.id))
    assert "Under a condition" not in plain
    give_group_role(
        actor=OPERATOR,
        at=AT,
        account=partner.home,
        group=partner.services,
        email=partner.ned.email,
        role=SUPPORT,
        condition=SUNNY,
        notify=False,
    )
    asked = {"group": partner.services, "person": str(partner.ned.id)}
    shown = page(partner.ann, partner.home, "groups", **asked)
    assert "Under a condition" in shown
    assert "Run, re-run and retry processes" not in shown  # nothing adds up to it, whatever is asked
    told = explain(user=partner.ned.email, privilege="EXECUTE", account=partner.abc, at=AT)
    assert (told.allowed, told.held[0].validity) == (False, f"in force without end, under the condition {SUNNY}")
    assert "under a condition that is not met" in told.reason
    assert told.ways
    shown = page(partner.max, partner.abc, "why", user=partner.una.email, privilege="VIEW_RESULT")
    assert "under the condition" not in shown


def test_env_12_the_leak_lint_counts_what_is_held_under_a_condition() -> None:
    """What could get through is what it looks for."""
    home = an_account("Home")
    key, strong = a_role(home, "Key"), a_role(home, "Strong", "DEPLOY")
    who = a_user(home, key)
    environment = create_environment(actor=OPERATOR, at=AT, account=home, name="Production")
    attach_roles(actor=OPERATOR, at=AT, account=home, environment=environment, roles={key})
    assert leaks_of(home, AT).leaks == ()
    give(home, who, strong)
    [leak] = leaks_of(home, AT).leaks
    assert (leak.role, leak.privileges) == ("Strong", ("DEPLOY",))


def test_the_doctor_finds_what_no_command_writes() -> None:
    """Conditions that cannot be judged, which are never met, and properties that cannot be read."""
    home = an_account("Home")
    who = a_user(home, SUPPORT)
    assert [*usable_conditions(), *readable_properties()] == []
    UserRole.rows.of(home).filter(user_id=who.id).update(condition="context.x ==")
    User.objects.filter(pk=who.id).update(properties="[")
    thing = HostObject(account_id=home, type="t", object_id="1", properties="1", conditions='{"BUILD":"nope()"}')
    HostObject.rows.of(home).bulk_create([thing])
    revisions.raise_revisions([home])
    [finding] = usable_conditions()
    assert "'context.x =='" in finding.what
    assert "'nope()'" in finding.what
    objects, people = readable_properties()
    assert f"t 1 of {home}" in objects.what
    assert who.email in people.what
    assert not ENGINE.decide(user=who.email, privilege="EXECUTE", account=home, at=AT).allowed
