"""API tokens."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused(Denial):
    """A call does not prove itself: there is no such token for this user and account, or it is disabled or revoked."""

    code = "token_refused"
    rule = "TOK-7"
    sentence = "The token does not let this user into this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNameInvalid(Invalid):
    """The token's name is empty or too long."""

    code = "token_name_invalid"
    rule = "TOK-3"
    place = "name"
    sentence = "A token has a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensNotLicensed(Conflict):
    """The account lacks the token feature."""

    code = "tokens_not_licensed"
    rule = "TOK-1"
    sentence = "API tokens are not licensed in {account}: the feature “API tokens” is off there."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNameTaken(Conflict):
    """The person, or for host applications the installation, has a token of this name already."""

    code = "token_name_taken"
    rule = "TOK-3"
    sentence = "There is a token named “{name}” already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNotFound(Conflict):
    """The account has no such token, or not for the person who asks."""

    code = "token_not_found"
    rule = "TOK-3"
    sentence = "There is no such token here."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Conflict):
    """The token was revoked, which is permanent."""

    code = "token_revoked"
    rule = "TOK-5"
    sentence = "The token “{name}” is revoked, and stays so."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOfSomebodyElse(Conflict):
    """Only its owner renames a token."""

    code = "token_of_somebody_else"
    rule = "TOK-5"
    sentence = "Only its owner renames a token."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLimitReached(Conflict):
    """The person has as many tokens as one may have."""

    code = "token_limit_reached"
    rule = "TOK-2"
    sentence = "A person has at most {limit} tokens over all accounts."
    limit: int
