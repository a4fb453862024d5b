"""A handler that does nothing, for the server that serves the product: what cannot be beaten on this machine."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

BODY = b'{"decision":true}'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer without looking at anything."""
    del environ
    start_response("200 OK", [("Content-Type", "application/json")])
    return [BODY]


if __name__ == "__main__":
    Server(
        "empty_handler:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=int(sys.argv[2]),
        log_level=LogLevels.warning,
    ).serve()
