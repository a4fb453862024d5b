"""What an account sets about OpenID Connect and about its directory, besides SAML, under the same rules (SSO-3)."""

import re
from dataclasses import dataclass
from typing import Final

from tenantry.rules.refusals import ProviderSettingInvalid

USER: Final = "{user}"
"""Where the filter of a directory takes the user name."""

_CLAIM: Final = re.compile(r"[A-Za-z0-9_:/.-]{1,100}")
_ATTRIBUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9;.-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdSettings:
    """OpenID Connect of an account. `claim` is the one of the ID token that holds the Federation ID."""

    enabled: bool = False
    issuer: str = ""
    client_id: str = ""
    claim: str = "sub"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySettings:
    """The directory of an account. `attribute` is the one of an entry that holds the Federation ID.

    `directory_certificate` is that of the directory's authority; without it, what the machine trusts counts. Without
    `bind_name` the directory is searched anonymously.
    """

    enabled: bool = False
    directory_url: str = ""
    start_tls: bool = True
    directory_certificate: str = ""
    bind_name: str = ""
    search_base: str = ""
    search_filter: str = "(uid={user})"
    attribute: str = ""


def check_openid(settings: OpenIdSettings, *, secret: bool) -> list[ProviderSettingInvalid]:
    """Everything that is wrong: enabling needs issuer, client ID and secret, as SAML needs certificate and sign-in URL
    (SSO-3); a claim has a name. `secret` tells whether there is one.
    """
    broken = []
    if settings.enabled:
        broken += _missing(("issuer", settings.issuer), ("client_id", settings.client_id))
        broken += [] if secret else _missing(("client_secret", ""))
    if not _CLAIM.fullmatch(settings.claim):
        broken.append(ProviderSettingInvalid(member="claim", why="Give the name of a claim, such as sub."))
    return broken


def check_directory(settings: DirectorySettings, *, password: bool) -> list[ProviderSettingInvalid]:
    """Everything that is wrong: enabling needs address, search base and attribute (SSO-3); the filter takes the user
    name and is one filter; a name for searching has a password, since a directory takes an empty one for anonymous.
    """
    broken = []
    if settings.enabled:
        broken += _missing(
            ("directory_url", settings.directory_url),
            ("search_base", settings.search_base),
            ("attribute", settings.attribute),
        )
    if not _one_filter(settings.search_filter):
        why = f"Give one filter in brackets with {USER} in it, such as (uid={USER})."
        broken.append(ProviderSettingInvalid(member="search_filter", why=why))
    if settings.attribute and not _ATTRIBUTE.fullmatch(settings.attribute):
        broken.append(ProviderSettingInvalid(member="attribute", why="Give the name of an attribute, such as uid."))
    if settings.bind_name and not password:
        broken.append(ProviderSettingInvalid(member="bind_password", why="Give the password of the name above."))
    return broken


def _missing(*members: tuple[str, str]) -> list[ProviderSettingInvalid]:
    why = "Enabling needs this."
    return [ProviderSettingInvalid(member=member, why=why) for member, value in members if not value]


def _one_filter(text: str) -> bool:
    """Whether the text is a bracket that closes at its very end, and the user name stands for a value in it."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth <= 0 and place < len(text) - 1:
            return False
    value = re.escape(USER)
    return depth == 0 and re.search(rf"[A-Za-z0-9;:.-]+[~<>]?=[^()=]*{value}", text) is not None
