"""Impact previews for programs: looked at by whoever may, confirmed as seen, refused where it has become another."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tenantry.accounts.queries import existing_account
from tenantry.groups.queries import group_grants_of, group_of
from tenantry.own_api.models import AskedChange
from tenantry.previews.models import Preview
from tenantry.roles.models import Role
from tenantry.roles.wire_ids import told_role
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, GroupId
from tenantry.sharing.queries import is_shared_in
from tests.store.factories import (
    ADMINISTRATOR,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    enlist,
    lend,
    somebody,
)
from tests.store.own_api.callers import body, own, problem
from tests.store.platform_api.callers import Caller, told

pytestmark = pytest.mark.django_db


class World:
    """A primary whose group shares a role with a customer, where somebody holds it, and puts somebody else in."""

    def __init__(self) -> None:
        """Made by the commands themselves."""
        self.home: AccountId = a_primary("Partner")
        self.member = a_member(self.home, "Customer")
        self.role = a_role(self.home, "Analyst", "ACCOUNT_ADMIN", "EXECUTE")
        self.spare = a_role(self.home, "Spare", "EXECUTE")
        self.helper: Somebody = somebody("helper@example.com")
        self.group: GroupId = a_group(self.home, "Services", members=[self.member])
        enlist(self.home, self.group, self.helper, SUPPORT)
        lend(self.home, self.group, self.role)
        self.holder = a_user(self.member, self.role)
        self.boss = a_user(self.home, ADMINISTRATOR)
        self.calls: Caller = own(self.home, self.boss)

    def change(self, kind: str) -> dict[str, Any]:
        """How each kind is written."""
        members: dict[str, dict[str, Any]] = {
            "role_edited": {"role": self.role, "privileges": ["EXECUTE"]},
            "role_deleted": {"role": self.spare},
            "share_withdrawn": {"group": self.group, "type": "role", "resource": self.role},
            "account_leaves_group": {"group": self.group, "account": self.member},
            "user_leaves_group": {"group": self.group, "user": self.helper.email},
            "group_deleted": {"group": self.group},
            "feature_switched": {"feature": "advanced_environment_access", "on": True},
            "support_access_role_changed": {"role": told_role(SUPPORT)},
        }
        return {"kind": kind, **members[kind]}

    def look(self, kind: str) -> Any:
        """Look at a change."""
        return told(self.calls.send("POST", "previews", {"change": self.change(kind)}))


@pytest.fixture
def world() -> World:
    """The world of every test here."""
    return World()


def _gone(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return True
    return False


DONE: dict[str, Callable[[World], bool]] = {
    "role_edited": lambda w: Role.rows.of(w.home).get(id=w.role).privileges == ["EXECUTE"],
    "role_deleted": lambda w: not Role.rows.of(w.home).filter(id=w.spare).exists(),
    "share_withdrawn": lambda w: not is_shared_in(group_of(w.home, w.group), Kind.ROLE, w.role),
    "account_leaves_group": lambda w: (
        w.holder.email
        not in str(
            w.calls.get(f"explanations?privilege=ACCOUNT_ADMIN&account={w.member}&user={w.holder.email}")["grants"]
        )
        and not w.calls.get(f"explanations?privilege=ACCOUNT_ADMIN&account={w.member}&user={w.holder.email}")["allowed"]
    ),
    "user_leaves_group": lambda w: not group_grants_of(group_of(w.home, w.group), w.helper.id),
    "group_deleted": lambda w: _gone(lambda: group_of(w.home, w.group)),
    "feature_switched": lambda w: "advanced_environment_access" in existing_account(w.home).features,
    "support_access_role_changed": lambda w: existing_account(w.home).support_access == SUPPORT,
}
"""By which it is seen that a change was made."""


@pytest.mark.parametrize("kind", DONE)
def test_ui_4_each_change_is_looked_at_and_made_as_it_was_seen(kind: str, world: World) -> None:
    """Looking changes nothing; confirming does what was seen, by the command that the console uses."""
    seen = world.look(kind)
    assert not DONE[kind](world)
    path = f"previews/{seen['id']}"
    read = world.calls.send("GET", path)
    assert body(read) == seen
    assert read.headers["ETag"]
    assert seen["change"] == world.change(kind)
    done = world.calls.post(f"{path}/confirmation", {"digest": seen["digest"]})
    assert done == {"preview": seen["id"], "change": world.change(kind)}
    assert DONE[kind](world)


def test_ui_5_the_effects_are_told_a_part_at_a_time(world: World) -> None:
    """Everybody concerned once, with what is lost in names of privileges."""
    for _ in range(4):
        a_user(world.member, world.role)
    seen = world.look("share_withdrawn")
    assert seen["totals"] == {"people": 5, "accounts": 1, "losing": 5, "gaining": 0, "locked_out": 5, "losses": 0}
    found, cursor = [], ""
    while cursor is not None:
        page = world.calls.get(f"previews/{seen['id']}/effects?limit=2&cursor={cursor}")
        found += page["items"]
        cursor = page["next"]
    assert len({one["user"] for one in found}) == len(found) == 5
    assert {one["account"] for one in found} == {world.member}
    assert "ACCOUNT_ADMIN" in found[0]["lost"]
    assert found[0]["locked_out"] == "No role is left in the account."
    assert world.calls.get(f"previews/{seen['id']}/losses") == {"items": [], "next": None}
    assert seen["effects"].endswith(f"previews/{seen['id']}/effects")


def test_share_7_what_has_become_another_is_refused_with_the_difference(world: World) -> None:
    """Nothing is done; a fresh look is confirmed."""
    seen = world.look("share_withdrawn")
    late = a_user(world.member, world.role)
    answer = world.calls.send("POST", f"previews/{seen['id']}/confirmation", {"digest": seen["digest"]})
    assert problem(answer) == (409, "impact_changed")
    assert late.email in body(answer)["fields"]["difference"]
    assert not DONE["share_withdrawn"](world)
    again = world.look("share_withdrawn")
    world.calls.post(f"previews/{again['id']}/confirmation", {"digest": again["digest"]})
    assert DONE["share_withdrawn"](world)


def test_ui_4_a_preview_is_its_makers_and_its_digest_confirms_it(world: World) -> None:
    """Another person, another account and another digest are told that there is none; so is a second confirmation."""
    seen = world.look("group_deleted")
    path = f"previews/{seen['id']}"
    other = own(world.home, a_user(world.home, ADMINISTRATOR))
    max_ = own(world.member, a_user(world.member, ADMINISTRATOR))
    for calls in (other, max_):
        for method, where, sent in (
            ("GET", path, None),
            ("GET", f"{path}/effects", None),
            ("POST", f"{path}/confirmation", {"digest": seen["digest"]}),
        ):
            assert problem(calls.send(method, where, sent)) == (404, "preview_not_found")
    wrong = world.calls.send("POST", f"{path}/confirmation", {"digest": "x"})
    assert problem(wrong) == (404, "preview_not_found")
    world.calls.post(f"{path}/confirmation", {"digest": seen["digest"]})
    assert problem(world.calls.send("POST", f"{path}/confirmation", {"digest": seen["digest"]}))[0] == 404


def test_ui_4_whoever_may_not_make_a_change_may_not_look_at_it(world: World) -> None:
    """By each kind; nothing is kept."""
    plain = own(world.home, a_user(world.home, a_role(world.home, "calls", "API")))
    for kind in DONE:
        assert problem(plain.send("POST", "previews", {"change": world.change(kind)})) == (403, "not_held"), kind
    assert not Preview.rows.of(world.home).exists()
    assert not AskedChange.rows.of(world.home).exists()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "nonsense"}, (422, "body_invalid")),
        ({"role": "x"}, (422, "body_invalid")),
        ({"kind": "role_deleted", "role": "x", "more": 1}, (422, "body_invalid")),
        ({"kind": "feature_switched", "feature": "nonsense", "on": True}, (422, "body_invalid")),
        ({"kind": "feature_switched", "feature": "api_tokens", "on": False}, (403, "feature_not_yours")),
        ({"kind": "role_deleted", "role": "nonesuch"}, (404, "role_not_found")),
        ({"kind": "role_edited", "role": told_role(STANDARD_USER), "name": "x"}, (409, "default_role_fixed")),
        ({"kind": "group_deleted", "group": "nonesuch"}, (404, "group_not_found")),
        ({"kind": "support_access_role_changed", "role": "nonesuch"}, (404, "role_not_found")),
    ],
)
def test_a_change_that_cannot_be_is_refused_when_it_is_looked_at(
    change: dict[str, Any], expected: tuple[int, str], world: World
) -> None:
    """As its command would refuse it."""
    assert problem(world.calls.send("POST", "previews", {"change": change})) == expected


def test_role_12_a_role_that_is_held_cannot_be_deleted(world: World) -> None:
    """Nor looked at as if it could."""
    answer = world.calls.send("POST", "previews", {"change": {"kind": "role_deleted", "role": world.role}})
    assert problem(answer)[0] == 409


def test_a_preview_under_a_key_is_made_once(world: World) -> None:
    """The same answer, and one preview."""
    sent, key = {"change": world.change("group_deleted")}, {"idempotency-key": "once"}
    first, again = (world.calls.send("POST", "previews", sent, **key) for _ in range(2))
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Preview.rows.of(world.home).count() == 1


def test_a_preview_that_is_too_old_is_refused_and_swept(world: World) -> None:
    """After four hours, when the next one is made."""
    seen = world.look("group_deleted")
    old = datetime(2020, 1, 1, tzinfo=UTC)
    Preview.rows.of(world.home).update(at=old)
    AskedChange.rows.of(world.home).update(at=old)
    late = world.calls.send("POST", f"previews/{seen['id']}/confirmation", {"digest": seen["digest"]})
    assert problem(late) == (404, "preview_not_found")
    world.look("group_deleted")
    assert AskedChange.rows.of(world.home).count() == Preview.rows.of(world.home).count() == 1
