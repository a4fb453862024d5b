"""A SAML identity provider that nobody here has written: pysaml2, with the program xmlsec1."""

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_UNSPECIFIED, NameID
from saml2.server import Server

from tests.sso.provider import PASSWORD_PROTECTED, pair

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


@dataclass
class Peer:
    """The identity provider at an address, which knows the platform by its metadata."""

    server: Server

    def answer(self, request: str, federation_id: str, **signing: bool) -> tuple[str, str]:
        """The answer to a request that came by POST, and where to post it; refuses one not signed by the platform."""
        asked = self.server.parse_authn_request(request, BINDING_HTTP_POST)
        told = self.server.response_args(asked.message)
        made = self.server.create_authn_response(
            identity={"FEDERATION_ID": [federation_id]},
            in_response_to=told["in_response_to"],
            destination=told["destination"],
            sp_entity_id=told["sp_entity_id"],
            userid="somebody",
            name_id=NameID(format=NAMEID_FORMAT_UNSPECIFIED, text=federation_id),
            authn={"class_ref": PASSWORD_PROTECTED, "authn_auth": "peer"},
            sign_alg=RSA_SHA256,
            digest_alg=SHA256,
            **signing,
        )
        return b64encode(str(made).encode()).decode(), str(told["destination"])


def make_peer(url: str, folder: Path, metadata: str) -> Peer:
    """An identity provider with the key pair that accounts of tests trust."""
    ours = pair("provider")
    (folder / "key.pem").write_text(ours.private)
    (folder / "certificate.pem").write_text(ours.certificate)
    provider: dict[str, Any] = {
        "endpoints": {"single_sign_on_service": [(url, BINDING_HTTP_POST), (url, BINDING_HTTP_REDIRECT)]},
        "policy": {
            "default": {
                "lifetime": {"minutes": 5},
                "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
            }
        },
        "want_authn_requests_signed": True,
    }
    settings = IdPConfig().load(
        {
            "entityid": f"{url}/metadata",
            "service": {"idp": provider},
            "signing_algorithm": RSA_SHA256,
            "digest_algorithm": SHA256,
            "key_file": str(folder / "key.pem"),
            "cert_file": str(folder / "certificate.pem"),
            "metadata": {"inline": [metadata]},
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "allow_unknown_attributes": True,
        }
    )
    return Peer(Server(config=settings))


PAGE = """<!doctype html><html lang="en"><head><title>Identity provider</title><link rel="icon" href="data:,"></head>
<body><h1>Identity provider</h1><form method="post" action="{target}">
<input type="hidden" name="SAMLResponse" value="{answer}"><input type="hidden" name="RelayState" value="{relay}">
<button>I am Finn</button></form></body></html>"""


@contextmanager
def serving(federation_id: str, port: int, make: Callable[[], Peer]) -> Iterator[None]:
    """Serve the page of an identity provider on a port: it vouches for this one person. It is made when it is asked."""

    class Pages(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            answer, target = make().answer(sent["SAMLRequest"][0], federation_id, sign_assertion=True)
            relay = escape(sent.get("RelayState", [""])[0])
            page = PAGE.format(target=escape(target), answer=answer, relay=relay).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parent's word
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
