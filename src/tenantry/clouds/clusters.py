"""Writes of cloud clusters: the tokens that install them, installing, what they say of themselves, deleting (CLOUD-7).

A cloud with a cluster can be shared and used, one without cannot (SHARE-5): what comes first and what goes last raises
what the owner gives.
"""

import uuid
from datetime import timedelta
from typing import Final

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.clouds.models import CloudCluster, ClusterToken
from tenantry.clouds.queries import attachment_count, cloud_of, cluster_count, cluster_of
from tenantry.decisions.guard import require
from tenantry.rules import clouds as law, refusals as no, runtimes
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command
from tenantry.tokens.values import digest_of, new_value

MANAGE: Final = "CLOUD_MANAGEMENT"


@command
def issue_cluster_token(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    cloud: str,
    lasts: timedelta = law.TOKEN_LASTS,
    reason: str = "",
) -> str:
    """Make a token that installs one cluster of a cloud within a day, or before it has lasted as long as told, and
    return it: it is never shown again.

    Needs Cloud Management. Refuses a life below half an hour or above a day.
    """
    require(MANAGE, actor=actor, account=account, at=at)
    refuse(runtimes.check_token_life(lasts))
    row = cloud_of(account, cloud)
    value = new_value()
    ClusterToken.rows.of(account).filter(expires_at__lte=at).delete()
    token = ClusterToken(
        account_id=account,
        cloud=row,
        digest=digest_of(value),
        user=actor.name,
        created_at=at,
        expires_at=at + lasts,
    )
    ClusterToken.rows.of(account).bulk_create([token])
    record(Act.CLUSTER_TOKEN_ISSUED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes={})
    return value


@command
def install_cluster(*, at: Instant, token: str, name: str, version: str = "", browsing: bool = True) -> tuple[str, str]:
    """Turn a token into a cluster of its cloud; returns its id and its own secret. From the first one on the cloud can
    be shared (SHARE-5), and attachments that lost their cluster work again.

    Refuses a token that is unknown, used or has run out, and a bad name.
    """
    refuse(runtimes.check_name(name))
    rows = ClusterToken.rows.across(Crossing.RUNTIME_CALLING).filter(digest=digest_of(token))
    owner = rows.values_list("account_id", flat=True).first()
    revisions.lock(owner or "")
    found = rows.select_related("cloud").first()
    if found is None or found.used_at is not None or found.expires_at <= at:
        raise Refused(no.ClusterTokenRefused())
    rows.update(used_at=at)
    account = AccountId(found.account_id)
    cluster, secret = str(uuid.uuid4()), new_value()
    row = CloudCluster(
        id=cluster,
        account_id=account,
        cloud=found.cloud,
        name=name.strip(),
        digest=digest_of(secret),
        browsing=browsing,
        version=version[:40],
        installed_at=at,
        seen_at=at,
    )
    CloudCluster.rows.of(account).bulk_create([row])
    changes: Changes = {"cluster": (None, row.name), "installed_by": (None, found.user)}
    container = found.cloud.name
    record(Act.CLUSTER_INSTALLED, actor=OPERATOR, account=account, at=at, container=container, changes=changes)
    revisions.raise_given([account])
    return cluster, secret


@command
def note_cluster(
    *, at: Instant, account: AccountId, cluster: str, version: str | None = None, browsing: bool | None = None
) -> None:
    """Note that a cluster has called, and what it says of itself: the property for browsing that is set in the cloud
    itself (CLOUD-9).
    """
    told: dict[str, object] = {"seen_at": at}
    if version is not None:
        told["version"] = version[:40]
    if browsing is not None:
        told["browsing"] = browsing
    CloudCluster.rows.of(account).filter(id=cluster).update(**told)


@command
def remove_cluster(*, actor: Actor, at: Instant, account: AccountId, cluster: str, reason: str = "") -> None:
    """Delete a cluster; its secret ends with it. Without the last one everything in the cloud is Unavailable until
    another one is installed.

    Refused while the owner account has attachments in the cloud; those of other accounts block nothing (CLOUD-7). Needs
    Cloud Management.
    """
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    row = cluster_of(account, cluster)
    refuse(law.check_cluster_removal(row.name, row.cloud.name, attachment_count(row.cloud, account)))
    CloudCluster.rows.of(account).filter(id=row.id).delete()
    changes: Changes = {"cluster": (row.name, None)}
    container = row.cloud.name
    record(
        Act.CLUSTER_DELETED, actor=actor, account=account, at=at, container=container, reason=reason, changes=changes
    )
    if cluster_count(row.cloud) == 0:
        revisions.raise_given([account])
