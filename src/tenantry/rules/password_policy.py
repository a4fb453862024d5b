"""Password policies: what an account may ask for, and what several accounts ask for together (PWD-1 to PWD-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import Instant

SHORTEST: Final = 8
"""Characters that every password has (PWD-2)."""

RESETS: Final = 5
"""Resets in 24 hours where a policy limits them (PWD-3)."""

RESET_WINDOW: Final = timedelta(hours=24)

LINK_LIFETIME: Final = timedelta(minutes=30)
"""How long a link to reset a password works (PWD-10)."""

RANGES: Final = {
    "minimum_length": (SHORTEST, 18),
    "history": (1, 120),
    "expires_after": (1, 90),
    "character_kinds": (2, 4),
}
"""The least and the greatest value of each number of a policy (PWD-3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy:
    """What an account asks of the passwords of those who enter it, beyond the baseline (PWD-3); `None` is off.

    `history` counts the last passwords that a new one differs from, the present one being the first of them;
    `expires_after` days; `character_kinds` counts how many of upper, lower, digit and special characters occur.
    """

    minimum_length: int = SHORTEST
    history: int | None = None
    limited_resets: bool = False
    expires_after: int | None = None
    character_kinds: int | None = None
    no_user_id: bool = False
    no_repeats: bool = False


BASELINE: Final = PasswordPolicy()
"""What holds where no account asks for more."""


def check_policy(policy: PasswordPolicy) -> no.PolicyValueInvalid | None:
    """Refuse the first value that is outside its range (PWD-4). Only saving asks: what is stored stays as it is."""
    for member, (least, most) in RANGES.items():
        value: int | None = getattr(policy, member)
        if value is not None and not least <= value <= most:
            return no.PolicyValueInvalid(member=member, least=least, most=most)
    return None


def strictest(policies: Iterable[PasswordPolicy]) -> PasswordPolicy:
    """What several accounts ask for together: rule by rule the hardest value (PWD-5). None of them: the baseline."""
    every = (BASELINE, *policies)
    return PasswordPolicy(
        minimum_length=max(policy.minimum_length for policy in every),
        history=max((policy.history for policy in every if policy.history is not None), default=None),
        limited_resets=any(policy.limited_resets for policy in every),
        expires_after=min((policy.expires_after for policy in every if policy.expires_after is not None), default=None),
        character_kinds=max(
            (policy.character_kinds for policy in every if policy.character_kinds is not None), default=None
        ),
        no_user_id=any(policy.no_user_id for policy in every),
        no_repeats=any(policy.no_repeats for policy in every),
    )


def check_resets(policy: PasswordPolicy, done: Iterable[Instant], at: Instant) -> no.TooManyResets | None:
    """Refuse a reset when as many as allowed were `done` within the last 24 hours, where that is limited (PWD-3)."""
    recent = sum(1 for moment in done if moment > at - RESET_WINDOW)
    return no.TooManyResets(most=RESETS) if policy.limited_resets and recent >= RESETS else None


def check_age(policy: PasswordPolicy, chosen: Instant | None, at: Instant) -> no.PasswordExpired | None:
    """Refuse a password that was chosen longer ago than the policy lets it live, where it limits that (PWD-3).

    One of which nobody knows when it was `chosen`, such as that of an imported person, is not known to be young enough.
    """
    days = policy.expires_after
    if days is None or (chosen is not None and at < chosen + timedelta(days=days)):
        return None
    return no.PasswordExpired(days=days)


def check_link(made: Instant | None, at: Instant) -> no.ResetLinkNotValid | None:
    """Refuse a link that is older than it may be, or that is not there any more: `None` (PWD-10)."""
    return None if made is not None and at < made + LINK_LIFETIME else no.ResetLinkNotValid()


def told(policy: PasswordPolicy) -> tuple[str, ...]:
    """The list "Password Policies for My User": the baseline and what is on, a sentence for each rule."""
    sentences: list[tuple[object, str]] = [
        (True, f"At least {policy.minimum_length} characters."),
        (True, "Not only a sequence, one repeated character, or keys that lie side by side."),
        (True, "Not a password that many people use."),
        (True, "Neither part of your e-mail address, nor your first or last name."),
        (
            policy.character_kinds,
            f"At least {policy.character_kinds} of these: upper case, lower case, digits, special characters.",
        ),
        (policy.no_user_id, "No three or more consecutive characters of your user ID."),
        (policy.no_repeats, "No group of two or more characters twice."),
        (
            policy.history,
            f"Different from your last {policy.history} passwords."
            if policy.history != 1
            else "Different from your last password.",
        ),
        (
            policy.expires_after,
            f"Changed every {policy.expires_after} days." if policy.expires_after != 1 else "Changed every day.",
        ),
        (policy.limited_resets, f"Reset at most {RESETS} times in 24 hours."),
    ]
    return tuple(sentence for on, sentence in sentences if on)
