"""ID tokens of OpenID providers: whom they vouch for, once everything about them is right."""

from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from tenantry.rules.federations import check_federation_id
from tenantry.rules.vocabulary import Instant
from tenantry.sso.failures import ProviderFault

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a private key alone: neither none, nor a secret that both sides know (RFC 8725)."""

SKEW_SECONDS: Final = 60
TOKEN_LIMIT: Final = 64 * 1024


class KeyUnknown(ProviderFault):
    """The token names a key that is not among the provider's."""


def check_id_token(
    token: object, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: object, at: Instant
) -> dict[str, Any]:
    """The claims of an ID token that the provider signed, for this client, in answer to this question, and not over.

    Refuses all others: signature, issuer, audience, authorized party, time (with a minute of skew), nonce.
    """
    if not isinstance(token, str) or len(token) > TOKEN_LIMIT:
        raise ProviderFault("The provider has sent no ID token.")
    try:
        decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    except InvalidKeyIdError as error:
        raise KeyUnknown("The ID token is signed by a key that the provider does not publish.") from error
    except Exception as error:  # whatever the library makes of a stranger's token
        msg = f"The ID token is not signed as it must be ({type(error).__name__})."
        raise ProviderFault(msg) from error
    options: Any = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    claims = CodeIDToken(decoded.claims, decoded.header, options=options, params=params)
    try:
        claims.validate(now=int(at.timestamp()), leeway=SKEW_SECONDS)
    except Exception as error:  # as above
        msg = f"The ID token does not fit: {getattr(error, 'claim', None) or type(error).__name__}."
        raise ProviderFault(msg) from error
    return dict(claims)


def federation_id_in(claims: dict[str, Any], claim: str) -> str:
    """The Federation ID in the claim that the account has chosen. An e-mail address counts only if it is verified."""
    found = claims.get(claim)
    if not isinstance(found, str) or check_federation_id(found) is not None:
        msg = f"The ID token has no claim {claim} that is a Federation ID."
        raise ProviderFault(msg)
    if claim == "email" and claims.get("email_verified") is not True:
        raise ProviderFault("The provider does not say that the e-mail address is verified.")
    return found
