"""Users of an account: who may be added, which roles they may be given, what the dialog keeps (USER)."""

import re
from collections.abc import Iterable, Set as AbstractSet
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, Instant, RoleId, Validity, storable

EMAIL_LIMIT: Final = 254
"""Characters in an e-mail address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""

NAME_LIMIT: Final = 150
"""Characters in a first or last name."""

EXTERNAL_ID_LIMIT: Final = 255
"""Characters in the host application's id of a person."""

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\Z")


def check_email(email: str) -> no.EmailInvalid | None:
    """Judge an e-mail address by shape and length only: whether it exists, the mail server knows (USER-1)."""
    if len(email) <= EMAIL_LIMIT and _EMAIL.match(email):
        return None
    return no.EmailInvalid(email=email[:60])


def check_names(first_name: str, last_name: str) -> no.NameRequired | None:
    """Judge the names of a new user: both required (USER-3)."""
    for name in (first_name, last_name):
        if not name.strip() or len(name) > NAME_LIMIT or not storable(name):
            return no.NameRequired(limit=NAME_LIMIT)
    return None


def check_first_roles(roles: AbstractSet[RoleId]) -> no.RoleRequired | None:
    """Judge the roles of a new user: at least one (USER-3)."""
    return None if roles else no.RoleRequired()


def check_assignable(
    account: AccountId,
    chosen: Iterable[RoleId],
    assignable: AbstractSet[RoleId],
    held: AbstractSet[RoleId] = frozenset(),
) -> no.RoleNotAssignable | None:
    """Judge roles to be given: each offered by the account now, or held already (ROLE-16, ROLE-20)."""
    for role in sorted(chosen):
        if role not in assignable and role not in held:
            return no.RoleNotAssignable(role=role, account=account)
    return None


def roles_after_dialog(
    held: AbstractSet[RoleId], shown: AbstractSet[RoleId], chosen: AbstractSet[RoleId]
) -> frozenset[RoleId]:
    """What a user holds after the dialog was saved: the choice, plus held roles that it did not show (USER-7, -8)."""
    return frozenset(chosen | (held - shown))


def check_roles_left(after: AbstractSet[RoleId]) -> no.LastRoleKept | None:
    """Judge what the dialog leaves: never nothing (USER-9)."""
    return None if after else no.LastRoleKept()


def check_user_limit(account: AccountId, linked: int, limit: int | None) -> no.UserLimitReached | None:
    """Judge linking one more user. No limit by default; only direct users count (ACC-11)."""
    if limit is None or linked < limit:
        return None
    return no.UserLimitReached(account=account, limit=limit)


def check_validity(validity: Validity) -> no.ValidityInvalid | None:
    """Judge a grant's interval: it ends after it starts."""
    if validity.starts is not None and validity.ends is not None and validity.ends <= validity.starts:
        return no.ValidityInvalid()
    return None


def check_validity_given(validity: Validity, at: Instant) -> no.ValidityInvalid | no.ValidityOver | None:
    """Judge the interval of a grant that is given or changed at an instant: it has not ended yet, either (USER-7)."""
    return check_validity(validity) or (no.ValidityOver() if validity.ended(at) else None)


def confers(before: Validity, after: Validity, at: Instant) -> bool:
    """Whether a grant that gets another validity is in force at an instant, now or to come, at which it was not."""
    if after.ended(at):
        return False
    earlier = max(after.starts or at, at) < max(before.starts or at, at)
    later = before.ends is not None and (after.ends is None or after.ends > before.ends)
    return before.ended(at) or earlier or later
