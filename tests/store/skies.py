"""Clouds with their clusters, quotas and attachments, made by the commands themselves."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from tenantry.clouds.clusters import install_cluster, issue_cluster_token
from tenantry.clouds.commands import add_quota, create_cloud
from tenantry.rules.clouds import Properties
from tenantry.rules.places import Classification
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, GroupId, RuntimeId
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.commands import attach_runtime
from tenantry.runtimes.models import Runtime
from tenantry.runtimes.queries import runtime_of
from tenantry.sharing import commands as sharing
from tests.store.factories import AT

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
    made = create_cloud(
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


def lend_cloud(owner: AccountId, group: GroupId, cloud: str) -> None:
    """Share a cloud with a group."""
    sharing.share(actor=OPERATOR, at=AT, account=owner, group=group, kind=Kind.CLOUD, resources=frozenset({cloud}))


def withdraw_cloud(owner: AccountId, group: GroupId, cloud: str) -> None:
    """Take it off the group."""
    sharing.withdraw(actor=OPERATOR, at=AT, account=owner, group=group, kind=Kind.CLOUD, resource=cloud)


def a_quota(owner: AccountId, cloud: str, member: AccountId, maximum: int) -> None:
    """A quota of an account."""
    add_quota(actor=OPERATOR, at=AT, account=owner, cloud=cloud, member=member, maximum=maximum)


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
