"""Roles in account groups with validity: listed, read, changed, by whom it may be."""

from datetime import UTC, datetime

import pytest

from tenantry.audit.models import Entry
from tenantry.decisions.engine import ENGINE
from tenantry.groups.commands import change_group_role_validity
from tenantry.groups.models import GroupUserRole
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
