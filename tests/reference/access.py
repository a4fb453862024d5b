"""Sections 7 and 8 of the rule book, in its own order and words. Slow on purpose: set comprehensions, no cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .catalogue import ADMINISTRATOR, BUILT_IN, DEFAULT_ROLES, FEATURE_OF, IMPLIES
from .conditions import fulfils
from .facts import Account, Facts, RoleKey, RoleReference
from .facts_of_questions import ANYTHING, Question

Said = TypeVar("Said")


@dataclass(frozen=True)
class Denial:
    """Nobody by this path: why a user has no access to an account at all."""

    reason: str


@dataclass(frozen=True)
class Access:
    """The ACCESS of section 7. `via` is `direct`, `staff` or `group`."""

    via: str
    roles: frozenset[RoleKey]
    #: What the roles resolve to, before the cap.
    carried: frozenset[str]
    #: The same after the cap of the Support Access Role, before the account's features are looked at.
    allowed: frozenset[str]
    #: The effective privileges: after cap and features.
    privileges: frozenset[str]


@dataclass(frozen=True)
class Answer:
    """May this user do that there?

    `reason` is `held` when allowed; else one of unknown_user, unknown_account, unknown_privilege,
    account_not_available, user_locked, no_roles, no_outside_access, not_held, capped, feature_off.
    `roles` are the labels of those of the user's roles that carry the privilege (also when capped or feature_off).
    `privileges` is the whole effective set, empty without access.
    """

    allowed: bool
    reason: str
    roles: frozenset[str] = frozenset()
    privileges: frozenset[str] = frozenset()


def unless(answer: Answer, then: Answer | None) -> Answer:
    """The answer; a no that would be a yes then is one for that."""
    if answer.allowed or then is None or not then.allowed:
        return answer
    return Answer(allowed=False, reason="condition_not_met", privileges=answer.privileges)


class Law(Facts):
    """Who may do what, computed afresh from the facts at each question."""

    # ------------------------------------------------------------------ privileges of a role

    def known_privileges(self) -> frozenset[str]:
        """The built-in catalogue and the host's own privileges."""
        return BUILT_IN | set(self.host_privileges)

    def closure(self, privileges: set[str]) -> frozenset[str]:
        """PRIV-2: apply the implications until nothing changes."""
        implies = {**self.host_privileges, **IMPLIES}
        out = set(privileges)
        while True:
            more = {q for p in out if p in implies for q in implies[p]} - out
            if not more:
                return frozenset(out)
            out |= more

    def default_privileges(self, role: RoleKey) -> frozenset[str]:
        """What the catalogue lists for a default role; Administrator also carries the host's privileges (PRIV-1)."""
        own = DEFAULT_ROLES[role.name]
        return own | set(self.host_privileges) if role.name == ADMINISTRATOR else own

    def shared_with(self, role: RoleKey, account: str) -> bool:
        """SHARED_WITH. Advanced User Security of either account is deliberately not tested."""
        owner = self.accounts.get(role.owner)
        return (
            owner is not None
            and owner.status != "deleted"
            and account in self.accounts
            and self.accounts[account].status != "deleted"  # ACC-14: it has left every group
            and self.accounts[account].primary == owner.id
            and role in self.roles
            and any(
                account in self.accounts_in(owner.id, group) and (owner.id, group, role) in self.group_shares
                for group in self.groups_of(owner.id)
            )
        )

    def resolved(self, role: RoleKey) -> frozenset[str]:
        """RESOLVE: the role's own privileges and those of its ancestors up to the first default role (ROLE-9)."""
        seen: set[RoleKey] = set()
        out: set[str] = set()
        current: RoleKey | None = role
        while current is not None and current not in seen and self.role_exists(current):
            seen.add(current)
            if current.is_default:
                out |= self.default_privileges(current)
                break
            out |= self.roles[current].privileges
            parent = self.roles[current].parent
            if parent is None:
                break
            if not (parent.is_default or parent.owner == current.owner or self.shared_with(parent, current.owner)):
                break
            current = parent
        return self.closure(out)

    def resolve(self, account: str, role: RoleReference) -> frozenset[str]:
        """What a role, referred to as in a line of this account, carries."""
        return self.resolved(self.role_key(account, role))

    # ------------------------------------------------------------------ roles of a user

    def live_direct_roles(self, user: str, account: str, at: datetime) -> frozenset[RoleKey]:
        """LIVE_DIRECT_ROLES, of the grants in force."""
        return frozenset(
            role
            for (where, who, role), window in self.grants.items()
            if (where, who) == (account, user)
            and window.in_force(at, self.asked)
            and self.role_exists(role)
            and (role.is_default or role.owner == account or self.shared_with(role, account))
        )

    def group_roles(self, user: str, account: str, at: datetime) -> frozenset[RoleKey]:
        """GROUP_ROLES: the union over all groups of the primary that hold both the account and the user (GRP-14)."""
        primary = self.accounts[account].primary
        if primary is None or primary not in self.accounts or self.accounts[primary].status == "deleted":
            return frozenset()
        return frozenset(
            role
            for (owner, group, who, role), window in self.group_grants.items()
            if owner == primary
            and who == user
            and window.in_force(at, self.asked)
            and account in self.accounts_in(primary, group)
            and self.role_exists(role)
            and (role.is_default or role.owner == primary)
        )

    def status(self, account: Account, at: datetime) -> str:
        """The status that counts now: a trial past its end is suspended (ACC-12)."""
        past = account.trial_ends is not None and at >= account.trial_ends
        return "suspended" if account.status == "trial" and past else account.status

    def support_access_role(self, account: Account) -> RoleKey | None:
        """The role, or None for no access; a role that is gone or of another account counts as no access (SUP-10)."""
        role = account.support_access_role
        if role is None or not self.role_exists(role) or role.owner not in {"", account.id}:
            return None
        return role

    def temporary_role(self, user: str, account: str, at: datetime) -> RoleKey | None:
        """The role of the user's active temporary grant, for platform staff only (SUP-7, SUP-13)."""
        found = self.support.get((account, user))
        if found is None or not found.running(at) or found.role is None:
            return None
        return found.role if self.role_exists(found.role) and found.role.owner in {"", account} else None

    # ------------------------------------------------------------------ effective privileges

    @contextmanager
    def asking(self, asked: Question | None) -> Iterator[None]:
        """Inside, questions tell this."""
        before, self.asked = self.asked, asked
        try:
            yield
        finally:
            self.asked = before

    def if_every_condition_were_met(self, ask: Callable[[], Said]) -> Said | None:
        """What would be answered then; None where it would be the same anyway."""
        windows = (*self.grants.values(), *self.group_grants.values())
        if self.asked is ANYTHING or not any(window.condition for window in windows):
            return None
        with self.asking(ANYTHING):
            return ask()

    def effective(self, user: str, account: str, at: datetime) -> Access | Denial:
        """EFFECTIVE of the present question. What only conditions stand in the way of is denied for that."""
        found = self._effective(user, account, at)
        if isinstance(found, Access):
            return found
        then = self.if_every_condition_were_met(lambda: self._effective(user, account, at))
        return Denial("condition_not_met") if isinstance(then, Access) else found

    def _effective(self, user: str, account: str, at: datetime) -> Access | Denial:
        """EFFECTIVE, line by line. Whoever or whatever is unknown is denied before the first line."""
        key = self.user_key(user)
        if key is None:
            return Denial("unknown_user")
        if account not in self.accounts:
            return Denial("unknown_account")
        place = self.accounts[account]

        if self.status(place, at) in {"suspended", "deleted"}:
            return Denial("account_not_available")
        if self.users[key].locked:
            return Denial("user_locked")
        direct = self.live_direct_roles(key, account, at)
        sar = self.support_access_role(place)
        cap: frozenset[str] | None = None  # None is EVERYTHING
        if direct:
            roles, via = direct, "direct"
        elif self.users[key].staff:
            # while the Support Access Role is a role a temporary grant is dormant (SUP-14)
            role = sar if sar is not None else self.temporary_role(key, account, at)
            if role is None:
                return Denial("no_outside_access")
            roles, via = frozenset({role}), "staff"
        else:
            roles, via = self.group_roles(key, account, at), "group"
            if not roles:
                return Denial("no_roles")
            if sar is None:
                return Denial("no_outside_access")
            cap = self.resolved(sar)

        carried = frozenset(p for role in roles for p in self.resolved(role))
        allowed = carried if cap is None else carried & cap
        privileges = frozenset(p for p in allowed if p not in FEATURE_OF or FEATURE_OF[p] in place.features)
        return Access(via, roles, carried, allowed, privileges)

    def answer(self, user: str, privilege: str, account: str, at: datetime) -> Answer:
        """May the user use the privilege in the account at this instant?"""
        return self.answers(user, [privilege], account, at)[privilege]

    def answers(self, user: str, privileges: Iterable[str], account: str, at: datetime) -> dict[str, Answer]:
        """The same of many privileges, for the price of one look at the user."""
        found = self._answers(user, privileges, account, at)
        then = self.if_every_condition_were_met(lambda: self._answers(user, privileges, account, at))
        return {name: unless(answer, then[name]) for name, answer in found.items()} if then is not None else found

    def _answers(self, user: str, privileges: Iterable[str], account: str, at: datetime) -> dict[str, Answer]:
        access = self._effective(user, account, at)
        carried = {role: self.resolved(role) for role in access.roles} if isinstance(access, Access) else {}
        known = self.known_privileges()
        return {privilege: self._answer(privilege, access, account, carried, known) for privilege in privileges}

    def _answer(
        self,
        privilege: str,
        access: Access | Denial,
        account: str,
        carried: dict[RoleKey, frozenset[str]],
        known: frozenset[str],
    ) -> Answer:
        if isinstance(access, Denial) and access.reason in {"unknown_user", "unknown_account"}:
            return Answer(allowed=False, reason=access.reason)
        if privilege not in known:
            return Answer(allowed=False, reason="unknown_privilege")
        if isinstance(access, Denial):
            return Answer(allowed=False, reason=access.reason)
        by = frozenset(self.role_label(role, account) for role in access.roles if privilege in carried[role])
        if privilege not in access.carried:
            return Answer(allowed=False, reason="not_held", roles=by, privileges=access.privileges)
        if privilege not in access.allowed:
            return Answer(allowed=False, reason="capped", roles=by, privileges=access.privileges)
        if privilege not in access.privileges:
            return Answer(allowed=False, reason="feature_off", roles=by, privileges=access.privileges)
        return Answer(allowed=True, reason="held", roles=by, privileges=access.privileges)

    def role_labels(self, access: Access, account: str) -> frozenset[str]:
        """The roles of an access, named as answers about this account name them."""
        return frozenset(self.role_label(role, account) for role in access.roles)

    def answer_to(self, question: Question, at: datetime) -> Answer:
        """What a question of a host application is answered: of an account, or of an object of the host's own.

        What was sent of the subject and the object wins over what is stored, member by member; an object may have a
        condition of its own for the privilege.
        """
        subject, resource, privilege = question["subject"], question["resource"], question["action"]["name"]
        key = self.user_key(subject["id"])
        stored, conditions = self.told.get((resource["type"], resource["id"]), ({}, {}))
        account = resource["id"] if resource["type"] == "account" else self.objects[resource["type"], resource["id"]]
        known = self.users[key].properties if key is not None else {}
        asked = {
            **question,
            "subject": {**subject, "properties": {**known, **subject["properties"]}},
            "resource": {**resource, "properties": {**stored, **resource["properties"]}},
        }
        with self.asking(asked):
            answer = self.answer(subject["id"], privilege, account, at)
        if answer.allowed and not fulfils(conditions.get(privilege, ""), asked):
            return Answer(allowed=False, reason="object_condition_not_met")
        return answer

    # ------------------------------------------------------------------ lists

    def enterable(self, user: str, at: datetime) -> list[str]:
        """ENTRY-2: the accounts that steps 2 and 4 of section 8 let the user into, sorted by name, then id."""
        open_to = [a for a in self.accounts.values() if isinstance(self.effective(user, a.id, at), Access)]
        return [a.id for a in sorted(open_to, key=lambda a: (a.name.casefold(), a.name, a.id))]
