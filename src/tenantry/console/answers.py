"""What people see when something is refused or the store does not serve."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from tenantry.console.refusal_table import status_of
from tenantry.console.shown import shown_refusal
from tenantry.rules.refusals import Refusal, Refused
from tenantry.store.transaction import StoreUnavailable, explain_unavailable

log = logging.getLogger(__name__)

PARTS: Final = {"dialog-body": "refusal_dialog.html", "refusal": "partials/refusal_afloat.html"}
"""What shows a refusal where only a part of a page was asked for, by the id of that part."""

TITLES: Final = {403: "Not allowed", 404: "Nothing here", 409: "Not possible now", 422: "Not accepted"}


class RefusalAnswers:
    """Turns `Refused` and `StoreUnavailable` that no page handled itself into their pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a refusal or of an unavailable store; anything else is a defect and goes on."""
        if isinstance(exception, Refused):
            return refused(request, exception.refusal)
        if isinstance(exception, (StoreUnavailable, OperationalError, InterfaceError)):
            return unavailable(exception)
        return None


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page, or the notice in an open dialog or page, that says what is missing and by which rule."""
    status = status_of(refusal)
    context = {"refusal": shown_refusal(refusal), "page_title": TITLES[status], "back": reverse("home")}
    if getattr(request, "visit", None) is not None:
        template = PARTS.get(request.headers.get("HX-Target", ""), "refused.html")
        return render(request, template, context, status=status)
    return render(request, "403.html", context, status=status)


def unavailable(error: Exception) -> HttpResponse:
    """The page of a store that is busy, full or gone; says that nothing was changed. Needs no store itself."""
    why = str(error) if isinstance(error, StoreUnavailable) else explain_unavailable(error)
    log.error("store unavailable: %s", why)
    response = HttpResponse(render_to_string("503.html", {"why": why}), status=503)
    response.headers["Retry-After"] = "5"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form that did not come from the console, or from a session that is over."""
    del reason
    context = {"why": "This page was open for too long, or its form came from elsewhere. Reload it and try again."}
    return render(request, "403.html", context, status=403)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of something not allowed for a reason of the framework's."""
    del exception
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of an address that leads nowhere."""
    del exception
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """The page of a defect; the log has its trace."""
    return render(request, "500.html", status=500)
