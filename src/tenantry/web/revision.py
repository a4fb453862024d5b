"""Answers to writes tell up to which revision everybody sees them."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from tenantry.store import raising

HEADER: Final = "Tenantry-Revision"


class WrittenRevision:
    """Adds the number that the last transaction of a request got, of those that changed what decisions rest on.

    Whoever asks for a decision at least as new knows that the write is part of it. An answer to a request that has
    changed nothing of the kind has no such header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the number, if there is one."""
        raising.forget_last_raised()
        response = self.get_response(request)
        number = raising.last_raised()
        if number is not None:
            response.headers[HEADER] = str(number)
        return response
