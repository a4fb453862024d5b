"""Writes of runtime clouds: making, editing and deleting them, and the quotas of single accounts (CLOUD).

What a cloud allows is asked when something is done, so an edit acts at once and needs nothing else.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.clouds.models import Cloud, CloudQuota, ClusterToken
from tenantry.clouds.queries import (
    account_named,
    attachment_count,
    cloud_of,
    cluster_count,
    has_quota,
    is_shared_to,
    name_taken,
    properties_of,
    quota_of,
)
from tenantry.decisions.guard import require
from tenantry.rules import clouds as law, refusals as no
from tenantry.rules.clouds import Properties
from tenantry.rules.places import Classification
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.runtimes.attachments import forget_cloud
from tenantry.sharing.ends import end_of_resource
from tenantry.store import revisions
from tenantry.store.transaction import command

MANAGE = "CLOUD_MANAGEMENT"


@command
def create_cloud(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    properties: Properties,
    classification: Classification = Classification.PROD,
    reason: str = "",
) -> str:
    """Make a cloud, which can be shared once a cluster is installed (SHARE-5); returns its id.

    Needs Cloud Management (CLOUD-1). Refuses a bad or taken name and a bad maximum (CLOUD-2).
    """
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    told = _checked(account, properties)
    cloud = str(uuid.uuid4())
    row = Cloud(
        id=cloud,
        account_id=account,
        classification=classification,
        name_key=told.name.casefold(),
        created_at=at,
        created_by=actor.name,
        **asdict(told),
    )
    Cloud.rows.of(account).bulk_create([row])
    changes: Changes = {name: (None, value) for name, value in asdict(told).items()}
    changes = {**changes, "classification": (None, classification.value)}
    record(Act.CLOUD_CREATED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)
    return cloud


@command
def edit_cloud(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    cloud: str,
    properties: Properties | Mapping[str, Any],
    classification: str | None = None,
    reason: str = "",
) -> None:
    """Change what a cloud is called and what it allows, all of it or the properties named; its classification stays,
    and may be named as long as it is the one that the cloud has (CLOUD-2).

    Attachments that are there stay, also where the maximum comes below their number. Needs Cloud Management.
    """
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    row = cloud_of(account, cloud)
    refuse(law.check_classified_so(row.name, Classification(row.classification), classification))
    if not isinstance(properties, Properties):
        properties = replace(properties_of(row), **properties)
    told = _checked(account, properties, besides=row.id)
    before, after = asdict(properties_of(row)), asdict(told)
    if before == after:
        return
    written = {"modified_at": at, "modified_by": actor.name, **after}
    Cloud.rows.of(account).filter(id=row.id).update(name_key=told.name.casefold(), **written)
    changes: Changes = {name: (before[name], after[name]) for name in after}
    record(Act.CLOUD_UPDATED, actor=actor, account=account, at=at, container=told.name, reason=reason, changes=changes)


@command
def remove_cloud(*, actor: Actor, at: Instant, account: AccountId, cloud: str, reason: str = "") -> None:
    """Delete a cloud without clusters, for good (CLOUD-7). Its shares and quotas end with it; attachments that are left
    in accounts stay Unavailable there, keep their environments, and can be deleted. Needs Cloud Management.
    """
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    row = cloud_of(account, cloud)
    refuse(law.check_cloud_removal(row.name, cluster_count(row)))
    end_of_resource(
        actor=actor,
        at=at,
        account=account,
        kind=Kind.CLOUD,
        resource=row.id,
        name=row.name,
        cause="the cloud was deleted",
        reason=reason,
    )
    forget_cloud(cloud=row.id)
    CloudQuota.rows.of(account).filter(cloud_id=row.id).delete()
    ClusterToken.rows.of(account).filter(cloud_id=row.id).delete()
    Cloud.rows.of(account).filter(id=row.id).delete()
    changes: Changes = {"name": (row.name, None), "classification": (row.classification, None)}
    record(Act.CLOUD_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


def _checked(account: AccountId, properties: Properties, besides: str = "") -> Properties:
    """These properties with the name trimmed; refuses what they cannot be."""
    refuse(law.check_properties(properties))
    name = properties.name.strip()
    if name_taken(account, name, besides=besides):
        raise Refused(no.CloudNameTaken(name=name))
    return replace(properties, name=name)


# ---- quotas --------------------------------------------------------------------------------------------------------


@command
def add_quota(
    *, actor: Actor, at: Instant, account: AccountId, cloud: str, member: AccountId, maximum: int, reason: str = ""
) -> None:
    """Let one account have its own maximum in a cloud (CLOUD-4). Needs Cloud Management.

    Refuses accounts to which the cloud is not shared right now, a maximum below the attachments that are there, and a
    second quota.
    """
    row, name = _quota_account(actor=actor, at=at, account=account, cloud=cloud, member=member)
    if has_quota(row, member):
        raise Refused(no.QuotaThere(account=name))
    _check(row, member, name, maximum)
    quota = CloudQuota(account_id=account, cloud=row, member_id=member, maximum=maximum)
    CloudQuota.rows.of(account).bulk_create([quota])
    changes: Changes = {"account": (None, member), "maximum": (None, maximum)}
    record(Act.QUOTA_ADDED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


@command
def edit_quota(
    *, actor: Actor, at: Instant, account: AccountId, cloud: str, member: AccountId, maximum: int, reason: str = ""
) -> None:
    """Change an account's own maximum in a cloud (CLOUD-4); refuses what `add_quota` refuses but the second quota.

    Needs Cloud Management.
    """
    row, name = _quota_account(actor=actor, at=at, account=account, cloud=cloud, member=member)
    old = quota_of(row, member).maximum
    _check(row, member, name, maximum)
    if old == maximum:
        return
    CloudQuota.rows.of(account).filter(cloud=row, member_id=member).update(maximum=maximum)
    changes: Changes = {"account": (member, member), "maximum": (old, maximum)}
    record(Act.QUOTA_UPDATED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


@command
def remove_quota(
    *, actor: Actor, at: Instant, account: AccountId, cloud: str, member: AccountId, reason: str = ""
) -> None:
    """Let the cloud's own maximum apply to an account again; attachments beyond it stay (CLOUD-4).

    Only while the cloud is shared to it. Needs Cloud Management.
    """
    row, name = _quota_account(actor=actor, at=at, account=account, cloud=cloud, member=member)
    old = quota_of(row, member).maximum
    refuse(law.check_quota_account(account=name, cloud=row.name, shared=is_shared_to(row, member)))
    CloudQuota.rows.of(account).filter(cloud=row, member_id=member).delete()
    changes: Changes = {"account": (member, None), "maximum": (old, None)}
    record(Act.QUOTA_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


def _quota_account(
    *, actor: Actor, at: Instant, account: AccountId, cloud: str, member: AccountId
) -> tuple[Cloud, str]:
    """Hold both accounts, so that nobody attaches meanwhile; the cloud, and the name of the account."""
    revisions.lock(account, member)
    require(MANAGE, actor=actor, account=account, at=at)
    row = cloud_of(account, cloud)
    return row, account_named(row, member).name


def _check(row: Cloud, member: AccountId, name: str, maximum: int) -> None:
    shared = is_shared_to(row, member)
    refuse(law.check_quota(maximum, attachment_count(row, member), account=name, cloud=row.name, shared=shared))
