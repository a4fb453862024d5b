"""The page Account Libraries: the uploaded library files of the account, with uploading and deleting them (PRIV-10)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.account_libraries.commands import remove_library, upload_library
from tenantry.account_libraries.forms import LibraryForm
from tenantry.account_libraries.queries import LibraryRow, libraries_count, libraries_page, library_of
from tenantry.account_libraries.rights import CHANGE, VIEW, may_change
from tenantry.account_libraries.uploads import kept_library
from tenantry.connectors.shown import at, download, tell_oversized
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules import refusals as no
from tenantry.rules.libraries import check_room
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.refusals import Invalid, Refused
from tenantry.rules.surfaces import missing_for

LONGEST = 18
"""Digits of a number that an address may name."""


@require_GET
@needs(*VIEW)
def account_libraries(request: HttpRequest) -> HttpResponse:
    """The account's library files by name, and why whoever cannot change them cannot."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page, count = libraries_page(visit.account, query, place(request))
    missing = _missing(visit)
    context = {
        "query": query,
        "libraries": [
            {
                "name": row.name,
                "size": row.size,
                "user": row.user,
                "at": row.at,
                "file": at("account_library_file", library=row.pk),
                "remove": at("account_library_remove", library=row.pk),
            }
            for row in page.rows
        ],
        "page": shown_page(page, counted(count, "library")),
        "missing": missing,
        "can_change": not missing,
    }
    return render(request, "account_libraries/libraries.html", context)


def _missing(visit: Visit) -> list[dict[str, str]]:
    """The privileges that changing takes and this person lacks here."""
    return [
        {"title": PLATFORM.definitions[name].title, "why": urlencode({"privilege": name})}
        for name in sorted(missing_for(CHANGE, visit.privileges))
    ]


@require_http_methods(["GET", "POST"])
@needs(*VIEW)
def account_library_upload(request: HttpRequest) -> HttpResponse:
    """The dialog "Upload Library"."""
    visit = visit_of(request)
    may_change(actor=visit.actor, account=visit.account, at=visit.at)
    form = LibraryForm(request.POST, request.FILES) if request.method == "POST" else LibraryForm()
    context: dict[str, Any] = {"form": form, "back": reverse("account_libraries")}
    full = check_room(libraries_count(visit.account))
    if full is not None:
        context["refusal"] = shown_refusal(full)
    elif form.is_bound and form.is_valid():
        given = form.cleaned_data["library"]
        try:
            with kept_library(visit.account, given.file, given.name) as file:
                upload_library(actor=visit.actor, at=visit.at, account=visit.account, file=file)
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, f"{file.name} is uploaded.")
            return done(request, "account_libraries")
    tell_oversized(request, form)
    return dialog(request, "account_libraries/upload_dialog.html", context, failed=form.is_bound)


def _placed(form: LibraryForm, refusal: no.Refusal) -> dict[str, Any]:
    """Show at the field what is wrong with the file, and above the form what is wrong with the rest."""
    if isinstance(refusal, (Invalid, no.AccountLibraryNameTaken)):
        form.add_error("library", refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


@require_GET
@needs(*VIEW)
def account_library_file(request: HttpRequest) -> HttpResponse:
    """The bytes of a library file, as they were uploaded."""
    row = _asked(request)
    return download(visit_of(request).account, row.content, row.name, "application/java-archive")


@require_http_methods(["GET", "POST"])
@needs(*VIEW)
def account_library_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a library file."""
    visit = visit_of(request)
    may_change(actor=visit.actor, account=visit.account, at=visit.at)
    row = _asked(request)
    if request.method == "POST":
        remove_library(actor=visit.actor, at=visit.at, account=visit.account, library=row.pk)
        messages.success(request, f"{row.name} is deleted.")
        return done(request, "account_libraries")
    context = {"library": row, "back": reverse("account_libraries")}
    return dialog(request, "account_libraries/remove_dialog.html", context)


def _asked(request: HttpRequest) -> LibraryRow:
    """The library file that the address names."""
    told = request.GET.get("library", "")
    number = int(told) if told.isdecimal() and len(told) <= LONGEST else 0
    return library_of(visit_of(request).account, number)
