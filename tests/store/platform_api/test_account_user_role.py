"""AccountUserRole: direct roles of users, one call for each."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import RoleId
from tenantry.users.models import AccountUser, User, UserRole
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    PARTNER,
    SUPPORT,
    a_member,
    a_primary,
    a_role,
    a_user,
    entries,
    hold,
    lend,
    somebody,
    withdraw,
    words,
)
from tests.store.partners import Partner, Rival
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple

pytestmark = pytest.mark.django_db

ADMINISTRATORS = "fcb6dd44-0ca8-11e2-a477-1231381987a5"
STANDARD_USERS = "fcb6e2d0-0ca8-11e2-a477-1231381987a5"
SUPPORTS = "fcb6e474-0ca8-11e2-a477-1231381987a5"


@pytest.fixture
def max_(partner: Partner) -> Caller:
    """The administrator of a managed account."""
    return caller(partner.abc, partner.max)


def test_user_2_and_user_7_and_api_4_roles_are_given_and_taken_one_by_one(partner: Partner, max_: Caller) -> None:
    """USER-2: by Account Administration. The person is known, so that the names sent are passed over (USER-4)."""
    body = {
        "@type": "AccountUserRoleWhatever",
        "accountId": partner.abc,
        "userId": "NED@example.com",
        "roleId": SUPPORTS,
        "firstName": "Ignored",
        "lastName": "Too",
    }
    User.objects.filter(pk=partner.ned.id).update(first_name="Ned", last_name="Nobody")
    made = max_.post("AccountUserRole", body)
    assert made == {
        "@type": "AccountUserRole",
        "accountId": partner.abc,
        "firstName": "Ned",
        "id": made["id"],
        "lastName": "Nobody",
        "roleId": SUPPORTS,
        "userId": "ned@example.com",
    }
    assert made["id"].startswith("QUNDT1VOVF9V")
    assert (words(entries(partner.abc)[-1]), entries(partner.abc)[-1].source) == (("user", "ADD", "NONE"), "API")
    second = max_.post("AccountUserRole", body | {"roleId": STANDARD_USERS})
    assert words(entries(partner.abc)[-1]) == ("user", "UPDATE", "ROLE")
    assert max_.all_of("AccountUserRole", simple("userId", "EQUALS", "Ned@Example.com")) == [made, second]
    assert refusal(max_.send("POST", "AccountUserRole", body))[:2] == (400, "role_held_already")
    for method, path in (("GET", made["id"]), ("POST", made["id"]), ("POST", "bulk")):
        found = refusal(max_.send(method, f"AccountUserRole/{path}", {}))
        assert found[:2] == (400, "not_possible_by_call"), (method, path)
    assert max_.delete(f"AccountUserRole/{made['id']}") is True
    assert refusal(max_.send("DELETE", f"AccountUserRole/{made['id']}"))[:2] == (403, "not_there")
    assert max_.all_of("AccountUserRole", simple("userId", "EQUALS", "ned@example.com")) == [second]


def test_user_9_the_last_role_taken_takes_the_user_out_of_the_account(partner: Partner, max_: Caller) -> None:
    """With what this brings: no entry into the account, and an entry in its log."""
    [link] = max_.all_of("AccountUserRole", simple("userId", "EQUALS", partner.una.email))
    assert max_.delete(f"AccountUserRole/{link['id']}") is True
    assert not AccountUser.rows.of(partner.abc).filter(user_id=partner.una.id).exists()
    assert words(entries(partner.abc)[-1]) == ("user", "DELETE", "NONE")


def test_user_11_the_last_administrator_keeps_the_role(partner: Partner, max_: Caller) -> None:
    """By call as at the console, whether or not it is the last role."""
    max_.post("AccountUserRole", {"userId": partner.max.email, "roleId": SUPPORTS})
    [link] = max_.all_of("AccountUserRole", simple("roleId", "EQUALS", ADMINISTRATORS))
    assert refusal(max_.send("DELETE", f"AccountUserRole/{link['id']}"))[:2] == (400, "last_administrator")
    assert link in max_.all_of("AccountUserRole")


@pytest.mark.parametrize(("told", "number"), [(None, 1), (False, 0)])
def test_user_4_somebody_unknown_becomes_a_user_and_gets_a_mail_unless_the_call_says_no(
    partner: Partner, max_: Caller, told: object, number: int, django_capture_on_commit_callbacks: Any
) -> None:
    """With the names sent, or names in their place."""
    body = {"userId": "New.Comer@example.com", "roleId": STANDARD_USERS, "notifyUser": told}
    with django_capture_on_commit_callbacks(execute=True):
        made = max_.post("AccountUserRole", body)
    assert (made["userId"], made["firstName"], made["lastName"]) == ("New.Comer@example.com", "New", "User")
    assert len(mail.outbox) == number
    assert User.objects.get(email_key="new.comer@example.com").temporary_password
    named = {"userId": "two@example.com", "roleId": STANDARD_USERS, "firstName": "Two", "lastName": "Too"}
    assert max_.post("AccountUserRole", named | {"notifyUser": "false"})["lastName"] == "Too"


def test_account_user_role_in_xml(partner: Partner, max_: Caller) -> None:
    """Attributes alone, in and out."""
    body = (
        '<bns:AccountUserRole xmlns:bns="http://api.platform.boomi.com/" notifyUser="false"'
        f' userId="ned@example.com" roleId="{SUPPORTS}"/>'
    )
    root = etree.fromstring(max_.send("POST", "AccountUserRole", body.encode(), accept="application/xml").content)
    assert root.tag == "{http://api.platform.boomi.com/}AccountUserRole"
    assert (root.get("userId"), root.get("roleId"), len(root)) == ("ned@example.com", SUPPORTS, 0)
    gone = max_.send("DELETE", f"AccountUserRole/{root.get('id')}", accept="application/xml")
    assert etree.fromstring(gone.content).tag == "true"


def test_account_user_roles_are_found_by_every_property(partner: Partner, max_: Caller) -> None:
    """Grants that are over are not told, those to come are."""
    hold(partner.abc, partner.una, RoleId("SUPPORT"), ends=AT.replace(year=2020))
    hold(partner.abc, partner.una, RoleId("PRODUCTION_SUPPORT"), starts=AT.replace(year=2099))
    production = "fcb6e3b6-0ca8-11e2-a477-1231381987a5"
    pairs = {("max@example.com", ADMINISTRATORS), ("una@example.com", STANDARD_USERS), ("una@example.com", production)}
    for expression, found in (
        (simple("userId", "EQUALS", "MAX@example.com"), {("max@example.com", ADMINISTRATORS)}),
        (simple("USERID", "LIKE", "%EXAMPLE.COM"), pairs),
        (simple("roleId", "EQUALS", STANDARD_USERS), {("una@example.com", STANDARD_USERS)}),
        (simple("roleId", "NOT_EQUALS", ADMINISTRATORS), {pair for pair in pairs if pair[1] != ADMINISTRATORS}),
        (simple("accountId", "EQUALS", partner.abc), pairs),
        (simple("accountId", "NOT_EQUALS", partner.abc), set()),
        (
            grouping("or", simple("accountId", "EQUALS", partner.abc), simple("userId", "EQUALS", "max@example.com")),
            pairs,
        ),
    ):
        told = max_.all_of("AccountUserRole", expression)
        assert {(one["userId"], one["roleId"]) for one in told} == found, expression
    assert refusal(max_.send("POST", "AccountUserRole/query", {"QueryFilter": {"expression": simple("x", "IS_NULL")}}))[
        ::2
    ] == (400, "x does not exist")


def test_share_18_a_shared_role_is_told_while_it_is_shared(partner: Partner, max_: Caller) -> None:
    """SHARE-12: it is given and told by its id alone, and is gone with its share."""
    body = {"userId": partner.una.email, "roleId": partner.lent}
    assert refusal(max_.send("POST", "AccountUserRole", body))[:2] == (400, "role_not_assignable")
    lend(partner.home, partner.services, partner.lent)
    made = max_.post("AccountUserRole", body)
    assert max_.all_of("AccountUserRole", simple("roleId", "EQUALS", partner.lent)) == [made]
    withdraw(partner.home, partner.services, partner.lent)
    assert max_.all_of("AccountUserRole", simple("roleId", "EQUALS", partner.lent)) == []
    assert refusal(max_.send("DELETE", f"AccountUserRole/{made['id']}"))[:2] == (403, "not_there")


def test_account_user_role_refusals(partner: Partner, rival: Rival, max_: Caller) -> None:
    """Each with its status."""
    hosted = somebody("hosted2@example.com", external_id="host-8")
    good = {"userId": partner.ned.email, "roleId": STANDARD_USERS}
    for change, status, code in (
        ({"userId": None}, 400, ""),
        ({"userId": " "}, 400, ""),
        ({"roleId": None}, 400, ""),
        ({"userId": "no address"}, 400, "email_invalid"),
        ({"userId": "host-8"}, 400, "email_invalid"),
        ({"roleId": rival.role}, 400, "role_not_assignable"),
        ({"roleId": "STANDARD_USER"}, 400, "role_not_assignable"),
        ({"accountId": partner.home}, 403, "account_not_yours"),
        ({"userId": "new@example.com", "firstName": "x" * 200}, 400, "name_required"),
    ):
        assert refusal(max_.send("POST", "AccountUserRole", good | change))[:2] == (status, code), change
    assert not AccountUser.rows.of(partner.abc).filter(user_id__in=[hosted.id, partner.ned.id]).exists()
    plain = caller(partner.abc, a_user(partner.abc, a_role(partner.abc, "Managers", "API", "USER_MANAGEMENT")))
    assert refusal(plain.send("POST", "AccountUserRole", good))[:2] == (403, "not_held")
    abe = caller(partner.abc, a_user(partner.abc, a_role(partner.abc, "Administers", "API", "ACCOUNT_ADMIN")))
    assert refusal(abe.send("POST", "AccountUserRole", good | {"roleId": ADMINISTRATORS}))[:2] == (
        403,
        "not_yours_to_give",
    )
    [link] = max_.all_of("AccountUserRole", simple("userId", "EQUALS", partner.max.email))
    boss = caller(rival.home, rival.boss)
    assert refusal(boss.send("DELETE", f"AccountUserRole/{link['id']}"))[:2] == (403, "not_there")
    for id in ("x", "QUNDT1VOVF9V", "=" * 5, link["id"][:-4]):
        assert refusal(max_.send("DELETE", f"AccountUserRole/{id}"))[0] == 403, id


def test_user_2_account_administration_alone_manages_users_by_call(partner: Partner) -> None:
    """USER-9: the last role as well, without User Management, which the console asks for."""
    role, low = a_role(partner.abc, "Admin only", "API", "ACCOUNT_ADMIN"), a_role(partner.abc, "Low", "API")
    abe = caller(partner.abc, a_user(partner.abc, role))
    made = abe.post("AccountUserRole", {"userId": partner.ned.email, "roleId": low, "notifyUser": False})
    assert abe.delete(f"AccountUserRole/{made['id']}") is True
    assert not AccountUser.rows.of(partner.abc).filter(user_id=partner.ned.id).exists()


def test_account_user_roles_are_paged_and_cost_the_same_however_many() -> None:
    """Three or thirty; more than a hundred without repeating or skipping, while some go."""
    home = a_primary("Crowd")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    counted: list[int] = []
    made, first = 1, {}
    for upto in (3, 30, 130):
        people = [User(email=f"p{n}@example.com", email_key=f"p{n}@example.com") for n in range(made, upto)]
        for person in User.objects.bulk_create(people):
            AccountUser.rows.of(home).bulk_create([AccountUser(account_id=home, user=person)])
            UserRole.rows.of(home).bulk_create([UserRole(account_id=home, user=person, role_id=SUPPORT)])
        made = upto
        ann.post("AccountUserRole/query")
        with CaptureQueriesContext(connection) as queried:
            first = ann.post("AccountUserRole/query")
        assert first["numberOfResults"] == upto
        counted.append(len(queried))
    assert counted[0] == counted[1]
    assert ann.delete(f"AccountUserRole/{first['result'][7]['id']}") is True
    second = ann.post("AccountUserRole/queryMore", first["queryToken"])
    ids = [one["id"] for one in (*first["result"], *second["result"])]
    assert len(ids) == len(set(ids)) == 130
    assert (len(second["result"]), second["numberOfResults"], "queryToken" in second) == (30, 129, False)


def test_a_partner_gives_roles_in_an_account_it_manages() -> None:
    """By override, as a user there; the entry says so there."""
    home = a_primary("Overriding", PARTNER | {Feature.PARTNER_API})
    member = a_member(home, "Overridden")
    ann = a_user(home, ADMINISTRATOR)
    a_user(member, ADMINISTRATOR, email=ann.email)
    partner = caller(home, ann, base="/partner/api/rest/v1")
    body = {"userId": "overridden@example.com", "roleId": STANDARD_USERS, "notifyUser": False}
    made = partner.post(f"AccountUserRole?overrideAccount={member}", body)
    assert made["accountId"] == member
    assert entries(member)[-1].source == "API"
