"""Chapter ROLE against the tables: making, editing and removing custom roles, and what is offered."""

from collections.abc import Callable
from typing import Any

import pytest

from tenantry.accounts import commands as accounts
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.guard import facts_of
from tenantry.roles import commands as roles
from tenantry.roles.models import Role
from tenantry.roles.queries import assignable_roles, custom_roles
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.roles import DEFAULT_ROLES
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.store import revisions
from tenantry.users import commands as users
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    DAY,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    an_account,
    changes,
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


def make(who: Somebody, account: AccountId, name: str = "Fresh", *privileges: str, **more: object) -> RoleId:
    """Make a role."""
    return roles.create_role(
        actor=who.actor,
        at=AT,
        account=account,
        name=name,
        privileges=privileges,
        reason="because",
        **more,  # type: ignore[arg-type]
    )


def edit(who: Somebody, account: AccountId, role: RoleId, **members: object) -> None:
    """Edit a role."""
    roles.edit_role(actor=who.actor, at=AT, account=account, role=role, reason="because", **members)  # type: ignore[arg-type]


def remove(who: Somebody, account: AccountId, role: RoleId) -> None:
    """Remove a role."""
    roles.remove_role(actor=who.actor, at=AT, account=account, role=role, reason="because")


def row(account: AccountId, role: RoleId) -> tuple[str, str, str | None, list[str]]:
    """Name, description, parent and privileges as stored."""
    stored = Role.rows.of(account).get(id=role)
    return (stored.name, stored.description, stored.parent_id, stored.privileges)


def privileges_of(account: AccountId, who: Somebody) -> set[str]:
    """What somebody can do there now."""
    access = ENGINE.access(user=who.email, account=account, at=AT)
    facts = ENGINE.snapshot(account)
    assert isinstance(access, Access)
    assert facts is not None
    return set(facts.account.catalogue.names(access.privileges))


def without_aus(account: AccountId) -> None:
    """Take Advanced User Security away."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.ADVANCED_USER_SECURITY, on=False)


# ---- making --------------------------------------------------------------------------------------------------------


def test_role_4_a_role_is_made_of_its_members(here: AccountId, ann: Somebody) -> None:
    """A name, an optional description, at most one parent, any set of privileges; logged with all of them."""
    with watched() as written:
        role = make(ann, here, " Fresh ", "EXECUTE", "BUILD", "API", parent=SUPPORT, description="For the new ones")
    assert row(here, role) == ("Fresh", "For the new ones", "SUPPORT", ["EXECUTE", "BUILD", "API"])
    entry = written.only(here)
    assert words(entry) == ("role", "ADD", "NONE")
    assert (entry.container, entry.user, entry.reason) == ("Fresh", "ann@example.com", "because")
    assert changes(entry) == {
        "ROLE_NAME": (None, "Fresh"),
        "description": (None, "For the new ones"),
        "inherits": (None, "Support"),
        "privileges": ([], ["API", "BUILD", "EXECUTE"]),
    }
    assert written.raised == {here: 1}


def test_role_6_a_role_may_carry_nothing(here: AccountId, ann: Somebody) -> None:
    """No privileges, no parent, no description."""
    assert row(here, make(ann, here, "Tag")) == ("Tag", "", None, [])


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "support", "MDM view only", "R (shared)", " R (shared) "])
def test_role_5_bad_names_are_refused(name: str, here: AccountId, ann: Somebody) -> None:
    """1-255 characters, no default role's name, no shared suffix: when made and when renamed."""
    mine = a_role(here, "Mine")
    with refused(no.RoleNameInvalid, "ROLE-5"):
        make(ann, here, name)
    with refused(no.RoleNameInvalid, "ROLE-5"):
        edit(ann, here, mine, name=name)


def test_role_5_names_are_unique_in_the_account_ignoring_case(here: AccountId, ann: Somebody) -> None:
    """Taken here, free elsewhere; a role may keep its own name in another case."""
    mine, other = a_role(here, "Straße"), a_role(here, "Other")
    for name in ("straße", "STRASSE", " Straße "):
        with refused(no.RoleNameTaken, "ROLE-5"):
            make(ann, here, name)
        with refused(no.RoleNameTaken, "ROLE-5"):
            edit(ann, here, other, name=name)
    edit(ann, here, mine, name="STRASSE")
    assert row(here, mine)[0] == "STRASSE"
    edit(ann, here, mine, name="Aaa")
    assert [role.name for role in custom_roles(here)] == ["Aaa", "Other"]
    make(ann, here, "Straße")
    a_role(an_account("Other"), "Straße")


def test_role_5_the_longest_name_fits_however_its_case_folds(here: AccountId, ann: Somebody) -> None:
    """255 characters of which each folds to three."""
    assert row(here, make(ann, here, "ΐ" * 255))[0] == "ΐ" * 255


def test_role_5_a_name_with_a_zero_character_is_refused_on_every_engine(here: AccountId, ann: Somebody) -> None:
    """PostgreSQL stores no such text, so it must be refused before."""
    with refused(no.RoleNameInvalid, "ROLE-5"):
        make(ann, here, "a\x00b")


def test_role_4_a_description_has_its_limit(here: AccountId, ann: Somebody) -> None:
    """1,000 characters."""
    role = make(ann, here, description="x" * 1000)
    with refused(no.DescriptionTooLong, "ROLE-4"):
        make(ann, here, "Other", description="x" * 1001)
    with refused(no.DescriptionTooLong, "ROLE-4"):
        edit(ann, here, role, description="x" * 1001)


def test_role_7_and_share_14_the_parent_is_a_default_role_or_one_of_the_account(here: AccountId, ann: Somebody) -> None:
    """A role of another account cannot be chosen as parent, nor one that does not exist."""
    own = a_role(here, "Own")
    assert row(here, make(ann, here, "Heir", parent=own))[2] == own
    mine = a_role(here, "Mine")
    for parent in (a_role(an_account("Other"), "Theirs"), RoleId("unknown")):
        with refused(no.ParentNotAvailable, "ROLE-7"):
            make(ann, here, "Next", parent=parent)
        with refused(no.ParentNotAvailable, "ROLE-7"):
            edit(ann, here, mine, parent=parent)


def test_role_8_a_role_never_becomes_its_own_ancestor(here: AccountId, ann: Somebody) -> None:
    """Neither itself, nor its child, nor its grandchild becomes the parent."""
    top = a_role(here, "Top")
    middle = a_role(here, "Middle", parent=top)
    low = a_role(here, "Low", parent=middle)
    for parent in (top, middle, low):
        with refused(no.ParentCycle, "ROLE-8"):
            edit(ann, here, top, parent=parent)
    edit(ann, here, low, parent=top)


def test_role_8_cyclic_rows_are_survived(here: AccountId, ann: Somebody) -> None:
    """Such data imported anyway: resolution ends, and the circle can be broken."""
    one = a_role(here, "One", "API")
    two = a_role(here, "Two", "EXECUTE", parent=one)
    Role.rows.of(here).filter(id=one).update(parent_id=two)
    revisions.raise_revisions([here])
    assert privileges_of(here, a_user(here, one)) == {"API", "EXECUTE"}
    edit(ann, here, one, parent=None)
    assert row(here, one)[2] is None


@pytest.mark.parametrize("privilege", ["USER_MANAGEMENT_LIMITED", "CONNECTOR_REVIEW"])
def test_role_17_two_privileges_never_go_into_a_custom_role(privilege: str, here: AccountId, ann: Somebody) -> None:
    """When made and when edited; also for the operator."""
    mine = a_role(here, "Mine")
    with refused(no.PrivilegeNotForCustomRoles, "ROLE-17"):
        make(ann, here, "R", "API", privilege)
    with refused(no.PrivilegeNotForCustomRoles, "ROLE-17"):
        edit(ann, here, mine, privileges=["API", privilege])
    with refused(no.PrivilegeNotForCustomRoles, "ROLE-17"):
        a_role(here, "R", privilege)


def test_role_18_unknown_privileges_are_refused(here: AccountId, ann: Somebody) -> None:
    """The list is the catalogue's."""
    mine = a_role(here, "Mine")
    with refused(no.UnknownPrivilege, "ROLE-18"):
        make(ann, here, "R", "API", "FLY")
    with refused(no.UnknownPrivilege, "ROLE-18"):
        edit(ann, here, mine, privileges=["execute"])


@pytest.mark.parametrize("privilege", ["ENV_MANAGEMENT_FULL", "MDM_VIEW_DATA", "CLOUD_MANAGEMENT"])
def test_role_18_only_privileges_whose_feature_is_on_are_put_in(privilege: str, here: AccountId, ann: Somebody) -> None:
    """What is not on the list cannot be chosen from it, by making or by editing, whoever asks."""
    mine = a_role(here, "Mine")
    with refused(no.PrivilegeNotOffered, "ROLE-18"):
        make(ann, here, "R", privilege)
    with refused(no.PrivilegeNotOffered, "ROLE-18"):
        edit(ann, here, mine, privileges=[privilege])
    with refused(no.PrivilegeNotOffered, "ROLE-18"):
        a_role(here, "R", privilege)


def test_role_18_what_a_role_has_already_it_keeps(here: AccountId, ann: Somebody) -> None:
    """A feature switched off takes nothing out of roles, and editing them stays possible."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=True)
    role = make(ann, here, "R", "MDM_VIEW_DATA")
    accounts.switch_feature(actor=OPERATOR, at=AT, account=here, feature=Feature.DATA_HUB, on=False)
    edit(ann, here, role, name="S", privileges=["MDM_VIEW_DATA", "API"])
    assert row(here, role)[3] == ["MDM_VIEW_DATA", "API"]
    edit(ann, here, role, privileges=["API"])
    with refused(no.PrivilegeNotOffered, "ROLE-18"):
        edit(ann, here, role, privileges=["MDM_VIEW_DATA", "API"])


# ---- who may, and with what ----------------------------------------------------------------------------------------


def test_role_3_custom_roles_need_advanced_user_security(here: AccountId, ann: Somebody) -> None:
    """Not made, edited or removed without it (ROLE-16), by nobody; and not listed for assignment."""
    own = a_role(here, "Own")
    without_aus(here)
    for act in (
        lambda: make(ann, here),
        lambda: edit(ann, here, own, name="New"),
        lambda: remove(ann, here, own),
        lambda: a_role(here, "Operators"),
    ):
        with refused(no.FeatureMissing, "ROLE-3"):
            act()
    offered = assignable_roles(facts_of(here), frozenset())
    assert [choice.name for choice in offered] == ["Administrator", "Standard User"]


def test_role_3_roles_need_user_management(here: AccountId) -> None:
    """Who manages no users manages no roles; a right in another account is none here."""
    own = a_role(here, "Own")
    low, stranger = a_user(here, STANDARD_USER), a_user(an_account("Other"), ADMINISTRATOR)
    acts: tuple[Callable[[Somebody], object], ...] = (
        lambda who: make(who, here),
        lambda who: edit(who, here, own, name="New"),
        lambda who: remove(who, here, own),
    )
    for who, kind, rule in ((low, no.PrivilegeNotHeld, "ROLE-11"), (stranger, no.NoRoles, "ENTRY-1")):
        for act in acts:
            with refused(kind, rule):
                act(who)


def test_api_8_roles_of_other_accounts_are_out_of_reach(here: AccountId, ann: Somebody) -> None:
    """Another account's role and one that does not exist are refused alike."""
    theirs = a_role(an_account("Other"), "Theirs")
    acts: tuple[Callable[[RoleId], object], ...] = (
        lambda role: edit(ann, here, role, name="Mine"),
        lambda role: remove(ann, here, role),
    )
    for role in (theirs, RoleId("unknown")):
        for act in acts:
            with refused(no.RoleNotFound, "ROLE-20") as caught:
                act(role)
            assert caught[0] == no.RoleNotFound()


@pytest.mark.parametrize("role", [role.id for role in DEFAULT_ROLES])
def test_role_1_default_roles_are_edited_and_removed_by_nobody(role: RoleId, here: AccountId, ann: Somebody) -> None:
    """The answer is "Cannot modify default roles", to the operator as well."""
    acts: tuple[Callable[[], object], ...] = (
        lambda: edit(ann, here, role, name="Mine"),
        lambda: remove(ann, here, role),
        lambda: roles.edit_role(actor=OPERATOR, at=AT, account=here, role=role, privileges=[]),
        lambda: roles.remove_role(actor=OPERATOR, at=AT, account=here, role=role),
    )
    for act in acts:
        with refused(no.DefaultRoleFixed, "ROLE-1") as caught:
            act()
        assert caught[0].message.startswith("Cannot modify default roles")


def test_user_13_nobody_puts_into_a_role_what_they_do_not_hold(here: AccountId) -> None:
    """Own privileges, inherited ones and implied ones: by making, by adding, by choosing a parent."""
    low = manager(here, "EXECUTE", "BUILD_READ_ONLY")
    strong = a_role(here, "Strong", "API")
    mine = a_role(here, "Mine", "EXECUTE")
    several: list[dict[str, Any]] = [
        {"privileges": ["API"]},
        {"privileges": ["EXECUTE", "BUILD"]},
        {"parent": strong},
        {"parent": ADMINISTRATOR},
    ]
    for n, members in enumerate(several):
        with refused(no.NotYoursToGive, "USER-13"):
            roles.create_role(actor=low.actor, at=AT, account=here, name=f"R{n}", **members)
        with refused(no.NotYoursToGive, "USER-13"):
            edit(low, here, mine, **members)
    make(low, here, "Fine", "EXECUTE", "BUILD_READ_ONLY", "USER_MANAGEMENT", parent=mine)


def test_user_13_a_role_keeps_what_it_has_whoever_edits_it(here: AccountId) -> None:
    """Renaming, taking away or leaving strong privileges in confers nothing."""
    low = manager(here)
    strong = a_role(here, "Strong", "API", "EXECUTE", parent=SUPPORT)
    edit(low, here, strong, name="Renamed", description="Still strong")
    edit(low, here, strong, privileges=["API"])
    with refused(no.NotYoursToGive, "USER-13"):
        edit(low, here, strong, privileges=["API", "DEPLOY"])
    edit(low, here, strong, parent=None)
    with refused(no.NotYoursToGive, "USER-13"):
        edit(low, here, strong, parent=SUPPORT)
    assert row(here, strong) == ("Renamed", "Still strong", None, ["API"])
    remove(low, here, strong)


def test_priv_3_an_administrator_may_put_the_two_per_environment_privileges_into_a_role(ann: Somebody) -> None:
    """Environment Management overrides them, so its holder may give them; others must hold them."""
    account = an_account("Aea", AUS | {Feature.ADVANCED_ENVIRONMENT_ACCESS})
    admin = a_user(account, ADMINISTRATOR)
    make(admin, account, "R", "ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY")
    low = manager(account)
    with refused(no.NotYoursToGive, "USER-13"):
        make(low, account, "S", "ENV_MANAGEMENT_FULL")


def test_user_13_limited_holders_touch_no_custom_role(here: AccountId) -> None:
    """The limited form is about users and their roles; making, editing and removing roles needs the whole."""
    clerk = limited(here, "EXECUTE")
    mine = a_role(here, "Mine", "EXECUTE")
    for act in (
        lambda: make(clerk, here, "R"),
        lambda: edit(clerk, here, mine, name="New"),
        lambda: remove(clerk, here, mine),
    ):
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            act()


# ---- editing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "stored", "logged"),
    [
        ({"name": "New"}, ("New", "d", "SUPPORT", ["API"]), {"ROLE_NAME": ("Old", "New")}),
        (
            {"description": ""},
            ("Old", "", "SUPPORT", ["API"]),
            {"ROLE_NAME": ("Old", "Old"), "description": ("d", "")},
        ),
        ({"parent": None}, ("Old", "d", None, ["API"]), {"ROLE_NAME": ("Old", "Old"), "inherits": ("Support", None)}),
        (
            {"privileges": ["EXECUTE", "API"]},
            ("Old", "d", "SUPPORT", ["EXECUTE", "API"]),
            {"ROLE_NAME": ("Old", "Old"), "privileges": (["API"], ["API", "EXECUTE"])},
        ),
        (
            {"privileges": []},
            ("Old", "d", "SUPPORT", []),
            {"ROLE_NAME": ("Old", "Old"), "privileges": (["API"], [])},
        ),
    ],
)
def test_role_19_an_edit_changes_the_members_present_and_keeps_the_others(
    members: dict[str, object],
    stored: tuple[object, ...],
    logged: dict[str, object],
    here: AccountId,
    ann: Somebody,
) -> None:
    """Existing clients rename by sending the name alone: nothing else changes, and the log tells what did."""
    role = make(ann, here, "Old", "API", parent=SUPPORT, description="d")
    with watched() as written:
        edit(ann, here, role, **members)
    assert row(here, role) == stored
    entry = written.only(here)
    assert words(entry) == ("role", "UPDATE", "NONE")
    assert changes(entry) == logged
    assert (entry.reason, entry.user) == ("because", "ann@example.com")
    assert written.raised == {here: 1}


def test_role_10_a_change_reaches_every_holder_at_once(here: AccountId, ann: Somebody) -> None:
    """Of the role and of every role that inherits it."""
    top = a_role(here, "Top", "API")
    middle = a_role(here, "Middle", parent=top)
    holders = [a_user(here, role) for role in (top, middle, a_role(here, "Low", "EXECUTE", parent=middle))]
    before = [privileges_of(here, who) for who in holders]
    edit(ann, here, top, privileges=["DEPLOY"])
    after = [privileges_of(here, who) for who in holders]
    assert before == [{"API"}, {"API"}, {"API", "EXECUTE"}]
    assert after == [{"DEPLOY"}, {"DEPLOY"}, {"DEPLOY", "EXECUTE"}]


def test_role_16_roles_stay_in_force_without_advanced_user_security(here: AccountId) -> None:
    """Custom roles, Production Support and Support go on working for those who hold them."""
    who = a_user(here, a_role(here, "Own", "API"), SUPPORT)
    before = privileges_of(here, who)
    without_aus(here)
    assert privileges_of(here, who) == before
    assert {"API", "VIEW_DATA"} <= before


def test_role_20_what_is_offered_in_which_order(here: AccountId) -> None:
    """Default roles available to the account, then its own custom roles, each by name; no suffix on any."""
    for name in ("beta", "Alpha", "ZULU"):
        a_role(here, name)
    a_role(an_account("Other"), "Theirs")
    offered = assignable_roles(facts_of(here), AUS)
    assert [choice.name for choice in offered] == [
        "Administrator",
        "Production Support",
        "Standard User",
        "Support",
        "Alpha",
        "beta",
        "ZULU",
    ]
    assert not any(choice.shared for choice in offered)
    assert [role.name for role in custom_roles(here)] == ["Alpha", "beta", "ZULU"]


# ---- removing ------------------------------------------------------------------------------------------------------


def test_role_13_an_unassigned_role_is_removed_for_good(here: AccountId, ann: Somebody) -> None:
    """The row is gone, the log keeps what it was, its name is free."""
    role = make(ann, here, "Gone", "API", parent=SUPPORT)
    with watched() as written:
        remove(ann, here, role)
    assert not Role.rows.of(here).filter(id=role).exists()
    entry = written.only(here)
    assert words(entry) == ("role", "DELETE", "NONE")
    assert changes(entry) == {
        "ROLE_NAME": ("Gone", None),
        "description": ("", None),
        "inherits": ("Support", None),
        "privileges": (["API"], []),
    }
    assert written.raised == {here: 1}
    assert make(ann, here, "Gone") != role


def test_role_12_a_role_somebody_holds_stays(here: AccountId, ann: Somebody) -> None:
    """Held now or from later on; taken away, it can go."""
    role = a_role(here, "Held")
    cy, dee = a_user(here, role), a_user(here, SUPPORT)
    hold(here, dee, role, AT + DAY)
    with refused(no.RoleInUse, "ROLE-12") as caught:
        remove(ann, here, role)
    assert caught[0].message == f"Held cannot be removed: it is held by users ({here}: 2)."
    users.remove_user(actor=ann.actor, at=AT, account=here, user=dee.id)
    with refused(no.RoleInUse, "ROLE-12"):
        remove(ann, here, role)
    users.change_user_roles(actor=ann.actor, at=AT, account=here, user=cy.id, roles={SUPPORT})
    remove(ann, here, role)


def test_role_12_a_grant_that_has_ended_holds_nothing(here: AccountId, ann: Somebody) -> None:
    """Nobody holds the role any more, so it can be removed."""
    role = a_role(here, "Held")
    hold(here, a_user(here, SUPPORT), role, None, AT - DAY)
    remove(ann, here, role)


def test_share_21_the_refusal_names_no_holder(here: AccountId, ann: Somebody) -> None:
    """The number per account, but no user."""
    role = a_role(here, "Held")
    who = a_user(here, role, email="secret@example.com")
    with refused(no.RoleInUse, "ROLE-12") as caught:
        remove(ann, here, role)
    assert who.email not in caught[0].message


def test_role_15_a_parent_stays(here: AccountId, ann: Somebody) -> None:
    """A role that is the parent of another role cannot be removed before that one is gone or changed."""
    top = a_role(here, "Top")
    low = a_role(here, "Low", parent=top)
    with refused(no.RoleInUse, "ROLE-15"):
        remove(ann, here, top)
    edit(ann, here, low, parent=None)
    remove(ann, here, top)


def test_sup_9_the_support_access_role_stays(here: AccountId, ann: Somebody) -> None:
    """It cannot be removed until another value is chosen."""
    role = a_role(here, "Cap")
    accounts.change_support_access_role(actor=ann.actor, at=AT, account=here, role=role)
    with refused(no.RoleInUse, "SUP-9") as caught:
        remove(ann, here, role)
    assert "Support Access Role" in caught[0].message
    accounts.change_support_access_role(actor=ann.actor, at=AT, account=here, role=None)
    remove(ann, here, role)
