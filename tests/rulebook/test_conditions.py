"""Grants under conditions: they count for questions that fulfil them, and for nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Allowed, Decision, Denied
from tenantry.rules.conditions import CONDITION_LIMIT, Judge, Verdict, check_condition, loosens, unjudged
from tenantry.rules.decide import Snapshot, access_of, decide, of_object
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.granting import check_administrator_kept, check_administrator_throughout
from tenantry.rules.impact import outcome
from tenantry.rules.places import Environment
from tenantry.rules.vocabulary import (
    UNCONDITIONAL,
    Condition,
    EnvironmentId,
    GroupId,
    Instant,
    Person,
    RoleGrant,
    RoleId,
    UserKey,
    Validity,
    Via,
)
from tests.rulebook.world import AT, HERE, TICK, an_account, custom, grant

ANN = "ann@example.com"
SUNNY, RAINY = Condition("sunny"), Condition("rainy")
WEATHER: Mapping[str, Verdict] = {"sunny": Verdict(met=True), "rainy": Verdict(met=False, why="It is false.")}


def weather(condition: Condition, properties: str) -> Verdict:
    """A judge to whom it is sunny; what else there is comes to what the person is told to be."""
    return WEATHER.get(condition, Verdict(properties == condition, "It is another person."))


def under(condition: str, role: str, ends: Instant | None = None, group: str | None = None) -> RoleGrant:
    """A role given under a condition."""
    return RoleGrant(RoleId(role), Validity(ends=ends), GroupId(group) if group else None, Condition(condition))


def facts(
    *direct: RoleGrant, outside: tuple[RoleGrant, ...] = (), account: AccountFacts | None = None, properties: str = ""
) -> Snapshot:
    """The account with Ann, who holds this."""
    held = Held(Person(properties=properties), direct, outside)
    return Snapshot(account or an_account(custom("r", "EXECUTE", name="Runner")), [(UserKey(ANN), None, held)])


def ask(facts: Snapshot, privilege: str = "EXECUTE", judge: Judge = weather, at: Instant = AT) -> Decision:
    """May Ann?"""
    return decide(facts, ANN, privilege, at, judge=judge)


def refusal(decision: Decision) -> no.Denial:
    """Why not; fails the test when it is allowed."""
    assert isinstance(decision, Denied), decision
    return decision.refusal


def test_a_grant_counts_where_its_condition_is_met() -> None:
    """And the answer names the condition that was met."""
    decision = ask(facts(under("sunny", "r")))
    assert isinstance(decision, Allowed)
    assert [(one.role, one.condition) for one in decision.grants] == [("r", SUNNY)]


def test_a_condition_that_is_not_met_is_told_with_the_role() -> None:
    """Where nothing else stands in the way."""
    found = refusal(ask(facts(under("rainy", "r"))))
    assert found == no.ConditionNotMet(account=HERE, role="Runner", condition="rainy", why="It is false.")
    assert "rainy. It is false." in found.message


def test_what_the_condition_would_not_have_helped_is_denied_for_its_own_reason() -> None:
    """The privilege is in no role held, or the person is locked."""
    assert refusal(ask(facts(under("rainy", "r")), "BUILD")).code == "no_roles"
    assert refusal(ask(facts(under("rainy", "r"), grant("SUPPORT")), "BUILD")).code == "not_held"
    locked = Snapshot(an_account(), [(UserKey(ANN), None, Held(Person(locked=True), (under("rainy", "SUPPORT"),)))])
    assert refusal(ask(locked)) == no.UserLocked()


def test_of_several_the_role_that_would_help_is_named() -> None:
    """Not the first one that happens to fail."""
    found = refusal(ask(facts(under("rainy", "STANDARD_USER"), under("rainy", "r")), "EXECUTE"))
    assert isinstance(found, no.ConditionNotMet)
    account = an_account(custom("a", "API", name="Caller"), custom("r", "EXECUTE", name="Runner"))
    found = refusal(ask(facts(under("rainy", "r"), under("rainy", "a"), account=account), "API"))
    assert isinstance(found, no.ConditionNotMet)
    assert found.role == "Caller"


def test_a_role_held_also_without_a_condition_has_none() -> None:
    """In two groups, one under a condition: it counts by the other one, whatever is asked."""
    both = (grant("SUPPORT"), under("sunny", "SUPPORT", group="g"))
    decision = ask(facts(outside=both))
    assert isinstance(decision, Allowed)
    assert [(one.via, one.condition) for one in decision.grants] == [(Via.GROUP, UNCONDITIONAL)]
    assert ask(facts(outside=both), judge=unjudged).allowed
    failing = ask(facts(outside=(under("rainy", "SUPPORT", group="g"), under("sunny", "SUPPORT", group="h"))))
    assert isinstance(failing, Allowed)
    assert [one.condition for one in failing.grants] == [SUNNY]


def test_without_a_judge_no_condition_is_met() -> None:
    """The console and the platform API tell nothing that conditions speak of."""
    found = refusal(decide(facts(under("sunny", "r")), ANN, "EXECUTE", AT))
    assert isinstance(found, no.ConditionNotMet)
    assert "host applications" in found.why
    access = access_of(facts(under("sunny", "r")), ANN, AT)
    assert isinstance(access, Denied)
    assert isinstance(access.refusal, no.ConditionNotMet)
    assert access.refusal.role == "Runner"
    assert access_of(facts(grant("SUPPORT"), under("sunny", "r")), ANN, AT) == access_of(
        facts(grant("SUPPORT")), ANN, AT
    )
    met = access_of(facts(under("sunny", "r")), ANN, AT, judge=weather)
    assert isinstance(met, Access)
    assert met.roles == ("r",)


def test_eff_1_direct_roles_that_fail_do_not_keep_group_roles_out() -> None:
    """As roles that are not in force do not; where they are met, they do (EFF-2)."""
    outside = (grant("SUPPORT"),)
    decision = ask(facts(under("rainy", "STANDARD_USER"), outside=outside), "EXECUTE")
    assert isinstance(decision, Allowed)
    assert decision.grants[0].via is Via.GROUP
    account = an_account(custom("empty"))
    assert not ask(facts(under("sunny", "empty"), outside=outside, account=account), "EXECUTE").allowed


def test_no_answer_is_kept_where_a_condition_decides() -> None:
    """The next question may fulfil it; where none decides, answers are kept as ever."""
    known = facts(under("x", "r"))

    def judge(*, met: bool) -> Judge:
        return lambda condition, properties: Verdict(met, f"{condition}{properties}")

    assert [ask(known, judge=judge(met=met)).allowed for met in (True, False, True)] == [True, False, True]
    assert not known.standings[ANN]
    plain = facts(grant("r"))
    assert ask(plain).allowed
    assert "EXECUTE" in plain.standings[ANN]


def test_the_judge_is_told_what_is_stored_of_the_person() -> None:
    """And is not asked about grants that are not in force."""
    assert ask(facts(under('{"a":1}', "r"), properties='{"a":1}')).allowed
    assert not ask(facts(under('{"a":1}', "r"), properties='{"a":2}')).allowed
    asked: list[str] = []

    def noting(condition: Condition, properties: str) -> Verdict:
        asked.append(condition + properties)
        return Verdict(met=True)

    assert not ask(facts(under("x", "r", ends=AT)), judge=noting).allowed
    assert asked == []
    assert ask(facts(under("x", "r", ends=AT + TICK)), judge=noting).allowed
    assert asked == ["x"]


def test_env_12_a_role_under_a_condition_opens_a_gate_where_it_is_met() -> None:
    """And where it is not, the refusal tells so."""
    place = Environment(EnvironmentId("e"), "Production", roles=frozenset({RoleId("key")}))
    account = replace(
        an_account(custom("key", name="Key"), custom("r", "EXECUTE", name="Runner")), environments={place.id: place}
    )
    for condition, opened in ((SUNNY, True), (RAINY, False)):
        known = facts(grant("r"), under(condition, "key"), account=account)
        decision = decide(known, ANN, "EXECUTE", AT, None, place, weather)
        assert decision.allowed is opened
        if isinstance(decision, Denied):
            assert decision.refusal == no.ConditionNotMet(
                account=HERE, role="Key", condition="rainy", why="It is false."
            )
        else:
            assert decision.opening is not None
            assert decision.opening.roles == ("Key",)


def test_the_condition_of_an_object_comes_on_top() -> None:
    """A yes needs it as well and names it; a no stays what it was."""
    known = facts(grant("r"), properties="me")
    allowed, denied = ask(known), ask(known, "BUILD")

    def judged(decision: Decision, condition: str) -> Decision:
        return of_object(decision, Condition(condition), known, ANN, None, weather)

    met = judged(allowed, "sunny")
    assert isinstance(met, Allowed)
    assert met.condition == SUNNY
    assert judged(allowed, "") is allowed
    assert judged(allowed, "me").allowed
    assert judged(denied, "sunny") is denied
    expected = no.ObjectConditionNotMet(account=HERE, privilege="EXECUTE", condition="rainy", why="It is false.")
    assert refusal(judged(allowed, "rainy")) == expected


@pytest.mark.parametrize("check", [check_administrator_kept, check_administrator_throughout])
def test_user_11_an_administrator_under_a_condition_is_none(check: object) -> None:
    """So the last one without a condition stays, and putting the last one under a condition is refused."""
    assert callable(check)
    plain, conditional = grant("ADMINISTRATOR"), under("sunny", "ADMINISTRATOR")
    assert check(HERE, [plain, conditional], [conditional], AT) == no.LastAdministrator(account=HERE)
    assert check(HERE, [plain], [conditional], AT) == no.LastAdministrator(account=HERE)
    assert check(HERE, [conditional], [], AT) is None
    assert check(HERE, [plain, conditional], [plain], AT) is None


def test_previews_count_what_is_held_under_a_condition_as_held() -> None:
    """What could be lost by a change is told; whether a question would have fulfilled it, nobody knows beforehand."""
    account = an_account(custom("r", "EXECUTE"))
    assert outcome(Held(direct=(under("rainy", "r"),)), account, AT).enters
    assert not outcome(Held(), account, AT).enters


def test_a_condition_that_goes_or_changes_is_given_anew() -> None:
    """One that is added takes away, and confers nothing."""
    assert [loosens(*pair) for pair in ((SUNNY, RAINY), (SUNNY, UNCONDITIONAL))] == [True, True]
    assert [loosens(*pair) for pair in ((UNCONDITIONAL, SUNNY), (SUNNY, SUNNY))] == [False, False]


def test_the_text_of_a_condition_is_judged_when_it_is_written() -> None:
    """Its length, and what the language finds wrong with it."""

    def fine(_: str) -> str:
        return ""

    def wrong(text: str) -> str:
        return f"{text} is wrong"

    assert check_condition("", wrong) is None
    assert check_condition("x" * CONDITION_LIMIT, fine) is None
    for text, why in (("x" * (CONDITION_LIMIT + 1), "1001"), ("a\x00b", "zero character"), ("  ", "blank")):
        found = check_condition(text, fine)
        assert found is not None
        assert why in found.message
    assert check_condition("x", wrong) == no.ConditionInvalid(why="x is wrong")
