"""Lists of what an account can use against single decisions, and both against the law, in random worlds (SHARE-3).

`RESOURCE_WORLDS` sets how many are tried; whatever goes wrong names its seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from django.db import transaction

from tenantry.clouds.usable import usable_clouds
from tenantry.connectors.queries import usable_connectors
from tenantry.datahub.queries import usable_models
from tenantry.decisions.guard import facts_of
from tenantry.decisions.using import reach_of
from tenantry.library.queries import usable_processes
from tenantry.packs.received import usable_packs
from tenantry.rules.sharing import Kind
from tenantry.rules.using import Reach
from tenantry.rules.vocabulary import AccountId
from tests.reference.model import World
from tests.scenarios import raw_store
from tests.scenarios.questions import Line, Use
from tests.scenarios.store_resources import decided, write_resources

pytestmark = [pytest.mark.django_db, pytest.mark.store]

WORLDS = int(os.environ.get("RESOURCE_WORLDS", "6"))
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACCOUNTS = {"p": None, "q": None, "m": "p", "n": "p", "o": "q"}
KINDS = ("cloud", "connector", "process", "integration_pack", "model")
STATES = {
    "cloud": ("installed", (True, False)),
    "connector": ("released", ("private", None, "public")),
    "process": ("published", (True, False)),
    "integration_pack": ("released", (True, False)),
    "model": ("published", (True, False)),
}
LISTS: dict[Kind, Callable[[AccountId], Iterable[str]]] = {
    Kind.CLOUD: lambda account: usable_clouds(account).values_list("id", flat=True),
    Kind.CONNECTOR: lambda account: usable_connectors(account).values_list("id", flat=True),
    Kind.ROLE: lambda account: [role.id for role in facts_of(account).shared_roles()],
    Kind.PROCESS: lambda account: usable_processes(account).values_list("id", flat=True),
    Kind.INTEGRATION_PACK: lambda account: usable_packs(account).values_list("id", flat=True),
    Kind.MODEL: lambda account: usable_models(account).values_list("id", flat=True),
}
"""What pages and dialogs of each kind list, own ones included but for roles."""


def a_world(random: Random) -> list[Line]:
    """Two primaries with customers, groups that hold some of them, resources in any state, shared or not."""
    lines: list[Line] = []
    for account, primary in ACCOUNTS.items():
        features = [name for name in ("advanced_user_security", "data_hub") if random.random() < 0.8]
        line: Line = {"kind": "account", "id": account, "name": account, "features": features}
        line |= {"primary": primary} if primary else {}
        if primary is None:
            features.append("account_groups")
        if random.random() < 0.5:
            line["operator"] = True
        line["status"] = random.choice(["active"] * 8 + ["suspended", "deleted"])
        lines.append(line)
    lines.append({"kind": "user", "id": "ann@a.example", "signed_in": True})
    lines += [
        {"kind": "user_role", "account": account, "user": "ann@a.example", "role": "Administrator"}
        for account in ACCOUNTS
    ]
    for owner in ("p", "q"):
        lines += [{"kind": "role", "account": owner, "name": name, "privileges": []} for name in ("One", "Two")]
        for kind in KINDS:
            lines += [_resource(random, kind, owner, name) for name in ("One", "Two")]
        groups = ["All Accounts", "First", "Second"]
        for group in groups[1:]:
            lines.append({"kind": "account_group", "account": owner, "name": group})
            members = [key for key, primary in ACCOUNTS.items() if primary == owner and random.random() < 0.6]
            lines += [{"kind": "group_account", "account": owner, "group": group, "member": key} for key in members]
        for group in groups:
            row: Line = {"kind": "group_resource", "account": owner, "group": group}
            for kind in (*KINDS, "role"):
                shared = [name for name in ("One", "Two") if random.random() < 0.3]
                lines += [row | {"type": kind, "name": name} for name in shared]
    return lines


def _resource(random: Random, kind: str, owner: str, name: str) -> Line:
    field, states = STATES[kind]
    line: Line = {"kind": kind, "account": owner, "name": name, "id": raw_store.resource_id(kind, owner, name)}
    line[field] = random.choice(states)
    line |= {"type": name.lower()} if kind == "connector" else {}
    return line | ({"installation_type": "SINGLE"} if kind == "integration_pack" else {})


def test_share_3_lists_decisions_and_the_law_agree() -> None:
    """For every account and every resource of every kind: what the model says, what is decided, what is listed."""
    for seed in range(WORLDS):
        with transaction.atomic():
            lines = a_world(Random(seed))
            raw_store.write(lines)
            write_resources(lines)
            world = World.from_lines(lines)
            for account in ACCOUNTS:
                for kind in Kind:
                    _compare(world, AccountId(account), kind, f"seed {seed}, {kind} in {account}")
            transaction.set_rollback(True)


def _compare(world: World, account: AccountId, kind: Kind, where: str) -> None:
    listed = set(LISTS[kind](account))
    for owner in ("p", "q"):
        for name in ("One", "Two"):
            key = raw_store.resource_id(kind, owner, name)
            told = f"{where}: {name} of {owner}"
            question = Use("ann@a.example", kind.value, name, owner, account)
            law: Any = world.use("ann@a.example", kind.value, owner, name, account, AT)
            assert decided(question, AT).allowed == law.allowed, told
            reached = isinstance(reach_of(kind, key, account), Reach)
            if owner != account and world.accounts[account].status != "deleted":
                asked = kind is not Kind.ROLE or "advanced_user_security" in world.accounts[account].features
                assert (key in listed) == reached or not asked, told
            elif owner == account and kind is not Kind.ROLE and world.resources[owner, kind.value, name] == "ready":
                assert (key in listed) == reached, told
