"""Runtimes and what they report."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeNotFound(Denial):
    """The account has no such runtime, or it is attached where the asker does not get in."""

    code = "runtime_not_found"
    rule = "ENV-13"
    sentence = "There is no such runtime in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeNameInvalid(Invalid):
    """A runtime needs a name."""

    code = "runtime_name_invalid"
    rule = "ENV-3"
    place = "name"
    sentence = "A runtime needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeTokenRefused(Denial):
    """A runtime does not prove itself: the token is unknown, used or has run out."""

    code = "runtime_token_refused"
    rule = "PRIV-6"
    sentence = "This token installs or proves no runtime: it is unknown, used or has run out."


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeAttached(Conflict):
    """A runtime is deleted only when it is attached nowhere."""

    code = "runtime_attached"
    rule = "ENV-6"
    sentence = "{runtime} is attached to {environment}: detach it first."
    runtime: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeThereAlready(Conflict):
    """The runtime is attached to this very environment, so it neither attaches nor moves."""

    code = "runtime_there_already"
    rule = "ENV-3"
    sentence = "{runtime} is attached to {environment} already."
    runtime: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLifeInvalid(Invalid):
    """An installer token can be used for half an hour to a day."""

    code = "token_life_invalid"
    rule = "PRIV-6"
    place = "duration"
    sentence = "An installer token can be used for {shortest} to {longest} minutes."
    shortest: int
    longest: int
