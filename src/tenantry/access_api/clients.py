"""Host applications: known by a bearer token, and the accounts that it serves."""

from dataclasses import dataclass
from typing import Final

from tenantry.access_api.calls import Environ
from tenantry.access_api.replies import Fault
from tenantry.decisions.authzen import Served
from tenantry.decisions.engine import State
from tenantry.tokens.queries import CLIENTS, client_tokens
from tenantry.tokens.values import digest_of

_SCHEME: Final = "bearer "

_CHALLENGE: Final = 'Bearer realm="Tenantry"'

_MET: Final = 10_000
"""Headers that are remembered."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls."""

    name: str
    served: Served


def client_of(environ: Environ, state: State) -> Client:
    """The host application that makes a call; refuses calls of others, and those by tokens revoked before the state."""
    clients = state.thing(CLIENTS, _Clients)
    sent = environ.get("HTTP_AUTHORIZATION")
    client = clients.met.get(sent)
    if client is not None:
        return client
    if sent is None:
        raise Fault(401, "A bearer token of a host application is needed.", (("WWW-Authenticate", _CHALLENGE),))
    if sent[: len(_SCHEME)].lower() == _SCHEME:
        client = clients.known.get(digest_of(sent[len(_SCHEME) :].strip()))
        if client is not None:
            if len(clients.met) < _MET:
                clients.met[sent] = client
            return client
    told = f'{_CHALLENGE}, error="invalid_token"'
    raise Fault(401, "The bearer token is not valid.", (("WWW-Authenticate", told),))


class _Clients:
    """All of them by the digests of their tokens, which one query tells; and, so that nothing is digested for every
    question, by the headers of those that have called since. Both are forgotten as soon as any token changes.
    """

    def __init__(self) -> None:
        self.known = {digest: Client(name, accounts) for digest, name, accounts in client_tokens()}
        self.met: dict[str | None, Client] = {}
