"""Models: their list, the page of one with its tabs, its published versions, and copying shared ones (MODEL)."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.accounts.queries import names_of_accounts
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.datahub.commands import SEE_PROCESSES, copy_shared_model, create_model, remove_model, rename_model
from tenantry.datahub.forms import NameForm
from tenantry.datahub.heading import (
    DEPLOY,
    EDIT,
    REMOVE,
    TABS,
    VIEW,
    VIEW_REPOSITORIES,
    at,
    at_model,
    heading,
    model_in,
    placed,
    shown_state,
)
from tenantry.datahub.queries import (
    ModelRow,
    deployments_of,
    document_of,
    draft_of,
    groups_sharing_count,
    models_page,
    names_of_processes,
    receives_models,
    repositories_holding,
    shared_models,
    version_of,
    versions_page,
)
from tenantry.rules.modelling import Field, Step, StepKind, check_deletable
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.refusals import ModelVersionNotFound, Refused


@require_GET
@needs(VIEW)
def models(request: HttpRequest) -> HttpResponse:
    """The account's models by name, each with its state and what it is a copy of."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page, count = models_page(visit.account, query, place(request))
    owners = names_of_accounts({row.source_account for row in page.rows if row.source_account})
    rows = [
        {
            **shown_state(row),
            "url": at_model(row.pk),
            "repositories": row.repositories,
            "source_account": owners.get(row.source_account, row.source_account),
            "user": row.user,
            "at": row.at,
        }
        for row in page.rows
    ]
    edits = EDIT in visit.privileges
    context = {
        "query": query,
        "models": rows,
        "page": shown_page(page, counted(count, "model")),
        "can_edit": edits,
        "can_copy": edits and receives_models(visit.account),
    }
    return render(request, "datahub/models.html", context)


@require_GET
@needs(VIEW)
def model(request: HttpRequest) -> HttpResponse:
    """The page of one model: tabs Fields and Data Quality edit the draft, Versions and Deployments show what became."""
    visit = visit_of(request)
    row = model_in(request, visit)
    asked = request.GET.get("tab", "")
    return model_page(request, row, asked if asked in dict(TABS) else "fields")


def model_page(request: HttpRequest, row: ModelRow, tab: str, *, status: int = 200, **more: object) -> HttpResponse:
    """Render a model's page; `more` goes into its context."""
    visit = visit_of(request)
    context = heading(visit, row, tab)
    owners = names_of_accounts([row.source_account]) if row.source_account else {}
    context["model"]["source_account"] = owners.get(row.source_account, row.source_account)
    context |= _TAB_CONTEXT[tab](request, visit, row) | more
    return render(request, f"datahub/{tab}.html", context, status=status)


def shown_steps(visit: Visit, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Data quality steps; the names of processes for those who may see them."""
    kept = list(steps)
    sees = bool(visit.privileges & set(SEE_PROCESSES))
    names = names_of_processes(visit.account, (step.process for step in kept))
    return [
        {
            "name": step.name,
            "key": _key(step.name),
            "kind": step.kind.label,
            "check": step.check,
            "calls": step.kind is StepKind.PROCESS,
            "process": names.get(step.process, "") if sees else "",
            "chosen": bool(step.process),
            "gone": bool(step.process) and step.process not in names,
        }
        for step in kept
    ]


def shown_fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Fields of a draft or of a version."""
    return [
        {
            "name": one.name,
            "key": _key(one.name),
            "type": one.type.label,
            "required": one.required,
            "unique": one.unique,
            "match": one.match,
        }
        for one in fields
    ]


def _key(name: str) -> str:
    """What the page calls the buttons of a field or step, so that the keyboard stays on one that moves."""
    return sha256(name.encode()).hexdigest()[:12]


def _fields(request: HttpRequest, _: Visit, row: ModelRow) -> dict[str, Any]:
    return {"moved": request.GET.get("moved", ""), "fields": shown_fields(draft_of(row).fields)}


def _steps(request: HttpRequest, visit: Visit, row: ModelRow) -> dict[str, Any]:
    return {"moved": request.GET.get("moved", ""), "steps": shown_steps(visit, draft_of(row).steps)}


def _versions(request: HttpRequest, visit: Visit, row: ModelRow) -> dict[str, Any]:
    page = versions_page(visit.account, row, place(request))
    versions = [
        {
            "number": one.number,
            "notes": one.notes,
            "user": one.user,
            "at": one.at,
            "repositories": one.repositories,
            "latest": one.number == row.published,
            "url": at("model_version", model=row.pk, version=one.number),
        }
        for one in page.rows
    ]
    return {"versions": versions, "page": shown_page(page, counted(row.published, "version"))}


def _deployments(request: HttpRequest, visit: Visit, row: ModelRow) -> dict[str, Any]:
    if VIEW_REPOSITORIES not in visit.privileges:
        privilege = PLATFORM.definitions[VIEW_REPOSITORIES].title
        return {"missing": {"what": "where it is deployed", "privilege": privilege}}
    page = deployments_of(visit.account, row, place(request))
    deployments = [
        {
            "repository": one.repository_id,
            "name": one.repository.name,
            "version": one.version.number,
            "latest": one.version.number == row.published,
            "user": one.user,
            "at": one.at,
            "end": at("model_undeploy", model=row.pk, repository=one.repository_id),
        }
        for one in page.rows
    ]
    return {
        "deployments": deployments,
        "page": shown_page(page),
        "can_deploy": DEPLOY in visit.privileges and bool(row.published),
        "can_undeploy": REMOVE in visit.privileges,
    }


_TAB_CONTEXT: Final[dict[str, Callable[[HttpRequest, Visit, ModelRow], dict[str, Any]]]] = {
    "fields": _fields,
    "steps": _steps,
    "versions": _versions,
    "deployments": _deployments,
}


@require_GET
@needs(VIEW)
def model_version(request: HttpRequest) -> HttpResponse:
    """One published version, as it was published."""
    visit = visit_of(request)
    row = model_in(request, visit)
    asked = request.GET.get("version", "")
    if not asked.isdecimal() or len(asked) > 10:  # noqa: PLR2004 - more digits than any number has
        raise Refused(ModelVersionNotFound(model=row.name))
    version = version_of(visit.account, row, int(asked))
    document = document_of(version)
    context = {
        "model": shown_state(row),
        "version": {
            "number": version.number,
            "notes": version.notes,
            "user": version.user,
            "at": version.at,
            "latest": version.number == row.published,
        },
        "fields": shown_fields(document.fields),
        "steps": shown_steps(visit, document.steps),
        "back": at_model(row.pk, "versions"),
    }
    return render(request, "datahub/version.html", context)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_add(request: HttpRequest) -> HttpResponse:
    """The dialog that makes a model."""
    visit = visit_of(request)
    form = NameForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "title_of_page": "New Model", "back": reverse("models")}
    if request.method == "POST" and form.is_valid():
        try:
            made = create_model(actor=visit.actor, at=visit.at, account=visit.account, name=form.cleaned_data["name"])
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The model {form.cleaned_data['name'].strip()} is made. Add its fields.")
            return to_model(request, made)
    return dialog(request, "datahub/name_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_rename(request: HttpRequest) -> HttpResponse:
    """The dialog that gives a model another name."""
    visit = visit_of(request)
    row = model_in(request, visit)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context: dict[str, Any] = {"form": form, "title_of_page": "Rename Model", "back": at_model(row.pk)}
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            rename_model(actor=visit.actor, at=visit.at, account=visit.account, model=row.pk, name=name)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, "Saved.")
            return to_model(request, row.pk)
    return dialog(request, "datahub/name_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a model; while it is deployed it only says so (MODEL-5)."""
    visit = visit_of(request)
    row = model_in(request, visit)
    shared = groups_sharing_count(visit.account, row.pk)
    context: dict[str, Any] = {
        "model": shown_state(row),
        "shared": counted(shared, "account group") if shared else "",
        "back": at_model(row.pk),
    }
    blocked = check_deletable(row.name, repositories_holding(visit.account, row))
    if blocked is not None:
        context["refusal"] = shown_refusal(blocked)
    elif request.method == "POST":
        try:
            remove_model(actor=visit.actor, at=visit.at, account=visit.account, model=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The model {row.name} is deleted.")
            return done(request, "models")
    return dialog(request, "datahub/remove_model_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_copy(request: HttpRequest) -> HttpResponse:
    """The dialog "Copy a Shared Model": what reaches the account, each at its latest version (MODEL-2, MODEL-4)."""
    visit = visit_of(request)
    acting = request.method == "POST" and "search" not in request.POST
    chosen, query = request.POST.get("model", ""), request.POST.get("q", "")[:200]
    context: dict[str, Any] = {"back": reverse("models"), "query": query}
    if acting and not chosen:
        context["error"] = "Choose a model."
    elif acting:
        try:
            made = copy_shared_model(actor=visit.actor, at=visit.at, account=visit.account, model=chosen)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "The copy is a draft of this account's own.")
            return to_model(request, made)
    found, count = shared_models(visit.account, query)
    owners = names_of_accounts({one.owner for one in found})
    context |= {
        "models": [
            {
                "id": one.id,
                "name": one.name,
                "version": one.version,
                "owner": owners.get(one.owner, one.owner),
                "at": one.published_at,
                "checked": one.id == chosen,
            }
            for one in found
        ],
        "found": counted(count, "model"),
        "first": len(found) if count > len(found) else 0,
        "managed": receives_models(visit.account),
    }
    return dialog(request, "datahub/copy_dialog.html", context, failed=acting)


def to_model(request: HttpRequest, model: str, tab: str = "fields") -> HttpResponse:
    """Go on to a model's page after a command."""
    return done(request, "model", at_model(model, tab).removeprefix(reverse("model")))
