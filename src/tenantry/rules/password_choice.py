"""Judging a password that a person chooses: one refusal for each rule that it breaks (PWD-2, PWD-3, PWD-7)."""

import re
from dataclasses import dataclass
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.password_policy import SHORTEST, PasswordPolicy

_NAME: Final = 3
"""Letters from which on a name counts."""

_USER_ID_RUN: Final = 3
"""Consecutive characters of the user ID that are too many."""

_RUNS: Final = tuple(
    run[::way]
    for run in (
        "abcdefghijklmnopqrstuvwxyz",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "01234567890",
        "`1234567890-=",
        "~!@#$%^&*()_+",
        "qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
        'QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
        "qwertyuiopasdfghjklzxcvbnm",
        "QWERTYUIOPASDFGHJKLZXCVBNM",
        "qwertzuiopasdfghjklyxcvbnm",
        "QWERTZUIOPASDFGHJKLYXCVBNM",
        "azertyuiopqsdfghjklmwxcvbn",
        "AZERTYUIOPQSDFGHJKLMWXCVBN",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
        "!QAZ@WSX#EDC$RFV%TGB^YHN&UJM*IK<(OL>)P:?",
    )
    for way in (1, -1)
)
"""Sequences, and rows and columns of keyboards, in both directions. What mixes upper and lower case is in none."""

_TWICE: Final = re.compile(r"(..).*\1", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose password it is."""

    email: str
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordShape:
    """What policies ask of a password, without the password: enough to judge it when it is not at hand any more.

    `kinds` counts which of upper case, lower case, digits and special characters occur. Names and user ID are those of
    the owner at the time.
    """

    length: int
    kinds: int
    sequence: bool
    common: bool
    names_owner: bool
    holds_user_id: bool
    repeats: bool


def shape_of(password: str, owner: Owner, *, common: bool) -> PasswordShape:
    """What policies ask of this password; `common` tells whether it is on the list of common ones, case ignored."""
    return PasswordShape(
        length=len(password),
        kinds=_kinds(password),
        sequence=_is_sequence(password),
        common=common,
        names_owner=_names(password, owner),
        holds_user_id=_holds_user_id(password, owner.email),
        repeats=_TWICE.search(password) is not None,
    )


def check_shape(shape: PasswordShape, policy: PasswordPolicy) -> tuple[no.Refusal, ...]:
    """Every rule that a password of this shape breaks, in the order in which pages list them (PWD-2, PWD-3)."""
    least = max(policy.minimum_length, SHORTEST)
    kinds = policy.character_kinds or 0
    judged: tuple[tuple[bool, no.Refusal], ...] = (
        (shape.length < least, no.PasswordTooShort(least=least)),
        (shape.sequence, no.PasswordIsSequence()),
        (shape.common, no.PasswordIsCommon()),
        (shape.names_owner, no.PasswordNamesOwner()),
        (shape.kinds < kinds, no.PasswordTooUniform(least=kinds)),
        (policy.no_user_id and shape.holds_user_id, no.PasswordHoldsUserId()),
        (policy.no_repeats and shape.repeats, no.PasswordRepeats()),
    )
    return tuple(refusal for broken, refusal in judged if broken)


def check_password(
    password: str, policy: PasswordPolicy, owner: Owner, *, common: bool, used_before: bool
) -> tuple[no.Refusal, ...]:
    """Every rule that the password breaks, in the order in which pages list them; none if it may be chosen.

    `common` tells whether it is on the list of common passwords, case ignored; `used_before` whether it is one of the
    last `policy.history` passwords.
    """
    broken = check_shape(shape_of(password, owner, common=common), policy)
    if policy.history is not None and used_before:
        return (*broken, no.PasswordUsedBefore(last=policy.history))
    return broken


def _is_sequence(password: str) -> bool:
    """Whether there is nothing in it but one repeated character, a sequence or a run of keys (PWD-2)."""
    return len(set(password)) == 1 or (len(password) > 1 and any(password in run for run in _RUNS))


def _names(password: str, owner: Owner) -> bool:
    """Whether a part of the address is in it, or a name of three or more letters; case is ignored (PWD-2)."""
    names = [name.strip() for name in (owner.first_name, owner.last_name)]
    local, _, domain = owner.email.strip().rpartition("@")
    parts = [local, domain, *(name for name in names if len(name) >= _NAME)]
    folded = password.casefold()
    return any(part.casefold() in folded for part in parts if part)


def _kinds(password: str) -> int:
    """How many of upper case, lower case, digits and special characters occur."""
    return len({_kind(character) for character in password})


def _kind(character: str) -> str:
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "digit" if character.isdecimal() else "special"


def _holds_user_id(password: str, user_id: str) -> bool:
    key, folded = user_id.strip().casefold(), password.casefold()
    runs = (key[start : start + _USER_ID_RUN] for start in range(len(key) - _USER_ID_RUN + 1))
    return any(run in folded for run in runs)
