"""Walks through the life cycle of integration packs: releases, instances, updates (PACK)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tenantry.deploy.commands import create_package
from tenantry.packs import commands as packs, instances
from tenantry.packs.received import environments_of, instance_of, packages_run, usable_packs
from tests.store.publishers import a_part
from tests.store.shelves import a_pack
from tests.store.workshops import type_of

from .lifecycle_walks import FEW, MANY, Walk, anybody, days, picks, room, some, when
from .lifecycles import HOME, PLACES, WITH_RUNTIME, Shown


class Packs(Walk):
    """Integration packs, their releases, and what accounts have installed."""

    kinds: ClassVar[tuple[str, ...]] = ("pack",)

    def shown_of_pack(self, who: str) -> Shown:
        """What can be installed, and where the installed instances stand."""
        account = self.account(who)
        seen: Shown = {row.name: "offered" for row in usable_packs(account)}
        names = {self.ground.places[who, place]: place for place in PLACES}
        for name, known in self.market.instances.items():
            if known.who == who:
                one = instance_of(account, self.ids[name])
                [package] = packages_run(one.runs)
                there = sorted(names[place] for place in environments_of(one))
                seen[name] = (one.version, int(package.version), one.stands.value, one.due, there)
        return seen

    def _day(self, after: int) -> date:
        return (self.now + timedelta(days=after)).date()

    def begin_pack(self) -> None:
        """A pack that is released."""
        self.make_pack(many=False, released=True)

    def begin_with_pack(self) -> None:
        """The customer installs it where a runtime is."""
        self.install_pack(0, "abc", "Shop A", attached=True)

    @room("packs")
    @rule(many=st.booleans(), released=st.booleans(), connected=st.booleans())
    def make_pack(self, *, many: bool, released: bool, connected: bool = False) -> None:
        """A pack of one process is made, often released; the process uses a connector where there are any."""
        name = self.name("pack")
        connector = min(self.market.connectors, default="") if connected else ""
        self.market.add_pack(name, connector, many=many)
        kind = f' connector-type="{type_of(self.account(HOME), self.ids[connector])}"' if connector else ""
        part = a_part(self.account(HOME), f"{name} process", f"<process{kind}/>")
        self.ids[f"{name} process"] = part
        self._package_contents(name, 1)
        type_ = "MULTI" if many else "SINGLE"
        self.ids[name] = self.both("make pack", None, lambda: a_pack(self.account(HOME), part, kind=type_, name=name))
        if released:
            self._release_pack(name, None)

    def _package_contents(self, name: str, version: int) -> None:
        what: dict[str, Any] = {"component": self.ids[f"{name} process"], "version": str(version), "shareable": True}
        self.both("package", None, lambda: create_package(**self.here(), **what))

    def _release_pack(self, name: str, day: date | None) -> None:
        law = self.market.release_pack(name, day, self._day(0))
        what: dict[str, Any] = {"pack": self.ids[name], "day": day}
        step = "release now" if day is None else "release on a day"
        self.both(step, law, lambda: packs.release_pack(**self.here(), **what))

    def _package_anew(self, name: str) -> None:
        self.market.packs[name].version += 1
        self._package_contents(name, self.market.packs[name].version)

    @some("packs")
    @rule(number=picks, anew=st.sampled_from([True, True, True, False]))
    def release_now(self, number: int, *, anew: bool) -> None:
        """What it holds is released immediately, most times something new."""
        name = self.pick("packs", number)
        if anew:
            self._package_anew(name)
        self._release_pack(name, None)

    @some("packs")
    @rule(number=picks, after=days, anew=st.sampled_from([True, True, True, False]))
    def release_on_a_day(self, number: int, after: int, *, anew: bool) -> None:
        """Or on a day."""
        name = self.pick("packs", number)
        if anew:
            self._package_anew(name)
        self._release_pack(name, self._day(after))

    @some("packs")
    @rule(number=picks, after=days)
    def move_day(self, number: int, after: int) -> None:
        """The day of a pending release is changed."""
        name, day = self.pick("packs", number), self._day(after)
        law = self.market.move_day(name, day, self._day(0))
        what: dict[str, Any] = {"pack": self.ids[name], "day": day}
        self.both("move day", law, lambda: packs.change_release_day(**self.here(), **what))

    @some("packs")
    @room("instances", MANY)
    @rule(number=picks, who=anybody, called=st.sampled_from(["Shop A", "Shop B"]), attached=st.booleans())
    def install_pack(self, number: int, who: str, called: str, *, attached: bool) -> None:
        """Somebody installs a pack, often where a runtime is."""
        pack, name = self.pick("packs", number), self.name("instance")
        what: dict[str, Any] = {"pack": self.ids[pack], "name": called}
        law = self.market.install_pack(who, pack, called, name)
        self.ids[name] = self.both("install pack", law, lambda: instances.install_pack(**self.here(who), **what))
        if law is None and attached:
            self._attach(name, WITH_RUNTIME)

    def _attach(self, name: str, place: str) -> None:
        who = self.market.instances[name].who
        law = self.market.attach_place(name, place)
        what: dict[str, Any] = {"instance": self.ids[name], "environments": {self.ground.places[who, place]}}
        self.both("attach place", law, lambda: instances.attach_environments(**self.here(who), **what))

    @some("instances")
    @rule(number=picks, place=st.sampled_from(PLACES))
    def attach_or_detach(self, number: int, place: str) -> None:
        """An environment is attached, or detached if it is."""
        name = self.pick("instances", number)
        one = self.market.instances[name]
        if place not in one.places:
            self._attach(name, place)
            return
        self.market.detach_place(name, place)
        what: dict[str, Any] = {"instance": self.ids[name], "environments": {self.ground.places[one.who, place]}}
        self.both("detach place", None, lambda: instances.detach_environments(**self.here(one.who), **what))

    @some("instances")
    @rule(number=picks)
    def apply_early(self, number: int) -> None:
        """The pending update is applied before its day."""
        name = self.pick("instances", number)
        who, law = self.market.instances[name].who, self.market.apply(name)
        what = {"instance": self.ids[name]}
        self.both("apply early", law, lambda: instances.apply_pending_update(**self.here(who), **what))

    @some("instances")
    @rule(number=picks)
    def uninstall(self, number: int) -> None:
        """An instance is uninstalled, frozen or not."""
        name = self.pick("instances", number)
        who = self.market.instances.pop(name).who
        self.both("uninstall", None, lambda: instances.uninstall_pack(**self.here(who), instance=self.ids[name]))

    @when(lambda market: len(market.packs) == FEW)
    @rule(number=picks)
    def remove_pack(self, number: int) -> None:
        """A pack is deleted."""
        name = self.pick("packs", number)
        self.market.pack_goes(name)
        self.both("remove pack", None, lambda: packs.remove_pack(**self.here(), pack=self.ids[name]))
