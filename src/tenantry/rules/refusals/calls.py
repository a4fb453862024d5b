"""Calls of the platform API."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotProven(Denial):
    """A call does not prove who makes it; what is wrong is never told."""

    code = "call_not_proven"
    rule = "API-7"
    sentence = "The credentials are missing or not valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenElsewhere(Denial):
    """The token is good, but was made in another account."""

    code = "token_elsewhere"
    rule = "TOK-3"
    sentence = "The token works for the account in which it was made, and {account} is another one."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerInterfaceOff(Denial):
    """The account in the address may not call on behalf of accounts it manages."""

    code = "partner_interface_off"
    rule = "API-1"
    sentence = "The partner interface is not switched on in {account}."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideNotManaged(Denial):
    """The account to act in is not managed by the one in the address, or does not exist."""

    code = "override_not_managed"
    rule = "API-1"
    sentence = "{override} is no account that {account} manages."
    account: str
    override: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere(Denial):
    """The account has no such object, or the caller may not see it: these are not told apart."""

    code = "not_there"
    rule = "API-8"
    sentence = "There is no {object} {id} here, or it is not yours to see."
    object: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotYours(Denial):
    """What was sent names another account than the one the call acts in."""

    code = "account_not_yours"
    rule = "API-8"
    sentence = "accountId is {named}, but the call acts in {account}."
    named: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPossibleByCall(Conflict):
    """The object has no such verb."""

    code = "not_possible_by_call"
    rule = "API-3"
    sentence = "Unknown objectType for {verb} operation: {object}."
    verb: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingNamed(Conflict):
    """What was sent refers to something that is not there, or not the caller's to see: these are not told apart."""

    code = "nothing_named"
    rule = "API-8"
    sentence = "{member} names nothing here: {id}."
    member: str
    id: str
