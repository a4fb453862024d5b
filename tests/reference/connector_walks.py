"""Walks through the life cycles of connectors and of processes that are published with them (CONN, PROC)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tenantry.build.blocking import check_usable
from tenantry.build.components import remove_component, save_component
from tenantry.build.queries import top_id
from tenantry.connectors import commands as connectors, releases, reviews
from tenantry.connectors.queries import connector_of, offered_connectors, usable_connectors
from tenantry.deploy.commands import create_package, deploy
from tenantry.deploy.queries import to_run
from tenantry.library.commands import install, publish as publish_process, republish
from tenantry.library.queries import library_page, received_process
from tenantry.rules.connectors import Visibility
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tests.store.publishers import a_part, newest_text
from tests.store.workshops import a_connector, a_user_of, some_files, type_of

from .lifecycle_walks import FEW, MANY, Walk, customers, picks, room, some, when
from .lifecycles import HOME, WITH_RUNTIME, Shown


class Connectors(Walk):
    """Connectors, what is built on them, and processes that are published with them."""

    kinds: ClassVar[tuple[str, ...]] = ("connector", "process")

    def shown_of_connector(self, who: str) -> Shown:
        """The connectors that the account can use, its components, and what runs."""
        account = self.account(who)
        offered = set(offered_connectors(account).values_list("name", flat=True))
        seen: Shown = {
            row.name: (row.version if row.released_at else 0, row.name in offered) for row in usable_connectors(account)
        }
        for name, one in self.market.components.items():
            if one.who == who:
                _, _, rest = newest_text(account, self.ids[name]).partition('version="')
                seen[name] = (int(rest.partition('"')[0] or 0), self._opens(account, name))
        running, _ = to_run(account, self.ground.places[who, WITH_RUNTIME])
        known = {self.ids[name]: name for name in self.market.components}
        return seen | {"running": sorted(known[row.package.component_id] for row in running)}

    def _opens(self, account: AccountId, name: str) -> str:
        try:
            check_usable(account, self.ids[name], name)
        except Refused as refused:
            return str(refused.refusal.rules[0])
        return "opens"

    def shown_of_process(self, who: str) -> Shown:
        """The library."""
        account = self.account(who)
        rows = library_page(account)[0].rows
        return {row.name: (row.number, int(received_process(account, row.pk)[1].version)) for row in rows}

    def begin_connector(self) -> None:
        """A connector that is released."""
        self.develop(released=True)

    def begin_process(self) -> None:
        """A process that uses it, published twice."""
        self.build_process(0, connected=True)
        self.publish_process(0)
        self.edit_process(0)
        self.publish_process(0)

    def begin_with_connector(self) -> None:
        """The customer builds on it."""
        self.use(0, "abc")

    def begin_with_process(self) -> None:
        """The customer installs a copy."""
        self.install_copy(0, "abc")

    @room("connectors")
    @rule(released=st.booleans())
    def develop(self, *, released: bool) -> None:
        """A connector is made, often released."""
        name = self.name("connector")
        self.market.add_connector(name)
        self.ids[name] = self.both("develop", None, lambda: a_connector(self.account(HOME), name, released=False))
        if released:
            self._put_into_force(name, 1)

    def _put_into_force(self, name: str, version: int) -> None:
        law = self.market.release_version(name, version)
        what: dict[str, Any] = {"connector": self.ids[name], "version": version}
        self.both("release version", law, lambda: releases.release_version(**self.here(), **what))

    def _version(self, name: str, number: int) -> int:
        return 1 + number % self.market.connectors[name].versions

    @when(lambda market: any(one.versions < FEW for one in market.connectors.values()))
    @rule(number=picks)
    def add_version(self, number: int) -> None:
        """One more version, which is not in force."""
        name = self.pick("connectors", number)
        self.market.connectors[name].versions += 1
        group = connector_of(self.account(HOME), self.ids[name]).group_id
        files = some_files(self.account(HOME))
        self.both("add version", None, lambda: connectors.add_version(**self.here(), group=group, files=files))

    @some("connectors")
    @rule(number=picks, version=picks)
    def release_version(self, number: int, version: int) -> None:
        """A version is put into force."""
        name = self.pick("connectors", number)
        self._put_into_force(name, self._version(name, version))

    @some("connectors")
    @rule(number=picks, version=picks, hours=st.integers(1, 30))
    def plan_version(self, number: int, version: int, hours: int) -> None:
        """Or will be, at an hour."""
        name = self.pick("connectors", number)
        chosen = self._version(name, version)
        due = self.now.replace(minute=0, second=0) + timedelta(hours=hours)
        what: dict[str, Any] = {"connector": self.ids[name], "version": chosen, "due": due}
        law = self.market.plan_version(name, chosen, due)
        self.both("plan version", law, lambda: releases.plan_release(**self.here(), **what))

    @some("connectors")
    @rule(number=picks)
    def hide(self, number: int) -> None:
        """It is hidden."""
        name = self.pick("connectors", number)
        law = self.market.hide(name)
        self.both("hide", law, lambda: reviews.hide_connector(**self.here(), connector=self.ids[name]))

    @some("connectors")
    @rule(number=picks, wanted=st.sampled_from(["public", "public", "hidden"]))
    def ask_review(self, number: int, wanted: str) -> None:
        """Staff are asked to make it Public, or Hidden after that."""
        name = self.pick("connectors", number)
        what: dict[str, Any] = {"connector": self.ids[name], "wanted": Visibility(wanted)}
        law = self.market.ask_review(name, wanted)
        made = self.both("ask review", law, lambda: reviews.submit_for_review(**self.here(), **what))
        if law is None:
            self.ids[f"{name} review"] = made

    @when(lambda market: any(one.asked for one in market.connectors.values()))
    @rule(approved=st.sampled_from([True, True, False]))
    def decide_review(self, *, approved: bool) -> None:
        """They decide."""
        name = min(name for name, one in self.market.connectors.items() if one.asked)
        self.market.decide_review(name, approved=approved)
        what: dict[str, Any] = {"review": self.ids[f"{name} review"], "approved": approved}
        self.both("decide review", None, lambda: reviews.decide_review(actor=OPERATOR, at=self.now, **what))

    @some("connectors")
    @rule(number=picks)
    def remove_connector(self, number: int) -> None:
        """It is deleted, unless somebody uses it."""
        name = self.pick("connectors", number)
        law = self.market.connector_goes(name)
        what = {"connector": self.ids[name]}
        self.both("remove connector", law, lambda: connectors.remove_connector(**self.here(), **what))

    @some("connectors")
    @room("components", MANY)
    @rule(number=picks, who=customers)
    def use(self, number: int, who: str) -> None:
        """A customer builds on it."""
        connector, name = self.pick("connectors", number), self.name("component")
        kind = type_of(self.account(HOME), self.ids[connector])
        law = self.market.use(who, connector, name)
        self.ids[name] = self.both("use", law, lambda: a_user_of(self.account(who), kind, name))

    @some("components")
    @rule(number=picks)
    def deploy(self, number: int) -> None:
        """What was built is packaged and deployed."""
        name = self.pick("components", number)
        who, law = self.market.components[name].who, self.market.deploy(name)
        version, place = self.name("build"), self.ground.places[who, WITH_RUNTIME]

        def act() -> None:
            package = create_package(**self.here(who), component=self.ids[name], version=version)
            deploy(**self.here(who), package=package, environment=place)

        self.both("deploy", law, act)

    @room("processes")
    @rule(number=picks, connected=st.booleans())
    def build_process(self, number: int, *, connected: bool) -> None:
        """A process is made and packaged, with a connector or without."""
        name = self.name("process")
        known = sorted(self.market.connectors) if connected else []
        connector = known[number % len(known)] if known else ""
        self.market.add_process(name, connector)
        text = self._process_text(connector, 1)
        self.ids[name] = self.both("build", None, lambda: a_part(self.account(HOME), name, text))
        self._package_process(name, 1)

    def _process_text(self, connector: str, version: int) -> str:
        named = f' connector-type="{type_of(self.account(HOME), self.ids[connector])}"' if connector else ""
        return f'<process version="{version}"{named}/>'

    def _package_process(self, name: str, version: int) -> None:
        what: dict[str, Any] = {"component": self.ids[name], "version": str(version), "shareable": True}
        made = self.both("package", None, lambda: create_package(**self.here(), **what))
        self.ids[f"{name} package"] = made

    @some("processes")
    @rule(number=picks)
    def edit_process(self, number: int) -> None:
        """It is changed and packaged anew."""
        name = self.pick("processes", number)
        one = self.market.processes[name]
        one.version += 1
        text = self._process_text(one.connector, one.version)
        what: dict[str, Any] = {"component": self.ids[name], "text": text, "opened": one.version - 1}
        self.both("edit process", None, lambda: save_component(**self.here(), **what))
        self._package_process(name, one.version)

    @some("processes")
    @rule(number=picks)
    def publish_process(self, number: int) -> None:
        """Its newest package is published."""
        name = self.pick("processes", number)
        self.market.publish_process(name)
        package = self.ids[f"{name} package"]
        self.both("publish", None, lambda: publish_process(**self.here(), package=package))

    @when(lambda market: any(one.publications for one in market.processes.values()))
    @rule(number=picks, which=picks)
    def republish(self, number: int, which: int) -> None:
        """An older publication is made the newest one."""
        known = sorted(name for name, one in self.market.processes.items() if one.publications)
        name = known[number % len(known)]
        chosen = 1 + which % len(self.market.processes[name].publications)
        law = self.market.republish(name, chosen)
        what: dict[str, Any] = {"process": self.ids[name], "number": chosen}
        self.both("republish", law, lambda: republish(**self.here(), **what))

    @some("processes")
    @room("components", MANY)
    @rule(number=picks, who=customers)
    def install_copy(self, number: int, who: str) -> None:
        """A customer installs a copy."""
        process, name = self.pick("processes", number), self.name("component")
        what: dict[str, Any] = {"process": self.ids[process], "folder": top_id(self.account(who)), "name": name}
        law = self.market.install_copy(who, process, name)
        self.ids[name] = self.both("install copy", law, lambda: install(**self.here(who), **what))

    @some("processes")
    @rule(number=picks)
    def remove_process(self, number: int) -> None:
        """It is deleted in Build."""
        name = self.pick("processes", number)
        law = self.market.process_goes(name)
        self.both("remove process", law, lambda: remove_component(**self.here(), component=self.ids[name]))
