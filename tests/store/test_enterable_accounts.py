"""ENTRY-2: the list of enterable accounts says what asking account by account says."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest

from tenantry.accounts.models import Account
from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.rules.answers import Access, Denied
from tenantry.rules.decide import Snapshot, access_of
from tenantry.rules.vocabulary import AccountId, Instant, Status
from tenantry.signin.queries import enterable_accounts, first_enterable, switch_list
from tenantry.store import revisions
from tenantry.users.models import User, UserRole
from tests.store.factories import AT, DAY, STANDARD_USER, SUPPORT, TICK, Somebody, a_role, a_user, an_account, hold

pytestmark = pytest.mark.usefixtures("db")


class Case(NamedTuple):
    """One account of the grid."""

    status: Status
    trial_ends: Instant | None
    support_access: str | None
    window: tuple[datetime | None, datetime | None] | None


STATUSES = [
    (Status.ACTIVE, None),
    (Status.ACTIVE, AT - DAY),
    (Status.UNLIMITED, None),
    (Status.SUSPENDED, None),
    (Status.DELETED, None),
    (Status.TRIAL, None),
    (Status.TRIAL, AT - TICK),
    (Status.TRIAL, AT),
    (Status.TRIAL, AT + TICK),
]
WINDOWS = [
    None,
    (None, None),
    (AT, None),
    (AT + TICK, None),
    (None, AT),
    (None, AT + TICK),
    (AT - DAY, AT + DAY),
    (AT - DAY, AT),
]
GRID = [
    Case(status, ends, support, window)
    for (status, ends), support, window in product(STATUSES, [None, SUPPORT], WINDOWS)
]
PEOPLE = [(locked, staff) for locked in (False, True) for staff in (False, True)]


def accounts_of_the_grid() -> Iterator[tuple[AccountId, Case]]:
    """One account for each case, named by its number."""
    rows = []
    for number, case in enumerate(GRID):
        key = AccountId(f"grid{number:03}-AAAAAA")
        row = Account(
            id=key,
            name=f"Grid {number:03}",
            name_key=f"grid {number:03}",
            status=case.status,
            trial_ends=case.trial_ends,
            support_access_role_id=case.support_access,
        )
        rows.append(row)
        yield key, case
    Account.rows.of("").bulk_create(rows)
    revisions.open_scopes([row.id for row in rows])


def access(facts: Snapshot | None, email: str) -> Access | Denied:
    """What `ENGINE.access` answers, with the facts read once for several people."""
    assert facts is not None
    key, stranger = subject_in(facts, email)
    return access_of(facts, key, AT, stranger)


def test_entry_2_the_list_equals_asking_account_by_account() -> None:
    """Status, trial's end, Support Access Role, validity, lock and staff: every combination, for every account."""
    people = [User(email=f"p{n}@x", email_key=f"p{n}@x", locked=lo, staff=st) for n, (lo, st) in enumerate(PEOPLE)]
    people = User.objects.bulk_create(people)
    cases = list(accounts_of_the_grid())
    grants = [
        UserRole(
            account_id=key, user=person, role_id=STANDARD_USER, valid_from=case.window[0], valid_until=case.window[1]
        )
        for key, case in cases
        if case.window is not None
        for person in people
    ]
    UserRole.rows.of("").bulk_create(grants)
    snapshots = {key: ENGINE.snapshot(key) for key, _ in cases}
    sizes = []
    for person in people:
        listed = set(enterable_accounts(person, AT).values_list("id", flat=True))
        asked = {key for key in snapshots if isinstance(access(snapshots[key], person.email), Access)}
        assert listed == asked
        sizes.append(len(listed))
    open_accounts = 5 * 2
    assert sizes == [open_accounts * 4, open_accounts * 4 + 5 * 4, 0, 0]


@pytest.fixture
def ann(db: None) -> Somebody:
    """A person with a role in four accounts, made in no order."""
    who = a_user(an_account("mike"), SUPPORT, email="ann@example.com")
    for name in ("Zulu", "alpha", "Bravo"):
        a_user(an_account(name), SUPPORT, email=who.email)
    an_account("Nobody's")
    return who


def test_entry_2_the_list_is_sorted_by_name_and_searched(ann: Somebody) -> None:
    """By name and ID, sorted by name, with search in either."""
    assert [row.name for row in switch_list(ann.row, AT).rows] == ["alpha", "Bravo", "mike", "Zulu"]
    assert [row.name for row in switch_list(ann.row, AT, " RAV ").rows] == ["Bravo"]
    zulu = switch_list(ann.row, AT, "zulu").rows[0]
    assert [row.id for row in switch_list(ann.row, AT, zulu.id[-6:].lower()).rows] == [zulu.id]
    assert switch_list(ann.row, AT, "nobody").rows == ()
    assert switch_list(ann.row, AT, "%").rows == ()
    assert switch_list(ann.row, AT, "_").rows == ()


def test_entry_3_the_first_in_name_order(ann: Somebody) -> None:
    """Names first, case ignored; the id decides between equal names."""
    first = first_enterable(ann.row, AT)
    assert first is not None
    assert first.startswith("alpha-")
    twins = sorted(an_account("AAA") for _ in range(3))
    for account in twins:
        a_user(account, SUPPORT, email=ann.email)
    assert first_enterable(ann.row, AT) == twins[0]


def test_entry_2_an_account_with_several_roles_is_listed_once(ann: Somebody) -> None:
    """Several grants in one account are one account."""
    account = an_account("Many")
    a_user(account, SUPPORT, STANDARD_USER, a_role(account, "Own"), email=ann.email)
    assert [row.name for row in switch_list(ann.row, AT).rows].count("Many") == 1


def test_entry_2_the_list_ends_with_the_grant(ann: Somebody) -> None:
    """The account is there until the grant ends, to the tick."""
    account = an_account("Soon")
    a_user(account, SUPPORT, email=ann.email)
    hold(account, ann, SUPPORT, None, AT + timedelta(hours=1))
    for at, there in ((AT + timedelta(hours=1) - TICK, True), (AT + timedelta(hours=1), False)):
        assert enterable_accounts(ann.row, at).filter(id=account).exists() is there


def test_entry_2_a_long_list_has_pages(ann: Somebody) -> None:
    """Every account once, in order, whatever the number."""
    for number in range(60):
        a_user(an_account(f"N{number:02}"), SUPPORT, email=ann.email)
    seen, place = [], ""
    while True:
        page = switch_list(ann.row, AT, "", place)
        seen += [row.name for row in page.rows]
        place = page.next
        if not place:
            break
    assert len(seen) == 64
    assert seen == sorted(seen, key=str.casefold)


def test_entry_2_a_role_of_another_account_opens_nothing(ann: Somebody) -> None:
    """A direct role counts if it is default, the account's own, or shared to it right now (EFF-1): in the list too."""
    account, other = an_account("Here"), an_account("There")
    bob = a_user(account, SUPPORT)
    hold(account, bob, a_role(other, "Theirs"))
    UserRole.rows.of(account).filter(user_id=bob.id, role_id=SUPPORT).delete()
    revisions.raise_revisions([account])
    assert not isinstance(ENGINE.access(user=bob.email, account=account, at=AT), Access)
    assert not enterable_accounts(bob.row, AT).filter(id=account).exists()
