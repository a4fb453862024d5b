"""An OpenID provider that says whatever a test wants: right answers by default, and every kind of wrong one."""

import hmac
import json
import ssl
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}) for _ in range(2))
"""Two keys under one name. Making them takes a while, so they are made once."""

CLIENT_ID, SECRET = "tenantry", "the secret: 100%+ of the client"
"""What is in the secret must not be lost on its way."""


@dataclass
class Liar:
    """The provider. What is set in `document`, `claims`, `header` and `answer` replaces what would be said.

    `asked` are the requests it got: path, and what a form held.
    """

    url: str = ""
    key: RSAKey = field(default_factory=lambda: KEY)
    signs_with: Any = None
    document: dict[str, Any] = field(default_factory=dict)
    keys: Any = None
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    answer: Any = None
    raw_token: str = ""
    nonce: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes_used: set[str] = field(default_factory=set)

    def discovery(self) -> dict[str, Any]:
        """What it says of itself."""
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }
        return told | self.document

    def id_token(self) -> str:
        """What it signs."""
        if self.raw_token:
            return self.raw_token
        now = int(datetime.now(UTC).timestamp())
        told = {"iss": self.url, "aud": CLIENT_ID, "sub": "FED-1", "nonce": self.nonce, "iat": now, "exp": now + 300}
        claims = {name: value for name, value in (told | self.claims).items() if value is not None}
        header = {"alg": "RS256", "kid": "one"} | self.header
        if header["alg"] in {"none", "HS256", None}:
            return _by_hand(header, claims, self.key.as_pem(private=False) if header["alg"] == "HS256" else b"")
        return jwt.encode(header, claims, self.signs_with or self.key, algorithms=[header["alg"]])

    def token_answer(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """What it gives for a code, which it takes once, from the client that knows the secret."""
        kind, _, pair = authorization.partition(" ")
        told = [unquote_plus(half) for half in b64decode(pair).decode().split(":")] if kind == "Basic" else []
        if told != [CLIENT_ID, SECRET] and form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client"}
        code = form.get("code", "")
        if not code.startswith("code") or code in self.codes_used:
            return 400, {"error": "invalid_grant"}
        self.codes_used.add(code)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token()}


def _by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token as no library would make it: without a signature, or with what everybody knows as the secret."""
    text = ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    signed = urlsafe_b64encode(hmac.digest(secret, text.encode(), "sha256")).rstrip(b"=").decode() if secret else ""
    return f"{text}.{signed}"


class _Handler(BaseHTTPRequestHandler):
    """Answers for the liar of its server."""

    liar: ClassVar[Liar]

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""

    def _say(self, status: int, told: Any) -> None:
        if callable(told):
            told(self)
            return
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Discovery and keys."""
        path = urlsplit(self.path).path
        self.liar.asked.append((path, {}))
        if path.endswith("/openid-configuration"):
            self._say(200, self.liar.answer or self.liar.discovery())
        elif path == "/keys":
            keys = self.liar.keys or {"keys": [self.liar.key.as_dict(private=False)]}
            self._say(200, keys)
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        """The token."""
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(sent).items()}
        self.liar.asked.append((self.path, form))
        self._say(*self.liar.token_answer(form, self.headers.get("Authorization", "")))


@contextmanager
def a_liar(tls: ssl.SSLContext | None = None) -> Iterator[Liar]:
    """A provider that serves until the block ends, by TLS where it has something to show."""
    liar = Liar()
    handler = type("Handler", (_Handler,), {"liar": liar})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    liar.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
