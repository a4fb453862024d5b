"""What OpenID providers say of themselves and of their keys: fetched, judged, and kept for some minutes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from joserfc.jwk import Key, KeySet, RSAKey, import_key

from tenantry.sso.certificates import SHORTEST_KEY
from tenantry.sso.failures import ProviderFault
from tenantry.sso.fetching import fetch_object
from tenantry.sso.provider_addresses import host_of, tls_fault

KEPT_SECONDS: Final = 300.0
KEPT_MOST: Final = 500
NEW_AGAIN_SECONDS: Final = 10.0
"""Keys younger than this are not fetched anew for a token that is signed by a key unknown here."""

DISCOVERY: Final = "/.well-known/openid-configuration"
_KEY_TYPES: Final = ("RSA", "EC", "OKP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as its discovery document tells. `names_itself`: its answers say who answers (RFC 9207).

    `by_post`: it wants the client's secret in the form, not in the header.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool = False
    by_post: bool = False


def read_provider(issuer: str, document: dict[str, Any]) -> Provider:
    """Judge a discovery document: it must be of this very issuer, and name addresses that may be asked."""
    if document.get("issuer") != issuer:
        msg = f"The document of {host_of(issuer)} is of another issuer than {issuer}."
        raise ProviderFault(msg)
    addresses: dict[str, str] = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        address = document.get(name)
        if not isinstance(address, str) or tls_fault(address.partition("?")[0]):
            msg = f"The document of {host_of(issuer)} names no usable {name}."
            raise ProviderFault(msg)
        addresses[name] = address
    ways = document.get("token_endpoint_auth_methods_supported")
    by_post = isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways
    names_itself = document.get("authorization_response_iss_parameter_supported") is True
    return Provider(issuer=issuer, names_itself=names_itself, by_post=by_post, **addresses)


def read_keys(provider: Provider, document: dict[str, Any]) -> KeySet:
    """The public keys that a provider signs with. A key that is none is left out, and spoils no other (RFC 7517, 5)."""
    told = document.get("keys")
    keys = [key for one in (told if isinstance(told, list) else []) if (key := _key(one)) is not None]
    if not keys:
        msg = f"The keys of {host_of(provider.issuer)} cannot be read."
        raise ProviderFault(msg)
    return KeySet(keys)


def _key(told: object) -> Key | None:
    """A key to check signatures by; not a shared secret, nor one for another use, nor one that proves little."""
    if not isinstance(told, dict) or told.get("kty") not in _KEY_TYPES or told.get("use", "sig") != "sig":
        return None
    try:
        key = import_key(told)
        weak = isinstance(key, RSAKey) and key.public_key.key_size < SHORTEST_KEY
        key.ensure_kid()
    except Exception:  # noqa: BLE001 - whatever the parser makes of a stranger's key
        return None
    return None if weak else key


T = TypeVar("T")


class Kept(Generic[T]):
    """What was fetched, by address, for `KEPT_SECONDS`. Of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._clock = clock
        self._found: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: str, fetch: Callable[[], T], youngest: float = KEPT_SECONDS) -> T:
        """What is kept if it is younger than `youngest` seconds, else fetched."""
        with self._lock:
            kept = self._found.get(address)
        if kept is not None and self._clock() - kept[0] < youngest:
            return kept[1]
        found = fetch()  # outside the lock: others do not wait for a slow server
        with self._lock:
            self._found[address] = (self._clock(), found)
            self._found.move_to_end(address)
            while len(self._found) > KEPT_MOST:
                self._found.popitem(last=False)
        return found

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._found.clear()


PROVIDERS: Final[Kept[Provider]] = Kept()
KEYS: Final[Kept[KeySet]] = Kept()


def provider_of(issuer: str, *, anew: bool = False) -> Provider:
    """The provider of an issuer."""
    address = issuer.rstrip("/") + DISCOVERY
    return PROVIDERS.get(
        issuer, lambda: read_provider(issuer, fetch_object(address)), youngest=0 if anew else KEPT_SECONDS
    )


def keys_of(provider: Provider, *, anew: bool = False) -> KeySet:
    """The keys of a provider; `anew` where a token is signed by a key that is not among those kept."""
    return KEYS.get(
        f"{provider.issuer} {provider.jwks_uri}",
        lambda: read_keys(provider, fetch_object(provider.jwks_uri)),
        youngest=NEW_AGAIN_SECONDS if anew else KEPT_SECONDS,
    )
