"""Putting a world into the tables as it is, past every rule: decisions hold on any data, cycles included (ROLE-8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tenantry.accounts.models import Account
from tenantry.build.models import Folder, FolderRole
from tenantry.build.queries import top_id
from tenantry.decisions.properties import stored_form_of
from tenantry.environments.models import Environment, EnvironmentRole
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.objects.models import HostObject
from tenantry.privileges.models import HostPrivilege
from tenantry.roles.models import Role
from tenantry.rules.groups import ALL_ACCOUNTS
from tenantry.rules.roles import ADMINISTRATOR, DEFAULT_ROLE_BY_NAME
from tenantry.rules.vocabulary import user_key
from tenantry.sharing.models import Share
from tenantry.store.revisions import PLATFORM, open_scopes, raise_given, raise_revisions
from tenantry.users.models import AccountUser, User, UserRole

from .questions import Line


def role_id(account: str, reference: str | dict[str, str]) -> str:
    """The id under which a role reference is stored; an unknown custom role gets the id it would have."""
    if isinstance(reference, dict):
        return role_id(reference["account"], reference["name"])
    default = DEFAULT_ROLE_BY_NAME.get(reference.casefold())
    return default if default is not None else f"{account}/{reference.casefold()}"


def resource_id(kind: str, owner: str, name: str) -> str:
    """The id that the notation of scenarios gives a resource; that of a role is its own."""
    return role_id(owner, name) if kind == "role" else f"{owner}.{kind}.{name.casefold()}"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def write(lines: list[Line]) -> None:
    """Write the lines' rows, in an order that the foreign keys allow."""
    of: dict[str, list[Any]] = {}
    for line in lines:
        of.setdefault(line["kind"], []).append(line)
    accounts = sorted(of.get("account", []), key=lambda line: "primary" in line)
    for line in accounts:
        Account.rows.of(line["id"]).bulk_create(
            [
                Account(
                    id=line["id"],
                    name=line["name"],
                    name_key=line["name"].casefold(),
                    primary_id=line.get("primary"),
                    features=sorted(line.get("features", [])),
                    status=line.get("status", "active"),
                    trial_ends=_moment(line.get("trial_ends")),
                    operator=line.get("operator", False),
                )
            ]
        )
    open_scopes(line["id"] for line in accounts)
    for line in of.get("role", []):
        Role.rows.of(line["account"]).bulk_create(
            [
                Role(
                    id=role_id(line["account"], line["name"]),
                    account_id=line["account"],
                    name=line["name"],
                    name_key=line["name"].casefold(),
                    description=line.get("description", ""),
                    privileges=sorted(line.get("privileges", [])),
                )
            ]
        )
    for line in of.get("role", []):
        if line.get("inherits") is not None:
            parent = role_id(line["account"], line["inherits"])
            Role.rows.of(line["account"]).filter(id=role_id(line["account"], line["name"])).update(parent_id=parent)
    for line in accounts:
        chosen = line.get("support_access_role", "Administrator")
        support = None if chosen is None else role_id(line["id"], chosen)
        Account.rows.of(line["id"]).update(support_access_role=support or (ADMINISTRATOR if chosen else None))
    _write_people(of)
    for line in of.get("privilege", []):
        HostPrivilege.objects.create(
            name=line["name"], title=line.get("title", line["name"]), implies=sorted(line.get("implies", []))
        )
    for line in of.get("object", []):
        HostObject.rows.of(line["account"]).bulk_create(
            [
                HostObject(
                    account_id=line["account"],
                    type=line["type"],
                    object_id=line["id"],
                    properties=stored_form_of(line.get("properties", {})),
                    conditions=stored_form_of(line.get("conditions", {})),
                )
            ]
        )
    _write_groups(of)
    _write_environments(of)
    _write_folders(of)
    raise_revisions([PLATFORM])
    raise_given(line["id"] for line in accounts)


def _write_people(of: dict[str, list[Any]]) -> None:
    people = {}
    for line in of.get("user", []):
        person = User.objects.create(
            email=line["id"],
            email_key=user_key(line["id"]),
            first_name=line.get("first_name", ""),
            last_name=line.get("last_name", ""),
            external_id=line.get("external_id"),
            signed_in=line.get("signed_in", False),
            locked=line.get("locked", False),
            staff=line.get("staff", False),
            properties=stored_form_of(line.get("properties", {})),
        )
        people[person.email_key] = person.pk
    for line in of.get("user_role", []):
        user = people[user_key(line["user"])]
        if not AccountUser.rows.of(line["account"]).filter(user_id=user).exists():
            AccountUser.rows.of(line["account"]).bulk_create([AccountUser(account_id=line["account"], user_id=user)])
        UserRole.rows.of(line["account"]).bulk_create(
            [
                UserRole(
                    account_id=line["account"],
                    user_id=user,
                    role_id=role_id(line["account"], line["role"]),
                    valid_from=_moment(line.get("valid_from")),
                    valid_until=_moment(line.get("valid_until")),
                    condition=line.get("condition", ""),
                )
            ]
        )


def _write_environments(of: dict[str, list[Any]]) -> None:
    for line in of.get("environment", []):
        row = Environment(
            id=f"{line['account']}/{line['name']}",
            account_id=line["account"],
            name=line["name"],
            classification=line.get("classification", "PROD"),
        )
        Environment.rows.of(line["account"]).bulk_create([row])
    for line in of.get("environment_role", []):
        gate = EnvironmentRole(
            account_id=line["account"],
            environment_id=f"{line['account']}/{line['environment']}",
            role_id=role_id(line["account"], line["role"]),
        )
        EnvironmentRole.rows.of(line["account"]).bulk_create([gate])


def _write_folders(of: dict[str, list[Any]]) -> None:
    """Folders, those on the way to them, and the top-level ones of accounts that have any."""
    ids: dict[tuple[str, str], str] = {}

    def folder(account: str, path: str) -> str:
        if (account, path) in ids:
            return ids[account, path]
        above, _, name = path.rpartition("/")
        parent = folder(account, above) if path else None
        key = f"{account}/{path}" if path else top_id(account)
        row = Folder(id=key, account_id=account, parent_id=parent, name=name, name_key=name.casefold())
        Folder.rows.of(account).bulk_create([row])
        ids[account, path] = key
        return key

    for line in of.get("folder", []):
        folder(line["account"], line["path"])
    for line in of.get("folder_role", []):
        listed = FolderRole(
            account_id=line["account"],
            folder_id=folder(line["account"], line["path"]),
            role_id=role_id(line["account"], line["role"]),
        )
        FolderRole.rows.of(line["account"]).bulk_create([listed])


def _write_groups(of: dict[str, list[Any]]) -> None:
    """All Accounts of every primary, and what the lines say of groups."""
    ids: dict[tuple[str, str], str] = {}

    def group(account: str, name: str, alert_level: str = "none") -> None:
        key = f"{account}/{name.casefold()}"
        ids[account, name] = key
        row = AccountGroup(
            id=key,
            account_id=account,
            name=name,
            name_key=name.casefold(),
            everywhere=name == ALL_ACCOUNTS,
            alert_level=alert_level,
        )
        AccountGroup.rows.of(account).bulk_create([row])

    named = {line["account"]: line for line in of.get("account_group", []) if line["name"] == ALL_ACCOUNTS}
    primaries = {line["id"] for line in of.get("account", []) if "account_groups" in line.get("features", [])}
    primaries |= {line["primary"] for line in of.get("account", []) if line.get("primary")}
    for account in sorted(primaries | {line["account"] for line in of.get("account_group", [])}):
        group(account, ALL_ACCOUNTS, named.get(account, {}).get("alert_level", "none"))
    for line in of.get("account_group", []):
        if line["name"] != ALL_ACCOUNTS:
            group(line["account"], line["name"], line.get("alert_level", "none"))
    for line in of.get("group_account", []):
        row = GroupAccount(
            account_id=line["account"], group_id=ids[line["account"], line["group"]], member_id=line["member"]
        )
        GroupAccount.rows.of(line["account"]).bulk_create([row])
    people = {user.email_key: user.pk for user in User.objects.all()}
    there: set[tuple[str, int]] = set()
    for line in of.get("group_user_role", []):
        key, user = ids[line["account"], line["group"]], people[user_key(line["user"])]
        if (key, user) not in there:
            there.add((key, user))
            GroupUser.rows.of(line["account"]).bulk_create(
                [GroupUser(account_id=line["account"], group_id=key, user_id=user)]
            )
        GroupUserRole.rows.of(line["account"]).bulk_create(
            [
                GroupUserRole(
                    account_id=line["account"],
                    group_id=key,
                    user_id=user,
                    role_id=role_id(line["account"], line["role"]),
                    valid_from=_moment(line.get("valid_from")),
                    valid_until=_moment(line.get("valid_until")),
                    condition=line.get("condition", ""),
                )
            ]
        )
    for line in of.get("group_resource", []):
        share = Share(
            account_id=line["account"],
            group_id=ids[line["account"], line["group"]],
            kind=line["type"],
            resource=resource_id(line["type"], line["account"], line["name"]),
        )
        Share.rows.of(line["account"]).bulk_create([share])
