"""Repositories: their list, the page of one with what is deployed to it, and deploying models (MODEL-5)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.datahub.console import to_model
from tenantry.datahub.deploying import (
    create_repository,
    deploy_model,
    remove_repository,
    rename_repository,
    undeploy_model,
)
from tenantry.datahub.forms import DeployForm, NameForm
from tenantry.datahub.heading import (
    DEPLOY,
    MANAGE_REPOSITORIES,
    REMOVE,
    VIEW,
    VIEW_REPOSITORIES,
    at,
    at_model,
    model_in,
    placed,
    shown_state,
)
from tenantry.datahub.queries import (
    deployed_in,
    deployment_in,
    models_in,
    repositories_offered,
    repositories_page,
    repository_of,
    versions_offered,
)
from tenantry.decisions.guard import require
from tenantry.rules.modelling import check_repository_deletable
from tenantry.rules.refusals import ModelNotDeployed, Refused


def _at_repository(repository: str) -> str:
    return at("repository", repository=repository)


@require_GET
@needs(VIEW_REPOSITORIES)
def repositories(request: HttpRequest) -> HttpResponse:
    """The account's repositories by name, each with the number of models in it."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page, count = repositories_page(visit.account, query, place(request))
    context = {
        "query": query,
        "repositories": [
            {"id": row.pk, "name": row.name, "models": row.models, "url": _at_repository(row.pk)} for row in page.rows
        ],
        "page": shown_page(page, counted(count, "repository")),
        "can_manage": MANAGE_REPOSITORIES in visit.privileges,
    }
    return render(request, "datahub/repositories.html", context)


@require_GET
@needs(VIEW_REPOSITORIES)
def repository(request: HttpRequest) -> HttpResponse:
    """One repository: the models in it, each with its version."""
    visit = visit_of(request)
    row = repository_of(visit.account, request.GET.get("repository", ""))
    query = request.GET.get("q", "")[:200]
    page, count = deployed_in(visit.account, row, query, place(request))
    context = {
        "repository": {"id": row.pk, "name": row.name},
        "query": query,
        "deployments": [
            {
                "model": one.model.name,
                "url": at_model(one.model_id, "deployments") if VIEW in visit.privileges else "",
                "version": one.version.number,
                "latest": one.version.number == one.model.published,
                "newest": one.model.published,
                "user": one.user,
                "at": one.at,
                "end": at("model_undeploy", model=one.model_id, repository=row.pk, then="repository"),
            }
            for one in page.rows
        ],
        "page": shown_page(page, counted(count, "model")),
        "can_manage": MANAGE_REPOSITORIES in visit.privileges,
        "can_undeploy": REMOVE in visit.privileges,
    }
    return render(request, "datahub/repository.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE_REPOSITORIES)
def repository_add(request: HttpRequest) -> HttpResponse:
    """The dialog that makes a repository."""
    visit = visit_of(request)
    form = NameForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "title_of_page": "New Repository", "back": reverse("repositories")}
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            create_repository(actor=visit.actor, at=visit.at, account=visit.account, name=name)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The repository {name.strip()} is made.")
            return done(request, "repositories")
    return dialog(request, "datahub/name_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE_REPOSITORIES)
def repository_rename(request: HttpRequest) -> HttpResponse:
    """The dialog that gives a repository another name."""
    visit = visit_of(request)
    row = repository_of(visit.account, request.GET.get("repository", ""))
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context: dict[str, Any] = {"form": form, "title_of_page": "Rename Repository", "back": _at_repository(row.pk)}
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            rename_repository(actor=visit.actor, at=visit.at, account=visit.account, repository=row.pk, name=name)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, "Saved.")
            return _to_repository(request, row.pk)
    return dialog(request, "datahub/name_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE_REPOSITORIES)
def repository_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a repository; while models are in it, it only says so (MODEL-5)."""
    visit = visit_of(request)
    row = repository_of(visit.account, request.GET.get("repository", ""))
    context: dict[str, Any] = {"repository": {"name": row.name}, "back": _at_repository(row.pk)}
    blocked = check_repository_deletable(row.name, models_in(visit.account, row))
    if blocked is not None:
        context["refusal"] = shown_refusal(blocked)
    elif request.method == "POST":
        try:
            remove_repository(actor=visit.actor, at=visit.at, account=visit.account, repository=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The repository {row.name} is deleted.")
            return done(request, "repositories")
    return dialog(request, "datahub/remove_repository_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(DEPLOY)
def model_deploy(request: HttpRequest) -> HttpResponse:
    """The dialog that deploys a published version to a repository, in place of another version of the model there."""
    visit = visit_of(request)
    require(VIEW_REPOSITORIES, actor=visit.actor, account=visit.account, at=visit.at)
    row = model_in(request, visit)
    searching = "search" in request.POST
    acting = request.method == "POST" and not searching
    wanted = request.POST.get("version", "") if searching else request.GET.get("version", "")
    chosen = request.POST.get("repository", "")
    form = DeployForm(request.POST if acting else None, initial={"version": wanted or row.published})
    numbers = versions_offered(visit.account, row)
    form.fields["version"].choices = [  # type: ignore[attr-defined]
        (number, f"Version {number}{' (latest)' if number == row.published else ''}") for number in numbers
    ]
    context: dict[str, Any] = {"form": form, "model": shown_state(row), "back": at_model(row.pk, "deployments")}
    if acting and form.is_valid():
        try:
            deploy_model(actor=visit.actor, at=visit.at, account=visit.account, model=row.pk, **form.cleaned_data)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"Version {form.cleaned_data['version']} of {row.name} is deployed.")
            return to_model(request, row.pk, "deployments")
    query = request.POST.get("q", "")[:200]
    found, more = repositories_offered(visit.account, query)
    context |= {
        "repositories": [{"id": one.pk, "name": one.name, "checked": one.pk == chosen} for one in found],
        "more": more,
        "query": query,
    }
    return dialog(request, "datahub/deploy_dialog.html", context, failed=acting)


@require_http_methods(["GET", "POST"])
@needs(REMOVE)
def model_undeploy(request: HttpRequest) -> HttpResponse:
    """The confirmation that takes a model out of a repository."""
    visit = visit_of(request)
    require(VIEW_REPOSITORIES, actor=visit.actor, account=visit.account, at=visit.at)
    row = model_in(request, visit)
    where = repository_of(visit.account, request.GET.get("repository", ""))
    there = deployment_in(visit.account, row, where)
    beside = request.GET.get("then") == "repository"
    context: dict[str, Any] = {
        "model": shown_state(row),
        "repository": where.name,
        "back": _at_repository(where.pk) if beside else at_model(row.pk, "deployments"),
    }
    if there is None:
        context["refusal"] = shown_refusal(ModelNotDeployed(model=row.name, repository=where.name))
    else:
        context["version"] = there.version.number
    if request.method == "POST" and there is not None:
        try:
            undeploy_model(actor=visit.actor, at=visit.at, account=visit.account, model=row.pk, repository=where.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{row.name} is no longer deployed to {where.name}.")
            return _to_repository(request, where.pk) if beside else to_model(request, row.pk, "deployments")
    return dialog(request, "datahub/undeploy_dialog.html", context, failed=request.method == "POST")


def _to_repository(request: HttpRequest, repository: str) -> HttpResponse:
    return done(request, "repository", _at_repository(repository).removeprefix(reverse("repository")))
