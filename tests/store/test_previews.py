"""UI-4 and UI-5: what a preview says, and that a confirmation binds the command to it."""

import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.decisions.impact import Looking
from tenantry.groups import commands as groups
from tenantry.previews.commands import KEPT, Confirmation, Seen, confirm, make_preview
from tenantry.previews.difference import difference
from tenantry.previews.models import Preview
from tenantry.previews.packing import told_impact, unpacked
from tenantry.previews.queries import kept_preview
from tenantry.roles import commands as roles
from tenantry.rules import changes as c, refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.impact import Effect, Impact
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Instant, RoleId, Source, Status, UserKey, user_key
from tenantry.sharing import commands as sharing
from tenantry.store import revisions
from tenantry.support.models import SupportGrant
from tenantry.users import commands as users
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    STANDARD_USER,
    SUPPORT,
    TICK,
    a_group,
    a_role,
    a_user,
    enlist,
    hold,
    hold_in_group,
    lend,
    refused,
    somebody,
    watched,
)
from tests.store.partners import Partner, Rival, way

pytestmark = pytest.mark.usefixtures("db")

HOUR = timedelta(hours=1)


@pytest.fixture
def lent(partner: Partner) -> Partner:
    """The role is shared with Services; `ned` holds it alone in `abc`, `una` beside another one, `dee` in `def_`."""
    lend(partner.home, partner.services, partner.lent)
    for account, who in ((partner.abc, partner.ned), (partner.abc, partner.una), (partner.def_, partner.dee)):
        users.add_user_role(actor=OPERATOR, at=AT, account=account, user=who.email, role=partner.lent, notify=False)
    return partner


def ends(partner: Partner) -> c.ShareEnds:
    """The role is withdrawn from Services."""
    return c.ShareEnds(partner.home, partner.services, frozenset({partner.lent}))


def look(partner: Partner, change: c.Change, at: Instant = AT, actor: Actor | None = None) -> Seen:
    """A preview, made by `ann`."""
    return make_preview(actor=actor or partner.ann.actor, at=at, account=partner.home, change=change)


def withdraw(partner: Partner, seen: Confirmation | None, at: Instant = AT, actor: Actor | None = None) -> None:
    """Withdraw the role, having seen what it does."""
    sharing.withdraw(
        actor=actor or partner.ann.actor,
        at=at,
        account=partner.home,
        group=partner.services,
        kind=Kind.ROLE,
        resource=partner.lent,
        confirmed=seen,
    )


def people(impact: Impact) -> dict[tuple[str, str], str]:
    """Whom an impact names where, and why they are barred."""
    return {(effect.account, effect.user): effect.barred for effect in impact.effects}


# ---- what it says --------------------------------------------------------------------------------------------------


def test_ui_4_and_scn_22_a_preview_names_who_loses_and_who_is_locked_out(lent: Partner) -> None:
    """People whose privileges differ, account by account; who can enter no more, and why; how many accounts."""
    impact = look(lent, ends(lent)).impact
    assert people(impact) == {(lent.abc, lent.ned.email): "no_roles"}
    assert (impact.accounts, len(impact.locked_out), impact.until) == (1, 1, None)
    users.change_user_roles(actor=OPERATOR, at=AT, account=lent.abc, user=lent.una.id, roles={lent.lent})
    strong = a_role(lent.home, "Strong", "API")
    lend(lent.home, lent.services, strong)
    users.add_user_role(actor=OPERATOR, at=AT, account=lent.def_, user=lent.dee.email, role=strong)
    users.add_user_role(actor=OPERATOR, at=AT, account=lent.abc, user=lent.una.email, role=SUPPORT)
    both = c.ShareEnds(lent.home, lent.services, frozenset({lent.lent, strong}))
    assert people(look(lent, both).impact) == {(lent.abc, lent.ned.email): "no_roles"}


def test_ui_4_and_scn_23_who_falls_back_to_a_group_is_not_locked_out(lent: Partner) -> None:
    """What somebody gains by falling back is told as well."""
    users.add_user_role(actor=OPERATOR, at=AT, account=lent.abc, user=lent.serv.email, role=lent.lent, notify=False)
    [effect] = [one for one in look(lent, ends(lent)).impact.effects if one.user == lent.serv.email]
    assert (effect.barred, effect.admitted, bool(effect.gained)) == ("", False, True)


def test_ui_5_leaving_and_deleting_a_group_say_what_they_do(lent: Partner) -> None:
    """Group access and shared roles together: who loses what in which account."""
    enlist(lent.home, lent.services, somebody("only@example.com"), SUPPORT)
    leaving = look(lent, c.AccountsLeave(lent.home, lent.services, frozenset({lent.def_}))).impact
    assert people(leaving) == {
        (lent.def_, "only@example.com"): "no_roles",
        (lent.def_, lent.serv.email): "",
    }
    going = look(lent, c.GroupGoes(lent.home, lent.services)).impact
    assert people(going) == {
        (lent.abc, "only@example.com"): "no_roles",
        (lent.abc, lent.serv.email): "",
        (lent.abc, lent.ned.email): "no_roles",
        (lent.def_, "only@example.com"): "no_roles",
        (lent.def_, lent.serv.email): "",
    }


def test_ui_4_a_role_held_in_a_group_is_previewed_when_it_is_edited(partner: Partner) -> None:
    """In every account of the group, for those who hold it there, and for nobody else."""
    enlist(partner.home, partner.services, partner.ned, partner.lent)
    enlist(partner.home, partner.services, somebody("other@example.com"), SUPPORT)
    change = roles.changed_role(
        actor=partner.ann.actor, at=AT, account=partner.home, role=partner.lent, privileges=["API"]
    )
    found = people(look(partner, change).impact)
    assert found == {(partner.abc, partner.ned.email): "", (partner.def_, partner.ned.email): ""}


def test_ui_4_and_sup_7_support_staff_who_enter_by_an_edited_role_are_named(partner: Partner) -> None:
    """A primary whose Support Access Role is its own custom role: staff have what it carries (SUP-7)."""
    sid = somebody("sid@platform.example", staff=True)
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=partner.home, role=partner.lent)
    change = roles.changed_role(
        actor=partner.ann.actor, at=AT, account=partner.home, role=partner.lent, privileges=["API"]
    )
    assert people(look(partner, change).impact) == {(partner.home, sid.email): ""}


def test_ui_4_a_direct_user_with_temporary_access_is_judged_by_the_direct_role(partner: Partner) -> None:
    """Direct roles come first (EFF-2): what a temporary grant would give is not lost when its role changes."""
    sid = somebody("sid@platform.example", staff=True)
    a_user(partner.home, STANDARD_USER, email=sid.email)
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=partner.home, role=None)
    grant = SupportGrant(
        account_id=partner.home,
        user_id=sid.id,
        status="active",
        role=partner.lent,
        requested_at=AT,
        granted_at=AT,
        expires_at=AT + DAY,
    )
    SupportGrant.rows.of(partner.home).bulk_create([grant])
    change = roles.changed_role(
        actor=partner.ann.actor, at=AT, account=partner.home, role=partner.lent, privileges=["API"]
    )
    assert people(look(partner, change).impact) == {}


def test_ui_4_a_group_role_that_is_over_is_given_anew_and_told(partner: Partner) -> None:
    """Giving a role whose time is over gives it without end: the preview says so too."""
    hold_in_group(partner.home, partner.services, partner.ned, STANDARD_USER, ends=AT)
    hold_in_group(partner.home, partner.services, partner.ned, SUPPORT)
    change = c.GroupRolesChange(
        partner.home, partner.services, user_key(partner.ned.email), frozenset({STANDARD_USER, SUPPORT})
    )
    impact = look(partner, change).impact
    assert {(effect.account, bool(effect.gained)) for effect in impact.effects} == {
        (partner.abc, True),
        (partner.def_, True),
    }


def test_ui_4_looking_changes_nothing(lent: Partner) -> None:
    """No fact, no revision, no entry; the preview alone is kept, and old ones go when a new one comes."""
    with watched() as written:
        look(lent, ends(lent))
        look(lent, ends(lent))
    assert (written.entries, written.raised, written.gave) == ({}, {}, {})
    assert Preview.rows.of(lent.home).count() == 2
    look(lent, ends(lent), AT + KEPT + TICK)
    assert Preview.rows.of(lent.home).count() == 1


# ---- what it binds to ----------------------------------------------------------------------------------------------


def test_ui_4_what_was_seen_is_done(lent: Partner) -> None:
    """Confirmed as it was seen, the command runs; without a preview, by doors that show none, it runs as well."""
    withdraw(lent, look(lent, ends(lent)).confirmation)
    assert way(lent.ned, lent.abc) == "no_roles"
    lend(lent.home, lent.services, lent.lent)
    withdraw(lent, None)


UNRELATED: dict[str, Callable[[Partner], object]] = {
    "nothing": lambda p: p.home,
    "a renamed account": lambda p: accounts.rename_account(actor=OPERATOR, at=AT, account=p.abc, name="New"),
    "a new role": lambda p: a_role(p.home, "Brand new", "API"),
    "a new group": lambda p: a_group(p.home, "Another"),
    "a new user elsewhere": lambda p: a_user(p.ghi, ADMINISTRATOR),
    "a new user with another role": lambda p: a_user(p.abc, STANDARD_USER),
    "somebody in another group": lambda p: enlist(p.home, p.everybody, somebody(), SUPPORT),
    "a role more for a holder who loses nothing": lambda p: users.add_user_role(
        actor=OPERATOR, at=AT, account=p.def_, user=p.dee.email, role=SUPPORT
    ),
    "another alert level": lambda p: groups.edit_group(
        actor=OPERATOR, at=AT, account=p.home, group=p.services, alert_level="error"
    ),
    "a lock of somebody else": lambda p: users.set_lock(actor=OPERATOR, at=AT, user=p.max.email, locked=True),
}


@pytest.mark.parametrize("what", UNRELATED)
def test_ui_4_a_confirmation_passes_after_an_unrelated_write(what: str, lent: Partner) -> None:
    """What makes no difference to the impact makes none to its confirmation."""
    seen = look(lent, ends(lent))
    UNRELATED[what](lent)
    withdraw(lent, seen.confirmation)
    assert way(lent.ned, lent.abc) == "no_roles"


def _another_holder(partner: Partner) -> None:
    a_user(partner.abc, partner.lent, email="late@example.com")


RELATED: dict[str, tuple[Callable[[Partner], object], str]] = {
    "one more who is locked out": (_another_holder, "concerned as well now: late@example.com in {abc}"),
    "one fewer": (
        lambda p: users.remove_user(actor=OPERATOR, at=AT, account=p.abc, user=p.ned.id),
        "no longer concerned: ned@example.com in {abc}",
    ),
    "one who is saved by another role": (
        lambda p: users.add_user_role(actor=OPERATOR, at=AT, account=p.abc, user=p.ned.email, role=STANDARD_USER),
        "no longer concerned: ned@example.com in {abc}",
    ),
    "one who falls back to a group": (
        lambda p: enlist(p.home, p.services, p.ned, SUPPORT),
        "concerned differently: ned@example.com in {abc}",
    ),
    "one who is locked": (
        lambda p: users.set_lock(actor=OPERATOR, at=AT, user=p.ned.email, locked=True),
        "no longer concerned: ned@example.com in {abc}",
    ),
    "another share that saves everybody": (
        lambda p: lend(p.home, p.everybody, p.lent),
        "no longer concerned: ned@example.com in {abc}",
    ),
    "a role that carries more": (
        lambda p: roles.edit_role(
            actor=OPERATOR, at=AT, account=p.home, role=p.lent, privileges=["EXECUTE", "VIEW_RESULT", "API"]
        ),
        "concerned as well now: una@example.com in {abc}; concerned differently: ned@example.com in {abc}",
    ),
    "an account that is suspended": (
        lambda p: accounts.suspend_account(actor=OPERATOR, at=AT, account=p.abc),
        "no longer concerned: ned@example.com in {abc}",
    ),
}


@pytest.mark.parametrize("what", RELATED)
def test_ui_4_a_confirmation_is_refused_after_a_relevant_write(what: str, lent: Partner) -> None:
    """Nothing is done, the refusal names what has become different, and a fresh preview confirms."""
    seen = look(lent, ends(lent))
    act, named = RELATED[what]
    act(lent)
    with refused(no.ImpactChanged, "UI-4") as caught:
        withdraw(lent, seen.confirmation)
    assert caught[0].details()["difference"] == named.format(abc=lent.abc)
    withdraw(lent, look(lent, ends(lent)).confirmation)


def test_ui_4_a_confirmation_serves_once(lent: Partner) -> None:
    """After the role was shared again, the same confirmation is of what it did then, not of what it would do now."""
    seen = look(lent, ends(lent))
    withdraw(lent, seen.confirmation)
    lend(lent.home, lent.services, lent.lent)
    with refused(no.ImpactChanged, "UI-4"):
        withdraw(lent, seen.confirmation)


def test_ui_4_after_a_time_bound_the_impact_is_computed_anew(lent: Partner) -> None:
    """A grant that ends meanwhile makes a difference at its end, to the tick; nothing was written."""
    hold(lent.abc, lent.ned, lent.lent, None, AT + HOUR)
    seen = look(lent, ends(lent))
    assert seen.impact.until == AT + HOUR
    change: dict[str, Any] = {"actor": lent.ann.actor, "account": lent.home, "change": ends(lent)}
    assert confirm(seen.confirmation, at=AT + HOUR - TICK, **change) is None
    with refused(no.ImpactChanged, "UI-4") as caught:
        withdraw(lent, seen.confirmation, AT + HOUR)
    assert "no longer concerned: ned@example.com" in caught[0].message


def test_ui_4_a_time_bound_that_makes_no_difference_does_not_stop_anybody(lent: Partner) -> None:
    """Looked at again, it is the same: passed."""
    hold(lent.abc, lent.una, lent.lent, None, AT + HOUR)
    seen = look(lent, ends(lent))
    assert seen.impact.until == AT + HOUR
    withdraw(lent, seen.confirmation, AT + 2 * HOUR)


def test_ui_4_a_trial_that_ends_is_a_time_bound(lent: Partner) -> None:
    """Then nobody is in the account any more who could be locked out of it."""
    Account.rows.of(lent.abc).update(status=Status.TRIAL, trial_ends=AT + HOUR)
    revisions.raise_revisions([lent.abc])
    seen = look(lent, ends(lent))
    assert seen.impact.until == AT + HOUR
    with refused(no.ImpactChanged, "UI-4"):
        withdraw(lent, seen.confirmation, AT + HOUR)


def test_ui_4_a_confirmation_belongs_to_one_change(lent: Partner) -> None:
    """Of another group, other accounts, other roles, another person: it is of no preview of that change."""
    second = a_group(lent.home, "Second", members=[lent.abc], shares=[lent.lent])
    other = a_role(lent.home, "Other", "API")
    lend(lent.home, lent.services, other)
    seen = look(lent, ends(lent)).confirmation
    here: dict[str, Any] = {"actor": lent.ann.actor, "at": AT, "account": lent.home, "confirmed": seen}
    acts: tuple[Callable[[], object], ...] = (
        lambda: sharing.withdraw(**here, group=second, kind=Kind.ROLE, resource=lent.lent),
        lambda: sharing.withdraw(**here, group=lent.services, kind=Kind.ROLE, resource=other),
        lambda: groups.remove_group(**here, group=lent.services),
        lambda: groups.remove_accounts_from_group(**here, group=lent.services, members={lent.abc}),
        lambda: groups.remove_user_from_group(**here, group=lent.services, user=lent.serv.id),
    )
    for act in acts:
        with refused(no.PreviewNotFound, "UI-4"):
            act()
    one = c.AccountsLeave(lent.home, lent.services, frozenset({lent.abc}))
    here["confirmed"] = look(lent, one).confirmation
    for members in ({lent.abc, lent.def_}, {lent.def_}):
        with refused(no.PreviewNotFound, "UI-4"):
            groups.remove_accounts_from_group(**here, group=lent.services, members=members)
    groups.remove_accounts_from_group(**here, group=lent.services, members={lent.abc})


def test_ui_4_a_confirmation_belongs_to_who_looked_and_where(lent: Partner, rival: Rival) -> None:
    """Another administrator's, another account's, one made up, one with another sum, and one too old are refused."""
    beth = a_user(lent.home, ADMINISTRATOR, email="beth@example.com")
    seen = look(lent, ends(lent)).confirmation
    with refused(no.PreviewNotFound, "UI-4"):
        withdraw(lent, seen, actor=beth.actor)
    with refused(no.PreviewNotFound, "UI-4"):
        withdraw(lent, seen, actor=OPERATOR)
    elsewhere = make_preview(actor=lent.ann.actor, at=AT, account=rival.home, change=ends(lent)).confirmation
    strange = (
        elsewhere,
        Confirmation("", ""),
        Confirmation("made up", seen.digest),
        Confirmation(seen.preview, ""),
        Confirmation(seen.preview, "0" * 64),
    )
    for confirmed in strange:
        with refused(no.PreviewNotFound, "UI-4"):
            withdraw(lent, confirmed)
    with refused(no.PreviewNotFound, "UI-4"):
        withdraw(lent, seen, AT + KEPT + TICK)
    withdraw(lent, seen, AT + KEPT)


def test_ui_4_a_preview_is_read_by_who_made_it(lent: Partner, rival: Rival) -> None:
    """Nobody else sees it, in no other account."""
    seen = look(lent, ends(lent)).confirmation
    assert kept_preview(lent.home, lent.ann.actor, seen.preview).digest == seen.digest
    for account, actor in (
        (lent.home, OPERATOR),
        (rival.home, lent.ann.actor),
        (lent.home, Actor(user_key(lent.max.email), Source.UI)),
    ):
        with refused(no.PreviewNotFound, "UI-4"):
            kept_preview(account, actor, seen.preview)


def _bound(partner: Partner) -> dict[str, Callable[[Confirmation], object]]:
    """Every command that a preview can bind."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": partner.home}
    there: dict[str, Any] = {**here, "account": partner.abc}
    group = {**here, "group": partner.services}
    return {
        "withdraw": lambda seen: sharing.withdraw(**group, kind=Kind.ROLE, resource=partner.lent, confirmed=seen),
        "remove_group": lambda seen: groups.remove_group(**group, confirmed=seen),
        "remove_accounts_from_group": lambda seen: groups.remove_accounts_from_group(
            **group, members={partner.abc}, confirmed=seen
        ),
        "remove_user_from_group": lambda seen: groups.remove_user_from_group(
            **group, user=partner.serv.id, confirmed=seen
        ),
        "change_group_user_roles": lambda seen: groups.change_group_user_roles(
            **group, user=partner.serv.id, roles={SUPPORT}, confirmed=seen
        ),
        "edit_role": lambda seen: roles.edit_role(**here, role=partner.lent, privileges=[], confirmed=seen),
        "switch_feature": lambda seen: accounts.switch_feature(
            **there, feature=Feature.DATA_HUB, on=True, confirmed=seen
        ),
        "change_account_status": lambda seen: accounts.change_account_status(
            **there, status=Status.SUSPENDED, confirmed=seen
        ),
        "change_support_access_role": lambda seen: accounts.change_support_access_role(
            **there, role=None, confirmed=seen
        ),
        "save_account_information": lambda seen: accounts.save_account_information(
            **there, name="Doc ABC Company", support_access_role=None, confirmed=seen
        ),
    }


def test_ui_4_every_command_that_can_be_bound_asks_for_its_confirmation(lent: Partner) -> None:
    """A confirmation of nothing stops each of them, and none of them has written anything by then."""
    for name, act in _bound(lent).items():
        with refused(no.PreviewNotFound, "UI-4"):
            act(Confirmation("made up", name))


def test_ui_4_where_nothing_was_written_nothing_is_computed_again(
    lent: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stamps prove it; after a write they do not, and the impact is computed."""
    seen = look(lent, ends(lent)).confirmation
    ask: dict[str, Any] = {"actor": lent.ann.actor, "account": lent.home, "at": AT, "change": ends(lent)}
    looked: list[int] = []
    usual = Looking.impact

    def counted(looking: Looking) -> Impact:
        looked.append(1)
        return usual(looking)

    monkeypatch.setattr(Looking, "impact", counted)
    assert confirm(seen, **ask) is None
    assert looked == []
    a_user(lent.def_, STANDARD_USER)
    assert confirm(seen, **ask) is None
    assert looked == [1]


def test_ui_4_support_staff_come_under_no_stamp_and_are_looked_at_again(partner: Partner) -> None:
    """Whom the platform employs is written in no account: a preview that concerns them is always computed anew."""
    change = c.SupportAccessChanges(partner.abc, None)
    seen = make_preview(actor=OPERATOR, at=AT, account=partner.abc, change=change)
    somebody("sid@platform.example", staff=True)
    with refused(no.ImpactChanged, "UI-4") as caught:
        accounts.change_support_access_role(
            actor=OPERATOR, at=AT, account=partner.abc, role=None, confirmed=seen.confirmation
        )
    assert "sid@platform.example" in caught[0].message


# ---- telling what is different -------------------------------------------------------------------------------------


def effect(user: str, lost: int = 1, barred: str = "") -> Effect:
    """An effect on somebody in one account."""
    return Effect(AccountId("a"), UserKey(user), Mask(lost), NOTHING, barred)


def test_ui_4_a_difference_names_few_people_and_counts_the_rest() -> None:
    """Five by name, the others by number, in order."""
    many = Impact(tuple(effect(f"p{n}") for n in range(9)))
    assert difference(Impact(()), many) == (
        "concerned as well now: p0 in a, p1 in a, p2 in a, p3 in a, p4 in a and 4 more"
    )
    assert difference(many, Impact(())).startswith("no longer concerned: p0 in a")
    assert difference(many, many) == ""
    assert difference(Impact((effect("x"),)), Impact((effect("x", 2),))) == "concerned differently: x in a"
    barred = Impact((effect("x", 1, "no_roles"),))
    assert difference(Impact((effect("x"),)), barred) == "concerned differently: x in a"


def test_ui_4_an_impact_is_kept_whole() -> None:
    """Masks of any size, reasons, newcomers, in their order."""
    whole = Impact(
        (
            Effect(AccountId("a"), UserKey("u"), Mask(1 << 200), NOTHING, "no_roles"),
            Effect(AccountId("a"), UserKey("ü"), NOTHING, Mask(5), "", admitted=True),
        )
    )
    assert unpacked(zlib.compress(told_impact(whole))).effects == whole.effects
    assert unpacked(zlib.compress(told_impact(Impact(())))).effects == ()


def test_ui_4_a_change_is_told_alike_in_every_process() -> None:
    """Sets are told in order: by the telling a confirmation knows its change."""
    one = c.AccountsLeave(AccountId("p"), RoleId("g"), frozenset(AccountId(f"m{n}") for n in range(30)))  # type: ignore[arg-type]
    other = c.AccountsLeave(AccountId("p"), RoleId("g"), frozenset(AccountId(f"m{n}") for n in reversed(range(30))))  # type: ignore[arg-type]
    assert c.told(one) == c.told(other)
    assert "m0', 'm1', 'm10'" in c.told(one)


def test_ui_4_who_may_not_make_the_change_is_refused_before_any_confirmation(lent: Partner) -> None:
    """Without the right the answer is that, whatever is confirmed."""
    low = a_user(lent.home, STANDARD_USER)
    seen = make_preview(actor=low.actor, at=AT, account=lent.home, change=ends(lent)).confirmation
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        withdraw(lent, seen, actor=low.actor)


def test_ui_4_a_deleted_primary_is_previewed_for_all_it_manages(lent: Partner) -> None:
    """Everybody who comes by its groups or holds its roles, in every account."""
    impact = look(lent, c.StatusChanges(lent.home, Status.DELETED), actor=OPERATOR).impact
    found = people(impact)
    assert found[lent.home, lent.ann.email] == "account_not_available"
    assert {key for key, barred in found.items() if barred == "no_roles"} == {
        (lent.abc, lent.ned.email),
        *((account, lent.serv.email) for account in (lent.abc, lent.def_, lent.ghi)),
    }
