"""Packaged components and deployments."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageNotFound(Denial):
    """The account has no such packaged component."""

    code = "package_not_found"
    rule = "PRIV-9"
    sentence = "There is no such packaged component in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentNotFound(Denial):
    """The account has no such deployment."""

    code = "deployment_not_found"
    rule = "ENV-13"
    sentence = "There is no such deployment in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInvalid(Invalid):
    """A packaged component needs a version label."""

    code = "version_invalid"
    rule = "PRIV-9"
    place = "version"
    sentence = "A packaged component needs a version of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageNotesInvalid(Invalid):
    """Notes have a limit."""

    code = "package_notes_invalid"
    rule = "PRIV-9"
    place = "notes"
    sentence = "The notes of a packaged component have at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTaken(Conflict):
    """A packaged component never changes, so a version of a component is used once."""

    code = "version_taken"
    rule = "PRIV-9"
    sentence = "There is a version {version} of {component} already, and versions never change."
    component: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDeployable(Conflict):
    """Only components that run or serve by themselves are packaged."""

    code = "not_deployable"
    rule = "PRIV-9"
    sentence = "{component} is a {type}, which cannot be deployed by itself."
    component: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyDeployed(Conflict):
    """The very same version runs in the environment."""

    code = "already_deployed"
    rule = "PRIV-9"
    sentence = "Version {version} of {component} is deployed to {environment} already."
    component: str
    version: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentEnded(Conflict):
    """The deployment has been replaced or ended."""

    code = "deployment_ended"
    rule = "PRIV-9"
    sentence = "{component} {version} is not deployed to {environment} any more."
    component: str
    version: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageInUse(Conflict):
    """Somebody rests on the packaged component: an environment, customers who install it, a pack."""

    code = "package_in_use"
    rule = "PROC-8"
    sentence = "Version {version} of {component} is {why}, so it cannot be deleted."
    component: str
    version: str
    why: str
