"""What people see when something is refused or the store does not serve."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenantry.rules.refusals import Refusal, Refused
from tenantry.store.transaction import StoreUnavailable
from tenantry.web.refusal_table import anchor_of, status_of

log = logging.getLogger(__name__)


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
        if isinstance(exception, StoreUnavailable):
            return unavailable(request, exception)
        return None


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page, or for a part of a page the notice, that says what is missing and by which rule."""
    status = status_of(refusal)
    template = "partials/refusal.html" if getattr(request, "htmx", False) else "errors/refused.html"
    context = {"refusal": refusal, "anchor": anchor_of(refusal), "status": status}
    response = render(request, template, context, status=status)
    if getattr(request, "htmx", False):
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
    return response


def unavailable(request: HttpRequest, error: StoreUnavailable) -> HttpResponse:
    """The page of a store that is busy, full or gone; says that nothing was changed."""
    log.error("store unavailable: %s", error)
    response = render(request, "errors/503.html", {"why": str(error), "shell": "none"}, status=503)
    response.headers["Retry-After"] = "5"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form that did not come from the console, or from a session that is over."""
    del reason
    context = {"why": "This page was open for too long, or its form came from elsewhere. Reload it and try again."}
    return render(request, "errors/403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of an address that leads nowhere."""
    del exception
    return render(request, "errors/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """The page of a defect; the log has its trace."""
    return render(request, "errors/500.html", status=500)
