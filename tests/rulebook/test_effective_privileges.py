"""Chapter EFF: how somebody is in an account, and with what; with the SUP rules that bound it."""

import itertools
from datetime import timedelta

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.access import effective, live_direct_roles
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import Person, Status, Validity, Via
from tests.rulebook.world import (
    AT,
    ELSEWHERE,
    EVERY_FEATURE,
    HERE,
    TICK,
    an_account,
    ask,
    custom,
    entered,
    grant,
    names,
)

HOUR = timedelta(hours=1)
LOCKED = Person(locked=True)
STAFF = Person(staff=True)


@pytest.mark.parametrize(
    ("starts", "ends", "counts"),
    [
        (None, None, True),
        (AT, None, True),
        (AT + TICK, None, False),
        (AT - HOUR, None, True),
        (None, AT, False),
        (None, AT + TICK, True),
        (None, AT - HOUR, False),
        (AT, AT + TICK, True),
        (AT - HOUR, AT, False),
        (AT + TICK, AT + HOUR, False),
    ],
)
def test_eff_1_a_grant_counts_from_its_first_instant_to_before_its_last(
    starts: object, ends: object, *, counts: bool
) -> None:
    """In force from its start on, before its end; both instants themselves are tried."""
    validity = Validity(starts, ends)  # type: ignore[arg-type]
    assert validity.in_force(AT) is counts
    access = ask(an_account(), direct=[grant("SUPPORT", starts, ends)])  # type: ignore[arg-type]
    assert isinstance(access, Access) is counts
    group = ask(an_account(), outside=[grant("SUPPORT", starts, ends)])  # type: ignore[arg-type]
    assert isinstance(group, Access) is counts


def test_eff_1_direct_means_at_least_one_live_direct_role() -> None:
    """Default roles, own roles, and roles shared to the account right now are live; others are not."""
    account = an_account(
        custom("own"), custom("given", account=ELSEWHERE), custom("withdrawn", account=ELSEWHERE), shared=["given"]
    )
    held = [grant(role) for role in ("SUPPORT", "own", "given", "withdrawn", "missing")]
    assert live_direct_roles(account, held, AT) == ("SUPPORT", "own", "given")
    assert ask(account, direct=["withdrawn"]) == no.NoRoles(account=HERE)
    assert ask(account, direct=["missing"]) == no.NoRoles(account=HERE)


@pytest.mark.parametrize("dead", ["withdrawn", "missing", "ended", "coming"])
def test_eff_1_somebody_whose_last_direct_role_has_gone_falls_back_to_the_group(dead: str) -> None:
    """Treated as not direct, and falls back to group access if there is any."""
    account = an_account(custom("withdrawn", "API", account=ELSEWHERE))
    direct = {
        "withdrawn": grant("withdrawn"),
        "missing": grant("missing"),
        "ended": grant("ADMINISTRATOR", None, AT),
        "coming": grant("ADMINISTRATOR", AT + TICK),
    }[dead]
    access = entered(account, direct=[direct], outside=["SUPPORT"])
    assert access.via is Via.GROUP
    assert access.roles == ("SUPPORT",)


def test_eff_2_direct_access_takes_precedence_completely() -> None:
    """Group roles are ignored beside a direct role, even when they are stronger; so is being staff."""
    for person in (Person(), STAFF):
        access = entered(an_account(), direct=["SUPPORT"], outside=["ADMINISTRATOR"], person=person)
        assert (access.via, access.roles, access.cap) == (Via.DIRECT, ("SUPPORT",), None)
        assert access == entered(an_account(), direct=["SUPPORT"])


def test_eff_2_staff_roles_and_group_roles_are_never_mixed() -> None:
    """Staff get the Support Access Role and nothing from groups."""
    account = an_account(support_access="SUPPORT")
    access = entered(account, outside=["ADMINISTRATOR"], person=STAFF)
    assert (access.via, access.roles, access.cap) == (Via.STAFF, ("SUPPORT",), None)


def test_grp_14_group_roles_are_the_union_over_all_groups() -> None:
    """Without direct access, the roles are the union over all groups that contain both."""
    access = entered(an_account(), outside=["SUPPORT", "PRODUCTION_SUPPORT"])
    assert access.via is Via.GROUP
    assert access.roles == ("SUPPORT", "PRODUCTION_SUPPORT")
    assert {"ASSURE", "DEPLOY"} <= names(access.privileges)


@pytest.mark.parametrize("way", [{"direct": ["SUPPORT"]}, {"outside": ["SUPPORT"]}, {}])
@pytest.mark.parametrize("staff", [False, True])
def test_eff_3_and_lock_7_a_locked_person_is_nowhere(way: dict[str, list[str]], *, staff: bool) -> None:
    """Suspension and lock are tested before anything else, whatever the person holds."""
    answer = ask(an_account(), person=Person(locked=True, staff=staff), **way)  # type: ignore[arg-type]
    assert answer == no.UserLocked()
    assert answer.rules == ("EFF-3", "LOCK-7")


def test_eff_3_the_accounts_status_is_named_before_the_lock() -> None:
    """Status first, then the lock, then roles, then the Support Access Role."""
    shut = an_account(status=Status.DELETED, support_access=None)
    assert isinstance(ask(shut, person=LOCKED), no.AccountNotAvailable)
    closed = an_account(support_access=None)
    assert isinstance(ask(closed, person=LOCKED), no.UserLocked)
    assert isinstance(ask(closed), no.NoRoles)
    assert isinstance(ask(closed, outside=["SUPPORT"]), no.NoOutsideAccess)


def test_eff_4_advanced_user_security_off_takes_no_privilege_away() -> None:
    """AUS being off does not remove privileges that come from already assigned shared or custom roles."""
    roles = (custom("own", "API"), custom("theirs", "DEPLOY", account=ELSEWHERE))
    on = an_account(*roles, shared=["theirs"])
    off = an_account(*roles, shared=["theirs"], features=EVERY_FEATURE - {Feature.ADVANCED_USER_SECURITY})
    for held in (["own"], ["theirs"], ["own", "theirs", "PRODUCTION_SUPPORT"]):
        assert entered(on, direct=held) == entered(off, direct=held)
        assert entered(on, outside=held) == entered(off, outside=held)


def test_eff_5_the_support_access_role_is_not_one_of_the_roles_held() -> None:
    """It caps privileges, and is named beside the roles, not among them."""
    access = entered(an_account(support_access="PRODUCTION_SUPPORT"), outside=["STANDARD_USER"])
    assert access.roles == ("STANDARD_USER",)
    assert access.cap == "PRODUCTION_SUPPORT"


def test_eff_6_api_is_a_privilege_like_any_other_here() -> None:
    """API calls evaluate the same function and ask for `API` besides: only Administrator carries it by itself."""
    for role in ("ADMINISTRATOR", "STANDARD_USER", "PRODUCTION_SUPPORT", "SUPPORT"):
        access = entered(an_account(), direct=[role])
        assert ("API" in names(access.privileges)) == (role == "ADMINISTRATOR")


def test_sup_4_the_support_access_role_never_touches_a_direct_user() -> None:
    """It applies to group users and staff, and never to a user with direct access."""
    everything = {entered(an_account(support_access=s), direct=["STANDARD_USER"]) for s in (None, "SUPPORT", "gone")}
    assert len(everything) == 1


DEFAULT_FOUR = ("ADMINISTRATOR", "STANDARD_USER", "PRODUCTION_SUPPORT", "SUPPORT")


@pytest.mark.parametrize(("role", "cap"), list(itertools.product(DEFAULT_FOUR, DEFAULT_FOUR)))
def test_sup_5_for_group_users_it_is_the_intersection(role: str, cap: str) -> None:
    """Effective privileges are those of the group roles that the Support Access Role also carries; it never adds."""
    held = names(entered(an_account(), direct=[role]).privileges)
    bound = names(entered(an_account(), direct=[cap]).privileges)
    access = entered(an_account(support_access=cap), outside=[role])
    assert names(access.privileges) == held & bound
    assert names(access.passed) == held & bound
    assert names(access.carried) == held


def test_sup_5_the_cap_counts_with_what_it_inherits_and_implies() -> None:
    """The Support Access Role is resolved like any role."""
    account = an_account(custom("cap", "BUILD", parent="SUPPORT"), custom("r", "BUILD_READ_ONLY", "EXECUTE", "API"))
    account_capped = an_account(*(account.roles[r] for r in account.roles if r in {"cap", "r"}), support_access="cap")
    assert names(entered(account_capped, outside=["r"]).privileges) == {"BUILD_READ_ONLY", "EXECUTE"}


def test_sup_5_features_are_applied_after_the_cap() -> None:
    """What passes the cap may still be inert."""
    account = an_account(features=EVERY_FEATURE - {Feature.PROCESS_LIBRARY}, support_access="STANDARD_USER")
    access = entered(account, outside=["ADMINISTRATOR"])
    assert "PROCESS_LIBRARY" in names(access.passed)
    assert "PROCESS_LIBRARY" not in names(access.privileges)


def test_sup_5_an_empty_intersection_still_lets_in() -> None:
    """A cap of nothing leaves nothing, and is not "--No Access--"."""
    access = entered(an_account(custom("tag"), support_access="tag"), outside=["ADMINISTRATOR"])
    assert names(access.privileges) == set()


@pytest.mark.parametrize("person", [Person(), STAFF])
def test_sup_6_no_access_shuts_out_group_users_and_staff(person: Person) -> None:
    """With "--No Access--" group users cannot enter the account at all, and staff need a grant."""
    answer = ask(an_account(support_access=None), outside=["ADMINISTRATOR"], person=person)
    assert answer == no.NoOutsideAccess(account=HERE)
    assert answer.rules == ("SUP-6",)


@pytest.mark.parametrize("role", DEFAULT_FOUR)
def test_sup_7_for_staff_it_is_the_role_they_receive(role: str) -> None:
    """For platform support staff the Support Access Role is the role they have, uncapped and unextended."""
    access = entered(an_account(support_access=role), person=STAFF)
    assert (access.via, access.roles, access.cap) == (Via.STAFF, (role,), None)
    assert access.privileges == entered(an_account(), direct=[role]).privileges


@pytest.mark.parametrize("person", [Person(), STAFF])
def test_sup_10_a_support_access_role_that_does_not_exist_is_no_access(person: Person) -> None:
    """If the selected custom role stops existing for any reason the account behaves as "--No Access--"."""
    answer = ask(an_account(support_access="gone"), outside=["SUPPORT"], person=person)
    assert answer == no.NoOutsideAccess(account=HERE)


def test_entry_1_no_role_at_all_is_the_answer_when_there_never_was_one() -> None:
    """A user with no role in an account cannot enter it."""
    answer = ask(an_account())
    assert answer == no.NoRoles(account=HERE)
    assert answer.rules == ("ENTRY-1",)


def test_entry_1_roles_outside_their_time_are_told_with_the_time() -> None:
    """The next beginning is named before the last end, of all grants, direct or by group."""
    ended = [grant("SUPPORT", None, AT - HOUR), grant("STANDARD_USER", None, AT)]
    coming = [grant("SUPPORT", AT + 2 * HOUR), grant("STANDARD_USER", AT + HOUR)]
    assert ask(an_account(), direct=ended) == no.RolesNotInForce(account=HERE, when=f"the last ended {AT.isoformat()}")
    later = no.RolesNotInForce(account=HERE, when=f"the next begins {(AT + HOUR).isoformat()}")
    assert ask(an_account(), direct=coming) == later
    assert ask(an_account(), direct=ended, outside=coming) == later
    assert later.rules == ("ENTRY-1",)


def test_entry_1_time_is_the_reason_only_where_it_is() -> None:
    """A role that counts for nothing whatever the time is no role; one that began and ended is one that ended."""
    for dead in (grant("gone", AT), grant("gone", AT - HOUR), grant("gone", None, AT + TICK), grant("gone")):
        assert ask(an_account(), direct=[dead]) == no.NoRoles(account=HERE)
    over = ask(an_account(), direct=[grant("SUPPORT", AT - 2 * HOUR, AT - HOUR)])
    assert over == no.RolesNotInForce(account=HERE, when=f"the last ended {(AT - HOUR).isoformat()}")
    both = ask(an_account(), direct=[grant("SUPPORT", AT + HOUR, AT + 2 * HOUR), grant("gone", None, AT + 9 * HOUR)])
    assert both == no.RolesNotInForce(account=HERE, when=f"the next begins {(AT + HOUR).isoformat()}")


def test_eff_1_grants_may_be_asked_for_once_only() -> None:
    """Whatever brings the grants may be a stream: it is read once, and nothing is lost for the reason."""
    answer = effective(Person(), an_account(), iter([grant("SUPPORT", None, AT)]), iter([]), AT)
    assert isinstance(answer, no.RolesNotInForce)
