"""Signing in through an identity provider that speaks SAML. What a person sees of these is in `sso.saml.console`."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlNotOffered(Denial):
    """Nobody signs in by SAML at this address; accounts that are not there are answered alike (SSO-10)."""

    code = "saml_not_offered"
    rule = "SSO-10"
    sentence = "Nobody signs in with single sign-on at this address."


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlUnreadable(Denial):
    """What came is no SAML response that could be read without danger (SSO-13)."""

    code = "saml_unreadable"
    rule = "SSO-13"
    sentence = "The answer of the identity provider cannot be read: {why}."
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlSignatureInvalid(Denial):
    """Neither assertion nor response is signed, or a signature does not hold (SSO-12)."""

    code = "saml_signature_invalid"
    rule = "SSO-12"
    sentence = "The answer of the identity provider is not signed as it has to be: {why}."
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlAnswerNotValid(Denial):
    """The identity provider's answer says no, is for somebody else, or is not for now (SSO-13)."""

    code = "saml_answer_not_valid"
    rule = "SSO-13"
    sentence = "The answer of the identity provider does not count here: {why}."
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlRequestUnknown(Denial):
    """The answer names a request that is not open: never made, answered, too old, or made by another browser
    (SSO-13).
    """

    code = "saml_request_unknown"
    rule = "SSO-13"
    sentence = "The identity provider answers a request that is not open."


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlAssertionUsed(Denial):
    """The assertion was accepted before; each one signs in once (SSO-13)."""

    code = "saml_assertion_used"
    rule = "SSO-13"
    sentence = "This answer of the identity provider was used already."


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlFederationIdMissing(Denial):
    """The assertion holds no Federation ID, or more than one, where the account has it looked for (SSO-14)."""

    code = "saml_federation_id_missing"
    rule = "SSO-14"
    sentence = "The identity provider does not say, by one Federation ID, who has signed in."


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlOtherPerson(Denial):
    """A session is unlocked only by whom it belongs to (SSO-16)."""

    code = "saml_other_person"
    rule = "SSO-16"
    sentence = "Somebody else has signed in at the identity provider than the person of this session."
