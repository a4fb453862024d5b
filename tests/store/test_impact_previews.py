"""UI-4: a preview says exactly what the change then does, for every change there is, in small random worlds.

`PREVIEW_EXAMPLES` sets how many worlds are tried for each test, by default few enough for every run of the tests, fewer
of them on the second engine, and `PREVIEW_SEED` the first of their seeds. Whatever goes wrong names its seed.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.decisions.impact import Looking
from tenantry.previews.commands import confirm, digest_of, make_preview
from tenantry.previews.packing import told_impact
from tenantry.rules import changes as c, refusals as no
from tenantry.rules.answers import Denied
from tenantry.rules.decide import access_of
from tenantry.rules.impact import Effect, Outcome
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, UserKey
from tests import engines
from tests.reference.ingredients import BOUNDS, INSTANTS
from tests.store.crowded_worlds import EVERYWHERE, PEOPLE, PLANS, Plan, something_else, write
from tests.store.factories import finish_share_ends

pytestmark = [pytest.mark.django_db, pytest.mark.store, pytest.mark.timeout(0)]

EXAMPLES = int(os.environ.get("PREVIEW_EXAMPLES", "12" if engines.chosen() == "sqlite" else "8"))
FIRST = int(os.environ.get("PREVIEW_SEED", "0"))
HOUR = timedelta(hours=1)


@contextmanager
def worlds_undone(seed: str) -> Iterator[Random]:
    """A world of this seed, of which no trace is left; what goes wrong in it names the seed."""
    random = Random(seed)
    with transaction.atomic():
        write(random)
        try:
            yield random
        except AssertionError as error:
            error.add_note(f"in the world of seed {seed}")
            raise
        transaction.set_rollback(True)


def seeds(test: str) -> Iterator[str]:
    """As many as there shall be examples."""
    return (f"{test} {number}" for number in range(FIRST, FIRST + EXAMPLES))


Everybody = dict[tuple[AccountId, UserKey], Outcome]


def everybody(at: datetime) -> Everybody:
    """How every person is in every account, by the function that decides."""
    found: Everybody = {}
    for account in map(AccountId, EVERYWHERE):
        facts = ENGINE.snapshot(account)
        assert facts is not None
        for who in map(UserKey, PEOPLE):
            key, stranger = subject_in(facts, who)
            access = access_of(facts, key, at, stranger)
            denied = access.refusal.code if isinstance(access, Denied) else ""
            privileges = NOTHING if isinstance(access, Denied) else access.privileges
            found[account, who] = Outcome(not denied, privileges, denied)
    return found


def effects(before: Everybody, after: Everybody) -> list[Effect]:
    """What is different, in the words of an impact."""
    found = []
    for (account, who), old in before.items():
        new = after[account, who]
        if (old.enters, old.privileges) != (new.enters, new.privileges):
            lost, gained = Mask(old.privileges & ~new.privileges), Mask(new.privileges & ~old.privileges)
            barred = new.barred if old.enters and not new.enters else ""
            found.append(Effect(account, who, lost, gained, barred, new.enters and not old.enters))
    return sorted(found)


def refusal_of(act: Callable[[], object]) -> no.Refusal | None:
    """Why this is refused; `None` if it is done."""
    try:
        act()
    except Refused as refused:
        return refused.refusal
    return None


def planned(random: Random, at: datetime, kind: str) -> Plan | None:
    """A change of this kind, or `None` where there is nothing to change or nobody may."""
    try:
        return PLANS[kind](random, at)
    except (Refused, IndexError):
        return None


def test_ui_4_every_kind_of_change_is_tried() -> None:
    """A kind that has no plan in these worlds is missing here."""
    kinds = {kind.__name__ for kind in c._Nothing.__subclasses__()}
    assert {name.partition(" ")[0] for name in PLANS} == kinds


@pytest.mark.parametrize("kind", PLANS)
def test_ui_4_a_preview_says_exactly_what_the_change_does(kind: str) -> None:
    """Everybody's access in every account before and after the real command, compared with what the preview said; the
    preview confirms the command, and what follows in the background changes nothing any more.
    """
    found: Counter[str] = Counter()
    for seed in seeds(kind):
        with worlds_undone(seed) as random:
            at = datetime.fromisoformat(random.choice(INSTANTS))
            plan = planned(random, at, kind)
            if plan is None:
                continue
            before = everybody(at)
            seen = make_preview(actor=OPERATOR, at=at, account=plan.account, change=plan.change)
            refusal = refusal_of(lambda plan=plan, seen=seen, at=at: plan.run(seen.confirmation, at))  # type: ignore[misc]
            assert not isinstance(refusal, no.ImpactChanged | no.PreviewNotFound), plan.change
            found["refused" if refusal else "something changes" if seen.impact.effects else "nothing changes"] += 1
            if refusal is None:
                after = everybody(at)
                assert list(seen.impact.effects) == effects(before, after), plan.change
                finish_share_ends()
                assert everybody(at) == after, plan.change
    print(kind, dict(found))  # noqa: T201 - shown with -s: a test whose worlds are dull proves little
    assert found["something changes"] or kind in {"RoleChanges to nothing", "ResourceEnds"}


@pytest.mark.parametrize("kind", PLANS)
def test_ui_4_a_preview_holds_until_the_time_it_names(kind: str) -> None:
    """Up to that time nothing changes by time alone: at every instant between, looking again gives the same."""
    instants = [datetime.fromisoformat(text) + step for text in INSTANTS for step in (-HOUR, timedelta(0), HOUR)]
    found: Counter[str] = Counter()
    for seed in seeds(kind):
        with worlds_undone(seed) as random:
            at = datetime.fromisoformat(random.choice(INSTANTS))
            plan = planned(random, at, kind)
            if plan is None:
                continue
            impact = Looking(plan.change, at).impact()
            later = [tick for tick in instants if tick > at and (impact.until is None or tick < impact.until)]
            found["some time" if later else "no time"] += 1
            for tick in random.sample(later, min(3, len(later))):
                assert Looking(plan.change, tick).impact().effects == impact.effects, (plan.change, at, tick)
    print(kind, dict(found))  # noqa: T201
    assert found["some time"]


@pytest.mark.parametrize("kind", PLANS)
def test_ui_4_a_confirmation_passes_if_and_only_if_the_change_still_does_the_same(kind: str) -> None:
    """Whatever is done between looking and confirming, and whatever time does: refused if it makes a difference, which
    is named, and passed if it makes none. Stamps that prove it without looking again never say yes wrongly.
    """
    found: Counter[str] = Counter()
    for seed in seeds(f"{kind} confirmed"):
        with worlds_undone(seed) as random:
            at = datetime.fromisoformat(random.choice(BOUNDS)) - HOUR
            plan = planned(random, at, kind)
            if plan is None:
                continue
            seen = make_preview(actor=OPERATOR, at=at, account=plan.account, change=plan.change)
            for _ in range(random.randint(0, 2)):
                _happens(random, at)
            then = at + random.choice([0, 2]) * HOUR
            try:
                verdict = confirm(seen.confirmation, actor=OPERATOR, account=plan.account, at=then, change=plan.change)
                now = Looking(plan.change, then).impact()
            except Refused:
                found["not to be had any more"] += 1
                continue
            same = digest_of(told_impact(now)) == seen.confirmation.digest
            found["the same" if same else "different"] += 1
            if same:
                assert verdict is None, plan.change
            else:
                assert isinstance(verdict, no.ImpactChanged), plan.change
                assert verdict.difference
    print(kind, dict(found))  # noqa: T201
    assert found["the same"]


def _happens(random: Random, at: datetime) -> None:
    """Something else, be it refused or impossible."""
    try:
        with transaction.atomic():
            something_else(random, at)
    except (Refused, IndexError):
        return
