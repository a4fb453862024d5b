"""Walks through the life cycles of shared resources: each step is done by the product and told to the slow model.

One machine for each kind, since what is rare for one should not wait for the others, and one for all kinds together.
After each step everybody's lists, states and versions are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import event, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tenantry.accounts.commands import switch_feature
from tenantry.build.blocking import check_usable
from tenantry.build.components import remove_component, save_component
from tenantry.build.queries import top_id
from tenantry.clouds import clusters, commands as clouds
from tenantry.clouds.queries import cloud_of, properties_of
from tenantry.clouds.usable import offers
from tenantry.connectors import commands as connectors, releases, reviews
from tenantry.connectors.queries import connector_of, offered_connectors, usable_connectors
from tenantry.datahub.commands import copy_shared_model, remove_model
from tenantry.datahub.queries import shared_models, usable_models
from tenantry.deploy.commands import create_package, deploy
from tenantry.deploy.queries import to_run
from tenantry.groups import commands as groups
from tenantry.library.commands import install, publish as publish_process, republish
from tenantry.library.queries import library_page, received_process
from tenantry.packs import commands as packs, instances
from tenantry.packs.received import environments_of, instance_of, packages_run, usable_packs
from tenantry.rules.connectors import Visibility
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document, Field, FieldType
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, GroupId
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.commands import remove_runtime
from tenantry.runtimes.queries import runtimes_in
from tenantry.sharing import commands as sharing
from tenantry.sharing.kinds import assignable
from tests.store.factories import AT, AUS, PARTNER, a_group, a_member, a_primary
from tests.store.modellers import FIELDS, a_model, change, document_in, publish as publish_model, row_of, with_data_hub
from tests.store.publishers import a_part, newest_text
from tests.store.shelves import a_pack, night
from tests.store.skies import a_cloud, a_cluster
from tests.store.workplaces import a_runtime, an_environment
from tests.store.workshops import a_connector, a_developer, a_user_of, some_files, type_of

from .lifecycles import CUSTOMERS, EVERYBODY, GROUPS, HOME, PLACES, UNLIMITED, WITH_RUNTIME, Market, Shown

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


def some(kind: str) -> Any:  # noqa: ANN401 - a decorator as Hypothesis types it
    """Only where there is something of the kind."""
    return precondition(lambda walk: bool(vars(walk.market)[kind]))


def room(kind: str, most: int = FEW) -> Any:  # noqa: ANN401 - a decorator as Hypothesis types it
    """Only where there is not too much of the kind."""
    return precondition(lambda walk: len(vars(walk.market)[kind]) < most)


class Walk(RuleBasedStateMachine):
    """What happens to resources of every kind: they are shared and withdrawn, customers come and go, time passes."""

    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, ground: Ground) -> None:
        """Begin on the ground, which is left as it was."""
        super().__init__()
        self.ground, self.market, self.now = ground, Market(), AT
        self.ids: dict[str, Any] = {}
        self.groups = dict(ground.groups)
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

    def both(self, step: str, law: str | None, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it makes
        """Do what the law lets one do, or be refused by the rule that it names."""
        self.now += timedelta(seconds=1)
        try:
            made, said = act(), None
        except Refused as refused:
            made, said = None, refused.refusal.rules[0]
        STEPS[f"{step}: {law or 'done'}"] += 1
        event(f"{step}: {law or 'done'}")
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

    @precondition(lambda walk: walk.all_things())
    @rule(number=picks, group=groups_of_home)
    def share(self, number: int, group: str) -> None:
        """Share something."""
        things = self.all_things()
        kind, name = things[number % len(things)]
        what: dict[str, Any] = {"group": self.groups[group], "kind": KINDS[kind], "resources": {self.ids[name]}}
        self.both("share", self.market.share(kind, name, group), lambda: sharing.share(**self.here(), **what))

    @some("shares")
    @rule(number=picks)
    def withdraw(self, number: int) -> None:
        """Withdraw something."""
        shares = sorted(self.market.shares)
        kind, name, group = shares[number % len(shares)]
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

    @precondition(lambda walk: any(walk.market.members[share[2]] for share in walk.market.shares))
    @rule(group=groups_of_home)
    def dissolve(self, group: str) -> None:
        """A group is deleted; one of its name takes its place."""
        self.market.dissolve(group)
        self.both("delete group", None, lambda: groups.remove_group(**self.here(), group=self.groups[group]))
        self.groups[group] = groups.create_group(**self.here(), name=group)

    @rule(hours=st.sampled_from([1, 24, 72]))
    def wait(self, hours: int) -> None:
        """Time passes, and what is due is done."""
        self.now += timedelta(hours=hours)
        self.market.wait(self.now + timedelta(seconds=1))
        self.both("wait", None, lambda: night(self.now))


class Clouds(Walk):
    """Clouds with clusters, quotas and attachments."""

    kinds = ("cloud",)

    def shown_of_cloud(self, who: str) -> Shown:
        """What the account is offered, and how its attachments are."""
        seen: Shown = {
            row.name: (row.room.remaining, row.closed.rules[0] if row.closed else None)
            for row in offers(self.account(who)).rows
        }
        rows = [row for row in runtimes_in(self.account(who)) if row.in_cloud]
        return seen | {row.name: row.unavailable.rules[0] if row.unavailable else "works" for row in rows}

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

    @precondition(lambda walk: any(cloud.clusters for cloud in walk.market.clouds.values()))
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


class Connectors(Walk):
    """Connectors, what is built on them, and processes that are published with them."""

    kinds = ("connector", "process")

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

    @some("connectors")
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

    @precondition(lambda walk: any(one.asked for one in walk.market.connectors.values()))
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

    @precondition(lambda walk: any(one.publications for one in walk.market.processes.values()))
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


class Packs(Walk):
    """Integration packs, their releases, and what accounts have installed."""

    kinds = ("pack",)

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

    @room("packs")
    @rule(many=st.booleans(), released=st.booleans())
    def make_pack(self, *, many: bool, released: bool) -> None:
        """A pack of one process is made, often released."""
        name = self.name("pack")
        self.market.add_pack(name, many=many)
        part = a_part(self.account(HOME), f"{name} process", "<process/>")
        self.ids[f"{name} process"] = part
        self._package_contents(name, 1)
        kind = "MULTI" if many else "SINGLE"
        self.ids[name] = self.both("make pack", None, lambda: a_pack(self.account(HOME), part, kind=kind, name=name))
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
        self.market.attach_place(name, place)
        what: dict[str, Any] = {"instance": self.ids[name], "environments": {self.ground.places[who, place]}}
        self.both("attach place", None, lambda: instances.attach_environments(**self.here(who), **what))

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

    @precondition(lambda walk: len(walk.market.packs) == FEW)
    @rule(number=picks)
    def remove_pack(self, number: int) -> None:
        """A pack is deleted."""
        name = self.pick("packs", number)
        self.market.pack_goes(name)
        self.both("remove pack", None, lambda: packs.remove_pack(**self.here(), pack=self.ids[name]))


class Models(Walk):
    """Models, their versions, and what customers have copied."""

    kinds = ("model",)

    def shown_of_model(self, who: str) -> Shown:
        """What can be copied, and the copies."""
        account = self.account(who)
        usable = set(usable_models(account).values_list("id", flat=True))
        seen: Shown = {one.name: (one.version, one.id in usable) for one in shared_models(account)[0]}
        for name, known in self.market.copies.items():
            if known.who == who:
                fields = document_in(account, self.ids[name]).fields
                seen[name] = (len(fields) - len(FIELDS.fields), row_of(account, self.ids[name]).source_version)
        return seen

    @room("models")
    @rule(published=st.booleans())
    def make_model(self, *, published: bool) -> None:
        """A model is made, often published."""
        name = self.name("model")
        self.market.add_model(name)
        self.ids[name] = self.both("make model", None, lambda: a_model(self.account(HOME), name))
        if published:
            self._publish_draft(name)

    def _publish_draft(self, name: str) -> None:
        law = self.market.publish_model(name)
        self.both("publish model", law, lambda: publish_model(self.account(HOME), self.ids[name]))

    @some("models")
    @rule(number=picks)
    def change_draft(self, number: int) -> None:
        """Its draft gets one more field."""
        name = self.pick("models", number)
        self.market.models[name].draft += 1
        added = tuple(Field(f"Field {n}", FieldType.TEXT) for n in range(self.market.models[name].draft))
        document = Document((*FIELDS.fields, *added))
        self.both("change draft", None, lambda: change(self.account(HOME), self.ids[name], document))

    @some("models")
    @rule(number=picks)
    def publish_model(self, number: int) -> None:
        """The draft is published."""
        self._publish_draft(self.pick("models", number))

    @some("models")
    @room("copies", MANY)
    @rule(number=picks, who=customers)
    def copy_model(self, number: int, who: str) -> None:
        """A customer copies it."""
        model, name = self.pick("models", number), self.name("copy")
        law = self.market.copy_model(who, model, name)
        what = {"model": self.ids[model]}
        self.ids[name] = self.both("copy model", law, lambda: copy_shared_model(**self.here(who), **what))

    @some("models")
    @rule(number=picks)
    def remove_model(self, number: int) -> None:
        """It is deleted."""
        name = self.pick("models", number)
        self.market.model_goes(name)
        self.both("remove model", None, lambda: remove_model(**self.here(), model=self.ids[name]))

    @rule(who=customers)
    def switch_data_hub(self, who: str) -> None:
        """A customer has Data Hub no longer, or again."""
        self.market.hubs ^= {who}
        what: dict[str, Any] = {"feature": Feature.DATA_HUB, "on": who in self.market.hubs}
        self.both("switch Data Hub", None, lambda: switch_feature(**self.here(who), **what))


class Everything(Clouds, Connectors, Packs, Models):
    """All kinds in the same groups."""

    kinds = tuple(KINDS)


WALKS = (Clouds, Connectors, Packs, Models, Everything)
