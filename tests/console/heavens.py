"""What a house has of clouds: for tests of Cloud Management and of "In the Cloud"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenantry.clouds.clusters import install_cluster, issue_cluster_token
from tenantry.clouds.commands import add_quota, create_cloud
from tenantry.rules.clouds import UNLIMITED, Properties
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RuntimeId
from tenantry.runtimes.attachments import create_attachment
from tenantry.sharing.commands import share


@dataclass(frozen=True, slots=True)
class Heaven:
    """A cloud with one cluster, shared to a group, with a quota and an attachment of one account that the group holds;
    and `attachment`, one of the house itself in another cloud.
    """

    cloud: str
    cluster: str
    member: AccountId
    attachment: RuntimeId


NOWHERE = Heaven("none", "none", AccountId("none"), RuntimeId("none"))
"""Ids that nothing has."""


def named(thing: str, heaven: Heaven) -> dict[str, str]:
    """How addresses name a thing of clouds; nothing for other things."""
    found = {
        "cloud": {"cloud": heaven.cloud},
        "cluster": {"cluster": heaven.cluster},
        "attachment": {"runtime": str(heaven.attachment)},
        "quota in cloud": {"cloud": heaven.cloud, "account": str(heaven.member)},
    }
    return found.get(thing, {})


def make_heaven(account: AccountId, group: GroupId, member: AccountId, at: datetime, name: str) -> Heaven:
    """Made by the commands themselves."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": account}
    cloud, cluster = a_cloud(here, name)
    share(**here, group=group, kind=Kind.CLOUD, resources=frozenset({cloud}))
    add_quota(**here, cloud=cloud, member=member, maximum=3)
    create_attachment(actor=OPERATOR, at=at, account=member, cloud=cloud, name=f"{name} slot")
    own, _ = a_cloud(here, f"{name} itself")
    return Heaven(cloud, cluster, member, create_attachment(**here, cloud=own, name=f"{name} own slot"))


def a_cloud(here: dict[str, Any], name: str) -> tuple[str, str]:
    """A cloud and its cluster."""
    cloud = create_cloud(**here, properties=Properties(name))
    token = issue_cluster_token(**here, cloud=cloud)
    return cloud, install_cluster(at=here["at"], token=token, name=f"{name} cluster")[0]


def widen(here: dict[str, Any], heaven: Heaven, number: int) -> None:
    """Another cloud of the owner and cluster of the shared one, and an attachment more."""
    create_cloud(**here, properties=Properties(f"Cloud {number:02}"))
    token = issue_cluster_token(**here, cloud=heaven.cloud)
    install_cluster(at=here["at"], token=token, name=f"Cluster {number:02}")
    create_attachment(**here, cloud=heaven.cloud, name=f"Slot {number:02}")


def settle(here: dict[str, Any], heaven: Heaven, member: AccountId) -> None:
    """An account gets a quota and an attachment."""
    add_quota(**here, cloud=heaven.cloud, member=member, maximum=UNLIMITED)
    create_attachment(actor=OPERATOR, at=here["at"], account=member, cloud=heaven.cloud, name="Slot")
