"""Chapter ACC against the tables: making accounts, their members, features and status; and the Support Access Role."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.accounts.queries import existing_account
from tenantry.decisions.engine import ENGINE
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Denied
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, Instant, RoleId, Status
from tenantry.store import revisions
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    STANDARD_USER,
    SUPPORT,
    TICK,
    Somebody,
    a_role,
    a_user,
    an_account,
    changes,
    entries,
    everything,
    refused,
    watched,
    words,
)

pytestmark = pytest.mark.usefixtures("db")

GROUPS = AUS | {Feature.ACCOUNT_GROUPS}


@pytest.fixture
def here(db: None) -> AccountId:
    """An account that can manage others."""
    return an_account("Here", GROUPS)


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR, email="ann@example.com")


@pytest.fixture
def bob(here: AccountId) -> Somebody:
    """A Standard User of it."""
    return a_user(here, STANDARD_USER, email="bob@example.com")


def manage(
    who: Somebody, primary: AccountId, name: str = "Child", ends: Instant = AT + timedelta(days=30)
) -> AccountId:
    """Make a managed account."""
    return accounts.create_managed_account(
        actor=who.actor, at=AT, primary=primary, name=name, trial_ends=ends, reason="because"
    )


def support_access(who: Somebody, account: AccountId, role: str | None) -> None:
    """Choose the Support Access Role."""
    accounts.change_support_access_role(
        actor=who.actor, at=AT, account=account, role=None if role is None else RoleId(role), reason="because"
    )


def stored(account: AccountId) -> Account:
    """The row."""
    return Account.rows.of(account).get()


# ---- making --------------------------------------------------------------------------------------------------------


def test_acc_1_and_acc_2_the_operator_makes_an_account(db: None) -> None:
    """With an id of the pattern, its features, active, and Administrator as Support Access Role (SUP-3)."""
    with watched() as written:
        made = accounts.create_account(
            actor=OPERATOR, at=AT, name=" Doc ABC Company ", features=GROUPS, reason="because"
        )
    assert re.fullmatch(r"docabccompany-[A-Z0-9]{6}", made)
    row = existing_account(made)
    assert (row.name, row.primary, row.features, row.status) == ("Doc ABC Company", None, GROUPS, Status.ACTIVE)
    assert row.trial_ends is None
    entry = written.only(made)
    assert words(entry) == ("account", "ADD", "NONE")
    assert (entry.container, entry.reason) == ("Doc ABC Company", "because")
    assert changes(entry) == {"name": (None, "Doc ABC Company")}


def test_sup_3_a_new_accounts_support_access_role_is_administrator(here: AccountId, ann: Somebody) -> None:
    """The default value for a new account, its own or managed."""
    assert existing_account(here).support_access == "ADMINISTRATOR"
    assert existing_account(manage(ann, here)).support_access == "ADMINISTRATOR"


def test_acc_3_names_need_not_be_unique(db: None) -> None:
    """Two accounts of one name have two ids."""
    assert an_account("Twin") != an_account("Twin")


@pytest.mark.parametrize("name", ["", " \t", "x" * 256])
def test_acc_3_bad_names_are_refused(name: str, here: AccountId, ann: Somebody) -> None:
    """Required, 255 characters: when made by the operator, by a primary, and when renamed."""
    for act in (
        lambda: accounts.create_account(actor=OPERATOR, at=AT, name=name),
        lambda: manage(ann, here, name),
        lambda: accounts.rename_account(actor=ann.actor, at=AT, account=here, name=name),
        lambda: accounts.save_account_information(
            actor=ann.actor, at=AT, account=here, name=name, support_access_role=None
        ),
    ):
        with refused(no.AccountNameInvalid, "ACC-3"):
            act()


def test_acc_3_the_longest_name_fits(here: AccountId, ann: Somebody) -> None:
    """255 characters, whatever their case folds to; the id gives way."""
    made = accounts.create_account(actor=OPERATOR, at=AT, name="ΐ" * 255)
    assert len(made) <= 255
    accounts.rename_account(actor=ann.actor, at=AT, account=here, name="ΐ" * 255)
    assert stored(here).name == "ΐ" * 255


def test_acc_7_a_primary_makes_a_managed_trial(here: AccountId, ann: Somebody) -> None:
    """With a name and a trial expiration at most 90 days ahead."""
    ends = AT + timedelta(days=90)
    with watched() as written:
        made = manage(ann, here, "Doc GHI", ends)
    row = existing_account(made)
    assert (row.name, row.primary, row.status, row.trial_ends) == ("Doc GHI", here, Status.TRIAL, ends)
    assert row.features == frozenset()
    entry = written.only(made)
    assert changes(entry) == {"name": (None, "Doc GHI"), "primary": (None, here)}
    assert (entry.user, entry.reason) == ("ann@example.com", "because")
    assert written.raised == {here: 1}


@pytest.mark.parametrize("ends", [AT, AT - TICK, AT + timedelta(days=90) + TICK])
def test_acc_7_a_trial_ends_ahead_and_within_90_days(ends: Instant, here: AccountId, ann: Somebody) -> None:
    """Otherwise nothing is made."""
    with refused(no.TrialEndInvalid, "ACC-7"):
        manage(ann, here, ends=ends)


def test_acc_7_managing_accounts_needs_account_administration(here: AccountId, bob: Somebody) -> None:
    """In the primary, and nowhere else."""
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        manage(bob, here)
    other = a_user(an_account("Other", GROUPS), ADMINISTRATOR)
    with refused(no.NoRoles, "ENTRY-1"):
        manage(other, here)


def test_acc_5_an_account_without_account_groups_manages_nobody(db: None) -> None:
    """It is no primary."""
    plain = an_account("Plain")
    admin = a_user(plain, ADMINISTRATOR)
    with refused(no.NotAPrimary, "ACC-6"):
        manage(admin, plain)


def test_acc_6_a_managed_account_manages_nobody(here: AccountId, ann: Somebody) -> None:
    """A primary is never itself managed."""
    child = manage(ann, here)
    Account.rows.of(child).update(features=["account_groups"])
    admin = a_user(child, ADMINISTRATOR)
    with refused(no.NotAPrimary, "ACC-6"):
        manage(admin, child)


def test_acc_6_a_managed_account_never_becomes_a_primary(here: AccountId, ann: Somebody) -> None:
    """A primary is never itself managed, so the feature that makes a primary is refused."""
    child = manage(ann, here)
    with refused(no.NotAPrimary, "ACC-6"):
        accounts.switch_feature(actor=OPERATOR, at=AT, account=child, feature=Feature.ACCOUNT_GROUPS, on=True)


def test_acc_6_a_primarys_users_have_no_access_to_what_it_manages(here: AccountId, ann: Somebody) -> None:
    """Nothing is inherited by being above an account."""
    answer = ENGINE.access(user=ann.email, account=manage(ann, here), at=AT)
    assert isinstance(answer, Denied)
    assert isinstance(answer.refusal, no.NoRoles)


def test_acc_12_a_trial_shuts_by_itself(here: AccountId, ann: Somebody) -> None:
    """From its expiration on it counts as suspended, with nothing written."""
    child = manage(ann, here, ends=AT + timedelta(days=1))
    who = a_user(child, ADMINISTRATOR)
    before = everything()
    assert isinstance(ENGINE.access(user=who.email, account=child, at=AT + timedelta(days=1) - TICK), Access)
    answer = ENGINE.access(user=who.email, account=child, at=AT + timedelta(days=1))
    assert isinstance(answer, Denied)
    assert answer.refusal == no.AccountNotAvailable(account=child, status="suspended")
    assert everything() == before


# ---- members -------------------------------------------------------------------------------------------------------


def test_acc_3_a_new_name_and_the_same_id(here: AccountId, ann: Somebody) -> None:
    """The Account Name is editable by holders of Account Administration; the id never changes (ACC-2)."""
    with watched() as written:
        accounts.rename_account(actor=ann.actor, at=AT, account=here, name=" New Name ", reason="because")
    assert (stored(here).id, stored(here).name, stored(here).name_key) == (here, "New Name", "new name")
    entry = written.only(here)
    assert words(entry) == ("account", "EDIT", "NONE")
    assert changes(entry) == {"name": ("Here", "New Name")}
    assert (entry.container, entry.user, entry.reason) == ("New Name", "ann@example.com", "because")
    assert written.raised == {here: 1}


def test_acc_3_and_sup_8_members_need_account_administration(here: AccountId, bob: Somebody) -> None:
    """Account Administration in that very account."""
    other = a_user(an_account("Other"), ADMINISTRATOR)
    acts: tuple[Callable[[Somebody], object], ...] = (
        lambda who: accounts.rename_account(actor=who.actor, at=AT, account=here, name="X"),
        lambda who: support_access(who, here, None),
        lambda who: accounts.save_account_information(
            actor=who.actor, at=AT, account=here, name="X", support_access_role=None
        ),
        lambda who: accounts.switch_feature(
            actor=who.actor, at=AT, account=here, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True
        ),
    )
    for who, kind, rule in ((bob, no.PrivilegeNotHeld, "ROLE-11"), (other, no.NoRoles, "ENTRY-1")):
        for act in acts:
            with refused(kind, rule):
                act(who)


def test_acc_2_an_unknown_account_has_no_members(ann: Somebody) -> None:
    """By every command about accounts, for the operator too."""
    nowhere = AccountId("nowhere-ABCDEF")
    for act in (
        lambda: accounts.rename_account(actor=OPERATOR, at=AT, account=nowhere, name="X"),
        lambda: support_access(ann, nowhere, None),
        lambda: manage(ann, nowhere),
        lambda: accounts.suspend_account(actor=OPERATOR, at=AT, account=nowhere),
        lambda: accounts.switch_feature(actor=OPERATOR, at=AT, account=nowhere, feature=Feature.DATA_HUB, on=True),
    ):
        with refused(no.UnknownAccount, "ACC-2"):
            act()


def test_acc_3_both_members_of_the_page_or_neither(here: AccountId, ann: Somebody) -> None:
    """Account Information saves the name and the Support Access Role together."""
    with watched() as written:
        accounts.save_account_information(actor=ann.actor, at=AT, account=here, name="New", support_access_role=SUPPORT)
    assert [words(entry) for entry in written.entries[here]] == [
        ("account", "EDIT", "NONE"),
        ("as.account.access", "EDIT", "NONE"),
    ]
    assert (stored(here).name, stored(here).support_access_role_id) == ("New", "SUPPORT")


# ---- features ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feature", list(Feature))
def test_acc_9_who_switches_which_feature(feature: Feature, here: AccountId, ann: Somebody) -> None:
    """Licensed flags are set by the operator; Advanced Environment Access by the account's administrator too."""
    was = feature in existing_account(here).features
    if feature is Feature.ADVANCED_ENVIRONMENT_ACCESS:
        accounts.switch_feature(actor=ann.actor, at=AT, account=here, feature=feature, on=not was)
    else:
        with refused(no.FeatureNotYours, "ACC-9"):
            accounts.switch_feature(actor=ann.actor, at=AT, account=here, feature=feature, on=not was)
        accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=feature, on=not was)
    assert (feature in existing_account(here).features) is not was


def test_acc_9_a_switch_is_logged_with_its_feature(here: AccountId) -> None:
    """On and off, each with the value before."""
    for on in (True, False):
        with watched() as written:
            accounts.switch_feature(
                actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=on, reason="because"
            )
        entry = written.only(here)
        assert words(entry) == ("account", "EDIT", "NONE")
        assert changes(entry) == {"Data Hub": (not on, on)}
        assert entry.reason == "because"
        assert written.raised == {here: 1}


def test_priv_5_switching_a_feature_off_makes_privileges_inert_at_once(here: AccountId, ann: Somebody) -> None:
    """And on again alive, whatever role carries them."""

    def can() -> bool:
        return ENGINE.decide(user=ann.email, privilege="MDM_VIEW_DATA", account=here, at=AT).allowed

    seen = [can()]
    for on in (True, False):
        accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=on)
        seen.append(can())
    assert seen == [False, True, False]


# ---- status --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        accounts.suspend_account,
        accounts.reactivate_account,
        accounts.delete_account,
        partial(accounts.change_account_status, status=Status.ACTIVE),
        partial(accounts.change_account_status, status=Status.UNLIMITED),
    ],
    ids=["suspend", "reactivate", "delete", "to what it is", "to another"],
)
def test_acc_4_the_status_is_the_operators(act: object, here: AccountId, ann: Somebody) -> None:
    """Not even an Administrator suspends, reactivates or deletes."""
    with refused(no.OperatorOnly, "ACC-9"):
        act(actor=ann.actor, at=AT, account=here)  # type: ignore[operator]
    with refused(no.OperatorOnly, "ACC-9"):
        accounts.create_account(actor=ann.actor, at=AT, name="Mine")


def test_acc_13_suspension_keeps_everything_and_is_lifted(here: AccountId, ann: Somebody, bob: Somebody) -> None:
    """Nobody gets in meanwhile; afterwards everything is as it was."""

    def world() -> dict[str, object]:
        tables = everything()
        return {name: rows for name, rows in tables.items() if name not in {"Entry", "Revision"}}

    before = world()
    with watched() as written:
        accounts.suspend_account(actor=OPERATOR, at=AT, account=here, reason="unpaid")
    assert changes(written.only(here)) == {"status": ("active", "suspended")}
    for who in (ann, bob):
        answer = ENGINE.access(user=who.email, account=here, at=AT)
        assert isinstance(answer, Denied)
        assert answer.refusal == no.AccountNotAvailable(account=here, status="suspended")
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=here)
    assert world() == before
    assert isinstance(ENGINE.access(user=bob.email, account=here, at=AT), Access)


@pytest.mark.parametrize("status", [Status.TRIAL, Status.UNLIMITED])
def test_acc_13_lifting_a_suspension_restores_the_status_there_was(status: Status, here: AccountId) -> None:
    """A trial goes on being a trial, which ends; an unlimited account is unlimited again."""
    Account.rows.of(here).update(status=status, trial_ends=AT + timedelta(days=9))
    accounts.suspend_account(actor=OPERATOR, at=AT, account=here)
    accounts.suspend_account(actor=OPERATOR, at=AT, account=here)
    assert existing_account(here).status is Status.SUSPENDED
    with watched() as written:
        accounts.reactivate_account(actor=OPERATOR, at=AT, account=here)
    assert existing_account(here).status is status
    assert changes(written.only(here)) == {"status": ("suspended", status.value)}


@pytest.mark.parametrize("status", [Status.TRIAL, Status.ACTIVE, Status.UNLIMITED])
def test_acc_13_where_nothing_is_suspended_nothing_is_lifted(status: Status, here: AccountId) -> None:
    """A trial that goes on and an unlimited account stay what they are, and nothing is written."""
    Account.rows.of(here).update(status=status, trial_ends=AT + TICK)
    before = everything()
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=here)
    assert everything() == before


def test_acc_12_a_trial_that_has_run_out_is_lifted_to_active(here: AccountId, ann: Somebody) -> None:
    """It counts as suspended, so lifting must let people in."""
    Account.rows.of(here).update(status=Status.TRIAL, trial_ends=AT)
    revisions.raise_revisions([here])
    assert isinstance(ENGINE.access(user=ann.email, account=here, at=AT), Denied)
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=here)
    assert existing_account(here).status is Status.ACTIVE
    assert isinstance(ENGINE.access(user=ann.email, account=here, at=AT), Access)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.DELETED])
@pytest.mark.parametrize("before", [s for s in Status if s is not Status.DELETED])
def test_acc_4_the_operator_gives_any_status(before: Status, status: Status, here: AccountId, ann: Somebody) -> None:
    """From any to any, at once, logged with both; the same again is nothing."""
    Account.rows.of(here).update(status=before)
    revisions.raise_revisions([here])
    with watched() as written:
        accounts.change_account_status(actor=OPERATOR, at=AT, account=here, status=status, reason="because")
    assert existing_account(here).status is status
    assert isinstance(ENGINE.access(user=ann.email, account=here, at=AT), Access) is (status is not Status.SUSPENDED)
    if before is status:
        assert (written.entries, written.raised) == ({}, {})
    else:
        entry = written.only(here)
        assert words(entry) == ("account", "EDIT", "NONE")
        assert (changes(entry), entry.reason) == ({"status": (before.value, status.value)}, "because")
        assert written.raised == {here: 1}


def test_acc_13_a_status_given_meanwhile_is_the_one_that_counts(here: AccountId) -> None:
    """What a suspension remembers ends with it: nobody is put back to a status of long ago."""
    Account.rows.of(here).update(status=Status.UNLIMITED)
    for status in (Status.SUSPENDED, Status.ACTIVE, Status.SUSPENDED):
        accounts.change_account_status(actor=OPERATOR, at=AT, account=here, status=status)
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=here)
    assert existing_account(here).status is Status.ACTIVE


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.SUSPENDED])
def test_acc_14_an_account_is_deleted_from_any_status_by_its_status(status: Status, here: AccountId) -> None:
    """Giving the status is deleting: its own entry, and final."""
    accounts.change_account_status(actor=OPERATOR, at=AT, account=here, status=status)
    with watched() as written:
        accounts.change_account_status(actor=OPERATOR, at=AT, account=here, status=Status.DELETED)
    assert words(written.only(here)) == ("account", "DELETE", "NONE")
    for after in Status:
        with refused(no.AccountDeleted, "ACC-14"):
            accounts.change_account_status(actor=OPERATOR, at=AT, account=here, status=after)


def test_acc_14_deletion_is_soft_and_final(here: AccountId, ann: Somebody) -> None:
    """The rows stay, nobody gets in, and no command changes the account any more."""
    with watched() as written:
        accounts.delete_account(actor=OPERATOR, at=AT, account=here, reason="closed")
    assert words(written.only(here)) == ("account", "DELETE", "NONE")
    assert changes(written.only(here)) == {"status": ("active", "deleted")}
    assert stored(here).name == "Here"
    assert isinstance(ENGINE.access(user=ann.email, account=here, at=AT), Denied)
    acts: tuple[Callable[[], object], ...] = (
        lambda: accounts.rename_account(actor=OPERATOR, at=AT, account=here, name="X"),
        lambda: accounts.change_support_access_role(actor=OPERATOR, at=AT, account=here, role=None),
        lambda: accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=True),
        lambda: accounts.reactivate_account(actor=OPERATOR, at=AT, account=here),
        lambda: accounts.suspend_account(actor=OPERATOR, at=AT, account=here),
        lambda: accounts.delete_account(actor=OPERATOR, at=AT, account=here),
    )
    for act in acts:
        with refused(no.AccountDeleted, "ACC-14"):
            act()
    with refused(no.AccountDeleted, "ACC-14"):
        accounts.create_managed_account(
            actor=OPERATOR, at=AT, primary=here, name="Child", trial_ends=AT + timedelta(days=1)
        )


# ---- the Support Access Role ---------------------------------------------------------------------------------------


def test_sup_8_choosing_the_support_access_role(here: AccountId, ann: Somebody) -> None:
    """Acts on the next request, and writes an entry of its own type."""
    own = a_role(here, "Own", "EXECUTE")
    staff = a_user(an_account("Vendor"), STANDARD_USER, email="staff@example.com")
    type(staff.row).objects.filter(pk=staff.id).update(staff=True)

    def seen() -> object:
        access = ENGINE.access(user=staff.email, account=here, at=AT)
        return access.roles if isinstance(access, Access) else access.refusal.code

    assert seen() == ("ADMINISTRATOR",)
    for role, label, before, then in (
        (SUPPORT, "Support", "Administrator", ("SUPPORT",)),
        (own, "Own", "Support", (own,)),
        (None, "--No Access--", "Own", "no_outside_access"),
        (ADMINISTRATOR, "Administrator", "--No Access--", ("ADMINISTRATOR",)),
    ):
        with watched() as written:
            support_access(ann, here, role)
        entry = written.only(here)
        assert words(entry) == ("as.account.access", "EDIT", "NONE")
        assert changes(entry) == {"support_access_role": (before, label)}
        assert (entry.reason, entry.container) == ("because", "Here")
        assert written.raised == {here: 1}
        assert seen() == then


def test_sup_1_only_what_is_offered_can_be_chosen(here: AccountId, ann: Somebody) -> None:
    """Not another account's role, not one that does not exist."""
    for role in (a_role(an_account("Other"), "Theirs"), "unknown", "MDM_ADMINISTRATOR", ""):
        with refused(no.SupportAccessNotOffered, "SUP-1"):
            support_access(ann, here, role)


def test_sup_2_without_advanced_user_security_two_can_be_chosen(here: AccountId, ann: Somebody) -> None:
    """Administrator and Standard User, beside "--No Access--"."""
    own = a_role(here, "Own")
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    for role in (own, SUPPORT, "PRODUCTION_SUPPORT"):
        with refused(no.SupportAccessNotOffered, "SUP-1"):
            support_access(ann, here, role)
    for choice in (STANDARD_USER, None, ADMINISTRATOR):
        support_access(ann, here, choice)


def test_user_13_nobody_lets_outsiders_do_what_they_may_not(here: AccountId, ann: Somebody) -> None:
    """The Support Access Role is given to staff and raises the cap: it confers what it carries beyond the old one."""
    low = a_user(here, a_role(here, "Accountant", "ACCOUNT_ADMIN", "EXECUTE"))
    small, big = a_role(here, "Small", "EXECUTE"), a_role(here, "Big", "EXECUTE", "API")
    support_access(low, here, small)
    with refused(no.NotYoursToGive, "USER-13"):
        support_access(low, here, big)
    with refused(no.NotYoursToGive, "USER-13"):
        accounts.save_account_information(actor=low.actor, at=AT, account=here, name="Here", support_access_role=big)
    support_access(ann, here, big)
    support_access(low, here, small)
    support_access(low, here, None)
    with refused(no.NotYoursToGive, "USER-13"):
        support_access(low, here, ADMINISTRATOR)


def test_aud_1_a_new_accounts_log_begins_with_its_making(here: AccountId) -> None:
    """Nothing of an account is older than that."""
    assert words(entries(here)[0]) == ("account", "ADD", "NONE")
