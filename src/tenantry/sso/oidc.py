"""OpenID Connect: asking an account's identity provider who somebody is, by the authorization code flow with PKCE.

The library Authlib makes the requests and judges the token; what binds question and answer together is here.
"""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sso.conversations import one_conversation
from tenantry.sso.failures import ProviderFault
from tenantry.sso.fetching import guarded
from tenantry.sso.id_tokens import KeyUnknown, check_id_token, federation_id_in
from tenantry.sso.openid_providers import Provider, keys_of, provider_of
from tenantry.sso.provider_addresses import host_of, openid_redirect_url

_NO_CODE: Final = "tenantry-tests-this-connection"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdClient:
    """What an account has set: the provider, who the platform is to it, and the claim with the Federation ID."""

    account: AccountId
    issuer: str
    client_id: str
    secret: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked of a provider. The browser's session keeps it until the answer; it is never in an address."""

    state: str
    nonce: str
    verifier: str
    issuer: str
    client_id: str


@one_conversation
def ask(client: OpenIdClient) -> tuple[str, Question]:
    """The address of the provider's page to go to, and the question that its answer must fit."""
    provider = provider_of(client.issuer)
    question = Question(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        issuer=client.issuer,
        client_id=client.client_id,
    )
    with _session(client, provider) as session:
        url, _ = session.create_authorization_url(
            provider.authorization_endpoint,
            state=question.state,
            code_verifier=question.verifier,
            nonce=question.nonce,
        )
    return url, question


@one_conversation
def federation_id_of(client: OpenIdClient, question: Question, answer: Mapping[str, str], at: Instant) -> str:
    """The Federation ID of the person for whom the provider answers this question.

    Refuses an answer of another issuer (RFC 9207), an error, a code that is not taken, a token that is not right, and
    everything after the account has chosen another provider.
    """
    if (question.issuer, question.client_id) != (client.issuer, client.client_id):
        raise ProviderFault("The account has changed its provider since the question.")
    provider = provider_of(client.issuer)
    said = answer.get("iss", "" if provider.names_itself else client.issuer)
    if said != client.issuer:
        raise ProviderFault("The answer is of another issuer than the one asked.")
    if "error" in answer:
        msg = f"The provider answers with the error {_word(answer['error'])}."
        raise ProviderFault(msg)
    token = _exchange(client, provider, answer.get("code", ""), question.verifier)
    expected = {"issuer": client.issuer, "client_id": client.client_id, "nonce": question.nonce}
    told, access = token.get("id_token"), token.get("access_token")
    try:
        claims = check_id_token(told, keys_of(provider), **expected, access_token=access, at=at)
    except KeyUnknown:  # the provider may have taken new keys since
        claims = check_id_token(told, keys_of(provider, anew=True), **expected, access_token=access, at=at)
    return federation_id_in(claims, client.claim)


@one_conversation
def try_provider(client: OpenIdClient) -> str:
    """What works of the connection, as a sentence; refuses with what does not.

    The secret is proven by a code that cannot be right: a provider that knows the client complains of the code only.
    """
    provider = provider_of(client.issuer, anew=True)
    keys = keys_of(provider, anew=True)
    try:
        _exchange(client, provider, _NO_CODE, secrets.token_urlsafe(48))
    except _CodeRefused as refused:
        if refused.error in {"invalid_client", "unauthorized_client"}:
            msg = f"{host_of(client.issuer)} answers, and does not take the client ID with this secret."
            raise ProviderFault(msg) from refused
    count = len(keys.keys)
    return f"{host_of(client.issuer)} answers, and publishes {count} {'key' if count == 1 else 'keys'} to sign with."


class _CodeRefused(ProviderFault):
    """The provider does not give a token for the code; `error` is its word for why."""

    error: str = ""


def _exchange(client: OpenIdClient, provider: Provider, code: str, verifier: str) -> dict[str, object]:
    if not code:
        raise ProviderFault("The answer holds no code.")
    with _session(client, provider) as session:
        try:
            token = session.fetch_token(
                provider.token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except OAuthError as error:
            refused = _CodeRefused(f"The provider gives no token for the code: {_word(str(error.error))}.")
            refused.error = str(error.error)
            raise refused from error
        except (ValueError, TypeError, AttributeError, KeyError, OSError, RecursionError) as error:
            raise ProviderFault("The provider's answer to the code cannot be read.") from error
    return dict(token) if isinstance(token, dict) else {}


def _session(client: OpenIdClient, provider: Provider) -> OAuth2Session:
    session = guarded(
        OAuth2Session(
            client.client_id,
            client.secret,
            token_endpoint_auth_method="client_secret_post" if provider.by_post else "client_secret_basic",
            scope="openid" if client.claim == "sub" else "openid profile email",
            redirect_uri=openid_redirect_url(client.account),
            code_challenge_method="S256",
        )
    )
    session.register_client_auth_method(("client_secret_basic", _by_header))
    return session


def _by_header(client: OAuth2Session, _: str, uri: str, headers: dict[str, str], body: str) -> tuple[Any, ...]:
    """Client ID and secret as RFC 6749, 2.3.1 wants them in the header; the library would not encode them."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    return uri, {**headers, "Authorization": f"Basic {b64encode(pair.encode()).decode()}"}, body


def _word(text: str) -> str:
    """What somebody else calls an error, fit for a log."""
    return "".join(letter for letter in text[:60] if letter.isalnum() or letter in "_-. ")
