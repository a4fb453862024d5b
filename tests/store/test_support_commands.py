"""Chapter SUP against the tables: temporary access of platform support staff, asked for, granted, extended, ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tenantry.accounts import commands as accounts
from tenantry.decisions.engine import ENGINE
from tenantry.groups import commands as groups
from tenantry.roles import commands as roles
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.support import LENGTHS, GrantStatus, status_at
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, RoleId, Source, Status, user_key
from tenantry.store import revisions
from tenantry.support import commands as support
from tenantry.support.models import SupportGrant
from tenantry.support.queries import open_requests, support_page
from tenantry.tokens.models import UserToken
from tenantry.users import commands as users
from tenantry.users.models import User
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
    a_role,
    a_user,
    an_account,
    changes,
    enlist,
    entries,
    lend,
    refused,
    somebody,
    watched,
    words,
)
from tests.store.partners import Partner, can, way

pytestmark = pytest.mark.usefixtures("db")

HOUR = timedelta(hours=1)


@pytest.fixture
def here(db: None) -> AccountId:
    """An account that lets in nobody from outside."""
    account = an_account("Here")
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=account, role=None)
    return account


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR, email="ann@example.com")


@pytest.fixture
def sid(db: None) -> Somebody:
    """Platform support staff."""
    return somebody("sid@platform.example", staff=True)


def ask(who: Somebody, account: AccountId, at: Any = AT) -> int:
    """Ask for access."""
    return support.request_support_access(actor=who.actor, at=at, account=account, why=" to look at ticket 7 ")


def let_in(
    who: Somebody, account: AccountId, *grants: int, role: RoleId = SUPPORT, hours: int = 4, at: Any = AT
) -> None:
    """Grant access that was asked for."""
    support.grant_support_access(
        actor=who.actor, at=at, account=account, grants=frozenset(grants), role=role, hours=hours, reason="because"
    )


def extend(who: Somebody, account: AccountId, grant: int, hours: int = 4, at: Any = AT) -> None:
    """Let access end later."""
    support.extend_support_access(actor=who.actor, at=at, account=account, grant=grant, hours=hours, reason="because")


def expire(who: Somebody, account: AccountId, grant: int, at: Any = AT) -> None:
    """End access."""
    support.expire_support_access(actor=who.actor, at=at, account=account, grant=grant, reason="because")


def deny(who: Somebody, account: AccountId, grant: int, at: Any = AT) -> None:
    """Turn a request down."""
    support.deny_support_access(actor=who.actor, at=at, account=account, grant=grant, reason="because")


def stored(account: AccountId, grant: int) -> tuple[str, str, object]:
    """Status, role and end of a request or grant."""
    row = SupportGrant.rows.of(account).get(pk=grant)
    return (row.status, row.role, row.expires_at)


def closed_to_outside(account: AccountId, role: RoleId | None) -> None:
    """Choose the Support Access Role."""
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=account, role=role)


# ---- asking --------------------------------------------------------------------------------------------------------


def test_sup_11_and_scn_16_staff_ask_are_let_in_and_are_out_at_the_instant(
    here: AccountId, ann: Somebody, sid: Somebody
) -> None:
    """Administrator for 4 hours: staff enters until that instant, and fails on the first request after it."""
    assert way(sid, here) == "no_outside_access"
    grant = ask(sid, here)
    assert way(sid, here) == "no_outside_access"
    assert [(row.pk, row.why) for row in open_requests(here)] == [(grant, "to look at ticket 7")]
    let_in(ann, here, grant, role=ADMINISTRATOR)
    assert open_requests(here) == []
    assert way(sid, here) == ("staff", {ADMINISTRATOR})
    assert "ACCOUNT_ADMIN" in can(sid, here)
    assert way(sid, here, AT + 4 * HOUR - TICK) == ("staff", {ADMINISTRATOR})
    assert way(sid, here, AT + 4 * HOUR) == "no_outside_access"
    assert way(sid, here, AT - TICK) == "no_outside_access"


def test_sup_11_every_act_is_logged_in_the_account(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Asked, granted, extended, ended; a second request denied: who, what, until when."""
    with watched() as asked:
        grant = ask(sid, here)
    entry = asked.only(here)
    assert (words(entry), entry.user) == (("as.account.support", "ADD", "NONE"), sid.email)
    assert (entry.container, entry.reason) == (sid.email, "to look at ticket 7")
    assert changes(entry) == {"status": (None, "requested")}
    with watched() as granted:
        let_in(ann, here, grant)
    entry = granted.only(here)
    assert (words(entry), entry.user) == (("as.account.support", "UPDATE", "NONE"), ann.email)
    end = (AT + 4 * HOUR).isoformat()
    assert changes(entry) == {
        "status": ("requested", "active"),
        "role": (None, "Support"),
        "expires": (None, end),
    }
    with watched() as extended:
        extend(ann, here, grant, 24)
    later = (AT + 28 * HOUR).isoformat()
    assert changes(extended.only(here)) == {"expires": (end, later)}
    with watched() as ended:
        expire(ann, here, grant, AT + HOUR)
    entry = ended.only(here)
    assert (words(entry), entry.reason) == (("as.account.support", "DELETE", "NONE"), "because")
    assert changes(entry) == {"status": ("active", "expired")}
    with watched() as denied:
        deny(ann, here, ask(sid, here, AT + HOUR), AT + HOUR)
    assert changes(denied.entries[here][1]) == {"status": ("requested", "denied")}


def test_sup_11_only_support_staff_ask(here: AccountId, ann: Somebody) -> None:
    """Neither a user of the account nor anybody else, nor the operator, who is nobody."""
    for who in (ann, somebody()):
        with refused(no.NotSupportStaff, "SUP-11"):
            ask(who, here)
    for actor in (OPERATOR, Actor(user_key("nobody@example.com"), Source.UI)):
        with refused(no.NotSupportStaff, "SUP-11"):
            support.request_support_access(actor=actor, at=AT, account=here)


def test_sup_11_and_scn_17_where_there_is_a_support_access_role_nothing_is_asked_for(
    here: AccountId, ann: Somebody, sid: Somebody
) -> None:
    """Temporary access is available only while it is no access: not to ask for, and not to grant."""
    grant = ask(sid, here)
    closed_to_outside(here, SUPPORT)
    assert way(sid, here) == ("staff", {SUPPORT})
    other = somebody(staff=True)
    with refused(no.SupportAccessIsARole, "SUP-11"):
        ask(other, here)
    for who in (ann, _Operator):
        with refused(no.SupportAccessIsARole, "SUP-11"):
            let_in(who, here, grant)
    deny(ann, here, grant)


class _Has:
    actor = OPERATOR


_Operator: Any = _Has()


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.DELETED])
def test_acc_4_a_closed_account_is_not_asked(status: Status, here: AccountId, sid: Somebody) -> None:
    """It lets nobody in, and a deleted one takes no change at all (ACC-14)."""
    accounts.change_account_status(actor=OPERATOR, at=AT, account=here, status=status)
    with refused(no.AccountNotAvailable, "ACC-4"):
        ask(sid, here)


def test_acc_12_a_trial_that_is_over_is_not_asked(partner: Partner, sid: Somebody) -> None:
    """It counts as suspended."""
    trial = accounts.create_managed_account(
        actor=OPERATOR, at=AT, primary=partner.home, name="Trial", trial_ends=AT + DAY
    )
    closed_to_outside(trial, None)
    with refused(no.AccountNotAvailable, "ACC-4"):
        ask(sid, trial, AT + DAY)
    ask(sid, trial, AT + DAY - TICK)


def test_lock_7_locked_staff_ask_for_nothing(here: AccountId, sid: Somebody) -> None:
    """While locked: no sign-in, no switch, and so no request."""
    users.set_lock(actor=OPERATOR, at=AT, user=sid.email, locked=True)
    with refused(no.UserLocked, "EFF-3"):
        ask(sid, here)


def test_sup_11_an_account_that_does_not_exist_is_not_asked(sid: Somebody) -> None:
    """There is no such account."""
    with refused(no.UnknownAccount, "ACC-2"):
        ask(sid, AccountId("nowhere-AAAAAA"))


def test_sup_11_one_request_or_active_access_at_a_time(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """While one is open or access is active there is nothing to ask for; denied, run out or expired there is."""
    first = ask(sid, here)
    with refused(no.SupportRequestOpen, "SUP-11"):
        ask(sid, here)
    deny(ann, here, first)
    second = ask(sid, here)
    let_in(ann, here, second)
    with refused(no.SupportRequestOpen, "SUP-11"):
        ask(sid, here, AT + 4 * HOUR - TICK)
    third = ask(sid, here, AT + 4 * HOUR)
    let_in(ann, here, third, at=AT + 4 * HOUR)
    expire(ann, here, third, AT + 5 * HOUR)
    ask(sid, here, AT + 5 * HOUR)
    ask(somebody(staff=True), here)


def test_sup_11_a_long_reason_is_cut_and_not_lost(here: AccountId, sid: Somebody) -> None:
    """The request is made, whatever the length of its reason."""
    support.request_support_access(actor=sid.actor, at=AT, account=here, why="x" * 5_000)
    assert len(open_requests(here)[0].why) == support.WHY_LIMIT


# ---- granting ------------------------------------------------------------------------------------------------------


ACTS: dict[str, Callable[..., None]] = {
    "grant": let_in,
    "deny": deny,
    "extend": extend,
    "expire": expire,
}


@pytest.mark.parametrize("act", ACTS)
def test_sup_11_only_account_administrators_decide(act: str, here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Account Administration and nothing less: neither another user, nor the one who asks, nor a stranger."""
    grant = ask(sid, here)
    if act in {"extend", "expire"}:
        let_in(ann, here, grant)
    low = a_user(here, STANDARD_USER)
    stranger = a_user(an_account("Other"), ADMINISTRATOR)
    for who in (low, sid, stranger):
        with pytest.raises(no.Refused) as caught:
            ACTS[act](who, here, grant)
        assert isinstance(caught.value.refusal, no.Denial)
    clerk = a_user(here, a_role(here, "Clerk", "ACCOUNT_ADMIN", *_SUPPORT))
    ACTS[act](clerk, here, grant)


_SUPPORT = ("ASSURE", "DEVELOPER", "EXECUTE", "LICENSING", "VIEW_DATA", "VIEW_RESULT")


def test_sup_11_staff_let_in_as_administrator_may_not_prolong_their_own_access_unnoticed(
    here: AccountId, ann: Somebody, sid: Somebody
) -> None:
    """Who was let in as Administrator has Account Administration, like any other: what they do is logged as theirs."""
    grant = ask(sid, here)
    let_in(ann, here, grant, role=ADMINISTRATOR)
    extend(sid, here, grant)
    assert entries(here)[-1].user == sid.email


@pytest.mark.parametrize("hours", [0, -4, 5, 23, 1_000_000, *LENGTHS])
def test_sup_11_lengths_are_those_offered(hours: int, here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """4 hours, 8 hours, 1 day, 3 days, 7 days; no other length is granted, nor added."""
    grant = ask(sid, here)
    if hours in LENGTHS:
        let_in(ann, here, grant, hours=hours)
        assert stored(here, grant) == ("active", SUPPORT, AT + hours * HOUR)
        extend(ann, here, grant, hours)
        assert stored(here, grant) == ("active", SUPPORT, AT + 2 * hours * HOUR)
        return
    with refused(no.LengthNotOffered, "SUP-11"):
        let_in(ann, here, grant, hours=hours)
    let_in(ann, here, grant)
    with refused(no.LengthNotOffered, "SUP-11"):
        extend(ann, here, grant, hours)


def test_sup_11_the_roles_are_those_of_the_support_access_role(partner: Partner, sid: Somebody) -> None:
    """Default roles available and own custom ones (SUP-1, SUP-2); never shared ones, another account's or none."""
    lend(partner.home, partner.services, partner.lent)
    closed_to_outside(partner.abc, None)
    grant = ask(sid, partner.abc)
    for role in (partner.lent, a_role(partner.def_, "Theirs"), RoleId("unknown"), RoleId("MDM_DEVELOPER")):
        for who in (partner.max, _Operator):
            with refused(no.SupportAccessNotOffered, "SUP-1"):
                let_in(who, partner.abc, grant, role=role)
    accounts.switch_feature(
        actor=OPERATOR, at=AT, account=partner.abc, feature=Feature.ADVANCED_USER_SECURITY, on=False
    )
    with refused(no.SupportAccessNotOffered, "SUP-1"):
        let_in(partner.max, partner.abc, grant, role=PRODUCTION_SUPPORT)
    let_in(partner.max, partner.abc, grant, role=STANDARD_USER)
    assert way(sid, partner.abc) == ("staff", {STANDARD_USER})


def test_sup_11_an_own_custom_role_is_granted(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """With what it inherits."""
    role = a_role(here, "Helper", "API", parent=SUPPORT)
    let_in(ann, here, ask(sid, here), role=role)
    assert can(sid, here) == {"API", *_SUPPORT}


def test_user_13_nobody_grants_or_prolongs_what_they_do_not_hold(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Who holds Account Administration and little else grants little else."""
    clerk = a_user(here, a_role(here, "Clerk", "ACCOUNT_ADMIN", "EXECUTE"))
    grant = ask(sid, here)
    small = a_role(here, "Small", "EXECUTE")
    for role in (ADMINISTRATOR, STANDARD_USER, SUPPORT):
        with refused(no.NotYoursToGive, "USER-13"):
            let_in(clerk, here, grant, role=role)
    let_in(ann, here, grant, role=SUPPORT)
    with refused(no.NotYoursToGive, "USER-13"):
        extend(clerk, here, grant)
    expire(clerk, here, grant)
    let_in(clerk, here, ask(sid, here), role=small)


def test_sup_11_several_are_let_in_at_once_or_none(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Requesters are chosen together; one that is not open lets none in; nobody chosen is refused."""
    other = somebody(staff=True)
    first, second = ask(sid, here), ask(other, here)
    deny(ann, here, second)
    with refused(no.SupportGrantNotOpen, "SUP-12"):
        let_in(ann, here, first, second)
    with refused(no.SupportGrantNotOpen, "SUP-12"):
        let_in(ann, here)
    third = ask(other, here)
    let_in(ann, here, first, third, role=STANDARD_USER)
    assert {way(who, here) == ("staff", {STANDARD_USER}) for who in (sid, other)} == {True}


def test_sup_11_somebody_who_is_staff_no_more_gets_nothing_by_it(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Temporary access is for support staff: it counts for nobody else."""
    let_in(ann, here, ask(sid, here))
    User.objects.filter(pk=sid.id).update(staff=False)
    revisions.raise_revisions([here])
    assert way(sid, here) == "no_roles"


# ---- states --------------------------------------------------------------------------------------------------------


def test_sup_12_each_act_needs_its_state(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Requested is granted or denied, active is extended or expired; nothing comes back from denied or expired."""
    grant = ask(sid, here)
    for act in ("extend", "expire"):
        with refused(no.SupportGrantNotOpen, "SUP-12"):
            ACTS[act](ann, here, grant)
    let_in(ann, here, grant)
    for act in ("grant", "deny"):
        with refused(no.SupportGrantNotOpen, "SUP-12"):
            ACTS[act](ann, here, grant)
    expire(ann, here, grant)
    denied = ask(sid, here)
    deny(ann, here, denied)
    for over in (grant, denied):
        for again in ACTS.values():
            with refused(no.SupportGrantNotOpen, "SUP-12"):
                again(ann, here, over)


def test_sup_12_what_has_run_out_is_expired_without_anybodys_doing(
    here: AccountId, ann: Somebody, sid: Somebody
) -> None:
    """At the instant it is expired: neither extended nor expired again."""
    grant = ask(sid, here)
    let_in(ann, here, grant)
    row = SupportGrant.rows.of(here).get(pk=grant)
    end = AT + 4 * HOUR
    assert status_at(GrantStatus(row.status), row.expires_at, end - TICK) is GrantStatus.ACTIVE
    assert status_at(GrantStatus(row.status), row.expires_at, end) is GrantStatus.EXPIRED
    for late in (extend, expire):
        with refused(no.SupportGrantNotOpen, "SUP-12") as caught:
            late(ann, here, grant, at=end)
        assert caught[0].details()["status"] == "expired"
    extend(ann, here, grant, at=end - TICK)
    assert way(sid, here, end) == ("staff", {SUPPORT})


def test_sup_12_the_table_shows_name_role_status_and_expiration(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Newest first; a role keeps the name it had when it was given, also when it has gone."""
    role = a_role(here, "Helper", "EXECUTE")
    first = ask(sid, here)
    let_in(ann, here, first, role=role)
    expire(ann, here, first)
    roles.remove_role(actor=ann.actor, at=AT, account=here, role=role)
    ask(sid, here)
    rows = support_page(here).rows
    assert [(row.user.email, row.role_name, row.status) for row in rows] == [
        (sid.email, "", "requested"),
        (sid.email, "Helper", "expired"),
    ]
    assert rows[1].expires_at == AT


def test_sup_13_a_grant_ends_as_soon_as_it_is_expired_by_hand(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Also for open sessions: the next decision knows."""
    grant = ask(sid, here)
    let_in(ann, here, grant, hours=168)
    assert way(sid, here) == ("staff", {SUPPORT})
    expire(ann, here, grant)
    assert way(sid, here) == "no_outside_access"
    assert way(sid, here, AT + HOUR) == "no_outside_access"


def test_sup_13_extending_adds_to_the_end(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """By one of the lengths offered, from the end there was."""
    grant = ask(sid, here)
    let_in(ann, here, grant)
    extend(ann, here, grant, 8, AT + HOUR)
    assert way(sid, here, AT + 12 * HOUR - TICK) == ("staff", {SUPPORT})
    assert way(sid, here, AT + 12 * HOUR) == "no_outside_access"


def test_sup_14_while_there_is_a_support_access_role_grants_are_dormant(
    here: AccountId, ann: Somebody, sid: Somebody
) -> None:
    """Staff have exactly that role; a grant whose time has not run out works again when it is no access again."""
    grant = ask(sid, here)
    let_in(ann, here, grant, role=ADMINISTRATOR)
    closed_to_outside(here, SUPPORT)
    assert way(sid, here) == ("staff", {SUPPORT})
    assert "ACCOUNT_ADMIN" not in can(sid, here)
    closed_to_outside(here, None)
    assert way(sid, here) == ("staff", {ADMINISTRATOR})
    closed_to_outside(here, SUPPORT)
    expire(ann, here, grant)
    closed_to_outside(here, None)
    assert way(sid, here) == "no_outside_access"


def test_sup_14_a_dormant_grant_runs_out_all_the_same(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Its time runs on."""
    let_in(ann, here, ask(sid, here))
    closed_to_outside(here, SUPPORT)
    assert way(sid, here, AT + 4 * HOUR) == ("staff", {SUPPORT})
    closed_to_outside(here, None)
    assert way(sid, here, AT + 4 * HOUR) == "no_outside_access"


def test_sup_10_a_grant_of_a_role_that_is_gone_gives_nothing(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Fail closed, by whatever way the role went."""
    role = a_role(here, "Helper", "EXECUTE")
    grant = ask(sid, here)
    let_in(ann, here, grant, role=role)
    SupportGrant.rows.of(here).filter(pk=grant).update(role="gone")
    revisions.raise_revisions([here])
    assert way(sid, here) == "no_outside_access"


def test_role_15_a_role_that_an_active_grant_gives_stays(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Dormant or not; once the grant is over, it can go."""
    role = a_role(here, "Helper", "EXECUTE")
    grant = ask(sid, here)
    let_in(ann, here, grant, role=role)
    for support_access in (None, SUPPORT):
        closed_to_outside(here, support_access)
        with refused(no.RoleInUse, "ROLE-15") as caught:
            roles.remove_role(actor=ann.actor, at=AT, account=here, role=role)
        assert "temporary grant" in caught[0].message
    with refused(no.RoleInUse, "ROLE-15"):
        roles.remove_role(actor=ann.actor, at=AT + 4 * HOUR - TICK, account=here, role=role)
    roles.remove_role(actor=ann.actor, at=AT + 4 * HOUR, account=here, role=role)


def test_eff_2_staff_with_direct_or_group_roles(partner: Partner, sid: Somebody) -> None:
    """Direct roles come first and the grant is not mixed in; group roles never count for staff (SUP-7)."""
    closed_to_outside(partner.abc, None)
    enlist(partner.home, partner.services, sid, STANDARD_USER)
    assert way(sid, partner.abc) == "no_outside_access"
    let_in(partner.max, partner.abc, ask(sid, partner.abc))
    assert way(sid, partner.abc) == ("staff", {SUPPORT})
    a_user(partner.abc, PRODUCTION_SUPPORT, email=sid.email)
    assert way(sid, partner.abc) == ("direct", {PRODUCTION_SUPPORT})
    users.remove_user(actor=OPERATOR, at=AT, account=partner.abc, user=sid.id)
    assert way(sid, partner.abc) == ("staff", {SUPPORT})
    closed_to_outside(partner.def_, SUPPORT)
    assert way(sid, partner.def_) == ("staff", {SUPPORT})


def test_lock_7_locked_staff_are_out_at_once(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Of an account they have temporary access to, as of any other."""
    let_in(ann, here, ask(sid, here))
    for locked, found in ((True, "user_locked"), (False, ("staff", {SUPPORT}))):
        way(sid, here)
        users.set_lock(actor=OPERATOR, at=AT, user=sid.email, locked=locked)
        assert way(sid, here) == found


def test_lock_7_a_lock_and_a_grant_cannot_miss_each_other(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """A lock raises the revision of every account that may just be granting what the person has asked for: whoever is
    second sees the other.
    """
    ask(sid, here)
    with watched() as written:
        users.set_lock(actor=OPERATOR, at=AT, user=sid.email, locked=True)
    assert written.raised == {here: 1}


def test_tok_10_temporary_access_is_a_path(partner: Partner, sid: Somebody) -> None:
    """Staff who leave a group keep the token of an account they have temporary access to, and lose others."""
    closed_to_outside(partner.abc, None)
    enlist(partner.home, partner.services, sid, STANDARD_USER)
    let_in(partner.max, partner.abc, ask(sid, partner.abc))
    for account in (partner.abc, partner.def_):
        token = UserToken(account_id=account, user_id=sid.id, name=account, digest=account, created_at=AT)
        UserToken.rows.of(account).bulk_create([token])
    groups.remove_user_from_group(actor=OPERATOR, at=AT, account=partner.home, group=partner.services, user=sid.id)
    assert [UserToken.rows.of(a).get().status for a in (partner.abc, partner.def_)] == ["enabled", "revoked"]


def test_sup_11_staff_known_by_the_hosts_id_enter_as_well(here: AccountId, ann: Somebody) -> None:
    """The host application's own id of a person finds the same access as the e-mail address."""
    who = somebody(staff=True, external_id="host-42")
    let_in(ann, here, ask(who, here))
    assert way(who, here) == ("staff", {SUPPORT})
    by_id = ENGINE.access(user="host-42", account=here, at=AT)
    assert by_id == ENGINE.access(user=who.email, account=here, at=AT)


def test_sup_11_a_request_in_one_account_opens_no_other(here: AccountId, ann: Somebody, sid: Somebody) -> None:
    """Each account decides for itself."""
    other = an_account("Other", AUS)
    closed_to_outside(other, None)
    boss = a_user(other, ADMINISTRATOR)
    grant = ask(sid, here)
    for act in ACTS.values():
        with refused(no.SupportGrantNotOpen, "SUP-12"):
            act(boss, other, grant)
    let_in(ann, here, grant)
    assert way(sid, other) == "no_outside_access"
