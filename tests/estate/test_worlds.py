"""Generated worlds with groups come in by a file: they answer as the law, again after an export, and as planned."""

import os
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tenantry.decisions.engine import Engine, subject_in
from tenantry.estate.invariants import findings
from tenantry.rules.answers import Access
from tenantry.rules.decide import access_of
from tenantry.rules.vocabulary import AccountId
from tests.estate.loading import AT, Fields, Loader, exported
from tests.estate.test_exporting import empty
from tests.reference.model import Access as LawfulAccess, World
from tests.reference.worlds import INSTANTS, worlds

pytestmark = [pytest.mark.store, pytest.mark.django_db]

EXAMPLES = int(os.environ.get("WORLD_EXAMPLES", "10"))
USUAL = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)

Answers = dict[tuple[str, str, str], tuple[set[str], set[str]] | None]
"""By instant, person and account: the names of the roles and the privileges; `None` without access."""


def of_the_product(lines: list[Fields], instants: tuple[str, ...] = INSTANTS) -> Answers:
    """How everybody is in every account, by the product, each account compiled once."""
    engine = Engine()
    snapshots = {line["id"]: engine.snapshot(AccountId(line["id"])) for line in lines if line["kind"] == "account"}
    found: Answers = {}
    for instant, user, account in asked(lines, instants):
        snapshot = snapshots[account]
        assert snapshot is not None
        key, stranger = subject_in(snapshot, user)
        access = access_of(snapshot, key, datetime.fromisoformat(instant), stranger)
        if isinstance(access, Access):
            roles = {snapshot.account.roles[role].name for role in access.roles}
            privileges = set(snapshot.account.catalogue.names(access.privileges))
            found[instant, user, account] = (roles, privileges)
        else:
            found[instant, user, account] = None
    return found


def of_the_law(lines: list[Fields]) -> Answers:
    """The same by the reference model."""
    world = World.from_lines(lines)
    found: Answers = {}
    for instant, user, account in asked(lines, INSTANTS):
        access = world.effective(user, world.accounts[account].id, datetime.fromisoformat(instant))
        if isinstance(access, LawfulAccess):
            found[instant, user, account] = ({role.name for role in access.roles}, set(access.privileges))
        else:
            found[instant, user, account] = None
    return found


def asked(lines: list[Fields], instants: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Every person in every account at every instant of interest."""
    users = sorted(line["id"] for line in lines if line["kind"] == "user")
    accounts = sorted(line["id"] for line in lines if line["kind"] == "account")
    return [(instant, user, account) for instant in instants for user in users for account in accounts]


def acyclic(lines: list[Fields]) -> bool:
    """Whether a load takes these lines: roles that inherit themselves come in by other ways only."""
    parents = {(line["account"], line["name"]): line.get("inherits") for line in lines if line["kind"] == "role"}
    for start in parents:
        seen, current = {start}, start
        while (current := (start[0], parents.get(current))) in parents:
            if current in seen:
                return False
            seen.add(current)
    return True


def nobody_deleted(lines: list[Fields]) -> bool:
    """Whether every account takes further changes (ACC-14)."""
    return all(line.get("status") != "deleted" for line in lines)


@pytest.fixture
def _without_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenantry.estate.load.record_many", lambda entries, **_: list(entries))


@pytest.mark.timeout(0)
@pytest.mark.usefixtures("_without_audit")
@USUAL
@given(lines=worlds(groups=True).filter(acyclic))
def test_a_loaded_world_answers_as_the_law(lines: list[Fields], loader: Loader) -> None:
    """And so does the world that its export makes; nothing in it is out of order."""
    empty()
    loader(*lines)
    law = of_the_law(lines)
    assert of_the_product(lines) == law
    assert [found.what for found in findings(datetime.fromisoformat(INSTANTS[0])) if found.error] == []
    first = exported()
    empty()
    loader.text(first)
    assert exported() == first
    assert of_the_product(lines) == law


@pytest.mark.timeout(0)
@pytest.mark.usefixtures("_without_audit")
@USUAL
@given(data=st.data(), lines=worlds(groups=True).filter(acyclic).filter(nobody_deleted))
def test_a_plan_tells_what_the_load_does(data: st.DataObject, lines: list[Fields], loader: Loader) -> None:
    """Part of a world is there, the whole is planned and then loaded: the same people lose and gain the same."""
    stays = {"account", "user", "role", "privilege", "object"}
    rest = [line for line in lines if line["kind"] not in stays]
    left_out = data.draw(st.lists(st.sampled_from(rest), unique_by=str)) if rest else []
    empty()
    loader(*(line for line in lines if not depends(line, left_out)))
    before = privileges(lines)
    made = loader.plan(*lines)
    loader(*lines)
    after = privileges(lines)
    told = {(one.user, one.account): (set(one.lost), set(one.gained)) for one in made.altered}
    locked = {(one.user, one.account) for one in made.locked_out}
    done = {key: (before[key] - after[key], after[key] - before[key]) for key in before if before[key] != after[key]}
    assert {key: change for key, change in done.items() if key not in locked} == told
    assert all(before[key] and not after[key] for key in locked)


def depends(line: Fields, left_out: list[Fields]) -> bool:
    """Whether a line cannot be loaded without those left out, or is one of them."""
    groups = {other["name"] for other in left_out if other["kind"] == "account_group"}
    unshared = any(other["kind"] in {"account_group", "group_account", "group_resource"} for other in left_out)
    return line in left_out or line.get("group") in groups or (unshared and isinstance(line.get("role"), dict))


def privileges(lines: list[Fields]) -> dict[tuple[str, str], set[str]]:
    """What everybody may do in every account at the instant at which plans are made."""
    found = of_the_product(lines, (AT.isoformat(),))
    return {(user.casefold(), account): held[1] if held else set() for (_, user, account), held in found.items()}
