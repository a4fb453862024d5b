"""Two-factor authentication: which codes count, who is asked for one, and which accounts ask for it (MFA)."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId, Instant

DIGITS: Final = 6
STEP: Final = 30
"""Seconds for which a code is the current one (RFC 6238)."""

BACKUP_CODES: Final = 10
"""Codes in a set, each for one use (MFA-4)."""

CODE_WITHIN: Final = timedelta(minutes=10)
"""How long a right password waits for its code."""

CHALLENGE_WITHIN: Final = timedelta(minutes=5)
"""How long a passkey may take to answer."""

PASSKEYS: Final = 20
"""Passkeys of one person."""

PASSKEY_NAME_LIMIT: Final = 60

RECENT: Final = timedelta(minutes=10)
"""For how long a proof lets one do what is dangerous without being asked again."""

RECENT_SIGN_IN: Final = timedelta(hours=1)
"""The same for whoever an identity provider has signed in: it alone could be asked again, and that is a sign-in."""

CODE_HEADERS: Final = ("X-Platform-OTP", "X-Boomi-OTP")
"""The headers of a call that carry a code: our own, and that of programs that are there (MFA-11)."""


def step_at(at: Instant) -> int:
    """The number of the 30 seconds that an instant is in, since 1970."""
    return int(at.timestamp()) // STEP


def matching_step(code: str, code_of: Callable[[int], str], at: Instant, last: int) -> int | None:
    """The step whose code this is: the current or the previous one, if it is later than `last`, the last one used.

    So each code counts once (MFA-2), and nothing older than one that was used counts any more.
    """
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    now = step_at(at)
    found = None
    for step in (now - 1, now):  # both are always compared, so that the time tells nothing
        if compare_digest(code_of(step), typed) and step > last:
            found = step
    return found


def asks_for_second_factor(by: ProvenBy, *, on: bool) -> bool:
    """Whether a code follows this proof: after a password, where the person has switched two-factor authentication on.

    Never after an identity provider (MFA-10), nor after a passkey, which is both factors at once (MFA-3).
    """
    return on and by is ProvenBy.PASSWORD


def check_enforcement(by: ProvenBy, account: AccountId, *, enforced: bool, on: bool) -> no.TwoFactorRequired | None:
    """Judge entering an account that may enforce two-factor authentication: by password only with it (MFA-9, MFA-10).

    `on` tells whether the person has it.
    """
    if by is ProvenBy.PASSWORD and enforced and not on:
        return no.TwoFactorRequired(account=account)
    return None


def check_disabling(enforcing: Collection[str]) -> no.TwoFactorEnforced | None:
    """Judge switching two-factor authentication off: not while an account one can enter enforces it (MFA-7).

    `enforcing` are the names of these accounts.
    """
    return no.TwoFactorEnforced(accounts=", ".join(sorted(enforcing))) if enforcing else None


def check_pending(started: Instant | None, at: Instant, within: timedelta) -> no.ProofEnded | None:
    """Judge what was begun at an instant and is to be completed within a time; what was never begun has ended."""
    return None if started is not None and started <= at < started + within else no.ProofEnded()


def check_recent(proof: Proof, proven_at: Instant, at: Instant) -> no.ProofTooOld | None:
    """Judge whether somebody has proven lately enough who they are, for an act that is dangerous in wrong hands.

    `proven_at` is the last proof in this session. Where an identity provider vouches, the sign-in counts (MFA-10).
    """
    last, within = (proof.at, RECENT_SIGN_IN) if proof.by is ProvenBy.IDP else (proven_at, RECENT)
    return None if at < last + within else no.ProofTooOld()


def check_passkey_name(name: str, taken: Collection[str]) -> no.PasskeyNameInvalid | None:
    """Judge the name of a new passkey: said, short, printable, and not that of another one of the person."""
    folded = {other.casefold() for other in taken}
    if 1 <= len(name) <= PASSKEY_NAME_LIMIT and name.isprintable() and name.casefold() not in folded:
        return None
    return no.PasskeyNameInvalid(limit=PASSKEY_NAME_LIMIT)


def check_passkey_count(number: int) -> no.TooManyPasskeys | None:
    """Judge having one more passkey."""
    return no.TooManyPasskeys(limit=PASSKEYS) if number >= PASSKEYS else None


def read_code(headers: Mapping[str, str]) -> str:
    """The code that a call of the platform API carries, empty where it carries none (MFA-11).

    Names of headers are compared without case; of the two, our own comes first.
    """
    told = {name.casefold(): value for name, value in headers.items()}
    return next((told[name.casefold()].strip() for name in CODE_HEADERS if told.get(name.casefold(), "").strip()), "")


def call_needs_code(*, by_token: bool, on: bool) -> bool:
    """Whether a call of the platform API has to carry a code: with a password of somebody who has two-factor
    authentication; never with a token (MFA-11).
    """
    return on and not by_token
