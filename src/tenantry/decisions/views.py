"""Looking at many accounts at once, a handful of queries whatever their number: the own halves of their facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.accounts.queries import ACCOUNT_COLUMNS, as_account_row
from tenantry.decisions.facts import inside_of
from tenantry.groups.models import GroupAccount
from tenantry.roles.models import Role
from tenantry.roles.queries import CustomRole, own_role_facts
from tenantry.rules import vocabulary as v
from tenantry.rules.facts import EVERYBODY, Inside, User
from tenantry.rules.privileges import Catalogue
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import ALWAYS, AccountId, GroupId, Person, RoleGrant, RoleId, UserKey, Validity
from tenantry.store.crossings import Crossing
from tenantry.support.models import SupportGrant
from tenantry.users.models import User as Someone, UserRole

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
        """The direct users picked, account by account.

        Time limits are rare and dear to convert, so they are read apart.
        """
        rows = UserRole.rows.across(Crossing.IMPACT).filter(account_id__in=self._ids)
        if self._people is not None:
            rows = rows.filter(self._people | Q(user__staff=True))  # staff come in from outside unless direct here
        limited = rows.filter(Q(valid_from__isnull=False) | Q(valid_until__isnull=False))
        validity = {
            key: Validity(starts, ends)
            for key, starts, ends in limited.values_list("id", "valid_from", "valid_until").iterator(chunk_size=CHUNK)
        }
        columns = rows.order_by("account_id", "user_id", "role_id").values_list(
            "id", "account_id", "user__email_key", "role_id"
        )
        yield from _grouped(columns.iterator(chunk_size=CHUNK), validity, _special_people())


def _special_people() -> dict[str, Person]:
    """The few people who are locked or support staff; everybody else is neither."""
    rows = Someone.objects.filter(Q(locked=True) | Q(staff=True)).values_list("email_key", "locked", "staff")
    same: dict[Person, Person] = {}
    people = ((key, Person(locked, staff)) for key, locked, staff in rows)
    return {key: same.setdefault(person, person) for key, person in people}


def _grouped(  # noqa: C901 - one loop over a hundred thousand rows, in which calls would cost more than they tell
    rows: Iterable[tuple[int, str, str, str]], validity: Mapping[int, Validity], special: Mapping[str, Person]
) -> Iterator[tuple[str, tuple[User, ...]]]:
    """Rows of grants, each person's together and each account's together, as users; equal values are one value."""
    one_of: dict[str, RoleGrant] = {}
    held_of: dict[tuple[RoleGrant, ...], tuple[RoleGrant, ...]] = {}
    alone_of: dict[str, tuple[RoleGrant, ...]] = {}
    someone = EVERYBODY
    account = user = role = ""
    grants: list[RoleGrant] = []
    users: list[User] = []

    def ended() -> User:
        if len(grants) == 1 and grants[0].validity is ALWAYS:
            direct = alone_of.get(role) or alone_of.setdefault(role, tuple(grants))
        else:
            together = tuple(grants)
            direct = held_of.setdefault(together, together)
        return User(user, None, someone, direct)  # type: ignore[arg-type]

    for key, owner, who, role_id in rows:
        if who != user or owner != account:
            if grants:
                users.append(ended())
            if owner != account:
                if users:
                    yield account, tuple(users)
                account, users = owner, []
            user, grants, someone = who, [], special.get(who, EVERYBODY)
        role = role_id
        grant = one_of.get(role)
        if key in validity:
            grant = RoleGrant(RoleId(role), validity[key])
        elif grant is None:
            grant = one_of[role] = RoleGrant(RoleId(role), ALWAYS)
        grants.append(grant)
    if grants:
        users.append(ended())
        yield account, tuple(users)
