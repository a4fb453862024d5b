"""A handler that does nothing, for the server that serves the product: what cannot be beaten on this machine."""

import sys
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

BODY = b'{"decision":true}'


async def application(scope: object, exchange: Any) -> None:  # noqa: ANN401 - the server has no types
    """Answer without looking at anything, not even at what was sent."""
    del scope
    exchange.response_bytes(200, [("Content-Type", "application/json")], BODY)


if __name__ == "__main__":
    Server(
        "empty_handler:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        workers=1,
        log_level=LogLevels.warning,
    ).serve()
