"""The nouns of the law, frozen: identifiers, statuses, grants, facts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from tenantry.rules.privileges import Mask

AccountId = NewType("AccountId", str)
"""The immutable key of an account, as shown on Account Information (ACC-2)."""

RoleId = NewType("RoleId", str)
"""The key of a role, default or custom."""

GroupId = NewType("GroupId", str)
"""The key of an account group of a primary account."""

EnvironmentId = NewType("EnvironmentId", str)
"""The key of an environment of an account (ENV-1)."""

FolderId = NewType("FolderId", str)
"""The key of a folder of an account's Component Explorer."""

ComponentId = NewType("ComponentId", str)
"""The key of a component."""

RuntimeId = NewType("RuntimeId", str)
"""The key of a runtime."""

Condition = NewType("Condition", str)
"""What a question must fulfil for a grant to count, as a text that a judge understands (`rules.conditions`)."""

UNCONDITIONAL: Final = Condition("")
"""No condition: the grant counts whatever is asked."""

UserKey = NewType("UserKey", str)
"""An e-mail address with case folded: what identifies a person (USER-1)."""

Instant = datetime
"""A point in time; always aware. Durations and dates have other types."""


def user_key(email: str) -> UserKey:
    """Fold an e-mail address to the key it is compared by (USER-1)."""
    return UserKey(email.strip().casefold())


def storable(text: str) -> bool:
    """Whether a text can be kept by every database: the zero character is the one that cannot."""
    return "\x00" not in text


class Status(StrEnum):
    """Status of an account (ACC-4)."""

    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    UNLIMITED = "unlimited"


class Via(StrEnum):
    """The kind of access by which a user is in an account; never mixed (EFF-2)."""

    DIRECT = "direct"
    GROUP = "group"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Validity:
    """When a grant is in force: from `starts` on, before `ends`; `None` is unbounded. Judged at decision time."""

    starts: Instant | None = None
    ends: Instant | None = None

    def in_force(self, at: Instant) -> bool:
        """Whether a grant with this validity counts at an instant: from its start on, before its end."""
        return (self.starts is None or self.starts <= at) and not self.ended(at)

    def ended(self, at: Instant) -> bool:
        """Whether a grant with this validity is over: nobody holds it any more, and it never comes back."""
        return self.ends is not None and self.ends <= at


ALWAYS = Validity()


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One role given to one person, with its validity: in an account or, where `group` is named, in that group.

    Under a `condition` it counts only for questions that fulfil it.
    """

    role: RoleId
    validity: Validity = ALWAYS
    group: GroupId | None = None
    condition: Condition = UNCONDITIONAL


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person platform-wide, the name apart. A removed person has no facts at all.

    `properties` are the ones that the host keeps here for conditions to speak of: a JSON object, or "" for none.
    """

    locked: bool = False
    staff: bool = False
    properties: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A role as facts: `account` is `None` for a default role; `own` excludes implications and inheritance."""

    id: RoleId
    name: str
    account: AccountId | None
    own: Mask
    parent: RoleId | None = None
    description: str = ""

    @property
    def is_default(self) -> bool:
        """Whether this is one of the fixed roles (ROLE-1)."""
        return self.account is None


class Source(StrEnum):
    """Through which door an act came, as the audit log tells it (AUD-1)."""

    UI = "UI"
    API = "API"
    INTERNAL = "INTERNAL"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `user` is `None` for the platform operator at the command line, who may do what nobody else may."""

    user: UserKey | None
    source: Source

    @property
    def name(self) -> str:
        """The name under which acts are recorded."""
        return self.user or "operator"


OPERATOR = Actor(None, Source.INTERNAL)
