"""Walks through the life cycle of clouds: clusters, quotas, attachments and what becomes of them (CLOUD)."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tenantry.clouds import clusters, commands as clouds
from tenantry.clouds.queries import cloud_of, properties_of
from tenantry.clouds.usable import offers
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.commands import remove_runtime
from tenantry.runtimes.queries import runtimes_in
from tests.store.skies import a_cloud, a_cluster

from .lifecycle_walks import MANY, Walk, customers, maximums, picks, room, some, when
from .lifecycles import CUSTOMERS, HOME, Shown


class Clouds(Walk):
    """Clouds with clusters, quotas and attachments."""

    kinds: ClassVar[tuple[str, ...]] = ("cloud",)

    def shown_of_cloud(self, who: str) -> Shown:
        """What the account is offered, and how its attachments are."""
        seen: Shown = {
            row.name: (row.room.remaining, row.closed.rules[0] if row.closed else None)
            for row in offers(self.account(who)).rows
        }
        rows = [row for row in runtimes_in(self.account(who)) if row.in_cloud]
        return seen | {row.name: row.unavailable.rules[0] if row.unavailable else "works" for row in rows}

    def begin_cloud(self) -> None:
        """A cloud with a cluster."""
        self.add_cloud(2, installed=True)

    def begin_with_cloud(self) -> None:
        """The customer has an attachment there."""
        self.attach(0, "abc")

    @room("clouds")
    @rule(maximum=maximums, installed=st.booleans())
    def add_cloud(self, maximum: int, *, installed: bool) -> None:
        """A cloud is made, often with a cluster."""
        name = self.name("cloud")
        self.market.add_cloud(name, maximum)
        self.ids[name] = self.both(
            "add cloud", None, lambda: a_cloud(self.account(HOME), name, clusters=0, max_attachments=maximum)
        )
        self.ids[f"{name} clusters"] = []
        if installed:
            self._install(name)

    def _install(self, cloud: str) -> None:
        self.market.clouds[cloud].clusters += 1
        made = self.both("install cluster", None, lambda: a_cluster(self.account(HOME), self.ids[cloud]))
        self.ids[f"{cloud} clusters"].append(made.id)

    @some("clouds")
    @rule(number=picks)
    def install_cluster(self, number: int) -> None:
        """One more cluster."""
        self._install(self.pick("clouds", number))

    @when(lambda market: any(cloud.clusters for cloud in market.clouds.values()))
    @rule(number=picks)
    def remove_cluster(self, number: int) -> None:
        """One less."""
        there = sorted(name for name, cloud in self.market.clouds.items() if cloud.clusters)
        name = there[number % len(there)]
        known = self.ids[f"{name} clusters"]
        law = self.market.cluster_goes(name)
        self.both("remove cluster", law, lambda: clusters.remove_cluster(**self.here(), cluster=known[-1]))
        if law is None:
            known.pop()

    @some("clouds")
    @rule(number=picks)
    def remove_cloud(self, number: int) -> None:
        """A cloud is deleted."""
        name = self.pick("clouds", number)
        law = self.market.cloud_goes(name)
        self.both("remove cloud", law, lambda: clouds.remove_cloud(**self.here(), cloud=self.ids[name]))

    @some("clouds")
    @rule(number=picks, maximum=maximums)
    def edit_cloud(self, number: int, maximum: int) -> None:
        """Its maximum is changed."""
        name = self.pick("clouds", number)
        self.market.clouds[name].maximum = maximum
        told = properties_of(cloud_of(self.account(HOME), self.ids[name]))
        changed = type(told)(**{key: getattr(told, key) for key in told.__slots__} | {"max_attachments": maximum})
        what: dict[str, Any] = {"cloud": self.ids[name], "properties": changed}
        self.both("edit cloud", None, lambda: clouds.edit_cloud(**self.here(), **what))

    @some("clouds")
    @room("attachments", MANY)
    @rule(number=picks, who=st.sampled_from((*CUSTOMERS, *CUSTOMERS, HOME)))
    def attach(self, number: int, who: str) -> None:
        """Somebody attaches."""
        cloud, name = self.pick("clouds", number), self.name("attachment")
        what: dict[str, Any] = {"cloud": self.ids[cloud], "name": name}
        law = self.market.attach(who, cloud, name)
        self.ids[name] = self.both("attach", law, lambda: create_attachment(**self.here(who), **what))

    @some("attachments")
    @rule(number=picks)
    def give_up(self, number: int) -> None:
        """An attachment is deleted, Unavailable or not."""
        name = self.pick("attachments", number)
        who = self.market.attachments.pop(name).who
        self.both("give up", None, lambda: remove_runtime(**self.here(who), runtime=self.ids[name]))

    @some("clouds")
    @rule(number=picks, who=customers, maximum=maximums | st.none())
    def quota(self, number: int, who: str, maximum: int | None) -> None:
        """A customer's quota is added, changed, or taken away; one that is not there is neither of the latter."""
        cloud = self.pick("clouds", number)
        there = maximum is None or who in self.market.clouds[cloud].quotas
        what: dict[str, Any] = {"cloud": self.ids[cloud], "member": self.account(who)}
        law = self.market.quota(who, cloud, maximum, there=there)
        if maximum is None:
            self.both("remove quota", law, lambda: clouds.remove_quota(**self.here(), **what))
            return
        act = clouds.edit_quota if there else clouds.add_quota
        self.both("edit quota" if there else "add quota", law, lambda: act(**self.here(), **what, maximum=maximum))
