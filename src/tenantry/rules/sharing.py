"""Sharing resources through account groups: kinds, who may share what, when a resource can be shared (SHARE)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import AccountId

NAME_LIMIT: Final = 255
"""Characters in the name of a resource."""

RESOURCE_ID_LIMIT: Final = 255
"""Characters in the id of a resource."""


class Kind(StrEnum):
    """The six kinds of resources; the value is the kind's name in estate files (SHARE-1)."""

    CLOUD = "cloud"
    CONNECTOR = "connector"
    ROLE = "role"
    PROCESS = "process"
    INTEGRATION_PACK = "integration_pack"
    MODEL = "model"

    @property
    def words(self) -> "Words":
        """How people and other programs call it."""
        return _WORDS[self]


@dataclass(frozen=True, slots=True)
class Words:
    """Heading of the section on the Resources tab, one resource of the kind, and the API's `objectType` (SHARE-1).

    `privilege` is what sharing it needs beside Account Group Management (SHARE-2); `state` says when it can be shared
    (SHARE-5), `after` what the end of a share leaves, and whether sharing again mends it (the life cycle table, 12.8).
    """

    heading: str
    one: str
    object_type: str
    state: str
    after: str
    privilege: str | None = None


_WORDS: Final = {
    Kind.CLOUD: Words(
        "Clouds",
        "cloud",
        "Cloud",
        "added, with at least one cloud cluster installed",
        "Attachments there become Unavailable and keep their environments; sharing the cloud again revives them.",
    ),
    Kind.CONNECTOR: Words(
        "Connectors",
        "connector",
        "Connector",
        "Private with a released version",
        "Components there that use it cannot be opened or deployed; what is deployed keeps running. Sharing it again "
        "restores use.",
    ),
    Kind.ROLE: Words(
        "Roles",
        "role",
        "Role",
        "saved as a custom role",
        "Sharing it again does not give it back to anybody.",
    ),
    Kind.PROCESS: Words(
        "Published Processes",
        "process",
        "Published Process",
        "published at least once",
        "Copies that were installed stay as they are.",
        "PROCESS_LIBRARY",
    ),
    Kind.INTEGRATION_PACK: Words(
        "Integration Packs",
        "integration pack",
        "Integration Pack",
        "released at least once",
        "Installed instances keep running at their version without further releases; sharing it again resumes them.",
        "INTEGRATION_PACK",
    ),
    Kind.MODEL: Words(
        "Models", "model", "Data Hub Model", "published", "It can be copied no more; copies that were made stay."
    ),
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as sharing sees it: whose it is, and whether its state lets it be shared (SHARE-5)."""

    kind: Kind
    id: str
    name: str
    owner: AccountId
    shareable: bool = True


_NEEDED: Final = {
    Kind.ROLE: ((Feature.ADVANCED_USER_SECURITY, "SHARE-11"),),
    Kind.MODEL: ((Feature.DATA_HUB, "MODEL-1"),),
}
"""What sharing some kinds takes beside Account Groups, with the rule that says so."""


def sections(features: Iterable[Feature]) -> tuple[Kind, ...]:
    """The sections of the Resources tab in order; Models only with Data Hub on (SHARE-9)."""
    on = frozenset(features)
    return tuple(kind for kind in Kind if kind is not Kind.MODEL or Feature.DATA_HUB in on)


def check_features(kind: Kind, primary: AccountId, features: Iterable[Feature]) -> no.FeatureMissing | None:
    """Judge whether resources of a kind can be shared at all: it takes Account Groups, and for custom roles Advanced
    User Security (SHARE-11, SHARE-15), for models Data Hub (MODEL-1), in the primary.
    """
    needed = [(Feature.ACCOUNT_GROUPS, "SHARE-11"), *_NEEDED.get(kind, ())]
    on = frozenset(features)
    lacking = next(((feature, rule) for feature, rule in needed if feature not in on), None)
    if lacking is None:
        return None
    feature, rule = lacking
    return no.FeatureMissing(feature=feature.label, account=primary, rule_id=rule)


def check_share(
    kind: Kind, resource: Resource | None, *, primary: AccountId, features: Iterable[Feature], there: bool
) -> no.ResourceNotYours | no.ResourceNotShareable | no.FeatureMissing | no.AlreadyInGroup | None:
    """Judge putting a resource on a group: the primary's own (SHARE-2), in its state (SHARE-5), not there yet (GRP-20).

    A custom role needs Advanced User Security and Account Groups in the primary (SHARE-11, SHARE-15); what the members
    have does not matter. Withdrawing needs none of it.
    """
    lacking = check_features(kind, primary, features)
    if lacking is not None:
        return lacking
    if resource is None or resource.owner != primary:
        return no.ResourceNotYours()
    if not resource.shareable:
        return no.ResourceNotShareable(
            kind=resource.kind.words.one, name=resource.name, state=resource.kind.words.state
        )
    if there:
        return no.AlreadyInGroup(what=resource.name)
    return None
