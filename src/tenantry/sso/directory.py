"""Directories (LDAP, Active Directory): whether a user name and a password are right there, and whose they are.

The platform finds the one entry of the name with the account it was given, then binds as that entry with the password.
The library python-ldap is an extra and is imported here alone, when it is needed.
"""

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Final
from urllib.parse import urlsplit

from tenantry.rules.federations import check_federation_id
from tenantry.rules.provider_settings import USER
from tenantry.rules.vocabulary import AccountId
from tenantry.sso.conversations import one_conversation
from tenantry.sso.failures import ProviderFault
from tenantry.sso.provider_addresses import directory_fault
from tenantry.sso.reach import Deadline, connect

SECONDS: Final = 5
"""How long one answer may take; the whole connection has the bound of `reach`."""

LIMIT: Final = 1024 * 1024
"""Bytes that a directory may send on one connection: the library would read them all."""

_PORTS: Final = {"ldap": 389, "ldaps": 636}
_PART: Final = 16 * 1024


class PairWrong(Exception):
    """The directory knows no such pair of user name and password."""


class NotInstalled(Exception):
    """The library is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What an account has set. `certificate` is that of the directory's authority, in PEM; empty: what the machine
    trusts. Without `bind_name` the search is anonymous.
    """

    account: AccountId
    url: str
    start_tls: bool
    certificate: str
    bind_name: str
    bind_password: str
    search_base: str
    search_filter: str
    attribute: str


@one_conversation
def federation_id_of(directory: Directory, name: str, password: str) -> str:
    """The Federation ID of whoever has this user name and password.

    Refuses an empty password before anybody is asked: directories take it for a wish to stay anonymous, and say yes.
    An unknown name costs as many questions as a wrong password, and is answered alike.
    """
    ldap = _library()
    if not name or not password or "\x00" in name + password:
        raise PairWrong
    with _bound(ldap, directory) as connection:
        entry = _find(ldap, connection, directory, name)
    who = entry[0] if entry else f"cn={token_hex(16)},{directory.search_base}"
    with _connected(ldap, directory) as connection:
        try:
            connection.simple_bind_s(who, password)
        except _wrong(ldap) as error:
            raise PairWrong from error
        except ldap.LDAPError as error:
            raise _fault(ldap, error, "The directory does not let the person in") from error
    if entry is None:
        raise PairWrong
    return _read(entry[1], directory.attribute)


@one_conversation
def try_directory(directory: Directory) -> str:
    """What works of the connection, as a sentence; refuses with what does not."""
    ldap = _library()
    with _bound(ldap, directory) as connection:
        try:
            connection.search_ext_s(directory.search_base, ldap.SCOPE_BASE, attrlist=["1.1"], timeout=SECONDS)
        except ldap.LDAPError as error:
            raise _fault(ldap, error, "The search base cannot be read") from error
        _find(ldap, connection, directory, token_hex(16))
    return "The directory answers, and can be searched."


def _library() -> Any:  # noqa: ANN401 - a module that may not be there
    try:
        import ldap  # noqa: PLC0415 - an extra
        import ldap.filter  # noqa: PLC0415
    except ImportError as error:
        raise NotInstalled from error
    return ldap


def _wrong(ldap: Any) -> tuple[type[Exception], ...]:  # noqa: ANN401
    """How directories say that a pair is wrong, or that they do not let this person in, whom they may have locked.

    Which of these it is would tell a stranger who is known there.
    """
    return (
        ldap.INVALID_CREDENTIALS,
        ldap.NO_SUCH_OBJECT,
        ldap.INVALID_DN_SYNTAX,
        ldap.INAPPROPRIATE_AUTH,
        ldap.CONSTRAINT_VIOLATION,
        ldap.UNWILLING_TO_PERFORM,
    )


def _find(ldap: Any, connection: Any, directory: Directory, name: str) -> tuple[str, Any] | None:  # noqa: ANN401
    """The one entry that has this name; none where nobody or more than one has it."""
    escaped = ldap.filter.escape_filter_chars(name)
    wanted = directory.search_filter.replace(USER, escaped)
    try:
        found = connection.search_ext_s(
            directory.search_base,
            ldap.SCOPE_SUBTREE,
            wanted,
            [directory.attribute],
            timeout=SECONDS,
            sizelimit=2,
        )
    except ldap.SIZELIMIT_EXCEEDED:
        return None
    except ldap.LDAPError as error:
        raise _fault(ldap, error, "The directory cannot be searched") from error
    entries = [(who, what) for who, what in found if who]  # others are referrals, which are not followed
    return entries[0] if len(entries) == 1 else None


def _read(attributes: dict[str, list[bytes]], attribute: str) -> str:
    """The one value of the attribute, as text."""
    named = {key.casefold(): values for key, values in attributes.items()}
    values = named.get(attribute.casefold(), [])
    text = ""
    if len(values) == 1:
        with suppress(UnicodeDecodeError):
            text = values[0].decode()
    if check_federation_id(text) is not None:
        msg = f"The entry has no attribute {attribute} with one value that is a Federation ID."
        raise ProviderFault(msg)
    return text


@contextmanager
def _bound(ldap: Any, directory: Directory) -> Iterator[Any]:  # noqa: ANN401
    """A connection that may search."""
    with _connected(ldap, directory) as connection:
        if directory.bind_name:
            if not directory.bind_password:
                raise ProviderFault("The password for searching is not set.")
            try:
                connection.simple_bind_s(directory.bind_name, directory.bind_password)
            except _wrong(ldap) as error:
                raise ProviderFault("The directory does not take the name and password for searching.") from error
            except ldap.LDAPError as error:
                raise _fault(ldap, error, "The directory does not answer") from error
        yield connection


@contextmanager
def _connected(ldap: Any, directory: Directory) -> Iterator[Any]:  # noqa: ANN401
    """A connection with TLS, to the address that was judged, for a bounded time."""
    fault = directory_fault(directory.url, start_tls=directory.start_tls)
    if fault:
        raise ProviderFault(fault)
    parts = urlsplit(directory.url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    line = connect(host, port)
    with ExitStack() as ends:
        ends.callback(Deadline(line).over)
        if parts.scheme == "ldaps":
            line = _secured(line, host, directory.certificate)
        near = ends.enter_context(_relayed(line))
        shown = f"[{host}]" if ":" in host else host
        connection = ldap.initialize(f"ldap://{shown}:{port}", fileno=near.detach())
        ends.callback(_unbind, ldap, connection)
        connection.set_option(ldap.OPT_PROTOCOL_VERSION, ldap.VERSION3)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, SECONDS)
        connection.set_option(ldap.OPT_TIMEOUT, SECONDS)
        if directory.start_tls:
            _start_tls(ldap, connection, directory.certificate)
        yield connection


def _unbind(ldap: Any, connection: Any) -> None:  # noqa: ANN401
    with suppress(ldap.LDAPError):
        connection.unbind_s()


def _start_tls(ldap: Any, connection: Any, certificate: str) -> None:  # noqa: ANN401
    """TLS on a connection that began without; nothing was said on it before."""
    with ExitStack() as ends:
        authorities = ssl.get_default_verify_paths().cafile or ""
        if certificate:
            file = ends.enter_context(tempfile.NamedTemporaryFile("w", suffix=".pem"))
            file.write(certificate)
            file.flush()
            authorities = file.name
        try:
            if authorities:
                connection.set_option(ldap.OPT_X_TLS_CACERTFILE, authorities)
            connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
            connection.set_option(ldap.OPT_X_TLS_PROTOCOL_MIN, ldap.OPT_X_TLS_PROTOCOL_TLS1_2)
            connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
            connection.start_tls_s()
        except (ldap.LDAPError, ValueError) as error:
            msg = "The directory does not begin TLS with a certificate that is trusted and has its name."
            raise ProviderFault(msg) from error


def _secured(line: socket.socket, host: str, certificate: str) -> ssl.SSLSocket:
    """TLS from the beginning, which libldap could not begin on a connection that it takes over."""
    try:
        context = ssl.create_default_context(cadata=certificate or None)
        return context.wrap_socket(line, server_hostname=host)
    except (OSError, ValueError) as error:
        line.close()
        raise ProviderFault("The certificate of the directory is not trusted, or has another name.") from error


@contextmanager
def _relayed(line: socket.socket) -> Iterator[socket.socket]:
    """The near end of a connection to the directory: libldap speaks to us and we to the directory, within the limit."""
    near, far = socket.socketpair()
    line.settimeout(SECONDS)
    relay = threading.Thread(target=_relay, args=(far, line), daemon=True)
    relay.start()
    try:
        yield near
    finally:
        near.close()
        relay.join(SECONDS)


def _relay(far: socket.socket, line: socket.socket) -> None:
    """Hand over what comes from either side until one of them ends, or the directory has said too much."""
    left = LIMIT
    with far, line, DefaultSelector() as waiting, suppress(OSError):
        waiting.register(far, EVENT_READ)
        waiting.register(line, EVENT_READ)
        while left > 0:
            ready = [line] if _pending(line) else [key.fileobj for key, _ in waiting.select()]
            for one, other in ((far, line), (line, far)):
                if one in ready:
                    part = one.recv(_PART)
                    if not part:
                        return
                    other.sendall(part)
                    left -= len(part) if one is line else 0


def _pending(line: socket.socket) -> bool:
    """Whether there is something read already that waiting for the connection would not tell of."""
    return isinstance(line, ssl.SSLSocket) and line.pending() > 0


def _fault(ldap: Any, error: Exception, what: str) -> ProviderFault:  # noqa: ANN401
    """The fault with the library's word for it, which holds nothing of what was sent."""
    told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    known = isinstance(error, ldap.LDAPError)
    word = str(told.get("desc", "")) if known else ""
    return ProviderFault(f"{what} ({word})." if word else f"{what}.")
