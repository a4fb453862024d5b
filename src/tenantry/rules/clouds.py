"""Runtime clouds: their names and maximums, quotas of single accounts, and what attachments may do (CLOUD).

A cloud belongs to one account. Its clusters run what is deployed to attachments, which are the slots of accounts in it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.places import Classification
from tenantry.rules.vocabulary import storable

NAME_LIMIT: Final = 255
"""Characters in a cloud's name (CLOUD-2)."""

UNLIMITED: Final = -1
"""The maximum that bounds nothing (CLOUD-2)."""

DEFAULT_MAXIMUM: Final = 1
"""Attachments that each account may have in a new cloud (CLOUD-2)."""

LARGEST_MAXIMUM: Final = 1_000_000
"""The largest number that a maximum can be; who wants more says `UNLIMITED`."""

TOKEN_LASTS: Final = timedelta(hours=24)
"""How long a token that installs a cluster can be used."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a cloud's owner may change at any time (CLOUD-2); the classification is fixed and not among it."""

    name: str
    allow_deployments: bool = True
    allow_browsing: bool = True
    allow_test_executions: bool = True
    max_attachments: int = DEFAULT_MAXIMUM


def check_properties(properties: Properties) -> no.CloudNameInvalid | no.MaximumInvalid | None:
    """Judge the properties of a cloud: a name of 1 to 255 characters and a maximum (CLOUD-2)."""
    name = properties.name
    if not name.strip() or len(name) > NAME_LIMIT or not storable(name):
        return no.CloudNameInvalid(limit=NAME_LIMIT)
    return check_maximum(properties.max_attachments)


def check_classified_so(cloud: str, has: Classification, named: str | None) -> no.CloudClassificationFixed | None:
    """Judge a classification that a change names: none, or the one that the cloud has (CLOUD-2)."""
    return None if named in {None, has} else no.CloudClassificationFixed(cloud=cloud, classification=has.label)


def check_maximum(maximum: int) -> no.MaximumInvalid | None:
    """Judge a maximum: a number of attachments, 0 for none, or -1 for any number (CLOUD-2, CLOUD-4)."""
    return None if UNLIMITED <= maximum <= LARGEST_MAXIMUM else no.MaximumInvalid(largest=LARGEST_MAXIMUM)


def check_quota(maximum: int, attachments: int, *, account: str, cloud: str, shared: bool) -> no.Refusal | None:
    """Judge a quota for an account that has so many attachments in the cloud (CLOUD-4).

    Only while the cloud is shared to it, and never below what is there; unlimited is above everything.
    """
    unshared = check_quota_account(account=account, cloud=cloud, shared=shared)
    if unshared is not None:
        return unshared
    invalid = check_maximum(maximum)
    if invalid is not None:
        return invalid
    if maximum != UNLIMITED and maximum < attachments:
        return no.QuotaBelowAttachments(account=account, attachments=attachments)
    return None


def check_quota_account(*, account: str, cloud: str, shared: bool) -> no.QuotaOnlyWhileShared | None:
    """Judge whether an account can have a quota, or another one, or none any more: while the cloud is shared to it
    (CLOUD-4).
    """
    return None if shared else no.QuotaOnlyWhileShared(account=account, cloud=cloud)


@dataclass(frozen=True, slots=True)
class Room:
    """How many attachments an account has in a cloud and how many it may have; `None` for any number."""

    attachments: int
    maximum: int | None

    @property
    def remaining(self) -> int | None:
        """How many more; `None` for any number. Never negative: a maximum that came down takes nothing away."""
        return None if self.maximum is None else max(self.maximum - self.attachments, 0)


def room(attachments: int, *, owner: bool, default: int, quota: int | None) -> Room:
    """The room of an account in a cloud: its quota, else the cloud's own maximum (CLOUD-4); the owner may have any
    number (CLOUD-3).
    """
    maximum = default if quota is None else quota
    return Room(attachments, None if owner or maximum == UNLIMITED else maximum)


def check_room(cloud: str, found: Room) -> no.CloudFull | no.CloudClosed | None:
    """Judge one more attachment: up to the maximum (CLOUD-5), and none where it is 0 (CLOUD-4)."""
    if found.remaining != 0:
        return None
    if found.maximum == 0:
        return no.CloudClosed(cloud=cloud)
    return no.CloudFull(cloud=cloud, attachments=found.attachments, maximum=found.maximum or 0)


def check_available(
    attachment: str, cloud: str | None, *, installed: bool, reaches: bool
) -> no.AttachmentUnavailable | None:
    """Judge whether an attachment can be used: its cloud is there, has a cluster (CLOUD-7), and is the account's own or
    shared to it right now (CLOUD-8). Nothing of it is written anywhere, so it revives by itself.
    """
    if cloud is None:
        return no.AttachmentUnavailable(attachment=attachment, why="its cloud was deleted", rule_id="CLOUD-7")
    if not reaches:
        why = f"the cloud {cloud} is not shared with this account any more"
        return no.AttachmentUnavailable(attachment=attachment, why=why, rule_id="CLOUD-8")
    if not installed:
        why = f"the cloud {cloud} has no cluster installed any more"
        return no.AttachmentUnavailable(attachment=attachment, why=why, rule_id="CLOUD-7")
    return None


def check_cluster_removal(cluster: str, cloud: str, own: int) -> no.OwnAttachmentsLeft | None:
    """Judge deleting a cluster: not while the owner account has attachments in the cloud, which all clusters carry;
    those of other accounts block nothing (CLOUD-7).
    """
    return no.OwnAttachmentsLeft(cluster=cluster, cloud=cloud, attachments=own) if own else None


def check_cloud_removal(cloud: str, clusters: int) -> no.ClustersLeft | None:
    """Judge deleting a cloud: only without clusters (CLOUD-7)."""
    return no.ClustersLeft(cloud=cloud, clusters=clusters) if clusters else None


def check_browsing(cloud: str, *, allowed: bool, set_in_cloud: bool) -> no.BrowsingNotAllowed | no.BrowsingOff | None:
    """Judge browsing by a tenant: "Allow Browsing" shows the cloud at all, and the property set in the cloud itself
    lets it answer (CLOUD-2, CLOUD-9).
    """
    if not allowed:
        return no.BrowsingNotAllowed(cloud=cloud)
    return None if set_in_cloud else no.BrowsingOff(cloud=cloud)
