"""What is answered: a yes or a no that cannot be taken for a bool, and why."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tenantry.rules.answers import NotABool


class Reason(msgspec.Struct, frozen=True):
    """Why not. Act on `code`, which never changes, and on `fields`; `message` is for people."""

    code: str
    message: str
    fields: Mapping[str, str] = {}


class Answer(msgspec.Struct, frozen=True):
    """May it be done? Read `.allowed`; a bare `if answer:` raises, so that no object is taken for a yes.

    `revision` is the number of the last write that the answer knows of, if it was told, and `rules` are the rule ids it
    rests on. `reason` tells why not; `error` what was wrong with the question, where it was one of many.
    """

    allowed: bool
    revision: int | None = None
    rules: tuple[str, ...] = ()
    reason: Reason | None = None
    error: str | None = None

    def __bool__(self) -> bool:
        """Refuse to be taken for a bare bool."""
        raise NotABool

    @property
    def why_not(self) -> str:
        """Why not, in a sentence; empty where it is allowed."""
        if self.allowed:
            return ""
        if self.reason is not None:
            return self.reason.message
        return self.error or "It is not allowed."


class Grant(msgspec.Struct, frozen=True):
    """A role that gives the privilege: `via` direct, group or staff, along `path` to the role that owns `through`.

    `groups` are the account groups of `owner` by which it came, `condition` the one under which it is held, which was
    met.
    """

    via: str
    role: str
    path: tuple[str, ...] = ()
    through: str = ""
    groups: tuple[str, ...] = ()
    owner: str | None = None
    condition: str = ""


class Opening(msgspec.Struct, frozen=True):
    """What let the person into the environment or folder asked about."""

    place: str
    rule: str
    roles: tuple[str, ...] = ()


class Reach(msgspec.Struct, frozen=True):
    """How what can be shared comes to the account: whose it is, what it is called, through which account groups."""

    owner: str
    name: str
    groups: tuple[str, ...] = ()


class Evaluation(Answer, frozen=True):
    """The whole decision. `cap` is the Support Access Role that it passed, `condition` that of the object asked about,
    which was met; `context` is all that was told, as it came.
    """

    grants: tuple[Grant, ...] = ()
    cap: str | None = None
    opening: Opening | None = None
    reach: Reach | None = None
    condition: str = ""
    context: Mapping[str, Any] = {}
