"""AccountGroupAccount and AccountGroupUserRole: who is in the groups of a primary."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from tenantry.accounts.commands import delete_account
from tenantry.groups.models import GroupUser, GroupUserRole
from tenantry.rules.vocabulary import OPERATOR
from tenantry.users.models import User
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    entries,
    hold_in_group,
    somebody,
    words,
)
from tests.store.partners import Partner, Rival, can
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple

pytestmark = pytest.mark.django_db

SUPPORTS = "fcb6e474-0ca8-11e2-a477-1231381987a5"
STANDARD_USERS = "fcb6e2d0-0ca8-11e2-a477-1231381987a5"


@pytest.fixture
def ann(partner: Partner) -> Caller:
    """The administrator of the primary."""
    return caller(partner.home, partner.ann)


def test_api_4_an_account_in_a_group_is_a_link_with_an_id_of_its_ends(partner: Partner, ann: Caller) -> None:
    """Created, queried and deleted; it is reached and left at once (GRP-16, GRP-17)."""
    body = {"@type": "x", "accountGroupId": partner.services, "accountId": partner.ghi}
    before = can(partner.serv, partner.ghi)
    assert "BUILD" not in before
    made = ann.post("AccountGroupAccount", body)
    assert made == {
        "@type": "AccountGroupAccount",
        "accountGroupId": partner.services,
        "accountId": partner.ghi,
        "id": made["id"],
    }
    assert set(made["id"]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert "BUILD" in can(partner.serv, partner.ghi)
    assert made in ann.all_of("AccountGroupAccount")
    assert refusal(ann.send("POST", "AccountGroupAccount", body))[:2] == (400, "already_in_group")
    for method, path in (("GET", made["id"]), ("POST", made["id"]), ("POST", "bulk")):
        found = refusal(ann.send(method, f"AccountGroupAccount/{path}", {}))
        assert found[:2] == (400, "not_possible_by_call"), (method, path)
    assert ann.delete(f"AccountGroupAccount/{made['id']}") is True
    assert can(partner.serv, partner.ghi) == before
    assert refusal(ann.send("DELETE", f"AccountGroupAccount/{made['id']}"))[:2] == (403, "not_there")
    assert words(entries(partner.home)[-1]) == ("as.accountgroup.account", "DELETE", "NONE")


def test_grp_2_all_accounts_lists_every_managed_account_and_is_fixed(partner: Partner, ann: Caller) -> None:
    """By both properties; the links of All Accounts are neither made nor deleted."""
    everybody, services = partner.everybody, partner.services
    pairs = {(everybody, one) for one in (partner.abc, partner.def_, partner.ghi)}
    pairs |= {(services, partner.abc), (services, partner.def_)}
    every = ann.all_of("AccountGroupAccount")
    assert {(one["accountGroupId"], one["accountId"]) for one in every} == pairs
    for expression, found in (
        (simple("accountGroupId", "EQUALS", everybody), {pair for pair in pairs if pair[0] == everybody}),
        (simple("accountId", "EQUALS", partner.abc), {(everybody, partner.abc), (services, partner.abc)}),
        (simple("accountid", "STARTS_WITH", partner.ghi[:8]), {(everybody, partner.ghi)}),
        (simple("accountId", "NOT_EQUALS", partner.abc), {pair for pair in pairs if pair[1] != partner.abc}),
        (
            grouping("and", simple("accountId", "LIKE", "doc%"), simple("accountGroupId", "EQUALS", services)),
            {(services, partner.abc), (services, partner.def_)},
        ),
        (simple("accountId", "IS_NULL"), set()),
    ):
        told = ann.all_of("AccountGroupAccount", expression)
        assert {(one["accountGroupId"], one["accountId"]) for one in told} == found, expression
    [link] = [one["id"] for one in every if (one["accountGroupId"], one["accountId"]) == (everybody, partner.abc)]
    assert refusal(ann.send("DELETE", f"AccountGroupAccount/{link}"))[:2] == (400, "all_accounts_fixed")
    body = {"accountGroupId": everybody, "accountId": partner.abc}
    assert refusal(ann.send("POST", "AccountGroupAccount", body))[:2] == (400, "all_accounts_fixed")


def test_acc_14_a_deleted_account_is_in_no_group(partner: Partner, ann: Caller) -> None:
    """Not in All Accounts either, nor among those the primary manages."""
    delete_account(actor=OPERATOR, at=AT, account=partner.abc)
    assert ann.all_of("AccountGroupAccount", simple("accountId", "EQUALS", partner.abc)) == []
    assert partner.abc not in {one["accountId"] for one in ann.all_of("Account")}
    assert refusal(ann.send("GET", f"Account/{partner.abc}"))[:2] == (403, "not_there")


def test_account_group_account_in_xml(partner: Partner, ann: Caller) -> None:
    """Attributes alone."""
    body = (
        f'<AccountGroupAccount xmlns="http://api.platform.boomi.com/" accountGroupId="{partner.services}"'
        f' accountId="{partner.ghi}"/>'
    )
    root = etree.fromstring(ann.send("POST", "AccountGroupAccount", body.encode(), accept="text/xml").content)
    assert (root.get("accountGroupId"), root.get("accountId")) == (partner.services, partner.ghi)


def test_grp_23_only_managed_accounts_get_into_groups(partner: Partner, rival: Rival, ann: Caller) -> None:
    """Never the primary itself (GRP-4); what is missing is named."""
    for body, code in (
        ({"accountGroupId": partner.services, "accountId": partner.home}, "not_managed_here"),
        ({"accountGroupId": partner.services, "accountId": rival.member}, "not_managed_here"),
        ({"accountGroupId": partner.services, "accountId": "nobody-AAAAAA"}, "not_managed_here"),
        ({"accountGroupId": rival.group, "accountId": partner.ghi}, "group_not_found"),
        ({"accountId": partner.ghi}, ""),
        ({"accountGroupId": partner.services}, ""),
    ):
        assert refusal(ann.send("POST", "AccountGroupAccount", body))[:2] == (400, code), body
    there = caller(partner.abc, partner.max)
    assert refusal(there.send("POST", "AccountGroupAccount/query"))[:2] == (403, "feature_missing")
    boss = caller(rival.home, rival.boss)
    [link] = boss.all_of("AccountGroupAccount", simple("accountGroupId", "EQUALS", rival.group))
    assert refusal(ann.send("DELETE", f"AccountGroupAccount/{link['id']}"))[:2] == (403, "not_there")


def test_accounts_of_groups_are_paged_without_repeating_or_skipping() -> None:
    """More than a hundred, while others leave."""
    home = a_primary("Long")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    members = [a_member(home, f"m{number}", frozenset()) for number in range(60)]
    a_group(home, "Half", members=members[:55])
    first = ann.post("AccountGroupAccount/query")
    assert (len(first["result"]), first["numberOfResults"]) == (100, 115)
    second = ann.post("AccountGroupAccount/queryMore", first["queryToken"])
    ids = [one["id"] for one in (*first["result"], *second["result"])]
    assert "queryToken" not in second
    assert len(ids) == len(set(ids)) == 115
    assert ann.delete(f"AccountGroupAccount/{_of_group(ann, 'Half', first)}") is True
    again = ann.post("AccountGroupAccount/queryMore", first["queryToken"])
    assert again["result"] == second["result"]


def _of_group(ann: Caller, name: str, page: dict[str, list[dict[str, str]]]) -> str:
    """The id of a link of this group that is on the page."""
    [group] = ann.all_of("AccountGroup", simple("name", "EQUALS", name))
    return next(one["id"] for one in page["result"] if one["accountGroupId"] == group["id"])


# ---- people --------------------------------------------------------------------------------------------------------


def test_api_4_a_role_in_a_group_is_a_link_of_three(partner: Partner, ann: Caller) -> None:
    """GRP-7, GRP-8: the first one puts somebody into the group, the last one takes the person out of it."""
    body = {
        "accountGroupId": partner.services,
        "userId": "NED@example.com",
        "roleId": SUPPORTS,
        "firstName": "Ignored",
        "notifyUser": False,
    }
    User.objects.filter(pk=partner.ned.id).update(first_name="Ned", last_name="Nobody")
    made = ann.post("AccountGroupUserRole", body)
    assert made == {
        "@type": "AccountGroupUserRole",
        "accountGroupId": partner.services,
        "firstName": "Ned",
        "id": made["id"],
        "lastName": "Nobody",
        "roleId": SUPPORTS,
        "userId": "ned@example.com",
    }
    assert words(entries(partner.home)[-1]) == ("as.accountgroup.user", "ADD", "NONE")
    own = a_role(partner.home, "Own of the primary", "EXECUTE")
    second = ann.post("AccountGroupUserRole", body | {"roleId": own})
    assert (second["roleId"], words(entries(partner.home)[-1])) == (own, ("as.accountgroup.user", "UPDATE", "ROLE"))
    assert refusal(ann.send("POST", "AccountGroupUserRole", body))[:2] == (400, "role_held_already")
    mine = ann.all_of("AccountGroupUserRole", simple("userId", "EQUALS", "Ned@Example.com"))
    assert mine == [made, second]
    assert ann.delete(f"AccountGroupUserRole/{made['id']}") is True
    assert refusal(ann.send("DELETE", f"AccountGroupUserRole/{made['id']}"))[:2] == (403, "not_there")
    assert ann.all_of("AccountGroupUserRole", simple("userId", "EQUALS", "ned@example.com")) == [second]
    assert ann.delete(f"AccountGroupUserRole/{second['id']}") is True
    assert words(entries(partner.home)[-1]) == ("as.accountgroup.user", "DELETE", "NONE")
    assert not GroupUser.rows.of(partner.home).filter(user_id=partner.ned.id).exists()


@pytest.mark.parametrize(("told", "number"), [(None, 1), (True, 1), (False, 0)])
def test_grp_11_whoever_comes_into_a_group_is_told_unless_the_call_says_no(
    partner: Partner, ann: Caller, told: object, number: int, django_capture_on_commit_callbacks: object
) -> None:
    """By default they are."""
    body = {"accountGroupId": partner.services, "userId": partner.ned.email, "roleId": SUPPORTS, "notifyUser": told}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        ann.post("AccountGroupUserRole", body)
    assert len(mail.outbox) == number


def test_group_roles_are_found_by_every_property(partner: Partner, ann: Caller) -> None:
    """Grants that are over are not told."""
    hold_in_group(partner.home, partner.services, partner.ned, SUPPORT, ends=AT.replace(year=2020))
    services, everybody = partner.services, partner.everybody
    for expression, found in (
        (simple("accountGroupId", "EQUALS", services), {(services, STANDARD_USERS)}),
        (simple("USERID", "EQUALS", "SERV@EXAMPLE.COM"), {(services, STANDARD_USERS), (everybody, SUPPORTS)}),
        (simple("userId", "NOT_LIKE", "serv%"), set()),
        (simple("roleId", "EQUALS", SUPPORTS), {(everybody, SUPPORTS)}),
        (simple("roleId", "NOT_EQUALS", SUPPORTS), {(services, STANDARD_USERS)}),
        (simple("roleId", "IS_NOT_NULL"), {(services, STANDARD_USERS), (everybody, SUPPORTS)}),
    ):
        told = ann.all_of("AccountGroupUserRole", expression)
        assert {(one["accountGroupId"], one["roleId"]) for one in told} == found, expression
    root = etree.fromstring(ann.send("POST", "AccountGroupUserRole/query", accept="application/xml").content)
    assert root.get("numberOfResults") == "2"
    assert {one.get("userId") for one in root.iterfind("{*}result")} == {"serv@example.com"}


def test_grp_10_and_grp_9_who_and_which_roles_get_into_groups(partner: Partner, rival: Rival, ann: Caller) -> None:
    """Known people who have signed in, and roles of the primary."""
    never = somebody("never@example.com", signed_in=False)
    hosts = somebody("hosted@example.com", external_id="host-7")
    good = {"accountGroupId": partner.services, "userId": partner.ned.email, "roleId": SUPPORTS}
    for change, code in (
        ({"userId": never.email}, "never_signed_in"),
        ({"userId": "nobody@example.com"}, "never_signed_in"),
        ({"userId": "host-7"}, "never_signed_in"),
        ({"roleId": rival.role}, "role_not_for_groups"),
        ({"roleId": "none"}, "role_not_for_groups"),
        ({"accountGroupId": rival.group}, "group_not_found"),
        ({"userId": None}, ""),
        ({"roleId": ""}, ""),
        ({"accountGroupId": None}, ""),
    ):
        assert refusal(ann.send("POST", "AccountGroupUserRole", good | change))[:2] == (400, code), change
    assert not GroupUserRole.rows.of(partner.home).filter(user_id__in=[partner.ned.id, hosts.id]).exists()
    una = caller(partner.home, a_user(partner.home, STANDARD_USER, a_role(partner.home, "calls", "API")))
    assert refusal(una.send("POST", "AccountGroupUserRole", good))[:2] == (403, "not_held")


def test_granting_more_than_one_holds_is_refused_by_call_as_well(partner: Partner) -> None:
    """What the console refuses, calls refuse (ROLE-18)."""
    role = a_role(partner.home, "Account admins", "API", "ACCOUNT_ADMIN")
    abe = caller(partner.home, a_user(partner.home, role))
    body = {
        "accountGroupId": partner.services,
        "userId": partner.ned.email,
        "roleId": "fcb6dd44-0ca8-11e2-a477-1231381987a5",
    }
    assert refusal(abe.send("POST", "AccountGroupUserRole", body))[:2] == (403, "not_yours_to_give")


def test_a_page_of_links_costs_the_same_however_many() -> None:
    """Three or thirty, of both."""
    home = a_primary("Many links")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    group, counted, made = a_group(home, "One"), [], 0
    for upto in (3, 30):
        while made < upto:
            a_member(home, f"m{made}", frozenset())
            hold_in_group(home, group, somebody(), SUPPORT)
            made += 1
        ann.post("AccountGroupAccount/query")
        with CaptureQueriesContext(connection) as accounts:
            assert ann.post("AccountGroupAccount/query")["numberOfResults"] == upto
        with CaptureQueriesContext(connection) as roles:
            assert ann.post("AccountGroupUserRole/query")["numberOfResults"] == upto
        counted.append((len(accounts), len(roles)))
    assert counted[0] == counted[1]
