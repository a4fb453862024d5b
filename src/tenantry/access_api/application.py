"""The access interface as a WSGI application, which stands in front of Django."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection

from tenantry.access_api import discovery as at
from tenantry.access_api.answering import AGAIN, Asked, headers_of, read
from tenantry.access_api.calls import Environ
from tenantry.access_api.proving import proven
from tenantry.access_api.replies import Fault, Reply
from tenantry.store.proof import CannotProveCurrent
from tenantry.store.transaction import StoreUnavailable, explain_unavailable

log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

ATTEMPTS: Final = 2
"""How often a call is tried: a connection that the database has closed meanwhile is opened anew."""


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a call of the access interface."""
    reply = answered(environ)
    start_response(reply.line, headers_of(environ, reply))
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


def answered(environ: Environ) -> Reply:
    """The answer to a call. Never raises."""
    try:
        asked = read(environ)
        return asked if isinstance(asked, Reply) else _answered_now(asked)
    except Fault as fault:
        return fault.reply
    except Exception:
        log.exception("access interface failed")
        return FAILED


def _answered_now(asked: Asked) -> Reply:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return asked.answer(proven(asked.at_least))
        except CannotProveCurrent as failure:  # which has waited as long as callers can
            raise Fault(503, str(failure), AGAIN) from failure
        except (StoreUnavailable, DatabaseError, InterfaceError) as failure:
            connection.close()
            if attempt == ATTEMPTS:
                log.exception("access interface unavailable")
                why = str(failure) if isinstance(failure, StoreUnavailable) else explain_unavailable(failure)
                raise Fault(503, why, AGAIN) from failure
    raise AssertionError  # the loop returns or raises


FAILED: Final = Fault(500, "Tenantry failed to answer; its log tells more.").reply
"""The answer where the fault is ours."""
