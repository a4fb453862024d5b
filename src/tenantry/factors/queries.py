"""Reads of second factors and of the accounts that enforce them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from tenantry.factors.models import Authenticator, BackupCode, Enforcement, Passkey
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.signin.queries import enterable_accounts
from tenantry.store.crossings import Crossing
from tenantry.users.models import AccountUser, User

PasskeyRow = Passkey
"""A passkey as stored; only this folder's commands write one."""


def two_factor_on(user: int) -> bool:
    """Whether the person has set up two-factor authentication (MFA-1)."""
    return Authenticator.objects.filter(user_id=user).exists()


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """What somebody has besides, or instead of, a password."""

    code: bool = False
    passkey: bool = False


def second_factors_of(user: int) -> SecondFactors:
    """Whether the person has an authenticator app, and any passkey. One query."""
    app, passkeys = (Exists(model.objects.filter(user=OuterRef("pk"))) for model in (Authenticator, Passkey))
    found = User.objects.filter(pk=user).values_list(app, passkeys).first()
    return SecondFactors(*found) if found else SecondFactors()


def bound_since(user: int) -> Instant | None:
    """When the person's authenticator app was verified, if there is one."""
    return Authenticator.objects.filter(user_id=user).values_list("bound_at", flat=True).first()


def backup_codes_left(user: int) -> int:
    """How many backup codes the person has not used yet (MFA-4)."""
    return BackupCode.objects.filter(user_id=user).count()


def passkeys_of(user: int) -> tuple[PasskeyRow, ...]:
    """The person's passkeys, by name."""
    return tuple(Passkey.objects.filter(user_id=user).order_by("name", "id"))


def passkey_of(user: int, passkey: int) -> PasskeyRow | None:
    """The passkey of this number, if it is the person's."""
    return Passkey.objects.filter(user_id=user, pk=passkey).first()


def passkey_by_credential(credential: str) -> PasskeyRow | None:
    """The passkey that browsers know by this, with its owner."""
    return Passkey.objects.filter(credential=credential).select_related("user").first()


def enforces_two_factor(account: AccountId | str) -> bool:
    """Whether the account asks for two-factor authentication of whoever enters it by password (MFA-9)."""
    return Enforcement.rows.of(account).filter(enforced=True).exists()


def enforcing_accounts(person: User, at: Instant) -> tuple[str, ...]:
    """The names of the accounts that the person can enter by password and that enforce two-factor authentication
    (MFA-7). One query, and one about single sign-on.
    """
    enforcing = Enforcement.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(enforced=True).values("account_id")
    accounts = enterable_accounts(person, at, Proof(by=ProvenBy.PASSWORD, at=at)).filter(id__in=enforcing)
    return tuple(accounts.order_by("name_key", "id").values_list("name", flat=True))


def users_without_two_factor(account: AccountId | str) -> int:
    """How many users of the account have not set up two-factor authentication."""
    having = Authenticator.objects.values("user_id")
    return AccountUser.rows.of(account).exclude(user_id__in=having).count()
