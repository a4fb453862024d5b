"""The kinds of lines: those of this version, and those that estate files know and this version does not."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from tenantry.accounts import estate as accounts
from tenantry.build import estate as folders, estate_roles as folder_roles
from tenantry.clouds import estate as clouds
from tenantry.connectors import estate as connectors
from tenantry.datahub import estate as models
from tenantry.environments import estate as environments, estate_roles as environment_roles
from tenantry.estate import account_settings
from tenantry.groups import estate as groups, estate_accounts as group_accounts, estate_roles as group_roles
from tenantry.library import estate as processes
from tenantry.objects import estate as objects
from tenantry.packs import estate as packs
from tenantry.privileges import estate as privileges
from tenantry.roles import estate as roles
from tenantry.rules.sharing import Kind
from tenantry.sharing import estate as sharing
from tenantry.sharing.resource_lines import ResourceKind, ResourceLine
from tenantry.sso import estate as federations
from tenantry.store.lines import FieldProblem, Line
from tenantry.users import estate as users, estate_roles as user_roles

AnyLine = (
    accounts.AccountLine
    | account_settings.AccountSettingsLine
    | users.UserLine
    | roles.RoleLine
    | user_roles.UserRoleLine
    | federations.FederationLine
    | groups.AccountGroupLine
    | group_accounts.GroupAccountLine
    | group_roles.GroupUserRoleLine
    | sharing.GroupResourceLine
    | environments.EnvironmentLine
    | environment_roles.EnvironmentRoleLine
    | folders.FolderLine
    | folder_roles.FolderRoleLine
    | packs.PackLine
    | objects.ObjectLine
    | privileges.PrivilegeLine
    | processes.ProcessLine
    | connectors.ConnectorLine
    | models.ModelLine
    | clouds.CloudLine
)

KINDS: Final[dict[str, type[Line]]] = {
    "account": accounts.AccountLine,
    "account_settings": account_settings.AccountSettingsLine,
    "user": users.UserLine,
    "role": roles.RoleLine,
    "user_role": user_roles.UserRoleLine,
    "federation": federations.FederationLine,
    "account_group": groups.AccountGroupLine,
    "group_account": group_accounts.GroupAccountLine,
    "group_user_role": group_roles.GroupUserRoleLine,
    "group_resource": sharing.GroupResourceLine,
    "environment": environments.EnvironmentLine,
    "environment_role": environment_roles.EnvironmentRoleLine,
    "folder": folders.FolderLine,
    "folder_role": folder_roles.FolderRoleLine,
    "object": objects.ObjectLine,
    "privilege": privileges.PrivilegeLine,
}
"""In the order in which summaries and exports name them."""

RESOURCE_KINDS: Final[dict[Kind, tuple[type[ResourceLine], ResourceKind[Any, Any]]]] = {
    Kind.CLOUD: (clouds.CloudLine, clouds.LINES),
    Kind.CONNECTOR: (connectors.ConnectorLine, connectors.Connectors()),
    Kind.PROCESS: (processes.ProcessLine, processes.ProcessLines()),
    Kind.INTEGRATION_PACK: (packs.PackLine, packs.PackLines()),
    Kind.MODEL: (models.ModelLine, models.LINES),
}
"""The kinds of resources that have lines of their own, with what their folders know of them. Roles are no such kind."""

KINDS.update({kind.value: line for kind, (line, _) in RESOURCE_KINDS.items()})
KINDS.update({last: KINDS.pop(last) for last in ("object", "privilege")})

LATER_KINDS: Final = frozenset(kind.value for kind in Kind if kind.value not in KINDS)
"""Kinds of the format that this version refuses by name."""

LATER_FIELDS: Final[dict[tuple[str, str], str]] = {}
"""Fields of the format that this version refuses by name."""

CHECKS: Final[dict[type[Line], Callable[[Any], Iterator[FieldProblem]]]] = {
    accounts.AccountLine: accounts.check,
    account_settings.AccountSettingsLine: account_settings.check,
    users.UserLine: users.check,
    roles.RoleLine: roles.check,
    user_roles.UserRoleLine: user_roles.check,
    federations.FederationLine: federations.check,
    groups.AccountGroupLine: groups.check,
    group_accounts.GroupAccountLine: lambda _: iter(()),
    group_roles.GroupUserRoleLine: group_roles.check,
    sharing.GroupResourceLine: sharing.check,
    environments.EnvironmentLine: environments.check,
    environment_roles.EnvironmentRoleLine: lambda _: iter(()),
    folders.FolderLine: folders.check,
    folder_roles.FolderRoleLine: lambda _: iter(()),
    objects.ObjectLine: objects.check,
    privileges.PrivilegeLine: privileges.check,
}
"""What judges a line by itself."""

CHECKS.update({line: source.check for line, source in RESOURCE_KINDS.values()})
