"""The pages of integration packs: what they cost, and what they say."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tenantry.accounts.commands import change_account_status
from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.connectors.queries import connector_of
from tenantry.deploy.commands import create_package
from tenantry.environments.commands import create_environment
from tenantry.packs.commands import add_to_pack, create_pack, release_pack
from tenantry.packs.instances import attach_environments, install_pack
from tenantry.rules.vocabulary import OPERATOR, Status
from tests.console.people import AT, House, make_house, signed_in
from tests.console.test_page_queries import MOST, counted
from tests.store.factories import ADMINISTRATOR, a_user
from tests.store.shelves import a_component, a_pack, lend_pack
from tests.store.workplaces import an_environment
from tests.store.workshops import type_of

pytestmark = pytest.mark.django_db


def grow(house: House) -> None:
    """Twenty more of everything: components in the pack, packs, instances, environments that are attached or not."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT + timedelta(seconds=2), "account": house.account}
    for number in range(20):
        component = create_component(
            **here, folder=top_id(house.account), name=f"P {number}", type="process", format="xml", text="<p/>"
        )
        create_package(**here, component=component, version="1.0", shareable=True)
        add_to_pack(**here, pack=house.packs.pack, components={component})
        pack = create_pack(**here, name=f"More {number}", type="SINGLE")
        add_to_pack(**here, pack=pack, components={component})
        release_pack(**here, pack=pack)
        instance = install_pack(**here, pack=pack)
        places = {create_environment(**here, name=f"Place {number} {word}") for word in ("A", "B")}
        attach_environments(**here, instance=instance, environments=places)
        attach_environments(**here, instance=house.packs.instance, environments={min(places)})


def test_pages_of_packs_take_a_fixed_number_of_queries() -> None:
    """Twenty times the rows, the same number of queries."""
    house = make_house("Acme")
    pack, other = urlencode({"pack": house.packs.pack}), urlencode({"pack": house.packs.other})
    instance = urlencode({"instance": house.packs.instance})
    component = urlencode({"pack": house.packs.pack, "component": house.packs.process})
    pages = [
        reverse("packs"),
        reverse("packs") + "?q=pack",
        *(f"{reverse(name)}?{pack}" for name in ("pack", "pack_edit", "pack_remove", "pack_release")),
        *(f"{reverse(name)}?{pack}" for name in ("pack_release_day", "pack_component_add", "browse_pack")),
        f"{reverse('pack_component_version')}?{component}",
        reverse("installed_packs"),
        reverse("installed_packs") + "?q=pack",
        reverse("browse_packs"),
        f"{reverse('pack_install')}?{other}",
        *(f"{reverse(name)}?{instance}" for name in ("installed_pack", "pack_update", "pack_uninstall")),
    ]
    small: list[int] = []
    large: list[int] = []
    client = signed_in(house.administrator, house.account)
    for page in pages:
        with counted(small):
            assert client.get(page).status_code == 200, page
    grow(house)
    for page in pages:
        with counted(large):
            assert client.get(page).status_code == 200, page
    assert dict(zip(pages, large, strict=True)) == dict(zip(pages, small, strict=True))
    assert max(small) <= MOST


def test_pack_3_the_release_button_is_absent_when_nothing_changed() -> None:
    """Nothing is to be released of what is released or pending; with a newer version there is (PACK-5)."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)

    def shown(pack: str) -> str:
        return str(client.get(reverse("pack"), {"pack": pack}).content.decode())

    release = reverse("pack_release")
    for pack in (house.packs.pack, house.packs.other):
        text = shown(pack)
        for column in ("Component Name", "Component Type", "Current Version", "Pending Version", "Latest Version"):
            assert column in text
        assert (f"{release}?" in text) is (pack == house.packs.other)
    create_package(
        actor=OPERATOR,
        at=AT + timedelta(seconds=2),
        account=house.account,
        component=house.packs.process,
        version="7.2",
        shareable=True,
    )
    assert "Release Integration Pack" in shown(house.packs.pack)
    dialog = client.get(release, {"pack": house.packs.pack}).content.decode()
    assert "Release immediately" in dialog
    assert "Release on specified date" not in dialog, "one update is pending already"
    assert "Release on specified date" in client.get(release, {"pack": house.packs.other}).content.decode()


def test_env_6_packs_are_looked_for_after_ok() -> None:
    """The confirmation is shown while packs are attached, and refused then; runtimes are looked for before it."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    attach_environments(**here, instance=house.packs.instance, environments={house.environment})
    page = f"{reverse('environment_remove')}?{urlencode({'environment': house.environment})}"
    assert "Delete the environment" in client.get(page).content.decode()
    answer = client.post(page)
    assert answer.status_code == 422
    assert "has integration packs attached" in answer.content.decode()
    assert "Acme pack" in answer.content.decode()


def test_pack_6_attaching_anew_is_told() -> None:
    """Whoever drops the early update by it learns that."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    at = "?" + urlencode({"instance": house.packs.instance})
    place = {"environment": house.reports.environment}
    assert client.post(reverse("pack_update") + at).status_code == 303
    assert "Pending update applied" in client.get(reverse("installed_pack") + at).content.decode()
    client.post(reverse("pack_detach") + at, place)
    client.post(reverse("pack_attach") + at, place)
    assert "waits for its day" in client.get(reverse("installed_pack") + at).content.decode()


def test_conn_9_pages_name_the_connector_that_keeps_a_pack_from_being_attached() -> None:
    """Before it is installed, on its page, and where the form is sent all the same."""
    house = make_house("Acme")
    made: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    kind = type_of(house.account, house.workshop.fresh)
    process = a_component(house.account, "Mailer", text=f'<process connector-type="{kind}"/>')
    pack = a_pack(house.account, process, name="Mails")
    release_pack(**made, pack=pack)
    lend_pack(house.account, house.group, pack)
    spare = an_environment(house.member, "Spare")
    change_account_status(actor=OPERATOR, at=AT, account=house.member, status=Status.ACTIVE)
    client = signed_in(a_user(house.member, ADMINISTRATOR).id, house.member)
    name = connector_of(house.account, house.workshop.fresh).name
    blocked = f"It uses the connector {name}, which cannot be used in this account."
    browsed = client.get(reverse("browse_pack"), {"pack": pack}).content.decode()
    assert blocked in browsed
    assert "Cannot be used in this account" in browsed
    assert "CONN-9" in browsed
    assert reverse("pack_install") in browsed
    own = signed_in(house.administrator, house.account).get(reverse("browse_pack"), {"pack": pack}).content.decode()
    assert "Can be used" in own
    assert blocked not in own
    instance = install_pack(actor=OPERATOR, at=AT, account=house.member, pack=pack)
    assert blocked in client.get(reverse("installed_pack"), {"instance": instance}).content.decode()
    attach = f"{reverse('pack_attach')}?{urlencode({'instance': instance})}"
    answer = client.post(attach, {"environment": spare})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert f"Mails uses the connector {name}, which cannot be used in this account." in said
    assert f"{reverse('installed_pack')}?{urlencode({'instance': instance})}" in said, "the way back"
    assert "CONN-9" in said
