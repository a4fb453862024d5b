"""Sessions of requests: Django's, but for one case."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse


class Sessions(SessionMiddleware):
    """Reads and writes sessions. A request that comes with a session that is no more leaves the cookie alone.

    It may have been under way while the browser signed in or changed accounts: its answer, which can come last, would
    take away the cookie of the session that has just begun. A cookie of no session opens nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write what has changed; end the cookie where the view has ended the session."""
        session = request.session
        if not session.modified and session.is_empty():
            return response
        return super().process_response(request, response)
