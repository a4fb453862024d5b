"""Data Hub as pages: drafts edited a change at a time, versions, copying shared models, repositories."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import change_account_status, switch_feature
from tenantry.datahub.heading import at, at_model
from tenantry.datahub.models import Model, ModelDeployment
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document, Field, FieldType, Step, StepKind
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.store.paging import PAGE_SIZE
from tests.console.people import AT, House, make_house, signed_in
from tests.console.test_page_queries import MOST
from tests.console.test_reporting import somebody
from tests.store.modellers import (
    FIELDS,
    a_model,
    a_repository,
    change,
    document_in,
    lend_model,
    publish,
    put_into,
    row_of,
)
from tests.store.partners import around_all_tests

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A primary with models, made once; what a test does in it is rolled back. Its customer has custom roles,
    and is no trial any more.
    """
    with around_all_tests(django_db_blocker):
        house = make_house("Acme")
        aus = Feature.ADVANCED_USER_SECURITY
        switch_feature(actor=OPERATOR, at=AT, account=house.member, feature=aus, on=True)
        change_account_status(actor=OPERATOR, at=AT, account=house.member, status=Status.ACTIVE)
        yield house


@pytest.fixture
def house(made: House, db: None) -> House:
    """The same."""
    return made


def page(client: Client, url: str, status: int = 200) -> str:
    """A page's text."""
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def customer(house: House, name: str = "moe", *more: str) -> Client:
    """Somebody in the managed account who may edit models."""
    return somebody(house.member, name, "MDM_EDIT_MODELS", *more)[0]


def names(account: AccountId, model: str) -> list[str]:
    """The fields of a draft, in order."""
    return [one.name for one in document_in(account, model).fields]


def test_priv_5_with_data_hub_off_the_pages_say_so(house: House) -> None:
    """To an administrator, whose rights are inert; and the menu does not lead there."""
    client = signed_in(house.administrator, house.account)
    assert reverse("models") in page(client, reverse("users"))
    switch_feature(actor=OPERATOR, at=AT, account=house.account, feature=Feature.DATA_HUB, on=False)
    refused = page(client, reverse("models"), 403)
    assert "Data Hub is off there" in refused
    assert "PRIV-5" in refused
    assert reverse("models") not in page(client, reverse("users"))


def test_model_1_the_list_shows_states_and_what_a_model_is_a_copy_of(house: House) -> None:
    """Draft, published with its number, a draft that has gone on, deployed; searched and paged on the server."""
    change(house.account, house.hub.deployed, Document(FIELDS.fields[:1]))
    client = signed_in(house.administrator, house.account)
    rows = {row["name"]: row for row in client.get(reverse("models")).context["models"]}
    state = {name: (row["published"], row["changed"], row["repositories"]) for name, row in rows.items()}
    assert {name.removeprefix("Acme hub "): told for name, told in state.items()} == {
        "draft": (0, False, 0),
        "ready": (0, False, 0),
        "shared": (1, False, 0),
        "deployed": (1, True, 1),
    }
    text = page(client, reverse("models"))
    for words in ("Published v1", "Draft has changes", ">Draft<", ">Deployed<"):
        assert words in text
    assert [row["name"] for row in client.get(at("models", q="HUB ready")).context["models"]] == ["Acme hub ready"]
    assert "No models found" in page(client, at("models", q="nothing like it"))
    for number in range(PAGE_SIZE):
        a_model(house.account, f"More {number:03}", Document())
    first = client.get(reverse("models")).context
    assert len(first["models"]) == PAGE_SIZE
    second = client.get(at("models", after=first["page"]["next"])).context
    assert len(second["models"]) == 4
    assert not {row["id"] for row in first["models"]} & {row["id"] for row in second["models"]}


def test_model_1_a_draft_is_edited_field_by_field(house: House) -> None:
    """Added, changed, moved and removed, each from the revision that the page showed."""
    client, account, model = signed_in(house.administrator, house.account), house.account, house.hub.draft
    add = at("model_field", model=model)
    for opened, name in enumerate(("Name", "Age & <b>", "Country"), start=1):
        sent = {"name": name, "type": "text", "opened": opened, "required": "on"}
        assert client.post(add, sent).status_code == 303
    assert document_in(account, model).fields[1] == Field("Age & <b>", FieldType.TEXT, required=True)
    text = page(client, at_model(model))
    assert "Age &amp; &lt;b&gt;" in text
    assert "<b>" not in text.split("<tbody>")[1].split("Country")[0]
    again = client.post(add, {"name": "NAME", "type": "text", "opened": 4})
    assert again.status_code == 422
    assert "There is a field named “NAME” already." in again.content.decode()
    edit = at("model_field", model=model, field="Age & <b>")
    assert 'value="Age &amp; &lt;b&gt;"' in page(client, edit)
    assert client.post(edit, {"name": "Age", "type": "integer", "opened": 4}).status_code == 303
    assert document_in(account, model).fields[1] == Field("Age", FieldType.INTEGER)
    assert "The draft has no field named" in page(client, edit, 404)
    move = reverse("model_move", kwargs={"part": "fields"}) + f"?model={model}"
    answer = client.post(move, {"move": "up:Country", "opened": 5})
    assert answer.status_code == 303
    assert "Country is field 2 of 3" in page(client, answer["Location"])
    assert names(account, model) == ["Name", "Country", "Age"]
    assert client.post(move, {"move": "up:Name", "opened": 6}).status_code == 303  # the first stays where it is
    assert row_of(account, model).revision == 6
    for bad in ({"move": "sideways:Name", "opened": 6}, {"move": "up:Name"}):
        assert client.post(move, bad).status_code == 422
    remove = reverse("model_part_remove", kwargs={"part": "fields"}) + f"?model={model}&name=Country"
    assert "Remove <strong>Country</strong>" in page(client, remove)
    assert client.post(remove, {"opened": 6}).status_code == 303
    assert names(account, model) == ["Name", "Age"]
    assert client.post(remove, {"opened": 7}).status_code == 404
    assert client.get(move.replace("fields", "others")).status_code == 405
    assert client.post(move.replace("fields", "others"), {"move": "up:Name", "opened": 7}).status_code == 404


def test_model_1_two_people_edit_one_draft(house: House) -> None:
    """Who comes second is told so and nothing is lost: in a dialog what was typed stays and can be sent again."""
    ada, (eve, _) = signed_in(house.administrator, house.account), somebody(house.account, "eve", "MDM_EDIT_MODELS")
    account, model = house.account, house.hub.ready
    add = at("model_field", model=model)
    assert eve.post(add, {"name": "Eve's", "type": "date", "opened": 2}).status_code == 303
    late = ada.post(add, {"name": "Ada's", "type": "text", "opened": 2})
    assert late.status_code == 422
    text = late.content.decode()
    assert "eve@" in text
    assert "has changed the draft meanwhile" in text
    assert 'value="Ada&#x27;s"' in text
    assert names(account, model) == ["Name", "Number", "Eve's"]
    assert late.context["form"]["opened"].value() == 3
    assert ada.post(add, {"name": "Ada's", "type": "text", "opened": 3}).status_code == 303
    assert names(account, model) == ["Name", "Number", "Eve's", "Ada's"]
    move = reverse("model_move", kwargs={"part": "fields"}) + f"?model={model}"
    moved = eve.post(move, {"move": "down:Name", "opened": 3})
    assert moved.status_code == 409
    assert "ada@" in moved.content.decode()
    assert names(account, model)[0] == "Name"
    assert ada.post(at("model_publish", model=model), {"opened": 3}).status_code == 422


def test_model_3_steps_call_processes_that_one_may_see(house: House) -> None:
    """Searched in the dialog, which keeps what is chosen; without Build Read Access names are not told."""
    ada, account, model = signed_in(house.administrator, house.account), house.account, house.hub.ready
    call, process = at("model_step", model=model, kind="process"), house.reports.process
    assert "Acme reports process" in page(ada, call)
    searched = ada.post(call, {"search": "1", "q": "nothing", "name": "Enrich", "process": process, "opened": 2})
    text = searched.content.decode()
    assert searched.status_code == 200
    assert f'value="{process}" checked' in text
    assert 'value="Enrich"' in text
    assert ada.post(call, {"name": "Enrich", "process": process, "opened": 2}).status_code == 303
    rule = at("model_step", model=model, kind="rule")
    assert "This field is required." in ada.post(rule, {"name": "Rule", "check": " ", "opened": 3}).content.decode()
    assert ada.post(rule, {"name": "Rule", "check": "Name is given", "opened": 3}).status_code == 303
    assert document_in(account, model).steps == (
        Step("Enrich", StepKind.PROCESS, process=process),
        Step("Rule", StepKind.RULE, "Name is given"),
    )
    assert "Calls Acme reports process" in page(ada, at_model(model, "steps"))
    eve, _ = somebody(account, "eve", "MDM_EDIT_MODELS")
    seen = page(eve, at_model(model, "steps"))
    assert "Acme reports process" not in seen
    assert "Calls a process of this account" in seen
    dialog = at("model_step", model=model, step="Enrich")
    assert "needs the privilege Build Read Access" in page(eve, dialog)
    assert eve.post(dialog, {"name": "Enriched", "process": process, "opened": 4}).status_code == 303
    assert document_in(account, model).steps[0] == Step("Enriched", StepKind.PROCESS, process=process)
    assert ada.get(at("model_step", model=model, kind="other")).status_code == 404


def test_model_1_publishing_says_what_is_new(house: House) -> None:
    """Blocked dialogs have nothing to confirm; a version is shown as it was published."""
    ada, account, model = signed_in(house.administrator, house.account), house.account, house.hub.shared
    dialog = at("model_publish", model=model)
    blocked = page(ada, dialog)
    assert "there is nothing to publish" in blocked
    assert ">Publish</button>" not in blocked
    change(account, model, Document((*FIELDS.fields, Field("Since", FieldType.DATE))))
    assert "Field Since added: Date" in page(ada, dialog)
    assert ada.post(dialog, {"opened": 3, "notes": "More <i>"}).status_code == 303
    versions = page(ada, at_model(model, "versions"))
    assert versions.index("Version 2") < versions.index("Version 1")
    assert "More &lt;i&gt;" in versions
    assert "Since" not in page(ada, at("model_version", model=model, version=1))
    assert "Since" in page(ada, at("model_version", model=model, version=2))
    for number in ("3", "0", "x", "9" * 30):
        assert ada.get(at("model_version", model=model, version=number)).status_code == 404


def test_model_2_and_4_copy_a_shared_model(house: House) -> None:
    """The dialog offers what reaches the account, at its latest version; what ended meanwhile is refused in it."""
    moe, hub = customer(house), house.hub
    dialog = reverse("model_copy")
    change(house.account, hub.shared, Document(FIELDS.fields[:1]))
    publish(house.account, hub.shared)
    text = page(moe, dialog)
    assert "Acme hub shared" in text
    assert "version 2 of" in text
    for other in ("Acme hub deployed", "Acme hub draft", "Acme hub ready"):
        assert other not in text
    found = moe.post(dialog, {"search": "1", "q": "nothing like it", "model": hub.shared})
    assert found.status_code == 200
    assert "No shared model has these words" in found.content.decode()
    assert "Choose a model." in moe.post(dialog, {}).content.decode()
    answer = moe.post(dialog, {"model": hub.shared})
    assert answer.status_code == 303
    assert "Copied from Acme hub shared, version 2, of Acme;" in page(moe, answer["Location"])
    assert "version 2, <small>of Acme</small>" in page(moe, reverse("models"))
    gone = moe.post(dialog, {"model": hub.deployed})
    assert gone.status_code == 422
    assert "No such model is shared with this account." in gone.content.decode()
    assert Model.rows.of(house.member).count() == 1
    ada = signed_in(house.administrator, house.account)
    assert reverse("model_copy") not in page(ada, reverse("models"))  # nothing comes to an account without a primary
    assert "not managed by another one" in page(ada, dialog)
    viewer, _ = somebody(house.member, "vic", "MDM_VIEW_MODELS")
    seen = page(viewer, reverse("models"))
    assert reverse("model_copy") not in seen
    assert reverse("model_add") not in seen
    assert "MDM_EDIT_MODELS" in page(viewer, dialog, 403)


def test_model_5_deploying_by_the_dialog_and_deleting(house: House) -> None:
    """From the model's page and from the repository's; a deployed model's deletion only says where it is."""
    ada, account, hub = signed_in(house.administrator, house.account), house.account, house.hub
    deploy = at("model_deploy", model=hub.shared)
    assert "Choose a repository." in ada.post(deploy, {"version": "1"}).content.decode()
    assert ada.post(deploy, {"version": "7", "repository": hub.empty}).status_code == 422
    assert ada.post(deploy, {"version": "1", "repository": hub.empty}).status_code == 303
    again = ada.post(deploy, {"version": "1", "repository": hub.empty})
    assert again.status_code == 422
    assert "is deployed to Acme hub nothing already" in again.content.decode()
    assert "Acme hub nothing" in page(ada, at_model(hub.shared, "deployments"))
    assert "Acme hub shared" in page(ada, at("repository", repository=hub.empty))
    remove = at("model_remove", model=hub.shared)
    blocked = page(ada, remove)
    assert "while it is deployed to Acme hub nothing" in blocked
    assert ">Delete</button>" not in blocked
    assert ada.post(remove).status_code == 422
    assert ada.post(at("repository_remove", repository=hub.empty)).status_code == 422
    undeploy = at("model_undeploy", model=hub.shared, repository=hub.empty, then="repository")
    answer = ada.post(undeploy)
    assert (answer.status_code, answer["Location"]) == (303, at("repository", repository=hub.empty))
    assert "is not deployed to" in ada.post(undeploy).content.decode()
    assert "It is shared with 1 account group" in page(ada, remove)
    assert ada.post(remove).status_code == 303
    assert ModelDeployment.rows.of(account).count() == 1
    seer, _ = somebody(account, "sia", "MDM_VIEW_MODELS")
    hidden = page(seer, at_model(hub.deployed, "deployments"))
    assert "You cannot see where it is deployed" in hidden
    assert "MDM - View Repositories" in hidden
    assert "Acme hub records" not in hidden
    deployer, _ = somebody(account, "dan", "MDM_VIEW_MODELS", "MDM_MODEL_DEPLOYMENT")
    assert "MDM_VIEW_REPOSITORIES" in page(deployer, at("model_deploy", model=hub.deployed), 403)


def test_pages_of_data_hub_take_a_fixed_number_of_queries(house: House) -> None:
    """Whatever the number of models, versions, repositories, deployments and shares."""
    account, hub, process = house.account, house.hub, house.reports.process
    change(account, hub.deployed, Document(FIELDS.fields, (Step("Call", StepKind.PROCESS, process=process),)))
    ada, moe = signed_in(house.administrator, account), customer(house)
    urls = (
        *(at_model(hub.deployed, tab) for tab in ("fields", "steps", "versions", "deployments")),
        *(reverse(name) for name in ("models", "repositories")),
        *(at(name, model=hub.deployed) for name in ("model_publish", "model_remove", "model_deploy", "model_field")),
        at("model_version", model=hub.deployed, version=1),
        at("model_step", model=hub.deployed, step="Call"),
        at("repository", repository=hub.repository),
        at("repository_remove", repository=hub.repository),
    )

    def numbers() -> list[int]:
        found = []
        for client, url in (*((ada, url) for url in urls), (moe, reverse("model_copy")), (moe, reverse("models"))):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    before = numbers()
    for number in range(30):
        model = a_model(account, f"M {number:02}", published=True)
        lend_model(account, house.group, model)
        put_into(account, hub.repository, model)
        put_into(account, a_repository(account, f"R {number:02}"), hub.deployed)
        fields = tuple(Field(f"F {one}", FieldType.TEXT) for one in range(number + 1))
        change(account, hub.deployed, Document(fields, (Step("Call", StepKind.PROCESS, process=process),)))
        publish(account, hub.deployed)
    change(account, hub.deployed, Document(FIELDS.fields, (Step("Call", StepKind.PROCESS, process=process),)))
    assert numbers() == before
    assert max(before) <= MOST
