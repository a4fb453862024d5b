"""Places inside an account that have a gate of their own: environments and folders."""

from dataclasses import dataclass
from enum import StrEnum

from tenantry.rules.vocabulary import EnvironmentId, FolderId, RoleId


class Classification(StrEnum):
    """What an environment or a cloud is for (ENV-2)."""

    PROD = "PROD"
    TEST = "TEST"

    @property
    def label(self) -> str:
        """As pages name it."""
        return {"PROD": "Production", "TEST": "Test"}[self.value]


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment target with its Roles with Access; an empty list lets everybody in (ENV-9)."""

    id: EnvironmentId
    name: str
    classification: Classification = Classification.PROD
    roles: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the Component Explorer with the roles that may change it; none lets everybody (FOLD-5).

    `path` is what people call it, the account's own name apart.
    """

    id: FolderId
    path: str
    roles: frozenset[RoleId] = frozenset()


Place = Environment | Folder


@dataclass(frozen=True, slots=True)
class Opening:
    """What let somebody into a place: its name, the rule, and by which of their roles where a list was asked."""

    place: str
    rule: str
    roles: tuple[str, ...] = ()
