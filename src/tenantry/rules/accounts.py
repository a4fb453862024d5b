"""Accounts: identifiers, names, trials, who may manage whom (ACC)."""

from datetime import timedelta
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.features import ADMINISTRATOR_SWITCHED, Feature
from tenantry.rules.roles import available_default_roles
from tenantry.rules.vocabulary import AccountId, Instant, Role, RoleId, Status, storable

ACCOUNT_NAME_LIMIT: Final = 255
"""Characters in an account name (ACC-3)."""

ACCOUNT_ID_LIMIT: Final = 255
"""Characters in an account id."""

TRIAL_DAYS: Final = 90
"""How far ahead a trial's end may lie, in days (ACC-7)."""

ID_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""What the last six characters of an account id are drawn from (ACC-2)."""

ID_SUFFIX_LENGTH: Final = 6


CLOSED: Final = frozenset({Status.SUSPENDED, Status.DELETED})
"""Statuses that let nobody in (ACC-4)."""


def status_at(status: Status, trial_ends: Instant | None, at: Instant) -> Status:
    """The status that counts at an instant: a trial past its end is suspended, without anybody's doing (ACC-12)."""
    if status is Status.TRIAL and trial_ends is not None and at >= trial_ends:
        return Status.SUSPENDED
    return status


def account_id(name: str, suffix: str) -> AccountId:
    """Form an account's id: the name in lower case without non-alphanumerics, a hyphen, six characters (ACC-2).

    A name without any alphanumeric character gives "account".
    """
    stem = "".join(c for c in name.lower() if c.isalnum()) or "account"
    return AccountId(f"{stem[: ACCOUNT_ID_LIMIT - ID_SUFFIX_LENGTH - 1]}-{suffix}")


def check_account_name(name: str) -> no.AccountNameInvalid | None:
    """Judge an account's name: required, limited, not necessarily unique (ACC-3)."""
    if not name.strip():
        return no.AccountNameInvalid(why="An account needs a name.")
    if not storable(name):
        return no.AccountNameInvalid(why="An account name has no zero characters.")
    if len(name) > ACCOUNT_NAME_LIMIT:
        return no.AccountNameInvalid(why=f"An account name has at most {ACCOUNT_NAME_LIMIT} characters.")
    return None


def check_trial_end(trial_ends: Instant, at: Instant) -> no.TrialEndInvalid | None:
    """Judge a trial's expiration: ahead, and at most 90 days ahead (ACC-7)."""
    if at < trial_ends <= at + timedelta(days=TRIAL_DAYS):
        return None
    return no.TrialEndInvalid(days=TRIAL_DAYS)


def check_primary(
    primary: AccountId, *, features: frozenset[Feature], managed_by: AccountId | None, status: Status
) -> no.NotAPrimary | None:
    """Judge whether an account can manage others: it has Account Groups and nobody manages it (ACC-5, ACC-6)."""
    if Feature.ACCOUNT_GROUPS not in features:
        return no.NotAPrimary(account=primary, why="it does not have Account Groups")
    if managed_by is not None:
        return no.NotAPrimary(account=primary, why="it is managed itself")
    if status is Status.DELETED:
        return no.NotAPrimary(account=primary, why="it is deleted")
    return None


def check_feature_switch(
    feature: Feature, *, operator: bool, account: AccountId, managed: bool, on: bool
) -> no.FeatureNotYours | no.NotAPrimary | None:
    """Judge a switch of a feature: licensed ones are the operator's, the rest the administrator's (ACC-9).

    A managed account never gets Account Groups: a primary is never itself managed (ACC-6).
    """
    if not operator and feature not in ADMINISTRATOR_SWITCHED:
        return no.FeatureNotYours(feature=feature.label)
    if on and managed and feature is Feature.ACCOUNT_GROUPS:
        return no.NotAPrimary(account=account, why="it is managed itself")
    return None


def check_manages_nobody(account: AccountId, managed: int) -> no.StillManages | None:
    """Judge switching Account Groups off: an account that manages others needs it (ACC-5)."""
    return no.StillManages(account=account, count=managed) if managed else None


def support_access_choices(features: frozenset[Feature], own_roles: tuple[Role, ...]) -> tuple[RoleId, ...]:
    """What "Support Access Role" offers besides "--No Access--": default roles available by name, then own custom ones.

    Without AUS only Administrator and Standard User (SUP-2). Shared roles are never among `own_roles` (SUP-1).
    """
    ordered = sorted(available_default_roles(features), key=lambda role: role.name)
    defaults = tuple(role.id for role in ordered)
    if Feature.ADVANCED_USER_SECURITY not in features:
        return defaults
    return (*defaults, *(role.id for role in own_roles))
