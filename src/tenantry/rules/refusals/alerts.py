"""E-mail alerts and account notifications: what is none, and what is not there or there already."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNotFound(Denial):
    """The person has no such subscription."""

    code = "alert_not_found"
    rule = "ALERT-1"
    sentence = "You have no such subscription."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAccountNotEnterable(Invalid):
    """Nobody subscribes to alerts of an account that they cannot enter."""

    code = "alert_account_not_enterable"
    rule = "ALERT-2"
    place = "account"
    sentence = "Choose one of the accounts that you can enter."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTypeTaken(Conflict):
    """There is one subscription for a type."""

    code = "alert_type_taken"
    rule = "ALERT-1"
    sentence = "You have a subscription for {type} in this account already."
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAllExcludesTypes(Conflict):
    """A subscription for all types and one for a single type exclude each other."""

    code = "alert_all_excludes_types"
    rule = "ALERT-1"
    sentence = "A subscription for all types and one for a single type exclude each other in an account."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeNotFound(Denial):
    """The account has no such notification."""

    code = "notice_not_found"
    rule = "ACC-1"
    sentence = "This account has no such notification."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTextInvalid(Invalid):
    """An account notification says something, and not too much."""

    code = "notice_text_invalid"
    rule = "ALERT-1"
    place = "text"
    sentence = "A notification has 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEndInvalid(Invalid):
    """A notification that has ended is shown to nobody."""

    code = "notice_end_invalid"
    rule = "ALERT-1"
    place = "ends"
    sentence = "The end of a notification is still to come."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesFull(Conflict):
    """Pages have room for so many."""

    code = "notices_full"
    rule = "ALERT-1"
    sentence = "This account shows {limit} notifications already. End one of them first."
    limit: int
