"""Chapter GRP against the tables, and what chapter ACC says of primaries and the accounts they manage."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.guard import facts_of
from tenantry.groups import commands as groups
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.groups.queries import (
    accounts_in,
    accounts_page,
    choosable_accounts,
    group_grants_reaching,
    group_of,
    group_users_page,
    groups_page,
    groups_with_account,
    groups_with_user,
    members_among,
)
from tenantry.roles.queries import assignable_roles
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.groups import ALERT_LEVELS
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RoleId, Status
from tenantry.sharing.models import Share
from tenantry.store import revisions
from tenantry.store.bulk import refresh_statistics
from tenantry.store.crossings import Crossing
from tenantry.tokens.models import UserToken
from tenantry.users import commands as users, own_details
from tenantry.users.queries import UserFilters, users_page
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    DAY,
    PRODUCTION_SUPPORT,
    STANDARD_USER,
    SUPPORT,
    TICK,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    all_accounts,
    an_account,
    changes,
    enlist,
    entries,
    hold_in_group,
    lend,
    refused,
    somebody,
    watched,
    words,
)
from tests.store.partners import Partner, Rival, access, can, way

pytestmark = pytest.mark.usefixtures("db")

MANAGE = "ACCOUNT_GROUP_MANAGEMENT"


def create(who: Somebody, account: AccountId, name: str = "Fresh", **more: Any) -> GroupId:
    """Make a group."""
    return groups.create_group(actor=who.actor, at=AT, account=account, name=name, reason="because", **more)


def edit(who: Somebody, account: AccountId, group: GroupId, **members: Any) -> None:
    """Edit a group."""
    groups.edit_group(actor=who.actor, at=AT, account=account, group=group, reason="because", **members)


def remove(who: Somebody, account: AccountId, group: GroupId) -> None:
    """Delete a group."""
    groups.remove_group(actor=who.actor, at=AT, account=account, group=group, reason="because")


def join(who: Somebody, account: AccountId, group: GroupId, *members: AccountId) -> None:
    """Put accounts into a group."""
    groups.add_accounts_to_group(
        actor=who.actor, at=AT, account=account, group=group, members=frozenset(members), reason="because"
    )


def leave(who: Somebody, account: AccountId, group: GroupId, *members: AccountId) -> None:
    """Take accounts out of a group."""
    groups.remove_accounts_from_group(
        actor=who.actor, at=AT, account=account, group=group, members=frozenset(members), reason="because"
    )


def add(who: Somebody, account: AccountId, group: GroupId, email: str, *roles: RoleId, **more: Any) -> int:
    """Put a person into a group."""
    return groups.add_user_to_group(
        actor=who.actor,
        at=AT,
        account=account,
        group=group,
        email=email,
        roles=frozenset(roles),
        reason="because",
        **more,
    )


def change(who: Somebody, account: AccountId, group: GroupId, person: Somebody, *roles: RoleId) -> None:
    """Give a person in a group these roles."""
    groups.change_group_user_roles(
        actor=who.actor, at=AT, account=account, group=group, user=person.id, roles=frozenset(roles), reason="because"
    )


def dismiss(who: Somebody, account: AccountId, group: GroupId, person: Somebody) -> None:
    """Take a person out of a group."""
    groups.remove_user_from_group(
        actor=who.actor, at=AT, account=account, group=group, user=person.id, reason="because"
    )


def roles_in(primary: AccountId, group: GroupId, who: Somebody) -> set[str]:
    """The roles somebody holds in a group, as stored."""
    rows = GroupUserRole.rows.of(primary).filter(group_id=group, user_id=who.id)
    return set(rows.values_list("role_id", flat=True))


def group_manager(account: AccountId, *privileges: str) -> Somebody:
    """Somebody who holds Account Group Management and these, and nothing else."""
    return a_user(account, a_role(account, f"Groups and {', '.join(privileges) or 'nothing'}", MANAGE, *privileges))


# ---- who may -------------------------------------------------------------------------------------------------------

ACTS: dict[str, Callable[[Somebody, Partner], object]] = {
    "create": lambda who, p: create(who, p.home),
    "edit": lambda who, p: edit(who, p.home, p.services, name="Other"),
    "remove": lambda who, p: remove(who, p.home, p.services),
    "join": lambda who, p: join(who, p.home, p.services, p.ghi),
    "leave": lambda who, p: leave(who, p.home, p.services, p.abc),
    "add": lambda who, p: add(who, p.home, p.services, p.ned.email, SUPPORT),
    "change": lambda who, p: change(who, p.home, p.services, p.serv, SUPPORT),
    "dismiss": lambda who, p: dismiss(who, p.home, p.services, p.serv),
}
"""One use of every command about groups, in the partner example."""


@pytest.mark.parametrize("act", ACTS)
def test_grp_1_groups_are_managed_by_holders_of_account_group_management(act: str, partner: Partner) -> None:
    """Account Group Management in the primary, and nothing else: neither being a user there, nor administering a
    managed account, nor reaching one through a group.
    """
    low = a_user(partner.home, STANDARD_USER)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        ACTS[act](low, partner)
    for stranger in (partner.max, partner.serv):
        with refused(no.NoRoles, "ENTRY-1"):
            ACTS[act](stranger, partner)
    ACTS[act](group_manager(partner.home, *_ENOUGH), partner)


_ENOUGH = ("ASSURE", "DEVELOPER", "EXECUTE", "LICENSING", "VIEW_DATA", "VIEW_RESULT")


def test_grp_1_and_acc_5_groups_exist_only_in_a_primary(partner: Partner) -> None:
    """An account without Account Groups, plain or managed, has none, and nobody makes one there."""
    plain = an_account("Plain")
    for account in (plain, partner.abc):
        boss = a_user(account, ADMINISTRATOR)
        with refused(no.FeatureOff, "PRIV-5"):
            create(boss, account)
        with refused(no.FeatureMissing, "GRP-1"):
            groups.create_group(actor=OPERATOR, at=AT, account=account, name="Fresh")
        assert groups_page(account) == (groups_page(account)[0], 0)
        assert not AccountGroup.rows.of(account).exists()


def test_grp_1_a_suspended_primary_manages_no_groups_and_a_deleted_one_never_again(partner: Partner) -> None:
    """Nobody enters it; the operator may still set things right while it is suspended."""
    accounts.suspend_account(actor=OPERATOR, at=AT, account=partner.home)
    with refused(no.AccountNotAvailable, "ACC-4"):
        create(partner.ann, partner.home)
    groups.create_group(actor=OPERATOR, at=AT, account=partner.home, name="Fresh")
    accounts.delete_account(actor=OPERATOR, at=AT, account=partner.home)
    with refused(no.AccountDeleted, "ACC-14"):
        groups.create_group(actor=OPERATOR, at=AT, account=partner.home, name="Fresher")


# ---- All Accounts --------------------------------------------------------------------------------------------------


def test_grp_2_every_primary_has_all_accounts(partner: Partner) -> None:
    """Whether it is made with Account Groups or gets them later; once, however often they are switched."""
    [row] = AccountGroup.rows.of(a_primary()).filter(everywhere=True)
    assert row.name == "All Accounts"
    late = an_account("Late")
    for on in (True, False, True):
        accounts.switch_feature(actor=OPERATOR, at=AT, account=late, feature=Feature.ACCOUNT_GROUPS, on=on)
    assert [group.name for group in AccountGroup.rows.of(late)] == ["All Accounts"]


def test_grp_2_and_acc_7_all_accounts_holds_every_managed_account_and_a_new_one_at_once(partner: Partner) -> None:
    """It always holds every managed account: its people reach a new customer with the very next request."""
    everybody = group_of(partner.home, partner.everybody)
    assert {row.id for row in accounts_in(everybody)} == {partner.abc, partner.def_, partner.ghi}
    xyz = accounts.create_managed_account(
        actor=partner.ann.actor, at=AT, primary=partner.home, name="Doc XYZ", trial_ends=AT + 30 * DAY
    )
    assert {row.id for row in accounts_in(everybody)} == {partner.abc, partner.def_, partner.ghi, xyz}
    assert way(partner.serv, xyz) == ("group", {SUPPORT})
    assert way(partner.ned, xyz) == "no_roles"
    assert not GroupAccount.rows.of(partner.home).filter(group_id=partner.everybody).exists()


ALL_FIXED: dict[str, Callable[[Somebody, Partner], object]] = {
    "renamed": lambda who, p: edit(who, p.home, p.everybody, name="Everybody"),
    "renamed in case": lambda who, p: edit(who, p.home, p.everybody, name="ALL ACCOUNTS"),
    "deleted": lambda who, p: remove(who, p.home, p.everybody),
    "extended": lambda who, p: join(who, p.home, p.everybody, p.abc),
    "cut short": lambda who, p: leave(who, p.home, p.everybody, p.abc),
}


@pytest.mark.parametrize("act", ALL_FIXED)
def test_grp_2_all_accounts_is_neither_renamed_nor_deleted_nor_are_its_accounts_edited(
    act: str, partner: Partner
) -> None:
    """By nobody, the operator included."""
    with refused(no.AllAccountsFixed, "GRP-2"):
        ALL_FIXED[act](partner.ann, partner)
    with refused(no.AllAccountsFixed, "GRP-2"):
        ALL_FIXED[act](_OPERATOR, partner)


class _Operator:
    actor = OPERATOR


_OPERATOR: Any = _Operator()


def test_grp_2_users_roles_resources_and_the_alert_level_of_all_accounts_can_be_edited(partner: Partner) -> None:
    """What is fixed is what the system keeps."""
    edit(partner.ann, partner.home, partner.everybody, alert_level="warning")
    assert group_of(partner.home, partner.everybody).alert_level == "warning"
    add(partner.ann, partner.home, partner.everybody, partner.ned.email, SUPPORT)
    change(partner.ann, partner.home, partner.everybody, partner.ned, STANDARD_USER)
    assert way(partner.ned, partner.ghi) == ("group", {STANDARD_USER})
    dismiss(partner.ann, partner.home, partner.everybody, partner.ned)
    assert way(partner.ned, partner.ghi) == "no_roles"
    lend(partner.home, partner.everybody, partner.lent)
    assert {role.id for role in facts_of(partner.ghi).shared_roles()} == {partner.lent}


def test_grp_3_all_accounts_comes_first_and_elsewhere_there_is_nothing_to_see(partner: Partner, rival: Rival) -> None:
    """All Accounts first, then by name; the lists of one primary hold nothing of another's, those of a managed account
    nothing at all.
    """
    for name in ("zebra", "Aardvark"):
        a_group(partner.home, name)
    page, count = groups_page(partner.home)
    assert [group.name for group in page.rows] == ["All Accounts", "Aardvark", "Services", "zebra"]
    assert count == 4
    assert groups_page(partner.home, "ARD")[1] == 1
    assert groups_page(partner.abc)[0].rows == ()
    assert {row.id for row in accounts_page(group_of(rival.home, rival.group))[0].rows} == {rival.member}


def test_grp_4_a_primary_is_in_none_of_its_groups(partner: Partner) -> None:
    """Group roles give no access to the primary itself, and its own resources are never "shared" to it."""
    with refused(no.NotManagedHere, "GRP-23"):
        join(partner.ann, partner.home, partner.services, partner.home)
    lend(partner.home, partner.everybody, partner.lent)
    assert way(partner.serv, partner.home) == "no_roles"
    offered = assignable_roles(facts_of(partner.home), AUS)
    assert [choice.shared for choice in offered if choice.id == partner.lent] == [False]
    assert partner.home not in {row.id for row in accounts_in(group_of(partner.home, partner.everybody))}


# ---- names and alert levels ----------------------------------------------------------------------------------------


def test_grp_5_a_group_has_a_name_and_an_alert_level(partner: Partner) -> None:
    """Name required, alert level none unless said otherwise; both logged in the primary."""
    with watched() as written:
        plain = create(partner.ann, partner.home, "  Services 2 ")
    row = group_of(partner.home, plain)
    assert (row.name, row.alert_level, row.everywhere) == ("Services 2", "none", False)
    entry = written.only(partner.home)
    assert words(entry) == ("as.accountgroup", "ADD", "NONE")
    assert (entry.container, entry.user, entry.reason) == ("Services 2", "ann@example.com", "because")
    assert changes(entry) == {"name": (None, "Services 2"), "alert_level": (None, "none")}
    for level in ALERT_LEVELS:
        group = create(partner.ann, partner.home, f"With {level}", alert_level=level)
        assert group_of(partner.home, group).alert_level == level


def test_grp_5_an_edit_changes_the_members_given(partner: Partner) -> None:
    """The log tells what differed; what stays is not told, and nothing at all is not logged."""
    with watched() as written:
        edit(partner.ann, partner.home, partner.services, alert_level="error")
    assert changes(written.only(partner.home)) == {"alert_level": ("none", "error")}
    with watched() as written:
        edit(partner.ann, partner.home, partner.services, name="SERVICES")
    assert changes(written.only(partner.home)) == {"name": ("Services", "SERVICES")}
    with watched() as written:
        edit(partner.ann, partner.home, partner.services, name=" SERVICES ", alert_level="error")
    assert (written.entries, written.raised) == ({}, {})


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "a\x00b"])
def test_grp_5_bad_names_are_refused(name: str, partner: Partner) -> None:
    """1 to 255 characters, none of them zero: when made and when renamed."""
    with refused(no.GroupNameInvalid, "GRP-5"):
        create(partner.ann, partner.home, name)
    with refused(no.GroupNameInvalid, "GRP-5"):
        edit(partner.ann, partner.home, partner.services, name=name)


def test_grp_5_a_name_is_unique_in_the_primary_ignoring_case(partner: Partner, rival: Rival) -> None:
    """Taken here, the system's group included; free in another primary; the longest name fits however it folds."""
    other = create(partner.ann, partner.home, "Straße")
    for name in ("services", "SERVICES", " Services ", "all accounts", "STRASSE"):
        with refused(no.GroupNameTaken, "GRP-5"):
            create(partner.ann, partner.home, name)
    for name in ("services", "All Accounts"):
        with refused(no.GroupNameTaken, "GRP-5"):
            edit(partner.ann, partner.home, other, name=name)
    create(rival.boss, rival.home, "Straße")
    assert group_of(partner.home, create(partner.ann, partner.home, "ΐ" * 255)).name == "ΐ" * 255


@pytest.mark.parametrize("level", ["", "None", "loud", "x" * 300])
def test_grp_5_the_alert_level_is_one_of_four(level: str, partner: Partner) -> None:
    """None, info, warning, error."""
    with refused(no.AlertLevelUnknown, "GRP-5"):
        create(partner.ann, partner.home, alert_level=level)
    with refused(no.AlertLevelUnknown, "GRP-5"):
        edit(partner.ann, partner.home, partner.services, alert_level=level)


# ---- accounts and people in groups ---------------------------------------------------------------------------------


def test_grp_7_accounts_and_users_are_in_any_number_of_groups(partner: Partner) -> None:
    """Membership and roles are separate per group, and editing a user in one group touches no other."""
    second = a_group(partner.home, "Second", members=[partner.abc], people={partner.serv: [SUPPORT]})
    third = a_group(partner.home, "Third", members=[partner.abc], people={partner.serv: [PRODUCTION_SUPPORT]})
    change(partner.ann, partner.home, second, partner.serv, PRODUCTION_SUPPORT, SUPPORT)
    dismiss(partner.ann, partner.home, third, partner.serv)
    assert roles_in(partner.home, partner.services, partner.serv) == {STANDARD_USER}
    assert roles_in(partner.home, second, partner.serv) == {PRODUCTION_SUPPORT, SUPPORT}
    assert roles_in(partner.home, third, partner.serv) == set()
    leave(partner.ann, partner.home, second, partner.abc)
    assert way(partner.serv, partner.abc) == ("group", {STANDARD_USER, SUPPORT})


def test_grp_7_and_scn_10_other_roles_in_one_group_change_no_other(partner: Partner) -> None:
    """ServUser1's roles in Services change to Production Support; All Accounts is unchanged."""
    with watched() as written:
        change(partner.ann, partner.home, partner.services, partner.serv, PRODUCTION_SUPPORT)
    assert way(partner.serv, partner.abc) == ("group", {PRODUCTION_SUPPORT, SUPPORT})
    assert way(partner.serv, partner.ghi) == ("group", {SUPPORT})
    entry = written.only(partner.home)
    assert words(entry) == ("as.accountgroup.user", "UPDATE", "ROLE")
    assert (entry.container, entry.reason) == (partner.serv.email, "because")
    assert changes(entry) == {"roles": (["Standard User"], ["Production Support"])}
    with watched() as written:
        change(partner.ann, partner.home, partner.services, partner.serv, PRODUCTION_SUPPORT)
    assert (written.entries, written.raised, written.gave) == ({}, {}, {})


def test_grp_7_a_role_kept_keeps_its_validity_and_one_that_is_over_is_given_anew(partner: Partner) -> None:
    """The window of a role that stays is not touched; giving a role whose time is over gives it without end."""
    home, group = partner.home, partner.services
    hold_in_group(home, group, partner.ned, SUPPORT, ends=AT + DAY)
    hold_in_group(home, group, partner.ned, STANDARD_USER, ends=AT)
    change(partner.ann, home, group, partner.ned, SUPPORT, PRODUCTION_SUPPORT)
    assert way(partner.ned, partner.abc) == ("group", {SUPPORT, PRODUCTION_SUPPORT})
    assert way(partner.ned, partner.abc, AT + DAY) == ("group", {PRODUCTION_SUPPORT})
    assert roles_in(home, group, partner.ned) == {SUPPORT, PRODUCTION_SUPPORT}
    hold_in_group(home, group, partner.ned, STANDARD_USER, ends=AT)
    change(partner.ann, home, group, partner.ned, STANDARD_USER)
    assert way(partner.ned, partner.abc, AT + 9 * DAY) == ("group", {STANDARD_USER})


def test_grp_7_what_begins_later_opens_nothing_before(partner: Partner) -> None:
    """A group role counts from its beginning on and before its end, to the tick."""
    hold_in_group(partner.home, partner.services, partner.ned, SUPPORT, starts=AT, ends=AT + DAY)
    for at, found in (
        (AT - TICK, "no_roles"),
        (AT, ("group", {SUPPORT})),
        (AT + DAY - TICK, ("group", {SUPPORT})),
        (AT + DAY, "no_roles"),
    ):
        assert way(partner.ned, partner.abc, at) == found


def test_grp_8_somebody_in_a_group_has_at_least_one_role_there(partner: Partner) -> None:
    """None is refused when added and when changed; several are fine."""
    with refused(no.GroupRoleRequired, "GRP-8"):
        add(partner.ann, partner.home, partner.services, partner.ned.email)
    with refused(no.GroupRoleRequired, "GRP-8"):
        change(partner.ann, partner.home, partner.services, partner.serv)
    add(partner.ann, partner.home, partner.services, partner.ned.email, SUPPORT, PRODUCTION_SUPPORT, STANDARD_USER)
    assert way(partner.ned, partner.abc) == ("group", {SUPPORT, PRODUCTION_SUPPORT, STANDARD_USER})


def test_grp_9_group_roles_are_default_roles_and_the_primarys_own(partner: Partner, rival: Rival) -> None:
    """A custom role used as a group role need not be shared with that group; a member's own role, another primary's
    role and one that does not exist are refused alike.
    """
    add(partner.ann, partner.home, partner.services, partner.ned.email, partner.lent)
    assert way(partner.ned, partner.abc) == ("group", {partner.lent})
    assert can(partner.ned, partner.abc) == {"EXECUTE", "VIEW_RESULT"}
    assert facts_of(partner.abc).shared_roles() == ()
    theirs, newcomer = a_role(partner.abc, "Own"), somebody()
    for role in (theirs, rival.role, RoleId("unknown"), RoleId("MDM_DEVELOPER")):
        for who in (partner.ann, _OPERATOR):
            with refused(no.RoleNotForGroups, "GRP-9"):
                change(who, partner.home, partner.services, partner.serv, SUPPORT, role)
            with refused(no.RoleNotForGroups, "GRP-9"):
                add(who, partner.home, partner.services, newcomer.email, role)


def test_grp_9_and_role_16_without_advanced_user_security_nothing_else_is_newly_given(partner: Partner) -> None:
    """Custom roles, Production Support and Support stay where they are held in groups, in force, also when the dialog,
    which does not show them, is saved (USER-8); newly given are Administrator and Standard User alone.
    """
    change(partner.ann, partner.home, partner.services, partner.serv, partner.lent, SUPPORT)
    before = can(partner.serv, partner.abc)
    accounts.switch_feature(
        actor=OPERATOR, at=AT, account=partner.home, feature=Feature.ADVANCED_USER_SECURITY, on=False
    )
    assert can(partner.serv, partner.abc) == before
    for role in (partner.lent, SUPPORT):
        with refused(no.RoleNotForGroups, "GRP-9"):
            add(partner.ann, partner.home, partner.services, partner.ned.email, role)
    change(partner.ann, partner.home, partner.services, partner.serv, STANDARD_USER)
    assert roles_in(partner.home, partner.services, partner.serv) == {partner.lent, SUPPORT, STANDARD_USER}
    change(partner.ann, partner.home, partner.services, partner.serv)
    assert roles_in(partner.home, partner.services, partner.serv) == {partner.lent, SUPPORT}


@pytest.mark.parametrize("email", ["new@example.com", "nobody@example.com", "", "x" * 300])
def test_grp_10_only_somebody_who_has_signed_in_is_added(email: str, partner: Partner) -> None:
    """Somebody who has never signed in and somebody nobody knows are refused alike, and nobody is made."""
    somebody("new@example.com", signed_in=False)
    with refused(no.NeverSignedIn, "GRP-10") as caught:
        add(partner.ann, partner.home, partner.services, email, SUPPORT)
    assert set(caught[0].details()) == {"email"}


def test_grp_10_the_first_sign_in_opens_the_way_and_names_are_ignored(partner: Partner) -> None:
    """Signed in once is enough; the names of the request change nobody's."""
    who = somebody("New@Example.com", signed_in=False)
    own_details.note_signed_in(person=who.row, at=AT)
    more = {"first_name": "Other", "last_name": "Name"}
    assert add(partner.ann, partner.home, partner.services, " new@example.COM ", SUPPORT, **more) == who.id
    assert (who.row.first_name, who.row.last_name) == ("", "")
    assert way(who, partner.abc) == ("group", {SUPPORT})


def test_grp_11_adding_tells_unless_it_shall_not(
    partner: Partner, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """A notification e-mail, unless `notify` says no; a refused addition sends none."""
    with django_capture_on_commit_callbacks(execute=True):
        add(partner.ann, partner.home, partner.services, partner.ned.email, SUPPORT)
        add(partner.ann, partner.home, partner.services, somebody().email, SUPPORT, notify=False)
        with pytest.raises(no.Refused):
            add(partner.ann, partner.home, partner.services, partner.ned.email, SUPPORT)
    [message] = mail.outbox
    assert message.to == [partner.ned.email]
    assert "Services" in message.subject
    assert "Documentation" in message.subject


def test_grp_12_people_of_groups_are_on_no_users_list(partner: Partner) -> None:
    """Users in Group are independent of the managed account's own list and never appear on it."""
    listed, count = users_page(partner.abc, UserFilters(), AT)
    assert {user.email for user in listed.rows} == {partner.max.email, partner.una.email}
    assert count == 2
    inside, count = group_users_page(group_of(partner.home, partner.services), UserFilters())
    assert [user.email for user in inside.rows] == [partner.serv.email]
    assert count == 1
    with refused(no.UserNotLinked, "USER-6"):
        users.remove_user(actor=partner.max.actor, at=AT, account=partner.abc, user=partner.serv.id)


def test_grp_13_and_scn_7_and_scn_8_direct_access_takes_precedence_completely(partner: Partner) -> None:
    """Group roles are ignored where there is a direct one, even when they are stronger; removed again, they count."""
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=partner.abc, role=None)
    a_user(partner.abc, SUPPORT, email=partner.serv.email)
    assert way(partner.serv, partner.abc) == ("direct", {SUPPORT})
    assert "BUILD" not in can(partner.serv, partner.abc)
    assert way(partner.serv, partner.def_) == ("group", {STANDARD_USER, SUPPORT})
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=partner.abc, role=ADMINISTRATOR)
    users.remove_user(actor=partner.max.actor, at=AT, account=partner.abc, user=partner.serv.id)
    assert way(partner.serv, partner.abc) == ("group", {STANDARD_USER, SUPPORT})


def test_grp_14_and_scn_1_to_3_group_roles_are_the_union_over_all_groups(partner: Partner) -> None:
    """Over all groups that hold both, All Accounts included; where only All Accounts holds both, its roles alone."""
    assert way(partner.serv, partner.abc) == ("group", {STANDARD_USER, SUPPORT})
    assert can(partner.serv, partner.abc) >= {"BUILD", "DEPLOY", "VIEW_DATA"}
    assert way(partner.serv, partner.ghi) == ("group", {SUPPORT})
    assert can(partner.serv, partner.ghi) >= {"EXECUTE", "VIEW_RESULT"}
    assert not can(partner.serv, partner.ghi) & {"BUILD", "DEPLOY"}
    assert way(partner.serv, partner.home) == "no_roles"
    assert way(partner.ned, partner.abc) == "no_roles"


def test_grp_14_a_group_counts_only_for_the_accounts_of_its_own_primary(partner: Partner, rival: Rival) -> None:
    """People of one primary's groups reach nothing of another's, All Accounts included; rows that name an account of
    somebody else open nothing.
    """
    assert way(rival.gus, rival.member) == ("group", {SUPPORT})
    assert way(rival.gus, partner.abc) == "no_roles"
    assert way(partner.serv, rival.member) == "no_roles"
    stray = GroupAccount(account_id=rival.home, group_id=rival.group, member_id=partner.abc)
    GroupAccount.rows.of(rival.home).bulk_create([stray])
    assert way(rival.gus, partner.abc) == "no_roles"
    assert partner.abc not in {row.id for row in accounts_in(group_of(rival.home, rival.group))}


def test_grp_15_and_scn_5_and_scn_6_group_access_is_bounded_by_the_support_access_role(partner: Partner) -> None:
    """Capped in that account only; with no access it is out of reach, and the account's own users notice nothing."""
    accounts.change_support_access_role(actor=partner.max.actor, at=AT, account=partner.abc, role=SUPPORT)
    assert not can(partner.serv, partner.abc) & {"BUILD", "DEPLOY"}
    assert can(partner.serv, partner.def_) >= {"BUILD", "DEPLOY"}
    accounts.change_support_access_role(actor=partner.max.actor, at=AT, account=partner.abc, role=None)
    assert way(partner.serv, partner.abc) == "no_outside_access"
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER})
    assert way(partner.serv, partner.def_) == ("group", {STANDARD_USER, SUPPORT})


def test_grp_16_an_account_added_later_is_reached_at_once(partner: Partner) -> None:
    """By the group's people, with the next request; logged in the primary, an entry an account."""
    assert way(partner.serv, partner.ghi) == ("group", {SUPPORT})
    other = a_member(partner.home, "Doc JKL")
    with watched() as written:
        join(partner.ann, partner.home, partner.services, partner.ghi, other)
    for account in (partner.ghi, other):
        assert way(partner.serv, account) == ("group", {STANDARD_USER, SUPPORT})
    found = written.entries.pop(partner.home)
    assert written.entries == {}
    assert [words(entry) for entry in found] == [("as.accountgroup.account", "ADD", "NONE")] * 2
    assert {entry.container for entry in found} == {partner.ghi, other}
    assert all(changes(entry) == {"group": (None, "Services")} for entry in found)


def test_grp_16_many_accounts_join_and_leave_at_once(partner: Partner) -> None:
    """However many are picked: one act, an entry each, and each is reached."""
    many = [AccountId(f"many{n:04}-AAAAAA") for n in range(1_100)]
    Account.rows.of("").bulk_create(
        Account(id=key, name=key, name_key=key, primary_id=partner.home, support_access_role_id=ADMINISTRATOR)
        for key in many
    )
    revisions.open_scopes(many)
    refresh_statistics(Account)
    join(partner.ann, partner.home, partner.services, *many)
    assert accounts_page(group_of(partner.home, partner.services))[1] == 1_102
    assert way(partner.serv, many[-1]) == ("group", {STANDARD_USER, SUPPORT})
    leave(partner.ann, partner.home, partner.services, *many)
    assert way(partner.serv, many[-1]) == ("group", {SUPPORT})
    assert sum(words(entry)[1] == "DELETE" for entry in entries(partner.home)) == 1_100


def test_grp_17_and_scn_9_an_account_that_leaves_is_reached_no_more_by_that_group(partner: Partner) -> None:
    """Group access through that group ends; what another group gives stays."""
    change(partner.ann, partner.home, partner.everybody, partner.serv, SUPPORT)
    add(partner.ann, partner.home, partner.services, partner.ned.email, STANDARD_USER)
    with watched() as written:
        leave(partner.ann, partner.home, partner.services, partner.def_)
    assert way(partner.serv, partner.def_) == ("group", {SUPPORT})
    assert way(partner.ned, partner.def_) == "no_roles"
    assert way(partner.ned, partner.abc) == ("group", {STANDARD_USER})
    entry = written.only(partner.home)
    assert words(entry) == ("as.accountgroup.account", "DELETE", "NONE")
    assert (entry.container, entry.reason, changes(entry)) == (partner.def_, "because", {"group": ("Services", None)})


def test_grp_18_a_user_who_leaves_reaches_nothing_through_that_group(partner: Partner) -> None:
    """That path ends for all its accounts; other groups go on. Logged with the roles that went."""
    with watched() as written:
        dismiss(partner.ann, partner.home, partner.services, partner.serv)
    assert way(partner.serv, partner.abc) == ("group", {SUPPORT})
    dismiss(partner.ann, partner.home, partner.everybody, partner.serv)
    assert {way(partner.serv, account) for account in (partner.abc, partner.def_, partner.ghi)} == {"no_roles"}
    entry = written.only(partner.home)
    assert words(entry) == ("as.accountgroup.user", "DELETE", "NONE")
    assert changes(entry) == {"group": ("Services", None), "roles": (["Standard User"], [])}
    assert not GroupUser.rows.of(partner.home).filter(user_id=partner.serv.id).exists()


def test_grp_19_a_deleted_group_takes_its_links_along_and_nothing_else(partner: Partner) -> None:
    """Users, accounts and shares all at once; accounts, users and resources survive, and the name is free."""
    lend(partner.home, partner.services, partner.lent)
    a_user(partner.abc, partner.lent, email=partner.ned.email)
    with watched() as written:
        remove(partner.ann, partner.home, partner.services)
    for model in (GroupAccount, GroupUser, GroupUserRole, Share):
        assert not model.rows.of(partner.home).filter(group_id=partner.services).exists()
    assert way(partner.serv, partner.abc) == ("group", {SUPPORT})
    assert way(partner.ned, partner.abc) == "no_roles"
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER})
    assert facts_of(partner.abc).shared_roles() == ()
    assert partner.lent in facts_of(partner.home).roles
    entry = written.only(partner.home)
    assert (words(entry), entry.container) == (("as.accountgroup", "DELETE", "NONE"), "Services")
    with refused(no.GroupNotFound, "GRP-1"):
        remove(partner.ann, partner.home, partner.services)
    create(partner.ann, partner.home, "Services")


def test_grp_20_nothing_is_in_a_group_twice(partner: Partner) -> None:
    """An account, a user or a resource appears at most once; adding it again changes nothing and reports a conflict.
    Taking out what is not there does so too.
    """
    lend(partner.home, partner.services, partner.lent)
    twice: tuple[Callable[[], object], ...] = (
        lambda: join(partner.ann, partner.home, partner.services, partner.ghi, partner.abc),
        lambda: add(partner.ann, partner.home, partner.services, partner.serv.email, SUPPORT),
        lambda: lend(partner.home, partner.services, partner.lent),
    )
    for act in twice:
        with refused(no.AlreadyInGroup, "GRP-20"):
            act()
    missing: tuple[Callable[[], object], ...] = (
        lambda: leave(partner.ann, partner.home, partner.services, partner.abc, partner.ghi),
        lambda: dismiss(partner.ann, partner.home, partner.services, partner.ned),
        lambda: change(partner.ann, partner.home, partner.services, partner.ned, SUPPORT),
    )
    for act in missing:
        with refused(no.NotInGroup, "GRP-20"):
            act()


def test_grp_21_which_groups_hold_an_account_and_who_reaches_it_through_which(partner: Partner) -> None:
    """Account Group Membership lists the groups, Assigned Users person, group and role, in the order of addresses."""
    held = groups_with_account(partner.home, partner.abc)
    assert [group.name for group in held] == ["All Accounts", "Services"]
    assert [group.name for group in groups_with_account(partner.home, partner.ghi)] == ["All Accounts"]
    add(partner.ann, partner.home, partner.services, partner.ned.email, partner.lent)
    assert list(group_grants_reaching(partner.abc, partner.home)) == [
        ("ned@example.com", "Services", "Lent"),
        ("serv@example.com", "All Accounts", "Support"),
        ("serv@example.com", "Services", "Standard User"),
    ]
    assert list(group_grants_reaching(partner.ghi, partner.home)) == [("serv@example.com", "All Accounts", "Support")]


def test_grp_22_which_groups_a_user_is_in(partner: Partner, rival: Rival) -> None:
    """View All Account Groups lists this primary's groups of the person, and no other primary's."""
    enlist(rival.home, rival.group, partner.serv, SUPPORT)
    assert [group.name for group in groups_with_user(partner.home, partner.serv.id)] == ["All Accounts", "Services"]
    assert groups_with_user(partner.home, partner.ned.id) == ()
    assert [group.name for group in groups_with_user(rival.home, partner.serv.id)] == ["Services"]


def test_grp_23_only_accounts_of_this_primary_that_are_not_in_the_group_are_offered(
    partner: Partner, rival: Rival
) -> None:
    """By search over name and id; for All Accounts there is nothing to choose."""
    services = group_of(partner.home, partner.services)
    jkl = a_member(partner.home, "Doc JKL Company")
    gone = a_member(partner.home, "Doc Gone")
    accounts.delete_account(actor=OPERATOR, at=AT, account=gone)
    offered, count = choosable_accounts(services)
    assert ([row.id for row in offered], count) == ([partner.ghi, jkl], 2)
    assert [row.id for row in choosable_accounts(services, "JKL doc")[0]] == [jkl]
    assert [row.id for row in choosable_accounts(services, partner.ghi[-6:].lower())[0]] == [partner.ghi]
    assert choosable_accounts(services, "%")[1] == 0
    assert choosable_accounts(group_of(partner.home, partner.everybody)) == ((), 0)
    answers = []
    for account in (rival.member, rival.home, gone, an_account("Plain"), AccountId("unknown")):
        with refused(no.NotManagedHere, "GRP-23") as caught:
            join(partner.ann, partner.home, partner.services, partner.ghi, account)
        answers.append(caught[0].message.replace(account, "…"))
    assert len(set(answers)) == 1
    assert not members_among(services, frozenset({partner.ghi}))


# ---- nobody confers what they do not hold --------------------------------------------------------------------------


def test_user_13_nobody_gives_in_a_group_what_they_do_not_hold(partner: Partner) -> None:
    """What newly given group roles carry, inheritance included, the giver carries in the primary."""
    low = group_manager(partner.home, "EXECUTE", "VIEW_RESULT")
    strong = a_role(partner.home, "Strong", "EXECUTE", parent=PRODUCTION_SUPPORT)
    enlist(partner.home, partner.services, partner.ned, partner.lent)
    newcomer = somebody()
    for role in (ADMINISTRATOR, STANDARD_USER, SUPPORT, strong):
        with refused(no.NotYoursToGive, "USER-13"):
            add(low, partner.home, partner.services, newcomer.email, role)
        with refused(no.NotYoursToGive, "USER-13"):
            change(low, partner.home, partner.services, partner.ned, partner.lent, role)
    add(low, partner.home, partner.services, newcomer.email, partner.lent)
    change(low, partner.home, partner.services, partner.serv, STANDARD_USER, partner.lent)
    assert roles_in(partner.home, partner.services, partner.serv) == {STANDARD_USER, partner.lent}
    change(low, partner.home, partner.services, partner.serv, partner.lent)
    with refused(no.NotYoursToGive, "USER-13"):
        change(low, partner.home, partner.services, partner.serv, STANDARD_USER)


def test_user_13_what_is_held_later_or_elsewhere_gives_nothing_to_build_on(partner: Partner) -> None:
    """A role that begins later gives nothing yet, and roles in another group give nothing here: what covers them must
    be the giver's own.
    """
    low = group_manager(partner.home, "EXECUTE", "VIEW_RESULT")
    twin = a_role(partner.home, "Twin", "DEPLOY", "EXECUTE")
    hold_in_group(partner.home, partner.services, partner.ned, twin, starts=AT + DAY)
    copy = a_role(partner.home, "Copy", "DEPLOY")
    with refused(no.NotYoursToGive, "USER-13"):
        change(low, partner.home, partner.services, partner.ned, twin, copy)
    enlist(partner.home, partner.everybody, partner.ned, twin)
    with refused(no.NotYoursToGive, "USER-13"):
        change(low, partner.home, partner.services, partner.ned, twin, copy)
    hold_in_group(partner.home, partner.services, partner.ned, twin)
    change(low, partner.home, partner.services, partner.ned, twin, copy)


# ---- primaries and the accounts they manage ------------------------------------------------------------------------


def test_acc_6_nothing_is_inherited_by_managing_an_account(partner: Partner) -> None:
    """The only path from a primary's users into a managed account is group access; not even its Administrator has any
    other, and a managed account's users have none into the primary.
    """
    assert way(partner.ann, partner.abc) == "no_roles"
    assert way(partner.max, partner.home) == "no_roles"
    assert way(partner.max, partner.def_) == "no_roles"
    with refused(no.NotAPrimary, "ACC-6"):
        accounts.create_managed_account(
            actor=partner.max.actor, at=AT, primary=partner.abc, name="Grandchild", trial_ends=AT + DAY
        )
    with refused(no.NotAPrimary, "ACC-6"):
        accounts.switch_feature(actor=OPERATOR, at=AT, account=partner.abc, feature=Feature.ACCOUNT_GROUPS, on=True)


def test_acc_5_an_account_that_manages_others_keeps_account_groups(partner: Partner) -> None:
    """As long as one of them is not deleted."""
    off: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": partner.home, "feature": Feature.ACCOUNT_GROUPS}
    with refused(no.StillManages, "ACC-5"):
        accounts.switch_feature(**off, on=False)
    for member in (partner.abc, partner.def_, partner.ghi):
        accounts.delete_account(actor=OPERATOR, at=AT, account=member)
    accounts.switch_feature(**off, on=False)


def test_acc_13_a_suspended_primary_cannot_be_entered_and_goes_on_giving(partner: Partner) -> None:
    """Its shares and its users' group access stay in force; lifting the suspension restores everything."""
    lend(partner.home, partner.services, partner.lent)
    a_user(partner.abc, partner.lent, email=partner.ned.email)
    _token(partner.serv, partner.abc)
    before = {key: (way(partner.serv, key), way(partner.ned, key)) for key in (partner.abc, partner.ghi)}
    accounts.suspend_account(actor=OPERATOR, at=AT, account=partner.home)
    assert way(partner.ann, partner.home) == "account_not_available"
    for account, ways in before.items():
        assert (way(partner.serv, account), way(partner.ned, account)) == ways
    assert {role.id for role in facts_of(partner.abc).shared_roles()} == {partner.lent}
    users.add_user_role(actor=partner.max.actor, at=AT, account=partner.abc, user=partner.una.email, role=partner.lent)
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=partner.home)
    assert way(partner.ann, partner.home) == ("direct", {ADMINISTRATOR})
    assert _live_tokens(partner.serv) == {partner.abc}


def test_acc_13_a_suspended_managed_account_lets_nobody_in_and_loses_nothing(partner: Partner) -> None:
    """Neither direct users nor group users; memberships, shares, assignments and tokens are there afterwards."""
    lend(partner.home, partner.services, partner.lent)
    a_user(partner.abc, partner.lent, email=partner.ned.email)
    _token(partner.serv, partner.abc)
    before = way(partner.serv, partner.abc), way(partner.ned, partner.abc), way(partner.una, partner.abc)
    accounts.suspend_account(actor=OPERATOR, at=AT, account=partner.abc)
    assert {way(who, partner.abc) for who in (partner.serv, partner.ned, partner.una)} == {"account_not_available"}
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=partner.abc)
    assert (way(partner.serv, partner.abc), way(partner.ned, partner.abc), way(partner.una, partner.abc)) == before
    assert _live_tokens(partner.serv) == {partner.abc}


def test_acc_14_and_grp_19_deleting_a_primary_deletes_all_its_groups(partner: Partner, rival: Rival) -> None:
    """Soft for the account itself: its customers live on, without the groups' people and shares. An entry a group."""
    lend(partner.home, partner.everybody, partner.lent)
    a_user(partner.abc, partner.lent, email=partner.ned.email)
    with watched() as written:
        accounts.delete_account(actor=OPERATOR, at=AT, account=partner.home)
    for account in (partner.abc, partner.def_, partner.ghi):
        assert way(partner.serv, account) == "no_roles"
        assert facts_of(account).shared_roles() == ()
    assert way(partner.ned, partner.abc) == "no_roles"
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER})
    for model in (GroupAccount, GroupUser, GroupUserRole, Share):
        assert not model.rows.of(partner.home).exists()
    assert way(rival.gus, rival.member) == ("group", {SUPPORT})
    found = [(words(entry), entry.container) for entry in written.entries[partner.home]]
    assert (("as.accountgroup", "DELETE", "NONE"), "Services") in found
    assert (("account", "DELETE", "NONE"), "Documentation") in found
    assert len(found) == 2


def test_acc_14_and_grp_17_deleting_a_managed_account_takes_it_out_of_every_group(partner: Partner) -> None:
    """Out of those it was put into and out of All Accounts; logged in the primary, and the others stay."""
    lend(partner.home, partner.everybody, partner.lent)
    a_user(partner.abc, partner.lent, email=partner.ned.email)
    with watched() as written:
        accounts.delete_account(actor=OPERATOR, at=AT, account=partner.abc)
    for group in (partner.services, partner.everybody):
        assert partner.abc not in {row.id for row in accounts_in(group_of(partner.home, group))}
    assert not GroupAccount.rows.of(partner.home).filter(member_id=partner.abc).exists()
    assert way(partner.serv, partner.abc) == "account_not_available"
    assert way(partner.serv, partner.def_) == ("group", {STANDARD_USER, SUPPORT})
    [entry] = written.entries[partner.home]
    assert (words(entry), entry.container) == (("as.accountgroup.account", "DELETE", "NONE"), partner.abc)
    assert [words(entry) for entry in written.entries[partner.abc]] == [("account", "DELETE", "NONE")]


# ---- people of groups who change -----------------------------------------------------------------------------------


def test_lock_7_somebody_locked_is_shut_out_of_every_account_at_once(partner: Partner) -> None:
    """Also out of accounts reached through groups alone; unlocked, everything is as it was."""
    for locked, found in ((True, "user_locked"), (False, ("group", {STANDARD_USER, SUPPORT}))):
        way(partner.serv, partner.abc)
        users.set_lock(actor=OPERATOR, at=AT, user=partner.serv.email, locked=locked)
        assert way(partner.serv, partner.abc) == found


def test_user_15_another_address_reaches_what_the_old_one_did(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changing the e-mail changes the user ID in every account and group."""
    monkeypatch.setattr(type(partner.serv.row), "check_password", lambda *_: True)
    old = partner.serv
    assert way(old, partner.abc) == ("group", {STANDARD_USER, SUPPORT})
    own_details.change_own_email(
        actor=old.actor, at=AT, password="x", email="Served@example.com", again="Served@example.com"
    )
    new = Somebody(old.id, "served@example.com")
    assert way(new, partner.abc) == ("group", {STANDARD_USER, SUPPORT})
    assert way(old, partner.abc) == "unknown_user"
    dismiss(partner.ann, partner.home, partner.services, new)
    assert way(new, partner.abc) == ("group", {SUPPORT})


def test_grp_14_a_person_of_groups_is_known_by_the_hosts_id_as_well(partner: Partner) -> None:
    """The host application's own id of a person finds the same access as the e-mail address."""
    who = somebody("ext@example.com", external_id="host-4711")
    enlist(partner.home, partner.services, who, SUPPORT)
    by_id = ENGINE.access(user="host-4711", account=partner.abc, at=AT)
    assert by_id == access(who, partner.abc)
    assert way(who, partner.abc) == ("group", {SUPPORT})


def test_grp_2_a_group_that_took_the_name_before_is_no_obstacle() -> None:
    """All Accounts is what the system marks, not what a name says."""
    account = an_account("Odd", AUS)
    row = AccountGroup(id="odd", account_id=account, name="All Accounts", name_key="all accounts")
    AccountGroup.rows.of(account).bulk_create([row])
    accounts.switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.ACCOUNT_GROUPS, on=True)
    assert AccountGroup.rows.of(account).get(everywhere=True).name != "All Accounts"
    assert all_accounts(account) != "odd"


@pytest.mark.parametrize("status", [Status.TRIAL, Status.UNLIMITED])
def test_acc_4_group_access_holds_in_every_status_that_allows_entry(status: Status, partner: Partner) -> None:
    """Trial, active and unlimited allow entry; a trial that is over does not."""
    accounts.change_account_status(actor=OPERATOR, at=AT, account=partner.abc, status=status)
    assert way(partner.serv, partner.abc) == ("group", {STANDARD_USER, SUPPORT})


def test_acc_12_a_trial_that_is_over_is_closed_to_group_users_too(partner: Partner) -> None:
    """To the tick, without anybody's doing."""
    xyz = accounts.create_managed_account(
        actor=OPERATOR, at=AT, primary=partner.home, name="Doc XYZ", trial_ends=AT + timedelta(hours=1)
    )
    assert way(partner.serv, xyz, AT + timedelta(hours=1) - TICK) == ("group", {SUPPORT})
    assert way(partner.serv, xyz, AT + timedelta(hours=1)) == "account_not_available"


def _token(who: Somebody, account: AccountId) -> None:
    """A token, as a load or an earlier right made it: neither feature nor privilege is asked for here."""
    token = UserToken(
        account_id=account, user_id=who.id, name=f"for {account}", digest=f"{who.id} {account}", created_at=AT
    )
    UserToken.rows.of(account).bulk_create([token])


def _live_tokens(who: Somebody) -> set[str]:
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(user_id=who.id).exclude(status="revoked")
    return set(rows.values_list("account_id", flat=True))
