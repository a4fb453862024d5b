"""Asking providers: only where the installation reaches, only by TLS, briefly, and not what they should not be."""

import ssl
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tenantry.command_line.serving import THREADS
from tenantry.rules.vocabulary import AccountId
from tenantry.sso import conversations, fetching, openid_providers, reach
from tenantry.sso.conversations import AT_ONCE, OF_ONE
from tenantry.sso.failures import ProviderFault
from tenantry.sso.fetching import LIMIT, fetch_object
from tenantry.sso.oidc import OpenIdClient, ask, federation_id_of, try_provider
from tenantry.sso.openid_providers import KEYS, PROVIDERS, Kept, keys_of, provider_of
from tenantry.sso.provider_addresses import same_server, tls_fault
from tests.directories.slapd import a_certificate
from tests.openid.liar import CLIENT_ID, SECRET, Liar, a_liar

PRIVATE = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - nobody listens here
    "224.0.0.1",
    "::1",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "64:ff9b:1::7f00:1",
    "::127.0.0.1",
    "::ffff:0:7f00:1",
    "fec0::1",
    "192.0.0.192",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_not_asked(address: str) -> None:
    """Nor what stands for something that is not."""
    assert not reach.may_reach(address)
    with pytest.raises(ProviderFault, match="private address"):
        reach.connect(address.partition("%")[0], 443)


def test_public_addresses_are(settings: Settings) -> None:
    """And networks that the operator allows."""
    assert reach.may_reach("8.8.8.8")
    assert reach.may_reach("2606:4700::1111")
    settings.SIGN_ON_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    assert reach.may_reach("10.1.2.3")
    assert reach.may_reach("fd00::7")
    assert not reach.may_reach("10.2.0.1")


def test_one_private_address_of_a_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with two addresses must not lead to the second one."""
    monkeypatch.setattr(reach, "addresses_of", lambda *_: ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(ProviderFault, match="private address"):
        reach.connect("id.example.com", 443)


def test_a_name_of_this_machine_is_not_asked() -> None:
    """Whatever it is called."""
    with pytest.raises(ProviderFault, match="private address"):
        fetch_object("https://localhost/.well-known/openid-configuration")


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://id.example.com", True),
        ("https://id.example.com:8443/tenant", True),
        ("http://id.example.com", False),
        ("http://127.0.0.1:9", False),
        ("ftp://id.example.com", False),
        ("id.example.com", False),
        ("https://", False),
        ("https://user:word@id.example.com", False),
        ("https://id.example.com/?a=b", False),
        ("https://id.example.com/#a", False),
        ("https://id.example.com:port", False),
        ("https://[::1", False),
        ("https://id.exämple.com", False),
        ("https://id.example.com/\n", False),
        ("https://id.example.com/" + "x" * 2000, False),
    ],
)
def test_which_addresses_can_be_a_providers(url: str, fine: bool) -> None:  # noqa: FBT001 - a value of the table
    """TLS, and nothing that is no part of an issuer."""
    assert (tls_fault(url) == "") is fine


def test_without_tls_only_this_machine_and_only_where_it_is_said(settings: Settings) -> None:
    """The setting opens nothing else."""
    settings.SIGN_ON_WITHOUT_TLS = True
    assert tls_fault("http://127.0.0.1:9") == ""
    assert tls_fault("http://localhost") == ""
    assert tls_fault("http://10.0.0.1")
    assert tls_fault("http://localhost.example.com")


def test_a_secret_is_of_one_server() -> None:
    """Another path is the same server; another port, scheme or host is not."""
    assert same_server("https://id.example.com/a", "https://ID.example.com/b")
    assert not same_server("https://id.example.com", "https://id.example.com:8443")
    assert not same_server("https://id.example.com", "http://id.example.com")
    assert not same_server("https://id.example.com", "https://id.example.org")
    assert not same_server("", "https://id.example.com")


def _redirects(handler: Any) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _drips(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):  # who asked has gone
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)


ANSWERS: dict[str, tuple[Any, str]] = {
    "another issuer": ({"issuer": "https://honest.example"}, "another issuer"),
    "elsewhere": (_redirects, "sends elsewhere"),
    "too long": (b'{"issuer": "' + b"x" * LIMIT + b'"}', "too long"),
    "a list": ([1], "no JSON object"),
    "a page": (b"<!doctype html>", "no JSON"),
    "without a bottom": (b"[" * 200_000, "no JSON"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_documents_that_are_not_taken(name: str, liar: Liar) -> None:
    """What is said instead is not heeded."""
    liar.answer, why = ANSWERS[name]
    with pytest.raises(ProviderFault, match=why):
        provider_of(liar.url)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["http://id.example.com/x", "javascript:alert(1)", "ftp://id.example.com", None, 7])
def test_a_document_with_an_address_that_is_not_asked(name: str, address: object, liar: Liar) -> None:
    """Neither the browser nor the server goes there."""
    liar.document[name] = address
    with pytest.raises(ProviderFault, match=f"no usable {name}"):
        provider_of(liar.url)


def test_a_document_that_names_a_private_address_is_followed_no_further(liar: Liar) -> None:
    """The document may be anywhere; each request is judged anew."""
    liar.document["jwks_uri"] = "https://10.0.0.1/keys"
    with pytest.raises(ProviderFault, match="private address"):
        keys_of(provider_of(liar.url))


def test_nobody_is_waited_for_longer_than_the_bound(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says a little now and then holds nobody up."""
    liar.answer = _drips
    monkeypatch.setattr(conversations, "SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(ProviderFault):
        provider_of(liar.url)
    assert time.monotonic() - begun < 2


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # the library only warns of short keys
def test_keys_that_are_none_to_sign_with_are_left_out(liar: Liar) -> None:
    """A shared secret would be known to all, and a short key is soon guessed; none of them spoils the right one."""
    public = liar.key.as_dict(private=False)
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "two"}
    weak = (2**1024 - 105).to_bytes(128, "big")
    liar.keys = {
        "keys": [
            secret,
            {**public, "use": "enc", "kid": "three"},
            {**public, "n": urlsafe_b64encode(weak).decode().rstrip("="), "kid": "four"},
            {"kty": "EC", "crv": "of tomorrow", "x": "AA", "y": "AA"},
            {"kty": []},
            {"kty": "RSA"},
            "rubbish",
            public,
        ]
    }
    assert [key.kid for key in keys_of(provider_of(liar.url)).keys] == ["one"]
    KEYS.forget()
    liar.keys = {"keys": [secret]}
    with pytest.raises(ProviderFault, match="cannot be read"):
        keys_of(provider_of(liar.url))


def test_what_is_kept_is_kept_for_a_while_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """By address; what was fetched longest ago makes way."""
    seconds = 0.0
    kept: Kept[int] = Kept(clock=lambda: seconds)
    fetched: list[int] = []

    def fetch() -> int:
        fetched.append(1)
        return len(fetched)

    assert [kept.get("a", fetch), kept.get("a", fetch), kept.get("b", fetch)] == [1, 1, 2]
    seconds = 301
    assert kept.get("a", fetch) == 3
    monkeypatch.setattr(openid_providers, "KEPT_MOST", 2)
    assert [kept.get("b", fetch), kept.get("c", fetch), kept.get("b", fetch), kept.get("a", fetch)] == [4, 5, 4, 6]


class TestTls:
    """The certificate is that of the provider, for its name, and of an authority that is trusted."""

    @pytest.mark.usefixtures("_here")
    @pytest.mark.parametrize("name", ["127.0.0.1", "127.0.0.9", "127.0.0.1 of another authority"])
    def test_only_the_providers_own(self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another authority's, and one for another name, are somebody else's."""
        files = {kind: tmp_path / kind for kind in ("certificate", "key")}
        for file, text in zip(files.values(), a_certificate(name.partition(" ")[0]), strict=True):
            file.write_text(text)
        shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown.load_cert_chain(files["certificate"], files["key"])
        machine = ssl.create_default_context()
        if "another" not in name:
            machine.load_verify_locations(files["certificate"])
        monkeypatch.setattr(fetching, "_trust", lambda: machine)
        with a_liar(shown) as secure:
            if name == "127.0.0.1":
                assert try_provider(client(secure)) == "127.0.0.1 answers, and publishes 1 key to sign with."
                return
            with pytest.raises(ProviderFault, match="is not trusted"):
                try_provider(client(secure))
            assert secure.asked == []


def client(liar: Liar, **told: str) -> OpenIdClient:
    """What an account may have set."""
    usual = {"issuer": liar.url, "client_id": CLIENT_ID, "secret": SECRET, "claim": "sub"}
    return OpenIdClient(account=AccountId("acme"), **(usual | told))


def test_trying_a_provider_says_what_works(liar: Liar) -> None:
    """And what does not, in a sentence without the secret."""
    assert try_provider(client(liar)) == "127.0.0.1 answers, and publishes 1 key to sign with."
    faults: list[tuple[Callable[[], str], str]] = [
        (lambda: try_provider(client(liar, secret="wrong word")), "does not take the client ID with this secret"),
        (lambda: try_provider(client(liar, issuer="https://10.0.0.1")), "private address"),
        (lambda: try_provider(client(liar, issuer="http://127.0.0.1:1")), "does not answer"),
    ]
    for attempt, why in faults:
        with pytest.raises(ProviderFault, match=why) as caught:
            attempt()
        assert "wrong word" not in str(caught.value)


def test_a_name_with_many_addresses_is_waited_for_no_longer_than_one_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps a zone can name a hundred addresses where nobody answers."""
    tried: list[str] = []

    def nobody(address: tuple[str, int], timeout: float) -> None:
        tried.append(address[0])
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(reach, "addresses_of", lambda *_: [f"8.8.8.{number}" for number in range(100)])
    monkeypatch.setattr("socket.create_connection", nobody)
    monkeypatch.setattr(reach, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(conversations, "SECONDS", 0.2)
    unknown = OpenIdClient(
        account=AccountId("acme"), issuer="https://id.example.com", client_id="", secret="", claim=""
    )
    begun = time.monotonic()
    with pytest.raises(ProviderFault, match="does not answer"):
        ask(unknown)
    assert time.monotonic() - begun < 1
    assert len(tried) <= 4


def test_a_conversation_is_short_in_all(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its answers each may take a while, but not one after the other."""

    def late(told: Any) -> Callable[[Any], None]:
        def say(handler: Any) -> None:
            time.sleep(0.3)
            handler._say(200, told)

        return say

    _, question = ask(client(liar))
    PROVIDERS.forget()
    monkeypatch.setattr(conversations, "SECONDS", 0.5)
    liar.answer, liar.keys = late(liar.discovery()), late({"keys": [liar.key.as_dict(private=False)]})
    liar.nonce = question.nonce
    with pytest.raises(ProviderFault, match="not in time"):
        federation_id_of(client(liar), question, {"code": "code-1"}, datetime.now(UTC))
    assert federation_id_of(client(liar), question, {"code": "code-2"}, datetime.now(UTC)) == "FED-1"


def test_a_thread_is_left_for_everybody_else(liar: Liar) -> None:
    """However many begin to sign in where the provider does not answer; others of that account are told at once."""
    assert OF_ONE < AT_ONCE < THREADS
    go_on = threading.Event()
    told = liar.discovery()
    liar.answer = lambda handler: (go_on.wait(5), handler._say(200, told))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(ask, client(liar)) for _ in range(OF_ONE)]
        _until(lambda: len(liar.asked) == OF_ONE)
        with pytest.raises(ProviderFault, match="at once"):
            ask(client(liar))
        another = replace(client(liar), account=AccountId("other"))
        waiting.append(pool.submit(ask, another))
        _until(lambda: len(liar.asked) == AT_ONCE)
        with pytest.raises(ProviderFault, match="at once"):
            ask(replace(another, account=AccountId("third")))
        go_on.set()
        for one in waiting:
            assert one.result()[0].startswith(f"{liar.url}/authorize")
    assert ask(client(liar))[0].startswith(f"{liar.url}/authorize")


def _until(so: Callable[[], bool]) -> None:
    """Wait for other threads."""
    end = time.monotonic() + 5
    while not so():
        assert time.monotonic() < end
        time.sleep(0.005)
