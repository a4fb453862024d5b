"""The life cycles of shared resources (rule book, section 12) written down once more: slow, obvious, of one primary.

`home` has two account groups and two customers. Everything happens at once and is written where it is seen: a release
goes to every instance it reaches, the end of a share goes nowhere. Acts return the rule that forbids them, or nothing.
It shares no code with the product. Where the rule book leaves room, the readings are:

- A process is a published process from its first publication on: before, there is nothing to share (SHARE-2, SHARE-5).
- A quota is for accounts that a share of the cloud reaches, installed or not (CLOUD-4).
- Whoever runs the pending update of a pack when its share ends goes on with it: that is its current version (PACK-11).
  Attaching an environment anew drops nothing meanwhile: the day on which it would come back never comes (PACK-6).
- Sharing a pack again is one release to the account, if at least one has gone by without it (PACK-9, PACK-11).
- What is released immediately differs from the pending update, not only from the last release (PACK-3, PACK-5).
- A Hidden connector is used by whom it could be used by: by everybody if it was Public before (CONN-5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

HOME = "home"
CUSTOMERS = ("abc", "ghi")
EVERYBODY = (HOME, *CUSTOMERS)
GROUPS = ("East", "West")
UNLIMITED = -1
WITH_RUNTIME = "Yard"
PLACES = (WITH_RUNTIME, "Quay")
"""The environments of every account; a runtime is attached to the first."""

Shown = dict[object, object]
"""What an account sees of one kind."""


@dataclass
class Cloud:
    """A cloud with so many clusters."""

    maximum: int
    clusters: int = 0
    quotas: dict[str, int] = field(default_factory=dict)


@dataclass
class Attachment:
    """Somebody's slot in a cloud, which may be gone."""

    who: str
    cloud: str


@dataclass
class Connector:
    """A connector; `released` is the version in force, `planned` one that comes into force at an hour."""

    versions: int = 1
    released: int = 0
    planned: tuple[int, datetime] | None = None
    visibility: str = "private"
    for_everybody: bool = False
    asked: str = ""


@dataclass
class Process:
    """A process of the primary: its newest packaged version, and the versions published, in order."""

    connector: str = ""
    version: int = 1
    publications: list[int] = field(default_factory=list)


@dataclass
class Component:
    """A component of somebody, which may use a connector; `version` is that of the process it is a copy of."""

    who: str
    connector: str = ""
    version: int = 0
    deployed: bool = False


@dataclass
class Instance:
    """An installed pack. `early` is empty, applied or dropped; `base` is what it ran before the early update."""

    who: str
    pack: str
    name: str
    runs: int
    seen: int = 1
    early: str = ""
    base: int = 0
    missed: bool = False
    places: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)


@dataclass
class Pack:
    """A pack of one process, which may use a connector: its newest packaged version, what was released, and what is
    pending.
    """

    many: bool = False
    connector: str = ""
    version: int = 1
    released: list[int] = field(default_factory=list)
    pending: tuple[int, date] | None = None


@dataclass
class Model:
    """A model: how often its draft was changed, and what of that was published."""

    draft: int = 0
    published: list[int] = field(default_factory=list)


@dataclass
class Copy:
    """A customer's copy of a model."""

    who: str
    draft: int
    version: int


class Market:
    """The primary, its groups, its customers, and all that it shares with them."""

    def __init__(self) -> None:
        """Nothing is there but a customer in a group."""
        self.members: dict[str, set[str]] = {"East": {"abc"}, "West": set()}
        self.shares: set[tuple[str, str, str]] = set()
        self.hubs = set(EVERYBODY)
        self.clouds: dict[str, Cloud] = {}
        self.attachments: dict[str, Attachment] = {}
        self.connectors: dict[str, Connector] = {}
        self.processes: dict[str, Process] = {}
        self.components: dict[str, Component] = {}
        self.packs: dict[str, Pack] = {}
        self.packed: set[str] = set()
        self.instances: dict[str, Instance] = {}
        self.models: dict[str, Model] = {}
        self.copies: dict[str, Copy] = {}

    # ---- groups and shares (SHARE) ---------------------------------------------------------------------------------

    def reaches(self, kind: str, name: str, who: str) -> bool:
        """Whether a share brings a resource to a customer right now (SHARE-3, SHARE-6)."""
        return any((kind, name, group) in self.shares and who in self.members[group] for group in GROUPS)

    def all_of(self, kind: str) -> dict[str, Any]:
        """The resources of a kind that there are."""
        things: dict[str, Any] = vars(self)["processes" if kind == "process" else f"{kind}s"]
        return things

    def assignable(self, kind: str, name: str) -> bool:
        """Whether a resource is in the state in which it can be shared (SHARE-5)."""
        one = self.all_of(kind)[name]
        match kind:
            case "cloud":
                return bool(one.clusters)
            case "connector":
                return bool(one.released) and one.visibility == "private"
            case "process":
                return bool(one.publications)
            case "pack":
                return bool(one.released)
            case _:
                return bool(one.published)

    def share(self, kind: str, name: str, group: str) -> str | None:
        """Put a resource on a group."""
        if not self.assignable(kind, name):
            return "SHARE-2" if kind == "process" else "SHARE-5"
        if (kind, name, group) in self.shares:
            return "GRP-20"
        self.shares.add((kind, name, group))
        self._resume()
        return None

    def withdraw(self, kind: str, name: str, group: str) -> str | None:
        """Take it off again."""
        if (kind, name, group) not in self.shares:
            return "GRP-20"
        self.shares.remove((kind, name, group))
        return None

    def join(self, who: str, group: str) -> str | None:
        """Put a customer into a group."""
        if who in self.members[group]:
            return "GRP-20"
        self.members[group].add(who)
        self._resume()
        return None

    def leave(self, who: str, group: str) -> str | None:
        """Take it out again."""
        if who not in self.members[group]:
            return "GRP-20"
        self.members[group].remove(who)
        return None

    def dissolve(self, group: str) -> None:
        """Delete a group, and make one of that name, in which nothing is (SHARE-8)."""
        self.members[group] = set()
        self.shares = {share for share in self.shares if share[2] != group}

    def _gone(self, kind: str, name: str) -> None:
        """A resource is deleted, and its shares with it."""
        del self.all_of(kind)[name]
        self._unshare(kind, name)

    def _unshare(self, kind: str, name: str) -> None:
        self.shares = {share for share in self.shares if share[:2] != (kind, name)}

    # ---- clouds (CLOUD) --------------------------------------------------------------------------------------------

    def add_cloud(self, name: str, maximum: int) -> None:
        """A cloud without clusters."""
        self.clouds[name] = Cloud(maximum)

    def cluster_goes(self, cloud: str) -> str | None:
        """Delete a cluster: only the owner's own attachments are in the way (CLOUD-7)."""
        if any(one.who == HOME and one.cloud == cloud for one in self.attachments.values()):
            return "CLOUD-7"
        self.clouds[cloud].clusters -= 1
        return None

    def cloud_goes(self, cloud: str) -> str | None:
        """Delete a cloud, which has no cluster (CLOUD-7)."""
        if self.clouds[cloud].clusters:
            return "CLOUD-7"
        self._gone("cloud", cloud)
        return None

    def slots(self, who: str, cloud: str) -> int:
        """How many attachments somebody has there."""
        return sum(one.who == who and one.cloud == cloud for one in self.attachments.values())

    def remaining(self, who: str, cloud: str) -> int | None:
        """How many more there can be; any number for the owner (CLOUD-3) and for -1."""
        most = self.clouds[cloud].quotas.get(who, self.clouds[cloud].maximum)
        return None if who == HOME or most == UNLIMITED else max(most - self.slots(who, cloud), 0)

    def closed(self, who: str, cloud: str) -> str | None:
        """Why there can be no further one in a cloud that is seen: no cluster, a maximum of 0, or all are taken."""
        if not self.clouds[cloud].clusters:
            return "CLOUD-7"
        if self.remaining(who, cloud) != 0:
            return None
        return "CLOUD-4" if self.clouds[cloud].quotas.get(who, self.clouds[cloud].maximum) == 0 else "CLOUD-5"

    def sees_cloud(self, who: str, cloud: str) -> bool:
        """Whether a cloud is offered in runtime setup (CLOUD-5)."""
        return who == HOME or (self.clouds[cloud].clusters > 0 and self.reaches("cloud", cloud, who))

    def attach(self, who: str, cloud: str, name: str) -> str | None:
        """Make an attachment."""
        refusal = self.closed(who, cloud) if self.sees_cloud(who, cloud) else "CLOUD-5"
        if refusal is None:
            self.attachments[name] = Attachment(who, cloud)
        return refusal

    def state(self, attachment: Attachment) -> str:
        """By which rule an attachment is Unavailable, or that it works: revived by whatever ended it (CLOUD-7, -8)."""
        if attachment.cloud not in self.clouds:
            return "CLOUD-7"
        if attachment.who != HOME and not self.reaches("cloud", attachment.cloud, attachment.who):
            return "CLOUD-8"
        return "works" if self.clouds[attachment.cloud].clusters else "CLOUD-7"

    def quota(self, who: str, cloud: str, maximum: int | None, *, there: bool) -> str | None:
        """Set a quota where there is one or where there is none, or take it away: only while shared (CLOUD-4)."""
        quotas = self.clouds[cloud].quotas
        too_few = maximum is not None and maximum != UNLIMITED and maximum < self.slots(who, cloud)
        if (who in quotas) != there or not self.reaches("cloud", cloud, who) or too_few:
            return "CLOUD-4"
        if maximum is None:
            del quotas[who]
        else:
            quotas[who] = maximum
        return None

    def shown_clouds(self, who: str) -> Shown:
        """Clouds with what room there is, and attachments."""
        seen: Shown = {
            name: (self.remaining(who, name), self.closed(who, name))
            for name in self.clouds
            if self.sees_cloud(who, name)
        }
        return seen | {name: self.state(one) for name, one in self.attachments.items() if one.who == who}

    # ---- connectors (CONN) -----------------------------------------------------------------------------------------

    def add_connector(self, name: str) -> None:
        """A Private connector with version 1, which is not released."""
        self.connectors[name] = Connector()

    def can_use(self, who: str, connector: str) -> bool:
        """Whether an account can use a connector (CONN-5)."""
        one = self.connectors[connector]
        shared = one.released > 0 and self.reaches("connector", connector, who)
        return who == HOME or one.for_everybody or shared

    def release_version(self, connector: str, version: int) -> str | None:
        """Put a version into force, which calls off what was planned (CONN-4)."""
        one = self.connectors[connector]
        if one.released == version:
            return "CONN-4"
        one.released, one.planned = version, None
        return None

    def plan_version(self, connector: str, version: int, hour: datetime) -> str | None:
        """Have a version put into force at an hour (CONN-4)."""
        if self.connectors[connector].released == version:
            return "CONN-4"
        self.connectors[connector].planned = version, hour
        return None

    def hide(self, connector: str) -> str | None:
        """From Private to Hidden (CONN-6)."""
        one = self.connectors[connector]
        if one.visibility != "private" or one.asked:
            return "CONN-6"
        one.visibility = "hidden"
        return None

    def ask_review(self, connector: str, wanted: str) -> str | None:
        """From Private to Public, once released, and from there to Hidden, by review (CONN-6)."""
        one = self.connectors[connector]
        ways = {("private", "public"), ("public", "hidden")}
        if (one.visibility, wanted) not in ways or one.asked or not one.released:
            return "CONN-6"
        one.asked = wanted
        return None

    def decide_review(self, connector: str, *, approved: bool) -> None:
        """Made Public, it loses its shares and nobody loses its use (CONN-7)."""
        one = self.connectors[connector]
        if approved:
            one.visibility = one.asked
            one.for_everybody = True
            self._unshare("connector", connector)
        one.asked = ""

    def connector_goes(self, connector: str) -> str | None:
        """Delete a connector that no component uses (CONN-10)."""
        used = {one.connector for one in self.components.values()} | {one.connector for one in self.processes.values()}
        if connector in used | self.packed:
            return "CONN-10"
        self._gone("connector", connector)
        return None

    def use(self, who: str, connector: str, name: str) -> str | None:
        """Make a component that uses a connector (CONN-9)."""
        if not self.can_use(who, connector):
            return "CONN-9"
        self.components[name] = Component(who, connector)
        return None

    def blocked(self, component: Component) -> bool:
        """Whether a component cannot be opened, packaged or deployed for now (CONN-9)."""
        return bool(component.connector) and not self.can_use(component.who, component.connector)

    def deploy(self, name: str) -> str | None:
        """Package a component and deploy it; it runs from then on, whatever becomes of the connector (CONN-9)."""
        if self.blocked(self.components[name]):
            return "CONN-9"
        self.components[name].deployed = True
        return None

    def shown_connectors(self, who: str) -> Shown:
        """Connectors that can be used, with the version in force, and whether offered; components; what runs."""
        usable: Shown = {
            name: (one.released, one.visibility != "hidden")
            for name, one in self.connectors.items()
            if self.can_use(who, name)
        }
        mine = {name: one for name, one in self.components.items() if one.who == who}
        states = {name: (one.version, "CONN-9" if self.blocked(one) else "opens") for name, one in mine.items()}
        return usable | states | {"running": sorted(name for name, one in mine.items() if one.deployed)}

    # ---- published processes (PROC) --------------------------------------------------------------------------------

    def add_process(self, name: str, connector: str) -> None:
        """A process of the primary, packaged and not published."""
        self.processes[name] = Process(connector)

    def publish_process(self, process: str) -> None:
        """Publish the newest package."""
        self.processes[process].publications.append(self.processes[process].version)

    def republish(self, process: str, number: int) -> str | None:
        """Publish an older publication anew under the next number (PROC-3)."""
        done = self.processes[process].publications
        if number == len(done):
            return "PROC-3"
        done.append(done[number - 1])
        return None

    def install_copy(self, who: str, process: str, name: str) -> str | None:
        """Copy the newest publication; the copy is a component like others from then on (PROC-5 to PROC-7)."""
        one = self.processes[process]
        if not self.in_library(who, process):
            return "PROC-4"
        if one.connector and not self.can_use(who, one.connector):
            return "PROC-6"
        self.components[name] = Component(who, one.connector, one.publications[-1])
        return None

    def in_library(self, who: str, process: str) -> bool:
        """Whether a customer browses a process (PROC-4)."""
        return bool(self.processes[process].publications) and self.reaches("process", process, who)

    def process_goes(self, process: str) -> str | None:
        """Delete a process in Build, which is not shared (PROC-8)."""
        if any(kind == "process" and name == process for kind, name, _ in self.shares):
            return "PROC-8"
        self._gone("process", process)
        return None

    def shown_processes(self, who: str) -> Shown:
        """What is in the library: the number and version of the newest publication (PROC-3)."""
        there = {name: one.publications for name, one in self.processes.items() if self.in_library(who, name)}
        return {name: (len(done), done[-1]) for name, done in there.items()}

    # ---- integration packs (PACK) ----------------------------------------------------------------------------------

    def add_pack(self, name: str, connector: str = "", *, many: bool) -> None:
        """A pack that is not released. Its process, which stays whatever becomes of the pack, may use a connector."""
        self.packs[name] = Pack(many, connector)
        self.packed.add(connector)

    def lacks(self, one: Instance) -> bool:
        """Whether an account cannot use the connector of what it has installed, and so deploys it nowhere (CONN-9)."""
        connector = self.packs[one.pack].connector
        return bool(connector) and not self.can_use(one.who, connector)

    def pack_reaches(self, who: str, pack: str) -> bool:
        """Whether an account receives the releases of a pack: its own, or shared with it."""
        return who == HOME or self.reaches("pack", pack, who)

    def installed(self, pack: str, who: str = "") -> list[Instance]:
        """The instances of a pack, of everybody or of somebody."""
        return [one for one in self.instances.values() if one.pack == pack and who in {"", one.who}]

    def release_pack(self, pack: str, day: date | None, today: date) -> str | None:
        """Release now, or on a day: one update is pending at most, and an immediate one replaces it (PACK-3 to -5)."""
        one = self.packs[pack]
        last = one.pending[0] if one.pending else (one.released or [0])[-1]
        if day is not None and one.pending is not None:
            return "PACK-5"
        if one.version == last:
            return "PACK-3"
        if day is not None and day <= today:
            return "PACK-4"
        if day is None:
            self._complete(pack, one.version, replaces=one.pending is not None)
        else:
            one.pending = one.version, day
        return None

    def move_day(self, pack: str, day: date, today: date) -> str | None:
        """Let the pending release come on another day (PACK-5)."""
        one = self.packs[pack]
        if one.pending is None:
            return "PACK-5"
        if day <= today:
            return "PACK-4"
        one.pending = one.pending[0], day
        return None

    def _complete(self, pack: str, version: int, *, replaces: bool) -> None:
        """A release comes to every instance it reaches, those apart that run it already (PACK-5, PACK-7, PACK-9)."""
        self.packs[pack].released.append(version)
        self.packs[pack].pending = None
        for one in self.installed(pack):
            has_it = one.early == "applied" and not replaces
            if self.pack_reaches(one.who, pack) and not has_it:
                one.runs, one.seen = version, one.seen + 1
            elif not has_it:
                one.missed = True
            one.early = ""

    def _resume(self) -> None:
        """Who has missed releases and is reached again gets the current one (PACK-11)."""
        for one in self.instances.values():
            if one.missed and self.pack_reaches(one.who, one.pack):
                one.runs, one.seen, one.missed = self.packs[one.pack].released[-1], one.seen + 1, False

    def install_pack(self, who: str, pack: str, called: str, name: str) -> str | None:
        """Install a pack: Single once, Multiple under a name of its own (PACK-8); not while it is frozen (PACK-11)."""
        one, mine = self.packs[pack], self.installed(pack, who)
        if not one.released or not self.pack_reaches(who, pack):
            return "PACK-11" if mine else "PACK-8"
        if mine and (not one.many or any(other.name == called for other in mine)):
            return "PACK-8"
        self.instances[name] = Instance(who, pack, called, one.released[-1])
        return None

    def stands(self, one: Instance) -> str:
        """Where an instance stands with respect to updates."""
        if not self.pack_reaches(one.who, one.pack):
            return "frozen"
        if self.packs[one.pack].pending is None:
            return "current"
        return {"": "pending", "applied": "early", "dropped": "taken"}[one.early]

    def apply(self, name: str) -> str | None:
        """Take the pending update before its day: once, where a runtime is (PACK-5, PACK-6, PACK-11)."""
        one = self.instances[name]
        pending = self.packs[one.pack].pending
        refusals = {"frozen": "PACK-11", "current": "PACK-5", "early": "PACK-6", "taken": "PACK-6"}
        if self.stands(one) in refusals or pending is None:
            return refusals[self.stands(one)]
        if WITH_RUNTIME not in one.places:
            return "PACK-5"
        if self.lacks(one):
            return "CONN-9"
        one.base, one.runs, one.seen, one.early, one.left = one.runs, pending[0], one.seen + 1, "applied", set()
        return None

    def attach_place(self, name: str, place: str) -> str | None:
        """Attach an environment; anew after an early update, that is dropped until its day (PACK-6)."""
        one = self.instances[name]
        if self.lacks(one):
            return "CONN-9"
        if self.stands(one) == "early" and place in one.left - one.places:
            one.runs, one.seen, one.early = one.base, one.seen - 1, "dropped"
        one.places.add(place)
        one.left.discard(place)
        return None

    def detach_place(self, name: str, place: str) -> None:
        """Detach an environment."""
        one = self.instances[name]
        if place in one.places:
            one.places.remove(place)
            one.left.add(place)

    def pack_goes(self, pack: str) -> None:
        """Delete a pack: uninstalled everywhere (PACK-10)."""
        self._gone("pack", pack)
        self.instances = {name: one for name, one in self.instances.items() if one.pack != pack}

    def shown_packs(self, who: str) -> Shown:
        """What can be installed, and what is: version seen, version run, standing, day to come, environments."""
        seen: Shown = {
            name: "offered" for name, one in self.packs.items() if one.released and self.pack_reaches(who, name)
        }
        for name, one in self.instances.items():
            if one.who == who:
                pending = self.packs[one.pack].pending if self.stands(one) != "frozen" else None
                day = pending[1] if pending else None
                seen[name] = (one.seen, one.runs, self.stands(one), day, sorted(one.places))
        return seen

    # ---- models (MODEL) --------------------------------------------------------------------------------------------

    def add_model(self, name: str) -> None:
        """A model that is not published."""
        self.models[name] = Model()

    def publish_model(self, model: str) -> str | None:
        """Publish what the draft says, if that is something new."""
        one = self.models[model]
        if one.published and one.published[-1] == one.draft:
            return "MODEL-1"
        one.published.append(one.draft)
        return None

    def sees_model(self, who: str, model: str) -> bool:
        """Whether a share brings a published model to a customer."""
        return bool(self.models[model].published) and self.reaches("model", model, who)

    def copy_model(self, who: str, model: str, name: str) -> str | None:
        """Copy the latest published version (MODEL-2 to MODEL-4)."""
        if who not in self.hubs or not self.sees_model(who, model):
            return "MODEL-2"
        done = self.models[model].published
        self.copies[name] = Copy(who, done[-1], len(done))
        return None

    def model_goes(self, model: str) -> None:
        """Delete a model: like the end of its shares (MODEL-5)."""
        self._gone("model", model)

    def shown_models(self, who: str) -> Shown:
        """What is offered for copying, whether it can be used, and the copies there are."""
        usable = who in self.hubs
        seen: Shown = {
            name: (len(one.published), usable) for name, one in self.models.items() if self.sees_model(who, name)
        }
        return seen | {name: (one.draft, one.version) for name, one in self.copies.items() if one.who == who}

    def shown(self, kind: str, who: str) -> Shown:
        """What somebody sees of a kind."""
        match kind:
            case "cloud":
                return self.shown_clouds(who)
            case "connector":
                return self.shown_connectors(who)
            case "process":
                return self.shown_processes(who)
            case "pack":
                return self.shown_packs(who)
            case _:
                return self.shown_models(who)

    # ---- time ------------------------------------------------------------------------------------------------------

    def something_is_planned(self) -> bool:
        """Whether a version or a release waits for its time."""
        waiting = [one.planned for one in self.connectors.values()], [one.pending for one in self.packs.values()]
        return any(one is not None for some in waiting for one in some)

    def wait(self, now: datetime) -> None:
        """What was planned up to now happens: versions at their hour, releases on their day (CONN-4, PACK-4)."""
        for connector in self.connectors.values():
            if connector.planned is not None and connector.planned[1] <= now:
                connector.released, connector.planned = connector.planned[0], None
        for name, pack in self.packs.items():
            if pack.pending is not None and pack.pending[1] <= now.date():
                self._complete(name, pack.pending[0], replaces=False)
