"""Calls read and answered, whichever server has taken them."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.conf import settings

from tenantry.access_api import discovery as at
from tenantry.access_api.calls import Environ, demand_method, number_asked_for
from tenantry.access_api.clients import client_of
from tenantry.access_api.doors import Asking, Door
from tenantry.access_api.register import door_at
from tenantry.access_api.replies import Fault, Reply
from tenantry.decisions.engine import State

AGAIN: Final = (("Retry-After", "1"),)
"""Said where the database does not answer."""


class Asked(NamedTuple):
    """A call that wants an answer from a state. Who is not known learns nothing else, so what is `wrong` with the
    request is told after that.
    """

    environ: Environ
    door: Door[Any]
    request: Any
    wrong: Fault | None
    at_least: int | None

    def answer(self, state: State) -> Reply:
        """Answer it from this state; refuses with `Fault`."""
        client = client_of(self.environ, state)
        if self.wrong is not None:
            raise self.wrong
        reply = self.door.answer(Asking(state, client, datetime.now(UTC)), self.request)
        return Reply(reply.body, reply.status, (*reply.headers, ("Tenantry-Revision", str(state.revision))))


def read(environ: Environ) -> Asked | Reply:
    """What is asked, or the answer where no state is needed for it; refuses with `Fault` what has no address."""
    path = environ["PATH_INFO"]
    door = door_at(path)
    if door is None:
        return _elsewhere(environ, path)
    demand_method(environ, door.method)
    try:
        request = door.read(environ)
        return Asked(environ, door, request, None, number_asked_for(environ, door.context(request)))
    except Fault as fault:
        return Asked(environ, door, None, fault, None)


def headers_of(environ: Environ, reply: Reply) -> list[tuple[str, str]]:
    """The headers of an answer."""
    headers = [("Content-Type", "application/json"), *reply.headers]
    request_id = environ.get("HTTP_X_REQUEST_ID")
    if request_id is not None:
        headers.append(("X-Request-ID", request_id))
    return headers


def _elsewhere(environ: Environ, path: str) -> Reply:
    if path == at.well_known_path(settings.BASE_URL):
        demand_method(environ, "GET", "HEAD")
        return Reply(at.metadata(settings.BASE_URL), headers=(("Cache-Control", "public, max-age=300"),))
    raise Fault(404, "There is no such address in this interface.")
