"""Resources other than roles behind the store's door: rows as estate lines write them, commands, and the decision."""

from __future__ import annotations

from datetime import UTC, datetime

from tenantry.decisions.engine import ENGINE
from tenantry.decisions.using import use
from tenantry.estate.kinds import RESOURCE_KINDS
from tenantry.rules.answers import Decision
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sharing.resource_lines import ResourceNames, differences

from .questions import Line, Use
from .raw_store import resource_id

LOADED = datetime(2026, 1, 1, tzinfo=UTC)


def write_resources(lines: list[Line]) -> None:
    """Put resources into the tables, as a load would."""
    for kind, (line_of, source) in RESOURCE_KINDS.items():
        told = [
            {key: value for key, value in line.items() if key != "kind"} for line in lines if line["kind"] == kind.value
        ]
        mine = [line_of(**fields) for fields in told]
        changes = differences(source, mine, ResourceNames(source, ()), (), _wrong)
        source.write(changes, actor=OPERATOR, at=LOADED)


def _wrong(number: int, place: str, what: str) -> None:
    raise AssertionError((number, place, what))


def decided(question: Use, at: datetime) -> Decision:
    """What the product decides."""
    key = resource_id(question.type, question.owner, question.name)
    account = AccountId(question.account)
    return use(ENGINE, user=question.user, kind=Kind(question.type), resource=key, account=account, at=at)
