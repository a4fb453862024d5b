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
    GROUP_ADDED = Kind("as.accountgroup", "ADD", "NONE", "Account group added")
    GROUP_UPDATED = Kind("as.accountgroup", "UPDATE", "NONE", "Account group changed")
    GROUP_DELETED = Kind("as.accountgroup", "DELETE", "NONE", "Account group deleted")
    GROUP_ACCOUNT_ADDED = Kind("as.accountgroup.account", "ADD", "NONE", "Account put into a group")
    GROUP_ACCOUNT_REMOVED = Kind("as.accountgroup.account", "DELETE", "NONE", "Account taken out of a group")
    GROUP_USER_ADDED = Kind("as.accountgroup.user", "ADD", "NONE", "User put into a group")
    GROUP_USER_REMOVED = Kind("as.accountgroup.user", "DELETE", "NONE", "User taken out of a group")
    GROUP_USER_CHANGED = Kind("as.accountgroup.user", "UPDATE", "ROLE", "Group roles of a user changed")
    SHARED = Kind("as.accountgroup.resource", "ADD", "NONE", "Resource shared with a group")
    WITHDRAWN = Kind("as.accountgroup.resource", "DELETE", "NONE", "Resource withdrawn from a group")
    SUPPORT_REQUESTED = Kind("as.account.support", "ADD", "NONE", "Temporary support access requested")
    SUPPORT_CHANGED = Kind("as.account.support", "UPDATE", "NONE", "Temporary support access changed")
    SUPPORT_ENDED = Kind("as.account.support", "DELETE", "NONE", "Temporary support access ended")
    TOKEN_REVOKED = Kind("user.token", "DELETE", "AUTHENTICATION", "Token revoked")
    TOKEN_ISSUED = Kind("user.token", "ADD", "AUTHENTICATION", "Token generated")
    OBJECT_ADDED = Kind("object", "ADD", "NONE", "Object added")


def title_of(kind: str, action: str, modifier: str) -> str:
    """How people read these three words; the words themselves where no act has them."""
    for act in Act:
        if (act.value.type, act.value.action, act.value.modifier) == (kind, action, modifier):
            return act.value.title
    return f"{kind} {action}"
