"""The access interface as a WSGI application, which stands in front of Django or alone."""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from tenantry.access_api import discovery as at
from tenantry.access_api.calls import Environ, demand_method, number_asked_for
from tenantry.access_api.clients import client_of
from tenantry.access_api.doors import Asking, Door
from tenantry.access_api.proving import proven
from tenantry.access_api.register import DOORS
from tenantry.access_api.replies import Fault, Reply
from tenantry.store.proof import CannotProveCurrent
from tenantry.store.transaction import StoreUnavailable, explain_unavailable

log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_JSON: Final = ("Content-Type", "application/json")
_AGAIN: Final = (("Retry-After", "1"),)

ATTEMPTS: Final = 2
"""How often a call is tried: a connection that the database has closed meanwhile is opened anew."""


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a call of the access interface."""
    reply = _answered(environ)
    headers = [_JSON, *reply.headers]
    request_id = environ.get("HTTP_X_REQUEST_ID")
    if request_id is not None:
        headers.append(("X-Request-ID", request_id))
    start_response(reply.line, headers)
    return [reply.body]


def in_front_of(others: Callable[..., Any]) -> Application:
    """This interface at its addresses, and what is behind it at all others."""
    mine = ("/access/", at.WELL_KNOWN)

    def both(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(mine):
            return application(environ, start_response)
        told: Iterable[bytes] = others(environ, start_response)
        return told

    return both


def _answered(environ: Environ) -> Reply:
    try:
        door = DOORS.get(environ["PATH_INFO"])
        if door is None:
            return _elsewhere(environ)
        demand_method(environ, door.method)
        return _asked(door, environ)
    except Fault as fault:
        return fault.reply
    except Exception:
        log.exception("access interface failed")
        return Fault(500, "Tenantry failed to answer; its log tells more.").reply


def _asked(door: "Door[Any]", environ: Environ) -> Reply:
    """Read what is asked, then prove who asks and from which state it is answered. Who is not known learns nothing
    else, so what is wrong with a request is told last.
    """
    request: Any = None
    wrong: Fault | None = None
    at_least = None
    try:
        request = door.read(environ)
        at_least = number_asked_for(environ, door.context(request))
    except Fault as fault:
        wrong = fault
    for attempt in range(1, ATTEMPTS + 1):
        try:
            state = proven(at_least)
            client = client_of(environ, state)
            if wrong is not None:
                raise wrong
            reply = door.answer(Asking(state, client, datetime.now(UTC)), request)
        except CannotProveCurrent as failure:  # which has waited as long as callers can
            raise Fault(503, str(failure), _AGAIN) from failure
        except (StoreUnavailable, DatabaseError, InterfaceError) as failure:
            connection.close()
            if attempt == ATTEMPTS:
                log.exception("access interface unavailable")
                why = str(failure) if isinstance(failure, StoreUnavailable) else explain_unavailable(failure)
                raise Fault(503, why, _AGAIN) from failure
        else:
            return Reply(reply.body, reply.status, (*reply.headers, ("Tenantry-Revision", str(state.revision))))
    raise AssertionError  # the loop returns or raises


def _elsewhere(environ: Environ) -> Reply:
    if environ["PATH_INFO"] == at.well_known_path(settings.BASE_URL):
        demand_method(environ, "GET", "HEAD")
        return Reply(at.metadata(settings.BASE_URL), headers=(("Cache-Control", "public, max-age=300"),))
    raise Fault(404, "There is no such address in this interface.")
