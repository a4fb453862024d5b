"""The page of the leak lint: advice about what environments let through."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.console.visit import needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.decisions.leaks import leaks_of

SHOWN = 200
"""Findings of each kind on the page; the command lists all."""


@require_GET
@needs("ENV_MANAGEMENT", "USER_MANAGEMENT")
def leaks(request: HttpRequest) -> HttpResponse:
    """Roles that act where they are not attached, and gates that open without their list (ENV-9 to ENV-12)."""
    visit = visit_of(request)
    found = leaks_of(visit.account, visit.at)
    definitions = facts_of(visit.account).catalogue.definitions
    told = [
        {
            "environment": one.environment,
            "role": one.role,
            "opened_by": one.opened_by,
            "privileges": [definitions[name].title for name in one.privileges],
            "path": " > ".join(one.path),
            "people": one.people,
            "examples": one.examples,
        }
        for one in found.leaks[:SHOWN]
    ]
    context: dict[str, Any] = {
        "leaks": told,
        "leak_count": len(found.leaks),
        "openings": [
            {"environment": one.environment, "role": one.role, "path": " > ".join(one.path), "rule": one.rule}
            | {"people": one.people, "examples": one.examples}
            for one in found.openings[:SHOWN]
        ],
        "opening_count": len(found.openings),
    }
    return render(request, "environments/leaks.html", context)
