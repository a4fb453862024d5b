"""Lines of kind `federation`: what identity providers call people, in and out (SSO-5, SSO-7)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from tenantry.accounts.queries import AccountRow
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.groups.estate import CLOSED
from tenantry.groups.models import GroupUserRole
from tenantry.rules.federations import check_federation_id
from tenantry.rules.sign_on import federation_key
from tenantry.rules.vocabulary import AccountId, UserKey
from tenantry.sso.models import Federation
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, portions
from tenantry.store.sorting import by_code_point
from tenantry.users.estate_roles import exported


class FederationLine(Line, tag="federation"):
    """The Federation ID of a person in an account. It makes nobody a user of the account (SSO-7)."""

    account: str
    user: str
    federation_id: str


def check(line: FederationLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    refusal = check_federation_id(line.federation_id)
    if refusal is not None:
        yield "federation_id", f"{refusal.message} ({refusal.rule})"


@dataclass(frozen=True, slots=True)
class Stored:
    """A Federation ID as stored."""

    id: int
    user: int
    federation_id: str
    key: str


@dataclass(slots=True)
class FederationChanges:
    """What lines change: rows to write, rows that make way for them, and what the log tells of it."""

    rows: list[tuple[str, UserKey, int | None, str, str]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    told: list[tuple[str, UserKey, str | None, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts in which somebody gets another Federation ID."""
        return {account for account, *_ in self.told}

    def users(self) -> set[UserKey]:
        """The people who get another one."""
        return {user for _, user, *_ in self.told}


def differences(
    lines: Sequence[FederationLine],
    after: Mapping[str, AccountRow],
    closed: Collection[str],
    compared_anew: Mapping[str, int],
    reports: tuple[Report, Report],
) -> FederationChanges:
    """Compare with what is stored. `after` has the accounts as they are after the load, `closed` those deleted before;
    `compared_anew` names accounts that compare otherwise from now on, with the number of their line (SSO-5).

    Reports changes of what is deleted, and ids that two people of an account would have: to the first of the two
    reports where a line says so, to the second where the account's features do.
    """
    changes = FederationChanges()
    report, report_features = reports
    of_account: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        of_account[line.account].append(number)
    stored = _stored(sorted(of_account.keys() | compared_anew.keys()))
    for account in sorted(of_account.keys() | compared_anew.keys()):
        held, features = stored.get(account, {}), after[account].features
        wanted = {UserKey(lines[number].user): number for number in of_account.get(account, ())}
        ids = {user: row.federation_id for user, row in held.items()}
        ids |= {user: lines[number].federation_id for user, number in wanted.items()}
        whose: dict[str, UserKey] = {}
        for user in sorted(ids):
            key = federation_key(ids[user], features)
            other = whose.setdefault(key, user)
            if other != user:
                said = wanted.get(user, wanted.get(other))
                of, name = (user, other) if user in wanted else (other, user)
                what = f"{ids[of]!r:.60} is the Federation ID of {name} in this account (SSO-5)"
                if said is None:
                    report_features(compared_anew[account], "features", what)
                else:
                    report(said, "federation_id", what)
            _compare(changes, account, user, held.get(user), (ids[user], key), number=wanted.get(user))
        if account in closed and any(told[0] == account for told in changes.told):
            report(of_account[account][0], "account", f"{account} {CLOSED}")
    return changes


def _compare(
    changes: FederationChanges,
    account: str,
    user: UserKey,
    old: Stored | None,
    now: tuple[str, str],
    *,
    number: int | None,
) -> None:
    """Compare one person's id in one account, which the line of this number says, if one does. A row that changes is
    written anew, so that two can change places.
    """
    federation_id, key = now
    tally = changes.tally
    if old is None:
        tally.new += 1
        tally.new_lines.extend(() if number is None else (number,))
    elif old.federation_id != federation_id:
        tally.changed += 1
        tally.changed_lines.extend(() if number is None else (number,))
    elif number is not None:
        tally.unchanged += 1
    if old is not None and (old.federation_id, old.key) == now:
        return
    changes.rows.append((account, user, old.user if old else None, federation_id, key))
    if old is not None:
        changes.gone.append(old.id)
    if old is None or old.federation_id != federation_id:
        changes.told.append((account, user, old.federation_id if old else None, federation_id))


def _stored(accounts: Sequence[str]) -> dict[str, dict[UserKey, Stored]]:
    """The Federation IDs in these accounts, by person."""
    found: dict[str, dict[UserKey, Stored]] = defaultdict(dict)
    for some in portions(accounts):
        rows = Federation.rows.across(Crossing.ESTATE).filter(account_id__in=some)
        columns = ("account_id", "user__email_key", "id", "user_id", "federation_id", "key")
        for account, user, *values in rows.values_list(*columns):
            found[account][UserKey(user)] = Stored(*values)
    return found


def write(changes: FederationChanges, ids: Mapping[UserKey, int]) -> None:
    """Write the differences; `ids` are those of all people by now."""
    for some in portions(changes.gone):
        Federation.rows.across(Crossing.ESTATE).filter(id__in=some).delete()
    rows = (
        (account, ids[user] if stored is None else stored, federation_id, key)
        for account, user, stored, federation_id, key in changes.rows
    )
    insert_rows(Federation, ("account_id", "user_id", "federation_id", "key"), rows)


def entries(changes: FederationChanges, email: Callable[[UserKey], str]) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    for account, user, old, new in changes.told:
        yield BulkEntry(Act.FEDERATION_ID_CHANGED, account, email(user), {"federation_id": (old, new)})


def lines(account: AccountId | None) -> Iterator[FederationLine]:
    """Every Federation ID, by account and person; of one account those of the people whom its export tells."""
    if account is None:
        rows = Federation.rows.across(Crossing.ESTATE)
    else:
        in_groups = GroupUserRole.rows.of(account).values("user_id")
        told = Q(user_id__in=exported(account).values("user_id")) | Q(user_id__in=in_groups)
        rows = Federation.rows.of(account).filter(told)
    ordered = rows.order_by(*by_code_point("account_id", "user__email_key"))
    columns = ordered.values_list("account_id", "user__email", "federation_id")
    for owner, email, federation_id in columns.iterator(chunk_size=5000):
        yield FederationLine(owner, email, federation_id)
