"""Writes of attachments: the slots of accounts in runtime clouds, which are runtimes without a secret (CLOUD-5)."""

import uuid

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.clouds.usable import offer
from tenantry.decisions.guard import require
from tenantry.rules import runtimes
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RuntimeId
from tenantry.runtimes.models import Runtime
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command


@command
def create_attachment(
    *, actor: Actor, at: Instant, account: AccountId, cloud: str, name: str, reason: str = ""
) -> RuntimeId:
    """Make an attachment in a cloud that is the account's own or shared to it, attached nowhere yet; returns its id.

    It takes the cloud's classification (CLOUD-6). Needs Runtime Management. Refuses clouds that the account cannot use,
    one more than its maximum there (CLOUD-5, CLOUD-3), and a bad name.
    """
    found = offer(account, cloud)
    revisions.lock(account, found.owner)
    require("ATOM_MANAGEMENT", actor=actor, account=account, at=at)
    found = offer(account, cloud)
    refuse(found.closed)
    name = name.strip()
    refuse(runtimes.check_name(name))
    runtime = RuntimeId(str(uuid.uuid4()))
    row = Runtime(id=runtime, account_id=account, name=name, cloud_id=found.id, installed_at=at)
    Runtime.rows.of(account).bulk_create([row])
    changes: Changes = {"name": (None, name), "cloud": (None, found.name)}
    record(Act.RUNTIME_ADDED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return runtime


@command
def forget_cloud(*, cloud: str) -> None:
    """Let attachments be without the cloud that is deleted, as a part of deleting it: they are Unavailable for good."""
    Runtime.rows.across(Crossing.ATTACHMENTS_OF_A_CLOUD).filter(cloud_id=cloud).update(cloud=None)
