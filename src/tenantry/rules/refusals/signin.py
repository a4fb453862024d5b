"""Signing in, passwords, and entering accounts."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


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
