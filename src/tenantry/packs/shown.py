"""What the pages about integration packs share: addresses, names, and where refusals stand."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tenantry.console.shown import done, shown_refusal
from tenantry.console.visit import Visit
from tenantry.packs.queries import (
    PackRow,
    pack_of,
)
from tenantry.rules.components import TYPES
from tenantry.rules.packs import InstallationType
from tenantry.rules.refusals import Invalid, Refusal

MANAGE: Final = "INTEGRATION_PACK"


def at_pack(name: str, pack: PackRow | str, **more: str) -> str:
    """The address of a page about a pack. Packs are told by the query: ids are any text."""
    key = pack if isinstance(pack, str) else pack.id
    return f"{reverse(name)}?{urlencode({'pack': key, **more})}"


def to_pack(request: HttpRequest, pack: PackRow | str) -> HttpResponse:
    """Go on to a pack's page after a command."""
    return done(request, "pack", at_pack("pack", pack).removeprefix(reverse("pack")))


def pack_named(request: HttpRequest, visit: Visit) -> PackRow:
    """The account's own pack that the address names; refuses with `PackNotFound`."""
    return pack_of(visit.account, request.GET.get("pack", ""))


def placed(form: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """A refusal at its field where it has one, else above the form."""
    field = "name" if refusal.code in {"pack_name_taken", "instance_name_taken"} else getattr(refusal, "place", "")
    if (isinstance(refusal, Invalid) or field == "name") and field in form.fields:
        form.add_error(field, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


def type_label(kind: str) -> str:
    """A pack's type as pages name it."""
    return InstallationType(kind).label


def component_type(kind: str) -> str:
    """A component's type as pages name it."""
    return TYPES.get(kind, kind)
