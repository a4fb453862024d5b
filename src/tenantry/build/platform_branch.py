"""Branch in the platform API: there is main, and no other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NoReturn

from django.db.models import QuerySet

from tenantry.build.folder_rows import FolderRow as Row, folders_of
from tenantry.build.platform_folder import READS, WRITES
from tenantry.build.platform_metadata import BRANCH
from tenantry.build.wire_ids import MAIN
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Same
from tenantry.platform_api.wire.shapes import Kind, Wire, shape_of
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused


class Branch(Wire):
    """The line of versions of components, of which each account has one."""

    created_by: str | None = None
    created_date: datetime | None = None
    deleted: bool | None = None
    deployment_id: str | None = None
    description: str | None = None
    id: str | None = None
    modified_by: str | None = None
    modified_date: datetime | None = None
    name: str | None = None
    package_id: str | None = None
    parent_id: str | None = None
    ready: bool | None = None
    stage: str | None = None


def _main(_: Call) -> list[Branch]:
    return [Branch(id=MAIN, name=BRANCH, description="main branch", deleted=False, ready=True, stage="NORMAL")]


def _rows(call: Call) -> "QuerySet[Row]":
    """None: the branch is in no table."""
    return folders_of(call.account).none()


def _not(act: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any) -> NoReturn:  # noqa: ANN401 - whatever the verb is given
        raise Refused(no.BranchesNotOffered(act=act))

    return refuse


BRANCHES: Final = PlatformObject(
    wire=Branch,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
    reads=READS,
    writes=WRITES,
    reading=Reading(
        rows=_rows,
        shown=lambda call, rows: [],  # noqa: ARG005 - there are none
        leading=_main,
        columns={
            one.name: Same(lambda _: None, Kind.TEXT if one.kind is Kind.PART else one.kind)
            for one in shape_of(Branch).members
        },
    ),
    create=_not("created"),
    update=_not("changed"),
    delete=_not("deleted"),
)
