"""Every object and action that the platform API has, in the order of its documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse

from tenantry.build import platform_objects as build
from tenantry.deploy import platform_objects as deploy
from tenantry.platform_api.objects import NOTHING_MORE, Needs, PlatformObject
from tenantry.roles import platform_objects as roles


@dataclass(frozen=True, slots=True)
class Action:
    """What is no verb of an object: a method at a path, whose parts after the first it is given. `words` are those that
    stand there literally, by their place.
    """

    method: str
    path: tuple[str, ...]
    act: Callable[..., HttpResponse]
    needs: Needs = NOTHING_MORE

    def fits(self, rest: list[str]) -> bool:
        """Whether the parts of a path after the first are those of this action; `{}` stands for any."""
        return all(told in {"{}", part} for told, part in zip(self.path[1:], rest, strict=True))


_OBJECTS: Final[tuple[PlatformObject[Any], ...]] = (
    *roles.OBJECTS,
    *build.OBJECTS,
    *deploy.OBJECTS,
)

OBJECTS: Final[Mapping[str, PlatformObject[Any]]] = {one.name: one for one in _OBJECTS}
"""The objects by their names in addresses."""

_ACTIONS: Final[tuple[Action, ...]] = (Action("GET", ("getAssignableRoles",), roles.assignable),)

ACTIONS: Final[Mapping[tuple[str, str, int], Action]] = {
    (one.method, one.path[0], len(one.path) - 1): one for one in _ACTIONS
}
"""The actions by method, first part of the path, and number of parts that follow."""
