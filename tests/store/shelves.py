"""Packs with what they hold, the accounts that install them, and the jobs that release them; made by the commands."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.deploy.commands import create_package
from tenantry.jobs.running import run_due
from tenantry.packs.commands import add_to_pack, create_pack, release_pack
from tenantry.packs.instances import attach_environments, install_pack
from tenantry.packs.models import Pack
from tenantry.packs.received import Instance, instance_of, packages_run
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, EnvironmentId, GroupId, Instant
from tenantry.sharing import commands as sharing
from tests.store.factories import AT, AUS, PARTNER, a_group, a_member, a_primary
from tests.store.workplaces import an_environment

PUBLISHER = PARTNER | {Feature.INTEGRATION_PACKS, Feature.MULTI_INSTALL_PACKS}
_numbers = count(1)


@dataclass(frozen=True)
class Shelf:
    """A primary with a released pack of one process, shared with a group that holds two of its customers."""

    home: AccountId
    process: ComponentId
    pack: str
    group: GroupId
    abc: AccountId
    ghi: AccountId


def a_shelf(kind: str = "SINGLE", *, released: bool = True) -> Shelf:
    """Such a primary."""
    home = a_primary(f"Publisher {next(_numbers)}", PUBLISHER)
    process = a_component(home)
    pack = a_pack(home, process, kind=kind)
    abc, ghi = (a_member(home, f"Customer {name}", AUS | {Feature.ENVIRONMENTS_UNLIMITED}) for name in ("ABC", "GHI"))
    group = a_group(home, "Pack users", members=[abc, ghi])
    if released:
        release(home, pack)
        lend_pack(home, group, pack)
    return Shelf(home, process, pack, group, abc, ghi)


@dataclass(frozen=True)
class Crate:
    """A pack with Multiple Attachments of a primary that has installed it itself, attached to an environment with a
    runtime. It holds `process`, whose `package` is released and whose next version is pending; `other` could be put
    into it.
    """

    pack: str
    process: ComponentId
    package: str
    other: ComponentId
    instance: str


def a_crate(home: AccountId, place: EnvironmentId) -> Crate:
    """Such a pack."""
    process = a_component(home, "Crated", version="")
    package = packaged(home, process, "1.0")
    pack = a_pack(home, process, kind="MULTI", name="Crate")
    release(home, pack)
    instance = installed(home, pack, "First", place)
    packaged(home, process, "2.0")
    release_pack(actor=OPERATOR, at=AT, account=home, pack=pack, day=(AT + timedelta(days=3)).date())
    return Crate(pack, process, package, a_component(home, "Uncrated"), instance)


def a_component(
    account: AccountId, name: str = "Orders", kind: str = "process", *, text: str = "<process/>", version: str = "1.0"
) -> ComponentId:
    """A component with one shareable package."""
    made = create_component(
        actor=OPERATOR, at=AT, account=account, folder=top_id(account), name=name, type=kind, format="xml", text=text
    )
    if version:
        packaged(account, made, version)
    return made


def packaged(account: AccountId, component: str, version: str, *, shareable: bool = True, at: Instant = AT) -> str:
    """One more version of a component; the last one made is the latest."""
    return create_package(
        actor=OPERATOR,
        at=at + timedelta(seconds=next(_numbers)),
        account=account,
        component=component,
        version=version,
        shareable=shareable,
    )


def a_pack(account: AccountId, *components: str, kind: str = "SINGLE", name: str = "") -> str:
    """A pack that holds these components."""
    name = name or f"Pack {next(_numbers)}"
    pack = create_pack(actor=OPERATOR, at=AT, account=account, name=name, type=kind)
    if components:
        add_to_pack(actor=OPERATOR, at=AT, account=account, pack=pack, components=frozenset(components))
    return pack


def release(account: AccountId, pack: str, at: Instant = AT) -> None:
    """Release it immediately."""
    release_pack(actor=OPERATOR, at=at, account=account, pack=pack)


def re_release(shelf: Shelf, version: str, at: Instant = AT) -> None:
    """Package the process anew and release it immediately."""
    packaged(shelf.home, shelf.process, version)
    release(shelf.home, shelf.pack, at)


def plan(shelf: Shelf, version: str, days: int = 3, at: Instant = AT) -> None:
    """Package the process anew and release it some days later."""
    packaged(shelf.home, shelf.process, version)
    day = (at + timedelta(days=days)).date()
    release_pack(actor=OPERATOR, at=at, account=shelf.home, pack=shelf.pack, day=day)


def night(at: Instant) -> None:
    """Do what is due at an instant."""
    while run_due(at, 100):
        pass


def lend_pack(primary: AccountId, group: GroupId, pack: str) -> None:
    """Share it."""
    sharing.share(
        actor=OPERATOR, at=AT, account=primary, group=group, kind=Kind.INTEGRATION_PACK, resources=frozenset({pack})
    )


def withdraw_pack(primary: AccountId, group: GroupId, pack: str) -> None:
    """Share it no longer."""
    sharing.withdraw(actor=OPERATOR, at=AT, account=primary, group=group, kind=Kind.INTEGRATION_PACK, resource=pack)


def installed(account: AccountId, pack: str, name: str = "", *environments: EnvironmentId) -> str:
    """An instance, attached to these environments."""
    made = install_pack(actor=OPERATOR, at=AT, account=account, pack=pack, name=name)
    attach(account, made, *environments)
    return made


def attach(account: AccountId, instance: str, *environments: EnvironmentId, at: Instant = AT) -> None:
    """Attach environments."""
    if environments:
        attach_environments(
            actor=OPERATOR, at=at, account=account, instance=instance, environments=frozenset(environments)
        )


def told(account: AccountId, instance: str) -> Instance:
    """Where an instance stands."""
    return instance_of(account, instance)


def runs(account: AccountId, instance: str) -> tuple[int, list[str]]:
    """The version that an account sees of an instance, and the versions of the packages that it runs."""
    one = instance_of(account, instance)
    return one.version, sorted(package.version for package in packages_run(one.runs))


def released_number(pack: str, account: AccountId) -> int:
    """The number of the newest completed release."""
    return Pack.rows.of(account).get(id=pack).released


def a_place(account: AccountId, name: str = "Production") -> EnvironmentId:
    """An environment."""
    return an_environment(account, name)
