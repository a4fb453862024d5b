"""Chapter SHARE, 12.1 and 12.2, against the tables: sharing custom roles, and what the end of a share leaves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.decisions.engine import ENGINE, Engine, subject_in
from tenantry.decisions.explanation import explain
from tenantry.decisions.guard import facts_of
from tenantry.estate.invariants import foreign_grants
from tenantry.groups import commands as groups
from tenantry.jobs import commands as jobs
from tenantry.jobs.kinds import Job
from tenantry.roles import commands as roles
from tenantry.roles.models import Role
from tenantry.roles.queries import assignable_roles, custom_roles
from tenantry.rules import refusals as no
from tenantry.rules.accounts import support_access_choices
from tenantry.rules.answers import Denied
from tenantry.rules.decide import access_of
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RoleId, Status
from tenantry.sharing import commands as sharing, ends
from tenantry.sharing.kinds import SOURCES
from tenantry.sharing.models import Share
from tenantry.sharing.queries import groups_sharing
from tenantry.store import revisions
from tenantry.store.bulk import refresh_statistics
from tenantry.store.crossings import Crossing
from tenantry.tokens.models import UserToken
from tenantry.users import commands as users
from tenantry.users.models import AccountUser, User, UserRole
from tenantry.users.queries import UserFilters, grants_of, holders_of, users_page
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    DAY,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_role,
    a_user,
    all_accounts,
    an_account,
    changes,
    enlist,
    entries,
    everything,
    finish_share_ends,
    held_by,
    hold,
    hold_in_group,
    lend,
    refused,
    share_ends,
    somebody,
    watched,
    withdraw,
    words,
)
from tests.store.outside import as_if_outside
from tests.store.partners import Partner, Rival, can, way

pytestmark = pytest.mark.usefixtures("db")


def share(who: Somebody, account: AccountId, group: GroupId, *roles: RoleId, kind: Kind = Kind.ROLE) -> None:
    """Share roles with a group."""
    sharing.share(
        actor=who.actor,
        at=AT,
        account=account,
        group=group,
        kind=kind,
        resources=frozenset(roles),
        reason="because",
    )


def unshare(who: Somebody, account: AccountId, group: GroupId, role: RoleId, kind: Kind = Kind.ROLE) -> None:
    """Withdraw a role from a group."""
    sharing.withdraw(actor=who.actor, at=AT, account=account, group=group, kind=kind, resource=role, reason="because")


def give(account: AccountId, who: Somebody, role: RoleId) -> None:
    """One more role for somebody, by the operator."""
    users.add_user_role(actor=OPERATOR, at=AT, account=account, user=who.email, role=role, notify=False)


def offered(account: AccountId) -> set[str]:
    """The roles that the account's dialog offers, those of others among them."""
    row = Account.rows.of(account).get()
    return {choice.id for choice in assignable_roles(facts_of(account), row.feature_set())}


def shared_to(account: AccountId) -> set[str]:
    """The roles that the account receives."""
    return {role.id for role in facts_of(account).shared_roles()}


def without_aus(account: AccountId) -> None:
    """Take Advanced User Security away."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.ADVANCED_USER_SECURITY, on=False)


def finish() -> int:
    """Do what ended shares have left to do."""
    return finish_share_ends()


# ---- who may share what --------------------------------------------------------------------------------------------


def test_share_2_sharing_and_withdrawing_need_account_group_management(partner: Partner) -> None:
    """In the primary: neither a user there, nor an administrator of a customer, nor somebody of a group may."""
    lend(partner.home, partner.services, partner.lent)
    other = a_role(partner.home, "Other")
    low = a_user(partner.home, STANDARD_USER)
    for who, kind, rule in (
        (low, no.PrivilegeNotHeld, "ROLE-11"),
        (partner.max, no.NoRoles, "ENTRY-1"),
        (partner.serv, no.NoRoles, "ENTRY-1"),
    ):
        with refused(kind, rule):
            share(who, partner.home, partner.services, other)
        with refused(kind, rule):
            unshare(who, partner.home, partner.services, partner.lent)
    clerk = a_user(partner.home, a_role(partner.home, "Clerk", "ACCOUNT_GROUP_MANAGEMENT"))
    share(clerk, partner.home, partner.services, other)
    unshare(clerk, partner.home, partner.services, other)


@pytest.mark.parametrize(
    ("kind", "needed"), [(Kind.PROCESS, "PROCESS_LIBRARY"), (Kind.INTEGRATION_PACK, "INTEGRATION_PACK")]
)
def test_share_2_a_process_and_a_pack_need_their_own_privilege_as_well(
    kind: Kind, needed: str, partner: Partner
) -> None:
    """Account Group Management alone does not do; nor does it for withdrawing."""
    clerk = a_user(partner.home, a_role(partner.home, "Clerk", "ACCOUNT_GROUP_MANAGEMENT"))
    for act in (share, unshare):
        with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
            act(clerk, partner.home, partner.services, RoleId("anything"), kind=kind)
        assert caught[0].details()["privilege"] == needed


def test_share_2_only_the_primarys_own_resources_are_shared(partner: Partner, rival: Rival) -> None:
    """A member's role, another primary's and one that does not exist are refused alike, also to the operator; a
    received role is not shared onward, since a managed account has no groups.
    """
    own = a_role(partner.abc, "Own")
    answers = set()
    for role in (own, rival.role, RoleId("unknown")):
        for who in (partner.ann, _Operator):
            with refused(no.ResourceNotYours, "SHARE-2") as caught:
                share(who, partner.home, partner.services, partner.lent, role)
            answers.add(caught[0])
    assert answers == {no.ResourceNotYours()}
    lend(partner.home, partner.services, partner.lent)
    for account in (partner.abc, an_account("Plain")):
        with refused(no.FeatureMissing, "GRP-1"):
            share(_Operator, account, partner.services, partner.lent)
    with refused(no.GroupNotFound, "GRP-1"):
        share(_Operator, rival.home, partner.services, rival.role)


def test_role_1_default_roles_are_not_shared(partner: Partner) -> None:
    """Nobody can edit, delete or share them."""
    for who in (partner.ann, _Operator):
        with refused(no.DefaultRoleFixed, "ROLE-1"):
            share(who, partner.home, partner.services, partner.lent, ADMINISTRATOR)


class _Has:
    actor = OPERATOR


_Operator: Any = _Has()


def test_share_2_kinds_without_resources_have_nothing_to_share(partner: Partner) -> None:
    """Refused as not the primary's own; withdrawing what is not there is refused too."""
    for kind in (Kind.CLOUD, Kind.CONNECTOR):
        with refused(no.ResourceNotYours, "SHARE-2"):
            share(_Operator, partner.home, partner.services, partner.lent, kind=kind)
        with refused(no.NotInGroup, "GRP-20"):
            unshare(_Operator, partner.home, partner.services, partner.lent, kind=kind)


def test_share_3_a_member_sees_the_union_of_its_groups(partner: Partner) -> None:
    """All Accounts included; two shares of one role count once, and it stays until the last one ends."""
    second = a_role(partner.home, "Second", "API")
    lend(partner.home, partner.services, partner.lent)
    lend(partner.home, partner.everybody, partner.lent, second)
    assert shared_to(partner.abc) == {partner.lent, second}
    assert shared_to(partner.ghi) == {partner.lent, second}
    names = [choice.name for choice in assignable_roles(facts_of(partner.abc), AUS)]
    assert names.count("Lent") == 1
    unshare(partner.ann, partner.home, partner.everybody, partner.lent)
    assert shared_to(partner.abc) == {partner.lent, second}
    assert shared_to(partner.ghi) == {second}
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    assert shared_to(partner.abc) == {second}


def test_share_3_nothing_is_shared_to_accounts_of_another_primary(partner: Partner, rival: Rival) -> None:
    """Not by a group of the same name, nor by a stray row that names an account of somebody else."""
    from tenantry.groups.models import GroupAccount

    assert shared_to(rival.member) == {rival.role}
    assert shared_to(partner.abc) == set()
    stray = GroupAccount(account_id=rival.home, group_id=rival.group, member_id=partner.abc)
    GroupAccount.rows.of(rival.home).bulk_create([stray])
    assert shared_to(partner.abc) == set()
    hold(partner.abc, partner.una, rival.role)
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER})
    assert [grant.role for grant in grants_of(partner.abc, partner.una.id)] == [STANDARD_USER]


def test_share_4_what_can_be_added_is_what_is_not_in_this_group_yet(partner: Partner, rival: Rival) -> None:
    """The owner's custom roles minus those already in this group, by name, any part of which finds them."""
    more = [a_role(partner.home, name) for name in ("beta", "Alpha", "beta two")]
    lend(partner.home, partner.services, partner.lent)
    lend(partner.home, partner.everybody, more[1])
    found, count = SOURCES[Kind.ROLE].assignable(partner.home, "", [partner.lent], 10)
    assert ([one.name for one in found], count) == (["Alpha", "beta", "beta two"], 3)
    found, count = SOURCES[Kind.ROLE].assignable(partner.home, "BET", [partner.lent], 1)
    assert ([one.name for one in found], count) == (["beta"], 2)
    share(partner.ann, partner.home, partner.services, *more)
    assert shared_to(partner.abc) == {partner.lent, *more}


def test_share_6_and_share_10_a_share_acts_at_once_and_is_logged_in_the_primary(partner: Partner) -> None:
    """Visible with the next request; one entry for each role added or removed, with group and kind."""
    other = a_role(partner.home, "Other")
    with watched() as written:
        share(partner.ann, partner.home, partner.services, partner.lent, other)
    assert shared_to(partner.abc) == {partner.lent, other}
    found = written.entries.pop(partner.home)
    assert written.entries == {}
    assert [words(entry) for entry in found] == [("as.accountgroup.resource", "ADD", "NONE")] * 2
    assert {entry.container for entry in found} == {"Lent", "Other"}
    assert {entry.reason for entry in found} == {"because"}
    assert all(changes(entry) == {"group": (None, "Services"), "type": (None, "Role")} for entry in found)
    with watched() as written:
        unshare(partner.ann, partner.home, partner.services, other)
    assert shared_to(partner.abc) == {partner.lent}
    entry = written.only(partner.home)
    assert (words(entry), entry.container) == (("as.accountgroup.resource", "DELETE", "NONE"), "Other")
    assert changes(entry) == {"group": ("Services", None), "type": ("Role", None)}
    with refused(no.NotInGroup, "GRP-20"):
        unshare(partner.ann, partner.home, partner.services, other)


def test_grp_20_all_roles_are_shared_or_none(partner: Partner) -> None:
    """One that is there already lets none in."""
    other = a_role(partner.home, "Other")
    lend(partner.home, partner.services, partner.lent)
    with refused(no.AlreadyInGroup, "GRP-20"):
        share(partner.ann, partner.home, partner.services, other, partner.lent)


# ---- what the customer sees ----------------------------------------------------------------------------------------


def test_share_11_and_share_12_sharing_needs_the_primarys_licence_and_offering_the_members(partner: Partner) -> None:
    """Advanced User Security and Account Groups in the primary to share; in the member to be offered the role."""
    without_aus(partner.def_)
    lend(partner.home, partner.services, partner.lent)
    assert partner.lent in offered(partner.abc)
    assert partner.lent not in offered(partner.def_)
    accounts.switch_feature(
        actor=OPERATOR, at=AT, account=partner.def_, feature=Feature.ADVANCED_USER_SECURITY, on=True
    )
    assert partner.lent in offered(partner.def_)
    other = a_role(partner.home, "Other")
    without_aus(partner.home)
    for who in (partner.ann, _Operator):
        with refused(no.FeatureMissing, "SHARE-11"):
            share(who, partner.home, partner.services, other)
    row = Account.rows.of(partner.home)
    row.update(features=["advanced_user_security"])
    revisions.raise_given([partner.home])
    with refused(no.FeatureMissing, "GRP-1"):
        share(_Operator, partner.home, partner.services, other)


def test_share_12_and_share_13_shared_roles_are_marked_where_they_are_offered(partner: Partner) -> None:
    """After default and own ones, each by name; default roles never carry the mark; names carry no suffix."""
    for name in ("zeta", "Beta"):
        lend(partner.home, partner.services, a_role(partner.home, name))
    a_role(partner.abc, "Own")
    choices = assignable_roles(facts_of(partner.abc), AUS)
    assert [choice.name for choice in choices][-3:] == ["Own", "Beta", "zeta"]
    assert {choice.name for choice in choices if choice.shared} == {"Beta", "zeta"}
    assert not any(choice.name.endswith("(shared)") for choice in choices)
    assert not any(choice.shared for choice in assignable_roles(facts_of(partner.home), AUS))


def test_share_12_and_aud_4_a_customers_administrator_assigns_what_it_receives(partner: Partner) -> None:
    """By all three verbs; logged in the customer's account by who did it, and not in the primary."""
    lend(partner.home, partner.services, partner.lent)
    boss = partner.max.actor
    with watched() as written:
        users.add_user_role(actor=boss, at=AT, account=partner.abc, user=partner.una.email, role=partner.lent)
    entry = written.only(partner.abc)
    assert (entry.user, changes(entry)) == (
        partner.max.email,
        {"roles": (["Standard User"], ["Lent", "Standard User"])},
    )
    users.change_user_roles(actor=boss, at=AT, account=partner.abc, user=partner.una.id, roles={partner.lent})
    assert way(partner.una, partner.abc) == ("direct", {partner.lent})
    added = users.add_user(
        actor=boss,
        at=AT,
        account=partner.abc,
        email="fresh@example.com",
        first_name="F",
        last_name="R",
        roles={partner.lent},
        notify=False,
    )
    users.add_user_role(actor=boss, at=AT, account=partner.abc, user="fresh@example.com", role=SUPPORT)
    users.remove_user_role(actor=boss, at=AT, account=partner.abc, user=added.user, role=partner.lent)
    assert held_by(partner.abc, Somebody(added.user, added.email)) == {SUPPORT}


def test_share_12_what_is_not_received_is_not_assigned(partner: Partner, rival: Rival) -> None:
    """Not shared, shared with others only, another primary's, and none at all: refused alike, to the operator too."""
    lend(partner.home, a_group(partner.home, "Elsewhere", members=[partner.ghi]), partner.lent)
    unshared = a_role(partner.home, "Unshared")
    for role in (partner.lent, unshared, rival.role, RoleId("unknown")):
        for actor in (partner.max.actor, OPERATOR):
            with refused(no.RoleNotAssignable, "ROLE-20"):
                users.add_user_role(actor=actor, at=AT, account=partner.abc, user=partner.una.email, role=role)
            with refused(no.RoleNotAssignable, "ROLE-20"):
                users.change_user_roles(
                    actor=actor, at=AT, account=partner.abc, user=partner.una.id, roles={STANDARD_USER, role}
                )


def test_user_13_a_shared_role_is_conferred_like_any_other(partner: Partner) -> None:
    """What it resolves to in its owner's account, the giver must hold: who manages users and no more gives it not."""
    strong = a_role(partner.home, "Strong", "EXECUTE", parent=SUPPORT)
    lend(partner.home, partner.services, strong, partner.lent)
    low = a_user(partner.abc, a_role(partner.abc, "Low", "USER_MANAGEMENT", "EXECUTE", "VIEW_RESULT"))
    with refused(no.NotYoursToGive, "USER-13"):
        users.add_user_role(actor=low.actor, at=AT, account=partner.abc, user=low.email, role=strong)
    users.add_user_role(actor=low.actor, at=AT, account=partner.abc, user=low.email, role=partner.lent)


def test_share_14_and_scn_19_places_that_leave_shared_roles_out(partner: Partner) -> None:
    """The Support Access Role, Inherits Role, the list of custom roles, group roles: not offered, and not accepted."""
    lend(partner.home, partner.services, partner.lent)
    facts = facts_of(partner.abc)
    assert partner.lent not in support_access_choices(AUS, facts.own_roles())
    assert [role.name for role in custom_roles(partner.abc)] == []
    for actor in (partner.max.actor, OPERATOR):
        with refused(no.SupportAccessNotOffered, "SUP-1"):
            accounts.change_support_access_role(actor=actor, at=AT, account=partner.abc, role=partner.lent)
        with refused(no.ParentNotAvailable, "ROLE-7"):
            roles.create_role(actor=actor, at=AT, account=partner.abc, name="Heir", parent=partner.lent)
    with refused(no.RoleNotFound, "ROLE-20"):
        roles.edit_role(actor=partner.max.actor, at=AT, account=partner.abc, role=partner.lent, name="Mine")
    with refused(no.RoleNotFound, "ROLE-20"):
        roles.remove_role(actor=partner.max.actor, at=AT, account=partner.abc, role=partner.lent)


def test_share_15_and_scn_31_the_primary_loses_its_licence(partner: Partner) -> None:
    """Shares and assignments stay, members go on assigning, nothing further is shared, shares can be withdrawn."""
    lend(partner.home, partner.services, partner.lent)
    other = a_role(partner.home, "Other", "EXECUTE")
    give(partner.abc, partner.una, partner.lent)
    without_aus(partner.home)
    assert partner.lent in held_by(partner.abc, partner.una)
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER, partner.lent})
    users.add_user_role(actor=partner.max.actor, at=AT, account=partner.abc, user=partner.max.email, role=partner.lent)
    with refused(no.FeatureMissing, "SHARE-11"):
        share(partner.ann, partner.home, partner.services, other)
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER})


def test_share_15_and_scn_32_to_34_the_customer_loses_its_licence(partner: Partner) -> None:
    """Assignments stay effective and survive the dialog, the role is not newly given, until the licence returns."""
    lend(partner.home, partner.services, partner.lent)
    users.change_user_roles(actor=OPERATOR, at=AT, account=partner.abc, user=partner.una.id, roles={partner.lent})
    without_aus(partner.abc)
    assert way(partner.una, partner.abc) == ("direct", {partner.lent})
    with refused(no.RoleNotAssignable, "ROLE-20"):
        users.add_user_role(
            actor=partner.max.actor, at=AT, account=partner.abc, user=partner.max.email, role=partner.lent
        )
    users.change_user_roles(
        actor=partner.max.actor, at=AT, account=partner.abc, user=partner.una.id, roles={STANDARD_USER}
    )
    assert held_by(partner.abc, partner.una) == {partner.lent, STANDARD_USER}
    users.remove_user_role(actor=partner.max.actor, at=AT, account=partner.abc, user=partner.una.id, role=partner.lent)
    accounts.switch_feature(actor=OPERATOR, at=AT, account=partner.abc, feature=Feature.ADVANCED_USER_SECURITY, on=True)
    give(partner.abc, partner.una, partner.lent)
    assert held_by(partner.abc, partner.una) == {partner.lent, STANDARD_USER}


def test_share_16_a_shared_role_carries_what_it_resolves_to_in_its_owners_account(partner: Partner) -> None:
    """Inherited privileges included, be the parent shared or not; minus those whose feature the member lacks."""
    for account in (partner.home, partner.def_):
        accounts.switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.DATA_HUB, on=True)
    parent = a_role(partner.home, "Parent", "VIEW_DATA", "MDM_EDIT_MODELS", parent=SUPPORT)
    heir = a_role(partner.home, "Heir", "EXECUTE", parent=parent)
    lend(partner.home, partner.services, heir)
    in_abc, in_def = a_user(partner.abc, heir), a_user(partner.def_, heir)
    everywhere = {"ASSURE", "DEVELOPER", "EXECUTE", "LICENSING", "VIEW_DATA", "VIEW_RESULT"}
    assert can(in_abc, partner.abc) == everywhere
    assert can(in_def, partner.def_) == everywhere | {"MDM_EDIT_MODELS", "MDM_VIEW_MODELS"}


def test_share_17_and_scn_20_and_scn_21_an_edit_reaches_every_holder_at_once(partner: Partner) -> None:
    """Of the role, and of its parent in the primary, in all accounts."""
    parent = a_role(partner.home, "Parent", "API")
    heir = a_role(partner.home, "Heir", "EXECUTE", parent=parent)
    lend(partner.home, partner.services, heir)
    holders = [(a_user(account, heir), account) for account in (partner.abc, partner.def_)]
    assert [can(who, account) for who, account in holders] == [{"API", "EXECUTE"}] * 2
    roles.edit_role(actor=partner.ann.actor, at=AT, account=partner.home, role=parent, privileges=["DEPLOY"])
    assert [can(who, account) for who, account in holders] == [{"DEPLOY", "EXECUTE"}] * 2
    roles.edit_role(actor=partner.ann.actor, at=AT, account=partner.home, role=heir, parent=None, privileges=["API"])
    assert [can(who, account) for who, account in holders] == [{"API"}] * 2


def test_share_22_and_scn_37_equal_names_are_two_roles(partner: Partner) -> None:
    """A shared role and a local one may have equal names; only ids matter."""
    mine = a_role(partner.abc, "Lent", "API")
    lend(partner.home, partner.services, partner.lent)
    assert [choice.name for choice in assignable_roles(facts_of(partner.abc), AUS)].count("Lent") == 2
    give(partner.abc, partner.una, partner.lent)
    assert held_by(partner.abc, partner.una) == {STANDARD_USER, partner.lent}
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    give(partner.abc, partner.una, mine)
    finish()
    assert held_by(partner.abc, partner.una) == {STANDARD_USER, mine}


# ---- the end of a share --------------------------------------------------------------------------------------------


def _the_primary_is_deleted(partner: Partner) -> None:
    accounts.delete_account(actor=OPERATOR, at=AT, account=partner.home)


def _the_account_leaves(partner: Partner) -> None:
    groups.remove_accounts_from_group(
        actor=partner.ann.actor, at=AT, account=partner.home, group=partner.services, members={partner.abc}
    )


def _the_group_goes(partner: Partner) -> None:
    groups.remove_group(actor=partner.ann.actor, at=AT, account=partner.home, group=partner.services)


def _the_share_goes(partner: Partner) -> None:
    unshare(partner.ann, partner.home, partner.services, partner.lent)


ENDS: dict[str, tuple[Callable[[Partner], None], str]] = {
    "the share is removed": (_the_share_goes, "the role was withdrawn from the account group Services"),
    "the account leaves": (_the_account_leaves, "the account left the account group Services"),
    "the group is deleted": (_the_group_goes, "the account group Services was deleted"),
    "the owner is deleted": (_the_primary_is_deleted, "the account group Services was deleted"),
}
"""How a share ends, and what the log of the customer says about the loss."""


def _lent_to_una(partner: Partner) -> None:
    """`una` holds the shared role beside another one, `ned` nothing else; somebody in `def_` holds it as well."""
    lend(partner.home, partner.services, partner.lent)
    give(partner.abc, partner.una, partner.lent)
    give(partner.abc, partner.ned, partner.lent)
    give(partner.def_, partner.dee, partner.lent)


@pytest.mark.parametrize("how", ENDS)
def test_share_8_and_share_18_and_share_19_the_end_of_a_share(how: str, partner: Partner) -> None:
    """Holders lose the role at once and with it the account, if it was all they held; the assignments are deleted, not
    parked, each with an entry in its own account that names the cause (AUD-4). The people stay on the list (USER-12).
    """
    end, cause = ENDS[how]
    _lent_to_una(partner)
    end(partner)
    assert way(partner.una, partner.abc) == ("direct", {STANDARD_USER})
    assert way(partner.ned, partner.abc) == "no_roles"
    assert [grant.role for grant in grants_of(partner.abc, partner.ned.id)] == []
    affected = {partner.abc} if how == "the account leaves" else {partner.abc, partner.def_}
    assert way(partner.dee, partner.def_) == (
        "direct",
        {ADMINISTRATOR} if partner.def_ in affected else {ADMINISTRATOR, partner.lent},
    )
    with watched() as written:
        finish()
    assert held_by(partner.abc, partner.una) == {STANDARD_USER}
    assert held_by(partner.abc, partner.ned) == set()
    assert (partner.lent in held_by(partner.def_, partner.dee)) is (partner.def_ not in affected)
    assert set(written.entries) == affected
    lost = {entry.container: entry for entry in written.entries[partner.abc]}
    assert set(lost) == {partner.una.email, partner.ned.email}
    for entry in lost.values():
        assert words(entry) == ("user", "UPDATE", "ROLE")
        assert (entry.source, entry.message) == ("INTERNAL", f"Lent was lost: {cause}")
        assert changes(entry) == {"ROLE_NAME": ("Lent", None)}
    listed, _ = users_page(partner.abc, UserFilters(show="without_roles"), AT)
    assert [user.email for user in listed.rows] == [partner.ned.email]
    assert finish() == 0


@pytest.mark.parametrize("how", [how for how in ENDS if how != "the owner is deleted"])
def test_share_8_and_scn_24_accounts_with_another_share_keep_the_role(how: str, partner: Partner) -> None:
    """The end acts only for accounts that have no other share of the resource."""
    _lent_to_una(partner)
    lend(partner.home, a_group(partner.home, "Second", members=[partner.abc]), partner.lent)
    ENDS[how][0](partner)
    finish()
    assert way(partner.ned, partner.abc) == ("direct", {partner.lent})
    assert (partner.lent in held_by(partner.def_, partner.dee)) is (how == "the account leaves")


def test_share_19_and_scn_23_who_is_in_a_group_falls_back_to_it(partner: Partner) -> None:
    """Group access counts again as soon as no direct role is left (EFF-1), under the cap, and locks nobody (LOCK-8)."""
    lend(partner.home, partner.services, partner.lent)
    give(partner.abc, partner.serv, partner.lent)
    assert way(partner.serv, partner.abc) == ("direct", {partner.lent})
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    for _ in (True, finish()):
        assert way(partner.serv, partner.abc) == ("group", {STANDARD_USER, SUPPORT})
    assert not partner.serv.row.locked


def test_share_18_a_deleted_customer_holds_nothing_of_what_it_received(partner: Partner) -> None:
    """Deleting it counts as taking it out of every group, All Accounts included: what it received is deleted there."""
    lend(partner.home, partner.everybody, partner.lent)
    give(partner.abc, partner.ned, partner.lent)
    give(partner.def_, partner.ned, partner.lent)
    accounts.delete_account(actor=OPERATOR, at=AT, account=partner.abc)
    assert holders_of(partner.lent, AT) == {partner.def_: 1}
    finish()
    assert held_by(partner.abc, partner.ned) == set()
    assert held_by(partner.def_, partner.ned) == {partner.lent}


def test_tok_10_losing_a_shared_role_revokes_no_token(partner: Partner) -> None:
    """Losing roles only does not revoke: the token waits, without a right, for the day the role is given again."""
    _lent_to_una(partner)
    token = UserToken(account_id=partner.abc, user_id=partner.ned.id, name="t", digest="d", created_at=AT)
    UserToken.rows.of(partner.abc).bulk_create([token])
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    finish()
    assert UserToken.rows.of(partner.abc).get().status == "enabled"


# ---- what an ended share left never comes back ---------------------------------------------------------------------


def _share_again(partner: Partner) -> None:
    lend(partner.home, partner.services, partner.lent)


def _share_with_everybody(partner: Partner) -> None:
    lend(partner.home, partner.everybody, partner.lent)


def _share_by_a_new_group(partner: Partner) -> None:
    group = a_group(partner.home, "Another", members=[partner.abc, partner.def_])
    lend(partner.home, group, partner.lent)


def _join_again(partner: Partner) -> None:
    groups.add_accounts_to_group(
        actor=OPERATOR, at=AT, account=partner.home, group=partner.services, members={partner.abc}
    )


def _join_another(partner: Partner) -> None:
    group = a_group(partner.home, "Another", shares=[partner.lent])
    groups.add_accounts_to_group(actor=OPERATOR, at=AT, account=partner.home, group=group, members={partner.abc})


AGAIN: dict[str, Callable[[Partner], None]] = {
    "the share is removed, and made again": _share_again,
    "the share is removed, and made for everybody": _share_with_everybody,
    "the share is removed, and another group shares": _share_by_a_new_group,
    "the account leaves, and joins again": _join_again,
    "the account leaves, and joins another group": _join_another,
    "the account leaves, and the role is shared with everybody": _share_with_everybody,
    "the account leaves, and another group shares": _share_by_a_new_group,
    "the group is deleted, and another group shares": _share_by_a_new_group,
    "the group is deleted, and the role is shared with everybody": _share_with_everybody,
}
"""How a share ends and begins again."""


class KeptFacts:
    """An engine that keeps facts from one question to the next, as one does that is not inside a transaction."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._engine = Engine()
        self._monkeypatch = monkeypatch

    def way(self, who: Somebody, account: AccountId) -> tuple[str, set[str]] | str:
        """How somebody is in an account, by facts kept as long as their stamps are current."""
        with self._monkeypatch.context() as patched:
            as_if_outside(patched)
            found = self._engine.access(user=who.email, account=account, at=AT)
        return found.refusal.code if isinstance(found, Denied) else (found.via.value, set(found.roles))


@pytest.mark.parametrize("finished", [0, 1, 1_000], ids=["not yet deleted", "half deleted", "deleted"])
@pytest.mark.parametrize("story", AGAIN)
def test_share_18_and_scn_25_what_an_ended_share_left_never_comes_back(
    story: str, finished: int, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the share begins again, and whether the assignments were deleted meanwhile or not: nobody gets it back;
    it is merely assignable. Not with facts kept from before either. Each loss is logged once.
    """
    monkeypatch.setattr(ends, "PORTION", 1)
    kept = KeptFacts(monkeypatch)
    how, _, _ = story.partition(",")
    _lent_to_una(partner)

    def losses() -> int:
        return sum(entry.message.startswith("Lent was lost") for entry in entries(partner.abc))

    def both(who: Somebody) -> tuple[str, set[str]] | str:
        assert kept.way(who, partner.abc) == way(who, partner.abc)
        return way(who, partner.abc)

    assert both(partner.ned) == ("direct", {partner.lent})
    ENDS[how][0](partner)
    assert both(partner.ned) == "no_roles"
    for _ in range(finished):
        if not finish_share_ends(1):
            break
        assert both(partner.ned) == "no_roles"
    AGAIN[story](partner)
    assert partner.lent in shared_to(partner.abc)
    assert both(partner.ned) == "no_roles"
    assert both(partner.una) == ("direct", {STANDARD_USER})
    assert held_by(partner.abc, partner.ned) == set()
    assert losses() == 2
    finish()
    assert losses() == 2
    give(partner.abc, partner.ned, partner.lent)
    assert both(partner.ned) == ("direct", {partner.lent})
    finish()
    assert both(partner.ned) == ("direct", {partner.lent})


def test_share_18_what_ends_late_takes_nothing_that_was_given_anew(partner: Partner) -> None:
    """The deletion that an old end left to do, done after the role was shared and given again, takes only what is
    lost: the end is of a share, not of an assignment.
    """
    _lent_to_una(partner)
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    lend(partner.home, partner.services, partner.lent)
    give(partner.abc, partner.ned, partner.lent)
    assert len(share_ends(partner.home)) == 1
    finish()
    assert way(partner.ned, partner.abc) == ("direct", {partner.lent})
    assert len(share_ends(partner.home)) == 0


# ---- few rows now, the rest in portions ----------------------------------------------------------------------------


def _many_holders(partner: Partner, accounts_: int, holders: int) -> GroupId:
    """A group of so many accounts, in each of which so many people hold the role `lent`."""
    made = []
    for n in range(accounts_):
        key = AccountId(f"crowd{accounts_}-{n:03}")
        made.append(
            Account(id=key, name=key, name_key=key, primary_id=partner.home, support_access_role_id=ADMINISTRATOR)
        )
    Account.rows.of("").bulk_create(made)
    revisions.open_scopes([row.id for row in made])
    group = a_group(partner.home, f"Crowd {accounts_}", members=[AccountId(row.id) for row in made])
    lend(partner.home, group, partner.lent)
    people = User.objects.bulk_create(
        User(email=f"h{accounts_}-{n}@x", email_key=f"h{accounts_}-{n}@x", signed_in=True) for n in range(holders)
    )
    pairs = [(row.id, person.pk) for row in made for person in people]
    AccountUser.rows.of("").bulk_create(AccountUser(account_id=a, user_id=p) for a, p in pairs)
    UserRole.rows.of("").bulk_create(UserRole(account_id=a, user_id=p, role_id=partner.lent) for a, p in pairs)
    refresh_statistics(Account, User, AccountUser, UserRole)
    return group


@contextmanager
def cost() -> Iterator[dict[str, int]]:
    """How many statements something takes, and how many rows differ in the tables afterwards."""
    before = everything()
    found: dict[str, int] = {}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        yield found
    after = everything()
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    found["statements"] = len(queries)
    found["writes"] = len(writes)
    found["rows"] = sum(len(set(after[table]) ^ set(before[table])) for table in after)


@pytest.mark.parametrize("act", ["withdraw", "remove_group"])
def test_share_18_withdrawing_writes_the_same_few_rows_whatever_the_number_of_accounts_and_holders(
    act: str, partner: Partner
) -> None:
    """One account with one holder, or thirty with forty each: the same statements, and as many rows."""
    found = []
    for accounts_, holders in ((1, 1), (30, 40)):
        group = _many_holders(partner, accounts_, holders)
        rows = GroupId(group)
        with cost() as taken:
            if act == "withdraw":
                withdraw(partner.home, rows, partner.lent)
            else:
                groups.remove_group(actor=OPERATOR, at=AT, account=partner.home, group=rows)
        found.append((taken["statements"], taken["writes"], taken["rows"] - (accounts_ if act != "withdraw" else 0)))
    assert found[0] == found[1]
    assert found[0][2] <= 10


def _remains(partner: Partner) -> int:
    rows = UserRole.rows.across(Crossing.SHARE_ENDS).filter(role_id=partner.lent)
    return rows.count()


def _answers(partner: Partner, people: list[Somebody]) -> list[object]:
    """Everything that anybody could be told about these people in these two accounts."""
    found: list[object] = []
    for account in (partner.abc, partner.def_):
        facts = ENGINE.snapshot(account)
        assert facts is not None
        for who in people:
            key, stranger = subject_in(facts, who.email)
            found += [access_of(facts, key, AT, stranger), grants_of(account, who.id)]
        for who in (people[1], people[3]):
            found.append(explain(user=who.email, privilege="EXECUTE", account=account, at=AT))
        for show in ("all", "without_roles"):
            page, count = users_page(account, UserFilters(show=show), AT)
            found += [page.rows, count]
        found.append(offered(account))
    found += [holders_of(partner.lent, AT), groups_sharing(partner.home, Kind.ROLE, partner.lent)]
    return found


def _a_crowd(partner: Partner) -> list[Somebody]:
    """Five people in each of two accounts hold the role, the first also as something else, the last in a group too."""
    people = [somebody() for _ in range(5)]
    lend(partner.home, partner.services, partner.lent)
    for account in (partner.abc, partner.def_):
        for who in people:
            give(account, who, partner.lent)
        give(account, people[0], SUPPORT)
        hold(account, people[1], partner.lent, None, AT - DAY)
        hold(account, people[2], partner.lent, AT + DAY)
    enlist(partner.home, partner.services, people[4], STANDARD_USER)
    return people


@pytest.mark.parametrize("interrupted", [0, 1, 3, 5, 6])
def test_share_18_deleting_what_is_left_can_be_interrupted_after_any_portion(
    interrupted: int, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many portions the process dies in the middle of one, and another one goes on: everything is deleted
    exactly once, with one entry each, and no answer differs before, between and after.
    """
    monkeypatch.setattr(ends, "PORTION", 2)
    people = _a_crowd(partner)
    with watched() as written:
        unshare(partner.ann, partner.home, partner.services, partner.lent)
        before = _answers(partner, people)
        assert _remains(partner) == 10
        assert finish_share_ends(interrupted) == min(interrupted, 6)
        assert _remains(partner) == max(10 - 2 * interrupted, 0)
        assert _answers(partner, people) == before
        if share_ends(partner.home):
            _dies_in_the_middle(partner, monkeypatch)
            assert _answers(partner, people) == before
        finish()
        assert _remains(partner) == 0
        assert _answers(partner, people) == before
        assert finish_share_ends() == 0
    lost = [
        (account, entry.container)
        for account, found in written.entries.items()
        for entry in found
        if entry.message.startswith("Lent was lost")
    ]
    assert sorted(lost) == sorted((account, who.email) for account in (partner.abc, partner.def_) for who in people)
    assert share_ends(partner.home) == []


class _Died(RuntimeError):
    """The process is gone."""


def _all_of_it(job: Job) -> None:
    while more := ends.finish_portion(job, AT):
        job = replace(job, details=more)
    raise _Died  # nothing was left to record


def _dies_in_the_middle(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portion that does not come to its end leaves no trace."""
    from django.db import transaction

    from tenantry.users import commands as of_users

    def dies(*_: object, **__: object) -> None:
        raise _Died

    before = everything()
    with monkeypatch.context() as patched:
        patched.setattr(of_users, "record_many", dies)
        with pytest.raises(_Died), transaction.atomic():
            _all_of_it(share_ends(partner.home)[0])
    assert everything() == before


def test_share_18_several_ends_are_finished_one_after_the_other(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which they came, each person losing each role once, for the first cause."""
    monkeypatch.setattr(ends, "PORTION", 2)
    second = a_role(partner.home, "Second", "API")
    people = _a_crowd(partner)
    lend(partner.home, partner.services, second)
    give(partner.abc, people[0], second)
    _the_account_leaves(partner)
    _the_group_goes(partner)
    assert len(share_ends(partner.home)) == 3
    with watched() as written:
        finish()
    causes = {account: {entry.message for entry in found} for account, found in written.entries.items()}
    left, gone = "the account left the account group Services", "the account group Services was deleted"
    assert causes == {
        partner.abc: {f"Lent was lost: {left}", f"Second was lost: {left}"},
        partner.def_: {f"Lent was lost: {gone}"},
    }
    assert {account: len(found) for account, found in written.entries.items()} == {partner.abc: 6, partner.def_: 5}


def test_share_18_assignments_that_stay_are_passed_over_once(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of accounts that still receive the role are looked at, portion by portion, and left: the end comes."""
    monkeypatch.setattr(ends, "PORTION", 2)
    people = _a_crowd(partner)
    lend(partner.home, a_group(partner.home, "Second", members=[partner.abc]), partner.lent)
    a_user(partner.abc, partner.lent, email="before@example.com")
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    assert finish_share_ends(20) == 6
    assert _remains(partner) == len(people) + 1
    assert share_ends(partner.home) == []


def test_share_18_a_portion_that_is_done_again_does_nothing(partner: Partner) -> None:
    """The deletion asks what is lost, not what it was told: doing it again finds nothing, and the job is gone."""
    _lent_to_una(partner)
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    [end] = share_ends(partner.home)
    assert (end.details["role"], end.details["member"], end.due) == (partner.lent, "", AT)
    assert finish() == 1
    before = everything()
    assert ends.finish_portion(end, AT) is None
    assert finish() == 0
    assert everything() == before


def test_share_18_remains_are_told_to_the_operator_only_when_no_job_is_left_for_them(partner: Partner) -> None:
    """One that deletes this role, or every role, in that account, or in every account."""
    _lent_to_una(partner)
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    [end] = share_ends(partner.home)
    jobs.cancel(kind=end.kind, account=partner.home, key=end.key)
    for role, member, told in (
        (partner.lent, "", ""),
        ("", "", ""),
        (partner.lent, partner.abc, "1"),
        ("", partner.abc, "1"),
        (partner.lent, partner.ghi, "3"),
        ("another", "", "3"),
    ):
        details = {**end.details, "role": role, "member": member}
        jobs.schedule(kind=end.kind, account=partner.home, key="k", due=AT, details=details)
        numbers = [finding.what.partition(" ")[0] for finding in foreign_grants()]
        assert "".join(numbers) == told, (role, member)


# ---- removing a role that is or was shared -------------------------------------------------------------------------


def _remove(partner: Partner) -> None:
    roles.remove_role(actor=partner.ann.actor, at=AT, account=partner.home, role=partner.lent)


def test_share_20_and_scn_28_a_shared_role_nobody_holds_is_removed_with_its_shares(partner: Partner) -> None:
    """At once: it disappears from every group and every dialog."""
    lend(partner.home, partner.services, partner.lent)
    lend(partner.home, partner.everybody, partner.lent)
    _remove(partner)
    assert not Share.rows.of(partner.home).exists()
    for account in (partner.abc, partner.def_, partner.ghi):
        assert shared_to(account) == set()
        assert partner.lent not in offered(account)
    with refused(no.RoleNotFound, "ROLE-20"):
        _remove(partner)


def test_role_12_and_share_20_and_share_21_a_role_held_anywhere_stays(partner: Partner) -> None:
    """In a managed account, now or later; the refusal names the number per account and nobody by name."""
    lend(partner.home, partner.services, partner.lent)
    give(partner.abc, partner.una, partner.lent)
    give(partner.abc, partner.ned, partner.lent)
    hold(partner.def_, partner.dee, partner.lent, AT + DAY)
    with refused(no.RoleInUse, "ROLE-12") as caught:
        _remove(partner)
    expected = ", ".join(sorted([f"{partner.abc}: 2", f"{partner.def_}: 1"]))
    assert caught[0].message == f"Lent cannot be removed: it is held by users ({expected})."
    unshare(partner.ann, partner.home, partner.services, partner.lent)
    _remove(partner)
    assert not Role.rows.of(partner.home).filter(id=partner.lent).exists()
    assert _remains(partner) == 0


@pytest.mark.parametrize("finished", [False, True])
def test_role_13_and_scn_29_after_the_share_is_withdrawn_the_role_can_go(partner: Partner, *, finished: bool) -> None:
    """At once, whether what it left was deleted already or not; the loss is logged once in every case, and a new role
    of the same name has nothing to do with it.
    """
    _lent_to_una(partner)
    with watched() as written:
        unshare(partner.ann, partner.home, partner.services, partner.lent)
        if finished:
            finish()
        _remove(partner)
        finish()
    lost = [entry for found in written.entries.values() for entry in found if "was lost" in entry.message]
    assert len(lost) == 3
    assert share_ends(partner.home) == []
    lend(partner.home, partner.services, a_role(partner.home, "Lent", "API"))
    assert way(partner.ned, partner.abc) == "no_roles"


def test_role_12_and_scn_30_a_role_held_in_the_primary_or_in_a_group_stays(partner: Partner) -> None:
    """Directly in the primary, and in account groups, now or later; what is over holds nothing."""
    who = a_user(partner.home, partner.lent, SUPPORT)
    with refused(no.RoleInUse, "ROLE-12"):
        _remove(partner)
    users.remove_user_role(actor=OPERATOR, at=AT, account=partner.home, user=who.id, role=partner.lent)
    enlist(partner.home, partner.services, partner.ned, partner.lent)
    hold_in_group(partner.home, partner.everybody, partner.serv, partner.lent, starts=AT + DAY)
    with refused(no.RoleInUse, "ROLE-12") as caught:
        _remove(partner)
    assert caught[0].message == "Lent cannot be removed: it is held in account groups by 2 users."
    hold_in_group(partner.home, partner.everybody, partner.serv, partner.lent, ends=AT)
    with refused(no.RoleInUse, "ROLE-12") as caught:
        _remove(partner)
    assert "by 1 user." in caught[0].message
    groups.remove_user_from_group(
        actor=OPERATOR, at=AT, account=partner.home, group=partner.services, user=partner.ned.id
    )
    _remove(partner)


def test_role_12_a_grant_that_is_over_in_a_managed_account_holds_nothing(partner: Partner) -> None:
    """It goes with the role."""
    lend(partner.home, partner.services, partner.lent)
    hold(partner.abc, partner.una, partner.lent, None, AT)
    _remove(partner)
    assert held_by(partner.abc, partner.una) == {STANDARD_USER}


def test_share_13_a_managed_account_names_the_role_as_its_owner_does_today(partner: Partner) -> None:
    """Renaming in the primary renames it everywhere at once."""
    lend(partner.home, partner.services, partner.lent)
    give(partner.abc, partner.una, partner.lent)
    roles.edit_role(actor=partner.ann.actor, at=AT, account=partner.home, role=partner.lent, name="Renamed")
    assert [role.name for role in facts_of(partner.abc).shared_roles()] == ["Renamed"]
    decision = ENGINE.decide(user=partner.una.email, privilege="EXECUTE", account=partner.abc, at=AT)
    assert "Renamed" in str(decision)


def test_share_6_a_suspended_customer_keeps_its_shares_and_a_new_one_has_them_at_once(partner: Partner) -> None:
    """Visibility is computed at request time: a new customer sees what All Accounts carries."""
    lend(partner.home, partner.everybody, partner.lent)
    new = a_member(partner.home, "Doc New")
    assert shared_to(new) == {partner.lent}
    accounts.change_account_status(actor=OPERATOR, at=AT, account=new, status=Status.SUSPENDED)
    assert shared_to(new) == {partner.lent}
    assert all_accounts(partner.home) == partner.everybody
