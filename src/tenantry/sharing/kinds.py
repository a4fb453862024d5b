"""Where the resources of each kind come from. A kind without a source has nothing to share in this version."""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from tenantry.roles import queries as roles
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind, Resource, check_features
from tenantry.rules.vocabulary import AccountId


class Source(Protocol):
    """What sharing asks about resources of one kind."""

    def one(self, owner: AccountId, resource: str) -> Resource | None:
        """The owner's resource of this id; `None` also for those of others."""

    def named(self, owner: AccountId, resources: Iterable[str]) -> Mapping[str, Resource]:
        """The owner's resources of these ids."""

    def assignable(
        self, owner: AccountId, search: str, besides: Iterable[str], limit: int
    ) -> tuple[tuple[Resource, ...], int]:
        """The first of the owner's resources that can be shared (SHARE-5), by name, and how many match."""


class Roles:
    """Custom roles: every saved one can be shared."""

    def one(self, owner: AccountId, resource: str) -> Resource | None:
        """The owner's custom role of this id."""
        return self.named(owner, [resource]).get(resource)

    def named(self, owner: AccountId, resources: Iterable[str]) -> Mapping[str, Resource]:
        """The owner's custom roles of these ids."""
        found = roles.names_of_roles(owner, resources)
        return {key: Resource(Kind.ROLE, key, name, owner) for key, name in found.items()}

    def assignable(
        self, owner: AccountId, search: str, besides: Iterable[str], limit: int
    ) -> tuple[tuple[Resource, ...], int]:
        """Custom roles by name."""
        found, count = roles.roles_besides(owner, search, besides, limit)
        return tuple(Resource(Kind.ROLE, key, name, owner) for key, name in found), count


SOURCES: Final[Mapping[Kind, Source]] = {Kind.ROLE: Roles()}
"""The kinds that can be shared."""


def resource_of(kind: Kind, owner: AccountId, resource: str) -> Resource | None:
    """One of the owner's resources, or `None`."""
    source = SOURCES.get(kind)
    return source.one(owner, resource) if source is not None else None


def assignable(
    kind: Kind,
    owner: AccountId,
    features: Iterable[Feature],
    besides: Iterable[str],
    *,
    search: str = "",
    limit: int = 50,
) -> tuple[tuple[Resource, ...], int]:
    """What the Add dialog of a section lists: the owner's assignable resources minus those there already (SHARE-4).

    Nothing where a missing feature forbids sharing them at all (SHARE-15), or where the kind has no source.
    """
    source = SOURCES.get(kind)
    if source is None or check_features(kind, owner, features) is not None:
        return (), 0
    return source.assignable(owner, search, besides, limit)
