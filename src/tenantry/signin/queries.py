"""Reads about entering accounts."""

from collections.abc import Set as AbstractSet

from django.db.models import F, Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.accounts.queries import as_password_policy
from tenantry.groups.models import GroupAccount, GroupUserRole
from tenantry.rules.accounts import CLOSED
from tenantry.rules.password_policy import PasswordPolicy, strictest
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.sign_on import Proof, ProvenBy, check_password_sign_in
from tenantry.rules.vocabulary import AccountId, Instant, Status
from tenantry.sharing.queries import default_own_or_shared
from tenantry.sso.models import SignOnSettings
from tenantry.sso.queries import federated_accounts
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page
from tenantry.support.queries import temporary_access
from tenantry.users.models import User, UserRole


def enterable_accounts(person: User, at: Instant, proof: Proof) -> QuerySet[Account]:
    """The accounts that let this person in now, in a session so proven: steps 2 to 4 of entering, as a list (ENTRY-2).

    Says the same as asking account by account; a consistency suite compares the two.
    """
    if person.locked:
        return Account.rows.across(Crossing.ACCOUNTS_OF_A_USER).none()
    return _reached(person, at, proof, federated_accounts(person.pk))


def sign_on_only(person: User | None, at: Instant) -> bool:
    """Whether the person signs in through identity providers alone: an SSO user whom no password lets into any account
    (SSO-20). A lock makes no difference, as it is about lifting one as well (LOCK-6).

    Two queries, whoever is asked about and also about nobody, so that the time it takes tells nothing.
    """
    somebody = person or User(pk=0)
    federated = federated_accounts(somebody.pk)
    by_password = Proof(by=ProvenBy.PASSWORD, at=at)
    enterable = _reached(somebody, at, by_password, federated).exists()
    return check_password_sign_in(federated, enterable=enterable) is not None


def _reached(person: User, at: Instant, proof: Proof, federated: AbstractSet[AccountId]) -> QuerySet[Account]:
    """The accounts that a session so proven would be let into, if the person is not locked."""
    accounts = Account.rows.across(Crossing.ACCOUNTS_OF_A_USER)
    direct = _by_roles(person, at)
    if proof.by is ProvenBy.IDP:
        inside = _by_provider(person, at, proof, federated, direct)
    elif federated:
        inside = direct & (~Q(id__in=federated) | _administered(person, at))
    else:
        inside = direct | _from_outside(person, at)
    return _open(accounts.filter(inside), at)


def _from_outside(person: User, at: Instant) -> Q:
    """That the account lets the person in by a group or, if it is staff, as that."""
    if person.staff:
        return _LET_IN | (~_LET_IN & Q(id__in=temporary_access(person.pk, at)))
    return _LET_IN & _by_groups(person, at)


def _by_provider(person: User, at: Instant, proof: Proof, federated: AbstractSet[AccountId], direct: Q) -> Q:
    """That the identity provider that vouches opens the account (SSO-18, SSO-19); by groups, those of its family."""
    if proof.federating not in federated:
        return Q(pk__in=[])
    outside = _from_outside(person, at)
    inside = Q(id=proof.federating) & (direct | outside)
    if person.staff:
        return inside
    enabled = SignOnSettings.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(enabled=True).values("account_id")
    own = Q(primary_id=proof.federating)
    family = Account.rows.across(Crossing.WHO_MANAGES).filter(id=proof.federating, primary__isnull=False)
    related = Q(primary_id__in=family.values("primary_id"))
    return inside | (outside & ~direct & (own | (related & ~Q(id__in=enabled))))


def _administered(person: User, at: Instant) -> Q:
    """That the person holds Administrator directly in the account (SSO-18)."""
    mine = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(in_force(at), user=person, role_id=ADMINISTRATOR)
    return Q(id__in=mine.values("account_id"))


def password_policy_for(person: User, at: Instant) -> PasswordPolicy:
    """What all accounts together ask of a person's password: those that direct roles or groups let them enter (PWD-5).

    A lock makes no difference, as a password is reset while locked. Where support staff are in as staff, only the
    accounts of their direct roles count.
    """
    inside = _by_roles(person, at)
    if not person.staff:
        inside |= _LET_IN & _by_groups(person, at)
    accounts = Account.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(inside, password_policy__isnull=False)
    return strictest(map(as_password_policy, _open(accounts, at).values_list("password_policy", flat=True)))


def administrators_of(person: User, at: Instant) -> dict[str, tuple[str, ...]]:
    """The addresses of the Administrators of the accounts where the person has direct access, with the names of these
    accounts (LOCK-4). One query.
    """
    rows = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_PERSON)
    direct = rows.filter(in_force(at), default_own_or_shared(), user=person)
    return _administrators(Q(account_id__in=direct.values("account_id")), at)


def federating_administrators_of(person: User, at: Instant) -> dict[str, tuple[str, ...]]:
    """The same of the accounts whose identity providers vouch for the person, who has no other way in (LOCK-4)."""
    return _administrators(Q(account_id__in=federated_accounts(person.pk)), at)


def _administrators(of: Q, at: Instant) -> dict[str, tuple[str, ...]]:
    rows = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_PERSON)
    holders = rows.filter(of, in_force(at), role_id=ADMINISTRATOR)
    closed = [status.value for status in CLOSED]
    found: dict[str, list[str]] = {}
    names = holders.exclude(account__status__in=closed).order_by("account__name_key", "account_id", "user__email_key")
    for email, name in names.values_list("user__email", "account__name"):
        found.setdefault(email, []).append(name)
    return {email: tuple(accounts) for email, accounts in found.items()}


_LET_IN = Q(support_access_role__isnull=False) & (
    Q(support_access_role__account_id__isnull=True) | Q(support_access_role__account_id=F("id"))
)
"""That the account lets people from outside in."""


def _open(accounts: QuerySet[Account], at: Instant) -> QuerySet[Account]:
    """Those of the accounts whose status lets people in (ACC-4)."""
    expired = Q(status=Status.TRIAL, trial_ends__isnull=False, trial_ends__lte=at)
    return accounts.exclude(status__in=[status.value for status in CLOSED]).exclude(expired)


def _by_roles(person: User, at: Instant) -> Q:
    """That the person holds a direct role in the account."""
    direct = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(
        in_force(at), default_own_or_shared(), user=person
    )
    return Q(id__in=direct.values("account_id"))


def _by_groups(person: User, at: Instant) -> Q:
    """That a group of the account's own primary, which is not deleted, holds both account and person (GRP-14)."""
    grants = GroupUserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(in_force(at), user=person)
    grants = grants.exclude(account__status=Status.DELETED)
    everywhere = grants.filter(group__everywhere=True)
    named = grants.filter(group__everywhere=False)
    members = GroupAccount.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(
        group_id__in=named.values("group_id"), member__primary_id=F("account_id")
    )
    return Q(primary_id__in=everywhere.values("account_id")) | Q(id__in=members.values("member_id"))


def in_force(at: Instant) -> Q:
    """That a grant counts at an instant, whatever is asked: under a condition nobody enters."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=at)
    return begun & (Q(valid_until__isnull=True) | Q(valid_until__gt=at)) & Q(condition="")


def switch_list(person: User, at: Instant, proof: Proof, search: str = "", place: str = "") -> Page[Account]:
    """One page of "Switch Account...", by name, searched by any part of name or id."""
    accounts = enterable_accounts(person, at, proof)
    if search.strip():
        accounts = accounts.filter(Q(name_key__contains=search.strip().casefold()) | Q(id__icontains=search.strip()))
    return keyset_page(accounts, ("name_key", "id"), place)


def first_enterable(person: User, at: Instant, proof: Proof) -> AccountId | None:
    """The first enterable account in name order (ENTRY-3)."""
    found = enterable_accounts(person, at, proof).order_by("name_key", "id").values_list("id", flat=True).first()
    return AccountId(found) if found else None
