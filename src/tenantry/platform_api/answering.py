"""Answers of the platform API: forms, and refusals with their status."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from tenantry.platform_api.wire.rendering import Form, error_body
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refusal


class NoSuchAddress(Exception):
    """A path outside the API, or a method it does not have there."""


class MediaType(Exception):
    """An object that does not exist in the form asked for."""


STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (no.CallNotProven, 401),
    (no.UnknownPrivilege, 400),
    (no.FeatureMissing, 403),
    (no.Denial, 403),
    (no.OperatorOnly, 403),
    (no.FeatureNotYours, 403),
    (no.NotYoursToGive, 403),
    (no.TokenOfSomebodyElse, 403),
    (no.NotSupportStaff, 403),
    (no.CallerNotTrusted, 403),
    (no.TokensNotLicensed, 403),
    (Refusal, 400),
)
"""The first kind that fits decides. What the caller may not do is 403; what no rule allows anybody is 400 (API-7)."""


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def form_asked(request: HttpRequest) -> Form:
    """In what the answer is to be written: XML unless JSON is asked for."""
    accepted = request.headers.get("Accept", "").lower()
    for one in accepted.split(","):
        media = one.partition(";")[0].strip()
        if media == "application/json":
            return Form.JSON
        if media in {"application/xml", "text/xml", "*/*"}:
            return Form.XML
    return Form.XML


def form_asked_besides(request: HttpRequest) -> bool:
    """Whether XML is among what is asked for, at whichever place."""
    asked = {one.partition(";")[0].strip() for one in request.headers.get("Accept", "").lower().split(",")}
    return not asked.isdisjoint({"application/xml", "text/xml", "*/*"})


def form_sent(request: HttpRequest) -> Form:
    """In what the body is written: XML unless it says that it is JSON."""
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Form.JSON if media == "application/json" else Form.XML


def answer(body: bytes, form: Form, status: int = 200) -> HttpResponse:
    """An answer in a form."""
    return HttpResponse(body, status=status, content_type=f"{form}; charset=UTF-8" if form is Form.XML else str(form))


def error(status: int, message: str, form: Form) -> HttpResponse:
    """An error and its sentence."""
    return answer(error_body(message, form), form, status)


def refused(refusal: Refusal, form: Form) -> HttpResponse:
    """A refusal: its sentence in the body, its code and its rules in headers of our own."""
    response = error(status_of(refusal), refusal.message, form)
    response.headers["Tenantry-Refusal"] = refusal.code
    response.headers["Tenantry-Rules"] = ", ".join(refusal.rules)
    if isinstance(refusal, no.CallNotProven):
        response.headers["WWW-Authenticate"] = 'Basic realm="Platform API", charset="UTF-8"'
    return response
