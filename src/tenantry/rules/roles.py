"""Default and custom roles: what they carry, and when they may be made, edited, inherited, assigned, removed (ROLE)."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import Catalogue
from tenantry.rules.vocabulary import AccountId, Role, RoleId, storable

ROLE_NAME_LIMIT: Final = 255
"""Characters in a role name (ROLE-5)."""

DESCRIPTION_LIMIT: Final = 1000
"""Characters in a role's description."""

SHARED_SUFFIX: Final = " (shared)"
"""What follows a shared role's name where people assign it; display only, so no name may end in it (ROLE-5, UI-1)."""


@dataclass(frozen=True, slots=True)
class DefaultRole:
    """A fixed role. `feature` is what an account needs for it to be assignable there (ROLE-2); `None` means nothing.

    `privileges` are those of the law's matrix; Administrator's are computed, see `Catalogue.administrator`.
    """

    id: RoleId
    name: str
    description: str
    feature: Feature | None
    privileges: tuple[str, ...]


ADMINISTRATOR: Final = RoleId("ADMINISTRATOR")
STANDARD_USER: Final = RoleId("STANDARD_USER")
PRODUCTION_SUPPORT: Final = RoleId("PRODUCTION_SUPPORT")
SUPPORT: Final = RoleId("SUPPORT")

_SUPPORT = ("ASSURE", "DEVELOPER", "EXECUTE", "LICENSING", "VIEW_DATA", "VIEW_RESULT")
_PRODUCTION = (
    "ATOM_MANAGEMENT",
    "ATOM_MANAGEMENT_READ_ONLY",
    "DEVELOPER",
    "EXECUTE",
    "LICENSING",
    "DEPLOY",
    "SCHEDULE_MAINTENANCE",
    "VIEW_DATA",
    "VIEW_RESULT",
)
_STANDARD = (
    *_PRODUCTION,
    "API_MGMT_GATEWAY",
    "ASSURE",
    "BRANCH_CREATE_MODIFY",
    "BRANCH_DELETE",
    "BUILD",
    "ENV_MANAGEMENT",
    "INTEGRATION_PACK",
    "PACKAGE_MANAGEMENT",
    "PROCESS_LIBRARY",
    "TRADING_PARTNER_MANAGEMENT",
)

_MDM_HOLDERS: Final = {
    "Ad": "ACTIVITY_REPORTING BATCH_MANAGEMENT DASHBOARD EDIT_MODELS HISTORICAL_REPORTING MODEL_DEPLOYMENT "
    "MODEL_REMOVAL REPOSITORY_MANAGEMENT REVEAL_MASKED_DATA SOURCE_ATTACHMENT SOURCE_MANAGEMENT STEWARDSHIP "
    "STEWARDSHIP_MANAGEMENT VIEW_DATA VIEW_LOGS VIEW_MODELS VIEW_REPOSITORIES",
    "St": "ACTIVITY_REPORTING EDIT_MODELS HISTORICAL_REPORTING MODEL_DEPLOYMENT SOURCE_ATTACHMENT STEWARDSHIP "
    "VIEW_DATA VIEW_LOGS VIEW_MODELS VIEW_REPOSITORIES",
    "Da": "STEWARDSHIP VIEW_DATA VIEW_MODELS VIEW_REPOSITORIES",
    "De": "ACTIVITY_REPORTING EDIT_MODELS HISTORICAL_REPORTING MODEL_DEPLOYMENT SOURCE_ATTACHMENT VIEW_LOGS "
    "VIEW_MODELS VIEW_REPOSITORIES",
    "Vi": "VIEW_MODELS VIEW_REPOSITORIES",
    "Pr": "REVEAL_MASKED_DATA STEWARDSHIP VIEW_DATA VIEW_MODELS VIEW_REPOSITORIES",
}


def _mdm(column: str, title: str, description: str) -> DefaultRole:
    rights = tuple(f"MDM_{right}" for right in _MDM_HOLDERS[column].split())
    role = RoleId("MDM_" + title.upper().replace(" ", "_"))
    return DefaultRole(role, f"MDM {title}", description, Feature.DATA_HUB, rights)


DEFAULT_ROLES: Final[tuple[DefaultRole, ...]] = (
    DefaultRole(ADMINISTRATOR, "Administrator", "Everything the account offers", None, ()),
    DefaultRole(STANDARD_USER, "Standard User", "Builds, deploys and runs integrations", None, _STANDARD),
    DefaultRole(
        PRODUCTION_SUPPORT,
        "Production Support",
        "Keeps production running, without building",
        Feature.ADVANCED_USER_SECURITY,
        _PRODUCTION,
    ),
    DefaultRole(SUPPORT, "Support", "Looks at results and re-runs", Feature.ADVANCED_USER_SECURITY, _SUPPORT),
    _mdm("Ad", "Administrator", "Everything in Data Hub"),
    _mdm("St", "Standard User", "Models, deploys and stewards master data"),
    _mdm("Da", "Data Steward", "Stewards master data"),
    _mdm("De", "Developer", "Models and deploys master data"),
    _mdm("Vi", "View Only", "Looks at models and repositories"),
    _mdm("Pr", "Privileged Data Steward", "Stewards master data, masked values included"),
)

DEFAULT_ROLE_BY_NAME: Final = {role.name.casefold(): role.id for role in DEFAULT_ROLES}
DEFAULT_ROLE_IDS: Final = frozenset(role.id for role in DEFAULT_ROLES)


def default_roles(catalogue: Catalogue) -> dict[RoleId, Role]:
    """The default roles as facts under `catalogue`; host privileges reach Administrator only (PRIV-1)."""
    return {
        role.id: Role(
            id=role.id,
            name=role.name,
            account=None,
            own=catalogue.administrator if role.id == ADMINISTRATOR else catalogue.mask(role.privileges),
            description=role.description,
        )
        for role in DEFAULT_ROLES
    }


@lru_cache(maxsize=8)
def default_layer(catalogue: Catalogue) -> Roles:
    """The default roles as the layer that lies beneath all others; one for everybody who has this catalogue."""
    return Roles(default_roles(catalogue), catalogue)


def available_default_roles(features: Iterable[Feature]) -> tuple[DefaultRole, ...]:
    """The default roles that may be newly assigned in an account with these features (ROLE-2, ROLE-16).

    Without AUS only Administrator and Standard User, whatever else the account has.
    """
    on = frozenset(features)
    if Feature.ADVANCED_USER_SECURITY not in on:
        return tuple(role for role in DEFAULT_ROLES if role.feature is None)
    return tuple(role for role in DEFAULT_ROLES if role.feature is None or role.feature in on)


def custom_roles_permitted(features: Iterable[Feature], account: AccountId) -> no.FeatureMissing | None:
    """Custom roles may be listed, made, edited, deleted and newly assigned only with AUS on (ROLE-3, ROLE-16)."""
    if Feature.ADVANCED_USER_SECURITY in frozenset(features):
        return None
    return no.FeatureMissing(feature=Feature.ADVANCED_USER_SECURITY.label, account=account)


def check_role_name(name: str, taken: Iterable[str]) -> no.RoleNameInvalid | no.RoleNameTaken | None:
    """Judge a role's name: length, reserved names and suffix, uniqueness ignoring case (ROLE-4, ROLE-5).

    `taken` holds the names of the account's other custom roles.
    """
    if not name.strip():
        return no.RoleNameInvalid(name=name, why="A role needs a name.")
    if not storable(name):
        return no.RoleNameInvalid(name="", why="A role name has no zero characters.")
    if len(name) > ROLE_NAME_LIMIT:
        return no.RoleNameInvalid(name=name[:40] + "…", why=f"A role name has at most {ROLE_NAME_LIMIT} characters.")
    if name.casefold() in DEFAULT_ROLE_BY_NAME:
        return no.RoleNameInvalid(name=name, why="This is the name of a default role.")
    if name.casefold().endswith(SHARED_SUFFIX):
        return no.RoleNameInvalid(name=name, why=f"A role name may not end in “{SHARED_SUFFIX.strip()}”.")
    if name.casefold() in {other.casefold() for other in taken}:
        return no.RoleNameTaken(name=name)
    return None


def check_role_privileges(
    names: Iterable[str], catalogue: Catalogue
) -> no.UnknownPrivilege | no.PrivilegeNotForCustomRoles | None:
    """Judge the privileges put into a custom role: each known, none of those custom roles never carry (ROLE-17)."""
    for name in names:
        if name not in catalogue:
            return no.UnknownPrivilege(privilege=name)
        if not catalogue.definitions[name].for_custom_roles:
            return no.PrivilegeNotForCustomRoles(privilege=name)
    return None


def check_offered(
    names: Iterable[str], kept: AbstractSet[str], features: Iterable[Feature], account: AccountId, catalogue: Catalogue
) -> no.PrivilegeNotOffered | None:
    """Judge privileges newly put into a role: their features are on in the account (ROLE-18).

    `kept` are those the role had before.
    """
    active = catalogue.active(features)
    for name in names:
        definition = catalogue.definitions[name]
        if name not in kept and definition.feature is not None and not active & catalogue.bits[name]:
            return no.PrivilegeNotOffered(privilege=definition.title, account=account, feature=definition.feature.label)
    return None


def check_parent(
    role: RoleId | None, parent: RoleId, account: AccountId, roles: Mapping[RoleId, Role]
) -> no.ParentNotAvailable | no.ParentCycle | None:
    """Judge "Inherits Role": a default role or a custom role of the same account, never an own descendant (ROLE-7, -8).

    `role` is `None` while the role is being made.
    """
    chosen = roles.get(parent)
    if chosen is None or chosen.account not in {None, account}:
        return no.ParentNotAvailable(parent=parent)
    seen: set[RoleId] = set()
    current: Role | None = chosen
    while current is not None and current.id not in seen:
        if current.id == role:
            return no.ParentCycle(role=roles[current.id].name, parent=chosen.name)
        seen.add(current.id)
        current = roles.get(current.parent) if current.parent and not current.is_default else None
    return None


@dataclass(frozen=True, slots=True)
class RoleUse:
    """Where a custom role is in use. `holders` counts direct holders per account, `in_groups` people who hold it in
    account groups; `children` are names of roles that inherit it; `support_access` tells that it is the Support Access
    Role, `temporary` counts active temporary grants of it.
    """

    holders: Mapping[AccountId, int]
    children: tuple[str, ...] = ()
    support_access: bool = False
    in_groups: int = 0
    temporary: int = 0


def check_role_removal(role: Role, use: RoleUse) -> no.DefaultRoleFixed | no.RoleInUse | None:
    """Judge removing a role: never a default one (ROLE-1), nobody holds it (ROLE-12), nothing rests on it (ROLE-15).

    The refusal names the number of holders per account, not the holders (SHARE-21).
    """
    if role.is_default:
        return no.DefaultRoleFixed(role=role.name)
    held = {account: count for account, count in use.holders.items() if count}
    if held:
        counts = ", ".join(f"{account}: {count}" for account, count in sorted(held.items()))
        return no.RoleInUse(role=role.name, why=f"it is held by users ({counts})", rule_id="ROLE-12")
    if use.in_groups:
        why = f"it is held in account groups by {use.in_groups} user{'s' if use.in_groups > 1 else ''}"
        return no.RoleInUse(role=role.name, why=why, rule_id="ROLE-12")
    if use.children:
        children = ", ".join(sorted(use.children))
        return no.RoleInUse(role=role.name, why=f"other roles inherit it ({children})", rule_id="ROLE-15")
    if use.support_access:
        return no.RoleInUse(role=role.name, why="it is the account's Support Access Role", rule_id="SUP-9")
    if use.temporary:
        why = "an active temporary grant of support staff gives it"
        return no.RoleInUse(role=role.name, why=why, rule_id="ROLE-15")
    return None
