"""A plan tells what a load would do and whom it would lock out, and does nothing."""

import pytest

from tenantry.decisions.engine import Engine
from tenantry.rules.vocabulary import AccountId, UserKey
from tenantry.store.models import Revision
from tenantry.users.models import UserRole
from tests.estate.loading import (
    ACME,
    ANN,
    AT,
    BOB,
    OPS,
    PARTNER,
    SERV,
    URI,
    WORLD,
    Fields,
    Loader,
    M,
    N,
    P,
    R,
    counts,
    entries,
    exported,
    gives,
    group,
    member,
    serves,
    shared,
    shares,
)

pytestmark = [pytest.mark.store, pytest.mark.django_db]


def test_a_plan_changes_nothing(loader: Loader) -> None:
    """No row, no audit entry, no revision; and the load afterwards does what the plan said."""
    loader(*WORLD)
    before = (exported(), entries(), list(Revision.objects.values_list()))
    change = (OPS | {"privileges": ["BUILD"]}, ACME | {"name": "Other"}, {"kind": "user", "id": "new@acme.test"})
    made = loader.plan(*change)
    assert (exported(), entries(), list(Revision.objects.values_list())) == before
    assert counts(made.loaded) == counts(loader(*change))


def test_decisions_after_a_plan_are_those_before_it(loader: Loader) -> None:
    """What a plan has looked at is nowhere remembered."""
    engine = Engine()
    loader(*WORLD)
    question = {"user": "bob@acme.test", "privilege": "DEPLOY", "account": AccountId("acme"), "at": AT}
    assert engine.decide(**question).allowed  # type: ignore[arg-type]
    loader.plan(BOB | {"locked": True})
    assert engine.decide(**question).allowed  # type: ignore[arg-type]


def test_people_who_lose_all_access_are_named_with_the_reason(loader: Loader) -> None:
    """By a lock, by a suspended account, by an end set to the only role, by outside access that closes."""
    staff = {"kind": "user", "id": "staff@platform.test", "staff": True}
    loader(*WORLD, staff)

    def locked_out(*lines: dict[str, object]) -> list[tuple[str, str, str]]:
        return [(out.user, out.account, out.why) for out in loader.plan(*lines).locked_out]

    assert locked_out(BOB | {"locked": True}) == [("bob@acme.test", "acme", "The user is locked.")]
    assert [user for user, _, _ in locked_out(ACME | {"status": "suspended"})] == [
        "ann@acme.test",
        "bob@acme.test",
        "staff@platform.test",
    ]
    [(user, _, why)] = locked_out(gives(BOB, "Ops", valid_until="2026-01-01T00:00:00Z"))
    assert (user, "the last ended 2026-01-01" in why) == ("bob@acme.test", True)
    assert [user for user, _, _ in locked_out(ACME | {"support_access_role": None})] == ["staff@platform.test"]


def test_privileges_lost_and_gained_are_told(loader: Loader) -> None:
    """Of everybody who holds the role, by name of the privilege."""
    loader(*WORLD)
    made = loader.plan(OPS | {"privileges": ["BUILD"]}, gives(ANN, "Ops"))
    [altered] = made.altered
    assert (altered.user, altered.lost, altered.gained) == ("bob@acme.test", ("DEPLOY",), ("BUILD", "BUILD_READ_ONLY"))
    assert made.locked_out == []


def test_a_privilege_of_the_host_reaches_administrators_everywhere(loader: Loader) -> None:
    """Also in accounts that the file does not name."""
    loader(*WORLD)
    made = loader.plan({"kind": "privilege", "name": "X", "title": "X"})
    assert [(altered.user, altered.gained) for altered in made.altered] == [("ann@acme.test", ("X",))]


def test_a_plan_of_something_wrong_is_refused_like_the_load(loader: Loader) -> None:
    """With the same problems."""
    from tenantry.estate.problems import EstateRefused

    with pytest.raises(EstateRefused, match="there is no account"):
        loader.plan(OPS)


SERVES_ALL = serves(SERV, "Administrator", "All Accounts")


def planned(loader: Loader, *lines: Fields) -> dict[tuple[str, str], tuple[int, int, bool]]:
    """How many privileges each person would lose and gain in each account, and who would be locked out."""
    made = loader.plan(*lines)
    found = {(str(one.user), one.account): (len(one.lost), len(one.gained), False) for one in made.altered}
    return found | {(str(one.user), one.account): (0, 0, True) for one in made.locked_out}


def everybody_compared(loader: Loader, *lines: Fields) -> dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
    """The same by loading for good: what everybody of the partner's world loses and gains anywhere."""
    from tenantry.privileges.queries import catalogue
    from tenantry.rules.answers import Access

    def all_access() -> dict[tuple[str, str], frozenset[str]]:
        engine, known = Engine(), catalogue()
        found = {}
        for account in ("p", "m", "n"):
            for user in (SERV["id"], URI["id"]):
                access = engine.access(user=user, account=AccountId(account), at=AT)
                mask = access.privileges if isinstance(access, Access) else 0
                found[user.casefold(), account] = frozenset(known.names(mask))  # type: ignore[arg-type]
        return found

    before = all_access()
    loader(*lines)
    after = all_access()
    changes = {key: (before[key] - after[key], after[key] - before[key]) for key in before}
    return {key: change for key, change in changes.items() if change != (frozenset(), frozenset())}


GIVEN = {
    "somebody into a group": (member("n"), serves(URI, "Support")),
    "somebody into All Accounts": (SERVES_ALL,),
    "another role in a group": (serves(SERV, "Administrator"),),
    "an end to a role in a group": (serves(SERV, "Support", valid_until="2026-01-01T00:00:00Z"),),
    "an account into a group": (member("n"),),
    "a shared role that carries more": (R | {"privileges": ["BUILD", "EXECUTE"]},),
    "a shared role that carries nothing": (R | {"privileges": []},),
    "a share and an assignment": (shares("R", "All Accounts"), gives(URI, shared("R"), "n")),
    "a group made of nothing": (group("H"), member("n", "H"), serves(URI, "R", "H")),
    "the primary deleted": (P | {"status": "deleted"},),
    "the primary suspended": (P | {"status": "suspended"},),
    "a customer that leaves": (M | {"primary": None},),
    "a customer that closes": (N | {"support_access_role": None}, M | {"support_access_role": "R0"}),
    "a customer that is deleted": (M | {"status": "deleted"},),
    "somebody of a group locked": (SERV | {"locked": True},),
    "somebody of a group made staff": (SERV | {"staff": True},),
    "a privilege of the host": ({"kind": "privilege", "name": "A:first", "title": "First in order"},),
}
"""What changes in a primary or because of one."""


@pytest.mark.parametrize("case", GIVEN)
def test_a_plan_sees_what_a_primary_gives(case: str, loader: Loader) -> None:
    """It tells exactly what the load then does, for everybody in every account."""
    own = {"kind": "role", "account": "m", "name": "R0", "privileges": ["VIEW_DATA"]}
    loader(*PARTNER, serves(SERV, "R"), gives(URI, shared("R"), "m"), own, gives(SERV, "Administrator", "p"))
    made = loader.plan(*GIVEN[case])
    told = {(one.user, one.account): (frozenset(one.lost), frozenset(one.gained)) for one in made.altered}
    locked = {(one.user, one.account) for one in made.locked_out}
    done = everybody_compared(loader, *GIVEN[case])
    assert {key: change for key, change in done.items() if key not in locked} == told
    assert {key for key, (lost, _) in done.items() if lost and key not in told} == locked
    assert done or case == "the primary suspended", "a case that changes nothing tests nothing"


def test_a_plan_tells_why_people_of_groups_are_locked_out(loader: Loader) -> None:
    """In the words of a denial."""
    loader(*PARTNER, SERVES_ALL)
    made = loader.plan(M | {"support_access_role": None}, N | {"primary": None})
    assert [(out.user, out.account) for out in made.locked_out] == [("serv@p.test", "m"), ("serv@p.test", "n")]
    assert "outside" in made.locked_out[0].why
    assert "no role" in made.locked_out[1].why
    assert planned(loader, SERV | {"locked": True}) == {
        ("serv@p.test", "m"): (0, 0, True),
        ("serv@p.test", "n"): (0, 0, True),
    }


def test_a_plan_looks_only_where_something_can_change(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of one account does not make it read all the others of the primary."""
    from tenantry.decisions import comparison

    loader(*PARTNER)
    looked: list[str] = []
    original = comparison.State.halves

    def noting(
        self: comparison.State, accounts: "list[str]", only: "frozenset[UserKey] | None" = None
    ) -> "dict[AccountId, comparison.Half]":
        looked.extend(accounts)
        return original(self, accounts, only)

    monkeypatch.setattr(comparison.State, "halves", noting)
    loader.plan(serves(SERV, "Administrator"))
    assert looked == ["m"]


def test_a_plan_tells_of_roles_that_do_not_come_back(loader: Loader) -> None:
    """What ended shares have left is swept by the load, and counts for nothing before it and after it."""
    from tenantry.sharing.models import Share

    loader(*PARTNER, gives(URI, shared("R"), "m"))
    Share.rows.of("p").delete()
    assert planned(loader, shares("R")) == {}
    assert UserRole.rows.of("m").count() == 1
    assert planned(loader, shares("R"), gives(URI, shared("R"), "m")) == {("uri@m.test", "m"): (0, 1, False)}
