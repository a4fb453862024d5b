"""Connectors: who cannot develop, release, publish or use one, and why."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentNotEnabled(Conflict):
    """Development of connectors was never enabled in the account."""

    code = "development_not_enabled"
    rule = "CONN-1"
    sentence = (
        "Development of connectors is not enabled in this account: an administrator enables it on the Publisher page."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherNameMissing(Conflict):
    """The account has no Publisher Name, under which it would publish. `rule_id` tells which rule wants it."""

    code = "publisher_name_missing"
    rule = "CONN-1"
    sentence = "This account has no Publisher Name: an administrator sets it on the Publisher page."
    rule_id: str = "CONN-1"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule that wants the name."""
        return (self.rule_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherNameInvalid(Invalid):
    """A Publisher Name has 1 to 255 characters."""

    code = "publisher_name_invalid"
    rule = "CONN-1"
    place = "name"
    sentence = "A Publisher Name has 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorNameInvalid(Invalid):
    """Connector groups and connectors have names of 1 to 255 characters."""

    code = "connector_name_invalid"
    rule = "CONN-2"
    place = "name"
    sentence = "Connector groups and connectors have names of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorClassificationInvalid(Invalid):
    """A classification has 1 to 175 characters."""

    code = "connector_classification_invalid"
    rule = "CONN-2"
    place = "classification"
    sentence = "A classification has 1 to {limit} characters that can be seen."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorTextInvalid(Invalid):
    """What is told of a connector group, a version or a review is limited."""

    code = "connector_text_invalid"
    rule = "CONN-2"
    place = "text"
    sentence = "A text here has at most {limit} characters, none of them the zero character."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorGroupNameTaken(Conflict):
    """The account has a connector group of this name."""

    code = "connector_group_name_taken"
    rule = "CONN-2"
    sentence = "There is a connector group named “{name}” in this account already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorClassificationTaken(Conflict):
    """The group has a connector of this classification, or one of another account has its type."""

    code = "connector_classification_taken"
    rule = "CONN-3"
    sentence = "The classification “{classification}” is taken in this connector group: choose another one."
    classification: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorGroupNotFound(Denial):
    """The account has no such connector group."""

    code = "connector_group_not_found"
    rule = "CONN-2"
    sentence = "There is no such connector group in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorNotFound(Denial):
    """The account has no such connector."""

    code = "connector_not_found"
    rule = "CONN-3"
    sentence = "There is no such connector in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorVersionNotFound(Denial):
    """The connector group has no such version."""

    code = "connector_version_not_found"
    rule = "CONN-3"
    sentence = "There is no such version of this connector group."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorGroupNotEmpty(Conflict):
    """A connector group is deleted when it has no connectors any more."""

    code = "connector_group_not_empty"
    rule = "CONN-10"
    sentence = "{name} cannot be deleted: it has connectors. Delete these first."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorInUse(Conflict):
    """A connector that a component of any account uses is not deleted."""

    code = "connector_in_use"
    rule = "CONN-10"
    sentence = "{name} cannot be deleted: components use it ({where})."
    name: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorNotUsable(Conflict):
    """A component uses a connector that its account cannot use, or cannot use any more."""

    code = "connector_not_usable"
    rule = "CONN-9"
    sentence = "{component} uses the connector {connectors}, which cannot be used in this account."
    component: str
    connectors: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorNotNamed(Invalid):
    """The text of a new component does not name the connector that was chosen for it."""

    code = "connector_not_named"
    rule = "CONN-3"
    place = "text"
    sentence = "The text does not name the connector: write its type, {type}, or leave the text empty to begin with it."
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDateInvalid(Invalid):
    """A version is released at once, or on a day to come."""

    code = "release_date_invalid"
    rule = "CONN-4"
    place = "date"
    sentence = "Choose a day after today, within ten years."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseNotPending(Conflict):
    """No release of the connector is pending: it was carried out or cancelled."""

    code = "release_not_pending"
    rule = "CONN-4"
    sentence = "No release of {name} is pending."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInForce(Conflict):
    """The version is the released one already."""

    code = "version_in_force"
    rule = "CONN-4"
    sentence = "Version {version} of {name} is released already."
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorUnreleased(Conflict):
    """A connector becomes Public with a released version."""

    code = "connector_unreleased"
    rule = "CONN-6"
    sentence = "{name} has no released version yet: choose a version and release it first."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityNotReached(Conflict):
    """No way leads from one visibility to the other, or not this way."""

    code = "visibility_not_reached"
    rule = "CONN-6"
    sentence = "{name} is {now} and cannot become {wanted} in this way."
    name: str
    now: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpen(Conflict):
    """A review of the connector is pending."""

    code = "review_open"
    rule = "CONN-6"
    sentence = "A review of {name} is pending: wait for it, or cancel it."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNotPending(Conflict):
    """The review has been decided or cancelled."""

    code = "review_not_pending"
    rule = "CONN-6"
    sentence = "This review is not pending any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerOnly(Denial):
    """Public connectors are approved and rejected by platform staff alone."""

    code = "reviewer_only"
    rule = "CONN-6"
    sentence = "Reviews of connectors are decided by the platform's staff, who hold the privilege Connector Review."
