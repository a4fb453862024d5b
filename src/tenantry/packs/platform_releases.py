"""ReleaseIntegrationPack and ReleaseIntegrationPackStatus in the platform API (PACK-3 to PACK-5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from django.db.models import Q
from msgspec import field

from tenantry.packs.commands import change_release_day
from tenantry.packs.contents import release_versions
from tenantry.packs.lists import asked_releases, last_releases, own_packs, packages_by_release, packages_in_force
from tenantry.packs.queries import PackRow, ReleaseRow, pack_of, packages_of, pending_release
from tenantry.platform_api.addresses import address_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import Wire
from tenantry.rules.packs import InstallationType
from tenantry.rules.vocabulary import Instant

Type = Literal["SINGLE", "MULTI"]
Schedule = Literal["IMMEDIATELY", "RELEASE_ON_SPECIFIED_DATE"]
State = Literal["IN_PROGRESS", "SUCCESS", "SCHEDULED", "ERROR"]

NOT_FINISHED: Final = 202
"""The status of what goes on (API-7)."""


class ReleasePackagedComponent(Wire):
    """A component with the version that a release takes, and the one that is released now."""

    component_id: str | None = None
    version: str | None = None
    released_version: str | None = None


class ReleasePackagedComponents(Wire):
    """What a release takes."""

    component: list[ReleasePackagedComponent] = field(name="ReleasePackagedComponent", default_factory=list)


class ReleaseIntegrationPack(Wire):
    """A release that is asked for; `id` is the pack's, `requestId` that of the release."""

    components: ReleasePackagedComponents | None = field(name="ReleasePackagedComponents", default=None)
    id: str | None = None
    installation_type: Type | None = None
    name: str | None = None
    release_on_date: str | None = None
    release_schedule: Schedule | None = None
    release_status_url: str | None = None
    request_id: str | None = None


class ReleaseIntegrationPackStatus(Wire):
    """How far a release is. One that another one replaced before its day never ran, which is an error (PACK-5)."""

    components: ReleasePackagedComponents | None = field(name="ReleasePackagedComponents", default=None)
    installation_type: Type | None = None
    integration_pack_id: str | None = None
    name: str | None = None
    release_on_date: str | None = None
    release_schedule: Schedule | None = None
    release_status: State | None = None
    request_id: str | None = None
    response_status_code: int = 200


def _told(row: ReleaseRow, taken: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """What both objects tell of a release."""
    kind: Type = "MULTI" if row.pack.type == InstallationType.MULTI else "SINGLE"
    schedule: Schedule = "IMMEDIATELY" if row.day is None else "RELEASE_ON_SPECIFIED_DATE"
    components = [
        ReleasePackagedComponent(
            component_id=key,
            version=package.version,
            released_version=current[key].version if key in current else None,
        )
        for key, package in taken.items()
    ]
    return {
        "components": ReleasePackagedComponents(component=components),
        "installation_type": kind,
        "name": row.pack.name,
        "release_on_date": row.day.isoformat() if row.day else None,
        "release_schedule": schedule,
        "request_id": row.request,
    }


def _asked(call: Call, rows: Sequence[PackRow]) -> list[ReleaseIntegrationPack]:
    """The last release of each of these packs."""
    last = last_releases(call.account, [row.pk for row in rows])
    taken = packages_by_release(call.account, [one.pk for one in last.values()])
    current = packages_in_force(call.account, last)
    return [
        ReleaseIntegrationPack(
            id=key,
            release_status_url=address_of(call, "ReleaseIntegrationPackStatus", one.request or ""),
            **_told(one, taken[one.pk], current.get(key, {})),
        )
        for key, one in last.items()
    ]


def _states(call: Call, rows: Sequence[ReleaseRow]) -> list[ReleaseIntegrationPackStatus]:
    taken = packages_by_release(call.account, [row.pk for row in rows])
    current = packages_in_force(call.account, {row.pack_id for row in rows})
    told = []
    for row in rows:
        state = _state(row, call.at)
        told.append(
            ReleaseIntegrationPackStatus(
                integration_pack_id=row.pack_id,
                release_status=state,
                response_status_code=NOT_FINISHED if state in {"IN_PROGRESS", "SCHEDULED"} else 200,
                **_told(row, taken[row.pk], current.get(row.pack_id, {})),
            )
        )
    return told


def _state(row: ReleaseRow, at: Instant) -> State:
    if row.completed_at is not None:
        return "SUCCESS"
    if row.replaced_at is not None:
        return "ERROR"
    return "SCHEDULED" if row.due is not None and row.due > at else "IN_PROGRESS"


def _day(sent: ReleaseIntegrationPack) -> date | None:
    """The day that is asked for, none for an immediate release."""
    if sent.release_schedule is None:
        msg = "releaseSchedule is missing: IMMEDIATELY or RELEASE_ON_SPECIFIED_DATE."
        raise Malformed(msg)
    if sent.release_schedule == "IMMEDIATELY":
        return None
    text = sent.release_on_date or ""
    try:
        return date.fromisoformat(text) if text.isascii() and text.count("-") == 2 else _no_day(text)  # noqa: PLR2004
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    msg = f"releaseOnDate is {text[:40]!r}, which is no day such as 2026-01-31."
    raise Malformed(msg)


def _versions(sent: ReleaseIntegrationPack) -> dict[str, str | None]:
    listed = sent.components.component if sent.components else []
    for one in listed:
        if not one.component_id:
            msg = "ReleasePackagedComponents.ReleasePackagedComponent.componentId is missing."
            raise Malformed(msg)
    return {one.component_id: one.version for one in listed if one.component_id}


def _create(call: Call, sent: ReleaseIntegrationPack) -> str:
    day, versions = _day(sent), _versions(sent)
    if not sent.id or not own_packs(call.account).filter(pk=sent.id).exists():
        msg = f"id is {(sent.id or '')[:80]!r}, which is no integration pack of this account."
        raise Malformed(msg)
    release_versions(actor=call.actor, at=call.at, account=call.account, pack=sent.id, versions=versions, day=day)
    return sent.id


def _update(call: Call, id: str, sent: ReleaseIntegrationPack) -> None:
    """Move a planned release to another day, or release at once what has changed since (PACK-5)."""
    if sent.release_schedule is None and sent.release_on_date:
        sent.release_schedule = "RELEASE_ON_SPECIFIED_DATE"
    day, versions = _day(sent), _versions(sent)
    if day is None:
        release_versions(actor=call.actor, at=call.at, account=call.account, pack=id, versions=versions)
        return
    frozen = packages_of(pending_release(pack_of(call.account, id)))
    if frozen and any(
        key not in frozen or version not in {None, frozen[key].version} for key, version in versions.items()
    ):
        msg = "ReleasePackagedComponents is fixed once a release is planned: only its day can be changed."
        raise Malformed(msg)
    change_release_day(actor=call.actor, at=call.at, account=call.account, pack=id, day=day)


MANAGE: Final = (("INTEGRATION_PACK",),)

RELEASE: Final = PlatformObject(
    wire=ReleaseIntegrationPack,
    verbs=Verb.CREATE | Verb.UPDATE,
    reads=MANAGE,
    writes=MANAGE,
    reading=Reading(rows=lambda call: own_packs(call.account), shown=_asked),
    create=_create,
    update=_update,
)

STATUS: Final = PlatformObject(
    wire=ReleaseIntegrationPackStatus,
    verbs=Verb.GET | Verb.BULK,
    reads=MANAGE,
    reading=Reading(
        rows=lambda call: asked_releases(call.account),
        shown=_states,
        named=lambda id: Q(request=id),
        identity="request_id",
    ),
    status=lambda told: told.response_status_code,
)
