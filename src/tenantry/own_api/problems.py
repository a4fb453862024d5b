"""What is wrong with a call, told as problem details (RFC 9457): refusals of the rules, and faults of the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpResponse
from msgspec import json

from tenantry.console import refusal_table
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refusal

MEDIA_TYPE: Final = "application/problem+json"

_FIRST: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (no.CallNotProven, 401),
    (no.NotThere, 404),
    (no.TokensNotLicensed, 403),
    (no.FeatureMissing, 403),
)
"""Where programs are told another status than people; the first kind that fits decides."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something wrong at a place: of the body, by JSON pointer (RFC 6901), or a parameter of the address."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    @property
    def told(self) -> dict[str, str]:
        """As a member of `errors`."""
        named = {"pointer": self.pointer, "parameter": self.parameter, "detail": self.detail}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(slots=True)
class Fault(Exception):
    """Something wrong with the call itself, which no rule of the law is about. `code` never changes once published."""

    status: int
    code: str
    detail: str
    errors: Sequence[Place] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: that of the console, but for what only calls meet."""
    found = next((status for kind, status in _FIRST if isinstance(refusal, kind)), None)
    return refusal_table.status_of(refusal) if found is None else found


def refused(refusal: Refusal) -> HttpResponse:
    """A refusal with its code, its rules and what its sentence is filled with."""
    status = status_of(refusal)
    answer = _problem(
        status,
        kind="refusal",
        code=refusal.code,
        detail=refusal.message,
        more={"rules": list(refusal.rules), "fields": refusal.details()},
    )
    if isinstance(refusal, no.CallNotProven):
        answer.headers["WWW-Authenticate"] = 'Basic realm="Tenantry", charset="UTF-8"'
    return answer


def faulty(fault: Fault) -> HttpResponse:
    """A fault of the call, with the places where it is."""
    more: dict[str, Any] = {"errors": [place.told for place in fault.errors]} if fault.errors else {}
    answer = _problem(fault.status, kind="fault", code=fault.code, detail=fault.detail, more=more)
    for name, value in fault.headers.items():
        answer.headers[name] = value
    return answer


def _problem(status: int, *, kind: str, code: str, detail: str, more: Mapping[str, Any]) -> HttpResponse:
    told = {
        "type": f"urn:tenantry:{kind}:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    return HttpResponse(json.encode(told), status=status, content_type=MEDIA_TYPE)
