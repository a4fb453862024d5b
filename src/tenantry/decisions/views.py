"""Looking at many accounts at once, a handful of queries whatever their number: the own halves of their facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.accounts.queries import ACCOUNT_COLUMNS, as_account_row
from tenantry.decisions.facts import inside_of
from tenantry.groups.models import GroupAccount
from tenantry.roles.models import Role
from tenantry.roles.queries import CustomRole, own_role_facts
from tenantry.rules import vocabulary as v
from tenantry.rules.facts import Inside, User
from tenantry.rules.privileges import Catalogue
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import ALWAYS, AccountId, GroupId, Person, RoleGrant, RoleId, UserKey, Validity
from tenantry.store.crossings import Crossing
from tenantry.support.models import SupportGrant
from tenantry.users.models import UserRole

CHUNK: Final = 20_000
"""Rows fetched at a time."""


class Views:
    """The own halves of all accounts of a query, with those of their direct users that a condition picks."""

    def __init__(self, accounts: QuerySet[Account], people: Q | None, catalogue: Catalogue) -> None:
        """`people` is a condition on direct grants; `None` takes everybody."""
        self._accounts = accounts
        self._ids = accounts.order_by().values("id")
        self._people = people
        self._catalogue = catalogue

    def __iter__(self) -> Iterator[tuple[Inside, AccountId | None]]:
        """Each account's half with its primary, in no order."""
        own = self._own_roles()
        membership = self._membership()
        temporary = self._temporary()
        users = dict(self._users())
        for columns in self._accounts.order_by().values_list(*ACCOUNT_COLUMNS).iterator(chunk_size=CHUNK):
            row = as_account_row(columns)
            inside = replace(
                inside_of(row, self._catalogue),
                own=own.get(row.id, {}),
                membership=membership.get(row.id, frozenset()),
                users=users.get(row.id, ()),
                temporary=temporary.get(row.id, {}),
            )
            yield inside, row.primary

    def _own_roles(self) -> Mapping[str, Mapping[RoleId, v.Role]]:
        rows = Role.rows.across(Crossing.IMPACT).filter(account_id__in=self._ids)
        found: dict[str, list[CustomRole]] = defaultdict(list)
        columns = ("id", "account_id", "name", "description", "parent_id", "privileges")
        for key, owner, name, text, parent, privileges in rows.values_list(*columns).iterator(chunk_size=CHUNK):
            role = CustomRole(
                RoleId(key), AccountId(owner or ""), name, text, RoleId(parent) if parent else None, tuple(privileges)
            )
            found[role.account].append(role)
        return {account: own_role_facts(tuple(roles), self._catalogue) for account, roles in found.items()}

    def _membership(self) -> Mapping[str, frozenset[GroupId]]:
        rows = GroupAccount.rows.across(Crossing.IMPACT).filter(member_id__in=self._ids)
        found: dict[str, set[GroupId]] = defaultdict(set)
        for member, group in rows.values_list("member_id", "group_id").iterator(chunk_size=CHUNK):
            found[member].add(GroupId(group))
        same: dict[frozenset[GroupId], frozenset[GroupId]] = {}
        frozen = ((member, frozenset(groups)) for member, groups in found.items())
        return {member: same.setdefault(groups, groups) for member, groups in frozen}

    def _temporary(self) -> Mapping[str, dict[UserKey, tuple[Person, tuple[RoleGrant, ...]]]]:
        rows = SupportGrant.rows.across(Crossing.IMPACT).filter(account_id__in=self._ids, status=GrantStatus.ACTIVE)
        found: dict[str, dict[UserKey, tuple[Person, tuple[RoleGrant, ...]]]] = defaultdict(dict)
        columns = ("account_id", "user__email_key", "user__locked", "user__staff", "role", "granted_at", "expires_at")
        for account, key, locked, staff, role, starts, ends in rows.order_by("id").values_list(*columns):
            held = found[account].get(key, (Person(locked, staff), ()))[1]
            grant = RoleGrant(RoleId(role), Validity(starts, ends))
            found[account][key] = (Person(locked, staff), (*held, grant))
        return found

    def _users(self) -> Iterator[tuple[str, tuple[User, ...]]]:
        """The direct users picked, account by account."""
        rows = UserRole.rows.across(Crossing.IMPACT).filter(account_id__in=self._ids)
        if self._people is not None:
            rows = rows.filter(self._people)
        columns = (
            "account_id",
            "user__email_key",
            "user__locked",
            "user__staff",
            "role_id",
            "valid_from",
            "valid_until",
        )
        found = rows.order_by("account_id", "user_id", "role_id").values_list(*columns)
        yield from _grouped(found.iterator(chunk_size=CHUNK))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, tuple[User, ...]]]:
    grant_of: dict[str, RoleGrant] = {}
    held_of: dict[tuple[RoleGrant, ...], tuple[RoleGrant, ...]] = {}
    person_of: dict[tuple[bool, bool], Person] = {}
    account = key = None
    flags = (False, False)
    grants: list[RoleGrant] = []
    users: list[User] = []

    def ended() -> User:
        held = tuple(grants)
        person = person_of.get(flags) or person_of.setdefault(flags, Person(*flags))
        return User(UserKey(str(key)), None, person, held_of.setdefault(held, held))

    for owner, user, locked, staff, role, starts, ends in rows:
        if user != key or owner != account:
            if key is not None:
                users.append(ended())
            if owner != account:
                if account is not None:
                    yield account, tuple(users)
                users = []
            account, key, flags, grants = str(owner), user, (bool(locked), bool(staff)), []
        name = str(role)
        if starts is None and ends is None:
            grant = grant_of.get(name)
            if grant is None:
                grant = grant_of[name] = RoleGrant(RoleId(name), ALWAYS)
        else:
            grant = RoleGrant(RoleId(name), Validity(starts, ends))
        grants.append(grant)
    if account is not None and key is not None:
        users.append(ended())
        yield account, tuple(users)
