"""Packs that a house publishes and has installed: for tests of the pages of integration packs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.deploy.commands import create_package
from tenantry.packs.commands import add_to_pack, create_pack, release_pack
from tenantry.packs.instances import attach_environments, install_pack
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, EnvironmentId


@dataclass(frozen=True, slots=True)
class Packs:
    """A released pack with a process, of which an update is pending, installed by its own publisher as `instance` and
    attached to an environment; and a released pack that nobody has installed.
    """

    pack: str
    process: ComponentId
    instance: str
    other: str


NO_PACKS = Packs("no-such-pack", ComponentId("no-such-component"), "no-such-instance", "no-such-pack")
"""Ids that nothing has."""


def make_packs(account: AccountId, at: datetime, name: str, environment: EnvironmentId) -> Packs:
    """Made by the commands themselves; what there is carries the account's name."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": account}
    process = create_component(
        **here, folder=top_id(account), name=f"{name} orders", type="process", format="xml", text="<process/>"
    )
    create_package(**here, component=process, version="7.0", shareable=True)
    pack, other = (create_pack(**here, name=f"{name} {word}", type="SINGLE") for word in ("pack", "other pack"))
    for one in (pack, other):
        add_to_pack(**here, pack=one, components={process})
        release_pack(**here, pack=one)
    instance = install_pack(**here, pack=pack)
    attach_environments(**here, instance=instance, environments={environment})
    later = {**here, "at": at + timedelta(seconds=1)}
    create_package(**later, component=process, version="7.1", shareable=True)
    day = (datetime.now(at.tzinfo) + timedelta(days=30)).date()
    release_pack(**later, pack=pack, day=day)
    return Packs(pack, process, instance, other)
