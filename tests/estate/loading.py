"""How these tests load lines, and how they look at what is stored."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tenantry.audit.models import Entry
from tenantry.estate.changes import Loaded
from tenantry.estate.export import export
from tenantry.estate.load import load, prepare
from tenantry.estate.plan import Plan, plan
from tenantry.estate.problems import EstateRefused
from tenantry.estate.reading import read
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.store.crossings import Crossing

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)

Fields = dict[str, Any]


class Loader:
    """Loads lines given as dictionaries, by way of a file of the test."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "estate.jsonl"

    def write(self, *lines: Fields) -> Path:
        """The file with these lines."""
        self.file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        return self.file

    def __call__(self, *lines: Fields, at: datetime = AT) -> Loaded:
        """Load these lines."""
        return load(actor=OPERATOR, at=at, prepared=prepare(read([self.write(*lines)])))

    def text(self, text: str) -> Loaded:
        """Load an estate given as text."""
        self.file.write_text(text)
        return load(actor=OPERATOR, at=AT, prepared=prepare(read([self.file])))

    def plan(self, *lines: Fields) -> Plan:
        """Plan these lines."""
        return plan(actor=OPERATOR, at=AT, prepared=prepare(read([self.write(*lines)])))

    def refused(self, *lines: Fields) -> list[tuple[int, str, str]]:
        """The problems of lines that cannot be loaded, as (line, field, what)."""
        try:
            self(*lines)
        except EstateRefused as refused:
            return [(problem.line, problem.field, problem.what) for problem in refused.problems]
        return []


def counts(loaded: Loaded) -> dict[str, tuple[int, int, int]]:
    """New, changed, unchanged of each kind that occurred."""
    found = {kind: (tally.new, tally.changed, tally.unchanged) for kind, tally in loaded.tallies.items()}
    return {kind: numbers for kind, numbers in found.items() if any(numbers)}


def exported(account: str | None = None) -> str:
    """The estate as text."""
    return b"".join(export(AccountId(account) if account else None)).decode()


def entries() -> list[tuple[str, str, str, str, str]]:
    """Every audit entry: account, type, action, modifier, container; in the order written."""
    rows = Entry.rows.across(Crossing.DOCTOR).order_by("id")
    return list(rows.values_list("account_id", "type", "action", "modifier", "container"))


ACME: Fields = {"kind": "account", "id": "acme", "name": "Acme", "features": ["advanced_user_security"]}
ANN: Fields = {"kind": "user", "id": "ann@acme.test", "first_name": "Ann", "last_name": "Archer"}
BOB: Fields = {"kind": "user", "id": "bob@acme.test"}
OPS: Fields = {"kind": "role", "account": "acme", "name": "Ops", "inherits": "Support", "privileges": ["DEPLOY"]}


def gives(user: Fields, role: str | Fields, account: str = "acme", **more: str | None) -> Fields:
    """A user_role line."""
    return {"kind": "user_role", "account": account, "user": user["id"], "role": role, **more}


def member(account: str, group: str = "G", primary: str = "p") -> Fields:
    """A group_account line."""
    return {"kind": "group_account", "account": primary, "group": group, "member": account}


def group(name: str = "G", primary: str = "p", **more: str) -> Fields:
    """An account_group line."""
    return {"kind": "account_group", "account": primary, "name": name, **more}


def serves(user: Fields, role: str, group: str = "G", primary: str = "p", **more: str | None) -> Fields:
    """A group_user_role line."""
    return {"kind": "group_user_role", "account": primary, "group": group, "user": user["id"], "role": role, **more}


def shares(name: str, group: str = "G", primary: str = "p", **more: str) -> Fields:
    """A group_resource line, of a role where `more` says no other type."""
    return {"kind": "group_resource", "account": primary, "group": group, "type": "role", "name": name, **more}


def shared(role: str, primary: str = "p") -> Fields:
    """A reference to a shared role."""
    return {"account": primary, "name": role}


P: Fields = {"kind": "account", "id": "p", "name": "Partner", "features": ["account_groups", "advanced_user_security"]}
M: Fields = {"kind": "account", "id": "m", "name": "Member", "primary": "p", "features": ["advanced_user_security"]}
N: Fields = M | {"id": "n", "name": "Neighbour"}
SERV: Fields = {"kind": "user", "id": "Serv@p.test", "signed_in": True}
URI: Fields = {"kind": "user", "id": "uri@m.test"}
R: Fields = {"kind": "role", "account": "p", "name": "R", "id": "role-r", "privileges": ["EXECUTE"]}

PARTNER = (P, M, N, SERV, URI, R, group(), member("m"), serves(SERV, "Support"), shares("R"))
"""A primary with two accounts, of which one is in the group G, where somebody serves and a role is shared."""

WORLD = (ACME, ANN, BOB, OPS, gives(ANN, "Administrator"), gives(BOB, "Ops"))
