"""A plan tells what a load would do and whom it would lock out, and does nothing."""

import pytest

from tenantry.decisions.engine import Engine
from tenantry.rules.vocabulary import AccountId
from tenantry.store.models import Revision
from tests.estate.loading import ACME, ANN, AT, BOB, OPS, WORLD, Loader, counts, entries, exported, gives

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
