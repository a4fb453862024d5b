"""Dialogs about runtimes: installing, naming, attaching, detaching, deleting."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.console.shown import dialog, done, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.environments.queries import accessible_environments, environment_in
from tenantry.rules import environments as law, refusals as no
from tenantry.rules.environments import Level
from tenantry.rules.places import Environment
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.runtimes import TOKEN_LASTS
from tenantry.rules.vocabulary import EnvironmentId, RuntimeId
from tenantry.runtimes.commands import (
    attach_runtime,
    detach_runtime,
    issue_installer_token,
    remove_runtime,
    rename_runtime,
)
from tenantry.runtimes.forms import RuntimeNameForm
from tenantry.runtimes.queries import RuntimeRow, attachable_page, runtime_of
from tenantry.runtimes.shown import shown_runtimes

MANAGE = "ATOM_MANAGEMENT"
LOOK = (MANAGE, "ATOM_MANAGEMENT_READ_ONLY")


def reached(request: HttpRequest, visit: Visit) -> tuple[RuntimeRow, str]:
    """The runtime that the address names, and the page to go back to; refuses behind a closed gate (ENV-13)."""
    row = runtime_of(visit.account, request.GET.get("runtime", ""))
    if row.environment_id is None:
        return row, reverse("runtime_management")
    facts = facts_of(visit.account)
    closed = law.gate(visit.access, facts, environment_in(facts, row.environment_id))
    refuse(closed if isinstance(closed, no.EnvironmentClosed) else None)
    return row, _page_of(row.environment_id)


def _page_of(environment: str) -> str:
    return f"{reverse('environment')}?{urlencode({'environment': environment, 'tab': 'runtimes'})}"


def _back(request: HttpRequest, address: str) -> HttpResponse:
    path, _, query = address.partition("?")
    name = "environment" if path == reverse("environment") else "runtime_management"
    return done(request, name, f"?{query}" if query else "")


@require_http_methods(["GET", "POST"])
@needs(MANAGE, "BUILD")
def runtime_install(request: HttpRequest) -> HttpResponse:
    """The dialog that makes an installer token and shows it once (PRIV-6)."""
    visit = visit_of(request)
    context: dict[str, Any] = {
        "hours": int(TOKEN_LASTS.total_seconds() // 3600),
        "back": reverse("runtime_management"),
        "can_attach": MANAGE in visit.privileges,
    }
    if request.method == "POST":
        context["token"] = issue_installer_token(actor=visit.actor, at=visit.at, account=visit.account)
        context["server"] = request.build_absolute_uri("/").rstrip("/")
    return render(request, "runtimes/install_dialog.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def runtime_rename(request: HttpRequest) -> HttpResponse:
    """The dialog that names a runtime."""
    visit = visit_of(request)
    row, back = reached(request, visit)
    form = RuntimeNameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context: dict[str, Any] = {"runtime": row, "form": form, "back": back}
    if request.method == "POST" and form.is_valid():
        try:
            rename_runtime(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                runtime=RuntimeId(row.id),
                name=form.cleaned_data["name"],
            )
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "Saved.")
            return _back(request, back)
    return dialog(request, "runtimes/rename_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def runtime_attach(request: HttpRequest) -> HttpResponse:
    """The dialog that attaches a runtime to an environment, from either side (ENV-3): the address names an environment
    or a runtime, the dialog asks for the other.
    """
    visit = visit_of(request)
    facts = facts_of(visit.account)
    context: dict[str, Any] = {}
    here: Environment | None = None
    if key := request.GET.get("environment", ""):
        here = environment_in(facts, key)
        closed = law.gate(visit.access, facts, here)
        refuse(closed if isinstance(closed, no.EnvironmentClosed) else None)
        writable = [one.id for one in _writable(visit)]
        rows, more = attachable_page(visit.account, here, writable, request.GET.get("q", "")[:200])
        context |= {"environment": here, "runtimes": rows, "more": more, "query": request.GET.get("q", "")[:200]}
        back = _page_of(here.id)
    else:
        row, back = reached(request, visit)
        there = [one for one in _writable(visit) if one.id != row.environment_id]
        if row.cloud is not None:  # it fits no other (ENV-4)
            there = [one for one in there if one.classification == row.cloud.classification]
        context |= {"runtime": row, "environments": there}
    context["back"] = back
    if request.method == "POST":
        runtime = RuntimeId(request.POST.get("runtime", "") or request.GET.get("runtime", ""))
        to = here.id if here is not None else EnvironmentId(request.POST.get("to", ""))
        try:
            attach_runtime(actor=visit.actor, at=visit.at, account=visit.account, runtime=runtime, environment=to)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "The runtime is attached.")
            return _back(request, _page_of(to))
    return dialog(request, "runtimes/attach_dialog.html", context, failed=request.method == "POST")


def _writable(visit: Visit) -> list[Environment]:
    facts = facts_of(visit.account)
    found = accessible_environments(visit.access, facts)
    return [one for one in found if law.level(visit.access, facts, one) is Level.WRITE]


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def runtime_detach(request: HttpRequest) -> HttpResponse:
    """The confirmation that detaches a runtime."""
    return _ending(request, "Detach", "It runs nothing more here until it is attached again.", detach_runtime)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def runtime_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a runtime, whose secret ends with it."""
    return _ending(request, "Delete", "Its secret ends at once. What it has reported stays.", remove_runtime)


def _ending(request: HttpRequest, word: str, note: str, end: Any) -> HttpResponse:  # noqa: ANN401 - a command
    visit = visit_of(request)
    row, back = reached(request, visit)
    context: dict[str, Any] = {"runtime": row, "word": word, "note": note, "back": back}
    if request.method == "POST":
        try:
            end(actor=visit.actor, at=visit.at, account=visit.account, runtime=RuntimeId(row.id))
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{row.name}: {word.lower()}{'d' if word == 'Delete' else 'ed'}.")
            return _back(request, back)
    return dialog(request, "runtimes/end_dialog.html", context, failed=request.method == "POST")


@require_GET
@needs(*LOOK)
def unattached(request: HttpRequest) -> HttpResponse:
    """All runtimes that are attached nowhere, page by page, as PRIV-7 looks through them."""
    visit = visit_of(request)
    context = {**shown_runtimes(request, visit.account, None), "can_save": MANAGE in visit.privileges}
    return render(request, "runtimes/unattached.html", context)
