"""Lines of kind `account`, in and out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from msgspec import UNSET, UnsetType

from tenantry.accounts.models import Account
from tenantry.accounts.queries import ACCOUNT_COLUMNS, AccountRow, as_account_row
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes
from tenantry.rules.accounts import ACCOUNT_ID_LIMIT, check_account_name, check_primary
from tenantry.rules.features import Feature
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import AccountId, RoleId, Status
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import (
    AwareTime,
    FieldProblem,
    Line,
    Report,
    RoleReference,
    Tally,
    check_text,
    check_time,
    given,
    portions,
)
from tenantry.store.revisions import PLATFORM
from tenantry.store.sorting import by_code_point

_FEATURES = {feature.value for feature in Feature}
_STATUSES = {status.value for status in Status}


class AccountLine(Line, tag="account"):
    """An account. `support_access_role` null is no access, left out Administrator; `operator` is as in the table."""

    id: str
    name: str
    primary: str | UnsetType | None = UNSET
    features: list[str] | UnsetType = UNSET
    status: str | UnsetType = UNSET
    support_access_role: RoleReference | UnsetType | None = UNSET
    trial_ends: AwareTime | UnsetType | None = UNSET
    operator: bool | UnsetType = UNSET


def check(line: AccountLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    yield from check_text("id", line.id, ACCOUNT_ID_LIMIT, required=True)
    if line.id == PLATFORM:
        yield "id", f"{PLATFORM!r} stands for all accounts and can name none"
    refusal = check_account_name(line.name.strip())
    if refusal is not None:
        yield "name", refusal.message
    for feature in given(line.features, []):
        if feature not in _FEATURES:
            yield "features", f"there is no feature {feature!r}; known: {', '.join(sorted(_FEATURES))}"
    if not isinstance(line.status, UnsetType) and line.status not in _STATUSES:
        yield "status", f"there is no status {line.status!r}; known: {', '.join(sorted(_STATUSES))}"
    yield from check_time("trial_ends", line.trial_ends)


@dataclass(slots=True)
class AccountChanges:
    """The accounts that lines add, and those they change as (before, after)."""

    new: list[AccountRow] = field(default_factory=list)
    changed: list[tuple[AccountRow, AccountRow]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


Resolve = Callable[[int, RoleReference], RoleId | None]
"""The role of a reference in line number ...; `None` when that was reported as wrong."""


def differences(
    lines: Sequence[AccountLine], stored: Mapping[str, AccountRow], resolve: Resolve, report: Report
) -> AccountChanges:
    """Compare with what is stored; reports managing accounts that cannot, and changes of deleted accounts.

    The Support Access Role may be any default or own role, whatever the features: an import describes a state, and a
    role chosen while it was offered stays chosen (SUP-2 is about choosing).
    """
    changes = AccountChanges()
    after: dict[str, AccountRow] = dict(stored)
    for number, line in enumerate(lines):
        old = stored.get(line.id)
        new = _after(number, line, old, resolve)
        after[line.id] = new
        if old is None:
            changes.new.append(new)
            changes.tally.new_lines.append(number)
        elif new != old:
            changes.changed.append((old, new))
            changes.tally.changed_lines.append(number)
            if old.status is Status.DELETED:
                report(number, "id", f"{line.id} is deleted and takes no further change (ACC-14)")
        else:
            changes.tally.unchanged += 1
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    _check_primaries(lines, stored, after, report)
    return changes


def _after(number: int, line: AccountLine, old: AccountRow | None, resolve: Resolve) -> AccountRow:
    row = old or AccountRow(
        AccountId(line.id), line.name.strip(), None, frozenset(), Status.ACTIVE, None, ADMINISTRATOR
    )
    primary, support, ends = line.primary, line.support_access_role, line.trial_ends
    if not isinstance(primary, UnsetType):
        row = replace(row, primary=AccountId(primary) if primary is not None else None)
    if not isinstance(support, UnsetType):
        row = replace(row, support_access=resolve(number, support) if support is not None else None)
    if not isinstance(ends, UnsetType):
        row = replace(row, trial_ends=ends)
    return replace(
        row,
        name=line.name.strip(),
        features=frozenset(Feature(f) for f in line.features) if isinstance(line.features, list) else row.features,
        status=Status(line.status) if isinstance(line.status, str) else row.status,
        operator=given(line.operator, row.operator),
    )


def _check_primaries(
    lines: Sequence[AccountLine], stored: Mapping[str, AccountRow], after: Mapping[str, AccountRow], report: Report
) -> None:
    """Who newly manages or is managed: the primary exists, has Account Groups, and nobody manages it (ACC-5, ACC-6)."""
    managing = {row.primary for row in after.values() if row.primary is not None}
    managing |= _stored_primaries([line.id for line in lines if line.id in stored], besides=after.keys())
    for number, line in enumerate(lines):
        row = after[line.id]
        if row.primary is None:
            continue
        old = stored.get(line.id)
        if old is not None and old.primary == row.primary:
            continue
        primary = after.get(row.primary)
        if row.primary == line.id:
            report(number, "primary", "an account does not manage itself (ACC-6)")
        elif primary is None:
            report(number, "primary", f"there is no account {row.primary!r}")
        else:
            refusal = check_primary(
                primary.id, features=primary.features, managed_by=primary.primary, status=Status.ACTIVE
            )
            if refusal is not None:
                report(number, "primary", f"{refusal.message} ({'ACC-6' if primary.primary else 'ACC-5'})")
            if row.id in managing:
                report(number, "primary", f"{line.id} manages accounts itself, so nobody can manage it (ACC-6)")


def _stored_primaries(accounts: Sequence[str], besides: Iterable[str]) -> set[AccountId]:
    """Those of `accounts` that stored accounts other than `besides` name as their primary."""
    judged = set(besides)
    found: set[AccountId] = set()
    for some in portions(accounts):
        rows = Account.rows.across(Crossing.ESTATE).filter(primary_id__in=some).values_list("id", "primary_id")
        found.update(AccountId(primary) for managed, primary in rows if managed not in judged and primary)
    return found


_COLUMNS = (
    "id",
    "name",
    "name_key",
    "primary_id",
    "features",
    "status",
    "trial_ends",
    "support_access_role_id",
    "operator",
)


def _values(row: AccountRow) -> tuple[object, ...]:
    return (
        row.id,
        row.name,
        row.name.casefold(),
        row.primary,
        sorted(feature.value for feature in row.features),
        row.status.value,
        row.trial_ends,
        row.support_access,
        row.operator,
    )


def write(changes: AccountChanges) -> None:
    """Write the differences. Foreign keys are checked at the end of the transaction, so any order will do."""
    insert_rows(Account, _COLUMNS, map(_values, changes.new))
    update_rows(Account, "id", _COLUMNS[1:], (_values(new) for _, new in changes.changed))
    switched = ((old, new) for old, new in changes.changed if old.status is not new.status)
    before = ((new.id, old.status.value if new.status is Status.SUSPENDED else "") for old, new in switched)
    update_rows(Account, "id", ("status_before",), before)


def entries(changes: AccountChanges, role_name: Callable[[RoleId], str]) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    for row in changes.new:
        operator: Changes = {"operator": (None, True)} if row.operator else {}
        created: Changes = {"name": (None, row.name), "primary": (None, row.primary), **operator}
        yield BulkEntry(Act.ACCOUNT_CREATED, row.id, row.name, created)
    for old, new in changes.changed:
        edits: dict[str, tuple[object, object]] = {}
        for feature in old.features ^ new.features:
            edits[feature.label] = (feature in old.features, feature in new.features)
        for name in ("name", "primary", "status", "operator"):
            edits[name] = (getattr(old, name), getattr(new, name))
        edits["trial_ends"] = (_shown(old.trial_ends), _shown(new.trial_ends))
        if any(before != after for before, after in edits.values()):
            deleted = new.status is Status.DELETED and old.status is not Status.DELETED
            yield BulkEntry(Act.ACCOUNT_DELETED if deleted else Act.ACCOUNT_EDITED, new.id, new.name, edits)
        if old.support_access != new.support_access:
            shown = [role_name(role) if role else "--No Access--" for role in (old.support_access, new.support_access)]
            support: Changes = {"support_access_role": (shown[0], shown[1])}
            yield BulkEntry(Act.SUPPORT_ACCESS_CHANGED, new.id, new.name, support)


def _shown(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def stored_accounts(ids: Iterable[str]) -> dict[str, AccountRow]:
    """Those of these accounts that exist, as stored."""
    found: dict[str, AccountRow] = {}
    for some in portions(sorted(set(ids))):
        rows = Account.rows.across(Crossing.ESTATE).filter(id__in=some)
        found.update((values[0], as_account_row(values)) for values in rows.values_list(*ACCOUNT_COLUMNS))
    return found


def lines(account: AccountId | None) -> Iterator[AccountLine]:
    """Every account by id, or one account alone, which then does not tell who manages it."""
    rows = Account.rows.across(Crossing.ESTATE) if account is None else Account.rows.of(account)
    columns = (*ACCOUNT_COLUMNS, "support_access_role__name")
    for *values, support_name in rows.order_by(*by_code_point("id")).values_list(*columns).iterator(chunk_size=5000):
        row = as_account_row(tuple(values))
        yield AccountLine(
            id=row.id,
            name=row.name,
            primary=row.primary if row.primary and account is None else UNSET,
            features=sorted(feature.value for feature in row.features) or UNSET,
            status=UNSET if row.status is Status.ACTIVE else row.status.value,
            support_access_role=UNSET if row.support_access == ADMINISTRATOR else support_name,
            trial_ends=row.trial_ends or UNSET,
            operator=row.operator or UNSET,
        )


def all_accounts() -> list[str]:
    """The ids of all accounts."""
    return list(Account.rows.across(Crossing.ESTATE).order_by("id").values_list("id", flat=True))


def anything_stored() -> bool:
    """Whether there is any account yet."""
    return Account.rows.across(Crossing.ESTATE).exists()
