"""Runtime clouds, their clusters and quotas, and the attachments of accounts in them."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudNotFound(Denial):
    """The account has no such cloud, nor is one shared to it."""

    code = "cloud_not_found"
    rule = "CLOUD-5"
    sentence = "There is no such cloud in this account, and none is shared to it."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNotFound(Denial):
    """The cloud has no such cluster."""

    code = "cluster_not_found"
    rule = "CLOUD-7"
    sentence = "There is no such cloud cluster in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaNotFound(Denial):
    """The account has no quota of its own in the cloud."""

    code = "quota_not_found"
    rule = "CLOUD-4"
    sentence = "This account has no quota in this cloud."


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudNameInvalid(Invalid):
    """A cloud needs a name of 1 to 255 characters."""

    code = "cloud_name_invalid"
    rule = "CLOUD-2"
    place = "name"
    sentence = "A cloud needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaximumInvalid(Invalid):
    """A maximum is a number of attachments, or -1 for any number."""

    code = "maximum_invalid"
    rule = "CLOUD-2"
    place = "max_attachments"
    sentence = "A maximum is a number from 0 to {largest}, or -1 for unlimited."
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudNameTaken(Conflict):
    """The account has a cloud of this name already, ignoring case."""

    code = "cloud_name_taken"
    rule = "CLOUD-2"
    sentence = "There is a cloud named “{name}” in this account already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaOnlyWhileShared(Conflict):
    """Quotas are added, edited and deleted for accounts to which the cloud is shared right now."""

    code = "quota_only_while_shared"
    rule = "CLOUD-4"
    sentence = "The cloud {cloud} is not shared with {account}, so its quota cannot be changed."
    account: str
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaBelowAttachments(Conflict):
    """A quota is not set below the number of attachments that are there."""

    code = "quota_below_attachments"
    rule = "CLOUD-4"
    sentence = "{account} has {attachments} attachments in this cloud: its quota cannot be lower, except -1."
    account: str
    attachments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaThere(Conflict):
    """The account has a quota in the cloud already, which can be edited."""

    code = "quota_there"
    rule = "CLOUD-4"
    sentence = "{account} has a quota in this cloud already: edit it."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudFull(Conflict):
    """The account has as many attachments in the cloud as it may have."""

    code = "cloud_full"
    rule = "CLOUD-5"
    sentence = "This account has {attachments} of at most {maximum} attachments in {cloud}."
    cloud: str
    attachments: int
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudClosed(Conflict):
    """A maximum of 0 forbids new attachments."""

    code = "cloud_closed"
    rule = "CLOUD-4"
    sentence = "{cloud} takes no new attachments of this account: its maximum is 0."
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudNotInstalled(Conflict):
    """A cloud without clusters runs nothing, so nobody attaches."""

    code = "cloud_not_installed"
    rule = "CLOUD-7"
    sentence = "{cloud} has no cluster installed yet."
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentUnavailable(Conflict):
    """The cloud of an attachment is gone, has no cluster, or is not shared with the account any more."""

    code = "attachment_unavailable"
    rule = "CLOUD-8"
    sentence = "{attachment} is Unavailable: {why}."
    attachment: str
    why: str
    rule_id: str = "CLOUD-8"

    @property
    def rules(self) -> tuple[str, ...]:
        """What made it so."""
        return (self.rule_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAttachmentsLeft(Conflict):
    """Attachments of the owner account block deleting a cluster."""

    code = "own_attachments_left"
    rule = "CLOUD-7"
    sentence = (
        "{cluster} cannot be deleted: this account has {attachments} attachment(s) in {cloud}, which live on it. "
        "Delete them under Runtime Management first."
    )
    cluster: str
    cloud: str
    attachments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersLeft(Conflict):
    """A cloud is deleted only without clusters."""

    code = "clusters_left"
    rule = "CLOUD-7"
    sentence = "{cloud} cannot be deleted: it has {clusters} cluster(s). Delete them first."
    cloud: str
    clusters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentsNotAllowed(Conflict):
    """The cloud of an attachment takes no deployments."""

    code = "deployments_not_allowed"
    rule = "CLOUD-2"
    sentence = "{attachment} in {environment} takes no deployments: its cloud {cloud} does not allow them."
    attachment: str
    environment: str
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestExecutionsNotAllowed(Conflict):
    """The cloud of an attachment runs nothing in test mode."""

    __test__ = False
    code = "test_executions_not_allowed"
    rule = "CLOUD-2"
    sentence = "{attachment} runs nothing in test mode: its cloud {cloud} does not allow test executions."
    attachment: str
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsingNotAllowed(Conflict):
    """The cloud's owner has switched "Allow Browsing" off."""

    code = "browsing_not_allowed"
    rule = "CLOUD-2"
    sentence = "The cloud {cloud} does not allow browsing."
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsingOff(Conflict):
    """Browsing is switched off in the cloud itself, so it answers with an error."""

    code = "browsing_off"
    rule = "CLOUD-9"
    sentence = "The cloud {cloud} answered with an error: browsing is switched off in the cloud itself."
    cloud: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterTokenRefused(Denial):
    """A cluster does not prove itself: the token or secret is unknown, used or has run out."""

    code = "cluster_token_refused"
    rule = "CLOUD-1"
    sentence = "This token installs or proves no cloud cluster: it is unknown, used or has run out."


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudClassificationFixed(Conflict):
    """The classification of a cloud is chosen when it is made and never changes."""

    code = "cloud_classification_fixed"
    rule = "CLOUD-2"
    sentence = "{cloud} is classified {classification}, and that never changes."
    cloud: str
    classification: str
