"""Account groups: names, who and what may be in them, what is fixed about All Accounts (GRP)."""

from collections.abc import Iterable, Set as AbstractSet
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import AccountId, Role, RoleId, storable

ALL_ACCOUNTS: Final = "All Accounts"
"""The name of the group that every primary has and that holds every account it manages (GRP-2)."""

GROUP_NAME_LIMIT: Final = 255
"""Characters in a group's name (GRP-5)."""

GROUP_ID_LIMIT: Final = 255
"""Characters in a group's id."""

NO_ALERTS: Final = "none"

ALERT_LEVELS: Final = (NO_ALERTS, "info", "warning", "error")
"""Auto Subscribe Alert Level (GRP-5). `info` includes `warning`, which includes `error` (ALERT-1)."""


def check_is_primary(account: AccountId, features: Iterable[Feature]) -> no.FeatureMissing | None:
    """Judge whether an account has account groups at all: only a primary has (GRP-1, ACC-5)."""
    if Feature.ACCOUNT_GROUPS in frozenset(features):
        return None
    return no.FeatureMissing(feature=Feature.ACCOUNT_GROUPS.label, account=account, rule_id="GRP-1")


def check_group_name(name: str, taken: Iterable[str]) -> no.GroupNameInvalid | no.GroupNameTaken | None:
    """Judge a group's name: required, limited, unique within the primary ignoring case (GRP-5).

    `taken` holds the names of the primary's other groups, All Accounts among them.
    """
    if not name.strip():
        return no.GroupNameInvalid(why="An account group needs a name.")
    if not storable(name):
        return no.GroupNameInvalid(why="A group name has no zero characters.")
    if len(name) > GROUP_NAME_LIMIT:
        return no.GroupNameInvalid(why=f"A group name has at most {GROUP_NAME_LIMIT} characters.")
    if name.casefold() in {other.casefold() for other in taken}:
        return no.GroupNameTaken(name=name)
    return None


def check_alert_level(level: str) -> no.AlertLevelUnknown | None:
    """Judge the Auto Subscribe Alert Level (GRP-5)."""
    return None if level in ALERT_LEVELS else no.AlertLevelUnknown(level=level[:20])


def check_not_all_accounts(act: str, *, everywhere: bool) -> no.AllAccountsFixed | None:
    """Judge an act that All Accounts does not take: renaming, deleting, editing its accounts (GRP-2)."""
    return no.AllAccountsFixed(act=act) if everywhere else None


def check_members(
    members: Iterable[AccountId], *, managed: AbstractSet[AccountId], there: AbstractSet[AccountId]
) -> no.NotManagedHere | no.AlreadyInGroup | None:
    """Judge accounts to be put into a group: managed by this primary (GRP-23), not in it yet (GRP-20).

    The primary itself is not managed by itself, so it never gets into its own groups (GRP-4).
    """
    for member in sorted(members):
        if member not in managed:
            return no.NotManagedHere(account=member)
        if member in there:
            return no.AlreadyInGroup(what=member)
    return None


def check_group_roles(
    roles: AbstractSet[RoleId], available: Iterable[Role], held: AbstractSet[RoleId] = frozenset()
) -> no.GroupRoleRequired | no.RoleNotForGroups | None:
    """Judge the roles of a person in a group: at least one (GRP-8), default or the primary's own (GRP-9).

    `available` are those the primary can assign now; `held` may stay although they are not (ROLE-16).
    """
    if not roles:
        return no.GroupRoleRequired()
    known = {role.id for role in available}
    for role in sorted(roles):
        if role not in known and role not in held:
            return no.RoleNotForGroups(role=role)
    return None


def check_signed_in(email: str, *, signed_in: bool) -> no.NeverSignedIn | None:
    """Judge a person to be put into a group: known, and signed in once before (GRP-10)."""
    return None if signed_in else no.NeverSignedIn(email=email)
