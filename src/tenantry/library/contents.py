"""What a publication contains, as pages show it to who publishes it and to who installs it; texts are never shown."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from tenantry.deploy.models import PackagedComponent, PackagedPart
from tenantry.deploy.queries import types_of_package
from tenantry.rules.components import TYPES
from tenantry.rules.vocabulary import AccountId

NAMED: Final = 50
"""Components that a page names, by name; of more it tells how many."""

HOLDERS: Final = 10
"""Components with passwords that a page names."""


@dataclass(frozen=True, slots=True)
class Named:
    """A component by its name, and its type as pages call it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The components of a package: how many of each type, the first ones by name, the process itself ahead; the types
    of connectors they name; those that have passwords.
    """

    total: int
    counts: tuple[tuple[str, int], ...]
    named: tuple[Named, ...]
    connectors: tuple[str, ...]
    holders: tuple[str, ...]
    holding: int

    @property
    def unnamed(self) -> int:
        """How many are not named."""
        return self.total - len(self.named)


def contents_shown(package: PackagedComponent) -> Contents:
    """What a package contains; five queries, however much it is."""
    account = AccountId(package.account_id)
    parts = PackagedPart.rows.of(account).filter(package_id=package.pk)
    counts: dict[str, int] = dict(parts.order_by().values_list("type").annotate(number=Count("id")))
    counts[package.type] = counts.get(package.type, 0) + 1
    named = parts.order_by("name_key", "id").values_list("name", "type")[: NAMED - 1]
    secret = parts.filter(passwords__gt=0).order_by("name_key", "id")
    own = [package.name] if package.passwords else []
    return Contents(
        total=sum(counts.values()),
        counts=tuple(sorted((str(TYPES.get(kind, kind)), number) for kind, number in counts.items())),
        named=tuple(Named(name, TYPES.get(kind, kind)) for name, kind in [(package.name, package.type), *named]),
        connectors=tuple(sorted(types_of_package(account, package.pk))),
        holders=(*own, *secret.values_list("name", flat=True)[: HOLDERS - len(own)]),
        holding=len(own) + secret.count(),
    )
