"""The settings of single sign-on by SAML, and what they must be (SSO-2, SSO-3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no

URL_LIMIT: Final = 2000
"""Characters of an address."""

_URL: Final = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?(?:[/?][!-~]*)?", re.IGNORECASE)
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Location(StrEnum):
    """Where in a response the Federation ID is."""

    ATTRIBUTE = "attribute"
    NAME_ID = "name_id"


class NameIdPolicy(StrEnum):
    """What is asked of the NameID, where the Federation ID is there."""

    TRANSIENT = "transient"
    UNSPECIFIED = "unspecified"


class Context(StrEnum):
    """How people must have proven themselves to the identity provider."""

    PASSWORD_PROTECTED_TRANSPORT = "password_protected_transport"  # noqa: S105 - the word
    UNSPECIFIED = "unspecified"


class Comparison(StrEnum):
    """Whether exactly that, or something as strong or stronger."""

    EXACT = "exact"
    MINIMUM = "minimum"


CHOICES: Final[dict[str, type[StrEnum]]] = {
    "federation_location": Location,
    "name_id_policy": NameIdPolicy,
    "context": Context,
    "comparison": Comparison,
}
"""The settings with a few possible values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlSettings:
    """What an account has set for SAML. Words of `CHOICES` are texts here, so that a wrong one can be refused."""

    enabled: bool = False
    certificate: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    federation_location: str = Location.ATTRIBUTE
    name_id_policy: str = NameIdPolicy.TRANSIENT
    context: str = Context.PASSWORD_PROTECTED_TRANSPORT
    comparison: str = Comparison.EXACT
    encrypted: bool = False


def check_saml(settings: SamlSettings) -> tuple[no.Invalid, ...]:
    """Everything that is wrong with these settings: words that are none (SSO-2), addresses that cannot be, and what is
    missing for single sign-on to be enabled (SSO-3). The certificate is judged where it is imported.
    """
    return tuple(_wrong(settings))


def _wrong(settings: SamlSettings) -> Iterator[no.Invalid]:
    for member, kind in CHOICES.items():
        word = getattr(settings, member)
        if word not in list(kind):
            yield no.SignOnChoiceUnknown(member=member, value=word[:60], offered=", ".join(kind))
    for member in ("sign_in_url", "sign_out_url"):
        refusal = check_url(member, getattr(settings, member))
        if refusal is not None:
            yield refusal
    for member, name in (("certificate", "the certificate"), ("sign_in_url", "the sign in URL")):
        if settings.enabled and not getattr(settings, member):
            yield no.SignOnIncomplete(member=member, name=name)


def check_url(member: str, url: str) -> no.SignOnUrlInvalid | None:
    """Judge an address to which browsers are sent: by HTTPS, or on this machine, and without a name and password in it.

    None at all is judged elsewhere.
    """
    found = _URL.fullmatch(url)
    if not url:
        return None
    if found and len(url) <= URL_LIMIT and (found[1].lower() == "https" or found[2].lower() in _THIS_MACHINE):
        return None
    return no.SignOnUrlInvalid(member=member, limit=URL_LIMIT)
