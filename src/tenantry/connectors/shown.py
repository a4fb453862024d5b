"""What the pages about connectors share: addresses, rows as templates show them, refusals at their fields."""

from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from tenantry.connectors.queries import connector_names, publisher_of, unusable
from tenantry.connectors.uploads import UploadRefused, pieces
from tenantry.console.shown import done, shown_refusal
from tenantry.console.visit import Visit
from tenantry.rules.connectors import Review, Visibility, check_development
from tenantry.rules.refusals import Invalid, Refused
from tenantry.rules.vocabulary import AccountId

_VISIBILITIES: Final = {Visibility.PRIVATE: "", Visibility.PUBLIC: "good", Visibility.HIDDEN: "warn"}
_REVIEWS: Final = {Review.PENDING: "warn", Review.APPROVED: "good", Review.REJECTED: "bad", Review.CANCELLED: ""}
_TAKEN: Final = {
    "connector_group_name_taken": "name",
    "connector_classification_taken": "classification",
    "version_in_force": "version",
}


def at(name: str, **query: str | int) -> str:
    """The address of a page about connectors."""
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def at_group(group: int) -> str:
    """The address of the Developer page at a group."""
    return at("developer", group=group)


def go_to_group(request: HttpRequest, group: int) -> HttpResponse:
    """Go on to the Developer page at a group, after a command."""
    return done(request, "developer", f"?{urlencode({'group': group})}")


def visibility(word: str) -> dict[str, str]:
    """A visibility with the look of its badge."""
    found = Visibility(word)
    return {"title": found.label, "look": _VISIBILITIES[found], "word": found.value}


def review(word: str | None) -> dict[str, str] | None:
    """The state of a review with the look of its badge."""
    return None if word is None else {"title": Review(word).label, "look": _REVIEWS[Review(word)], "word": word}


def connectors_used(account: AccountId, types: Collection[str]) -> list[dict[str, Any]]:
    """The connectors of these types by name, and whether the account can use each (CONN-9)."""
    lacking = set(unusable(account, types))
    return [{"name": name, "usable": name not in lacking} for name in connector_names(types)]


def why_not(visit: Visit) -> dict[str, str]:
    """Why nothing can be developed here, if so (CONN-1)."""
    row = publisher_of(visit.account)
    found = check_development(enabled=row.enabled, publisher=row.name)
    return {} if found is None else {"text": found.message, "rule": found.rule}


def placed(form: forms.Form, refused: Refused) -> dict[str, Any]:
    """Show a refusal at its field where it has one, else above the form."""
    refusal = refused.refusal
    field = refused.place if isinstance(refused, UploadRefused) else _TAKEN.get(refusal.code, "")
    field = field or getattr(refusal, "place", "")
    if field in form.fields:
        form.add_error(field, refusal.message)
        return {}
    if isinstance(refusal, Invalid):
        form.add_error(None, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


def tell_oversized(request: HttpRequest, form: forms.Form) -> None:
    """A file that was not taken in because of its size is missing in the form: say why."""
    for place in getattr(request, "oversized", ()):
        if place in form.errors:
            form.errors[place] = form.error_class(["The file is larger than can be taken."])


def download(account: AccountId, key: str, name: str, kind: str) -> HttpResponse:
    """A kept file as an attachment."""
    quoted = "".join(character if character.isalnum() or character in "-_. " else "_" for character in name)
    plain = quoted.encode("ascii", "replace").decode().replace("?", "_")
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    written: Any = StreamingHttpResponse(pieces(account, key), content_type=kind, headers=headers)
    answer: HttpResponse = written
    return answer
