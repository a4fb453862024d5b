"""Chapter USER against the tables: adding people, changing their roles, removing, inviting, locking."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import TestCase
from pytest_django.fixtures import Settings

from tenantry.accounts import commands as accounts
from tenantry.roles import commands as roles
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, RoleId, Source, UserKey
from tenantry.users import commands as users
from tenantry.users.models import AccountUser, User, UserRole
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    PRODUCTION_SUPPORT,
    STANDARD_USER,
    SUPPORT,
    TICK,
    Somebody,
    a_role,
    a_user,
    an_account,
    changes,
    everything,
    held_by,
    hold,
    limited,
    manager,
    refused,
    watched,
    words,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def here(db: None) -> AccountId:
    """An account with Advanced User Security."""
    return an_account("Here")


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR, email="ann@example.com")


@pytest.fixture
def bob(here: AccountId) -> Somebody:
    """A Standard User of it."""
    return a_user(here, STANDARD_USER, email="bob@example.com")


def add(
    actor: Actor,
    account: AccountId,
    *given: str,
    email: str = "new@example.com",
    first_name: str = "New",
    last_name: str = "Comer",
    notify: bool = True,
) -> users.AddedUser:
    """Add somebody."""
    return users.add_user(
        actor=actor,
        at=AT,
        account=account,
        email=email,
        first_name=first_name,
        last_name=last_name,
        roles={RoleId(role) for role in given},
        reason="because",
        notify=notify,
    )


def change(actor: Actor, account: AccountId, who: Somebody, *chosen: str) -> None:
    """Save the dialog with this selection."""
    users.change_user_roles(
        actor=actor, at=AT, account=account, user=who.id, roles={RoleId(role) for role in chosen}, reason="because"
    )


def remove(actor: Actor, account: AccountId, who: Somebody) -> None:
    """Remove somebody from the account."""
    users.remove_user(actor=actor, at=AT, account=account, user=who.id, reason="because")


# ---- adding --------------------------------------------------------------------------------------------------------


def test_user_4_an_unknown_address_makes_a_person(here: AccountId, ann: Somebody) -> None:
    """If the e-mail is unknown a user is created, with a password that must be replaced at first sign-in."""
    with watched() as written:
        added = add(ann.actor, here, STANDARD_USER, SUPPORT, email=" New.Person@Example.com ", first_name=" New ")
    person = User.objects.get(pk=added.user)
    assert (added.email, added.created) == ("New.Person@Example.com", True)
    assert (person.email, person.email_key) == ("New.Person@Example.com", "new.person@example.com")
    assert (person.first_name, person.last_name) == ("New", "Comer")
    assert (person.temporary_password, person.signed_in, person.locked, person.staff) == (True, False, False, False)
    assert person.has_usable_password()
    assert person.default_account_id == here
    grants = UserRole.rows.of(here).filter(user=person).order_by("role_id")
    assert list(grants.values_list("role_id", "valid_from", "valid_until")) == [
        ("STANDARD_USER", None, None),
        ("SUPPORT", None, None),
    ]
    entry = written.only(here)
    assert words(entry) == ("user", "ADD", "NONE")
    assert (entry.container, entry.user, entry.reason) == ("New.Person@Example.com", "ann@example.com", "because")
    assert changes(entry) == {
        "roles": ([], ["Standard User", "Support"]),
        "user": (None, "New.Person@Example.com"),
    }
    assert written.raised == {here: 1}


def test_user_4_the_new_person_is_mailed_a_link_and_a_temporary_password(here: AccountId, ann: Somebody) -> None:
    """A welcome e-mail with sign-in instructions and a temporary password, once the command is done."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        added = add(ann.actor, here, STANDARD_USER)
        assert mail.outbox == []
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    assert message.subject == "Welcome to Here"
    person = User.objects.get(pk=added.user)
    assert any(person.check_password(line) for line in str(message.body).splitlines())
    assert "http" in str(message.body)


def test_user_4_a_known_person_is_linked_and_told_and_names_are_ignored(here: AccountId, ann: Somebody) -> None:
    """If known, the person is linked and told about the new account; names in the request are ignored."""
    other = an_account("Other")
    dot = a_user(other, ADMINISTRATOR, email="Dot@example.com")
    before = dot.row.password
    with TestCase.captureOnCommitCallbacks(execute=True):
        added = add(ann.actor, here, SUPPORT, email="DOT@EXAMPLE.COM", first_name="Other", last_name="Name")
    assert (added.user, added.email, added.created) == (dot.id, "Dot@example.com", False)
    assert (dot.row.first_name, dot.row.password, dot.row.default_account_id) == ("Some", before, other)
    [message] = mail.outbox
    assert (message.to, message.subject) == (["Dot@example.com"], "You can now use Here")
    assert "password" not in str(message.body).lower()
    assert held_by(here, dot) == {"SUPPORT"}
    assert held_by(other, dot) == {"ADMINISTRATOR"}


def test_user_4_nobody_is_mailed_when_not_wanted_or_refused(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """The e-mail can be omitted; a refused command sends none."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        add(ann.actor, here, STANDARD_USER, notify=False)
        with pytest.raises(Refused):
            add(bob.actor, here, STANDARD_USER, email="other@example.com")
    assert mail.outbox == []


def test_user_6_one_person_in_several_accounts(here: AccountId, bob: Somebody) -> None:
    """Multi-account access is the same user ID present in several accounts."""
    there = an_account("There")
    again = a_user(there, SUPPORT, email="BOB@example.com")
    assert again.id == bob.id
    assert (held_by(here, bob), held_by(there, bob)) == ({"STANDARD_USER"}, {"SUPPORT"})
    assert User.objects.filter(email_key="bob@example.com").count() == 1


def test_acc_8_who_registers_an_account_becomes_its_administrator() -> None:
    """The first user of a new account can be made Administrator of it, and can then do everything there."""
    account = an_account("Fresh", frozenset())
    first = a_user(account, ADMINISTRATOR)
    assert held_by(account, first) == {"ADMINISTRATOR"}
    assert add(first.actor, account, STANDARD_USER).created


def test_entry_3_the_first_account_given_becomes_the_default(bob: Somebody, here: AccountId) -> None:
    """The default account is the first account the user was given."""
    a_user(an_account("A"), SUPPORT, email=bob.email)
    assert bob.row.default_account_id == here


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "a b@c", "x" * 253 + "@y"])
def test_user_1_a_malformed_address_is_refused(email: str, here: AccountId, ann: Somebody) -> None:
    """What is no address makes no person."""
    with refused(no.EmailInvalid, "USER-1"):
        add(ann.actor, here, STANDARD_USER, email=email)


def test_user_1_an_address_that_is_somebodys_host_id_is_refused(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Names of people never overlap: who is added is found by address alone, wherever the other is a user."""
    dot = a_user(an_account("Other"), SUPPORT)
    for who in (bob, dot):
        User.objects.filter(pk=who.id).update(external_id="new@example.com")
        with refused(no.EmailTaken, "USER-1"):
            add(ann.actor, here, STANDARD_USER)
        User.objects.filter(pk=who.id).update(external_id=None)


@pytest.mark.parametrize(("first", "last"), [("", "Comer"), ("New", " "), ("x" * 151, "Comer")])
def test_user_3_a_new_person_needs_both_names(first: str, last: str, here: AccountId, ann: Somebody) -> None:
    """First name and last name are mandatory."""
    with refused(no.NameRequired, "USER-3"):
        add(ann.actor, here, STANDARD_USER, first_name=first, last_name=last)


def test_user_3_names_are_asked_for_though_they_are_known(here: AccountId, ann: Somebody) -> None:
    """All are mandatory: who fills in the form does not learn from it who is known already."""
    a_user(an_account("Other"), SUPPORT, email="known@example.com")
    with refused(no.NameRequired, "USER-3"):
        add(ann.actor, here, STANDARD_USER, email="known@example.com", first_name="")


def test_user_3_a_user_needs_a_role(here: AccountId, ann: Somebody) -> None:
    """At least one role, for new and for known people."""
    a_user(an_account("Other"), SUPPORT, email="known@example.com")
    for email in ("new@example.com", "known@example.com"):
        with refused(no.RoleRequired, "USER-3"):
            add(ann.actor, here, email=email)


def test_user_6_nobody_is_added_twice(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """A user of the account already, be it without any role (USER-12)."""
    with refused(no.UserAlreadyLinked, "USER-6"):
        add(ann.actor, here, SUPPORT, email="BOB@example.com")
    UserRole.rows.of(here).filter(user_id=bob.id).delete()
    with refused(no.UserAlreadyLinked, "USER-6"):
        add(ann.actor, here, SUPPORT, email=bob.email)


def test_acc_11_scenario_89_the_link_beyond_the_operators_limit_fails(
    here: AccountId, ann: Somebody, bob: Somebody, settings: Settings
) -> None:
    """It fails with an error and changes nothing, and no e-mail is sent; only users of this account count."""
    other = an_account("Other")
    for n in range(3):
        a_user(other, SUPPORT, email=f"o{n}@example.com")
    settings.USER_LIMIT = 2
    with TestCase.captureOnCommitCallbacks() as callbacks, refused(no.UserLimitReached, "ACC-11"):
        add(ann.actor, here, STANDARD_USER)
    assert callbacks == []
    settings.USER_LIMIT = 3
    assert add(ann.actor, here, STANDARD_USER).created
    settings.USER_LIMIT = None
    assert add(ann.actor, here, STANDARD_USER, email="more@example.com").created


def unassignable(here: AccountId) -> list[str]:
    """Roles nobody can be given here."""
    return [a_role(an_account("Other"), "Theirs"), "unknown", ""]


def test_role_20_only_what_the_account_offers_can_be_given(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Neither another account's role, nor one that does not exist: by adding and by changing."""
    for role in unassignable(here):
        with refused(no.RoleNotAssignable, "ROLE-20"):
            add(ann.actor, here, STANDARD_USER, role)
        with refused(no.RoleNotAssignable, "ROLE-20"):
            change(ann.actor, here, bob, STANDARD_USER, role)


def test_role_2_without_advanced_user_security_two_default_roles_are_given(here: AccountId, bob: Somebody) -> None:
    """Production Support, Support and custom roles are not newly assigned without it (ROLE-16)."""
    own = a_role(here, "Own")
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    for role in (PRODUCTION_SUPPORT, SUPPORT, own):
        with refused(no.RoleNotAssignable, "ROLE-20"):
            add(OPERATOR, here, role)
        with refused(no.RoleNotAssignable, "ROLE-20"):
            change(OPERATOR, here, bob, STANDARD_USER, role)
    assert add(OPERATOR, here, ADMINISTRATOR, STANDARD_USER).created


# ---- who may -------------------------------------------------------------------------------------------------------


def test_user_2_managing_users_needs_user_management(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Without User Management: no adding, changing, removing, inviting."""
    for act in (
        lambda: add(bob.actor, here, SUPPORT),
        lambda: change(bob.actor, here, bob, SUPPORT),
        lambda: remove(bob.actor, here, ann),
        lambda: users.invite_again(actor=bob.actor, at=AT, account=here, user=bob.id),
    ):
        with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
            act()
        assert getattr(caught[0], "privilege", "") == "USER_MANAGEMENT"


def test_user_2_a_right_elsewhere_is_no_right_here(here: AccountId, bob: Somebody) -> None:
    """An Administrator of another account has no role here."""
    dot = a_user(an_account("Other"), ADMINISTRATOR)
    for act in (
        lambda: add(dot.actor, here, SUPPORT),
        lambda: change(dot.actor, here, bob, SUPPORT),
        lambda: remove(dot.actor, here, bob),
        lambda: users.invite_again(actor=dot.actor, at=AT, account=here, user=bob.id),
    ):
        with refused(no.NoRoles, "ENTRY-1"):
            act()


@pytest.mark.parametrize(
    ("actor", "kind", "rule"),
    [
        (Actor(UserKey("nobody@example.com"), Source.UI), no.UnknownUser, "ENTRY-1"),
        (Actor(UserKey(""), Source.UI), no.UnknownUser, "ENTRY-1"),
    ],
)
def test_entry_1_nobody_in_particular_may_nothing(
    actor: Actor, kind: type[no.Refusal], rule: str, here: AccountId, bob: Somebody
) -> None:
    """An actor the platform does not know, or one without a name, is refused."""
    with refused(kind, rule):
        remove(actor, here, bob)


def test_acc_2_an_account_that_does_not_exist_is_refused(ann: Somebody, bob: Somebody) -> None:
    """By every command about users."""
    nowhere = AccountId("nowhere-ABCDEF")
    acts: tuple[Callable[[Actor], object], ...] = (
        lambda actor: add(actor, nowhere, SUPPORT),
        lambda actor: change(actor, nowhere, bob, SUPPORT),
        lambda actor: remove(actor, nowhere, bob),
        lambda actor: give(actor, nowhere, bob.email, SUPPORT),
        lambda actor: take(actor, nowhere, bob, STANDARD_USER),
        lambda actor: users.invite_again(actor=actor, at=AT, account=nowhere, user=bob.id),
    )
    for actor in (ann.actor, OPERATOR):
        for act in acts:
            with refused(no.UnknownAccount, "ACC-2"):
                act(actor)


def test_lock_7_a_locked_manager_manages_nobody(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """While locked: nothing."""
    users.set_lock(actor=OPERATOR, at=AT, user=ann.email, locked=True)
    with refused(no.UserLocked, "EFF-3"):
        remove(ann.actor, here, bob)


def test_acc_4_nobody_manages_a_suspended_account(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """`suspended` allows nobody in, so nobody acts there."""
    accounts.suspend_account(actor=OPERATOR, at=AT, account=here)
    with refused(no.AccountNotAvailable, "ACC-4"):
        remove(ann.actor, here, bob)


def test_user_13_a_right_that_has_ended_or_not_begun_is_none(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Rights are judged at the instant of the act: from their beginning on, before their end."""
    second = a_user(here, SUPPORT)
    hold(here, second, ADMINISTRATOR, None, AT)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        change(second.actor, here, bob, SUPPORT)
    hold(here, second, ADMINISTRATOR, AT + TICK)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        change(second.actor, here, bob, SUPPORT)
    hold(here, second, ADMINISTRATOR, AT, AT + TICK)
    change(second.actor, here, bob, SUPPORT)
    assert held_by(here, bob) == {"SUPPORT"}


# ---- nobody grants what they do not hold ---------------------------------------------------------------------------


def test_user_13_nobody_gives_a_role_beyond_their_own(here: AccountId, bob: Somebody) -> None:
    """By adding somebody, by changing somebody, by changing oneself: default, custom and inherited privileges."""
    low = manager(here, "VIEW_RESULT")
    strong = a_role(here, "Strong", "EXECUTE")
    heir = a_role(here, "Heir", parent=strong)
    for role in (ADMINISTRATOR, STANDARD_USER, SUPPORT, strong, heir):
        with refused(no.NotYoursToGive, "USER-13"):
            add(low.actor, here, role)
        with refused(no.NotYoursToGive, "USER-13"):
            change(low.actor, here, low, *held_by(here, low), role)
    for role in (ADMINISTRATOR, a_role(here, "Other", "API")):
        with refused(no.NotYoursToGive, "USER-13"):
            change(low.actor, here, bob, STANDARD_USER, role)


def test_user_13_what_one_holds_one_may_give(here: AccountId, bob: Somebody) -> None:
    """The same privileges under another role's name, by several roles together, implied ones included."""
    low = manager(here, "BUILD", "EXECUTE")
    for n, privileges in enumerate([("BUILD_READ_ONLY",), ("EXECUTE", "BUILD"), (), ("USER_MANAGEMENT",)]):
        add(low.actor, here, a_role(here, f"R{n}", *privileges), email=f"r{n}@example.com")


def test_user_13_what_somebody_has_already_is_not_given_again(here: AccountId) -> None:
    """Taking a strong role away or swapping it for a weaker one confers nothing, whatever the actor holds."""
    low = manager(here)
    cy = a_user(here, STANDARD_USER, SUPPORT)
    change(low.actor, here, cy, SUPPORT)
    assert held_by(here, cy) == {"SUPPORT"}
    change(low.actor, here, cy, a_role(here, "Weaker", "EXECUTE"))


def test_user_13_inert_privileges_cannot_be_handed_out_to_come_alive(here: AccountId) -> None:
    """Judged before features: a privilege whose feature is off needs to be one's own as well."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=True)
    low, high = manager(here), manager(here, "MDM_VIEW_DATA")
    sleeping = a_role(here, "Sleeping", "MDM_VIEW_DATA")
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=False)
    with refused(no.NotYoursToGive, "USER-13"):
        add(low.actor, here, sleeping)
    add(high.actor, here, sleeping)


def test_user_13_a_role_that_has_ended_covers_nothing(here: AccountId, ann: Somebody) -> None:
    """Whoever once was Administrator is not: a manager cannot give them, or themselves, that much now."""
    low = manager(here)
    mine = held_by(here, low)
    hold(here, low, ADMINISTRATOR, None, AT)
    for chosen in (STANDARD_USER, ADMINISTRATOR):
        with refused(no.NotYoursToGive, "USER-13"):
            change(low.actor, here, low, *mine, chosen)


def test_user_13_a_role_that_has_not_begun_covers_nothing(here: AccountId, ann: Somebody) -> None:
    """Whoever will be Administrator is not yet: a manager cannot give them, or themselves, that much now."""
    low = manager(here)
    mine = held_by(here, low)
    hold(here, low, ADMINISTRATOR, AT + DAY)
    with refused(no.NotYoursToGive, "USER-13"):
        change(low.actor, here, low, *mine, ADMINISTRATOR, STANDARD_USER)


def test_user_13_limited_holders_add_and_change_within_their_own_privileges(here: AccountId) -> None:
    """They may add users and change roles only where every privilege of the roles involved is already theirs."""
    clerk = limited(here, "EXECUTE", "VIEW_RESULT")
    inside, outside = a_role(here, "Inside", "EXECUTE"), a_role(here, "Outside", "EXECUTE", "VIEW_DATA")
    added = add(clerk.actor, here, inside)
    cy = Somebody(added.user, added.email)
    with refused(no.NotYoursToGive, "USER-13"):
        add(clerk.actor, here, outside, email="other@example.com")
    with refused(no.NotYoursToGive, "USER-13"):
        change(clerk.actor, here, cy, inside, outside)
    empty = a_role(here, "Tag")
    change(clerk.actor, here, cy, inside, empty)
    change(clerk.actor, here, cy, empty)
    assert held_by(here, cy) == {empty}


def test_user_13_limited_holders_take_only_what_they_hold(here: AccountId, bob: Somebody) -> None:
    """Taking away a role is involving it; roles that stay as they are are not involved."""
    clerk = limited(here, "EXECUTE")
    tag = a_role(here, "Tag")
    with refused(no.NotYoursToGive, "USER-13"):
        change(clerk.actor, here, bob, tag)
    change(clerk.actor, here, bob, STANDARD_USER, tag)
    assert held_by(here, bob) == {STANDARD_USER, tag}


def test_user_13_limited_holders_remove_and_invite_nobody(here: AccountId, bob: Somebody) -> None:
    """Removing people and sending invitations need the whole User Management."""
    clerk = limited(here, "EXECUTE")
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        remove(clerk.actor, here, bob)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        users.invite_again(actor=clerk.actor, at=AT, account=here, user=bob.id)


# ---- changing ------------------------------------------------------------------------------------------------------


def test_user_7_the_dialog_replaces_the_visible_selection(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Any number of roles; what is deselected goes; the log tells both."""
    own = a_role(here, "Own", "EXECUTE")
    with watched() as written:
        change(ann.actor, here, bob, SUPPORT, own, PRODUCTION_SUPPORT)
    assert held_by(here, bob) == {SUPPORT, own, PRODUCTION_SUPPORT}
    entry = written.only(here)
    assert words(entry) == ("user", "UPDATE", "ROLE")
    assert (entry.container, entry.user, entry.reason) == ("bob@example.com", "ann@example.com", "because")
    assert changes(entry) == {"roles": (["Standard User"], ["Own", "Production Support", "Support"])}
    assert written.raised == {here: 1}


def test_user_7_a_role_kept_keeps_its_time_and_a_new_one_has_none(
    here: AccountId, ann: Somebody, bob: Somebody
) -> None:
    """The dialog knows no times, so it leaves them alone."""
    hold(here, bob, STANDARD_USER, AT - DAY, AT + DAY)
    change(ann.actor, here, bob, STANDARD_USER, SUPPORT)
    rows = UserRole.rows.of(here).filter(user_id=bob.id).order_by("role_id")
    assert list(rows.values_list("role_id", "valid_from", "valid_until")) == [
        ("STANDARD_USER", AT - DAY, AT + DAY),
        ("SUPPORT", None, None),
    ]


def test_user_7_a_role_that_has_ended_is_given_anew_by_choosing_it(here: AccountId, ann: Somebody) -> None:
    """Otherwise the dialog says yes and the person still has no role in force."""
    cy = a_user(here, SUPPORT)
    hold(here, cy, STANDARD_USER, None, AT - DAY)
    change(ann.actor, here, cy, STANDARD_USER)
    [grant] = UserRole.rows.of(here).filter(user_id=cy.id)
    assert grant.valid_until is None


def test_user_8_hidden_roles_survive_the_dialog(here: AccountId, ann: Somebody) -> None:
    """Saving the dialog must not drop roles it does not show: those hidden without Advanced User Security."""
    own = a_role(here, "Own", "EXECUTE")
    cy = a_user(here, STANDARD_USER, SUPPORT, PRODUCTION_SUPPORT, own)
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    change(ann.actor, here, cy, ADMINISTRATOR)
    assert held_by(here, cy) == {ADMINISTRATOR, SUPPORT, PRODUCTION_SUPPORT, own}


def test_user_8_a_hidden_role_can_be_all_that_is_left(here: AccountId, ann: Somebody) -> None:
    """Deselecting everything visible leaves the hidden ones, and that is not nothing (USER-9)."""
    cy = a_user(here, STANDARD_USER, SUPPORT)
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    change(ann.actor, here, cy)
    assert held_by(here, cy) == {SUPPORT}


def test_user_9_the_dialog_never_takes_the_last_role(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Deselecting the last role is refused in the dialog."""
    with refused(no.LastRoleKept, "USER-9"):
        change(ann.actor, here, bob)


def test_user_12_somebody_without_any_role_can_be_repaired(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """A user left without any role stays a user of the account and can be given one."""
    UserRole.rows.of(here).filter(user_id=bob.id).delete()
    change(ann.actor, here, bob, SUPPORT)
    assert held_by(here, bob) == {SUPPORT}


def test_user_6_only_users_of_the_account_are_changed(here: AccountId, ann: Somebody) -> None:
    """A person of another account and one that does not exist are the same: no user of this account."""
    dot = a_user(an_account("Other"), SUPPORT)
    acts: tuple[Callable[[int], object], ...] = (
        lambda user: users.change_user_roles(actor=ann.actor, at=AT, account=here, user=user, roles={SUPPORT}),
        lambda user: users.remove_user(actor=ann.actor, at=AT, account=here, user=user),
        lambda user: users.remove_user_role(actor=ann.actor, at=AT, account=here, user=user, role=SUPPORT),
        lambda user: users.invite_again(actor=ann.actor, at=AT, account=here, user=user),
    )
    for user in (dot.id, 10**9, -1):
        for act in acts:
            with refused(no.UserNotLinked, "USER-6") as caught:
                act(user)
            assert caught[0] == no.UserNotLinked()


# ---- one role more or less -----------------------------------------------------------------------------------------


def give(actor: Actor, account: AccountId, user: str, role: str) -> None:
    """Give one role more."""
    users.add_user_role(actor=actor, at=AT, account=account, user=user, role=RoleId(role), reason="because")


def take(actor: Actor, account: AccountId, who: Somebody, role: str) -> None:
    """Take one role."""
    users.remove_user_role(actor=actor, at=AT, account=account, user=who.id, role=RoleId(role), reason="because")


def without_aus(account: AccountId) -> None:
    """Turn Advanced User Security off."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.ADVANCED_USER_SECURITY, on=False)


def grants(account: AccountId, who: Somebody) -> list[tuple[object, ...]]:
    """Somebody's rows in the account."""
    rows = UserRole.rows.of(account).filter(user_id=who.id).order_by("role_id")
    return list(rows.values_list("role_id", "valid_from", "valid_until"))


def test_user_7_one_role_is_added_and_taken_and_the_others_stay(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """One role per call, whatever else is held and for how long; the log tells all roles before and after."""
    hold(here, bob, STANDARD_USER, AT - DAY, AT + DAY)
    kept: tuple[object, ...] = ("STANDARD_USER", AT - DAY, AT + DAY)
    one, both = ["Standard User"], ["Standard User", "Support"]
    acts: tuple[tuple[Callable[[], object], list[str], list[str]], ...] = (
        (lambda: give(ann.actor, here, "BOB@example.com", SUPPORT), one, both),
        (lambda: take(ann.actor, here, bob, SUPPORT), both, one),
    )
    for act, before, after in acts:
        with watched() as written:
            act()
        assert grants(here, bob) == ([kept, ("SUPPORT", None, None)] if after == both else [kept])
        entry = written.only(here)
        assert words(entry) == ("user", "UPDATE", "ROLE")
        assert (entry.container, entry.user, entry.reason) == ("bob@example.com", "ann@example.com", "because")
        assert changes(entry) == {"roles": (before, after)}
        assert written.raised == {here: 1}


def test_user_7_a_role_held_or_not_held_already_changes_nothing(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Not even its time, and nothing is written."""
    hold(here, bob, STANDARD_USER, AT - DAY, AT + DAY)
    before = everything()
    give(ann.actor, here, bob.email, STANDARD_USER)
    take(ann.actor, here, bob, SUPPORT)
    take(ann.actor, here, bob, "unknown")
    assert everything() == before


def test_user_7_a_role_that_has_ended_is_not_held(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Given again it is without end; to take it away there is nothing."""
    hold(here, bob, SUPPORT, None, AT)
    before = everything()
    take(ann.actor, here, bob, SUPPORT)
    assert everything() == before
    with watched() as written:
        give(ann.actor, here, bob.email, SUPPORT)
    assert grants(here, bob) == [("STANDARD_USER", None, None), ("SUPPORT", None, None)]
    assert changes(written.only(here)) == {"roles": (["Standard User"], ["Standard User", "Support"])}


def test_user_7_a_first_role_makes_a_known_person_a_user_of_the_account(here: AccountId, ann: Somebody) -> None:
    """By address or by the host's id; somebody without any account gets a default account by it (ENTRY-3)."""
    there = an_account("There")
    dot, eve = a_user(there, SUPPORT, email="dot@example.com"), a_user(there, SUPPORT, email="eve@example.com")
    User.objects.filter(pk=eve.id).update(external_id="u-5", default_account=None)
    for name, who, default in (("DOT@example.com", dot, there), ("u-5", eve, here)):
        with watched() as written:
            give(ann.actor, here, name, SUPPORT)
        assert AccountUser.rows.of(here).filter(user_id=who.id).exists()
        assert (held_by(here, who), held_by(there, who)) == ({SUPPORT}, {SUPPORT})
        assert who.row.default_account_id == default
        assert words(written.only(here)) == ("user", "ADD", "NONE")
        assert changes(written.only(here)) == {"roles": ([], ["Support"])}
        assert written.raised == {here: 1}
    with refused(no.UnknownUser, "ENTRY-1"):
        give(ann.actor, here, "nobody@example.com", SUPPORT)


def test_user_12_a_user_without_any_role_is_given_one(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Repaired by one role as by the dialog."""
    UserRole.rows.of(here).filter(user_id=bob.id).delete()
    give(ann.actor, here, bob.email, SUPPORT)
    assert held_by(here, bob) == {SUPPORT}


def test_acc_11_the_limit_holds_for_who_becomes_a_user_by_a_role(
    here: AccountId, ann: Somebody, bob: Somebody, settings: Settings
) -> None:
    """The link beyond it fails and changes nothing; a further role for a user of the account is no link."""
    dot = a_user(an_account("There"), SUPPORT)
    settings.USER_LIMIT = 2
    with refused(no.UserLimitReached, "ACC-11"):
        give(ann.actor, here, dot.email, SUPPORT)
    give(ann.actor, here, bob.email, SUPPORT)
    settings.USER_LIMIT = 3
    give(ann.actor, here, dot.email, SUPPORT)


def test_user_9_taking_the_last_role_takes_the_user_out_of_the_account(
    here: AccountId, ann: Somebody, bob: Somebody
) -> None:
    """As removing does: this account and nothing else; a role that has ended does not keep anybody in."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    hold(here, bob, SUPPORT, None, AT)
    with watched() as written:
        take(ann.actor, here, bob, STANDARD_USER)
    assert grants(here, bob) == []
    assert not AccountUser.rows.of(here).filter(user_id=bob.id).exists()
    assert held_by(there, bob) == {SUPPORT}
    entry = written.only(here)
    assert words(entry) == ("user", "DELETE", "NONE")
    assert (entry.user, entry.reason) == ("ann@example.com", "because")
    assert changes(entry)["user"] == ("bob@example.com", None)
    assert written.raised == {here: 1}


def test_user_9_a_role_that_begins_later_keeps_its_holder_in(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """It is a role left."""
    hold(here, bob, SUPPORT, AT + DAY)
    take(ann.actor, here, bob, STANDARD_USER)
    assert grants(here, bob) == [("SUPPORT", AT + DAY, None)]
    assert AccountUser.rows.of(here).filter(user_id=bob.id).exists()


@pytest.mark.parametrize("role", [SUPPORT, PRODUCTION_SUPPORT, "own"])
def test_role_16_unassigning_stays_possible(role: str, here: AccountId, ann: Somebody) -> None:
    """Without Advanced User Security what is held from before can be taken away, though it can no longer be given."""
    key = a_role(here, "Own", "EXECUTE") if role == "own" else RoleId(role)
    cy = a_user(here, STANDARD_USER, key)
    without_aus(here)
    take(ann.actor, here, cy, key)
    assert held_by(here, cy) == {STANDARD_USER}
    with refused(no.RoleNotAssignable, "ROLE-20"):
        give(ann.actor, here, cy.email, key)


def test_role_16_a_hidden_role_can_be_the_last_that_is_taken(here: AccountId, ann: Somebody) -> None:
    """And its holder is then no user of the account any more (USER-9)."""
    cy = a_user(here, SUPPORT)
    without_aus(here)
    take(ann.actor, here, cy, SUPPORT)
    assert not AccountUser.rows.of(here).filter(user_id=cy.id).exists()


def test_role_20_a_role_the_account_does_not_offer_is_not_given(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Neither one of another account nor one that does not exist, and the answer is the same."""
    theirs = a_role(an_account("There"), "Theirs")
    for role in (theirs, "unknown"):
        with refused(no.RoleNotAssignable, "ROLE-20") as caught:
            give(ann.actor, here, bob.email, role)
        assert caught[0] == no.RoleNotAssignable(role=role, account=here)


def test_user_13_nobody_gives_one_role_beyond_their_own(here: AccountId, bob: Somebody) -> None:
    """A manager gives what they hold and takes what they like; what begins later covers nothing now."""
    low = manager(here, "EXECUTE")
    inside, outside = a_role(here, "Inside", "EXECUTE"), a_role(here, "Outside", "EXECUTE", "API")
    give(low.actor, here, bob.email, inside)
    with refused(no.NotYoursToGive, "USER-13"):
        give(low.actor, here, bob.email, outside)
    with refused(no.NotYoursToGive, "USER-13"):
        give(low.actor, here, low.email, STANDARD_USER)
    hold(here, bob, ADMINISTRATOR, AT + DAY)
    with refused(no.NotYoursToGive, "USER-13"):
        give(low.actor, here, bob.email, outside)
    take(low.actor, here, bob, STANDARD_USER)
    assert held_by(here, bob) == {inside, ADMINISTRATOR}


def test_user_13_limited_holders_give_and_take_one_role_within_their_own(here: AccountId, bob: Somebody) -> None:
    """Every privilege of the role given or taken must be theirs; the last role needs the whole User Management."""
    clerk = limited(here, "EXECUTE")
    inside, outside = a_role(here, "Inside", "EXECUTE"), a_role(here, "Outside", "EXECUTE", "API")
    give(clerk.actor, here, bob.email, inside)
    with refused(no.NotYoursToGive, "USER-13"):
        give(clerk.actor, here, bob.email, outside)
    with refused(no.NotYoursToGive, "USER-13"):
        take(clerk.actor, here, bob, STANDARD_USER)
    take(clerk.actor, here, bob, inside)
    cy = a_user(here, inside)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        take(clerk.actor, here, cy, inside)
    dot = a_user(an_account("There"), SUPPORT)
    give(clerk.actor, here, dot.email, inside)
    assert (held_by(here, bob), held_by(here, cy), held_by(here, dot)) == ({STANDARD_USER}, {inside}, {inside})


def test_user_2_one_role_needs_user_management_here(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """In that very account; without it nothing is learned of who is known."""
    other = a_user(an_account("Other"), ADMINISTRATOR)
    for who, kind, rule in ((bob, no.PrivilegeNotHeld, "ROLE-11"), (other, no.NoRoles, "ENTRY-1")):
        for user in (bob.email, "nobody@example.com"):
            with refused(kind, rule):
                give(who.actor, here, user, SUPPORT)
        with refused(kind, rule):
            take(who.actor, here, bob, STANDARD_USER)


# ---- removing ------------------------------------------------------------------------------------------------------


def test_user_10_removing_takes_this_account_and_nothing_else(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Irreversible; leaves the person and other accounts alone."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    with watched() as written:
        remove(ann.actor, here, bob)
    assert held_by(here, bob) == set()
    assert not AccountUser.rows.of(here).filter(user_id=bob.id).exists()
    assert held_by(there, bob) == {SUPPORT}
    assert bob.row.email == "bob@example.com"
    assert bob.row.default_account_id is None
    entry = written.only(here)
    assert words(entry) == ("user", "DELETE", "NONE")
    assert changes(entry) == {"roles": (["Standard User"], []), "user": ("bob@example.com", None)}
    assert written.raised == {here: 1}
    with refused(no.UserNotLinked, "USER-6"):
        remove(ann.actor, here, bob)


def test_user_10_another_default_account_stays(ann: Somebody, here: AccountId, bob: Somebody) -> None:
    """Only a default that points here is forgotten."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    User.objects.filter(pk=bob.id).update(default_account_id=there)
    remove(ann.actor, here, bob)
    assert bob.row.default_account_id == there


# ---- the last Administrator ----------------------------------------------------------------------------------------


def strip(actor: Actor, account: AccountId, who: Somebody) -> None:
    """Take the role Administrator, leave another one."""
    change(actor, account, who, STANDARD_USER)


def take_administrator(actor: Actor, account: AccountId, who: Somebody) -> None:
    """Take the role Administrator and no other, so that the user goes who has no other (USER-9)."""
    take(actor, account, who, ADMINISTRATOR)


@pytest.mark.parametrize("way", [strip, remove, take_administrator])
@pytest.mark.parametrize("by", ["operator", "herself", "a manager"])
def test_user_11_scenario_90_the_last_administrator_stays(way: object, by: str, here: AccountId, ann: Somebody) -> None:
    """Can be neither removed nor stripped of that role: not by the operator, herself or anybody else."""
    high = a_user(here, a_role(here, "Deputy", parent=ADMINISTRATOR))
    actor = {"operator": OPERATOR, "herself": ann.actor, "a manager": high.actor}[by]
    with refused(no.LastAdministrator, "USER-11"):
        way(actor, here, ann)  # type: ignore[operator]


@pytest.mark.parametrize("way", [strip, remove, take_administrator])
@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ((None, None), True),
        ((AT, None), True),
        ((AT + TICK, None), False),
        ((None, AT), False),
        ((None, AT + DAY), False),
        (None, False),
    ],
    ids=["lasting", "from now on", "later", "ended", "ending", "a deputy"],
)
def test_user_11_another_administrator_counts_only_if_lasting_and_in_force(
    way: object, other: tuple[object, object] | None, *, kept: bool, here: AccountId, ann: Somebody
) -> None:
    """A last Administrator whose grant runs out would leave the account unmanageable; a role that inherits is none."""
    second = a_user(here, STANDARD_USER)
    if other is None:
        change(OPERATOR, here, second, a_role(here, "Deputy", parent=ADMINISTRATOR))
    else:
        hold(here, second, ADMINISTRATOR, *other)  # type: ignore[arg-type]
    if kept:
        way(OPERATOR, here, ann)  # type: ignore[operator]
        assert ADMINISTRATOR not in held_by(here, ann)
    else:
        with refused(no.LastAdministrator, "USER-11"):
            way(OPERATOR, here, ann)  # type: ignore[operator]


@pytest.mark.parametrize("way", [strip, remove, take_administrator])
def test_user_11_where_all_have_an_end_one_in_force_stays(way: object, here: AccountId, ann: Somebody) -> None:
    """Of two Administrators for a while one can go, the other cannot."""
    second = a_user(here, STANDARD_USER)
    hold(here, ann, ADMINISTRATOR, None, AT + 2 * DAY)
    hold(here, second, ADMINISTRATOR, None, AT + DAY)
    way(OPERATOR, here, ann)  # type: ignore[operator]
    with refused(no.LastAdministrator, "USER-11"):
        way(OPERATOR, here, second)  # type: ignore[operator]


def test_user_11_an_administrator_elsewhere_or_of_another_account_does_not_count(
    here: AccountId, ann: Somebody
) -> None:
    """Direct Administrators of this account alone."""
    there = an_account("There")
    a_user(there, ADMINISTRATOR)
    a_user(there, ADMINISTRATOR, email=ann.email)
    for way in (remove, strip, take_administrator):
        with refused(no.LastAdministrator, "USER-11"):
            way(OPERATOR, here, ann)


def test_user_11_the_last_administrator_keeps_that_role_beside_others(here: AccountId, ann: Somebody) -> None:
    """Taken by itself it would leave a user of the account, and an account without Administrator."""
    second = a_user(here, ADMINISTRATOR)
    for who in (ann, second):
        give(OPERATOR, here, who.email, SUPPORT)
    take(ann.actor, here, ann, ADMINISTRATOR)
    assert held_by(here, ann) == {SUPPORT}
    for actor in (OPERATOR, second.actor):
        with refused(no.LastAdministrator, "USER-11"):
            take(actor, here, second, ADMINISTRATOR)


def test_user_11_other_roles_of_the_last_administrator_can_change(here: AccountId, ann: Somebody) -> None:
    """It is that one role that stays."""
    change(ann.actor, here, ann, ADMINISTRATOR, SUPPORT)
    change(ann.actor, here, ann, ADMINISTRATOR)
    give(ann.actor, here, ann.email, SUPPORT)
    take(ann.actor, here, ann, SUPPORT)
    assert held_by(here, ann) == {ADMINISTRATOR}


def test_user_11_an_account_that_never_had_one_needs_none() -> None:
    """Nobody is forced to stay Standard User."""
    account = an_account()
    cy = a_user(account, STANDARD_USER)
    remove(OPERATOR, account, cy)
    assert held_by(account, cy) == set()


# ---- inviting and locking ------------------------------------------------------------------------------------------


def test_user_4_an_invitation_sent_again_replaces_the_first(here: AccountId, ann: Somebody) -> None:
    """The earlier password ends; the new mail has a new one; the log holds neither."""
    cy = a_user(here, STANDARD_USER)
    first = cy.row.password
    with TestCase.captureOnCommitCallbacks(execute=True), watched() as written:
        users.invite_again(actor=ann.actor, at=AT, account=here, user=cy.id)
    assert cy.row.password != first
    assert cy.row.temporary_password
    [message] = mail.outbox
    assert any(cy.row.check_password(line) for line in str(message.body).splitlines())
    assert words(written.only(here)) == ("user", "UPDATE", "AUTHENTICATION")
    assert changes(written.only(here)) == {"invitation": (None, "sent again")}


def test_user_4_somebody_who_has_signed_in_is_not_invited_again(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Nobody's password is replaced behind their back."""
    User.objects.filter(pk=bob.id).update(signed_in=True)
    with refused(no.AlreadySignedIn, "USER-4"):
        users.invite_again(actor=ann.actor, at=AT, account=here, user=bob.id)


def test_lock_3_a_lock_is_the_operators_and_acts_everywhere(here: AccountId, bob: Somebody, ann: Somebody) -> None:
    """Platform-wide, told in every account of the person, lifted the same way."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    elsewhere = an_account("Elsewhere")
    for locked in (True, False):
        with watched() as written:
            users.set_lock(actor=OPERATOR, at=AT, user="BOB@example.com", locked=locked, reason="because")
        assert bob.row.locked is locked
        assert set(written.entries) == {here, there}
        assert written.raised == {here: 1, there: 1}
        assert elsewhere not in written.raised
        for account in (here, there):
            [entry] = written.entries[account]
            assert changes(entry) == {"locked": (not locked, locked)}
            assert (entry.container, entry.user, entry.reason) == ("bob@example.com", "operator", "because")
    with refused(no.OperatorOnly, "ACC-9"):
        users.set_lock(actor=ann.actor, at=AT, user=bob.email, locked=True)
    with refused(no.UnknownUser, "ENTRY-1"):
        users.set_lock(actor=OPERATOR, at=AT, user="nobody@example.com", locked=True)


def test_lock_3_the_hosts_own_id_names_the_person_too(here: AccountId, bob: Somebody) -> None:
    """By address or by the host application's id."""
    User.objects.filter(pk=bob.id).update(external_id="u-1")
    users.set_lock(actor=OPERATOR, at=AT, user="u-1", locked=True)
    assert bob.row.locked


@pytest.mark.parametrize("act", ["add", "change", "remove", "give", "take", "create_role"])
def test_acc_14_a_deleted_account_takes_no_change_of_its_users(act: str, here: AccountId, bob: Somebody) -> None:
    """Not even from the operator."""
    accounts.delete_account(actor=OPERATOR, at=AT, account=here)
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: add(OPERATOR, here, SUPPORT),
        "change": lambda: change(OPERATOR, here, bob, SUPPORT),
        "remove": lambda: remove(OPERATOR, here, bob),
        "give": lambda: give(OPERATOR, here, bob.email, SUPPORT),
        "take": lambda: take(OPERATOR, here, bob, STANDARD_USER),
        "create_role": lambda: roles.create_role(actor=OPERATOR, at=AT, account=here, name="R"),
    }
    with refused(no.AccountDeleted, "ACC-14"):
        acts[act]()
