"""Environments: who is kept out of one, and what may not be done with it."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentClosed(Denial):
    """Roles are attached to the environment and the user holds none of them, nor Environment Management."""

    code = "environment_closed"
    rule = "ENV-9"
    sentence = "The environment {environment} is restricted to {roles}, and the user holds none of these roles here."
    account: str
    environment: str
    roles: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The list, and what would have got past it."""
        return ("ENV-9", "ENV-10")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentReadOnly(Denial):
    """A role attached to the environment narrows its holders to reading there."""

    code = "environment_read_only"
    rule = "ENV-16"
    sentence = (
        "The environment {environment} is read-only for this user, by Environment Management Read Access of {roles}."
    )
    account: str
    environment: str
    privilege: str
    roles: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The narrowing, and what would have lifted it."""
        return ("ENV-16", "ENV-17")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentNotFound(Denial):
    """The account has no such environment, or the asker may not know of it."""

    code = "environment_not_found"
    rule = "ENV-13"
    sentence = "There is no environment {environment} in this account."
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentNameInvalid(Invalid):
    """An environment needs a name of 1 to 80 characters."""

    code = "environment_name_invalid"
    rule = "ENV-1"
    place = "name"
    sentence = "An environment needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationUnknown(Invalid):
    """An environment is for production or for tests."""

    code = "classification_unknown"
    rule = "ENV-2"
    place = "classification"
    sentence = "{value} is no classification: choose Production or Test."
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestNotOffered(Invalid):
    """Accounts of the Environment Type Basic have production environments only."""

    __test__ = False
    code = "test_not_offered"
    rule = "ENV-2"
    place = "classification"
    sentence = "Test environments need the Environment Type Unlimited."


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentNameTaken(Conflict):
    """The account has an environment of this name already."""

    code = "environment_name_taken"
    rule = "ENV-1"
    sentence = "There is an environment named “{name}” in this account already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimesAttached(Conflict):
    """An environment is only deleted when no runtime is attached to it."""

    code = "runtimes_attached"
    rule = "ENV-6"
    sentence = "{environment} cannot be deleted: runtimes are attached to it ({runtimes})."
    environment: str
    runtimes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNotForEnvironments(Conflict):
    """Only default roles available to the account and its own custom roles can be attached; shared ones never."""

    code = "role_not_for_environments"
    rule = "ENV-8"
    sentence = "The role {role} cannot be attached to environments of this account."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensToEverybody(Conflict):
    """Detaching the last role lets everybody in the account in, so it wants a confirmation."""

    code = "opens_to_everybody"
    rule = "ENV-23"
    sentence = "Without the last role {environment} is open to everybody in the account: confirm that this is meant."
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRuntimeOnly(Conflict):
    """The Environment Type Basic allows one attached runtime per environment."""

    code = "one_runtime_only"
    rule = "ENV-3"
    sentence = "{environment} has a runtime already: the Environment Type Basic allows one."
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationDiffers(Conflict):
    """A cloud attachment fits only environments of its cloud's classification."""

    code = "classification_differs"
    rule = "ENV-4"
    sentence = "{runtime} belongs to a {cloud} cloud and cannot attach to {environment}, which is {classification}."
    runtime: str
    cloud: str
    environment: str
    classification: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationFixed(Conflict):
    """The classification of an environment is chosen when it is made and never changes."""

    code = "classification_fixed"
    rule = "ENV-2"
    sentence = "{environment} is classified {classification}, and that never changes."
    environment: str
    classification: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleListedAlready(Conflict):
    """The role is on the list of the environment, so it is not among those that can be attached."""

    code = "role_listed_already"
    rule = "ENV-8"
    sentence = "The role {role} is attached to {environment} already."
    role: str
    environment: str
