"""Makes worlds for journeys: a process that does the operator's deeds in the server's installation, one a line.

It reads `{"deed": ..., ...}` from standard input and answers `{"done": ...}` or `{"failed": ...}`. Deeds are the
product's own commands; only the great numbers of the large world are written in bulk, as a load writes them.
"""

import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import django
from django.db import transaction
from django.db.models import AutoField, Model

django.setup()

from tenantry.accounts.commands import (  # noqa: E402
    create_managed_account,
    delete_account,
    reactivate_account,
    suspend_account,
    switch_feature,
)
from tenantry.accounts.models import Account  # noqa: E402
from tenantry.audit.models import Entry  # noqa: E402
from tenantry.build.commands import remove_folder  # noqa: E402
from tenantry.build.components import create_component, save_component  # noqa: E402
from tenantry.build.models import Component  # noqa: E402
from tenantry.build.queries import folder_of, top_id  # noqa: E402
from tenantry.connectors.publisher import set_publisher_name  # noqa: E402
from tenantry.deploy.commands import create_package, deploy  # noqa: E402
from tenantry.environments.commands import attach_roles, create_environment  # noqa: E402
from tenantry.estate.load import load, prepare  # noqa: E402
from tenantry.estate.reading import read  # noqa: E402
from tenantry.groups.commands import (  # noqa: E402
    add_accounts_to_group,
    add_user_to_group,
    create_group,
    make_all_accounts,
)
from tenantry.groups.models import AccountGroup  # noqa: E402
from tenantry.roles.models import Role  # noqa: E402
from tenantry.rules.features import Feature  # noqa: E402
from tenantry.rules.sessions import SessionSettings  # noqa: E402
from tenantry.rules.sharing import Kind  # noqa: E402
from tenantry.rules.vocabulary import (  # noqa: E402
    OPERATOR,
    AccountId,
    ComponentId,
    EnvironmentId,
    GroupId,
    RoleId,
    RuntimeId,
)
from tenantry.runtimes.commands import attach_runtime, issue_installer_token  # noqa: E402
from tenantry.sessions.commands import set_session_settings  # noqa: E402
from tenantry.sessions.models import Session  # noqa: E402
from tenantry.sharing.commands import share  # noqa: E402
from tenantry.sso.models import Federation, SignOnSettings  # noqa: E402
from tenantry.store import revisions  # noqa: E402
from tenantry.store.bulk import insert_rows  # noqa: E402
from tenantry.store.models import Revision  # noqa: E402
from tenantry.users.commands import change_user_roles, remove_user, set_lock  # noqa: E402
from tenantry.users.models import AccountUser, User, UserRole  # noqa: E402

_FIRST = ("Mara", "Tomas", "Yuki", "Priya", "Jonas", "Amelie", "Noor")
_LAST = ("Lindqvist", "Okafor", "Tanaka", "Raman", "Weber", "Laurent", "Haddad", "Ferrari", "Osei", "Solberg", "Chen")
_ACTS = (
    {"type": "user", "action": "ADD"},
    {"type": "user", "action": "UPDATE", "modifier": "ROLE"},
    {"type": "role", "action": "UPDATE"},
)


def _now() -> datetime:
    return datetime.now(UTC)


def _user(email: str) -> int:
    return User.objects.get(email_key=email.casefold()).pk


def load_lines(*, lines: list[dict[str, Any]]) -> None:
    """Load an estate file of these lines."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
        file.flush()
        load(actor=OPERATOR, at=_now(), prepared=prepare(read([Path(file.name)])))


def remove(*, account: str, user: str) -> None:
    """Take a person out of an account."""
    remove_user(actor=OPERATOR, at=_now(), account=AccountId(account), user=_user(user))


def set_roles(*, account: str, user: str, roles: list[str]) -> None:
    """Let a person hold exactly these roles, given by id."""
    change_user_roles(
        actor=OPERATOR,
        at=_now(),
        account=AccountId(account),
        user=_user(user),
        roles=frozenset(map(RoleId, roles)),
    )


def suspend(*, account: str) -> None:
    """Suspend an account."""
    suspend_account(actor=OPERATOR, at=_now(), account=AccountId(account))


def reactivate(*, account: str) -> None:
    """Lift its suspension."""
    reactivate_account(actor=OPERATOR, at=_now(), account=AccountId(account))


def delete(*, account: str) -> None:
    """Delete an account."""
    delete_account(actor=OPERATOR, at=_now(), account=AccountId(account))


def lock(*, user: str) -> None:
    """Lock a person."""
    set_lock(actor=OPERATOR, at=_now(), user=user, locked=True)


def user_id(*, user: str) -> int:
    """The number by which addresses of pages name a person."""
    return _user(user)


def role_id(*, account: str, name: str) -> str:
    """The id of a custom role."""
    return str(Role.rows.of(account).get(name=name).pk)


def customer(*, primary: str, name: str) -> str:
    """Make an account with Advanced User Security that a primary manages; returns its id."""
    make_all_accounts(account=AccountId(primary))
    ends = _now() + timedelta(days=60)
    made = create_managed_account(actor=OPERATOR, at=_now(), primary=AccountId(primary), name=name, trial_ends=ends)
    feature = Feature.ADVANCED_USER_SECURITY
    switch_feature(actor=OPERATOR, at=_now(), account=made, feature=feature, on=True)
    return made


def group(*, primary: str, name: str, accounts: list[str], users: dict[str, list[str]], roles: list[str]) -> str:
    """Make an account group with these accounts, users (with the ids of their roles) and shared roles (by name)."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": _now(), "account": AccountId(primary)}
    made: GroupId = create_group(**here, name=name)
    if accounts:
        add_accounts_to_group(**here, group=made, members=frozenset(map(AccountId, accounts)))
    for email, held in users.items():
        add_user_to_group(**here, group=made, email=email, roles=frozenset(map(RoleId, held)), notify=False)
    if roles:
        named = Role.rows.of(primary).filter(name__in=roles).values_list("id", flat=True)
        share(**here, group=made, kind=Kind.ROLE, resources=frozenset(named))
    return made


def federate(*, account: str, user: str, federation_id: str, provider: str, certificate: str) -> None:
    """Have an account sign people in by SAML, with one person known to its identity provider."""
    facts = {"enabled": True, "sign_in_url": provider, "certificate": certificate}
    SignOnSettings.rows.of(account).bulk_create([SignOnSettings(account_id=account, **facts)])
    known = Federation(account_id=account, user_id=_user(user), federation_id=federation_id, key=federation_id)
    Federation.rows.of(account).bulk_create([known])


def make_staff(*, user: str) -> None:
    """Let somebody belong to the platform's support staff."""
    User.objects.filter(pk=_user(user)).update(staff=True)
    revisions.raise_revisions([revisions.PLATFORM])


def make_many_groups(*, primary: str, number: int) -> None:
    """Give a primary so many empty groups, in bulk."""
    names = (f"Region {n:04}" for n in range(number))
    _insert(
        AccountGroup,
        (
            {"id": f"{primary}-{name}", "account_id": primary, "name": name, "name_key": name.casefold()}
            for name in names
        ),
    )


def make_large(*, account: str, users: int, roles: int, entries: int, person: str, accounts: int) -> None:
    """Fill an account with users, custom roles and audit entries, and give a person many more accounts, in bulk."""
    with transaction.atomic():
        _fill(account, users, roles, entries)
        _spread(person, accounts)
        revisions.raise_revisions([account])


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows given by what differs from the model's defaults; every row names the same columns."""
    rows = iter(rows)
    first = next(rows)
    usual = {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not isinstance(field, AutoField) or field.attname in first
    }
    insert_rows(model, tuple(usual), (tuple({**usual, **row}.values()) for row in chain([first], rows)))


def _fill(account: str, users: int, roles: int, entries: int) -> None:
    names = [(f"{account}-{n}", f"Role {n:03}") for n in range(roles)]
    role = {"account_id": account, "description": "One of many", "privileges": ["EXECUTE", "VIEW_RESULT"]}
    _insert(Role, ({"id": id_, "name": name, "name_key": name.casefold(), **role} for id_, name in names))

    start = User.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    people = [
        (
            start + n,
            _FIRST[n % 7],
            f"{_LAST[n % 11]} {n:05}",
            f"{_FIRST[n % 7]}.{_LAST[n % 11]}.{n:05}@{account}.example",
        )
        for n in range(users)
    ]
    usual = {"password": "!", "signed_in": True}
    _insert(
        User,
        (
            {"id": id_, "email": email, "email_key": email.casefold(), "first_name": one, "last_name": two, **usual}
            for id_, one, two, email in people
        ),
    )
    _insert(AccountUser, ({"account_id": account, "user_id": person[0]} for person in people))
    given = [*(id_ for id_, _ in names), "STANDARD_USER", "SUPPORT"]
    _insert(
        UserRole,
        (
            {"account_id": account, "user_id": start + n, "role_id": given[(n + k * 7) % len(given)]}
            for n in range(users)
            for k in range(1 + n % 3)
        ),
    )

    day = _now() - timedelta(days=365)
    said = {"source": "UI", "properties": [{"name": "roles", "old": ["Support"], "new": ["Administrator"]}]}
    _insert(
        Entry,
        (
            {
                "account_id": account,
                "at": day + timedelta(seconds=n * 300),
                "user": f"user{n % 500}",
                "container": f"thing {n}",
                **_ACTS[n % 3],
                **said,
            }
            for n in range(entries)
        ),
    )


def _spread(person: str, accounts: int) -> None:
    """Make accounts in which the person is a Standard User."""
    key = _user(person)
    names = [(f"branch-{n:06}", f"{_LAST[n % 11]} Branch {n:06}") for n in range(accounts)]
    usual = {"support_access_role_id": "ADMINISTRATOR"}
    _insert(Account, ({"id": id_, "name": name, "name_key": name.casefold(), **usual} for id_, name in names))
    _insert(Revision, ({"scope": id_} for id_, _ in names))
    _insert(AccountUser, ({"account_id": id_, "user_id": key} for id_, _ in names))
    _insert(UserRole, ({"account_id": id_, "user_id": key, "role_id": "STANDARD_USER"} for id_, _ in names))


def components(*, account: str, path: str, names: list[str]) -> None:
    """Make processes of these names in the folder of a path."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": _now(), "account": AccountId(account)}
    there = folder_of(AccountId(account), path).id
    for name in names:
        create_component(**here, folder=there, name=name, type="process", format="xml", text="<process/>")


def delete_folder(*, account: str, path: str) -> None:
    """Delete the folder of a path with all in it."""
    there = folder_of(AccountId(account), path).id
    remove_folder(actor=OPERATOR, at=_now(), account=AccountId(account), folder=there)


def deployed(*, account: str, environment: str, roles: list[str], process: str) -> str:
    """Make an environment for these roles (by name; none is open to all) with a process deployed; returns its id."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": _now(), "account": AccountId(account)}
    made = create_environment(**here, name=environment)
    named = frozenset(RoleId(key) for key in Role.rows.of(account).filter(name__in=roles).values_list("id", flat=True))
    if named:
        attach_roles(**here, environment=made, roles=named)
    component = create_component(
        **here, folder=top_id(account), name=process, type="process", format="xml", text="<process/>"
    )
    deploy(**here, package=create_package(**here, component=component, version="1.0"), environment=made)
    return made


def installer_token(*, account: str) -> str:
    """A token by which a runtime installs itself."""
    return issue_installer_token(actor=OPERATOR, at=_now(), account=AccountId(account))


def attach(*, account: str, runtime: str, environment: str) -> None:
    """Attach a runtime to an environment."""
    attach_runtime(
        actor=OPERATOR,
        at=_now(),
        account=AccountId(account),
        runtime=RuntimeId(runtime),
        environment=EnvironmentId(environment),
    )


def packaged(*, account: str, process: str, text: str, version: str, needs: str = "") -> None:
    """Make a process with this text, or give it to the one of this name, and package it, shareable. `needs` is a text
    of a component that the process refers to.
    """
    here: dict[str, Any] = {"actor": OPERATOR, "at": _now(), "account": AccountId(account)}
    row = Component.rows.of(account).filter(name=process).first()
    if needs:
        made = create_component(
            **here, folder=top_id(account), name=f"{process} data", type="connection", format="xml", text=needs
        )
        text = text.replace("NEEDED", made)
    if row is None:
        key = create_component(**here, folder=top_id(account), name=process, type="process", format="xml", text=text)
    else:
        key = ComponentId(row.pk)
        save_component(**here, component=key, text=text, opened=row.revision)
    create_package(**here, component=key, version=version, shareable=True)


def publisher(*, account: str, name: str) -> None:
    """Give an account its Publisher Name."""
    set_publisher_name(actor=OPERATOR, at=_now(), account=AccountId(account), name=name)


def lock_inactive(*, account: str) -> None:
    """Have an account lock sessions in which nobody is active."""
    settings = SessionSettings(lock_inactive=True)
    set_session_settings(actor=OPERATOR, at=_now(), account=AccountId(account), settings=settings)


def idle(*, user: str, minutes: int) -> None:
    """Have nobody been active for so long in any session of a person."""
    Session.objects.filter(user_id=_user(user)).update(active_at=_now() - timedelta(minutes=minutes))


def name_to_provider(*, account: str, user: str, federation_id: str) -> None:
    """Tell by what name the identity provider of an account knows somebody."""
    row = Federation(account_id=account, user_id=_user(user), federation_id=federation_id, key=federation_id)
    Federation.rows.of(account).bulk_create([row])


DEEDS: dict[str, Callable[..., Any]] = {
    "components": components,
    "delete_folder": delete_folder,
    "packaged": packaged,
    "publisher": publisher,
    "deployed": deployed,
    "installer_token": installer_token,
    "federate": federate,
    "attach": attach,
    "name_to_provider": name_to_provider,
    "load": load_lines,
    "remove": remove,
    "set_roles": set_roles,
    "suspend": suspend,
    "reactivate": reactivate,
    "delete": delete,
    "lock": lock,
    "lock_inactive": lock_inactive,
    "idle": idle,
    "user_id": user_id,
    "role_id": role_id,
    "customer": customer,
    "group": group,
    "make_staff": make_staff,
    "make_many_groups": make_many_groups,
    "make_large": make_large,
}


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer: dict[str, Any] = {"done": DEEDS[order.pop("deed")](**order)}
        except Exception:  # noqa: BLE001 - whatever went wrong, the test that asked is told
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
