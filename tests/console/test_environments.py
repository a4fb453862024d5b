"""Runtime Management in the console: what each may see, change and not change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import create_account, switch_feature
from tenantry.environments.commands import attach_roles, create_environment
from tenantry.environments.models import Environment
from tenantry.environments.queries import environments_in
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, RoleId
from tenantry.runtimes.commands import attach_runtime, install_runtime, issue_installer_token
from tenantry.runtimes.models import Runtime
from tenantry.runtimes.queries import names_attached
from tenantry.users.commands import add_user
from tests.console.people import AT, signed_in
from tests.store.partners import around_all_tests

pytestmark = pytest.mark.django_db

FEATURES = frozenset(
    {Feature.ADVANCED_USER_SECURITY, Feature.ENVIRONMENTS_UNLIMITED, Feature.ADVANCED_ENVIRONMENT_ACCESS}
)


@dataclass(frozen=True)
class Plant:
    """An account with environments Dev (for the role Dev) and Open (for everybody), and a runtime in Dev.

    `ada` administers it, `dev` holds Dev, `view` Runtime Management Read Access, `nar` Dev and a role that narrows
    where it is attached, `out` Runtime Management by a role that is on no list.
    """

    account: AccountId
    dev_environment: EnvironmentId
    open_environment: EnvironmentId
    runtime: str
    people: dict[str, int]
    roles: dict[str, RoleId]

    def browser(self, who: str) -> Client:
        """A browser in which somebody is signed in."""
        return signed_in(self.people[who], self.account)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Plant]:
    """The plant, made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield make_plant()


@pytest.fixture
def plant(made: Plant, db: None) -> Plant:
    """The plant."""
    return made


def make_plant() -> Plant:
    """Make it."""
    account = create_account(actor=OPERATOR, at=AT, name="Plant", features=FEATURES)
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": account}
    wanted_roles = {
        "Dev": ["ATOM_MANAGEMENT", "DEPLOY"],
        "View": ["ATOM_MANAGEMENT_READ_ONLY"],
        "Narrow": ["ENV_MANAGEMENT_READ_ONLY"],
        "Out": ["ATOM_MANAGEMENT"],
    }
    roles = {name: create_role(**here, name=name, privileges=held) for name, held in wanted_roles.items()}
    wanted = {
        "ada": {RoleId("ADMINISTRATOR")},
        "dev": {roles["Dev"]},
        "view": {roles["View"]},
        "nar": {roles["Dev"], roles["Narrow"]},
        "out": {roles["Out"]},
    }
    people = {
        who: add_user(
            **here, email=f"{who}@plant.example", first_name=who, last_name="X", roles=held, notify=False
        ).user
        for who, held in wanted.items()
    }
    dev = create_environment(**here, name="Dev", classification="TEST")
    free = create_environment(**here, name="Open")
    attach_roles(**here, environment=dev, roles=frozenset({roles["Dev"]}))
    runtime, _ = install_runtime(at=AT, token=issue_installer_token(**here), name="Engine")
    attach_runtime(**here, runtime=runtime, environment=dev)
    return Plant(account, dev, free, runtime, people, roles)


def page(client: Client, name: str = "runtime_management", **query: str) -> str:
    """A page that opens."""
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


def tiles(text: str) -> list[str]:
    """The names on the tiles."""
    return re.findall(r'class="tile"><h2><a [^>]*>([^<]*)</a>', text)


def test_env_13_tiles_leave_out_what_is_not_accessible(plant: Plant) -> None:
    """Each sees what the gate lets them into, and is refused by name behind it (scenario 42)."""
    assert tiles(page(plant.browser("ada"))) == ["Dev", "Open"]
    assert tiles(page(plant.browser("dev"))) == ["Dev", "Open"]
    out = plant.browser("out")
    assert tiles(page(out)) == ["Open"]
    answer = out.get(reverse("environment"), {"environment": plant.dev_environment})
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "Rule ENV-9" in text
    assert "restricted to Dev" in text
    for name in ("environment_remove", "environment_detach"):
        assert out.get(reverse(name), {"environment": plant.dev_environment}).status_code == 403


def test_env_22_a_tile_shows_runtimes_id_classification_and_restriction(plant: Plant) -> None:
    """All of them, and with Advanced Environment Access the level (ENV-20)."""
    text = page(plant.browser("dev"))
    dev = text.split('class="tile"')[1]
    for shown in ("Dev", plant.dev_environment, "Test", "Number of Runtimes</dt><dd>1", "Restricted To Specific Roles"):
        assert shown in dev
    assert ">Full<" in dev
    free = text.split('class="tile"')[2]
    assert "Restricted To Specific Roles" not in free
    assert "Production" in free
    attach_roles(
        actor=OPERATOR,
        at=AT,
        account=plant.account,
        environment=plant.dev_environment,
        roles=frozenset({plant.roles["Narrow"]}),
    )
    assert ">Read<" in page(plant.browser("nar")).split('class="tile"')[1]
    switch_feature(actor=OPERATOR, at=AT, account=plant.account, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=False)
    assert ">Full<" not in page(plant.browser("dev"))


@pytest.mark.parametrize("who", ["view", "nar"])
def test_priv_7_the_read_only_variant_has_no_action_that_saves(plant: Plant, who: str) -> None:
    """No form that posts but the sign-out, no link to a dialog, on every tab; and posting all the same is refused."""
    attach_roles(
        actor=OPERATOR,
        at=AT,
        account=plant.account,
        environment=plant.dev_environment,
        roles=frozenset({plant.roles["View"], plant.roles["Narrow"]}),
    )
    client = plant.browser(who)
    for tab in ("properties", "runtimes", "schedules", "roles"):
        text = page(client, "environment", environment=plant.dev_environment, tab=tab)
        main = text.split("<main")[1].split("</main>")[0]
        assert 'method="post"' not in main
        assert 'hx-target="#dialog-body"' not in main
        assert "read-only" in main or "changes nothing" in main
    address = f"{reverse('environment')}?environment={plant.dev_environment}"
    answer = client.post(address, {"name": "Mine"})
    assert answer.status_code in {403, 422}
    assert environments_in(plant.account)[plant.dev_environment].name == "Dev"
    for name in ("runtime_rename", "runtime_detach", "runtime_remove"):
        client.post(f"{reverse(name)}?runtime={plant.runtime}", {"name": "Mine"})
    assert names_attached(plant.account, plant.dev_environment) == ("Engine",)


def test_priv_7_runtimes_are_looked_through_without_the_right_to_change_them(plant: Plant) -> None:
    """The tab searches, filters and sorts as its address says; words that it does not know ask nothing."""
    client = plant.browser("view")
    attach_roles(
        actor=OPERATOR,
        at=AT,
        account=plant.account,
        environment=plant.dev_environment,
        roles=frozenset({plant.roles["View"]}),
    )
    here = {"environment": plant.dev_environment, "tab": "runtimes"}
    found = page(client, "environment", **here, q="eng", filter="local", sort="newest")
    assert '<th scope="row" class="lead">Engine' in found
    for chosen in ('value="local" selected', 'value="newest" selected', 'value="eng"'):
        assert chosen in found
    for query in ({"q": "mill"}, {"filter": "unavailable"}):
        text = page(client, "environment", **here, **query)
        assert "No runtimes found" in text
        assert 'id="runtime-search"' in text
    assert '<th scope="row" class="lead">Engine' in page(client, "environment", **here, filter="x", sort="x")
    text = page(client, "runtimes_unattached")
    assert "No unattached runtime" in text
    assert 'id="runtime-search"' not in text


def test_env_5_runtime_management_alone_renames_and_attaches(plant: Plant) -> None:
    """It neither makes environments nor edits lists: those actions are not there, and refused (scenario 46)."""
    client = plant.browser("dev")
    text = page(client, "environment", environment=plant.dev_environment, tab="roles")
    assert "needs Runtime Management and Environment Management" in text
    assert "Add selected roles" not in text
    assert reverse("environment_add") not in page(client)
    refused = client.post(reverse("environment_add"), {"name": "New", "classification": "TEST"})
    assert refused.status_code == 403
    address = f"{reverse('environment')}?environment={plant.dev_environment}"
    assert client.post(address, {"name": "Staging"}).status_code == 303
    moved = client.post(f"{reverse('runtime_attach')}?runtime={plant.runtime}", {"to": plant.open_environment})
    assert moved.status_code == 303
    assert names_attached(plant.account, plant.open_environment) == ("Engine",)


def test_env_8_and_10_the_tab_roles(plant: Plant) -> None:
    """Both lists, the help line of Environment Management, "Add a role"; attaching and detaching, with the question
    before the last one goes (ENV-21, ENV-23).
    """
    client = plant.browser("ada")
    text = page(client, "environment", environment=plant.dev_environment, tab="roles")
    assert "Any role with Environment Management privilege has access by default." in text
    assert f'href="{reverse("role_add")}"' in text
    attach = f"{reverse('environment_attach')}?environment={plant.dev_environment}"
    assert client.post(attach, {"role": [plant.roles["View"], "SUPPORT"]}).status_code == 303
    listed = environments_in(plant.account)[plant.dev_environment].roles
    assert listed == {plant.roles["Dev"], plant.roles["View"], "SUPPORT"}
    detach = f"{reverse('environment_detach')}?environment={plant.dev_environment}"
    assert client.post(detach, {"role": ["SUPPORT"]}).status_code == 303
    asked = client.post(detach, {"role": [plant.roles["Dev"], plant.roles["View"]]})
    assert asked.status_code == 200
    assert "open to everybody" in asked.content.decode()
    assert len(environments_in(plant.account)[plant.dev_environment].roles) == 2
    sure: dict[str, Any] = {"role": [plant.roles["Dev"], plant.roles["View"]], "confirmed": "1"}
    assert client.post(detach, sure).status_code == 303
    assert environments_in(plant.account)[plant.dev_environment].roles == frozenset()


def test_env_21_a_role_added_from_the_page_is_the_accounts_and_is_not_attached(plant: Plant) -> None:
    """The link opens Add/Edit Role; what it saves is offered under Available Roles, and the list is as it was."""
    client = plant.browser("ada")
    tab = {"environment": plant.dev_environment, "tab": "roles"}
    before = environments_in(plant.account)[plant.dev_environment].roles
    address = re.findall(r'href="([^"]*)"[^>]*>Add a role<', page(client, "environment", **tab))[0]
    saved = client.post(address, {"name": "Fresh", "description": "", "inherits": "", "privileges": ["EXECUTE"]})
    assert saved.status_code == 303
    assert environments_in(plant.account)[plant.dev_environment].roles == before
    offered = page(client, "environment", **tab).split('id="available-title"')[1]
    assert "Fresh" in offered


def test_env_2_basic_accounts_are_not_asked_for_a_classification(plant: Plant) -> None:
    """The field is hidden, and what is made is Production."""
    switch_feature(actor=OPERATOR, at=AT, account=plant.account, feature=Feature.ENVIRONMENTS_UNLIMITED, on=False)
    client = plant.browser("ada")
    assert 'name="classification"' not in page(client, "environment_add")
    assert client.post(reverse("environment_add"), {"name": "New"}).status_code == 303
    assert Environment.rows.of(plant.account).get(name="New").classification == "PROD"
    assert "Environment Type</dt><dd>Basic" in page(client, "account_information")


def test_env_1_a_name_taken_is_told_at_its_field(plant: Plant) -> None:
    """In the dialog and on the page; what was typed stays."""
    client = plant.browser("ada")
    for address, data in (
        (reverse("environment_add"), {"name": "Open", "classification": "TEST"}),
        (f"{reverse('environment')}?environment={plant.dev_environment}", {"name": "Open"}),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "There is an environment named" in text
        assert 'value="Open"' in text


def test_env_6_deleting_tells_of_runtimes_before_it_asks(plant: Plant) -> None:
    """With runtimes there is nothing to confirm; without them it goes."""
    client = plant.browser("ada")
    asked = page(client, "environment_remove", environment=plant.dev_environment)
    assert "Engine" in asked
    assert ">Delete</button>" not in asked
    assert ">Delete</button>" in page(client, "environment_remove", environment=plant.open_environment)
    gone = client.post(f"{reverse('environment_remove')}?environment={plant.open_environment}")
    assert gone.status_code == 303
    assert list(environments_in(plant.account)) == [plant.dev_environment]


def test_role_14_removing_a_role_names_what_it_opens(plant: Plant) -> None:
    """The dialog says beforehand which environments would be open to everybody (scenario 52)."""
    tag = create_role(actor=OPERATOR, at=AT, account=plant.account, name="Tag")
    attach_roles(
        actor=OPERATOR,
        at=AT,
        account=plant.account,
        environment=plant.open_environment,
        roles=frozenset({tag}),
    )
    text = plant.browser("ada").get(reverse("role_remove", kwargs={"role": tag})).content.decode()
    assert "Environment <b>Open</b>" in text


def test_the_installer_token_is_shown_once(plant: Plant) -> None:
    """Before it is made nothing is shown, and afterwards it is nowhere to be read."""
    client = plant.browser("dev")
    assert 'id="installer-token"' not in page(client, "runtime_install")
    made = client.post(reverse("runtime_install")).content.decode()
    token = re.findall(r'id="installer-token">([^<]+)<', made)[0]
    assert install_runtime(at=AT, token=token, name="New")[0]
    assert token not in page(client)


def test_the_runtimes_of_an_environment_are_paged(plant: Plant) -> None:
    """Each is on one page, and their number on the tab Properties."""
    rows = (
        Runtime(
            id=f"many-{n}",
            account_id=plant.account,
            name=f"Many {n:02}",
            environment_id=plant.open_environment,
            digest=f"{n:064}",
            installed_at=AT,
        )
        for n in range(60)
    )
    Runtime.rows.of(plant.account).bulk_create(rows)
    client = plant.browser("ada")
    first = page(client, "environment", environment=plant.open_environment, tab="runtimes")
    found = re.search(r'after=([^"&]+)" rel="next"', first)
    assert found is not None
    rest = page(client, "environment", environment=plant.open_environment, tab="runtimes", after=found[1])
    names = re.findall(r'class="lead">(Many \d\d)<', first + rest)
    assert names == [f"Many {n:02}" for n in range(60)]
    assert "60 runtimes" in first
    assert "<dd>60</dd>" in page(client, "environment", environment=plant.open_environment)


def test_why_answers_for_an_environment(plant: Plant) -> None:
    """What opened it, or what would."""
    client = plant.browser("out")
    text = page(client, "why", privilege="ATOM_MANAGEMENT", environment=plant.dev_environment)
    assert "may not" in text
    assert "Give the user the role Dev" in text
    text = page(plant.browser("dev"), "why", privilege="DEPLOY", environment=plant.dev_environment)
    assert "open to holders of Dev (ENV-9)" in text


def test_the_leaks_page_tells_and_asks_for_a_right(plant: Plant) -> None:
    """Advice for those who manage environments or users."""
    text = page(plant.browser("ada"), "leaks")
    assert "the list is empty" in text
    assert plant.browser("dev").get(reverse("leaks")).status_code == 403


def test_pages_take_a_fixed_number_of_queries(plant: Plant) -> None:
    """Whatever the number of environments, roles and runtimes."""
    client = plant.browser("ada")
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": plant.account}

    def asked() -> list[int]:
        counts = []
        for name, query in (
            ("runtime_management", {}),
            ("environment", {"environment": plant.dev_environment, "tab": "roles"}),
            ("environment", {"environment": plant.dev_environment, "tab": "runtimes"}),
            ("leaks", {}),
        ):
            page(client, name, **query)
            with CaptureQueriesContext(connection) as queries:
                page(client, name, **query)
            counts.append(len(queries))
        return counts

    before = asked()
    for number in range(30):
        made = create_environment(**here, name=f"More {number}")
        role = create_role(**here, name=f"Role {number}")
        attach_roles(**here, environment=made, roles=frozenset({role}))
        runtime, _ = install_runtime(at=AT, token=issue_installer_token(**here), name=f"Engine {number}")
        attach_runtime(**here, runtime=runtime, environment=plant.dev_environment if number % 2 else made)
    assert asked() == before


def test_many_environments_are_paged_and_searched(plant: Plant) -> None:
    """Sixty to a page, each once; the search finds by name and id."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": plant.account}
    names = [f"E{number:03}" for number in range(150)]
    for name in names:
        create_environment(**here, name=name)
    client = plant.browser("ada")
    seen: list[str] = []
    text = page(client)
    while True:
        seen += tiles(text)
        onward = re.findall(r'href="([^"]*)"[^>]*>Next<', text)
        if not onward:
            break
        text = client.get(reverse("runtime_management") + onward[0].replace("&amp;", "&")).content.decode()
    assert seen == ["Dev", *names, "Open"]
    assert tiles(page(client, q="E14")) == [name for name in names if name.startswith("E14")]
    assert tiles(page(client, q=plant.open_environment)) == ["Open"]
    assert tiles(page(client, **{"from": "nothing"}))[0] == "Dev"
