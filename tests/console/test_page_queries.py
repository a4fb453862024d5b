"""Every page costs a fixed number of queries, whatever the size of the account."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenantry.accounts.commands import create_account, switch_feature
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.users.commands import add_user
from tenantry.users.queries import grants_of
from tests.console.people import AT, House, make_house, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]

MOST = 60
"""Queries that a page may take at most; a page that needs more does something in a loop."""


@contextmanager
def counted(numbers: list[int]) -> Iterator[None]:
    """Append the number of queries run inside."""
    with CaptureQueriesContext(connection) as queries:
        yield
    numbers.append(len(queries))


def grow(house: House) -> None:
    """Sixty more users, roles, and accounts for the administrator: more than a page of each."""
    for n in range(60):
        role = create_role(actor=OPERATOR, at=AT, account=house.account, name=f"Role {n:02}", privileges=["EXECUTE"])
        add_user(
            actor=OPERATOR,
            at=AT,
            account=house.account,
            email=f"user{n:02}@acme.example",
            first_name="U",
            last_name=str(n),
            roles={role, RoleId("STANDARD_USER")},
            notify=False,
        )
        other = create_account(actor=OPERATOR, at=AT, name=f"Other {n}")
        add_user(
            actor=OPERATOR,
            at=AT,
            account=other,
            email="ada@acme.example",
            first_name="Ada",
            last_name="Acme",
            roles={RoleId("STANDARD_USER")},
            notify=False,
        )


def test_every_page_takes_a_fixed_number_of_queries() -> None:
    """Sixty times the rows, the same number of queries, and never more than the bound."""
    house = make_house("Acme")
    pages = [
        reverse("users"),
        reverse("users") + f"?selected={house.bystander}",
        reverse("users") + "?filter=without_roles&q=a&sort=name",
        reverse("user_add"),
        reverse("user_edit", kwargs={"user": house.bystander}),
        reverse("user_remove", kwargs={"user": house.bystander}),
        reverse("roles") + f"?selected={house.role}",
        reverse("role_add"),
        reverse("role_edit", kwargs={"role": house.role}),
        reverse("role_remove", kwargs={"role": house.role}),
        reverse("account_information"),
        reverse("features"),
        reverse("audit_log"),
        reverse("switch_account"),
        reverse("user_information"),
        reverse("preferences"),
    ]
    small: list[int] = []
    large: list[int] = []
    client = signed_in(house.administrator, house.account)
    for page in pages:
        with counted(small):
            assert client.get(page).status_code == 200
    grow(house)
    for page in pages:
        with counted(large):
            assert client.get(page).status_code == 200
    assert dict(zip(pages, large, strict=True)) == dict(zip(pages, small, strict=True))
    assert max(small) <= MOST


def test_paging_visits_every_user_once_in_both_directions() -> None:
    """Next to the end and previous to the start show each user exactly once, in order."""
    house = make_house("Acme")
    grow(house)
    client = signed_in(house.administrator, house.account)

    def walk(word: str, start: str) -> tuple[list[str], str]:
        seen: list[str] = []
        url = start
        while True:
            answer = client.get(url)
            rows = [user.email for user in answer.context["users"]]
            seen += rows if word == "next" else rows[::-1]
            mark = answer.context["page"][word]
            if not mark:
                return seen, url
            url = reverse("users") + f"?{'after' if word == 'next' else 'before'}={mark}"

    forward, last = walk("next", reverse("users"))
    backward, _ = walk("previous", last)
    assert len(forward) == 62
    assert forward == sorted(set(forward))
    assert backward == forward[::-1]


def test_role_16_a_role_that_is_not_offered_any_more_has_its_own_button() -> None:
    """With Advanced User Security off the dialog hides custom roles; the panel takes them away one by one."""
    house = make_house("Acme")
    person = add_user(
        actor=OPERATOR,
        at=AT,
        account=house.account,
        email="cy@acme.example",
        first_name="Cy",
        last_name="Acme",
        roles={house.role, RoleId("STANDARD_USER")},
        notify=False,
    ).user
    client = signed_in(house.administrator, house.account)
    button = reverse("user_role_remove", kwargs={"user": person, "role": house.role})
    assert button not in client.get(reverse("users"), {"selected": person}).content.decode()
    switch_feature(actor=OPERATOR, at=AT, account=house.account, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    assert button in client.get(reverse("users"), {"selected": person}).content.decode()
    assert client.post(button).status_code == 303
    assert [grant.role for grant in grants_of(house.account, person)] == ["STANDARD_USER"]
