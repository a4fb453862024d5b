"""Every kind of entry the audit log knows: type, action and modifier per the law's table (chapter 17)."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Kind:
    """The three words of an entry, and how people read them."""

    type: str
    action: str
    modifier: str
    title: str


class Act(Enum):
    """What can be recorded. A test runs every command and finds its act."""

    ENTERED = Kind("account", "ON_ENTRY", "SUCCESS", "Entered the account")
    ACCOUNT_CREATED = Kind("account", "ADD", "NONE", "Account created")
    ACCOUNT_EDITED = Kind("account", "EDIT", "NONE", "Account changed")
    ACCOUNT_DELETED = Kind("account", "DELETE", "NONE", "Account deleted")
    SUPPORT_ACCESS_CHANGED = Kind("as.account.access", "EDIT", "NONE", "Support Access Role changed")
    ROLE_ADDED = Kind("role", "ADD", "NONE", "Role added")
    ROLE_UPDATED = Kind("role", "UPDATE", "NONE", "Role changed")
    ROLE_DELETED = Kind("role", "DELETE", "NONE", "Role removed")
    USER_ADDED = Kind("user", "ADD", "NONE", "User added")
    USER_REMOVED = Kind("user", "DELETE", "NONE", "User removed")
    USER_ROLES_CHANGED = Kind("user", "UPDATE", "ROLE", "Roles of a user changed")
    USER_EMAIL_CHANGED = Kind("user", "UPDATE", "EMAIL", "E-mail address of a user changed")
    USER_AUTHENTICATION_CHANGED = Kind("user", "UPDATE", "AUTHENTICATION", "Password or lock of a user changed")
    TOKEN_ISSUED = Kind("user.token", "ADD", "AUTHENTICATION", "Token generated")
    OBJECT_ADDED = Kind("object", "ADD", "NONE", "Object added")


def title_of(kind: str, action: str, modifier: str) -> str:
    """How people read these three words; the words themselves where no act has them."""
    for act in Act:
        if (act.value.type, act.value.action, act.value.modifier) == (kind, action, modifier):
            return act.value.title
    return f"{kind} {action}"
