"""The dialogs that put a version into force or change who may use a connector (CONN-4 to CONN-7)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tenantry.connectors.console import SUBMIT
from tenantry.connectors.forms import ReleaseForm, VisibilityForm
from tenantry.connectors.publisher import DEVELOPER, may_develop
from tenantry.connectors.queries import connector_of, label_of, pending_review, state_of
from tenantry.connectors.releases import cancel_release, plan_release, release_version
from tenantry.connectors.reviews import cancel_review, hide_connector, submit_for_review
from tenantry.connectors.shown import at_group, go_to_group, placed, visibility
from tenantry.connectors.version_console import version_choices
from tenantry.console.shown import counted, dialog, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import require
from tenantry.rules.connectors import Visibility, Way, ways_from
from tenantry.rules.dates import start_of_day
from tenantry.rules.refusals import Refused, ReleaseNotPending, ReviewNotPending
from tenantry.rules.sharing import Kind
from tenantry.sharing.queries import groups_sharing
from tenantry.users.queries import zone_of


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_release(request: HttpRequest) -> HttpResponse:
    """The dialog "Choose Connector Version": at once, or on a day in the person's time zone (CONN-4, USER-16)."""
    visit = visit_of(request)
    row = connector_of(visit.account, request.GET.get("connector", ""))
    may_develop(actor=visit.actor, account=visit.account, at=visit.at)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    wanted = request.POST.get("version", "") or str(row.next_version or row.version)
    chosen = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None  # noqa: PLR2004 - as large as versions get
    form.fields["version"].choices = version_choices(visit, row.group_id, chosen)  # type: ignore[attr-defined]
    form.fields["version"].initial = row.next_version or row.version
    context: dict[str, Any] = {
        "form": form,
        "back": at_group(row.group_id),
        "connector": row,
        "current": label_of(visit.account, row.group_id, row.version) if row.released_at is not None else "",
        "next": label_of(visit.account, row.group_id, row.next_version) if row.next_version is not None else "",
        "zone": visit.person.time_zone,
    }
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        here: dict[str, Any] = {"actor": visit.actor, "at": visit.at, "account": visit.account}
        label = label_of(visit.account, row.group_id, given["version"])
        try:
            if given["when"] == "now":
                release_version(**here, connector=row.pk, version=given["version"])
                told = f"Version {label} of {row.name} is released."
            else:
                due = start_of_day(given["date"], zone_of(visit.actor.user))
                hour = plan_release(**here, connector=row.pk, version=given["version"], due=due)
                told = f"Version {label} of {row.name} will be released at {hour:%Y-%m-%d %H:%M} UTC."
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, told)
            return go_to_group(request, row.group_id)
    return dialog(request, "connectors/release_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_release_cancel(request: HttpRequest) -> HttpResponse:
    """The confirmation that calls a planned release off."""
    visit = visit_of(request)
    row = connector_of(visit.account, request.GET.get("connector", ""))
    context: dict[str, Any] = {
        "page_title": "Cancel Release",
        "back": at_group(row.group_id),
        "connector": row,
        "label": label_of(visit.account, row.group_id, row.next_version) if row.next_version is not None else "",
        "button": "Cancel Release",
    }
    if row.next_at is None:
        context["refusal"] = shown_refusal(ReleaseNotPending(name=row.name))
    elif request.method == "POST":
        try:
            cancel_release(actor=visit.actor, at=visit.at, account=visit.account, connector=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The release of {row.name} is cancelled.")
            return go_to_group(request, row.group_id)
    failed = "refusal" in context and request.method == "POST"
    return dialog(request, "connectors/cancel_dialog.html", context, failed=failed)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_visibility(request: HttpRequest) -> HttpResponse:
    """The dialog "Change Connector Visibility": what is reached at once, and what by review (CONN-6)."""
    return _change(request, visit_of(request), only=None)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_submit(request: HttpRequest) -> HttpResponse:
    """The dialog "Submit for Review": what is reached by review alone."""
    visit = visit_of(request)
    require(SUBMIT, actor=visit.actor, account=visit.account, at=visit.at)
    return _change(request, visit, only=Way.REVIEW)


def _change(request: HttpRequest, visit: Visit, *, only: Way | None) -> HttpResponse:
    row = connector_of(visit.account, request.GET.get("connector", ""))
    may_develop(actor=visit.actor, account=visit.account, at=visit.at)
    ways = {to: way for to, way in ways_from(state_of(row)) if only in {None, way}}
    form = VisibilityForm(request.POST if request.method == "POST" else None)
    form.fields["wanted"].choices = [(to.value, to.label) for to in ways]  # type: ignore[attr-defined]
    groups = groups_sharing(visit.account, Kind.CONNECTOR, row.pk) if Visibility.PUBLIC in ways else ()
    asked = request.POST.get("wanted", "") or (next(iter(ways)).value if len(ways) == 1 else "")
    context: dict[str, Any] = {
        "form": form,
        "page_title": "Submit for Review" if only else "Change Connector Visibility",
        "back": at_group(row.group_id),
        "connector": row,
        "now": visibility(row.visibility),
        "shared": counted(len(groups), "account group") if groups else "",
        "review_only": bool(ways) and set(ways.values()) == {Way.REVIEW},
        "reviewed": Way.REVIEW in ways.values(),
        "options": [
            {
                "value": to.value,
                "title": to.label,
                "reviewed": way is Way.REVIEW,
                "open": way is Way.DIRECT or SUBMIT in visit.privileges,
                "checked": to.value == asked,
            }
            for to, way in ways.items()
        ],
    }
    if form.is_bound and form.is_valid():
        wanted, note = Visibility(form.cleaned_data["wanted"]), form.cleaned_data["note"]
        here: dict[str, Any] = {"actor": visit.actor, "at": visit.at, "account": visit.account}
        try:
            if ways[wanted] is Way.DIRECT:
                hide_connector(**here, connector=row.pk)
                told = f"{row.name} is Hidden. What uses it goes on."
            else:
                submit_for_review(**here, connector=row.pk, wanted=wanted, note=note)
                told = f"{row.name} is submitted for review."
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, told)
            return go_to_group(request, row.group_id)
    return dialog(request, "connectors/visibility_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_review_cancel(request: HttpRequest) -> HttpResponse:
    """The confirmation that takes a pending review back."""
    visit = visit_of(request)
    require(SUBMIT, actor=visit.actor, account=visit.account, at=visit.at)
    row = connector_of(visit.account, request.GET.get("connector", ""))
    review = pending_review(visit.account, row.pk)
    context: dict[str, Any] = {
        "page_title": "Cancel Review",
        "back": at_group(row.group_id),
        "connector": row,
        "review": review,
        "button": "Cancel Review",
    }
    if review is None:
        context["refusal"] = shown_refusal(ReviewNotPending())
    elif request.method == "POST":
        try:
            cancel_review(actor=visit.actor, at=visit.at, account=visit.account, connector=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The review of {row.name} is cancelled.")
            return go_to_group(request, row.group_id)
    failed = "refusal" in context and request.method == "POST"
    return dialog(request, "connectors/cancel_dialog.html", context, failed=failed)
