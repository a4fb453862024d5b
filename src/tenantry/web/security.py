"""Headers that every answer of the console carries."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tenantry.console.leaving import form_goes_to

POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content Security Policy level 3: nothing inline, nothing from elsewhere, no frames."""

DEVICES: Final = ", ".join(
    (
        *(f"{name}=()" for name in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope")),
        *(f"{name}=()" for name in ("magnetometer", "microphone", "midi", "payment", "serial", "usb")),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    )
)
"""Permissions Policy: pages use no device but those that prove who somebody is."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": DEVICES,
}

ONLY_HTTPS: Final = "max-age=31536000; includeSubDomains"
"""For a year browsers come by HTTPS alone; sent where the console is reached by it."""


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
        for name, value in HEADERS.items():
            response.headers[name] = value
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {form_goes_to(response)}".rstrip())
        response.headers["Content-Security-Policy"] = policy
        if settings.HTTPS:
            response.headers["Strict-Transport-Security"] = ONLY_HTTPS
        response.headers.setdefault("Cache-Control", "no-store")
        return response
