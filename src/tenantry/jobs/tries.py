"""What follows a step that failed or ended with its process: when it is tried again, when no more, and what operators
read about it.
"""

import re
from datetime import timedelta
from typing import Final

from tenantry.rules.refusals import Refused

TRIES: Final = 10
"""How often a job is tried before it stands as failed: for about two and a half hours after it fell due."""

FIRST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
GROWTH: Final = 4
"""Each pause is so many times the one before."""

LAST_REST: Final = timedelta(minutes=1)
"""How long after the last try began it may be found not to have come back: nothing is tried after it."""

DIED: Final = "The process ended while it was at work."
"""What operators read about a try that has not come back."""

TEXT_LIMIT: Final = 300
"""Characters of an error that are kept."""

_SECRETS: Final = (
    (re.compile(r"(\w+://)[^\s/@]*@"), r"\1...@"),
    (re.compile(r"(/welcome/)[^\s\"']+"), r"\1..."),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 ..."),
    (
        re.compile(r"(?i)([\w-]*(?:password|passwd|secret|token|signature|credential|key)[\w-]*[\"']?\s*[=:]\s*)\S+"),
        r"\1...",
    ),
)
"""What looks like a secret in a text, and what is left of it."""


def pause_after(attempts: int) -> timedelta:
    """How long a job rests after so many tries that failed, one after the other; `attempts` is at least 1."""
    longer: int = GROWTH ** min(attempts - 1, TRIES)
    return min(FIRST_PAUSE * longer, LONGEST_PAUSE)


def rest_during(attempt: int) -> timedelta:
    """How long nobody else takes a job when its try of this number begins: as after its failure, if it ends so."""
    return pause_after(attempt) if attempt < TRIES else LAST_REST


def one_line(error: BaseException) -> str:
    """The error as one short line for operators: its kind and the first line of its text, without what looks like a
    secret.
    """
    rules = f" ({', '.join(error.refusal.rules)})" if isinstance(error, Refused) else ""
    text = f"{error}{rules}".strip()
    first = " ".join(text.splitlines()[0].split()) if text else ""
    for pattern, left in _SECRETS:
        first = pattern.sub(left, first)
    said = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return said if len(said) <= TEXT_LIMIT else f"{said[: TEXT_LIMIT - 3]}..."
