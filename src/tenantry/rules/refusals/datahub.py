"""Models of Data Hub and the repositories they are deployed to."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotFound(Denial):
    """The account has no such model."""

    code = "model_not_found"
    rule = "MODEL-1"
    sentence = "There is no such model in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersionNotFound(Denial):
    """The model has no such published version."""

    code = "model_version_not_found"
    rule = "MODEL-1"
    sentence = "{model} has no such published version."
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPartNotFound(Denial):
    """The draft has no such field or step; perhaps somebody has renamed or removed it meanwhile."""

    code = "model_part_not_found"
    rule = "MODEL-1"
    sentence = "The draft has no {part} named “{name}” any more."
    part: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotShared(Denial):
    """No published model of this id reaches the account."""

    code = "model_not_shared"
    rule = "MODEL-2"
    sentence = "No such model is shared with this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryNotFound(Denial):
    """The account has no such repository."""

    code = "repository_not_found"
    rule = "MODEL-5"
    sentence = "There is no such repository in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNameInvalid(Invalid):
    """A model needs a name."""

    code = "model_name_invalid"
    rule = "MODEL-1"
    place = "name"
    sentence = "A model needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPartInvalid(Invalid):
    """A field or a data quality step of a draft cannot be kept as it is."""

    code = "model_part_invalid"
    rule = "MODEL-1"
    place = "name"
    sentence = "{why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotesInvalid(Invalid):
    """Notes have a limit."""

    code = "model_notes_invalid"
    rule = "MODEL-1"
    place = "notes"
    sentence = "The notes of a published version have at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryNameInvalid(Invalid):
    """A repository needs a name."""

    code = "repository_name_invalid"
    rule = "MODEL-5"
    place = "name"
    sentence = "A repository needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNameTaken(Conflict):
    """The account has a model of this name already."""

    code = "model_name_taken"
    rule = "MODEL-1"
    sentence = "There is a model named “{name}” in this account already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryNameTaken(Conflict):
    """The account has a repository of this name already."""

    code = "repository_name_taken"
    rule = "MODEL-5"
    sentence = "There is a repository named “{name}” in this account already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(Conflict):
    """Somebody else has saved the draft since it was opened."""

    code = "draft_changed"
    rule = "MODEL-1"
    sentence = "{user} has changed the draft meanwhile. Look at it as it is now, then do it again."
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotPublishable(Conflict):
    """Something is missing in the draft without which a model is of no use."""

    code = "model_not_publishable"
    rule = "MODEL-1"
    sentence = "{model} cannot be published: {problem}."
    model: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToPublish(Conflict):
    """The draft is what was published last."""

    code = "nothing_to_publish"
    rule = "MODEL-1"
    sentence = "The draft of {model} is the same as version {version}, so there is nothing to publish."
    model: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelIsDeployed(Conflict):
    """A model that is deployed is undeployed before it is deleted."""

    code = "model_is_deployed"
    rule = "MODEL-5"
    sentence = "{model} cannot be deleted while it is deployed to {repositories}: undeploy it first."
    model: str
    repositories: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryInUse(Conflict):
    """Models are deployed to the repository."""

    code = "repository_in_use"
    rule = "MODEL-5"
    sentence = "{repository} cannot be deleted while models are deployed to it ({models}): undeploy them first."
    repository: str
    models: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDeployedAlready(Conflict):
    """The very same version is in the repository."""

    code = "version_deployed_already"
    rule = "MODEL-5"
    sentence = "Version {version} of {model} is deployed to {repository} already."
    model: str
    version: int
    repository: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotDeployed(Conflict):
    """The model is not in the repository, or not any more."""

    code = "model_not_deployed"
    rule = "MODEL-5"
    sentence = "{model} is not deployed to {repository}."
    model: str
    repository: str
