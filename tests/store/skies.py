"""Clouds with their clusters, quotas and attachments, made by the commands themselves."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tenantry.clouds import commands as clouds
from tenantry.clouds.clusters import install_cluster, issue_cluster_token
from tenantry.clouds.models import Cloud, CloudCluster
from tenantry.clouds.queries import cloud_of, properties_of
from tenantry.rules.clouds import Properties
from tenantry.rules.features import Feature
from tenantry.rules.places import Classification
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, GroupId, RuntimeId
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.commands import attach_runtime
from tenantry.runtimes.models import Runtime
from tenantry.runtimes.queries import runtime_of
from tenantry.sharing import commands as sharing
from tenantry.store.crossings import Crossing
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    PARTNER,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_user,
)

_numbers = count(1)


@dataclass(frozen=True)
class Engine:
    """A cluster with its secret."""

    id: str
    secret: str


def a_cloud(
    owner: AccountId,
    name: str = "",
    *,
    clusters: int = 1,
    classification: Classification = Classification.PROD,
    **properties: Any,
) -> str:
    """A cloud with so many clusters."""
    made = clouds.create_cloud(
        actor=OPERATOR,
        at=AT,
        account=owner,
        properties=Properties(name or f"Cloud {next(_numbers)}", **properties),
        classification=classification,
    )
    for _ in range(clusters):
        a_cluster(owner, made)
    return made


def a_cluster(owner: AccountId, cloud: str, name: str = "", *, browsing: bool = True) -> Engine:
    """A cluster, installed as one installs itself."""
    token = issue_cluster_token(actor=OPERATOR, at=AT, account=owner, cloud=cloud)
    return Engine(*install_cluster(at=AT, token=token, name=name or f"Cluster {next(_numbers)}", browsing=browsing))


def cluster_in(cloud: str) -> str:
    """The only cluster of a cloud."""
    return CloudCluster.rows.across(Crossing.CLOUD_CLUSTERS).get(cloud_id=cloud).id


def lend_cloud(owner: AccountId, group: GroupId, cloud: str) -> None:
    """Share a cloud with a group."""
    sharing.share(actor=OPERATOR, at=AT, account=owner, group=group, kind=Kind.CLOUD, resources=frozenset({cloud}))


def withdraw_cloud(owner: AccountId, group: GroupId, cloud: str) -> None:
    """Take it off the group."""
    sharing.withdraw(actor=OPERATOR, at=AT, account=owner, group=group, kind=Kind.CLOUD, resource=cloud)


def a_quota(owner: AccountId, cloud: str, member: AccountId, maximum: int) -> None:
    """A quota of an account."""
    clouds.add_quota(actor=OPERATOR, at=AT, account=owner, cloud=cloud, member=member, maximum=maximum)


def an_attachment(
    account: AccountId, cloud: str, name: str = "", environment: EnvironmentId | None = None
) -> RuntimeId:
    """An attachment, attached to the environment if one is given."""
    made = create_attachment(
        actor=OPERATOR, at=AT, account=account, cloud=cloud, name=name or f"Attachment {next(_numbers)}"
    )
    if environment is not None:
        attach_runtime(actor=OPERATOR, at=AT, account=account, runtime=made, environment=environment)
    return made


def now(account: AccountId, attachment: RuntimeId) -> Runtime:
    """The attachment as it is now."""
    return runtime_of(account, attachment)


ROOMY = PARTNER | {Feature.CLOUD_MANAGEMENT}
MEMBER = frozenset({Feature.ADVANCED_USER_SECURITY, Feature.ENVIRONMENTS_UNLIMITED})


@dataclass(frozen=True)
class Sky:
    """`home` has the cloud `north` with one cluster and shares it to the group `services`, which holds `member`;
    `other` is a second customer, in no group. `ann` administers home, `max` member.
    """

    home: AccountId
    ann: Somebody
    member: AccountId
    max: Somebody
    other: AccountId
    group: GroupId
    north: str

    @property
    def owner(self) -> dict[str, Any]:
        """What a command of the owner is told."""
        return {"actor": self.ann.actor, "at": AT, "account": self.home}

    @property
    def customer(self) -> dict[str, Any]:
        """What a command of the customer is told."""
        return {"actor": self.max.actor, "at": AT, "account": self.member}

    def cloud(self) -> Cloud:
        """The cloud as it is now."""
        return cloud_of(self.home, self.north)

    def allows(self, **properties: Any) -> None:
        """The owner changes its properties."""
        told = replace(properties_of(self.cloud()), **properties)
        clouds.edit_cloud(**self.owner, cloud=self.north, properties=told)

    def attachment(self, **more: Any) -> RuntimeId:
        """One of the customer's."""
        return an_attachment(self.member, self.north, **more)

    def lend(self) -> None:
        """Share it again."""
        lend_cloud(self.home, self.group, self.north)

    def withdraw(self) -> None:
        """End the share."""
        withdraw_cloud(self.home, self.group, self.north)


def make_sky() -> Sky:
    """A partner with a cloud, and customers."""
    home = a_primary("Partner", ROOMY)
    member, other = a_member(home, "Member", MEMBER), a_member(home, "Other", MEMBER)
    group = a_group(home, members=[member])
    north = a_cloud(home, "North", max_attachments=2)
    lend_cloud(home, group, north)
    ann, ada = a_user(home, ADMINISTRATOR), a_user(member, ADMINISTRATOR)
    return Sky(home, ann, member, ada, other, group, north)
