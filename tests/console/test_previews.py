"""What is taken away is shown before, and only what was shown is confirmed; what cannot be done says why."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import switch_feature
from tenantry.accounts.queries import existing_account
from tenantry.groups.commands import add_user_to_group
from tenantry.groups.queries import all_accounts_of, group_of
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.sharing.queries import is_shared_in
from tenantry.users.commands import add_user, change_user_roles
from tests.console.people import AT, House, make_house, signed_in

pytestmark = pytest.mark.django_db


def shown(answer: Any) -> dict[str, str]:
    """The hidden fields by which the page confirms what it shows."""
    page = answer.content.decode()
    return {
        name: found[1] for name in ("preview", "digest") if (found := re.search(rf'name="{name}" value="([^"]+)', page))
    }


def removal(house: House) -> str:
    """The dialog that takes the role off the group."""
    return f"{reverse('share_remove', kwargs={'kind': 'role'})}?group={house.group}&resource={house.role}"


def shares(house: House) -> bool:
    """Whether the group still shares it."""
    return is_shared_in(group_of(house.account, house.group), Kind.ROLE, house.role)


def test_only_what_was_shown_is_confirmed() -> None:
    """Without a preview, with an altered one, or with one of another act nothing is done; with the right one it is."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    right = shown(client.get(removal(house)))
    other = shown(client.get(f"{reverse('group_remove')}?group={house.group}"))
    for wrong in ({}, {**right, "digest": "0" * 64}, other, {**right, "preview": "x" * 5000}):
        answer = client.post(removal(house), wrong)
        assert answer.status_code == 409
        assert shown(answer).keys() == {"preview", "digest"}
        assert shares(house)
    assert client.post(removal(house), right).status_code == 303
    assert not shares(house)


def test_a_preview_is_its_makers_alone() -> None:
    """Somebody else of the same account, and whoever has lost the right meanwhile, does not see it."""
    house = make_house("Acme")
    eve = add_user(
        actor=OPERATOR,
        at=AT,
        account=house.account,
        email="eve@acme.example",
        first_name="Eve",
        last_name="Acme",
        roles={RoleId("ADMINISTRATOR")},
        notify=False,
    ).user
    page = reverse("preview", kwargs={"preview": house.preview})
    assert signed_in(house.administrator, house.account).get(page).status_code == 200
    assert signed_in(eve, house.account).get(page).status_code == 404
    limited = create_role(actor=OPERATOR, at=AT, account=house.account, name="L", privileges=["USER_MANAGEMENT"])
    change_user_roles(actor=OPERATOR, at=AT, account=house.account, user=house.administrator, roles={limited})
    assert signed_in(house.administrator, house.account).get(page).status_code == 403


def test_the_whole_list_can_be_downloaded() -> None:
    """As a file with a line for everybody concerned, under a name of its own."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    answer: Any = client.get(reverse("preview", kwargs={"preview": house.preview}), {"format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).splitlines()[0] == b"Account,Account ID,User,Locked out,Loses,Gains"
    assert client.get(reverse("preview", kwargs={"preview": house.preview}), {"start": "9" * 30}).status_code == 200


def _roles_section(client: Client, house: House) -> dict[str, Any]:
    answer = client.get(reverse("group_resources"), {"group": house.group})
    (section,) = (one for one in answer.context["sections"] if one["kind"] == "role")
    return dict(section)


def test_share_15_without_aus_nothing_is_added_but_what_is_shared_can_be_removed() -> None:
    """Add is off with the reason, its dialog is refused, and Remove still works."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    assert _roles_section(client, house)["why_not"] == ""
    switch_feature(actor=OPERATOR, at=AT, account=house.account, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    assert "Advanced User Security" in _roles_section(client, house)["why_not"]
    add = f"{reverse('share_add', kwargs={'kind': 'role'})}?group={house.group}"
    assert client.get(add).status_code == 409
    assert client.post(removal(house), shown(client.get(removal(house)))).status_code == 303
    assert not shares(house)


def test_share_9_models_are_shown_with_data_hub_alone() -> None:
    """Five sections in order, and Models as the sixth where Data Hub is on."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    usual = ["Clouds", "Connectors", "Roles", "Published Processes", "Integration Packs"]
    for feature_on, expected in ((False, usual), (True, [*usual, "Models"])):
        switch_feature(actor=OPERATOR, at=AT, account=house.account, feature=Feature.DATA_HUB, on=feature_on)
        answer = client.get(reverse("group_resources"))
        assert [section["heading"] for section in answer.context["sections"]] == expected


def test_grp_2_the_accounts_of_all_accounts_cannot_be_edited() -> None:
    """The page says so, and every dialog that would is refused, also one that was written by hand."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    everybody = all_accounts_of(house.account).id
    assert client.get(reverse("groups")).context["fixed"]
    for name in ("group_remove", "group_accounts_add", "group_accounts_remove"):
        address = f"{reverse(name)}?group={everybody}&account={house.member}"
        assert client.get(address).status_code == 409
        assert client.post(address, {"account": house.member}).status_code == 409
    edit = f"{reverse('group_edit')}?group={everybody}"
    assert client.post(edit, {"name": "Mine", "alert_level": "error"}).status_code == 303
    kept = all_accounts_of(house.account)
    assert (kept.name, kept.alert_level) == ("All Accounts", "error")


def test_a_feature_is_switched_past_what_that_does() -> None:
    """Somebody loses a privilege by it: shown first, done after the confirmation, and not before."""
    house = make_house("Acme")
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    switch_feature(**here, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True)
    role = create_role(**here, name="Reader of places", privileges=["ENV_MANAGEMENT_READ_ONLY"])
    change_user_roles(**here, user=house.bystander, roles={role})
    client = signed_in(house.administrator, house.account)
    answer = client.post(reverse("features"))
    assert "Environment Management Read Access" in answer.content.decode()
    assert Feature.ADVANCED_ENVIRONMENT_ACCESS in existing_account(house.account).features
    assert client.post(reverse("features"), shown(answer)).status_code == 303
    assert Feature.ADVANCED_ENVIRONMENT_ACCESS not in existing_account(house.account).features


def test_ui_2_shared_roles_are_not_offered_in_groups() -> None:
    """A group's dialog offers default roles and the primary's own, without any suffix (GRP-9)."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    answer = client.get(reverse("group_user_add"), {"group": house.group})
    offered = {option.value for group in answer.context["role_groups"] for option in group["options"]}
    assert house.role in offered
    assert "(shared)" not in answer.content.decode()


def test_grp_20_a_person_added_twice_is_told() -> None:
    """The dialog stays with what was typed and the reason."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    answer = client.post(
        f"{reverse('group_user_add')}?group={house.group}", {"email": "gil@acme.example", "roles": ["SUPPORT"]}
    )
    assert answer.status_code == 422
    assert "is in this group already" in answer.content.decode()
    with pytest.raises(Refused):
        add_user_to_group(
            actor=OPERATOR,
            at=AT,
            account=house.account,
            group=house.group,
            email="gil@acme.example",
            roles={RoleId("SUPPORT")},
        )
