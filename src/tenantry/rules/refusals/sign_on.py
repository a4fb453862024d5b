"""Single sign-on as administrators set it up: settings, certificates, Federation IDs, and unlocking."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationIdInvalid(Invalid):
    """The Federation ID is empty or too long, or holds what cannot be seen."""

    code = "federation_id_invalid"
    rule = "SSO-5"
    place = "federation_id"
    sentence = "A Federation ID has 1 to {limit} characters, all of them visible, and no blank at either end."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationIdTaken(Conflict):
    """The Federation ID is another person's in this account."""

    code = "federation_id_taken"
    rule = "SSO-5"
    sentence = "“{federation_id}” is the Federation ID of {email} in this account."
    federation_id: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedAlready(Conflict):
    """A person has one Federation ID in an account."""

    code = "federated_already"
    rule = "SSO-4"
    sentence = "{email} has a Federation ID in this account already."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnChoiceUnknown(Invalid):
    """A setting has a word that it does not offer."""

    code = "sign_on_choice_unknown"
    rule = "SSO-2"
    place = "settings"
    sentence = "“{value}” is none of {offered}."
    member: str
    value: str
    offered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnUrlInvalid(Invalid):
    """An address of the identity provider is not one that browsers can be sent to."""

    code = "sign_on_url_invalid"
    rule = "SSO-2"
    place = "settings"
    sentence = "Give an https:// address of at most {limit} characters, without blanks, and without a name in it."
    member: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnIncomplete(Invalid):
    """Single sign-on cannot be enabled without this."""

    code = "sign_on_incomplete"
    rule = "SSO-3"
    place = "settings"
    sentence = "Single sign-on cannot be enabled without {name}."
    member: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateInvalid(Invalid):
    """What was imported is not one X.509 certificate that can be relied on."""

    code = "certificate_invalid"
    rule = "SSO-2"
    place = "certificate"
    sentence = "This certificate cannot be used: {why}."
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityOfProvider(Conflict):
    """Whoever an identity provider has signed in changes nothing here that one proves oneself by: it opens other
    accounts as well, for which that provider does not vouch.
    """

    code = "identity_of_provider"
    rule = "USER-14"
    sentence = (
        "Your identity provider has signed you in, so address, password, codes and passkeys are not changed here."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockByReset(Conflict):
    """Whoever can sign in with a password unlocks by resetting it, not by an administrator."""

    code = "unlock_by_reset"
    rule = "LOCK-5"
    sentence = "{email} can sign in with a password and unlocks by “Reset your password” on the sign-in page."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockElsewhere(Conflict):
    """Users who sign in through an identity provider are unlocked in the account of that provider."""

    code = "unlock_elsewhere"
    rule = "LOCK-6"
    sentence = "{email} is no single sign-on user of this account. The account whose provider vouches unlocks."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLocked(Conflict):
    """There is no lock to lift."""

    code = "not_locked"
    rule = "LOCK-6"
    sentence = "{email} is not locked."
    email: str
