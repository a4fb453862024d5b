"""How a session's identity was proven, and which accounts that lets it into: passwords and identity providers (SSO)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import AccountId, Instant, Via


class ProvenBy(StrEnum):
    """What proved who somebody is. A passkey stands for the password and the second factor at once."""

    PASSWORD = "password"  # noqa: S105 - the word
    PASSKEY = "passkey"
    IDP = "idp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How and when a session's identity was proven; `federating` is the account whose identity provider did (SSO-14).

    `at` is the sign-in, which does not move while the session lives.
    """

    by: ProvenBy
    at: Instant
    federating: AccountId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnFacts:
    """What single sign-on asks about one account. `federated` are the accounts where the person is an SSO user: those
    with single sign-on enabled in which the person has a Federation ID (SSO-4). `enabled` tells whether single sign-on
    is enabled in this account, `primary` who manages it, `family` who manages the account whose provider vouches.
    """

    account: AccountId
    enabled: bool
    primary: AccountId | None
    federated: AbstractSet[AccountId]
    family: AccountId | None = None


def check_single_sign_on(proof: Proof, access: Access, facts: SignOnFacts) -> no.Refusal | None:
    """Judge whether a session so proven may be in the account (SSO-18, SSO-19).

    By password, or a passkey in its place: whoever is an SSO user anywhere enters the accounts of their direct roles
    where they are none, and those where they hold Administrator directly; no account by a group. By an identity
    provider: the federating account, and accounts reached through its groups or those of its primary, since no
    account's provider speaks for people in the accounts of somebody else; of these, one with single sign-on of its own
    only if its primary is the federating account. A provider that does not vouch any more opens nothing.
    """
    if proof.by is ProvenBy.IDP:
        return _by_provider(proof, access, facts)
    if not facts.federated:
        return None
    direct = access.via is Via.DIRECT
    if direct and (facts.account not in facts.federated or ADMINISTRATOR in access.roles):
        return None
    return no.SignOnByProvider(account=facts.account)


def _by_provider(proof: Proof, access: Access, facts: SignOnFacts) -> no.Refusal | None:
    vouches = proof.federating is not None and proof.federating in facts.federated
    if vouches and facts.account == proof.federating:
        return None
    related = facts.primary is not None and facts.primary in {proof.federating, facts.family}
    by_group = access.via is Via.GROUP and related
    if vouches and by_group and (not facts.enabled or facts.primary == proof.federating):
        return None
    return no.OutsideFederation(account=facts.account, federating=proof.federating or "")


def check_password_sign_in(
    federated: AbstractSet[AccountId], *, enterable: bool
) -> no.PasswordNotForSingleSignOn | None:
    """Refuse the password of an SSO-only user: one who is an SSO user and could enter nothing by it (SSO-20).

    `enterable` tells whether there is any account that the password would let in. No attempt is counted.
    """
    return no.PasswordNotForSingleSignOn() if federated and not enterable else None


def check_own_identity(proof: Proof) -> no.IdentityOfProvider | None:
    """Judge changing one's own e-mail address, password, second factors or passkeys: not in a session of an identity
    provider (USER-14), which vouches for its account alone.
    """
    return no.IdentityOfProvider() if proof.by is ProvenBy.IDP else None


def federation_key(federation_id: str, features: AbstractSet[Feature]) -> str:
    """What a Federation ID is compared by: itself, or with case folded where the account is licensed to (SSO-5)."""
    return federation_id.casefold() if Feature.CASE_INSENSITIVE_FEDERATION in features else federation_id
