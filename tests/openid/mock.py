"""A real OpenID provider, which nobody here wrote: oidc-provider-mock, as a process of its own."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SERVE: Final = """
import os, sys, threading, warnings
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
warnings.simplefilter("ignore")
from oidc_provider_mock import User, app
from werkzeug.serving import make_server
people = [User(sub="FED-1", claims={"email": "ada@example.com"})]
make_server("127.0.0.1", int(sys.argv[1]), app(require_nonce=True, user_claims=people), threaded=True).serve_forever()
"""
"""The provider, which ends with whoever holds the other end of its standard input, however that ends."""

READY_WITHIN: Final = 30.0


@contextmanager
def a_provider(folder: Path) -> Iterator[str]:
    """The address of a provider that serves until the block ends; its log lies in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, log = f"http://127.0.0.1:{port}", folder / "provider.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        end = time.monotonic() + READY_WITHIN
        while not _answers(url):
            if time.monotonic() > end or process.poll() is not None:
                message = f"the provider does not start:\n{log.read_text()}"
                raise AssertionError(message)
            time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.communicate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5):  # noqa: S310 - our own
            return True
    except OSError:
        return False
