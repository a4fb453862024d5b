"""Clusters that call: by which secret, of which cloud."""

from dataclasses import dataclass

from tenantry.clouds.clusters import note_cluster
from tenantry.clouds.models import CloudCluster, ClusterToken
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant, Status
from tenantry.runtimes.calls import SEEN_EVERY
from tenantry.store.crossings import Crossing
from tenantry.tokens.values import digest_of


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that has proven itself."""

    id: str
    name: str
    account: AccountId
    cloud: str
    cloud_name: str
    browsing: bool


def calling_cluster(secret: str, at: Instant) -> Cluster:
    """The cluster of this secret; notes that it was seen.

    Refuses with `ClusterTokenRefused`, whatever is wrong with the secret, and with `AccountNotAvailable` where the
    owner account is deleted. While it is suspended the cluster goes on serving other accounts (ACC-13).
    """
    rows = CloudCluster.rows.across(Crossing.RUNTIME_CALLING).select_related("cloud", "account")
    row = rows.filter(digest=digest_of(secret)).first() if secret else None
    if row is None:
        raise Refused(no.ClusterTokenRefused())
    account = AccountId(row.account_id)
    if row.account.status == Status.DELETED:
        raise Refused(no.AccountNotAvailable(account=account, status=Status.DELETED))
    if row.seen_at is None or not row.seen_at <= at < row.seen_at + SEEN_EVERY:
        note_cluster(at=at, account=account, cluster=row.id)
    return Cluster(row.id, row.name, account, row.cloud_id, row.cloud.name, row.browsing)


def owner_of_token(token: str) -> AccountId | None:
    """Whose token for a cluster this is; `None` for what is none."""
    row = ClusterToken.rows.across(Crossing.RUNTIME_CALLING).filter(digest=digest_of(token)).first()
    return AccountId(row.account_id) if row else None
