"""Origins: from which web pages a browser may call the platform API in an account (CORS)."""

import re
from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no

ORIGIN_LIMIT: Final = 270
"""Characters of the longest origin: scheme, a domain of 253, and a port."""

DOMAIN_LIMIT: Final = 253
"""Characters of a domain (RFC 1035)."""

PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
"""The port where none is named, by scheme (CORS-1)."""

MAX_AGE: Final = 3600
"""Seconds for which a browser may keep the answer to a preflight (CORS-2)."""

ALLOWED_HEADERS: Final = (
    "cache-control, content-type, expires, last-modified, accept, content-language, authorization, pragma"
)
"""What a page may send with a call (CORS-2)."""

_HIGHEST_PORT: Final = 65535
_ORIGIN: Final = re.compile(r"(https?)://([a-z0-9.*-]+)(?::([0-9]{1,5}))?", re.IGNORECASE | re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


class Method(StrEnum):
    """What a rule can allow (CORS-1)."""

    GET = "GET"
    POST = "POST"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a page, or of the pages that a rule is about: then `domain` may begin with `*.`."""

    scheme: str
    domain: str
    port: int

    @property
    def text(self) -> str:
        """The one way in which it is written, as browsers write it: without the port that the scheme has anyway."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.domain}{port}"


@dataclass(frozen=True, slots=True)
class OriginRule:
    """A rule of an account: what pages of these origins may ask."""

    origin: Origin
    methods: frozenset[Method]


@dataclass(frozen=True, slots=True)
class Preflight:
    """The answer to a preflight: its status, and the headers that go with it."""

    status: int
    headers: Mapping[str, str]


def read_rule_origin(text: str) -> Origin | no.OriginInvalid:
    """Read the origin of a rule as typed: `http` or `https`, a domain, and a port or the usual one (CORS-1).

    `*` may stand for a leading part of the domain, never for all of it. Refuses all else, paths among it.
    """
    found = _read(text.strip())
    if found is None:
        return no.OriginInvalid()
    rest = found.domain.removeprefix("*.")
    return found if _domain(rest) else no.OriginInvalid()


def read_origin(header: str) -> Origin | None:
    """The origin that a browser names; nothing for `null`, for several, and for what is none."""
    found = _read(header)
    return found if found is not None and _domain(found.domain) else None


def _read(text: str) -> Origin | None:
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return None
    scheme = match[1].lower()
    port = PORTS[scheme] if match[3] is None else int(match[3])
    return Origin(scheme, match[2].lower(), port) if 0 < port <= _HIGHEST_PORT else None


def _domain(text: str) -> bool:
    return len(text) <= DOMAIN_LIMIT and all(_LABEL.fullmatch(label) for label in text.split("."))


def check_methods(methods: AbstractSet[Method]) -> no.OriginMethodsMissing | None:
    """A rule allows at least one method (CORS-1)."""
    return None if methods else no.OriginMethodsMissing()


def rules_that_fit(origin: Origin) -> tuple[str, ...]:
    """How the origins of rules are written that an origin fits, the closest first (CORS-1).

    Its own, then those with `*` for one leading part more each time. So a rule is found by few look-ups, however many
    an account has.
    """
    labels = origin.domain.split(".")
    wider = ("*." + ".".join(labels[cut:]) for cut in range(1, len(labels)))
    return tuple(Origin(origin.scheme, domain, origin.port).text for domain in (origin.domain, *wider))


def matching_rule(header: str, rules: Iterable[OriginRule]) -> OriginRule | None:
    """The rule of the account in the address that a page's origin fits, the closest one (CORS-1, CORS-4).

    Without rules no page fits.
    """
    origin = read_origin(header)
    if origin is None:
        return None
    known = {rule.origin.text: rule for rule in rules}
    return next((known[text] for text in rules_that_fit(origin) if text in known), None)


def answer_preflight(header: str, method: str, rules: Iterable[OriginRule]) -> Preflight:
    """The answer to a preflight, which nobody has to sign in for: 200 with what is allowed, or 401 (CORS-2).

    `header` and `method` are what the browser says about the page and the request to come, `rules` those of the
    account in the address (CORS-4). The origin is echoed; all methods of the rule are told, not only the one asked for.
    """
    rule = matching_rule(header, rules)
    if rule is None or method not in rule.methods:
        return Preflight(401, {})
    told = {
        "Access-Control-Allow-Methods": ", ".join(one for one in Method if one in rule.methods),
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": str(MAX_AGE),
    }
    return Preflight(200, _allowing(header) | told)


def headers_of_answer(header: str | None, rules: Iterable[OriginRule]) -> Mapping[str, str]:
    """What goes with the answer to a request that is none of preflight; the answer itself is the same (CORS-3).

    Nothing for pages that fit no rule, and for requests that name no origin: then no browser is asked to share it.
    """
    if header is None or matching_rule(header, rules) is None:
        return {}
    return _allowing(header)


def _allowing(header: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Origin": header,
        "Vary": "Origin",
    }
