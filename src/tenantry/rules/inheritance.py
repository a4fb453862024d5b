"""What roles carry: their own privileges, those of their ancestors, and what these imply (ROLE-9, PRIV-2)."""

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from tenantry.rules.privileges import NOTHING, Catalogue, Mask
from tenantry.rules.vocabulary import AccountId, Role, RoleId


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a role carries: `mask` with inheritance and implications, and the `chain` of roles that gave it."""

    mask: Mask
    chain: tuple[RoleId, ...]


def resolve(
    role: RoleId,
    roles: Mapping[RoleId, Role],
    catalogue: Catalogue,
    shared: AbstractSet[tuple[RoleId, AccountId]] = frozenset(),
) -> Resolved:
    """Resolve a role: its own privileges and those of its ancestors, up to the first default role (ROLE-9).

    Terminates on any data, cycles and missing parents included (ROLE-8). A parent counts only if it is a default role,
    of the same account, or among `shared` as (role, account that receives it). A default role's parent is never
    followed.
    """
    own = int(NOTHING)
    chain: list[RoleId] = []
    seen: set[RoleId] = set()
    current = roles.get(role)
    while current is not None and current.id not in seen:
        seen.add(current.id)
        chain.append(current.id)
        own |= current.own
        if current.account is None or current.parent is None:
            break
        parent = roles.get(current.parent)
        if parent is not None and parent.account not in {None, current.account}:
            parent = parent if (parent.id, current.account) in shared else None
        current = parent
    return Resolved(catalogue.close(Mask(own)), tuple(chain))


class Roles(Mapping[RoleId, Role]):
    """Roles by id, in layers, each with what it carries worked out once.

    An account's own roles lie over those of its primary, and these over the default roles. What lies beneath is the
    same for many accounts and is resolved by its own layer alone: a shared role counts as it does in its owner's
    account, unshared ancestors included (SHARE-16). `shared` tells this layer which roles beneath it may be inherited
    from.
    """

    __slots__ = ("_beneath", "_catalogue", "_own", "_resolved", "_shared")

    def __init__(
        self,
        own: Mapping[RoleId, Role],
        catalogue: Catalogue,
        beneath: "Roles | None" = None,
        shared: AbstractSet[tuple[RoleId, AccountId]] = frozenset(),
    ) -> None:
        """Lay `own` over `beneath`."""
        self._own = own
        self._catalogue = catalogue
        self._beneath = beneath
        self._shared = shared
        self._resolved: dict[RoleId, Resolved] = {}

    @property
    def own(self) -> Mapping[RoleId, Role]:
        """The roles of this layer alone."""
        return self._own

    def __getitem__(self, role: RoleId) -> Role:
        """The role of this id, in whatever layer."""
        found = self._own.get(role)
        if found is not None:
            return found
        if self._beneath is None:
            raise KeyError(role)
        return self._beneath[role]

    def __contains__(self, role: object) -> bool:
        """Whether a layer has this id."""
        return role in self._own or (self._beneath is not None and role in self._beneath)

    def __iter__(self) -> Iterator[RoleId]:
        """All ids, own layer first."""
        yield from self._own
        if self._beneath is not None:
            yield from (role for role in self._beneath if role not in self._own)

    def __len__(self) -> int:
        """How many roles all layers have."""
        return sum(1 for _ in self)

    def resolved(self, role: RoleId) -> Resolved:
        """What a role carries; nothing for one that is in no layer."""
        if role not in self._own and self._beneath is not None:
            return self._beneath.resolved(role)
        found = self._resolved.get(role)
        if found is None:
            found = self._resolved[role] = resolve(role, self, self._catalogue, self._shared)
        return found

    def carried(self, roles: Iterable[RoleId]) -> Mask:
        """What these roles carry together: privileges add up across roles (ROLE-11)."""
        mask = int(NOTHING)
        for role in roles:
            mask |= self.resolved(role).mask
        return Mask(mask)

    def with_role(self, role: Role) -> Self:
        """The same with one role of this layer made or changed."""
        return self.replaced({**self._own, role.id: role})

    def replaced(self, own: Mapping[RoleId, Role]) -> Self:
        """Other roles in this layer, over the same beneath."""
        return type(self)(own, self._catalogue, self._beneath, self._shared)
