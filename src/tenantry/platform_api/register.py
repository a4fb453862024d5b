"""Every object and action that the platform API has, in the order of its documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse

from tenantry.accounts import platform_objects as accounts
from tenantry.alerts import platform_objects as alerts
from tenantry.audit import platform_objects as audit
from tenantry.build import platform_objects as build
from tenantry.clouds import platform_objects as clouds
from tenantry.connectors import platform_objects as connectors
from tenantry.deploy import platform_objects as deploy
from tenantry.environments import platform_objects as environments
from tenantry.groups import platform_objects as groups
from tenantry.packs import platform_objects as packs
from tenantry.platform_api import usage
from tenantry.platform_api.objects import NOTHING_MORE, Needs, PlatformObject
from tenantry.platform_api.wire.shapes import Wire
from tenantry.reporting import platform_objects as reporting
from tenantry.roles import platform_objects as roles
from tenantry.runtimes import platform_objects as runtimes
from tenantry.sso import platform_objects as sso
from tenantry.users import platform_objects as users


@dataclass(frozen=True, slots=True)
class Action:
    """What is no verb of an object: a method at a path, where `{}` stands for any part. The act is given the parts
    after the first. `takes` and `gives` are what bodies hold.
    """

    method: str
    path: tuple[str, ...]
    act: Callable[..., HttpResponse]
    needs: Needs = NOTHING_MORE
    takes: type[Wire] | None = None
    gives: type[Wire] | None = None

    def fits(self, rest: list[str]) -> bool:
        """Whether the parts of a path after the first are those of this action."""
        return all(told in {"{}", part} for told, part in zip(self.path[1:], rest, strict=True))


_OBJECTS: Final[tuple[PlatformObject[Any], ...]] = (
    *roles.OBJECTS,
    *environments.OBJECTS,
    *runtimes.OBJECTS,
    *clouds.OBJECTS,
    *connectors.OBJECTS,
    *alerts.OBJECTS,
    *packs.OBJECTS,
    *reporting.OBJECTS,
    *accounts.OBJECTS,
    *groups.OBJECTS,
    *users.OBJECTS,
    *sso.OBJECTS,
    *roles.OBJECTS,
    *audit.OBJECTS,
    *usage.OBJECTS,
    *build.OBJECTS,
    *deploy.OBJECTS,
)

OBJECTS: Final[Mapping[str, PlatformObject[Any]]] = {one.name: one for one in _OBJECTS}
"""The objects by their names in addresses."""

_ACTIONS: Final[tuple[Action, ...]] = (
    Action("GET", ("getAssignableRoles",), roles.assignable, gives=roles.Roles),
    Action(
        "GET", ("ExecutionRecord", "async", "{}"), reporting.read_async, (("VIEW_RESULT",),), gives=reporting.Record
    ),
    Action("GET", ("ConnectorDocument", "download", "{}"), reporting.download, (("VIEW_DATA",),)),
)

ACTIONS: Final[Mapping[tuple[str, str, int], Action]] = {
    (one.method, one.path[0], len(one.path) - 1): one for one in _ACTIONS
}
"""The actions by method, first part of the path, and number of parts that follow."""
