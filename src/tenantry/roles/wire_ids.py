"""The ids of default roles as programs outside know them; custom roles have the same id everywhere."""

from collections.abc import Mapping
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from tenantry.rules.roles import ADMINISTRATOR, DEFAULT_ROLES, PRODUCTION_SUPPORT, STANDARD_USER, SUPPORT
from tenantry.rules.vocabulary import RoleId

OWNER: Final = "1"
"""The account to which default roles belong on the wire."""

_KNOWN: Final = {
    ADMINISTRATOR: "fcb6dd44-0ca8-11e2-a477-1231381987a5",
    STANDARD_USER: "fcb6e2d0-0ca8-11e2-a477-1231381987a5",
    PRODUCTION_SUPPORT: "fcb6e3b6-0ca8-11e2-a477-1231381987a5",
    SUPPORT: "fcb6e474-0ca8-11e2-a477-1231381987a5",
}

TOLD: Final[Mapping[str, str]] = {
    role.id: _KNOWN.get(role.id, str(uuid5(NAMESPACE_URL, f"urn:tenantry:role:{role.id}"))) for role in DEFAULT_ROLES
}
"""What the ids of default roles are outside."""

_MEANT: Final[Mapping[str, str]] = {told: role for role, told in TOLD.items()}


def told_role(role: str) -> str:
    """The id of a role as it is told outside."""
    return TOLD.get(role, role)


def meant_role(told: str) -> RoleId:
    """The role that an id from outside means; ours for default roles are no ids there."""
    return RoleId("" if told in TOLD else _MEANT.get(told, told))
