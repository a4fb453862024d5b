"""What a line is about, told by the fields that make two lines be about one thing."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tenantry.store.lines import Line, RoleReference

LONGEST: Final = 255
"""Characters of a text that are told."""

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("id",),
    "account_settings": ("account",),
    "user": ("id",),
    "role": ("account", "name"),
    "user_role": ("account", "user", "role"),
    "federation": ("account", "user"),
    "account_group": ("account", "name"),
    "group_account": ("account", "group", "member"),
    "group_user_role": ("account", "group", "user", "role"),
    "group_resource": ("account", "group", "type", "name"),
    "environment": ("account", "name"),
    "environment_role": ("account", "environment", "role"),
    "folder": ("account", "path"),
    "folder_role": ("account", "path", "role"),
    "cloud": ("account", "name"),
    "connector": ("account", "name"),
    "process": ("account", "name"),
    "integration_pack": ("account", "name"),
    "model": ("account", "name"),
    "object": ("account", "type", "id"),
    "privilege": ("name",),
}
"""The fields of each kind."""


def key_of(line: Line, role: RoleReference | None = None) -> Mapping[str, Any]:
    """What a line is about, by field; `role` is what it says of a role, where a load has put an id there."""
    fields = KEYS[str(type(line).__struct_config__.tag)]
    values = {field: getattr(line, field) for field in fields}
    if role is not None:
        values["role"] = role
    told: Mapping[str, Any] = _short(msgspec.to_builtins(values))
    return told


def _short(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return value[:LONGEST] if isinstance(value, str) else value
