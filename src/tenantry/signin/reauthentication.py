"""Asking an identity provider once more who somebody is whose session is locked, where it can be asked (SSO-16)."""

from datetime import datetime

from django.http import HttpRequest

from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.sso.saml.reauthentication import REAUTHENTICATED
from tenantry.sso.saml.settings import saml_settings

BENEATH = "/sso/"
"""Where the addresses of identity providers begin: the way there and back is open to a locked session."""


def can_reauthenticate(proof: Proof) -> bool:
    """Whether the identity provider that vouches for a session can be asked again; else it can only be ended."""
    return proof.by is ProvenBy.IDP and proof.federating is not None and saml_settings(proof.federating) is not None


def proven_anew(request: HttpRequest) -> datetime | None:
    """When the identity provider has last said again that the session's person is there, if it ever did."""
    said = request.session.get(REAUTHENTICATED)
    return datetime.fromisoformat(said) if said else None
