"""Temporary access of platform support staff (SUP-11 to SUP-14)."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, Instant, RoleId


class GrantStatus(StrEnum):
    """Status of a request or grant (SUP-12)."""

    REQUESTED = "requested"
    ACTIVE = "active"
    EXPIRED = "expired"
    DENIED = "denied"


LENGTHS: Final = {4: "4 hours", 8: "8 hours", 24: "1 day", 72: "3 days", 168: "7 days"}
"""The lengths of time offered, in hours (SUP-11)."""


def status_at(status: GrantStatus, expires_at: Instant | None, at: Instant) -> GrantStatus:
    """The status that counts at an instant: an active grant past its expiration is expired (SUP-13)."""
    if status is GrantStatus.ACTIVE and expires_at is not None and expires_at <= at:
        return GrantStatus.EXPIRED
    return status


def check_available(account: AccountId, support_access: RoleId | None) -> no.SupportAccessIsARole | None:
    """Judge whether temporary access is to be had: only while the Support Access Role is no access (SUP-11)."""
    return None if support_access is None else no.SupportAccessIsARole(account=account)


def check_staff(email: str, *, staff: bool) -> no.NotSupportStaff | None:
    """Judge who asks: temporary access is for platform support staff (SUP-11)."""
    return None if staff else no.NotSupportStaff(email=email)


def check_length(hours: int) -> no.LengthNotOffered | None:
    """Judge a length of time: one of those offered (SUP-11)."""
    return None if hours in LENGTHS else no.LengthNotOffered(offered=", ".join(LENGTHS.values()))


def ends_after(start: Instant, hours: int) -> Instant:
    """When a grant of this length stops: at that instant, not after it (SUP-13)."""
    return start + timedelta(hours=hours)
