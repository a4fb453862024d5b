"""Reads of tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q

from tenantry.groups.models import GroupAccount, GroupUserRole
from tenantry.rules.calls import OperatorTokenFacts, TokenFacts
from tenantry.rules.support import GrantStatus
from tenantry.rules.tokens import TokenStatus
from tenantry.rules.vocabulary import AccountId, Instant, Status, UserKey, user_key
from tenantry.sharing.queries import default_own_or_shared
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.paging import Page, keyset_page
from tenantry.support.models import SupportGrant
from tenantry.tokens.models import ClientToken, OperatorToken, UserToken
from tenantry.tokens.values import digest_of
from tenantry.users.models import UserRole

TokenRow = UserToken
"""A row as stored; only this folder's commands write it."""

CLIENTS: Final = "@clients"
"""The scope whose revision tells that tokens of host applications have changed."""

_BEYOND: Final = 2**63
"""The first number that no row can have."""


def token_of(account: AccountId, token: int) -> TokenRow | None:
    """The account's token of this number with its owner, revoked or not."""
    if not 0 < token < _BEYOND:
        return None
    return UserToken.rows.of(account).select_related("user").filter(pk=token).first()


def token_in_call(value: str) -> TokenFacts | None:
    """What is stored of the token of this value, in whatever status, for the interface (TOK-7)."""
    rows = UserToken.rows.across(Crossing.TOKEN_CALLING).select_related("user")
    row = rows.filter(digest=digest_of(value)).first()
    if row is None:
        return None
    return TokenFacts(UserKey(row.user.email_key), AccountId(row.account_id), TokenStatus(row.status))


def tokens_of_person(account: AccountId, user: int) -> tuple[TokenRow, ...]:
    """A person's tokens for this account, newest first, revoked ones left out; at most five (TOK-2)."""
    rows = UserToken.rows.of(account).filter(user_id=user).exclude(status=TokenStatus.REVOKED)
    return tuple(rows.order_by("-id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFilters:
    """What to look for (TOK-8). Without a `status`, what is not revoked; `until` is the first instant after."""

    search: str = ""
    status: TokenStatus | None = None
    since: Instant | None = None
    until: Instant | None = None


def tokens_page(account: AccountId, filters: TokenFilters, at: str = "") -> tuple[Page[TokenRow], int]:
    """One page of the account's tokens with their owners, newest first, and how many match (TOK-8).

    The search finds part of a name or of an owner's address, ignoring case, and the first characters of a value.
    """
    wanted = ~Q(status=TokenStatus.REVOKED) if filters.status is None else Q(status=filters.status)
    rows = UserToken.rows.of(account).filter(wanted)
    if filters.search:
        found = Q(name__icontains=filters.search) | Q(user__email_key__contains=user_key(filters.search))
        rows = rows.filter(found | Q(prefix__startswith=filters.search.lower()))
    if filters.since is not None:
        rows = rows.filter(created_at__gte=filters.since)
    if filters.until is not None:
        rows = rows.filter(created_at__lt=filters.until)
    return keyset_page(rows.select_related("user"), ("id",), at, descending=True), rows.count()


def accounts_with_tokens(user: int) -> tuple[tuple[AccountId, str], ...]:
    """The account, id and name, of each of a person's tokens that is not revoked; at most five (TOK-2)."""
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(user_id=user)
    found = rows.exclude(status=TokenStatus.REVOKED).values_list("account_id", "account__name")
    return tuple((AccountId(key), name) for key, name in found.order_by("account__name", "account_id"))


def names_of_tokens(user: int) -> tuple[str, ...]:
    """The names of a person's tokens over all accounts, revoked ones left out (TOK-2, TOK-3)."""
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(user_id=user)
    return tuple(rows.exclude(status=TokenStatus.REVOKED).values_list("name", flat=True))


def unreachable_tokens(people: Iterable[int], at: Instant) -> list[UserToken]:
    """The tokens of these people, revoked ones left out, for accounts to which no path leads them (TOK-10).

    A path is a role held directly, through a group or as support staff that is not over; be it not in force yet, capped
    or shut out just now. One query for hundreds of people, however many roles and groups there are.
    """
    rows = UserToken.rows.across(Crossing.TOKENS_OF_A_PERSON).exclude(status=TokenStatus.REVOKED)
    found: list[UserToken] = []
    for some in portions(sorted(set(people))):
        lost = rows.filter(user_id__in=some).exclude(_directly(at)).exclude(_through_groups(at)).exclude(_as_staff(at))
        found += lost.select_related("user").order_by("account_id", "id")
    return found


def _directly(at: Instant) -> Exists:
    rows = UserRole.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(
        _not_over("valid_until", at),
        default_own_or_shared(),
        user_id=OuterRef("user_id"),
        account_id=OuterRef("account_id"),
    )
    return Exists(rows)


def _through_groups(at: Instant) -> Q:
    """A group of the account's own primary, which is not deleted, holds both; a deleted account is in none (ACC-14)."""
    holds = GroupAccount.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(
        group_id=OuterRef("group_id"), member_id=OuterRef(OuterRef("account_id"))
    )
    rows = GroupUserRole.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(
        _not_over("valid_until", at), user_id=OuterRef("user_id"), account_id=OuterRef("account__primary_id")
    )
    rows = rows.exclude(account__status=Status.DELETED).filter(Q(group__everywhere=True) | Exists(holds))
    return ~Q(account__status=Status.DELETED) & Q(Exists(rows))


def _as_staff(at: Instant) -> Exists:
    rows = SupportGrant.rows.across(Crossing.TOKENS_OF_A_PERSON).filter(
        _not_over("expires_at", at),
        status=GrantStatus.ACTIVE,
        user_id=OuterRef("user_id"),
        account_id=OuterRef("account_id"),
    )
    return Exists(rows)


def _not_over(column: str, at: Instant) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": at})


def names_of_client_tokens() -> tuple[str, ...]:
    """The names of the tokens of host applications."""
    return tuple(ClientToken.objects.values_list("name", flat=True))


def issued_client_tokens() -> tuple[ClientToken, ...]:
    """The tokens of host applications, by name."""
    return tuple(ClientToken.objects.order_by("name"))


def operator_tokens() -> tuple[OperatorToken, ...]:
    """The tokens of the operator's programs, also those that are revoked or over, in the order they were made."""
    return tuple(OperatorToken.objects.order_by("id"))


def operator_token_in_call(value: str) -> OperatorTokenFacts | None:
    """What is stored of the operator's token of this value. No other kind of token is looked at."""
    row = OperatorToken.objects.filter(digest=digest_of(value)).first()
    return OperatorTokenFacts(row.pk, row.name, row.expires_at, revoked=row.revoked_at is not None) if row else None


def client_tokens() -> tuple[tuple[str, str, frozenset[AccountId] | None], ...]:
    """Every token of a host application: its digest, its name, and the accounts it serves, `None` being all."""
    rows = ClientToken.objects.values_list("digest", "name", "accounts")
    return tuple(
        (digest, name, None if accounts is None else frozenset(map(AccountId, accounts)))
        for digest, name, accounts in rows
    )
