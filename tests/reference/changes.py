"""The commands of the chapters ROLE, USER and LOCK, as plain assignments behind plain conditions.

Every command answers None when it was done, else the id of the rule that refuses it; then nothing has changed.
A lack of permission is looked at first and answered alone. Of several other rules that refuse at once the first is
answered and all stand in `objections`: which of these a product names is its own choice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from .access import Denial
from .catalogue import DEFAULT_ROLES, FEATURE_OF, NEVER_IN_A_CUSTOM_ROLE, PER_ENVIRONMENT
from .dialogs import Dialogs
from .facts import ADMINISTRATOR_ROLE, Role, RoleKey, RoleReference, User, Window

#: The actor who is the platform operator: bound by every rule except those about what an actor may do.
OPERATOR: Final = "operator"

#: The actor has no access to the account at all: the rule that says so.
NO_ACCESS_RULE = {
    "unknown_user": "ENTRY-1",
    "account_not_available": "ACC-4",
    "user_locked": "LOCK-7",
    "no_roles": "ENTRY-1",
    "condition_not_met": "ROLE-11",
    "no_outside_access": "SUP-6",
}
#: What the command speaks of does not exist, or is another account's.
NOT_VISIBLE = "API-8"
#: The actor lacks User Management over users, and over roles; the chapter ROLE has no sentence for the latter.
LACKS_USERS = "USER-2"
LACKS_ROLES = "API-6"
#: Conferring what the actor does not hold.
BEYOND_ACTOR = "USER-13"

ALREADY_MEMBER = "USER-1"


class _Unchanged:
    """The value of a member that an edit does not mention (ROLE-19)."""


UNCHANGED: Final = _Unchanged()


class Changes(Dialogs):
    """A world that commands change."""

    def __init__(self) -> None:
        """Start with nothing, and no command refused yet."""
        super().__init__()
        self.objections: list[str] = []

    def _refusal(self, rules: list[str]) -> str | None:
        self.objections = rules
        return rules[0] if rules else None

    # ------------------------------------------------------------------ what an actor may do

    def _lacks(self, actor: str, account: str, any_of: set[str], rule: str, at: datetime) -> list[str]:
        """Why the actor may not act in the account: no access, or none of the privileges.

        The operator may, except in a deleted account, which takes no change (ACC-14).
        """
        if actor == OPERATOR:
            return ["ACC-14"] if self.accounts[account].status == "deleted" else []
        access = self.effective(actor, account, at)
        if isinstance(access, Denial):
            return [NO_ACCESS_RULE[access.reason]]
        return [] if access.privileges & any_of else [rule]

    def _holds(self, actor: str, account: str, privilege: str, at: datetime) -> bool:
        if actor == OPERATOR:
            return True
        access = self.effective(actor, account, at)
        return not isinstance(access, Denial) and privilege in access.privileges

    def _beyond(self, actor: str, account: str, privileges: frozenset[str], at: datetime) -> list[str]:
        """Nobody grants what he does not hold: compared after the cap and before the features of the account."""
        if actor == OPERATOR:
            return []
        access = self.effective(actor, account, at)
        if isinstance(access, Denial):
            return []  # refused already, for having no access
        covered = access.allowed - {"CONNECTOR_REVIEW"}
        if "ENV_MANAGEMENT" in covered:
            covered = covered | PER_ENVIRONMENT
        return [] if privileges <= covered else [BEYOND_ACTOR]

    def _privileges_of(self, roles: set[RoleKey] | frozenset[RoleKey]) -> frozenset[str]:
        return frozenset(p for role in roles for p in self.resolved(role))

    # ------------------------------------------------------------------ users

    def roles_held(self, account: str, user: str, at: datetime) -> set[RoleKey]:
        """The roles of a user's direct grants that have not ended, those that begin later included.

        A grant of a role that is not shared any more is not held: it is deleted, not parked (SHARE-18).
        """
        return {
            role
            for (where, who, role), window in self.grants.items()
            if (where, who) == (account, user)
            and not window.over(at)
            and (role.is_default or role.owner == account or self.shared_with(role, account))
        }

    def _not_offered(self, account: str, roles: set[RoleKey]) -> list[str]:
        """Why some of these roles cannot be newly assigned in the account."""
        features = self.accounts[account].features
        rules = []
        for role in sorted(roles - self.assignable(account)):
            if not self.role_exists(role):
                rules.append(NOT_VISIBLE)
            elif role.is_default:
                rules.append("ROLE-20" if "advanced_user_security" in features else "ROLE-2")
            elif role.owner == account:
                rules.append("ROLE-16")
            elif self.shared_with(role, account):
                rules.append("SHARE-15")
            else:
                rules.append(NOT_VISIBLE)
        return rules

    def _may_manage_users(self, actor: str, account: str, at: datetime) -> list[str]:
        """USER-2, USER-13: User Management, or its limited form."""
        return self._lacks(actor, account, {"USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED"}, LACKS_USERS, at)

    def _beyond_by_roles(
        self, actor: str, account: str, user: str, *, added: set[RoleKey], removed: set[RoleKey], at: datetime
    ) -> list[str]:
        """The grant rule for one user's roles: what is new to the user; for the limited form all roles involved."""
        if not self._holds(actor, account, "USER_MANAGEMENT", at):
            return self._beyond(actor, account, self._privileges_of(added | removed), at)
        already = self._privileges_of(self.live_direct_roles(user, account, at))
        return self._beyond(actor, account, self._privileges_of(added) - already, at)

    def _administrators(
        self, grants: dict[tuple[str, str, RoleKey], Window], account: str, at: datetime
    ) -> set[Window]:
        return {
            window
            for (where, _, role), window in grants.items()
            if where == account and role == ADMINISTRATOR_ROLE and window.in_force(at)
        }

    def _last_administrator(self, account: str, user: str, removed: set[RoleKey], at: datetime) -> list[str]:
        """USER-11: of Administrators without an end one must remain; else one in force; else one to come."""
        after = {
            key: window for key, window in self.grants.items() if key[:2] != (account, user) or key[2] not in removed
        }
        have, remain = self._administrators(self.grants, account, at), self._administrators(after, account, at)
        if any(window.valid_until is None for window in have):
            return [] if any(window.valid_until is None for window in remain) else ["USER-11"]
        if have:
            return [] if remain else ["USER-11"]
        # nobody is Administrator yet: somebody who will be must stay
        coming, still = (
            self._coming_administrators(self.grants, account, at),
            self._coming_administrators(after, account, at),
        )
        return ["USER-11"] if coming and not still else []

    def _coming_administrators(
        self, grants: dict[tuple[str, str, RoleKey], Window], account: str, at: datetime
    ) -> set[tuple[str, str, RoleKey]]:
        return {
            key
            for key, window in grants.items()
            if key[0] == account and key[2] == ADMINISTRATOR_ROLE and window.valid_from and window.valid_from > at
            if not window.condition
        }

    def _give(self, account: str, user: str, roles: set[RoleKey], at: datetime) -> None:
        """A grant without bounds, unless one that has not ended is there already."""
        for role in roles - self.roles_held(account, user, at):
            self.grants[account, user, role] = Window()
        self.members.add((account, user))

    def _take(self, account: str, user: str, roles: set[RoleKey]) -> None:
        for role in roles:
            self.grants.pop((account, user, role), None)

    def add_user(
        self,
        *,
        actor: str,
        account: str,
        user: str,
        first_name: str,
        last_name: str,
        roles: list[RoleReference],
        at: datetime,
    ) -> str | None:
        """Link a person to an account, creating the person if the address is unknown (USER-2 to USER-6)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_users(actor, account, at):
            return self._refusal(lacking)
        email = user.lower()
        wanted = {self.role_key(account, role) for role in roles}
        rules = self._beyond_by_roles(actor, account, email, added=wanted, removed=set(), at=at)
        rules += ["USER-3"] if not wanted or not first_name or not last_name or "@" not in user else []
        rules += self._not_offered(account, wanted)
        rules += [ALREADY_MEMBER] if (account, email) in self.members else []
        if not rules:
            self.users.setdefault(email, User(user, first_name, last_name))
            self._give(account, email, wanted, at)
        return self._refusal(rules)

    def change_user_roles(
        self, *, actor: str, account: str, user: str, roles: list[RoleReference], at: datetime
    ) -> str | None:
        """The dialog: replace the visible selection (USER-7), keep what the dialog does not show (USER-8)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_users(actor, account, at):
            return self._refusal(lacking)
        email = user.lower()
        chosen = {self.role_key(account, role) for role in roles}
        held = self.roles_held(account, email, at)
        added = chosen - held
        removed = (held - chosen) & self.assignable(account)
        rules = self._beyond_by_roles(actor, account, email, added=added, removed=removed, at=at)
        rules += [NOT_VISIBLE] if (account, email) not in self.members else []
        rules += self._not_offered(account, added)
        rules += self._last_administrator(account, email, removed, at)
        rules += [] if (held - removed) | added else ["USER-9"]
        if not rules:
            self._take(account, email, removed)
            self._give(account, email, added, at)
        return self._refusal(rules)

    def add_user_role(self, *, actor: str, account: str, user: str, role: RoleReference, at: datetime) -> str | None:
        """The programming interface's way: one more role for a known person (USER-7)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_users(actor, account, at):
            return self._refusal(lacking)
        email, wanted = user.lower(), {self.role_key(account, role)}
        added = wanted - self.roles_held(account, email, at)
        rules = self._beyond_by_roles(actor, account, email, added=added, removed=set(), at=at)
        rules += [NOT_VISIBLE] if email not in self.users else []
        rules += self._not_offered(account, added)
        if not rules:
            self._give(account, email, added, at)
        return self._refusal(rules)

    def remove_user_role(self, *, actor: str, account: str, user: str, role: RoleReference, at: datetime) -> str | None:
        """One role less, also one the dialog does not show (ROLE-16); the last one removes the person (USER-9)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_users(actor, account, at):
            return self._refusal(lacking)
        email, unwanted = user.lower(), {self.role_key(account, role)}
        held = self.roles_held(account, email, at)
        removed = held & unwanted
        last = bool(removed) and held == removed
        rules = self._beyond_by_roles(actor, account, email, added=set(), removed=removed, at=at)
        rules += [NOT_VISIBLE] if (account, email) not in self.members else []
        rules += self._last_administrator(account, email, removed, at)
        rules += ["USER-13"] if last and not self._holds(actor, account, "USER_MANAGEMENT", at) else []
        if not rules:
            self._take(account, email, removed)
            if last:
                self._remove_member(account, email)
        return self._refusal(rules)

    def remove_user(self, *, actor: str, account: str, user: str, at: datetime) -> str | None:
        """Take the person off the account with every direct grant (USER-10); Limited does not suffice."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_users(actor, account, at):
            return self._refusal(lacking)
        email = user.lower()
        rules = ["USER-13"] if not self._holds(actor, account, "USER_MANAGEMENT", at) else []
        rules += [NOT_VISIBLE] if (account, email) not in self.members else []
        rules += self._last_administrator(account, email, self.roles_held(account, email, at), at)
        if not rules:
            self._remove_member(account, email)
        return self._refusal(rules)

    def _remove_member(self, account: str, user: str) -> None:
        self.grants = {key: window for key, window in self.grants.items() if key[:2] != (account, user)}
        self.members -= {(account, user)}

    def lock_user(self, *, actor: str, user: str, at: datetime) -> str | None:
        """Lock a person everywhere (LOCK-3). The platform does this by itself, so only its operator may."""
        del at
        return self._set_lock(actor, user, "LOCK-3", locked=True)

    def unlock_user(self, *, actor: str, user: str, at: datetime) -> str | None:
        """Lift a lock. Whoever can sign in with a password resets it; an account's administrator may not (LOCK-5)."""
        del at
        return self._set_lock(actor, user, "LOCK-5", locked=False)

    def _set_lock(self, actor: str, user: str, rule: str, *, locked: bool) -> str | None:
        key = self.user_key(user)
        rules = [rule] if actor != OPERATOR else []
        rules += [NOT_VISIBLE] if key is None else []
        if not rules and key is not None:
            self.users[key].locked = locked
        return self._refusal(rules)

    # ------------------------------------------------------------------ roles

    def _may_manage_roles(self, actor: str, account: str, at: datetime) -> list[str]:
        return self._lacks(actor, account, {"USER_MANAGEMENT"}, LACKS_ROLES, at)

    def _security_off(self, account: str) -> list[str]:
        """ROLE-3, ROLE-16: without Advanced User Security custom roles stay as they are."""
        return [] if "advanced_user_security" in self.accounts[account].features else ["ROLE-3", "ROLE-16"]

    def _bad_name(self, account: str, name: str, besides: RoleKey | None) -> list[str]:
        """ROLE-5: length, uniqueness ignoring case, no default role's name, no misleading end."""
        taken = {role.name.casefold() for role in self.own_roles(account) if role != besides}
        taken |= {default.casefold() for default in DEFAULT_ROLES}
        good = 1 <= len(name) <= 255 and name.casefold() not in taken and not name.endswith(" (shared)")
        return [] if good else ["ROLE-5"]

    def _parent_key(self, account: str, inherits: RoleReference | None) -> RoleKey | None:
        return None if inherits is None else self.role_key(account, inherits)

    def _bad_parent(self, account: str, role: RoleKey, parent: RoleKey | None) -> list[str]:
        """ROLE-7: a default role or an own custom role; ROLE-8: never the role itself or one below it."""
        if parent is None:
            return []
        if not self.role_exists(parent) or parent.owner not in {"", account}:
            return ["ROLE-7"]
        seen: set[RoleKey] = set()
        above: RoleKey | None = parent
        while above is not None and above not in seen and above in self.roles:
            seen.add(above)
            above = self.roles[above].parent
        return ["ROLE-8"] if role in seen else []

    def _bad_privileges(self, account: str, privileges: set[str]) -> list[str]:
        """ROLE-17: two never go into a custom role; ROLE-18: only what the account's features offer."""
        features = self.accounts[account].features
        rules = ["ROLE-17"] if privileges & NEVER_IN_A_CUSTOM_ROLE else []
        unknown = privileges - self.known_privileges()
        off = {p for p in privileges if p in FEATURE_OF and FEATURE_OF[p] not in features}
        return rules + (["ROLE-18"] if unknown or off else [])

    def _resolved_as(self, role: Role) -> frozenset[str]:
        """What the role would carry if it were written like this."""
        before = self.roles.get(role.key)
        self.roles[role.key] = role
        carried = self.resolved(role.key)
        if before is None:
            del self.roles[role.key]
        else:
            self.roles[role.key] = before
        return carried

    def create_role(
        self,
        *,
        actor: str,
        account: str,
        name: str,
        at: datetime,
        description: str = "",
        inherits: RoleReference | None = None,
        privileges: list[str] | None = None,
    ) -> str | None:
        """A new custom role of the account (ROLE-3 to ROLE-8, ROLE-17, ROLE-18)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_roles(actor, account, at):
            return self._refusal(lacking)
        parent = self._parent_key(account, inherits)
        role = Role(RoleKey(account, name), description, parent, set(privileges or ()))
        rules = self._security_off(account)
        rules += self._bad_name(account, name, None)
        rules += self._bad_parent(account, role.key, parent)
        rules += self._bad_privileges(account, role.privileges)
        rules += self._beyond(actor, account, self._resolved_as(role), at)
        if not rules:
            self.roles[role.key] = role
        return self._refusal(rules)

    def edit_role(
        self,
        *,
        actor: str,
        account: str,
        role: RoleReference,
        at: datetime,
        name: str | _Unchanged = UNCHANGED,
        description: str | _Unchanged = UNCHANGED,
        inherits: RoleReference | _Unchanged | None = UNCHANGED,
        privileges: list[str] | _Unchanged = UNCHANGED,
    ) -> str | None:
        """Change the members that are given and keep the others (ROLE-19); holders feel it at once (ROLE-10)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_roles(actor, account, at):
            return self._refusal(lacking)
        key = self.role_key(account, role)
        if not self.role_exists(key) or key.owner not in {"", account}:
            return self._refusal([NOT_VISIBLE])
        rules = self._security_off(account)
        if key.is_default:
            return self._refusal([*rules, "ROLE-1"])
        old = self.roles[key]
        new = replace(
            old,
            description=old.description if isinstance(description, _Unchanged) else description,
            parent=old.parent if isinstance(inherits, _Unchanged) else self._parent_key(account, inherits),
            privileges=old.privileges if isinstance(privileges, _Unchanged) else set(privileges),
        )
        new_name = key.name if isinstance(name, _Unchanged) else name
        rules += self._bad_name(account, new_name, key) if new_name != key.name else []
        rules += [] if isinstance(inherits, _Unchanged) else self._bad_parent(account, key, new.parent)
        rules += self._bad_privileges(account, new.privileges - old.privileges)
        rules += self._beyond(actor, account, self._resolved_as(new) - self.resolved(key), at)
        if not rules:
            self.roles[key] = new
            self._rename(key, RoleKey(account, new_name))
        return self._refusal(rules)

    def _rename(self, old: RoleKey, new: RoleKey) -> None:
        """Names are identities here, so every mention is rewritten."""

        def renamed(role: RoleKey) -> RoleKey:
            return new if role == old else role

        self.roles = {renamed(key): replace(role, key=renamed(key)) for key, role in self.roles.items()}
        for role in self.roles.values():
            role.parent = None if role.parent is None else renamed(role.parent)
        for account in self.accounts.values():
            sar = account.support_access_role
            account.support_access_role = None if sar is None else renamed(sar)
        self.grants = {(a, u, renamed(r)): window for (a, u, r), window in self.grants.items()}
        self.group_grants = {(a, g, u, renamed(r)): window for (a, g, u, r), window in self.group_grants.items()}
        self.group_shares = {(a, g, renamed(r)) for a, g, r in self.group_shares}
        self.support = {
            key: replace(found, role=None if found.role is None else renamed(found.role))
            for key, found in self.support.items()
        }
        for listed in self._lists():
            if old in listed:
                listed.remove(old)
                listed.add(new)

    def _lists(self) -> list[set[RoleKey]]:
        """The role lists of all environments and folders, deleted folders included."""
        found = [*(place.roles for place in self.environments.values()), *self.folders.values()]
        deleted = list(self.deleted_folders)
        while deleted:
            folder = deleted.pop()
            found += folder.lists.values()
            deleted += folder.before
        return found

    def remove_role(self, *, actor: str, account: str, role: RoleReference, at: datetime) -> str | None:
        """Delete an unused custom role for good and end its shares (ROLE-12, ROLE-13, ROLE-15)."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._may_manage_roles(actor, account, at):
            return self._refusal(lacking)
        key = self.role_key(account, role)
        if not self.role_exists(key) or key.owner not in {"", account}:
            return self._refusal([NOT_VISIBLE])
        rules = self._security_off(account)
        if key.is_default:
            return self._refusal([*rules, "ROLE-1"])
        direct = {u for (_, u, r), window in self.grants.items() if r == key and not window.over(at)}
        grouped = {u for (_, _, u, r), window in self.group_grants.items() if r == key and not window.over(at)}
        rules += ["ROLE-12"] if direct | grouped else []
        rules += ["ROLE-15"] if any(other.parent == key for other in self.roles.values()) else []
        if any(place.support_access_role == key for place in self.accounts.values()):
            rules += ["ROLE-15", "SUP-9"]
        # dormant or not (SUP-14), a temporary grant that has not run out is an active one
        rules += ["ROLE-15"] if any(f.role == key and f.running(at) for f in self.support.values()) else []
        if not rules:
            del self.roles[key]
            self.grants = {k: window for k, window in self.grants.items() if k[2] != key}
            self.group_grants = {k: window for k, window in self.group_grants.items() if k[3] != key}
            self.group_shares = {share for share in self.group_shares if share[2] != key}
            for listed in self._lists():  # ROLE-13; what is left without a role is open (ROLE-14)
                listed.discard(key)
        return self._refusal(rules)
