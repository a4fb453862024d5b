"""Every page costs a fixed number of queries, whatever the size of the account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenantry.accounts.commands import create_account, create_managed_account, switch_feature
from tenantry.connectors.commands import add_connector, add_version
from tenantry.groups.commands import add_accounts_to_group, add_user_to_group, create_group
from tenantry.platform_api.origins import add_origin
from tenantry.platform_api.trusted import add_trusted_address
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.origins import Method
from tenantry.rules.sharing import Kind
from tenantry.rules.trusted_addresses import ENTRIES, AddressType
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, RoleId, Source, user_key
from tenantry.sessions.models import Session
from tenantry.sharing.commands import share
from tenantry.support.commands import request_support_access
from tenantry.users.commands import add_user
from tenantry.users.queries import grants_of
from tests.console.heavens import settle, widen
from tests.console.people import AT, House, a_token, known, make_house, signed_in
from tests.store.workshops import a_user_of, some_files, type_of

pytestmark = pytest.mark.django_db

MOST = 70
"""Queries that a page may take at most; a page that needs more does something in a loop. Within a test no facts are
kept between two questions of a page, so that each reads them again.
"""


@contextmanager
def counted(numbers: list[int]) -> Iterator[None]:
    """Append the number of queries run inside."""
    with CaptureQueriesContext(connection) as queries:
        yield
    numbers.append(len(queries))


def hire(house: House, number: int, role: RoleId) -> None:
    """One more user, with a role more than others."""
    add_user(
        actor=OPERATOR,
        at=AT,
        account=house.account,
        email=f"user{number:02}@acme.example",
        first_name="U",
        last_name=str(number),
        roles={role, RoleId("STANDARD_USER")},
        notify=False,
    )


def grow(house: House) -> list[AccountId]:
    """Sixty more of everything: users, roles, accounts of the administrator; groups, their accounts, people, shares.

    Returns the accounts that were made.
    """
    members: list[AccountId] = []
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    home = create_account(actor=OPERATOR, at=AT, name="Home of guests")
    for n in range(60):
        role = create_role(actor=OPERATOR, at=AT, account=house.account, name=f"Role {n:02}", privileges=["EXECUTE"])
        hire(house, n, role)
        a_token(house.account, house.bystander, f"token {n}")
        add_origin(**here, origin=f"https://more{n}.example", methods={Method.GET})
        if n < ENTRIES - 1:
            add_trusted_address(**here, name=f"{n}", type=AddressType.SINGLE, address=f"10.0.1.{n}")
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
        email = f"guest{n:02}@acme.example"
        known(home, email)
        add_user_to_group(**here, group=house.group, email=email, roles={RoleId("SUPPORT"), role}, notify=False)
        share(**here, group=house.group, kind=Kind.ROLE, resources={role})
        ends = AT + timedelta(days=30)
        member = create_managed_account(actor=OPERATOR, at=AT, primary=house.account, name=f"M {n}", trial_ends=ends)
        add_accounts_to_group(**here, group=house.group, members={member})
        members.append(member)
        another = create_group(**here, name=f"Group {n:02}")
        add_accounts_to_group(**here, group=another, members={house.member})
        add_user_to_group(**here, group=another, email="gil@acme.example", roles={RoleId("SUPPORT")}, notify=False)
        helper = f"helper{n:02}@acme.example"
        known(home, helper, staff=True)
        request_support_access(actor=Actor(user_key(helper), Source.UI), at=AT, account=house.account)
        group = house.workshop.group
        add_version(**here, group=group, files=some_files(house.account))
        made = add_connector(**here, group=group, name="Tool", classification=f"c{n}", version=1)
        a_user_of(house.account, type_of(house.account, made), f"Uses {n}")
    return members


def grow_clouds(house: House, members: list[AccountId]) -> None:
    """As many clouds, clusters and own attachments, and a quota and an attachment of each of these accounts."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    for number, member in enumerate(members):
        widen(here, house.heaven, number)
        settle(here, house.heaven, member)


def test_every_page_takes_a_fixed_number_of_queries() -> None:
    """Sixty times the rows, the same number of queries, and never more than the bound."""
    house = make_house("Acme")

    def at(name: str, user: int | None = None, **query: str | int) -> str:
        parts = {"user": user} if user else {"kind": query.pop("kind")} if "kind" in query else None
        return f"{reverse(name, kwargs=parts)}?{urlencode({'group': house.group, **query})}"

    def at_connectors(name: str, **query: str | int) -> str:
        return f"{reverse(name)}?{urlencode(query)}"

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
        reverse("password_policy"),
        reverse("security"),
        reverse("two_factor_enforcement"),
        reverse("authentication"),
        reverse("password_policy") + "?edit=1",
        reverse("audit_log"),
        reverse("switch_account"),
        reverse("user_information"),
        reverse("preferences"),
        reverse("own_alerts"),
        reverse("own_alert_add"),
        reverse("own_alert_account"),
        reverse("own_tokens"),
        reverse("tokens"),
        reverse("trusted_addresses"),
        reverse("origins"),
        at("origin_edit", rule=house.origin),
        at("trusted_delete", entry=house.trusted),
        reverse("tokens") + "?q=token&date=week&status=enabled",
        at("own_token_revoke", token=house.token),
        reverse("groups"),
        at("groups"),
        at("groups", q="m", people="gu", person=house.guest),
        reverse("group_choose"),
        at("group_edit"),
        at("group_accounts_add"),
        at("account_groups", account=house.member),
        at("account_users", account=house.member),
        at("group_user_add"),
        at("group_user_edit", house.guest),
        at("user_groups", house.guest),
        at("group_resources"),
        at("share_add", kind="role"),
        reverse("runtime_management"),
        reverse("runtimes_unattached"),
        reverse("runtimes_unattached") + "?q=m&filter=unavailable&sort=newest",
        reverse("attachment_add"),
        at("attachment_browse", runtime=house.heaven.attachment),
        reverse("clouds"),
        reverse("cloud_add"),
        at("cloud", cloud=house.heaven.cloud),
        at("cloud_remove", cloud=house.heaven.cloud),
        at("cluster_remove", cluster=house.heaven.cluster),
        at("cloud_quotas", cloud=house.heaven.cloud),
        at("quota_add", cloud=house.heaven.cloud),
        at("quota_edit", cloud=house.heaven.cloud, account=house.heaven.member),
        reverse("support_extend", kwargs={"grant": house.grant}),
        reverse("preview", kwargs={"preview": house.preview}),
        reverse("publisher"),
        at_connectors("developer", group=house.workshop.group),
        at_connectors("developer", q="t", group=house.workshop.group),
        at_connectors("connector_version", group=house.workshop.group, version=1),
        at_connectors("connector_release", connector=house.workshop.released),
        at_connectors("connector_visibility", connector=house.workshop.released),
        reverse("connectors"),
        reverse("connectors") + "?q=tool",
        reverse("component_add"),
    ]
    small: list[int] = []
    large: list[int] = []
    looked: list[int] = []
    client = signed_in(house.administrator, house.account)
    for page in pages:
        with counted(small):
            assert client.get(page).status_code == 200
    grow_clouds(house, grow(house))
    client = signed_in(
        house.administrator, house.account
    )  # after a minute or more a page notes that somebody is active
    for page in pages:
        Session.objects.update(
            active_at=datetime.now(UTC)
        )  # noting that somebody is there, once a minute, is no page's
        with counted(large):
            assert client.get(page).status_code == 200
    assert dict(zip(pages, large, strict=True)) == dict(zip(pages, small, strict=True))
    assert max(small) <= MOST
    for dialog in (
        at("group_remove"),
        at("group_accounts_remove", account=house.member),
        at("group_user_remove", house.guest),
        at("share_remove", kind="role", resource=house.role),
    ):
        with counted(looked):
            assert client.get(dialog).status_code == 200
    assert max(looked) <= MOST, "a preview looks account by account"


def test_paging_visits_every_user_once_in_both_directions() -> None:
    """Next to the end and previous to the start show each user exactly once, in order."""
    house = make_house("Acme")
    for n in range(60):
        hire(house, n, house.role)
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
