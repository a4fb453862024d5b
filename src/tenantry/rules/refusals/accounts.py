"""Accounts, their features and their primary."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNameInvalid(Invalid):
    """The account name is empty or too long."""

    code = "account_name_invalid"
    rule = "ACC-3"
    place = "name"
    sentence = "{why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEndInvalid(Invalid):
    """The trial's end is not ahead, or too far ahead."""

    code = "trial_end_invalid"
    rule = "ACC-7"
    place = "trial_ends"
    sentence = "A trial ends in the future, at most {days} days ahead."
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureMissing(Conflict):
    """The account lacks the feature that this needs. `rule_id` tells which rule wants it."""

    code = "feature_missing"
    rule = "ROLE-3"
    sentence = "This needs {feature}, which is off in {account}."
    feature: str
    account: str
    rule_id: str = "ROLE-3"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule that wants the feature."""
        return (self.rule_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureNotYours(Conflict):
    """Licensed features are set by the platform operator."""

    code = "feature_not_yours"
    rule = "ACC-9"
    sentence = "{feature} is licensed: only the platform operator can switch it."
    feature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAPrimary(Conflict):
    """Only a primary account manages others."""

    code = "not_a_primary"
    rule = "ACC-6"
    sentence = "{account} cannot manage accounts: {why}."
    account: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDeleted(Conflict):
    """A deleted account takes no change."""

    code = "account_deleted"
    rule = "ACC-14"
    sentence = "{account} is deleted."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorOnly(Conflict):
    """Only the platform operator does this, from the command line."""

    code = "operator_only"
    rule = "ACC-9"
    sentence = "Only the platform operator can {act}."
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillManages(Conflict):
    """A primary that manages accounts keeps Account Groups."""

    code = "still_manages"
    rule = "ACC-5"
    sentence = "{account} manages {count} accounts and cannot do that without Account Groups."
    account: str
    count: int
