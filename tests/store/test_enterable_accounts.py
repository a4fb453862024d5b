"""ENTRY-2: the list of enterable accounts says what asking account by account says."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest

from tenantry.accounts.models import Account
from tenantry.decisions.engine import ENGINE, Engine, subject_in
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUserRole
from tenantry.roles.models import Role
from tenantry.rules.answers import Access, Denied
from tenantry.rules.decide import Snapshot, access_of
from tenantry.rules.vocabulary import AccountId, Instant, Status
from tenantry.sharing.models import Share
from tenantry.signin.queries import enterable_accounts, first_enterable, switch_list
from tenantry.store import revisions
from tenantry.store.bulk import refresh_statistics
from tenantry.support.models import SupportGrant
from tenantry.users.models import User, UserRole
from tests.store.factories import (
    AT,
    BY_PASSWORD,
    DAY,
    STANDARD_USER,
    SUPPORT,
    TICK,
    Somebody,
    a_role,
    a_user,
    an_account,
    hold,
)
from tests.store.outside import as_if_outside

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
    refresh_statistics(Account, User, UserRole)
    snapshots = {key: ENGINE.snapshot(key) for key, _ in cases}
    sizes = []
    for person in people:
        listed = set(enterable_accounts(person, AT, BY_PASSWORD).values_list("id", flat=True))
        asked = {key for key in snapshots if isinstance(access(snapshots[key], person.email), Access)}
        assert listed == asked
        sizes.append(len(listed))
    open_accounts = 5 * 2
    assert sizes == [open_accounts * 4, open_accounts * 4 + 5 * 4, 0, 0]


class Outside(NamedTuple):
    """One managed account of the second grid: its Support Access Role, and what a person holds that leads there."""

    primary: str
    support_access: str | None
    direct: str
    group: str
    temporary: str


PRIMARIES = {"P": Status.ACTIVE, "S": Status.SUSPENDED, "D": Status.DELETED}
OTHER_PRIMARY = {"P": "primary-S", "S": "primary-P", "D": "primary-P"}
SUPPORT_ACCESS = [None, SUPPORT, "own", "foreign"]
DIRECT = ["none", "default", "over", "own", "shared", "shared by all", "no longer shared", "another's"]
GROUPS = ["none", "member", "over", "to come", "stray"]
TEMPORARY = ["none", "running", "over", "to come", "of a role that is gone", "of a foreign role", "asked for", "denied"]
OUTSIDE = [
    Outside(primary, support_access, direct, group, temporary)
    for primary, support_access in product(PRIMARIES, SUPPORT_ACCESS)
    for direct, group, temporary in (
        *product(DIRECT, ["none"], ["none"]),
        *product(["none", "default", "no longer shared"], GROUPS[1:], ["none"]),
        *product(["none", "over"], ["none"], TEMPORARY[1:] if primary == "P" else []),
    )
]


class Managed(NamedTuple):
    """An account of the second grid as stored."""

    key: AccountId
    case: Outside


def primaries_of_the_grid() -> None:
    """A primary in each status, with All Accounts, a group, and three roles: shared, shared with all, not shared."""
    keys = {f"primary-{name}": status for name, status in PRIMARIES.items()}
    Account.rows.of("").bulk_create(
        Account(id=key, name=key, name_key=key, status=status, features=["account_groups"])
        for key, status in keys.items()
    )
    revisions.open_scopes(keys)
    for key in keys:
        for name, everywhere in (("all", True), ("some", False)):
            row = AccountGroup(id=f"{key} {name}", account_id=key, name=name, name_key=name, everywhere=everywhere)
            AccountGroup.rows.of(key).bulk_create([row])
        for name in ("shared", "shared by all", "no longer shared"):
            role = Role(id=f"{key} {name}", account_id=key, name=name, name_key=name, privileges=["EXECUTE"])
            Role.rows.of(key).bulk_create([role])
        for group, role_name in (("some", "shared"), ("all", "shared by all")):
            share = Share(account_id=key, group_id=f"{key} {group}", kind="role", resource=f"{key} {role_name}")
            Share.rows.of(key).bulk_create([share])


def managed_accounts_of_the_grid(people: list[User]) -> list[Managed]:
    """One account for each case, in which every person holds what the case says."""
    made = [Managed(AccountId(f"outside{number:04}"), case) for number, case in enumerate(OUTSIDE)]
    Account.rows.of("").bulk_create(
        Account(
            id=one.key,
            name=one.key,
            name_key=one.key,
            primary_id=f"primary-{one.case.primary}",
            support_access_role_id=SUPPORT if one.case.support_access == SUPPORT else None,
        )
        for one in made
    )
    revisions.open_scopes(one.key for one in made)
    Role.rows.of("").bulk_create(
        Role(id=f"{one.key} own", account_id=one.key, name="own", name_key="own", privileges=["EXECUTE"])
        for one in made
    )
    for one in made:
        if one.case.support_access in {"own", "foreign"}:
            role = f"{one.key} own" if one.case.support_access == "own" else "primary-P shared"
            Account.rows.of(one.key).update(support_access_role_id=role)
    holding = [(one, person) for one in made for person in people]
    UserRole.rows.of("").bulk_create(_direct(*pair) for pair in holding if pair[0].case.direct != "none")
    SupportGrant.rows.of("").bulk_create(_temporary(*pair) for pair in holding if pair[0].case.temporary != "none")
    _put_into_groups(made, people)
    return made


def _direct(one: Managed, person: User) -> UserRole:
    role = {
        "default": STANDARD_USER,
        "over": STANDARD_USER,
        "own": f"{one.key} own",
        "another's": f"{OTHER_PRIMARY[one.case.primary]} shared by all",
    }.get(one.case.direct, f"primary-{one.case.primary} {one.case.direct}")
    ends = AT if one.case.direct == "over" else None
    return UserRole(account_id=one.key, user=person, role_id=role, valid_until=ends)


def _temporary(one: Managed, person: User) -> SupportGrant:
    case = one.case.temporary
    role = {"of a role that is gone": "gone", "of a foreign role": "primary-P shared"}.get(case, SUPPORT)
    asked = case == "asked for"
    return SupportGrant(
        account_id=one.key,
        user=person,
        status={"asked for": "requested", "denied": "denied"}.get(case, "active"),
        role="" if asked else role,
        requested_at=AT - DAY,
        granted_at=None if asked else AT + TICK if case == "to come" else AT - DAY,
        expires_at=None if asked else AT if case == "over" else AT + DAY,
    )


WINDOW_OF = {"over": (None, AT), "to come": (AT + TICK, None)}


def _put_into_groups(made: list[Managed], people: list[User]) -> None:
    """A group for each kind of group grant, since a grant in a group leads to all of its accounts."""
    for name in PRIMARIES:
        mine = [one for one in made if one.case.primary == name]
        for kind in GROUPS[1:]:
            owner = OTHER_PRIMARY[name] if kind == "stray" else f"primary-{name}"  # stray: of a primary not theirs
            key = f"{name} {kind}"
            AccountGroup.rows.of(owner).bulk_create([AccountGroup(id=key, account_id=owner, name=key, name_key=key)])
            starts, ends = WINDOW_OF.get(kind, (None, None))
            row = {"account_id": owner, "group_id": key}
            GroupUserRole.rows.of(owner).bulk_create(
                GroupUserRole(**row, user=person, role_id=SUPPORT, valid_from=starts, valid_until=ends)
                for person in people
            )
            GroupAccount.rows.of(owner).bulk_create(
                GroupAccount(**row, member_id=one.key) for one in mine if one.case.group == kind
            )
        row = {"account_id": f"primary-{name}", "group_id": f"primary-{name} some"}
        GroupAccount.rows.of("").bulk_create(
            GroupAccount(**row, member_id=one.key) for one in mine if one.case.direct == "shared"
        )


def test_entry_2_and_grp_14_and_sup_11_the_list_equals_asking_where_others_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Groups of primaries in every status, Support Access Roles, shared roles, temporary grants, in every window, for
    plain, locked and staff people, in All Accounts or not: for every account the list says what the decision says.
    """
    kinds = [(locked, staff, everybody) for locked, staff in PEOPLE for everybody in (False, True)]
    people = User.objects.bulk_create(
        User(email=f"p{n}@x", email_key=f"p{n}@x", locked=lo, staff=st) for n, (lo, st, _) in enumerate(kinds)
    )
    primaries_of_the_grid()
    made = managed_accounts_of_the_grid(people)
    for name in PRIMARIES:
        row = {"account_id": f"primary-{name}", "group_id": f"primary-{name} all"}
        GroupUserRole.rows.of("").bulk_create(
            GroupUserRole(**row, user=person, role_id=SUPPORT)
            for person, (_, _, everybody) in zip(people, kinds, strict=True)
            if everybody
        )
    with monkeypatch.context() as patched:  # nothing is written meanwhile, so what a primary gives is read once
        as_if_outside(patched)
        engine = Engine()
        snapshots = {one.key: engine.snapshot(one.key) for one in made}
    sizes = {}
    for person, kind in zip(people, kinds, strict=True):
        listed = set(enterable_accounts(person, AT, BY_PASSWORD).values_list("id", flat=True)) & snapshots.keys()
        asked = {key for key in snapshots if isinstance(access(snapshots[key], person.email), Access)}
        assert [one for one in made if one.key in listed ^ asked] == []
        sizes[kind] = len(listed)
    locked, staff = sizes[True, False, True], sizes[False, True, True]
    plain, everywhere = sizes[False, False, False], sizes[False, False, True]
    assert locked == 0
    assert 0 < plain < everywhere < len(made)
    assert 0 < staff < len(made)


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
    assert [row.name for row in switch_list(ann.row, AT, BY_PASSWORD).rows] == ["alpha", "Bravo", "mike", "Zulu"]
    assert [row.name for row in switch_list(ann.row, AT, BY_PASSWORD, " RAV ").rows] == ["Bravo"]
    zulu = switch_list(ann.row, AT, BY_PASSWORD, "zulu").rows[0]
    assert [row.id for row in switch_list(ann.row, AT, BY_PASSWORD, zulu.id[-6:].lower()).rows] == [zulu.id]
    assert switch_list(ann.row, AT, BY_PASSWORD, "nobody").rows == ()
    assert switch_list(ann.row, AT, BY_PASSWORD, "%").rows == ()
    assert switch_list(ann.row, AT, BY_PASSWORD, "_").rows == ()


def test_entry_3_the_first_in_name_order(ann: Somebody) -> None:
    """Names first, case ignored; the id decides between equal names."""
    first = first_enterable(ann.row, AT, BY_PASSWORD)
    assert first is not None
    assert first.startswith("alpha-")
    twins = sorted(an_account("AAA") for _ in range(3))
    for account in twins:
        a_user(account, SUPPORT, email=ann.email)
    assert first_enterable(ann.row, AT, BY_PASSWORD) == twins[0]


def test_entry_2_an_account_with_several_roles_is_listed_once(ann: Somebody) -> None:
    """Several grants in one account are one account."""
    account = an_account("Many")
    a_user(account, SUPPORT, STANDARD_USER, a_role(account, "Own"), email=ann.email)
    assert [row.name for row in switch_list(ann.row, AT, BY_PASSWORD).rows].count("Many") == 1


def test_entry_2_the_list_ends_with_the_grant(ann: Somebody) -> None:
    """The account is there until the grant ends, to the tick."""
    account = an_account("Soon")
    a_user(account, SUPPORT, email=ann.email)
    hold(account, ann, SUPPORT, None, AT + timedelta(hours=1))
    for at, there in ((AT + timedelta(hours=1) - TICK, True), (AT + timedelta(hours=1), False)):
        assert enterable_accounts(ann.row, at, BY_PASSWORD).filter(id=account).exists() is there


def test_entry_2_a_long_list_has_pages(ann: Somebody) -> None:
    """Every account once, in order, whatever the number."""
    for number in range(60):
        a_user(an_account(f"N{number:02}"), SUPPORT, email=ann.email)
    seen, place = [], ""
    while True:
        page = switch_list(ann.row, AT, BY_PASSWORD, "", place)
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
    assert not enterable_accounts(bob.row, AT, BY_PASSWORD).filter(id=account).exists()
