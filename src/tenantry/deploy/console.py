"""The pages of Deploy: packaged components, and what is deployed to which environment.

Environments that are not accessible are silently left out of every list (ENV-13).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.connectors.queries import names_of_types, unusable
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import access_in, require, require_in
from tenantry.deploy.commands import create_package, deploy, package_and_deploy, remove_package, undeploy
from tenantry.deploy.forms import EnvironmentForm, PackageAndDeployForm, PackageForm
from tenantry.deploy.keeping import kept_by
from tenantry.deploy.parts import parts_page
from tenantry.deploy.queries import (
    DeploymentRow,
    PackageRow,
    chosen_to_package,
    components_to_package,
    connectors_of_deployments,
    connectors_of_package,
    deployment_of,
    deployments_page,
    package_of,
    packages_page,
    versions_of,
    where_deployed,
)
from tenantry.environments.parts import found_among, part_from
from tenantry.environments.queries import accessible_environments
from tenantry.packs.received import Instance, instances_in
from tenantry.rules.answers import Access
from tenantry.rules.components import TYPES
from tenantry.rules.deploying import check_package_goes
from tenantry.rules.environments import gate, narrowing, within
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Environment, Opening
from tenantry.rules.refusals import EnvironmentNotFound, Invalid, Refusal, Refused
from tenantry.rules.surfaces import missing_for
from tenantry.rules.vocabulary import EnvironmentId

DEPLOY: Final = "DEPLOY"
PACKAGE: Final = "PACKAGE_MANAGEMENT"

LISTED: Final = 50
"""Environments beside the deployments of one; more are reached by search and by paging."""


def _seen(visit: Visit) -> tuple[Access, AccountFacts, tuple[Environment, ...]]:
    access, facts = access_in(actor=visit.actor, account=visit.account, at=visit.at)
    return access, facts, accessible_environments(access, facts)


def _deployable_to(
    visit: Visit, access: Access, facts: AccountFacts, environments: Iterable[Environment]
) -> tuple[Environment, ...]:
    """Those of the environments that somebody may deploy to (ENV_CAN)."""
    if DEPLOY not in visit.privileges:
        return ()
    return tuple(one for one in environments if isinstance(within(DEPLOY, access, facts, one), Opening))


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:200]


def _row(package: PackageRow) -> dict[str, Any]:
    return {
        "id": package.pk,
        "name": package.name,
        "type": TYPES.get(package.type, package.type),
        "version": package.version,
        "revision": package.revision,
        "shareable": package.shareable,
        "user": package.user,
        "at": package.created_at,
    }


# ---- packaged components -------------------------------------------------------------------------------------------


@require_GET
@needs(PACKAGE, DEPLOY)
def packages(request: HttpRequest) -> HttpResponse:
    """The packaged components, newest first, each with the accessible environments that it is deployed to."""
    visit = visit_of(request)
    _, _, environments = _seen(visit)
    query = _search(request)
    page = packages_page(visit.account, query, place(request))
    where = where_deployed(visit.account, [row.pk for row in page.rows], environments)
    rows = [{**_row(row), "environments": [one.environment.name for one in where.get(row.pk, ())]} for row in page.rows]
    context = {
        "query": query,
        "packages": rows,
        "page": shown_page(page),
        "can_package": not missing_for("build.package", visit.privileges),
    }
    return render(request, "deploy/packages.html", context)


@require_GET
@needs(PACKAGE, DEPLOY)
def package(request: HttpRequest, package: str) -> HttpResponse:
    """One packaged component: what it is, where it is deployed, the other versions, and its text."""
    visit = visit_of(request)
    row = package_of(visit.account, package)
    access, facts, environments = _seen(visit)
    deployed = where_deployed(visit.account, [row.pk], environments).get(row.pk, [])
    connectors = connectors_of_package(visit.account, row.pk)
    names = names_of_types(kind for kind, _ in connectors)
    made_with = connectors_of_deployments(visit.account, [one.pk for one in deployed])
    context = {
        "package": _row(row),
        "notes": row.notes,
        "text": row.text,
        "deployed": [
            {
                "environment": one.environment.name,
                "user": one.user,
                "at": one.deployed_at,
                "connectors": [
                    {"name": names.get(kind, kind), "version": version} for kind, version in made_with.get(one.pk, [])
                ],
            }
            for one in deployed
        ],
        "connectors": [
            {"name": names.get(kind, kind), "type": kind, "version": version} for kind, version in connectors
        ],
        "blocked": ", ".join(unusable(visit.account, (kind for kind, _ in connectors))),
        "versions": [_row(one) for one in versions_of(visit.account, row.component_id) if one.pk != row.pk],
        "can_deploy": bool(_deployable_to(visit, access, facts, environments)),
        "can_remove": PACKAGE in visit.privileges,
    }
    page, number = parts_page(visit.account, row.pk, place(request))
    context["parts"] = [{"name": one.name, "type": TYPES.get(one.type, one.type)} for one in page.rows]
    context["page"] = shown_page(page, counted(number, "component"))
    return render(request, "deploy/package.html", context)


def _offer(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    """The components to choose from; the one chosen already stays on the list, at its head."""
    query, chosen = request.POST.get("q", "")[:200], request.POST.get("component", "")
    found, more = components_to_package(visit.account, query)
    kept = [one for one in found if one.id == chosen] or chosen_to_package(visit.account, chosen)
    listed = [*kept, *(one for one in found if one.id != chosen)]
    return {
        "components": [
            {
                "id": one.id,
                "name": one.name,
                "note": f"{TYPES.get(one.type, one.type)}, revision {one.revision}",
                "checked": one.id == chosen,
            }
            for one in listed
        ],
        "more": more,
        "query": query,
    }


@require_http_methods(["GET", "POST"])
@needs("BUILD", PACKAGE)
def package_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Create Packaged Component" (PRIV-9)."""
    visit = visit_of(request)
    for privilege in sorted(missing_for("build.package", visit.privileges)):  # then this refuses, with the reason
        require(privilege, actor=visit.actor, account=visit.account, at=visit.at)
    searching = "search" in request.POST
    form = PackageForm(request.POST if request.method == "POST" and not searching else None, initial=_typed(request))
    context: dict[str, Any] = {"form": form, "back": reverse("packages")}
    if form.is_bound and form.is_valid():
        try:
            create_package(actor=visit.actor, at=visit.at, account=visit.account, **form.cleaned_data)
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, f"Version {form.cleaned_data['version']} is packaged.")
            return done(request, "packages")
    context |= _offer(request, visit)
    return dialog(request, "deploy/package_dialog.html", context, failed=form.is_bound)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form while components are searched."""
    names = ("version", "notes", "environment")
    return {name: request.POST.get(name, "") for name in names} | {"shareable": "shareable" in request.POST}


def _placed(form: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """A refusal at its field where it has one, else above the form."""
    field = getattr(refusal, "place", "version" if refusal.code == "version_taken" else "")
    if (isinstance(refusal, Invalid) or field) and field in form.fields:
        form.add_error(field, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


@require_http_methods(["GET", "POST"])
@needs(DEPLOY)
def package_deploy(request: HttpRequest, package: str) -> HttpResponse:
    """The dialog that deploys a packaged component to an environment."""
    visit = visit_of(request)
    row = package_of(visit.account, package)
    access, facts, environments = _seen(visit)
    form = EnvironmentForm(request.POST if request.method == "POST" else None)
    _choices(form, _deployable_to(visit, access, facts, environments))
    back = reverse("package", kwargs={"package": row.pk})
    context: dict[str, Any] = {"form": form, "back": back, "package": _row(row)}
    if request.method == "POST":
        named = EnvironmentId(request.POST.get("environment", ""))
        try:
            if named:  # what is named directly is answered (ENV-13)
                require_in(named, DEPLOY, actor=visit.actor, account=visit.account, at=visit.at)
            if form.is_valid():
                deploy(actor=visit.actor, at=visit.at, account=visit.account, package=row.pk, environment=named)
                messages.success(request, f"{row.name} {row.version} is deployed to {facts.environments[named].name}.")
                return done(request, "deployments", "?" + urlencode({"environment": named}))
        except Refused as refused:
            if not form.is_valid():
                raise
            context |= _placed(form, refused.refusal)
    return dialog(request, "deploy/deploy_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(PACKAGE)
def package_remove(request: HttpRequest, package: str) -> HttpResponse:
    """The confirmation that deletes a packaged component; says what keeps it (PROC-8)."""
    visit = visit_of(request)
    row = package_of(visit.account, package)
    back = reverse("package", kwargs={"package": row.pk})
    kept = check_package_goes(row.name, row.version, kept_by(visit.account, row.pk))
    context: dict[str, Any] = {"package": _row(row), "back": back}
    if kept is not None:
        context["refusal"] = shown_refusal(kept)
    elif request.method == "POST":
        try:
            remove_package(actor=visit.actor, at=visit.at, account=visit.account, package=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"Version {row.version} of {row.name} is deleted.")
            return done(request, "packages")
    return dialog(request, "deploy/remove_dialog.html", context, failed=request.method == "POST")


def _choices(form: forms.Form, environments: Iterable[Environment], chosen: str = "") -> None:
    field = form.fields["environment"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(one.id, f"{one.name} ({one.classification.label})") for one in environments]
        if chosen:
            field.initial = chosen


# ---- deployments ---------------------------------------------------------------------------------------------------


@require_GET
@needs(DEPLOY, PACKAGE)
def deployments(request: HttpRequest) -> HttpResponse:
    """What is deployed to an environment: the one the address names, else the first that is accessible.

    The list of environments beside it is the part that has it.
    """
    visit = visit_of(request)
    access, facts, environments = _seen(visit)
    named = request.GET.get("environment", "")
    chosen = _named(access, facts, named) if named else next(iter(environments), None)
    ended = request.GET.get("show") == "ended"
    query = request.GET.get("q", "")[:200]
    found = found_among(environments, query)
    part = part_from(found, request.GET.get("from") or _near(found, chosen), LISTED)
    context: dict[str, Any] = {
        "environments": [
            {"id": one.id, "name": one.name, "classification": one.classification.label} for one in part.environments
        ],
        "many": len(environments) > LISTED,
        "query": query,
        "part": {"before": part.before, "after": part.after, "label": counted(len(found), "environment")},
        "everything": "ENV_MANAGEMENT" in visit.privileges,
        "selected": None,
        "ended": ended,
    }
    if chosen is not None:
        page = deployments_page(visit.account, chosen.id, place(request), ended=ended)
        deploys = bool(_deployable_to(visit, access, facts, [chosen]))
        context |= {
            "selected": {"id": chosen.id, "name": chosen.name, "classification": chosen.classification.label},
            "deployments": [_shown(row) for row in page.rows],
            "page": shown_page(page),
            "packs": [] if ended else [_shown_pack(one) for one in instances_in(visit.account, chosen.id)],
            "can_end": deploys and not ended,
            "can_package_and_deploy": deploys and PACKAGE in visit.privileges,
            "why_not": _why_not(visit, access, facts, chosen),
        }
    return render(request, "deploy/deployments.html", context)


def _near(found: Sequence[Environment], chosen: Environment | None) -> str:
    """What the part of the list begins with that has the environment shown; empty for the first part."""
    place = found.index(chosen) if chosen in found else 0
    return found[place - place % LISTED].id if place else ""


def _shown(row: DeploymentRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "package": row.package_id,
        "name": row.package.name,
        "type": TYPES.get(row.package.type, row.package.type),
        "version": row.package.version,
        "user": row.user,
        "at": row.deployed_at,
        "ended_at": row.ended_at,
        "ended_by": row.ended_by,
    }


def _shown_pack(one: Instance) -> dict[str, Any]:
    """An integration pack that runs in the environment besides what is deployed there (PACK-8)."""
    return {
        "url": reverse("installed_pack") + "?" + urlencode({"instance": one.id}),
        "name": one.name,
        "version": one.version,
        "publisher": one.publisher,
    }


def _why_not(visit: Visit, access: Access, facts: AccountFacts, environment: Environment) -> str:
    """Why somebody who sees an environment deploys nothing to it; empty for who does."""
    if DEPLOY not in visit.privileges:
        return "Deploying needs the privilege Packaged Component Deployment."
    roles = narrowing(access, facts, environment)
    return (
        f"This environment is read-only for you, by Environment Management Read Access of {', '.join(roles)}."
        if roles
        else ""
    )


def _named(access: Access, facts: AccountFacts, environment: str) -> Environment:
    """The environment that an address names; refuses with `EnvironmentNotFound` or `EnvironmentClosed` (ENV-13)."""
    found = facts.environments.get(EnvironmentId(environment))
    if found is None:
        raise Refused(EnvironmentNotFound(environment=environment))
    opening = gate(access, facts, found)
    if not isinstance(opening, Opening):
        raise Refused(opening)
    return found


@require_http_methods(["GET", "POST"])
@needs(PACKAGE)
def deployment_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Package and Deploy" (PRIV-9)."""
    visit = visit_of(request)
    for privilege in sorted(missing_for("deploy.package_and_deploy", visit.privileges)):
        require(privilege, actor=visit.actor, account=visit.account, at=visit.at)
    access, facts, environments = _seen(visit)
    searching = "search" in request.POST
    typed = _typed(request) if request.method == "POST" else {}
    form = PackageAndDeployForm(request.POST if request.method == "POST" and not searching else None, initial=typed)
    _choices(form, _deployable_to(visit, access, facts, environments), request.GET.get("environment", ""))
    if named := EnvironmentId(request.POST.get("environment", "")):  # what is named directly is answered (ENV-13)
        require_in(named, DEPLOY, actor=visit.actor, account=visit.account, at=visit.at)
    query = {"environment": request.GET["environment"]} if "environment" in request.GET else {}
    context: dict[str, Any] = {"form": form, "back": reverse("deployments") + ("?" + urlencode(query) if query else "")}
    if form.is_bound and form.is_valid():
        try:
            package_and_deploy(actor=visit.actor, at=visit.at, account=visit.account, **form.cleaned_data)
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, f"Version {form.cleaned_data['version']} is packaged and deployed.")
            return done(request, "deployments", "?" + urlencode({"environment": form.cleaned_data["environment"]}))
    context |= _offer(request, visit)
    return dialog(request, "deploy/package_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEPLOY)
def deployment_end(request: HttpRequest, deployment: int) -> HttpResponse:
    """The confirmation that ends a deployment."""
    visit = visit_of(request)
    row = deployment_of(visit.account, deployment)
    environment = EnvironmentId(row.environment_id)
    require_in(environment, DEPLOY, actor=visit.actor, account=visit.account, at=visit.at)
    query = "?" + urlencode({"environment": environment})
    context: dict[str, Any] = {
        "deployment": _shown(row),
        "environment": row.environment.name,
        "back": reverse("deployments") + query,
    }
    if request.method == "POST":
        try:
            undeploy(actor=visit.actor, at=visit.at, account=visit.account, deployment=deployment)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{row.package.name} is no longer deployed to {row.environment.name}.")
            return done(request, "deployments", query)
    return dialog(request, "deploy/end_dialog.html", context, failed=request.method == "POST")
