"""The dialogs of the tab Schedules: setting, pausing, resuming and removing a process's schedule (PRIV-9, ENV-16)."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.shown import dialog, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.deploy.queries import DeploymentRow
from tenantry.environments.console import at_environment, to_environment
from tenantry.rules.refusals import Invalid, Refusal, Refused, ScheduleNotFound
from tenantry.rules.schedules import in_words
from tenantry.rules.vocabulary import EnvironmentId
from tenantry.schedules.acting import require_schedules
from tenantry.schedules.commands import pause_schedule, remove_schedule, resume_schedule, set_schedule
from tenantry.schedules.forms import ScheduleForm, beginning
from tenantry.schedules.queries import process_in, schedule_of
from tenantry.schedules.shown import TAB

SCHEDULING: Final = "SCHEDULE_MAINTENANCE"


def _asked(request: HttpRequest, visit: Visit) -> tuple[EnvironmentId, DeploymentRow]:
    """The environment and the process there that the address names; refuses who may change no schedule there."""
    environment = EnvironmentId(request.GET.get("environment", ""))
    require_schedules(environment, actor=visit.actor, account=visit.account, at=visit.at)
    return environment, process_in(visit.account, environment, request.GET.get("component", ""))


@require_http_methods(["GET", "POST"])
@needs(SCHEDULING)
def schedule_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that says when a process runs."""
    visit = visit_of(request)
    environment, process = _asked(request, visit)
    schedule = schedule_of(visit.account, environment, process.component_id)
    sent = request.POST if request.method == "POST" else None
    form = ScheduleForm(sent, initial=beginning(schedule, visit.person.time_zone))
    context: dict[str, Any] = {**_about(process), "form": form, "scheduled": schedule is not None}
    if form.is_bound and form.is_valid():
        try:
            set_schedule(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                environment=environment,
                component=process.component_id,
                when=form.when,
                time_zone=form.cleaned_data["time_zone"],
            )
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, f"The schedule of {process.package.name} is saved.")
            return to_environment(request, environment, TAB)
    return dialog(request, "environments/schedule_dialog.html", context, failed=form.is_bound)


@require_POST
@needs(SCHEDULING)
def schedule_pause(request: HttpRequest) -> HttpResponse:
    """Pause a schedule."""
    return _switched(request, pause_schedule, "runs by no schedule until it is resumed")


@require_POST
@needs(SCHEDULING)
def schedule_resume(request: HttpRequest) -> HttpResponse:
    """Resume a schedule."""
    return _switched(request, resume_schedule, "runs by its schedule again")


def _switched(request: HttpRequest, switch: Callable[..., None], told: str) -> HttpResponse:
    visit = visit_of(request)
    environment, process = _asked(request, visit)
    component = process.component_id
    switch(actor=visit.actor, at=visit.at, account=visit.account, environment=environment, component=component)
    messages.success(request, f"{process.package.name} {told}.")
    return to_environment(request, environment, TAB)


@require_http_methods(["GET", "POST"])
@needs(SCHEDULING)
def schedule_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that takes a schedule away."""
    visit = visit_of(request)
    environment, process = _asked(request, visit)
    schedule = schedule_of(visit.account, environment, process.component_id)
    if schedule is None:
        raise Refused(ScheduleNotFound(component=process.package.name, environment=process.environment.name))
    if request.method == "POST":
        remove_schedule(
            actor=visit.actor,
            at=visit.at,
            account=visit.account,
            environment=environment,
            component=process.component_id,
        )
        messages.success(request, f"{process.package.name} has no schedule any more.")
        return to_environment(request, environment, TAB)
    context = {**_about(process), "words": in_words(schedule)}
    return dialog(request, "environments/remove_schedule_dialog.html", context)


def _about(process: DeploymentRow) -> dict[str, Any]:
    """What both dialogs say of the process."""
    return {
        "process": process.package.name,
        "environment": process.environment.name,
        "back": at_environment(process.environment_id, TAB),
    }


def _placed(form: ScheduleForm, refusal: Refusal) -> dict[str, Any]:
    """A refusal at its field where it has one, else above the form."""
    if isinstance(refusal, Invalid):
        form.add_error(refusal.place, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}
