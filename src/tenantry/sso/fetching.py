"""What is asked of identity providers over HTTP: little, briefly, following nobody elsewhere."""

import socket
import ssl
from contextvars import ContextVar
from functools import cache
from typing import Any, Final, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from tenantry.sso.failures import ProviderFault
from tenantry.sso.provider_addresses import host_of, tls_fault
from tenantry.sso.reach import CONNECT_SECONDS, Deadline, connect

LIMIT: Final = 256 * 1024
"""Bytes of an answer."""

READ_SECONDS: Final = 5.0
_PART: Final = 16 * 1024

_OPEN: Final[ContextVar[list[Deadline]]] = ContextVar("open")
"""The connections of the request that is being sent. They may live longer than the objects that opened them."""


class _ToTheAddressJudged:
    """Connects where `reach` says, and not for long."""

    host: str
    port: int

    def _new_conn(self) -> socket.socket:
        line = connect(self.host, self.port)
        line.settimeout(READ_SECONDS)
        _OPEN.get().append(Deadline(line))
        return line


class _Plain(_ToTheAddressJudged, HTTPConnection):
    pass


class _Secure(_ToTheAddressJudged, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


@cache
def _trust() -> ssl.SSLContext:
    """The authorities of the machine: read once, since that takes longer than a request."""
    return ssl.create_default_context()


class Guarded(HTTPAdapter):
    """Sends requests that are TLS, follow no redirect, and whose answers have a limit."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:  # noqa: ANN401, FBT001, FBT002 - the library's
        """Trust the authorities of the machine besides those that come along."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=_trust(), **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Send, and read the answer whole."""
        url = request.url or ""
        fault = tls_fault(url.partition("?")[0])
        if fault:
            raise ProviderFault(fault)
        host = host_of(url)
        opened: list[Deadline] = []
        mark = _OPEN.set(opened)
        try:
            answer = super().send(request, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), verify=True)
            answer._content = _read(answer.raw, host)  # noqa: SLF001 - so that nobody reads it without a limit
        except requests.exceptions.SSLError as error:
            msg = f"The certificate of {host} is not trusted."
            raise ProviderFault(msg) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            msg = f"{host} does not answer, or not in time."
            raise ProviderFault(msg) from error
        finally:
            _OPEN.reset(mark)
            for deadline in opened:
                deadline.over()
        if answer.is_redirect or answer.is_permanent_redirect:
            msg = f"{host} sends elsewhere, which is not followed."
            raise ProviderFault(msg)
        return answer


def _read(raw: HTTPResponse, host: str) -> bytes:
    body = bytearray()
    while part := raw.read1(_PART, decode_content=False):
        body += part
        if len(body) > LIMIT:
            raw.close()
            msg = f"The answer of {host} is too long."
            raise ProviderFault(msg)
    return bytes(body)


S = TypeVar("S", bound=requests.Session)


def guarded(session: S) -> S:
    """Let a session ask nobody but by `Guarded`, and heed nothing of the environment, such as proxies."""
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.mount("http://", Guarded())
    session.mount("https://", Guarded())
    return session


def fetch_object(url: str) -> dict[str, Any]:
    """The JSON object at an address."""
    host = host_of(url)
    try:
        with guarded(requests.Session()) as session:
            answer = session.get(url, headers={"Accept": "application/json"})
    except requests.RequestException as error:
        msg = tls_fault(url) or f"{host} cannot be asked."
        raise ProviderFault(msg) from error
    if answer.status_code != requests.codes.ok:
        msg = f"{host} answers with {answer.status_code}."
        raise ProviderFault(msg)
    try:
        found = answer.json()
    except (ValueError, RecursionError) as error:
        msg = f"The answer of {host} is no JSON."
        raise ProviderFault(msg) from error
    if not isinstance(found, dict):
        msg = f"The answer of {host} is no JSON object."
        raise ProviderFault(msg)
    return found
