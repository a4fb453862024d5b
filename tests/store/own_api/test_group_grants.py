"""Roles in account groups with validity: listed, read, changed, by whom it may be."""

from datetime import UTC, datetime

import pytest

from tenantry.audit.models import Entry
from tenantry.decisions.engine import ENGINE
from tenantry.groups.models import GroupUser, GroupUserRole
from tenantry.groups.role_links import give_group_role
from tenantry.groups.validity import change_group_role_validity
from tenantry.roles.wire_ids import told_role
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import Validity
from tests.store.factories import AT, DAY, STANDARD_USER, SUPPORT, a_role, a_user, enlist, hold_in_group, somebody
from tests.store.own_api.callers import body, own, problem
from tests.store.partners import Partner, Rival

pytestmark = pytest.mark.django_db

SOON = datetime.now(UTC).replace(microsecond=0) + 10 * DAY


def test_grp_7_a_role_in_a_group_gets_an_end(partner: Partner) -> None:
    """Access through the group ends then; the log of the primary has it; filters find it."""
    calls = own(partner.home, partner.ann)
    [grant] = calls.get(f"group-grants?group={partner.services}&user={partner.serv.email}")["items"]
    assert (grant["role"], grant["group_name"]) == (told_role(STANDARD_USER), "Services")
    everywhere = calls.get(f"group-grants?user={partner.serv.email}&limit=1")
    assert len(everywhere["items"]) == 1
    assert everywhere["next"]
    assert len(calls.get(f"group-grants?role={told_role(SUPPORT)}")["items"]) == 1
    path = f"group-grants/{grant['id']}"
    tag = calls.send("GET", path).headers["ETag"]
    assert problem(calls.send("PUT", path, {})) == (428, "precondition_required")
    answer = calls.send("PUT", path, {"valid_until": SOON.isoformat()}, **{"if-match": tag})
    assert (answer.status_code, body(answer)["id"], body(answer)["in_force"]) == (200, grant["id"], True)
    assert problem(calls.send("PUT", path, {}, **{"if-match": tag})) == (412, "precondition_failed")
    found = [
        ENGINE.decide(user=partner.serv.email, privilege="BUILD", account=partner.abc, at=at).allowed
        for at in (SOON - DAY, SOON)
    ]
    assert found == [True, False]
    entry = Entry.rows.of(partner.home).filter(container=partner.serv.email).order_by("-id")[0]
    assert (entry.source, entry.type) == ("API", "as.accountgroup.user")
    said = {one["name"]: (one["old"], one["new"]) for one in entry.properties}
    assert said["valid_until"] == (None, SOON.isoformat())


def test_grp_7_nothing_is_conferred_by_a_longer_grant_that_the_actor_lacks(partner: Partner) -> None:
    """Shortening it is open to whoever manages groups; extending it gives it anew."""
    strong = a_role(partner.home, "Strong", "ACCOUNT_ADMIN")
    who = somebody()
    enlist(partner.home, partner.services, who, SUPPORT)
    hold_in_group(partner.home, partner.services, who, strong, ends=AT + 5 * DAY)
    weak = a_user(partner.home, a_role(partner.home, "Groups", "ACCOUNT_GROUP_MANAGEMENT"))

    def until(days: int) -> None:
        change_group_role_validity(
            actor=weak.actor,
            at=AT,
            account=partner.home,
            group=partner.services,
            user=who.id,
            role=strong,
            validity=Validity(ends=AT + days * DAY),
        )

    with pytest.raises(Refused, match="Account Administration"):
        until(6)
    until(4)
    with pytest.raises(Refused, match="Account Administration"):
        until(5)
    with pytest.raises(Refused, match="ahead"):
        until(-1)
    row = GroupUserRole.rows.of(partner.home).get(user_id=who.id, role_id=strong)
    assert row.valid_until == AT + 4 * DAY


def test_grp_7_a_role_in_a_group_is_given_for_a_while_and_taken(partner: Partner) -> None:
    """The first one puts the person into the group; under a key it is given once; the last one taken ends it."""
    calls = own(partner.home, partner.ann)
    sent = {
        "group": partner.services,
        "user": partner.ned.email,
        "role": told_role(SUPPORT),
        "valid_from": SOON.isoformat(),
        "valid_until": (SOON + DAY).isoformat(),
    }
    answer = calls.send("POST", "group-grants", sent, **{"idempotency-key": "k1"})
    made = body(answer)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/accounts/{partner.home}/group-grants/{made['id']}"
    assert (made["user"], made["role"], made["in_force"]) == (partner.ned.email, told_role(SUPPORT), False)
    again = calls.send("POST", "group-grants", sent, **{"idempotency-key": "k1"})
    assert (body(again), again.headers["Idempotency-Replayed"]) == (made, "true")
    assert body(calls.send("POST", "group-grants", sent)) == made  # held with the same validity: nothing changes
    entry = Entry.rows.of(partner.home).filter(container=partner.ned.email).order_by("-id")[0]
    assert (entry.source, entry.type, entry.action) == ("API", "as.accountgroup.user", "ADD")
    said = {one["name"]: (one["old"], one["new"]) for one in entry.properties}
    assert said["valid_from"] == (None, SOON.isoformat())
    other = {**sent, "valid_until": None}
    assert problem(calls.send("POST", "group-grants", other)) == (409, "role_held_already")
    second = body(calls.send("POST", "group-grants", {**sent, "role": told_role(STANDARD_USER)}))
    moments = (SOON - DAY, SOON, SOON + DAY)
    allowed = [
        ENGINE.decide(user=partner.ned.email, privilege="BUILD", account=partner.abc, at=at).allowed for at in moments
    ]
    assert allowed == [False, True, False]
    for grant in (made, second):
        path = f"group-grants/{grant['id']}"
        assert problem(calls.send("DELETE", path)) == (428, "precondition_required")
        assert problem(calls.send("DELETE", path, **{"if-match": '"old"'})) == (412, "precondition_failed")
        tag = calls.send("GET", path).headers["ETag"]
        assert calls.send("DELETE", path, **{"if-match": tag}).status_code == 204
        assert problem(calls.send("GET", path)) == (404, "not_there")
    assert not GroupUser.rows.of(partner.home).filter(user_id=partner.ned.id, group_id=partner.services).exists()


def test_grp_7_giving_a_role_in_a_group_is_judged_by_all_of_its_time(partner: Partner) -> None:
    """What somebody holds there for a shorter time does not let it be given for a longer one; ends lie ahead."""
    strong, more = (a_role(partner.home, name, "ACCOUNT_ADMIN") for name in ("Strong", "More"))
    who = somebody()
    enlist(partner.home, partner.services, who, SUPPORT)
    hold_in_group(partner.home, partner.services, who, strong, ends=AT + 5 * DAY)
    weak = a_user(partner.home, a_role(partner.home, "Groups", "ACCOUNT_GROUP_MANAGEMENT"))

    def give(days: int, *, email: str = "") -> None:
        give_group_role(
            actor=weak.actor,
            at=AT,
            account=partner.home,
            group=partner.services,
            email=email or who.email,
            role=more,
            validity=Validity(ends=AT + days * DAY),
        )

    with pytest.raises(Refused, match="Account Administration"):
        give(6)
    with pytest.raises(Refused, match="Account Administration"):
        give(4, email=partner.ned.email)
    with pytest.raises(Refused, match="ahead"):
        give(-1)
    give(4)
    row = GroupUserRole.rows.of(partner.home).get(user_id=who.id, role_id=more)
    assert row.valid_until == AT + 4 * DAY


def test_grp_1_by_a_call_groups_are_changed_with_account_administration(partner: Partner) -> None:
    """Whoever manages groups alone reads and gives nothing; people unknown, or who never signed in, get nothing."""
    calls = own(partner.home, a_user(partner.home, a_role(partner.home, "g", "API", "ACCOUNT_GROUP_MANAGEMENT")))
    [grant, *_] = calls.get("group-grants")["items"]
    sent = {"group": partner.services, "user": partner.ned.email, "role": told_role(SUPPORT)}
    for method, path, body_sent in (
        ("POST", "group-grants", sent),
        ("PUT", f"group-grants/{grant['id']}", {}),
        ("DELETE", f"group-grants/{grant['id']}", None),
    ):
        answer = calls.send(method, path, body_sent, **{"if-match": "*"})
        assert problem(answer) == (403, "not_held")
    chief = own(partner.home, partner.ann)
    for email in ("nobody@example.com", somebody(signed_in=False).email):
        assert problem(chief.send("POST", "group-grants", {**sent, "user": email})) == (409, "never_signed_in")
    assert problem(chief.send("POST", "group-grants", {**sent, "group": "none"})) == (404, "group_not_found")
    assert problem(chief.send("POST", "group-grants", {**sent, "valid_untill": None})) == (422, "body_invalid")


def test_api_8_grants_in_groups_of_another_primary_are_not_there(partner: Partner, rival: Rival) -> None:
    """Nor may whoever manages no groups see any."""
    [theirs] = own(rival.home, rival.boss).get("group-grants")["items"]
    calls = own(partner.home, partner.ann)
    for id in (theirs["id"], "987654"):
        for method, sent in (("GET", None), ("PUT", {})):
            answer = calls.send(method, f"group-grants/{id}", sent, **{"if-match": "*"})
            assert problem(answer) == (404, "not_there")
    assert calls.get(f"group-grants?group={rival.group}")["items"] == []
    plain = own(partner.home, a_user(partner.home, a_role(partner.home, "calls", "API")))
    assert problem(plain.send("GET", "group-grants")) == (403, "not_held")
