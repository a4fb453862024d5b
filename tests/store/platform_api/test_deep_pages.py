"""However much there is: a page deep inside is read by an index and costs what the first page costs."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from tenantry.audit.catalogue import Act
from tenantry.audit.queries import entries_of
from tenantry.audit.trail import BulkEntry, record_many
from tenantry.groups.models import GroupUser, GroupUserRole
from tenantry.groups.queries import role_links
from tenantry.platform_api.verbs import PAGE
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.users.models import AccountUser, User, UserRole
from tenantry.users.queries import direct_roles
from tests.store.factories import ADMINISTRATOR, AT, SUPPORT, a_group, a_primary, a_user, all_accounts
from tests.store.platform_api.callers import caller

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS: Final = 2_000
DEEP: Final = 15
"""The page deep inside that is looked at."""


def _people(number: int, tag: str) -> list[User]:
    return User.objects.bulk_create(
        [User(email=f"{tag}{n}@example.com", email_key=f"{tag}{n}@example.com") for n in range(number)],
        batch_size=5_000,
    )


def _direct(home: AccountId) -> None:
    """Roles of users here, and between them as many of users elsewhere."""
    other = a_primary("Neighbour")
    for start in range(0, ROWS, ROWS // 4):
        for account in (home, other):
            people = _people(ROWS // 4, f"{account}{start}")
            AccountUser.rows.of(account).bulk_create(
                [AccountUser(account_id=account, user=one) for one in people], batch_size=5_000
            )
            UserRole.rows.of(account).bulk_create(
                [UserRole(account_id=account, user=one, role_id=SUPPORT) for one in people], batch_size=5_000
            )


def _grouped(home: AccountId) -> None:
    """Roles of people in two groups here, and between them as many elsewhere."""
    other = a_primary("Neighbour")
    theirs, ours = [all_accounts(other)], [all_accounts(home), a_group(home, "Second")]
    for start in range(0, ROWS, ROWS // 4):
        people = _people(ROWS // 4, f"p{start}")
        for account, groups in ((home, ours), (other, theirs)):
            group = groups[start % len(groups)]
            GroupUser.rows.of(account).bulk_create(
                [GroupUser(account_id=account, group_id=group, user=one) for one in people], batch_size=5_000
            )
            GroupUserRole.rows.of(account).bulk_create(
                [GroupUserRole(account_id=account, group_id=group, user=one, role_id=SUPPORT) for one in people],
                batch_size=5_000,
            )


def _logged(home: AccountId) -> None:
    """Entries here, and between them as many elsewhere."""
    other = a_primary("Neighbour")
    record_many(
        (BulkEntry(Act.ENTERED, account, "somewhere", {}) for _ in range(ROWS) for account in (home, other)),
        actor=OPERATOR,
        at=AT,
    )


@pytest.mark.parametrize(
    ("kind", "fill", "rows"),
    [
        ("AccountUserRole", _direct, lambda home: direct_roles(home, AT)),
        ("AccountGroupUserRole", _grouped, lambda home: role_links(home, AT)),
        ("AuditLog", _logged, entries_of),
    ],
)
def test_a_page_deep_inside_costs_what_the_first_one_costs(
    kind: str, fill: Callable[[AccountId], None], rows: Callable[[AccountId], QuerySet[Any]]
) -> None:
    """The same queries, and their plans go along an index in the order of the pages instead of sorting everything."""
    home = a_primary("Deep")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    fill(home)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE user_role, group_user_role, audit_entry, person")
    ann.post(f"{kind}/query")
    counted, page = [], {"queryToken": ""}
    for number in range(DEEP):
        with CaptureQueriesContext(connection) as queries:
            token = page["queryToken"]
            page = ann.post(f"{kind}/queryMore", token) if number else ann.post(f"{kind}/query")
        counted.append(len(queries))
        assert len(page["result"]) == PAGE
    assert len(set(counted)) == 1, counted
    last = rows(home).order_by("id")[DEEP * PAGE].pk
    for wanted in (rows(home), rows(home).filter(id__gt=last)):
        plan = wanted.order_by("id")[: PAGE + 1].explain().lower()
        assert "index" in plan, plan
        assert "sort" not in plan, plan
        assert "temp b-tree" not in plan, plan
