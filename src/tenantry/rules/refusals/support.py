"""Platform support staff and temporary access."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthNotOffered(Invalid):
    """Temporary access is granted for one of the lengths offered."""

    code = "length_not_offered"
    rule = "SUP-11"
    place = "hours"
    sentence = "Choose a length of time that is offered: {offered}."
    offered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportAccessNotOffered(Conflict):
    """The Support Access Role is a default role available here or one of the account's own."""

    code = "support_access_not_offered"
    rule = "SUP-1"
    sentence = "{role} cannot be the Support Access Role of this account."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportAccessIsARole(Conflict):
    """Temporary support access is to be had only while the Support Access Role is no access."""

    code = "support_access_is_a_role"
    rule = "SUP-11"
    sentence = "{account} has a Support Access Role, by which support staff enter; temporary access is not available."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSupportStaff(Conflict):
    """Temporary support access is for platform support staff."""

    code = "not_support_staff"
    rule = "SUP-11"
    sentence = "{email} does not belong to the platform's support staff."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRequestOpen(Conflict):
    """The person has asked already, or has access already."""

    code = "support_request_open"
    rule = "SUP-11"
    sentence = "{email} has {status} temporary access already."
    email: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportGrantNotOpen(Conflict):
    """The request or grant is not in a state that this act needs."""

    code = "support_grant_not_open"
    rule = "SUP-12"
    sentence = "This needs {needed} access; it is {status}."
    needed: str
    status: str
