"""ETags of single resources: what a caller has seen, and whether it is still so (RFC 9110, section 13)."""

import hashlib
import re
from typing import Final

from django.http import HttpRequest

from tenantry.own_api.problems import Fault

_TAGS: Final = re.compile(r'(?:W/)?"[^"]*"')


def tag_of(body: bytes) -> str:
    """The strong ETag of a representation."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the caller has this representation already; compared weakly, as it asks for reading alone."""
    sent = request.headers.get("If-None-Match", "").strip()
    return sent == "*" or tag in (one.removeprefix("W/") for one in _TAGS.findall(sent))


def demand_tag(request: HttpRequest) -> str:
    """What the caller says to have seen; whoever changes something has to say it."""
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        detail = "Changing this needs the header If-Match with the ETag that was read."
        raise Fault(428, "precondition_required", detail)
    return sent


def check_tag(sent: str, tag: str) -> None:
    """Refuse unless what the caller has seen is what is there now."""
    if sent != "*" and tag not in _TAGS.findall(sent):
        raise Fault(412, "precondition_failed", "It has become another since it was read: read it again.")
