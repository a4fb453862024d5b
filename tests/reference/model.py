"""The reference model: a world, what may be asked about it, and what may be done to it.

It exists to be compared with: `facts` holds the world, `access` transcribes sections 7 and 8 of the rule book,
`places` sections 9 and 10, `resources` section 12 as far as it is not about roles, `dialogs` says what pages offer, and
the `changes` are the commands: of users and roles, of accounts, of groups, of temporary support access, of environments
and folders. It is slow and has no opinion of its own,
except where the rule book leaves room. Those readings are, in one place:

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
- A deleted account takes no further change, not even the operator's, and joins no group (ACC-14).
- Nobody confers what he does not hold, in groups neither: what newly given group roles carry, beyond what the user's
  roles in that group in force carry, the giver carries in the primary. Sharing a role confers nothing on anybody yet.
- A group's dialog is the users' dialog: it offers what the primary could assign itself (GRP-9 with ROLE-2, ROLE-16),
  and keeps the roles it does not show (USER-8). A role kept in a group keeps its window.
- Signing in once is asked for when somebody is added to a group, not when roles there change (GRP-10).
- Account groups exist only where the feature is on, for the operator too (GRP-1), and it stays on while there is a
  managed account that is not deleted (ACC-5).
- A staff person has one open request or one running temporary grant in an account, and asks anew after it. A grant
  answers a request; more time is conferred like the role itself, and adds to the expiration; neither is possible while
  a Support Access Role is chosen, while denying and expiring always are (SUP-11, SUP-12, SUP-14). A running grant
  keeps its role from being removed, dormant or not (ROLE-15).
- Environments have the names that were typed, without blanks around them; folders of one parent have names that differ
  in more than case. Which environment or folder is meant is looked at after what the actor lacks in the account.
- Taking the last role off an environment wants a word that this is meant (ENV-23); taking off what is not on the list,
  or attaching what is, does nothing.
- The top-level folder is there by itself and has no name of its own: it is not renamed, copied, moved or
  deleted (FOLD-1).
- A folder that is deleted takes all below it along, and comes back with all that went with it, lists included, where it
  was. Of what went at one path the latest comes back; nothing comes back where its parent or its name is not free.
- A folder copied keeps its names but no list, its own neither: a copy is no new folder in the sense of FOLD-10. Where
  its name is taken it is "Copy of" it, or that with the first number that is free.
- Without Advanced User Security a list is loosened when whoever could write can still write (FOLD-2).
- Somebody else's resource that does not come to an account is as unknown there as one that is not there (API-8).
- Loading never deletes; a line about something known changes only the fields it states.
"""

from __future__ import annotations

from .access import Access, Answer, Denial
from .changes import OPERATOR, UNCHANGED
from .facts import ALL_ACCOUNTS, Line, RoleKey, RoleReference, WorldError
from .resources import Resources


class World(Resources):
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
