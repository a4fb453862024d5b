"""What all pages of models have in common: the rights they ask for, addresses, and the head of a model's page."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from tenantry.console.shown import shown_refusal
from tenantry.console.visit import Visit
from tenantry.datahub.queries import ModelRow, draft_of, model_of
from tenantry.rules.modelling import Document
from tenantry.rules.refusals import Invalid, ModelPartInvalid, Refusal

VIEW: Final = "MDM_VIEW_MODELS"
EDIT: Final = "MDM_EDIT_MODELS"
DEPLOY: Final = "MDM_MODEL_DEPLOYMENT"
REMOVE: Final = "MDM_MODEL_REMOVAL"
VIEW_REPOSITORIES: Final = "MDM_VIEW_REPOSITORIES"
MANAGE_REPOSITORIES: Final = "MDM_REPOSITORY_MANAGEMENT"

TABS: Final = (
    ("fields", "Fields"),
    ("steps", "Data Quality"),
    ("versions", "Versions"),
    ("deployments", "Deployments"),
)


def at(name: str, **query: str | int) -> str:
    """An address, with what it is about in its query."""
    return reverse(name) + ("?" + urlencode(query) if query else "")


def at_model(model: str, tab: str = "fields", **query: str | int) -> str:
    """The address of a model's page."""
    return at("model", model=model, tab=tab, **query)


def model_in(request: HttpRequest, visit: Visit) -> ModelRow:
    """The model that the address names; refuses with `ModelNotFound`."""
    return model_of(visit.account, request.GET.get("model", ""))


def heading(visit: Visit, row: ModelRow, tab: str) -> dict[str, Any]:
    """What all tabs of a model show."""
    draft = draft_of(row)
    counts = {"fields": len(draft.fields), "steps": len(draft.steps), "versions": row.published}
    return {
        "model": {**shown_state(row), "revision": row.revision, "user": row.user, "at": row.at},
        "tab": tab,
        "tabs": [
            {"title": title, "count": counts.get(key), "url": at_model(row.pk, key), "current": key == tab}
            for key, title in TABS
        ],
        "can_edit": EDIT in visit.privileges,
        "can_publish": EDIT in visit.privileges and publishable(row, draft),
    }


def publishable(row: ModelRow, draft: Document) -> bool:
    """Whether there is anything in the draft that is not published."""
    return bool(draft.fields) and row.revision != row.published_revision


def shown_state(row: ModelRow) -> dict[str, Any]:
    """A model with its state: not published, or its latest version and whether the draft has gone on since."""
    return {
        "id": row.pk,
        "name": row.name,
        "published": row.published,
        "changed": bool(row.published) and row.revision != row.published_revision,
        "source": row.source_name,
        "source_account": row.source_account,
        "source_version": row.source_version,
    }


def placed(form: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """Show a refusal at its field where it has one, else above the form."""
    taken = refusal.code in {"model_name_taken", "repository_name_taken"}
    field = "name" if taken else getattr(refusal, "place", "")
    if isinstance(refusal, ModelPartInvalid) and "checks" in refusal.why and "check" in form.fields:
        field = "check"
    if (isinstance(refusal, Invalid) or taken) and field in form.fields:
        form.add_error(field, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}
