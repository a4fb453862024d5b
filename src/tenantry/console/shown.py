"""Shapes that the templates of the console expect."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.refusals import (
    CappedBySupportAccess,
    EnvironmentClosed,
    EnvironmentReadOnly,
    FeatureOff,
    FolderRestricted,
    PrivilegeNotHeld,
    Refusal,
)
from tenantry.rules.vocabulary import Instant, Validity
from tenantry.store.paging import Page


@dataclass(frozen=True, slots=True)
class Line:
    """`Name -- Description`, with the suffix of a shared role where due (UI-1)."""

    name: str
    description: str
    shared: bool = False
    removable: str = ""
    """The id of a role that only its own button takes away, since the dialog does not show it (ROLE-16)."""
    key: str = ""
    """The constant of a privilege, by which "Why?" asks about it."""
    condition: str = ""
    """What a question must fulfil for the role to count."""


@dataclass(frozen=True, slots=True)
class Option:
    """One check box of a list. `locked`: checked and not changeable here; `own`: saving keeps it."""

    value: str
    name: str
    description: str
    shared: bool = False
    checked: bool = False
    locked: bool = False
    own: bool = False


def shown_refusal(refusal: Refusal) -> dict[str, str]:
    """What `partials/refusal.html` says: the sentence, the missing privilege if that is the reason, the rule."""
    missing = refusal.title if isinstance(refusal, PrivilegeNotHeld) else ""
    shown = {"message": refusal.message, "privilege": missing, "rule": refusal.rules[0]}
    if isinstance(refusal, (PrivilegeNotHeld, FeatureOff, CappedBySupportAccess)):
        shown["why"] = urlencode({"privilege": refusal.privilege})
    if isinstance(refusal, EnvironmentReadOnly):
        shown["why"] = urlencode({"privilege": refusal.privilege, "environment": refusal.environment})
    if isinstance(refusal, EnvironmentClosed):
        shown["why"] = urlencode({"environment": refusal.environment})
    if isinstance(refusal, FolderRestricted):
        shown["why"] = urlencode({"privilege": "BUILD", "folder": refusal.folder_id})
    return shown


def privilege_lines(catalogue: Catalogue, mask: Mask) -> list[Line]:
    """The privileges of a set as lines, by name."""
    definitions = (catalogue.definitions[name] for name in catalogue.names(mask))
    return sorted((Line(p.title, p.allows, key=p.name) for p in definitions), key=lambda line: line.name.casefold())


def described(description: str, validity: Validity, at: Instant) -> str:
    """A role's description with the time for which it was given, if it was given for a time."""
    starts, ends = validity.starts, validity.ends
    if starts is None and ends is None:
        return description
    parts = [f"from {starts:%Y-%m-%d %H:%M} UTC" if starts else "", f"until {ends:%Y-%m-%d %H:%M} UTC" if ends else ""]
    when = " ".join(part for part in parts if part)
    note = when if validity.in_force(at) else f"not in force: {when}"
    return f"{description} ({note})" if description else note


def place(request: HttpRequest) -> str:
    """The paging mark in the address; empty for the first page."""
    return request.GET.get("before") or request.GET.get("after") or ""


def shown_page(page: Page[Any], label: str = "") -> dict[str, Any]:
    """What `partials/pages.html` needs."""
    return {"label": label, "at_start": not page.previous, "previous": page.previous, "next": page.next}


def counted(number: int, word: str) -> str:
    """A count in words, such as "1 user", "10,000 users" or "2 processes"."""
    if number == 1:
        return f"1 {word}"
    if word.endswith("y"):
        return f"{number:,} {word[:-1]}ies"
    return f"{number:,} {word}{'es' if word.endswith('s') else 's'}"


def done(request: HttpRequest, name: str, query: str = "") -> HttpResponse:
    """Go on to a page after a command: by redirect, also out of a dialog."""
    url = reverse(name) + query
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})


def dialog(request: HttpRequest, template: str, context: dict[str, Any], *, failed: bool = False) -> HttpResponse:
    """Render a dialog; 422 when what was sent was refused."""
    return render(request, template, context, status=422 if failed else 200)
