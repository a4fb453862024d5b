"""Why, for programs: whole paths, smallest changes, and who may ask about whom."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tenantry.decisions.explanation import explain
from tenantry.rules.sharing import Kind
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    PARTNER,
    STANDARD_USER,
    SUPPORT,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    enlist,
    hold,
    lend,
    somebody,
)
from tests.store.own_api.callers import own, problem

pytestmark = pytest.mark.django_db

PASSWORD = "Correct-Horse-9"


def test_eff_5_a_shared_role_is_told_with_its_whole_path() -> None:
    """Role, parent, group and whose it is, as data; the same that the page tells."""
    primary = a_primary("Partner")
    member = a_member(primary, "Customer")
    base = a_role(primary, "Base", "VIEW_RESULT")
    role = a_role(primary, "Analyst", "EXECUTE", parent=base)
    group = a_group(primary, "Services", members=[member])
    lend(primary, group, role)
    boss, holder = a_user(member, ADMINISTRATOR), a_user(member, role)
    found = own(member, boss).get("explanations?" + urlencode({"user": holder.email, "privilege": "VIEW_RESULT"}))
    page = explain(user=holder.email, privilege="VIEW_RESULT", account=member, at=AT)
    assert found["allowed"] is True
    assert found["rules"] == list(page.rules)
    [grant] = found["grants"]
    assert grant["path"] == ["Analyst", "Base"]
    assert (grant["groups"], grant["shared"]) == (["Services"], True)
    assert (found["user"], found["account"], found["privilege"]) == (holder.email, member, "VIEW_RESULT")


def test_a_denial_tells_ways_and_what_is_held() -> None:
    """Each way with its acts; roles held that do not help."""
    home = an_account("Home", PARTNER)
    boss, who = a_user(home, ADMINISTRATOR), a_user(home, SUPPORT)
    hold(home, who, SUPPORT, ends=AT.replace(year=2099))
    found = own(home, boss).get("explanations?" + urlencode({"user": who.email, "privilege": "BUILD"}))
    assert found["allowed"] is False
    assert found["reason"]
    assert [role["name"] for role in found["held"]] == ["Support"]
    assert found["held"][0]["validity"].startswith("in force until 2099")
    assert any("Standard User" in act for way in found["ways"] for act in way["acts"])


def test_everybody_may_ask_about_themselves_and_others_need_the_right() -> None:
    """As on the page; API Access is needed for any call."""
    home = an_account("Home", PARTNER)
    who = a_user(home, a_role(home, "calls", "API", "EXECUTE"))
    other = a_user(home, STANDARD_USER, password=PASSWORD)
    calls = own(home, who)
    assert calls.get("explanations?privilege=EXECUTE")["user"] == who.email
    refused = calls.send("GET", "explanations?" + urlencode({"privilege": "EXECUTE", "user": other.email}))
    assert problem(refused) == (403, "not_held")
    plain = replace(calls, user=other.email, secret=PASSWORD)
    assert problem(plain.send("GET", "explanations?privilege=EXECUTE")) == (403, "not_held")


def test_api_8_a_primary_asks_about_accounts_it_manages_and_no_others() -> None:
    """Another account is answered as one that is not there."""
    primary = a_primary()
    member, stranger = a_member(primary), an_account("Stranger")
    partner, boss = a_user(primary, ADMINISTRATOR), a_user(member, ADMINISTRATOR)
    calls = own(primary, partner)
    asked = {"user": boss.email, "privilege": "EXECUTE"}
    assert calls.get("explanations?" + urlencode({**asked, "account": member}))["account"] == member
    answers = [calls.send("GET", "explanations?" + urlencode({**asked, "account": a})) for a in (stranger, "nowhere")]
    assert [problem(answer) for answer in answers] == [(404, "unknown_account")] * 2
    assert answers[0].content.replace(stranger.encode(), b"nowhere") == answers[1].content
    assert problem(own(member, boss).send("GET", f"explanations?privilege=EXECUTE&account={primary}"))[0] == 404


def test_conf_24_use_of_a_resource_is_explained() -> None:
    """The path from its owner; who receives it is not told how it could be shared, who shares it is."""
    primary = a_primary()
    member = a_member(primary, "Customer")
    role = a_role(primary, "Analyst", "EXECUTE")
    group = a_group(primary, "Services", members=[member])
    partner, boss = a_user(primary, ADMINISTRATOR), a_user(member, ADMINISTRATOR)
    asked = {"resource": f"{Kind.ROLE}:{role}", "user": boss.email}
    found = own(primary, partner).get("explanations?" + urlencode({**asked, "account": member}))
    assert found["allowed"] is False
    assert "Share the role Analyst with the account group Services." in found["shares"]
    mine = own(member, boss)
    assert mine.get("explanations?" + urlencode(asked))["shares"] == []
    lend(primary, group, role)
    found = mine.get("explanations?" + urlencode(asked))
    assert (found["allowed"], found["resource"]) == (True, "Analyst")
    assert "Services" in found["reach"]


def test_a_question_that_is_none_is_refused() -> None:
    """Neither privilege nor resource, both, no kind, a parameter that nobody knows, one given twice."""
    home = an_account("Home", PARTNER)
    calls = own(home, a_user(home, ADMINISTRATOR))
    for asked in (
        "",
        "?privilege=EXECUTE&resource=role:x",
        "?resource=nothing:x",
        "?resource=role",
        "?privilege=EXECUTE&nonsense=1",
        "?privilege=EXECUTE&privilege=API",
        "?privilege=" + "x" * 256,
    ):
        assert problem(calls.send("GET", f"explanations{asked}")) == (422, "parameter_invalid"), asked
    assert calls.get("explanations?privilege=NONSENSE")["allowed"] is False
    for place in ("environment=nowhere", "folder=nowhere"):
        assert problem(calls.send("GET", f"explanations?privilege=EXECUTE&{place}"))[0] == 404


def test_grp_14_group_access_is_told_with_its_cap() -> None:
    """The group, and the Support Access Role within which it counts."""
    primary = a_primary()
    member = a_member(primary)
    helper = somebody("helper@example.com")
    group = a_group(primary, "Services", members=[member])
    enlist(primary, group, helper, SUPPORT)
    boss = a_user(member, ADMINISTRATOR)
    found = own(member, boss).get("explanations?" + urlencode({"user": helper.email, "privilege": "EXECUTE"}))
    assert found["cap"] == "Administrator"
    assert found["grants"][0]["groups"] == ["Services"]
    assert found["grants"][0]["via"] == "by an account group"
