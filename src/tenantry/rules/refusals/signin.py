"""Signing in, passwords, and entering accounts."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRefused(Invalid):
    """The new password does not satisfy the rules, or the old one is wrong."""

    code = "password_refused"
    rule = "PWD-2"
    place = "password"
    sentence = "{why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Invalid):
    """The pair of e-mail and password does not identify anybody; never says which half is wrong."""

    code = "sign_in_failed"
    rule = "ENTRY-1"
    place = "email"
    sentence = "E-mail or password is not right."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNotValid(Invalid):
    """The link of an invitation was used, replaced or has run out."""

    code = "link_not_valid"
    rule = "USER-4"
    place = "token"
    sentence = "This link was used already or has run out. Ask an administrator to send a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEnterableAccount(Conflict):
    """The identity is proven, but there is no account the person can enter."""

    code = "no_enterable_account"
    rule = "ENTRY-1"
    sentence = "There is no account you can enter. {why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnByProvider(Denial):
    """Somebody with single sign-on has signed in by a password, which does not open this account (SSO-18)."""

    code = "sign_on_by_provider"
    rule = "SSO-18"
    sentence = "This session was begun with a password. {account} is entered through its identity provider."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideFederation(Denial):
    """The identity provider that vouches for the session does not do so for this account (SSO-18, SSO-19)."""

    code = "outside_federation"
    rule = "SSO-18"
    sentence = "This session was begun through the identity provider of {federating}, which does not open {account}."
    account: str
    federating: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordNotForSingleSignOn(Conflict):
    """Whoever can enter only through an identity provider has no use for a password (SSO-20)."""

    code = "password_not_for_single_sign_on"
    rule = "SSO-20"
    sentence = "You sign in through the identity provider of your account, not with a password."


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationUnknown(Denial):
    """The identity provider vouches for somebody whom the account does not know; nobody is created (SSO-6)."""

    code = "federation_unknown"
    rule = "SSO-6"
    sentence = "The identity provider of {account} has named somebody whom the account does not know."
    account: str
