"""The reference model: a world, what may be asked about it, and what may be done to it.

It exists to be compared with: `facts` holds the world, `access` transcribes sections 7 and 8 of the rule book,
`changes` and `group_changes` the commands. It is slow and has no opinion of its own, except where the rule book leaves
room. Those readings are, in one place:

- Unknown things are denials, looked at in the order user, account, privilege, before EFFECTIVE begins. Inside an
  access, a privilege not carried is `not_held`, one outside the cap `capped`, and only then `feature_off`.
- A grant is in force from `valid_from` on and before `valid_until`. There is one grant per account, user and role.
  A grant that begins later is held already where removal (ROLE-12) and the last role (USER-9) are concerned; one that
  has ended is not, and giving its role again makes it a grant without bounds.
- Without Advanced User Security the MDM roles are not assignable either (ROLE-2 read literally).
- User Management - Limited changes users' roles, not custom roles, and removes nobody from an account.
- A role may not newly take up a privilege whose feature is off in the account (ROLE-18).
- A parent choice is tested when it differs from the present parent.
- The Support Access Role of an account is its own or a default role; anything else is no access (SUP-1, SUP-10).
- Loading never deletes; a line about something known changes only the fields it states.
"""

from __future__ import annotations

from .access import Access, Answer, Denial
from .changes import OPERATOR, UNCHANGED
from .facts import ALL_ACCOUNTS, Line, RoleKey, RoleReference, WorldError
from .group_changes import GroupChanges


class World(GroupChanges):
    """Everything together: `World.from_lines(lines)`, then ask and command."""


__all__ = [
    "ALL_ACCOUNTS",
    "OPERATOR",
    "UNCHANGED",
    "Access",
    "Answer",
    "Denial",
    "Line",
    "RoleKey",
    "RoleReference",
    "World",
    "WorldError",
]
