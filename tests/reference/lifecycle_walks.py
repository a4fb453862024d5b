"""Walks through the life cycles of shared resources: each step is done by the product and told to the slow model.

One machine for each kind, since what is rare for one should not wait for the others, and one for all kinds together.
After each step everybody's lists, states and versions are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tenantry.groups import commands as groups
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, GroupId
from tenantry.sharing import commands as sharing
from tenantry.sharing.kinds import assignable
from tests.store.factories import AT, AUS, PARTNER, a_group, a_member, a_primary
from tests.store.modellers import with_data_hub
from tests.store.shelves import night
from tests.store.workplaces import a_runtime, an_environment
from tests.store.workshops import a_developer

from .lifecycles import CUSTOMERS, EVERYBODY, GROUPS, HOME, PLACES, UNLIMITED, WITH_RUNTIME, Market

FEATURES = PARTNER | {
    Feature.CLOUD_MANAGEMENT,
    Feature.ENVIRONMENTS_UNLIMITED,
    Feature.INTEGRATION_PACKS,
    Feature.MULTI_INSTALL_PACKS,
    Feature.PROCESS_LIBRARY,
}
KINDS = {
    "cloud": Kind.CLOUD,
    "connector": Kind.CONNECTOR,
    "process": Kind.PROCESS,
    "pack": Kind.INTEGRATION_PACK,
    "model": Kind.MODEL,
}
FEW = 3
"""Things of a kind that there are at most."""

MANY = 6
"""Things made of them that there are at most."""

STEPS: Counter[str] = Counter()
"""Steps that were done or refused by both, by name, with everything compared after each."""

picks = st.integers(0, 11)
"""Which of some things is meant; what is beyond them begins anew."""

anybody, customers, groups_of_home = st.sampled_from(EVERYBODY), st.sampled_from(CUSTOMERS), st.sampled_from(GROUPS)
maximums = st.sampled_from([UNLIMITED, 0, 1, 2])
days = st.sampled_from([0, 1, 1, 2, 4])


@dataclass(frozen=True)
class Ground:
    """Where walks begin: the accounts, the groups, and the environments of each account, all made by the commands."""

    accounts: dict[str, AccountId]
    groups: dict[str, GroupId]
    places: dict[tuple[str, str], EnvironmentId]


def a_ground() -> Ground:
    """Such accounts; one customer is in a group."""
    home = a_developer(a_primary("Home", FEATURES))
    accounts = {HOME: home} | {name: a_member(home, name, AUS | {Feature.ENVIRONMENTS_UNLIMITED}) for name in CUSTOMERS}
    places = {(who, place): an_environment(account, place) for who, account in accounts.items() for place in PLACES}
    for who, account in accounts.items():
        with_data_hub(account)
        a_runtime(account, places[who, WITH_RUNTIME])
    inside = Market().members
    made = {name: a_group(home, name, members=[accounts[who] for who in inside[name]]) for name in GROUPS}
    return Ground(accounts, made, places)


Step = TypeVar("Step", bound=Callable[..., None])


def some(kind: str) -> Callable[[Step], Step]:
    """Only where there is something of the kind."""
    return when(lambda market: bool(vars(market)[kind]))


def room(kind: str, most: int = FEW) -> Callable[[Step], Step]:
    """Only where there is not too much of the kind."""
    return when(lambda market: len(vars(market)[kind]) < most)


def when(holds: Callable[[Market], bool]) -> Callable[[Step], Step]:
    """Only where something holds."""

    def guarded(step: Step) -> Step:
        made: Step = precondition(lambda walk: holds(walk.market))(step)
        return made

    return guarded


class Walk(RuleBasedStateMachine):
    """What happens to resources of every kind: they are shared and withdrawn, customers come and go, time passes."""

    kinds: ClassVar[tuple[str, ...]] = ()
    ground: ClassVar[Ground]

    def __init__(self) -> None:
        """Begin on the ground, which is left as it was."""
        super().__init__()
        self.market, self.now = Market(), AT
        self.ids: dict[str, Any] = {}
        self.groups = dict(self.ground.groups)
        self.made: Counter[str] = Counter()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        """Undo everything."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # ---- steps in step ---------------------------------------------------------------------------------------------

    def here(self, who: str = HOME) -> dict[str, Any]:
        """What a command in an account is told."""
        return {"actor": OPERATOR, "at": self.now, "account": self.ground.accounts[who]}

    def account(self, who: str) -> AccountId:
        """Somebody's account."""
        return self.ground.accounts[who]

    def name(self, kind: str) -> str:
        """The next name for something."""
        self.made[kind] += 1
        return f"{kind} {self.made[kind]}"

    def pick(self, kind: str, number: int) -> str:
        """One of the things of a kind."""
        names = sorted(vars(self.market)[kind])
        return str(names[number % len(names)])

    def both(self, step: str, law: str | None, act: Callable[[], Any]) -> Any:
        """Do what the law lets one do, or be refused by the rule that it names."""
        self.now += timedelta(seconds=1)
        try:
            made, said = act(), None
        except Refused as refused:
            made, said = None, refused.refusal.rules[0]
        STEPS[f"{step}: {law or 'done'}"] += 1
        assert said == law, (step, said, law)
        return made

    @invariant()
    def everybody_sees_what_the_law_says(self) -> None:
        """Lists, states and versions in all accounts."""
        for kind in self.kinds:
            ready = {name for name in self.market.all_of(kind) if self.market.assignable(kind, name)}
            rows, number = assignable(KINDS[kind], self.account(HOME), FEATURES | {Feature.DATA_HUB}, ())
            assert ({row.name for row in rows}, number) == (ready, len(ready)), kind
            for who in EVERYBODY:
                assert getattr(self, f"shown_of_{kind}")(who) == self.market.shown(kind, who), (kind, who)

    # ---- sharing ---------------------------------------------------------------------------------------------------

    def all_things(self) -> list[tuple[str, str]]:
        """The resources there are."""
        return [(kind, name) for kind in self.kinds for name in sorted(self.market.all_of(kind))]

    @initialize(far=st.booleans())
    def begin(self, *, far: bool) -> None:
        """Something of each kind is shared with the customer in East, and perhaps the other customer is in West."""
        if far:
            self.come_or_go("ghi", "West")
        for prepare in ("cloud", "connector", "process", "pack", "model"):
            if prepare in self.kinds:
                getattr(self, f"begin_{prepare}")()
                self.share(prepare, f"{prepare} 1", "East")
                getattr(self, f"begin_with_{prepare}")()

    @rule(number=picks, group=groups_of_home, again=st.sampled_from([False, False, False, True]))
    def share_or_withdraw(self, number: int, group: str, *, again: bool) -> None:
        """Share something, or withdraw it where it is shared; or try to share it again."""
        things = self.all_things()
        if not things:
            return
        kind, name = things[number % len(things)]
        if (kind, name, group) not in self.market.shares or again:
            self.share(kind, name, group)
        else:
            self.withdraw(kind, name, group)

    def share(self, kind: str, name: str, group: str) -> None:
        """Share something."""
        what: dict[str, Any] = {"group": self.groups[group], "kind": KINDS[kind], "resources": {self.ids[name]}}
        law = self.market.share(kind, name, group)
        self.both(f"share {kind}", law, lambda: sharing.share(**self.here(), **what))

    def withdraw(self, kind: str, name: str, group: str) -> None:
        """Share it no longer."""
        what: dict[str, Any] = {"group": self.groups[group], "kind": KINDS[kind], "resource": self.ids[name]}
        self.both("withdraw", self.market.withdraw(kind, name, group), lambda: sharing.withdraw(**self.here(), **what))

    @rule(who=customers, group=groups_of_home)
    def come_or_go(self, who: str, group: str) -> None:
        """A customer joins a group, or leaves it."""
        inside = who in self.market.members[group]
        law = self.market.leave(who, group) if inside else self.market.join(who, group)
        act = groups.remove_accounts_from_group if inside else groups.add_accounts_to_group
        what: dict[str, Any] = {"group": self.groups[group], "members": {self.account(who)}}
        self.both("leave" if inside else "join", law, lambda: act(**self.here(), **what))

    @when(lambda market: any(market.members[share[2]] for share in market.shares))
    @rule(group=groups_of_home)
    def dissolve(self, group: str) -> None:
        """A group is deleted; one of its name takes its place."""
        self.market.dissolve(group)
        self.both("delete group", None, lambda: groups.remove_group(**self.here(), group=self.groups[group]))
        self.groups[group] = groups.create_group(**self.here(), name=group)

    @when(lambda market: market.something_is_planned())
    @rule(hours=st.sampled_from([1, 24, 72]))
    def wait(self, hours: int) -> None:
        """Time passes, and what is due is done."""
        self.now += timedelta(hours=hours)
        self.market.wait(self.now + timedelta(seconds=1))
        self.both("wait", None, lambda: night(self.now))
