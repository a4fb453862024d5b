"""Shapes that the templates of the console expect."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.refusals import PrivilegeNotHeld, Refusal
from tenantry.store.paging import Page


@dataclass(frozen=True, slots=True)
class Line:
    """`Name -- Description`, with the suffix of a shared role where due (UI-1)."""

    name: str
    description: str
    shared: bool = False
    removable: str = ""
    """The id of a role that only its own button takes away, since the dialog does not show it (ROLE-16)."""


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
    return {"message": refusal.message, "privilege": missing, "rule": refusal.rules[0]}


def privilege_lines(catalogue: Catalogue, mask: Mask) -> list[Line]:
    """The privileges of a set as lines, by name."""
    definitions = (catalogue.definitions[name] for name in catalogue.names(mask))
    return sorted((Line(p.title, p.allows) for p in definitions), key=lambda line: line.name.casefold())


def place(request: HttpRequest) -> str:
    """The paging mark in the address; empty for the first page."""
    return request.GET.get("before") or request.GET.get("after") or ""


def shown_page(page: Page[Any], label: str = "") -> dict[str, Any]:
    """What `partials/pages.html` needs."""
    return {"label": label, "at_start": not page.previous, "previous": page.previous, "next": page.next}


def counted(number: int, word: str) -> str:
    """A count in words, such as "1 user" or "10,000 users"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def done(request: HttpRequest, name: str, query: str = "") -> HttpResponse:
    """Go on to a page after a command: by redirect, also out of a dialog."""
    url = reverse(name) + query
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})


def dialog(request: HttpRequest, template: str, context: dict[str, Any], *, failed: bool = False) -> HttpResponse:
    """Render a dialog; 422 when what was sent was refused."""
    return render(request, template, context, status=422 if failed else 200)
