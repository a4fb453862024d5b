"""Reads of people and of their direct roles."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from tenantry.roles.queries import roles_of
from tenantry.rules import refusals as no
from tenantry.rules.roles import ADMINISTRATOR, DEFAULT_ROLE_IDS
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Condition, Person, RoleGrant, RoleId, UserKey, Validity, user_key
from tenantry.sharing.queries import default_own_or_shared, shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page
from tenantry.store.prepared import prepared
from tenantry.users.models import AccountUser, PastPassword, User, UserRole

LARGEST_KEY = 2**63 - 1
"""The largest key a row can have; larger numbers in addresses are nobody's."""

PersonRow = User
"""A person as stored; only this folder's commands write one."""

LinkRow = UserRole
"""A direct role of somebody, as stored; only this folder's commands write one."""

GrantRow = tuple[str, str | None, bool, bool, str, str, datetime | None, datetime | None, str]
"""E-mail key, host's id, locked, staff, properties, role, valid from, valid until, condition."""


def grants_in(
    account: AccountId | str, *, names: Collection[str] | None = None, at_most: int | None = None
) -> Iterator[GrantRow]:
    """Every direct grant in the account with what is known of its holder, each holder's rows together; with `names`,
    address keys or host's ids, those of these people, with `at_most` so many of them.
    """
    if names is None and at_most is not None:
        return iter(_first_grants(at_most)(account))
    rows = UserRole.rows.of(account)
    if names is not None:
        people = User.objects.filter(Q(email_key__in=names) | Q(external_id__in=names))
        rows = rows.filter(user_id__in=people.values("pk"))
    return _with_holders(rows)[:at_most].iterator(chunk_size=10_000)


@cache
def _first_grants(number: int) -> Callable[[AccountId | str], list[GrantRow]]:
    """Reading so many grants of an account: one or two numbers are ever asked for."""

    def first(account: AccountId | str) -> QuerySet[UserRole, GrantRow]:
        return _with_holders(UserRole.rows.of(account))[:number]

    return prepared(first)


def _with_holders(rows: QuerySet[UserRole]) -> QuerySet[UserRole, GrantRow]:
    return rows.order_by("user_id", "role_id").values_list(
        "user__email_key",
        "user__external_id",
        "user__locked",
        "user__staff",
        "user__properties",
        "role_id",
        "valid_from",
        "valid_until",
        "condition",
    )


def find_user(name: str) -> User | None:
    """The person of this e-mail address or, failing that, of this id of the host's."""
    return User.objects.filter(email_key=user_key(name)).first() or User.objects.filter(external_id=name).first()


def keys_of_external_ids(ids: Collection[str]) -> frozenset[UserKey]:
    """The address keys of the people of these ids of the host's."""
    return frozenset(map(UserKey, User.objects.filter(external_id__in=ids).values_list("email_key", flat=True)))


def person_by_email(email: str) -> User | None:
    """The person of this e-mail address, case ignored (USER-1)."""
    return User.objects.filter(email_key=user_key(email)).first()


def hold_person(user: int) -> None:
    """Hold a person's row until the transaction ends: whoever else wants it waits."""
    User.objects.select_for_update().filter(pk=user).values_list("pk").first()


def person_by_key(key: int) -> User | None:
    """The person of this key, if there is one."""
    return User.objects.filter(pk=key).first()


def zone_of(user: UserKey | None) -> tzinfo:
    """The time zone in which somebody means a date (USER-16); UTC for the operator, and for who is not known here."""
    name = User.objects.filter(email_key=user or "").values_list("time_zone", flat=True).first()
    return UTC if name is None else ZoneInfo(name)


def existing_person(key: int) -> User:
    """The person of this key, read anew."""
    return User.objects.get(pk=key)


def past_passwords(user: int) -> tuple[str, ...]:
    """The hashes of the passwords that a person had chosen before the present one, the latest first (PWD-6)."""
    return tuple(PastPassword.objects.filter(user_id=user).order_by("-id").values_list("password", flat=True))


def locked_person(name: str) -> User | None:
    """The person of this address or host's id, locked until the transaction ends.

    Persons are locked before accounts, everywhere: whoever links a person to an account, locks the person out or
    changes the address then sees the others' work, and no account keeps facts of before.
    """
    found = find_user(name)
    return None if found is None else User.objects.select_for_update().filter(pk=found.pk).first()


def staff_people() -> dict[UserKey, Person]:
    """The platform's support staff, who may reach accounts without a role there (SUP-7)."""
    rows = User.objects.filter(staff=True).order_by("email_key").values_list("email_key", "locked")
    return {UserKey(key): Person(locked=locked, staff=True) for key, locked in rows}


def find_person(name: str) -> Person | None:
    """What is known platform-wide of the person of this e-mail address or host's id."""
    found = find_user(name)
    return None if found is None else Person(found.locked, found.staff, found.properties)


def email_or_id_in_use(email: str, external_id: str | None = None, *, besides: int | None = None) -> bool:
    """Whether another person is known by this address or id, as either: names of people never overlap."""
    others = User.objects.exclude(pk=besides) if besides is not None else User.objects.all()
    if others.filter(email_key=user_key(email)).exists() or others.filter(external_id=email).exists():
        return True
    if external_id is None:
        return False
    return others.filter(external_id=external_id).exists() or others.filter(email_key=user_key(external_id)).exists()


@dataclass(frozen=True, slots=True)
class LinkedUser:
    """A user of an account."""

    id: int
    email: str
    first_name: str
    last_name: str
    locked: bool
    signed_in: bool


def linked_user(account: AccountId | str, user: int) -> LinkedUser:
    """The user of the account; refuses with `UserNotLinked` for anybody else, existing or not."""
    if user > LARGEST_KEY:
        raise no.Refused(no.UserNotLinked())
    link = AccountUser.rows.of(account).filter(user_id=user).select_related("user").first()
    if link is None:
        raise no.Refused(no.UserNotLinked())
    return linked(link.user)


def grants_of(account: AccountId | str, user: int) -> tuple[RoleGrant, ...]:
    """The direct grants of one user in one account; the remains of ended shares are none (SHARE-18)."""
    rows = UserRole.rows.of(account).filter(default_own_or_shared(), user_id=user).order_by("role_id")
    return tuple(
        RoleGrant(RoleId(role), Validity(starts, ends), condition=Condition(condition))
        for role, starts, ends, condition in rows.values_list("role_id", "valid_from", "valid_until", "condition")
    )


def direct_roles(account: AccountId, at: datetime) -> QuerySet[UserRole]:
    """The direct roles of everybody in the account, those to come included, those over not, nor the remains of ended
    shares (SHARE-18); with the person.

    The roles that count are told once and not for every row: a page of many costs what a page of few does.
    """
    shared = shared_with(account, Kind.ROLE).values("resource")
    counts = Q(role_id__in=DEFAULT_ROLE_IDS) | Q(role_id__in=roles_of(account).values("id")) | Q(role_id__in=shared)
    open_still = Q(valid_until__isnull=True) | Q(valid_until__gt=at)
    return UserRole.rows.of(account).filter(counts, open_still).select_related("user")


GrantedRow = UserRole
"""A direct grant as stored; only this folder's commands write one."""


def administrator_grants(account: AccountId | str, role: RoleId) -> dict[int, Validity]:
    """Who holds `role` directly in the account without a condition, with validity, by user."""
    rows = UserRole.rows.of(account).filter(role_id=role, condition="")
    return {
        user: Validity(starts, ends) for user, starts, ends in rows.values_list("user_id", "valid_from", "valid_until")
    }


def administrators_in(account: AccountId | str, at: datetime) -> tuple[str, ...]:
    """The addresses of those who hold Administrator directly and without a condition, in force at an instant."""
    rows = UserRole.rows.of(account).filter(role_id=ADMINISTRATOR, condition="").order_by("user__email_key")
    found = rows.values_list("user__email", "valid_from", "valid_until")
    return tuple(email for email, starts, ends in found if Validity(starts, ends).in_force(at))


def linked_count(account: AccountId | str) -> int:
    """How many users are linked to the account (ACC-11)."""
    return AccountUser.rows.of(account).count()


def accounts_of(user: int) -> tuple[AccountId, ...]:
    """The accounts whose decisions know this person: those where the person holds a direct role or is a user."""
    rows = AccountUser.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(user_id=user).order_by("account_id")
    return tuple(AccountId(account) for account in rows.values_list("account_id", flat=True))


def holders_of(role: RoleId | str, at: datetime) -> dict[AccountId, int]:
    """How many direct holders a role has, per account, those to come included, those over not (ROLE-12, SHARE-21)."""
    rows = UserRole.rows.across(Crossing.HOLDERS_OF_A_ROLE).filter(default_own_or_shared(), role_id=role)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    counted = rows.values_list("account_id").annotate(holders=Count("id")).order_by("account_id")
    return {AccountId(account): holders for account, holders in counted}


FILTERS = ("all", "active", "locked", "without_roles")
"""What "Filter by" offers on the Users tab (USER-12, USER-17)."""

SORTS = {
    "email": ("user__email_key",),
    "name": ("user__last_name", "user__first_name", "user__email_key"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilters:
    """What to list: a word of `FILTERS`, any part of address or name, a key of `SORTS`."""

    show: str = "all"
    search: str = ""
    sort: str = "email"


def users_page(
    account: AccountId | str, filters: UserFilters, at: datetime, place: str = ""
) -> tuple[Page[LinkedUser], int]:
    """One page of the account's users, and how many match. Two queries whatever the size."""
    rows = AccountUser.rows.of(account)
    if filters.show == "active":
        rows = rows.filter(user__locked=False)
    elif filters.show == "locked":
        rows = rows.filter(user__locked=True)
    elif filters.show == "without_roles":
        live = UserRole.rows.of(account).filter(
            default_own_or_shared(),
            Q(valid_from__isnull=True) | Q(valid_from__lte=at),
            Q(valid_until__isnull=True) | Q(valid_until__gt=at),
            user_id=OuterRef("user_id"),
        )
        rows = rows.filter(~Exists(live))
    rows = matching(rows, filters.search)
    count = rows.count()
    found = keyset_page(rows.select_related("user"), SORTS.get(filters.sort, SORTS["email"]), place)
    return Page(tuple(linked(link.user) for link in found.rows), found.next, found.previous), count


L = TypeVar("L", bound=Model)


def matching(rows: QuerySet[L], search: str) -> QuerySet[L]:
    """Those of the rows with a `user` whose address or name has every word of the search."""
    for word in search.casefold().split():
        rows = rows.filter(
            Q(user__email_key__contains=word) | Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
        )
    return rows


def linked(person: User) -> LinkedUser:
    """What lists show of a person."""
    return LinkedUser(person.pk, person.email, person.first_name, person.last_name, person.locked, person.signed_in)
