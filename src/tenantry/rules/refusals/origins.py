"""Origins: what is none, and what is not there or there already."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginNotFound(Denial):
    """The account has no such rule."""

    code = "origin_not_found"
    rule = "ACC-1"
    sentence = "This account has no such origin."


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginInvalid(Invalid):
    """What is typed is no origin, or its wildcard stands elsewhere than for a leading part of the domain."""

    code = "origin_invalid"
    rule = "CORS-1"
    place = "origin"
    sentence = (
        "An origin is http:// or https:// and a domain, with a port or without, such as https://app.example.com:8443 "
        "or https://*.example.com."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginMethodsMissing(Invalid):
    """A rule without a method allows nothing."""

    code = "origin_methods_missing"
    rule = "CORS-1"
    place = "methods"
    sentence = "Choose at least one of GET, POST and DELETE."


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginTaken(Conflict):
    """The account has a rule for this origin already."""

    code = "origin_taken"
    rule = "CORS-1"
    sentence = "There is a rule for {origin} already."
    origin: str
