"""The interface of runtimes, under /runtime/v1/: JSON in, JSON out, a secret in the Authorization header.

A bad secret is answered alike whatever is wrong with it. What cannot be read changes nothing.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tenantry.clouds.calls import calling_cluster
from tenantry.deploy.queries import DeploymentRow, PackageRow, connectors_of_deployments, running, to_run
from tenantry.packs.received import Run, pack_running, packs_to_run
from tenantry.reporting.commands import finish_work, report_executions
from tenantry.reporting.queries import DocumentRow, open_work
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.schedules import WEEK, Every, Schedule
from tenantry.rules.vocabulary import Instant
from tenantry.runtimes.answers import address, answered, as_json, slower
from tenantry.runtimes.bounds import Buckets
from tenantry.runtimes.calls import Caller, account_of_token, caller, caller_for, check_account
from tenantry.runtimes.commands import install_runtime
from tenantry.runtimes.messages import Done, Install, Malformed, Report, Updated, read, reported
from tenantry.runtimes.updates import update_runtime
from tenantry.schedules.queries import next_of, schedule_of, schedules_in

CALLS = Buckets(rate=10, burst=40)
"""What a runtime may call."""

STRANGERS = Buckets(rate=2, burst=20)
"""What an address may call without proving itself: installing, and trying secrets."""

P = ParamSpec("P")
Answer = Callable[Concatenate[Caller, HttpRequest, Instant, P], object]


def _proven(request: HttpRequest, attachment: str, at: Instant) -> Caller:
    """The runtime of the secret that came with a call or, where the call names an attachment, that attachment: then the
    secret is one of a cluster, which speaks for all attachments in its cloud and for no others.
    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    secret = given.strip() if scheme.lower() == "bearer" else ""
    if not attachment:
        return caller(secret, at)
    return caller_for(calling_cluster(secret, at).cloud, attachment, at)


def _for_runtimes(method: str) -> Callable[[Answer[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Only for runtimes that prove themselves by `Authorization: Bearer <secret>`, and for clusters that name one of
    their attachments in the address.
    """

    def decorate(view: Answer[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def called(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            slot = str(kwargs.pop("slot", ""))

            def answer() -> object:
                at = datetime.now(UTC)
                try:
                    who = _proven(request, slot, at)
                except Refused as refused:
                    unproven = isinstance(refused.refusal, (no.RuntimeTokenRefused, no.ClusterTokenRefused))
                    if unproven and (wait := STRANGERS.wait(address(request))):
                        return slower(wait)
                    raise
                if wait := CALLS.wait(who.id):
                    return slower(wait)
                return view(who, request, at, *args, **kwargs)

            return answered(request, method, answer)

        return called

    return decorate


@csrf_exempt
def install(request: HttpRequest) -> HttpResponse:
    """POST {token, name, version}: become a runtime, attached nowhere. The secret is told once."""

    def answer() -> object:
        if wait := STRANGERS.wait(address(request)):
            return slower(wait)
        at = datetime.now(UTC)
        asked = read(request.body, Install)
        account = account_of_token(asked.token)
        if account is not None:
            check_account(account, at)
        runtime, secret = install_runtime(at=at, token=asked.token, name=asked.name, version=asked.version)
        return as_json({"runtime": runtime, "secret": secret}, 201)

    return answered(request, "POST", answer)


@_for_runtimes("GET")
def deployments(who: Caller, request: HttpRequest, at: Instant) -> object:
    """GET: what to run in the environment the runtime is attached to; nothing while it is attached nowhere.

    What is deployed there comes first, then what the integration packs hold that are attached there.
    """
    if who.environment is None:
        return {"environment": None, "deployments": [], "next": None}
    after = _PLACE.fullmatch(request.GET.get("after", "0"))
    if after is None:
        raise Malformed("Expected what was told as next", "?after")
    told: list[dict[str, Any]] = []
    onward: int | str | None = None
    if after["number"] is not None:
        found, more = to_run(who.account, who.environment, int(after["number"]))
        planned = schedules_in(who.account, who.environment, [row.component_id for row in found])
        used = connectors_of_deployments(who.account, [row.pk for row in found])
        told = [_deployment(row, used.get(row.pk, []), planned.get(row.component_id), at) for row in found]
        onward = found[-1].pk if more else None
    if onward is None:
        runs, further = packs_to_run(
            who.account, who.environment, (int(after["attachment"] or 0), int(after["item"] or 0))
        )
        told += [_pack_deployment(run) for run in runs]
        onward = "packs-{}-{}".format(*further) if further is not None else None
    return {
        "environment": {"id": who.environment, "name": who.environment_name},
        "deployments": told,
        "next": onward,
    }


_PLACE: Final = re.compile(r"(?P<number>[0-9]{1,18})|packs-(?P<attachment>[0-9]{1,18})-(?P<item>[0-9]{1,18})")
"""Where a list of what to run goes on: after a deployment, or after something of an attached pack."""


@_for_runtimes("GET")
def deployment(who: Caller, request: HttpRequest, at: Instant, number: int) -> object:
    """GET: one of them with the text of its component."""
    del request
    if who.environment is None:
        raise Refused(no.RuntimeUnattached(runtime=who.name))
    row = running(who.account, who.environment, number)
    used = connectors_of_deployments(who.account, [row.pk]).get(row.pk, [])
    schedule = schedule_of(who.account, who.environment, row.component_id)
    return {**_deployment(row, used, schedule, at), "text": row.package.text}


@_for_runtimes("GET")
def pack_deployment(who: Caller, request: HttpRequest, at: Instant, attachment: int, item: int) -> object:
    """GET: the same for what an attached integration pack holds."""
    del request, at
    if who.environment is None:
        raise Refused(no.RuntimeUnattached(runtime=who.name))
    run = pack_running(who.account, who.environment, attachment, item)
    return {**_pack_deployment(run), "text": run.package.text}


def _pack_deployment(run: Run) -> dict[str, Any]:
    """What a pack brings, like a deployment; `pack` tells of which instance, at which version (PACK-9)."""
    return {
        "id": f"packs-{run.attachment}-{run.item}",
        **_packaged(run.package),
        "connectors": _connectors(run.connectors.items()),
        "deployed_at": run.since,
        "schedule": None,
        "pack": {"id": run.instance.id, "name": run.instance.name, "version": run.instance.version},
    }


def _deployment(
    row: DeploymentRow, used: Iterable[tuple[str, str]], schedule: Schedule | None, at: Instant
) -> dict[str, Any]:
    return {
        "id": row.pk,
        **_packaged(row.package),
        "connectors": _connectors(used),
        "deployed_at": row.deployed_at,
        "schedule": None if schedule is None else _schedule(schedule, at),
    }


def _connectors(used: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """The connectors that something deployed uses, with the version it runs with, if that is known (CONN-8)."""
    return [{"type": kind, "version": version or None} for kind, version in used]


def _schedule(schedule: Schedule, at: Instant) -> dict[str, Any]:
    """When a process runs: every so many minutes of each day, or at a time on some days (PRIV-9)."""
    when = schedule.when
    told: dict[str, Any] = (
        {"every_minutes": when.minutes}
        if isinstance(when, Every)
        else {"at": f"{when.at:%H:%M}", "days": [day for day in WEEK if day in when.days]}
    )
    return {**told, "time_zone": schedule.zone, "enabled": schedule.enabled, "next_run": next_of(schedule, at)}


def _packaged(package: PackageRow) -> dict[str, Any]:
    return {
        "component": package.component_id,
        "name": package.name,
        "type": package.type,
        "format": package.format,
        "version": package.version,
        "revision": package.revision,
    }


@_for_runtimes("POST")
def updates(who: Caller, request: HttpRequest, at: Instant) -> object:
    """POST {}: the runtime was updated or started anew, so what is deployed takes the versions in force (CONN-8)."""
    read(request.body or b"{}", Updated)
    return {"changed": update_runtime(at=at, account=who.account, runtime=who.id)}


@_for_runtimes("POST")
def executions(who: Caller, request: HttpRequest, at: Instant) -> object:
    """POST {executions: [...]}: what has run. All of it is kept or nothing; saying it again changes nothing."""
    records = reported(read(request.body, Report), at)
    tally = report_executions(at=at, account=who.account, runtime=who.id, records=records)
    return {"new": tally.new, "changed": tally.changed, "unchanged": tally.unchanged}


@_for_runtimes("GET")
def work(who: Caller, request: HttpRequest, at: Instant) -> object:
    """GET: what people asked the runtime to carry out, oldest first; nothing while it is attached nowhere."""
    del request, at
    if who.environment is None:
        return {"work": []}
    return {
        "work": [
            {
                "id": row.pk,
                "kind": row.kind,
                "process": row.execution.process,
                "component": row.execution.component,
                "execution": row.execution.number,
                "document": _document(row.document),
                "requested_at": row.requested_at,
            }
            for row in open_work(who.account, who.id, who.environment, tests=who.tests)
        ]
    }


def _document(row: DocumentRow) -> dict[str, Any]:
    return {
        "id": row.number,
        "direction": row.direction,
        "name": row.name,
        "content_type": row.content_type,
        "base64": bytes(row.content),
    }


@_for_runtimes("POST")
def work_done(who: Caller, request: HttpRequest, at: Instant, work: str) -> object:
    """POST {status, message}: a piece of work is carried out. Saying it again changes nothing."""
    asked = read(request.body or b"{}", Done)
    finish_work(at=at, account=who.account, runtime=who.id, work=work, outcome=asked.status, message=asked.message)
    return {"done": work}
