"""Editing the draft of a model, one change at a time, each from the revision that was looked at; and publishing it."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.refusal_table import status_of
from tenantry.console.shown import dialog, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.datahub.commands import SEE_PROCESSES, publish_model, save_draft
from tenantry.datahub.console import model_page, to_model
from tenantry.datahub.forms import CallForm, FieldForm, OpenedForm, PublishForm, RuleForm
from tenantry.datahub.heading import EDIT, at_model, model_in, placed
from tenantry.datahub.queries import ModelRow, draft_of, latest_document, names_of_processes, processes_offered
from tenantry.rules import modelling as law
from tenantry.rules.modelling import Document, Field, FieldType, Step, StepKind
from tenantry.rules.refusals import DraftChanged, ModelPartInvalid, ModelPartNotFound, Refused

PARTS: Final = {"fields": "field", "steps": "step"}
"""The two lists of a draft, and what one of each is called."""


def _save(visit: Visit, row: ModelRow, document: Document, opened: int) -> None:
    save_draft(actor=visit.actor, at=visit.at, account=visit.account, model=row.pk, document=document, opened=opened)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_field(request: HttpRequest) -> HttpResponse:
    """The dialog that adds a field, or changes the one that the address names."""
    visit = visit_of(request)
    row = model_in(request, visit)
    draft, named = draft_of(row), request.GET.get("field", "")
    old = _named(draft.fields, named, "field") if named else None
    begun = {"type": FieldType.TEXT.value} if old is None else {**_as_initial(old), "type": old.type.value}
    form = FieldForm(request.POST if request.method == "POST" else None, initial=begun | {"opened": row.revision})
    context: dict[str, Any] = {
        "form": form,
        "title_of_page": "Edit Field" if old else "Add Field",
        "back": at_model(row.pk),
    }
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        one = Field(sent["name"], FieldType(sent["type"]), sent["required"], sent["unique"], sent["match"])
        try:
            _save(visit, row, replace(draft, fields=law.put(draft.fields, one, named)), sent["opened"])
        except Refused as refused:
            context |= _again(request, row, form, refused)
        else:
            messages.success(request, f"The field {one.name} is {'saved' if old else 'added'}.")
            return to_model(request, row.pk)
    return dialog(request, "datahub/field_dialog.html", context, failed=request.method == "POST")


def _as_initial(one: Field) -> dict[str, Any]:
    return {"name": one.name, "required": one.required, "unique": one.unique, "match": one.match}


def _named(parts: tuple[law.P, ...], name: str, part: str) -> law.P:
    """The part that the address names; refuses with `ModelPartNotFound`."""
    found = law.find(parts, name, part)
    if isinstance(found, ModelPartNotFound):
        raise Refused(found)
    return found


def _again(request: HttpRequest, row: ModelRow, form: forms.Form, refused: Refused) -> dict[str, Any]:
    """What a dialog shows of a refusal. After `DraftChanged` the form goes on from the draft as it is now, so that
    sending it again is deliberate.
    """
    if isinstance(refused.refusal, DraftChanged):
        again = type(form)({**request.POST.dict(), "opened": row.revision})
        return {"form": again, **placed(again, refused.refusal)}
    return placed(form, refused.refusal)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_step(request: HttpRequest) -> HttpResponse:
    """The dialog that adds a data quality step of the kind that the address tells, or changes the one it names."""
    visit = visit_of(request)
    row = model_in(request, visit)
    draft, named = draft_of(row), request.GET.get("step", "")
    old = _named(draft.steps, named, "step") if named else None
    kind = old.kind if old is not None else _kind(request.GET.get("kind", ""))
    begun = {"name": old.name, "check": old.check, "process": old.process} if old is not None else {}
    searching = "search" in request.POST
    acting = request.method == "POST" and not searching
    sort = RuleForm if kind is StepKind.RULE else CallForm
    typed = {name: request.POST.get(name, "") for name in ("name", "process")} if searching else {}
    form = sort(request.POST if acting else None, initial=begun | typed | {"opened": row.revision})
    context: dict[str, Any] = {
        "form": form,
        "title_of_page": f"{'Edit' if old else 'Add'} {kind.label.title()}",
        "back": at_model(row.pk, "steps"),
    }
    if acting and form.is_valid():
        sent = form.cleaned_data
        one = Step(sent["name"], kind, sent.get("check", "").strip(), sent.get("process", ""))
        try:
            _save(visit, row, replace(draft, steps=law.put(draft.steps, one, named)), sent["opened"])
        except Refused as refused:
            context |= _again(request, row, form, refused)
        else:
            messages.success(request, f"The step {one.name} is {'saved' if old else 'added'}.")
            return to_model(request, row.pk, "steps")
    if kind is StepKind.PROCESS:
        context |= _processes(request, visit, form["process"].value() or "")
    return dialog(request, "datahub/step_dialog.html", context, failed=acting)


def _kind(word: str) -> StepKind:
    if word not in set(StepKind):
        raise Http404
    return StepKind(word)


def _processes(request: HttpRequest, visit: Visit, chosen: str) -> dict[str, Any]:
    """The processes to choose from, for those who may see them; the one chosen already stays at their head."""
    if not visit.privileges & set(SEE_PROCESSES):
        return {"closed": True, "chosen": chosen}
    query = request.POST.get("q", "")[:200]
    found, more = processes_offered(visit.account, query)
    kept = [(chosen, names_of_processes(visit.account, [chosen])[chosen])] if _known(visit, chosen) else []
    listed = [*kept, *(one for one in found if one[0] != chosen)]
    return {
        "processes": [{"id": key, "name": name, "checked": key == chosen} for key, name in listed],
        "more": more,
        "query": query,
    }


def _known(visit: Visit, process: str) -> bool:
    return bool(process) and process in names_of_processes(visit.account, [process])


@require_POST
@needs(EDIT)
def model_move(request: HttpRequest, part: str) -> HttpResponse:
    """Move a field or a step up or down by one: `move` is "up" or "down", a colon, and its name."""
    visit = visit_of(request)
    row = model_in(request, visit)
    one = _part(part)
    direction, _, name = request.POST.get("move", "").partition(":")
    draft, form = draft_of(row), OpenedForm(request.POST)
    if direction not in {"up", "down"} or not form.is_valid():
        return model_page(
            request, row, part, status=422, refusal=shown_refusal(ModelPartInvalid(why="Nothing was moved."))
        )
    by = -1 if direction == "up" else 1
    try:
        parts = getattr(draft, part)
        _named(parts, name, one)
        _save(visit, row, replace(draft, **{part: law.moved(parts, name, by)}), form.cleaned_data["opened"])
    except Refused as refused:
        return model_page(request, row, part, status=status_of(refused.refusal), refusal=shown_refusal(refused.refusal))
    return HttpResponseRedirect(at_model(row.pk, part, moved=name), status=303)


def _part(word: str) -> str:
    if word not in PARTS:
        raise Http404
    return PARTS[word]


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_part_remove(request: HttpRequest, part: str) -> HttpResponse:
    """The confirmation that takes a field or a step out of the draft."""
    visit = visit_of(request)
    row = model_in(request, visit)
    word = _part(part)
    draft = draft_of(row)
    one = _named(getattr(draft, part), request.GET.get("name", ""), word)
    form = OpenedForm(request.POST if request.method == "POST" else None, initial={"opened": row.revision})
    context: dict[str, Any] = {
        "form": form,
        "word": word,
        "what": one.name,
        "published": row.published,
        "back": at_model(row.pk, part),
    }
    if request.method == "POST" and form.is_valid():
        left = replace(draft, **{part: law.without(getattr(draft, part), one.name)})
        try:
            _save(visit, row, left, form.cleaned_data["opened"])
        except Refused as refused:
            context |= _again(request, row, form, refused)
        else:
            messages.success(request, f"The {word} {one.name} is removed from the draft.")
            return to_model(request, row.pk, part)
    return dialog(request, "datahub/remove_part_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def model_publish(request: HttpRequest) -> HttpResponse:
    """The dialog that publishes the draft: what is new in it since the last version, and notes."""
    visit = visit_of(request)
    row = model_in(request, visit)
    draft, latest = draft_of(row), latest_document(visit.account, row)
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"opened": row.revision})
    changes = law.differences(latest, draft) if latest is not None else ()
    context: dict[str, Any] = {
        "form": form,
        "name": row.name,
        "number": row.published + 1,
        "changes": changes[:_TOLD],
        "more": len(changes) - _TOLD if len(changes) > _TOLD else 0,
        "back": at_model(row.pk, "versions"),
    }
    blocked = law.check_publishable(row.name, draft, latest, row.published)
    if blocked is not None:
        context |= {"refusal": shown_refusal(blocked), "blocked": True}
    elif request.method == "POST" and form.is_valid():
        try:
            number = publish_model(
                actor=visit.actor, at=visit.at, account=visit.account, model=row.pk, **form.cleaned_data
            )
        except Refused as refused:
            context |= _again(request, row, form, refused)
        else:
            messages.success(request, f"Version {number} of {row.name} is published.")
            return to_model(request, row.pk, "versions")
    return dialog(request, "datahub/publish_dialog.html", context, failed=request.method == "POST")


_TOLD: Final = 30
"""Changes that the dialog lists."""
