"""What decisions answer: typed values that name the grants, or the refusal, with rule ids. Never a bare bool."""

from dataclasses import dataclass
from typing import ClassVar

from tenantry.rules import refusals as no
from tenantry.rules.places import Opening
from tenantry.rules.privileges import Mask
from tenantry.rules.using import Reach
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, Condition, RoleId, Via


@dataclass(frozen=True, slots=True)
class Access:
    """A person's standing in an account at an instant.

    `roles` are the roles held (the Support Access Role is not one of them, EFF-5). `carried` is what they resolve to,
    `passed` what the cap leaves of it, `privileges` what the account's features leave of that. `cap` is the Support
    Access Role when it bounds this access.
    """

    via: Via
    roles: tuple[RoleId, ...]
    carried: Mask
    passed: Mask
    privileges: Mask
    cap: RoleId | None = None


NoAccess = no.AccountNotAvailable | no.UserLocked | no.NoRoles | no.RolesNotInForce | no.NoOutsideAccess
"""What EFFECTIVE answers instead of `Access`."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role that gives the privilege: how the user came by it, and the path inside it.

    `path` holds role names from the role held up to the one that owns the privilege, `through` the privilege owned
    there, which is the one asked for or one that implies it (PRIV-2). `groups` names the account groups by which the
    role came: those that hold both user and account or, for a shared role held directly, those that share it;
    `owner` is then the primary whose groups they are. `condition` is the one that was met, where the role is held under
    one and not without one as well.
    """

    via: Via
    role: RoleId
    path: tuple[str, ...]
    through: str
    groups: tuple[str, ...] = ()
    owner: AccountId | None = None
    condition: Condition = UNCONDITIONAL


class NotABool(TypeError):
    """Somebody took a decision for a bool: read `.allowed`, or match on its type."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, by these grants. `rules` are the rule ids the answer rests on, `cap` the Support Access Role it passed,
    `opening` what let the user into the environment or folder asked about, `reach` how the resource asked about comes
    to the account, `condition` the one that the object asked about has for the privilege, and that is met.
    """

    allowed: ClassVar[bool] = True
    privilege: str
    grants: tuple[Grant, ...]
    rules: tuple[str, ...]
    cap: str | None = None
    opening: Opening | None = None
    reach: Reach | None = None
    condition: Condition = UNCONDITIONAL

    def __bool__(self) -> bool:
        """Refuse to be taken for a bare bool."""
        raise NotABool


@dataclass(frozen=True, slots=True)
class Denied:
    """No, for this reason."""

    allowed: ClassVar[bool] = False
    refusal: no.Denial

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule ids the answer rests on."""
        return self.refusal.rules

    def __bool__(self) -> bool:
        """Refuse to be taken for a bare bool."""
        raise NotABool


Decision = Allowed | Denied
