"""Addresses of identity providers and directories, as an account gives them."""

from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.urls import reverse

from tenantry.rules.vocabulary import AccountId
from tenantry.sso.reach import may_be_plain

LENGTH: Final = 2000


def tls_fault(url: str) -> str:
    """Why nothing is sent to this address over HTTP, as a sentence; empty where there is no reason."""
    return _fault(url, secure="https", plain="http")


def directory_fault(url: str, *, start_tls: bool) -> str:
    """Why no directory is asked at this address, as a sentence; empty where there is no reason."""
    parts = _parts(url)
    if parts is not None and parts.scheme == "ldap" and start_tls:
        return _fault(url, secure="ldap", plain="ldap")
    fault = _fault(url, secure="ldaps", plain="ldap")
    return fault or ("Choose either ldaps:// or StartTLS." if start_tls else "")


def _fault(url: str, *, secure: str, plain: str) -> str:
    parts = _parts(url)
    if parts is None or not parts.hostname or len(url) > LENGTH:
        return f"Give an address such as {secure}://id.example.com."
    if parts.username or parts.password or parts.query or parts.fragment or " " in url:
        return "The address holds no user, no question mark and no fragment."
    if parts.scheme == secure or (parts.scheme == plain and may_be_plain(parts.hostname)):
        return ""
    return f"The address begins with {secure}://."


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it is parsed here
    except ValueError:
        return None
    return parts if url.isascii() and url.isprintable() else None


def host_of(url: str) -> str:
    """The host of an address, for sentences."""
    parts = _parts(url)
    return (parts.hostname or "") if parts else ""


def same_server(one: str, other: str) -> bool:
    """Whether two addresses name the same server, so that a secret for one is a secret for the other."""
    mine, theirs = _parts(one), _parts(other)
    if mine is None or theirs is None:
        return False
    return (mine.scheme, mine.netloc.casefold()) == (theirs.scheme, theirs.netloc.casefold())


def openid_sign_in_url(account: AccountId | str) -> str:
    """Where people of the account begin to sign in by OpenID Connect."""
    return settings.BASE_URL + reverse("openid_start", kwargs={"account": account})


def openid_redirect_url(account: AccountId | str) -> str:
    """Where the identity provider sends them back to: each account's own, and never what the request calls the host."""
    return settings.BASE_URL + reverse("openid_callback", kwargs={"account": account})


def directory_sign_in_url(account: AccountId | str) -> str:
    """Where people of the account sign in by its directory."""
    return settings.BASE_URL + reverse("directory_sign_in", kwargs={"account": account})
