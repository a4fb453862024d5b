"""Headers that every answer of the console carries."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from tenantry.console.leaving import form_goes_to

POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content Security Policy level 3: nothing inline, nothing from elsewhere, no frames."""


class SecurityHeaders:
    """Adds the policy and its companions; pages of the console are never kept by caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers added."""
        # no text of ours holds a zero character, and not every database could look for one
        hostile = "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path
        response = (
            HttpResponse("400: zero character in the address", status=400) if hostile else self.get_response(request)
        )
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {form_goes_to(response)}".rstrip())
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
