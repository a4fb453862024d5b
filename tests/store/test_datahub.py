"""Chapter MODEL against the tables: drafts, versions, copies of shared models, deleting; scenarios 75 and 76."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest

from tenantry.accounts.commands import delete_account, switch_feature
from tenantry.build.queries import top_id
from tenantry.datahub import commands as models, deploying as repositories
from tenantry.datahub.documents import read, schema, written
from tenantry.datahub.models import Model, ModelVersion
from tenantry.datahub.queries import (
    latest_document,
    received_models,
    shared_models,
    usable_models,
    usable_models_page,
    version_of,
)
from tenantry.decisions.authzen import evaluate, parse
from tenantry.decisions.engine import Engine
from tenantry.groups.commands import add_accounts_to_group, remove_accounts_from_group, remove_group
from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document, Step, StepKind, check_document
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sharing.commands import share, withdraw
from tenantry.sharing.kinds import SOURCES, assignable
from tenantry.sharing.models import Share
from tests.borders.tree import PROJECT
from tests.store.explorers import a_component
from tests.store.factories import (
    AT,
    STANDARD_USER,
    Somebody,
    a_group,
    a_role,
    a_user,
    changes,
    refused,
    watched,
    words,
)
from tests.store.modellers import (
    FIELDS,
    NAME,
    RULE,
    a_model,
    a_repository,
    change,
    document_in,
    lend_model,
    publish,
    put_into,
    row_of,
    with_data_hub,
)
from tests.store.partners import Partner, Rival

pytestmark = pytest.mark.usefixtures("db")

ONLY_NAME = Document((NAME,))


@dataclass(frozen=True)
class Modellers:
    """The partner and its customer ABC with Data Hub; `mo` may edit models in the primary, `cus` in ABC."""

    home: AccountId
    abc: AccountId
    partner: Partner
    mo: Somebody
    cus: Somebody


@pytest.fixture
def modellers(partner: Partner) -> Modellers:
    """Such a partner."""
    for account in (partner.home, partner.abc):
        with_data_hub(account)
    mo = editor(partner.home)
    return Modellers(partner.home, partner.abc, partner, mo, editor(partner.abc))


def editor(account: AccountId, *more: str) -> Somebody:
    """Somebody who may edit models, and has these rights besides."""
    return a_user(account, a_role(account, f"Editor {len(more)}", "MDM_EDIT_MODELS", *more))


def copied(who: Somebody, account: AccountId, model: str) -> Model:
    """The copy that somebody makes of a shared model."""
    return row_of(account, models.copy_shared_model(actor=who.actor, at=AT, account=account, model=model))


def unshare(m: Modellers, model: str) -> None:
    """End the share with the group Services."""
    withdraw(actor=OPERATOR, at=AT, account=m.home, group=m.partner.services, kind=Kind.MODEL, resource=model)


# ---- who may do what -----------------------------------------------------------------------------------------------


def test_priv_5_without_data_hub_there_are_no_models(partner: Partner) -> None:
    """An administrator's rights are inert; the operator, who needs none, makes none there either."""
    with refused(no.FeatureOff, "PRIV-5"):
        models.create_model(actor=partner.ann.actor, at=AT, account=partner.home, name="M")
    with refused(no.FeatureMissing, "MODEL-1"):
        models.create_model(actor=OPERATOR, at=AT, account=partner.home, name="M")
    with refused(no.FeatureMissing, "MODEL-1"):
        repositories.create_repository(actor=OPERATOR, at=AT, account=partner.home, name="R")


def test_model_1_each_act_needs_its_own_right(modellers: Modellers) -> None:
    """Edit Models writes drafts, publishes, copies and deletes; deploying, undeploying and repositories have rights of
    their own, and both of the former see repositories.
    """
    home = modellers.home
    model = a_model(home, published=True)
    repository = a_repository(home)
    here: dict[str, Any] = {"at": AT, "account": home}
    viewer = a_user(home, a_role(home, "Viewer", "MDM_VIEW_MODELS", "MDM_VIEW_REPOSITORIES"))
    acts: tuple[tuple[Callable[..., object], dict[str, Any]], ...] = (
        (models.create_model, {"name": "New"}),
        (models.rename_model, {"model": model, "name": "New"}),
        (models.save_draft, {"model": model, "document": ONLY_NAME, "opened": 2}),
        (models.publish_model, {"model": model, "opened": 2}),
        (models.remove_model, {"model": model}),
    )
    for act, given in acts:
        with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
            act(actor=viewer.actor, **here, **given)
        assert caught[0].details()["privilege"] == "MDM_EDIT_MODELS"
    place: dict[str, Any] = {"model": model, "repository": repository}
    deployer = a_user(home, a_role(home, "Deployer", "MDM_MODEL_DEPLOYMENT"))
    with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
        repositories.deploy_model(actor=deployer.actor, **here, **place, version=1)
    assert caught[0].details()["privilege"] == "MDM_VIEW_REPOSITORIES"
    both = a_user(home, a_role(home, "Both", "MDM_MODEL_DEPLOYMENT", "MDM_VIEW_REPOSITORIES"))
    repositories.deploy_model(actor=both.actor, **here, **place, version=1)
    with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
        repositories.undeploy_model(actor=both.actor, **here, **place)
    assert caught[0].details()["privilege"] == "MDM_MODEL_REMOVAL"
    remover = a_user(home, a_role(home, "Remover", "MDM_MODEL_REMOVAL", "MDM_VIEW_REPOSITORIES"))
    repositories.undeploy_model(actor=remover.actor, **here, **place)
    with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
        repositories.remove_repository(actor=remover.actor, **here, repository=repository)
    assert caught[0].details()["privilege"] == "MDM_REPOSITORY_MANAGEMENT"


# ---- drafts and versions -------------------------------------------------------------------------------------------


def test_model_1_a_draft_is_saved_from_the_revision_that_was_opened(modellers: Modellers) -> None:
    """Who comes second is told who came first; the same again writes nothing; the log tells what changed."""
    home, mo = modellers.home, modellers.mo
    model = a_model(home, "Customer", Document())
    here: dict[str, Any] = {"actor": mo.actor, "at": AT, "account": home, "model": model}
    with watched() as written:
        assert models.save_draft(**here, document=FIELDS, opened=1) == 2
    entry = written.only(home)
    assert words(entry) == ("as.model", "UPDATE", "NONE")
    told = changes(entry)["draft"][1]
    assert told == ["Field Name added: Text, required", "Field Number added: Integer, unique, match"]
    with refused(no.DraftChanged, "MODEL-1") as caught:
        models.save_draft(**here, document=ONLY_NAME, opened=1)
    assert caught[0].details()["user"] == mo.email
    with watched() as written:
        assert models.save_draft(**here, document=FIELDS, opened=2) == 2
    assert written.entries == {}
    with refused(no.ModelPartInvalid, "MODEL-1"):
        models.save_draft(**here, document=Document((NAME, NAME)), opened=2)
    with refused(no.DraftChanged, "MODEL-1"):
        models.publish_model(**here, opened=1)


def test_model_1_published_versions_are_numbered_and_never_change(modellers: Modellers) -> None:
    """The draft goes on, the version stays what it was; an unchanged draft is not published again."""
    home = modellers.home
    model = a_model(home, "Customer", ONLY_NAME)
    assert publish(home, model) == 1
    with refused(no.NothingToPublish, "MODEL-1"):
        publish(home, model)
    change(home, model, FIELDS)
    row = row_of(home, model)
    assert latest_document(home, row) == ONLY_NAME
    assert publish(home, model) == 2
    change(home, model, Document())
    row = row_of(home, model)
    assert [read(version_of(home, row, number).document) for number in (1, 2)] == [ONLY_NAME, FIELDS]
    for number in (0, 3, 2**40, -1):
        with refused(no.ModelVersionNotFound, "MODEL-1"):
            version_of(home, row, number)
    with refused(no.ModelNotPublishable, "MODEL-1"):
        publish(home, model)


def test_model_1_names_are_unique_in_the_account_ignoring_case(modellers: Modellers) -> None:
    """Of models and of repositories, each among themselves; another account may have the same."""
    home, abc = modellers.home, modellers.abc
    model = a_model(home, "Customer")
    other = a_model(home, "Product")
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": home}
    with refused(no.ModelNameTaken, "MODEL-1"):
        models.create_model(**here, name=" CUSTOMER ")
    with refused(no.ModelNameTaken, "MODEL-1"):
        models.rename_model(**here, model=other, name="customer")
    models.rename_model(**here, model=model, name="CUSTOMER")
    assert row_of(home, model).name == "CUSTOMER"
    a_model(abc, "Customer")
    repository = a_repository(home, "Customer")
    a_repository(home, "East")
    with refused(no.RepositoryNameTaken, "MODEL-5"):
        repositories.create_repository(**here, name="EAST")
    with refused(no.RepositoryNameTaken, "MODEL-5"):
        repositories.rename_repository(**here, repository=repository, name="east")


def test_model_3_only_processes_of_the_account_are_called_and_only_who_sees_them_names_them(
    modellers: Modellers, rival: Rival
) -> None:
    """What the draft names already stays, whoever saves it."""
    home = modellers.home
    model = a_model(home)
    process, foreign = a_component(home, top_id(home)), a_component(rival.home, top_id(rival.home))
    builder = editor(home, "BUILD_READ_ONLY")

    def calling(key: str) -> Document:
        return replace(FIELDS, steps=(Step("Call", StepKind.PROCESS, process=key),))

    here: dict[str, Any] = {"at": AT, "account": home, "model": model, "opened": 2}
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        models.save_draft(actor=modellers.mo.actor, **here, document=calling(process))
    for key in (foreign, "nothing"):
        with refused(no.ModelPartInvalid, "MODEL-1"):
            models.save_draft(actor=builder.actor, **here, document=calling(key))
    models.save_draft(actor=builder.actor, **here, document=calling(process))
    more = replace(calling(process), fields=(NAME,))
    models.save_draft(actor=modellers.mo.actor, **here | {"opened": 3}, document=more)
    assert document_in(home, model) == more


# ---- what a customer sees and copies -------------------------------------------------------------------------------


def test_model_2_a_managed_account_is_offered_what_reaches_it(modellers: Modellers, rival: Rival) -> None:
    """Published models of its own primary, by a group that holds it; each once, at the latest version."""
    m = modellers
    shared, draft, elsewhere = (
        a_model(m.home, "Shared", published=True),
        a_model(m.home),
        a_model(m.home, published=True),
    )
    lend_model(m.home, m.partner.services, shared)
    lend_model(m.home, m.partner.everybody, shared)
    lend_model(m.home, a_group(m.home, "Others", members=[m.partner.ghi]), elsewhere)
    assert [(one.name, one.version, one.owner) for one in shared_models(m.abc)[0]] == [("Shared", 1, m.home)]
    assert shared_models(m.abc, "shar")[1] == 1
    assert shared_models(m.abc, "other")[1] == 0
    assert not shared_models(rival.member)[1]
    assert not shared_models(m.home)[1]
    for model in (draft, elsewhere, "nothing"):
        with refused(no.ModelNotShared, "MODEL-2"):
            copied(m.cus, m.abc, model)
    with refused(no.FeatureMissing, "MODEL-2"):  # the operator needs no right, but the account needs Data Hub
        models.copy_shared_model(actor=OPERATOR, at=AT, account=m.partner.def_, model=shared)
    viewer = a_user(m.abc, a_role(m.abc, "Viewer", "MDM_VIEW_MODELS"))
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        copied(viewer, m.abc, shared)


def test_model_2_and_3_the_copy_is_a_draft_of_its_own_without_processes(modellers: Modellers) -> None:
    """With everything else of the latest version, under a name with a number where it is taken."""
    m = modellers
    process = a_component(m.home, top_id(m.home))
    call = Step("Call", StepKind.PROCESS, process=process)
    model = a_model(m.home, "Customer", replace(FIELDS, steps=(RULE, call)), published=True)
    lend_model(m.home, m.partner.services, model)
    change(m.home, model, ONLY_NAME)  # a draft, which nobody else sees
    a_model(m.abc, "customer")
    with watched() as written:
        copy = copied(m.cus, m.abc, model)
    assert (copy.name, copy.published, copy.revision) == ("Customer 2", 0, 1)
    assert (copy.source, copy.source_account, copy.source_name, copy.source_version) == (model, m.home, "Customer", 1)
    assert document_in(m.abc, copy.pk) == replace(FIELDS, steps=(RULE, replace(call, process="")))
    assert set(written.entries) == {m.abc}
    assert words(written.only(m.abc)) == ("as.model", "COPY", "NONE")
    assert copied(m.cus, m.abc, model).name == "Customer 3"
    with refused(no.ModelNotPublishable, "MODEL-1"):
        publish(m.abc, copy.pk)


def test_scn_75_and_model_4_a_copy_never_follows_and_a_new_copy_gets_the_new_version(modellers: Modellers) -> None:
    """Scenario 75: given a shared model copied in M, when P publishes a new version, then M's copy is unchanged and a
    new copy gets the new version.
    """
    m = modellers
    model = a_model(m.home, "Customer", ONLY_NAME, published=True)
    lend_model(m.home, m.partner.services, model)
    first = copied(m.cus, m.abc, model).pk
    before = Model.rows.of(m.abc).values_list().get(id=first)
    change(m.home, model, FIELDS)
    publish(m.home, model)
    models.rename_model(actor=OPERATOR, at=AT, account=m.home, model=model, name="Client")
    assert Model.rows.of(m.abc).values_list().get(id=first) == before
    second = copied(m.cus, m.abc, model)
    assert (second.name, second.source_version) == ("Client", 2)
    assert document_in(m.abc, second.pk) == FIELDS
    assert document_in(m.abc, first) == ONLY_NAME


ENDS: dict[str, Callable[[Modellers, str], object]] = {
    "the share is removed": unshare,
    "the account leaves": lambda m, _: remove_accounts_from_group(
        actor=OPERATOR, at=AT, account=m.home, group=m.partner.services, members={m.abc}
    ),
    "the group is deleted": lambda m, _: remove_group(actor=OPERATOR, at=AT, account=m.home, group=m.partner.services),
    "the primary is deleted": lambda m, _: delete_account(actor=OPERATOR, at=AT, account=m.home),
    "the model is deleted": lambda m, model: models.remove_model(actor=OPERATOR, at=AT, account=m.home, model=model),
}


@pytest.mark.parametrize("how", ENDS)
def test_model_4_and_share_8_the_end_of_a_share_only_takes_the_model_off_the_list(
    how: str, modellers: Modellers
) -> None:
    """However it ends: copies stay as they are, and no row of the customer's models is written."""
    m = modellers
    model = a_model(m.home, "Customer", published=True)
    lend_model(m.home, m.partner.services, model)
    copy = copied(m.cus, m.abc, model).pk
    before = list(Model.rows.of(m.abc).values_list())
    assert [one.pk for one in received_models(m.abc)] == [model]
    ENDS[how](m, model)
    assert not received_models(m.abc).exists()
    assert list(Model.rows.of(m.abc).values_list()) == before
    with refused(no.ModelNotShared, "MODEL-2"):
        copied(m.cus, m.abc, model)
    assert document_in(m.abc, copy) == FIELDS
    assert publish(m.abc, copy) == 1


def test_model_4_sharing_again_offers_the_model_again(modellers: Modellers) -> None:
    """And one share is enough while it lasts (SHARE-3)."""
    m = modellers
    model = a_model(m.home, published=True)
    lend_model(m.home, m.partner.services, model)
    lend_model(m.home, m.partner.everybody, model)
    unshare(m, model)
    assert received_models(m.abc).exists()
    assert not received_models(AccountId("nowhere")).exists()
    late = a_group(m.home, "Late")
    lend_model(m.home, late, a_model(m.home, "Other", published=True))
    assert received_models(m.abc).count() == 1
    add_accounts_to_group(actor=OPERATOR, at=AT, account=m.home, group=late, members={m.abc})
    assert received_models(m.abc).count() == 2


def test_model_2_what_an_account_can_use(modellers: Modellers) -> None:
    """Its own models and the published ones it receives, sorted and searched together; nothing without Data Hub. The
    list and single decisions agree about every model there is.
    """
    m = modellers
    own, draft = a_model(m.abc, "Own", published=True), a_model(m.abc, "Own draft")
    theirs = a_model(m.home, "Lent", published=True)
    others = [a_model(m.home, "Kept", published=True), a_model(m.home, "Draft")]
    lend_model(m.home, m.partner.services, theirs)

    def decided() -> set[str]:
        asked = ((key, decide_use(m.cus, m.abc, key)) for key in (own, draft, theirs, *others))
        return {key for key, allowed in asked if allowed}

    assert [row.pk for row in usable_models_page(m.abc).rows] == [theirs, own, draft]
    assert [row.pk for row in usable_models_page(m.abc, "own d").rows] == [draft]
    assert decided() == {own, draft, theirs}
    switch_feature(actor=OPERATOR, at=AT, account=m.abc, feature=Feature.DATA_HUB, on=False)
    assert not usable_models(m.abc).exists()
    assert decided() == set()
    assert [one.pk for one in received_models(m.abc)] == [theirs]  # the link is there; the account cannot use it


def decide_use(who: Somebody, account: AccountId, model: str) -> bool:
    """Whether somebody may use a model in an account, as a host application asks for it."""
    resource = {"type": "model", "id": model, "properties": {"account": account}}
    asked = {"subject": {"type": "user", "id": who.email}, "action": {"name": "USE"}, "resource": resource}
    return isinstance(evaluate(Engine(), parse(msgspec.json.encode(asked)), AT), Allowed)


# ---- sharing: state and rights -------------------------------------------------------------------------------------


def test_scn_76_an_unpublished_model_is_not_offered_on_resources(modellers: Modellers) -> None:
    """Scenario 76, first half: given an unpublished model, then it is not offered on Resources. Published, it is,
    deployed or not; without Data Hub in the primary nothing is.
    """
    home = modellers.home
    features = {Feature.ACCOUNT_GROUPS, Feature.DATA_HUB}
    model = a_model(home, "Customer")
    assert assignable(Kind.MODEL, home, features, []) == ((), 0)
    here: dict[str, Any] = {"at": AT, "account": home, "group": modellers.partner.services, "kind": Kind.MODEL}
    with refused(no.ResourceNotShareable, "SHARE-5"):
        share(actor=OPERATOR, **here, resources={model})
    publish(home, model)
    [offered], count = assignable(Kind.MODEL, home, features, [])
    assert (offered.id, offered.shareable, count) == (model, True, 1)
    assert assignable(Kind.MODEL, home, {Feature.ACCOUNT_GROUPS}, []) == ((), 0)
    assert SOURCES[Kind.MODEL].one(home, model) == offered
    switch_feature(actor=OPERATOR, at=AT, account=home, feature=Feature.DATA_HUB, on=False)
    with refused(no.FeatureMissing, "MODEL-1"):
        share(actor=OPERATOR, **here, resources={model})


def test_scn_76_who_publishes_needs_account_group_management_to_share(modellers: Modellers) -> None:
    """Scenario 76, for models: publishing works with Edit Models, and sharing is refused without Account Group
    Management, whatever else somebody may.
    """
    home = modellers.home
    switch_feature(actor=OPERATOR, at=AT, account=home, feature=Feature.PROCESS_LIBRARY, on=True)
    publisher = editor(home, "PROCESS_LIBRARY", "MDM_MODEL_DEPLOYMENT")
    model = a_model(home)
    models.publish_model(actor=publisher.actor, at=AT, account=home, model=model, opened=2)
    with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
        share(
            actor=publisher.actor,
            at=AT,
            account=home,
            group=modellers.partner.services,
            kind=Kind.MODEL,
            resources={model},
        )
    assert caught[0].details()["privilege"] == "ACCOUNT_GROUP_MANAGEMENT"


def test_model_1_the_first_version_and_no_other_raises_what_the_primary_gives(modellers: Modellers) -> None:
    """A share that was loaded before its model was published begins to count with it."""
    home = modellers.home
    model = a_model(home)
    with watched() as written:
        publish(home, model)
    assert written.gave == {home: 1}
    change(home, model, ONLY_NAME)
    with watched() as written:
        publish(home, model)
    assert (written.raised, written.gave) == ({}, {})


# ---- deploying and deleting ----------------------------------------------------------------------------------------


def test_model_5_a_deployed_model_is_undeployed_before_it_is_deleted(modellers: Modellers) -> None:
    """One version at a time in a repository; being shared does not block, and the shares end with it."""
    m = modellers
    model = a_model(m.home, "Customer", ONLY_NAME, published=True)
    change(m.home, model, FIELDS)
    publish(m.home, model)
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": m.home}
    east, west = a_repository(m.home, "East"), a_repository(m.home, "West")
    put_into(m.home, east, model, 1)
    with refused(no.VersionDeployedAlready, "MODEL-5"):
        put_into(m.home, east, model, 1)
    with watched() as written:
        put_into(m.home, east, model, 2)
    assert changes(written.only(m.home))["version"] == (1, 2)
    put_into(m.home, west, model, 1)
    for group in (m.partner.services, m.partner.everybody):
        lend_model(m.home, group, model)
    with refused(no.ModelIsDeployed, "MODEL-5") as caught:
        models.remove_model(**here, model=model)
    assert caught[0].details()["repositories"] == "East, West"
    with refused(no.RepositoryInUse, "MODEL-5"):
        repositories.remove_repository(**here, repository=east)
    for place in (east, west):
        repositories.undeploy_model(**here, model=model, repository=place)
    with refused(no.ModelNotDeployed, "MODEL-5"):
        repositories.undeploy_model(**here, model=model, repository=east)
    with watched() as written:
        models.remove_model(**here, model=model)
    assert sorted(map(words, written.entries[m.home])) == [
        ("as.accountgroup.resource", "DELETE", "NONE"),
        ("as.accountgroup.resource", "DELETE", "NONE"),
        ("as.model", "DELETE", "NONE"),
    ]
    assert written.gave == {m.home: 1}
    assert not Share.rows.of(m.home).filter(kind=Kind.MODEL).exists()
    assert not ModelVersion.rows.of(m.home).exists()
    repositories.remove_repository(**here, repository=east)
    with watched() as written:
        models.remove_model(**here, model=a_model(m.home))
    assert written.gave == {}


def test_model_5_a_long_list_of_repositories_is_told_shortly(modellers: Modellers) -> None:
    """The first few by name, and how many more."""
    home = modellers.home
    model = a_model(home, published=True)
    for number in range(7):
        put_into(home, a_repository(home, f"R{number}"), model)
    with refused(no.ModelIsDeployed, "MODEL-5") as caught:
        models.remove_model(actor=OPERATOR, at=AT, account=home, model=model)
    assert caught[0].details()["repositories"] == "R0, R1, R2, R3, R4, 2 more"


def test_conf_19_deploying_is_not_asked_for_to_share(modellers: Modellers) -> None:
    """Published and deployed nowhere, shared and copied all the same; a Standard User has no right of Data Hub."""
    m = modellers
    model = a_model(m.home, published=True)
    lend_model(m.home, m.partner.services, model)
    assert copied(m.cus, m.abc, model).published == 0
    standard = a_user(m.abc, STANDARD_USER)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        copied(standard, m.abc, model)


# ---- how documents are kept ----------------------------------------------------------------------------------------


def test_the_document_that_the_documentation_shows_has_the_schema() -> None:
    """It is read and written unchanged, and can be kept; the page names every field and word of the schema."""
    text = (PROJECT / "docs" / "models.md").read_text()
    shown = json.loads(text.partition("```json\n")[2].partition("```")[0])
    document = read(json.dumps(shown))
    assert json.loads(written(document)) == shown
    assert check_document(document) is None
    defined = schema()["$defs"]
    words = {name for kind in ("Field", "Step") for name in defined[kind]["properties"]}
    words |= {word for kind in ("FieldType", "StepKind") for word in defined[kind]["enum"]}
    assert len(words) == 17
    for word in words:
        assert f"`{word}`" in text


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"format": 2, "fields": [], "steps": []}',
        '{"format": 1, "fields": [], "steps": [], "more": 1}',
        '{"format": 1, "fields": [{"name": "N", "type": "colour"}], "steps": []}',
        '{"format": 1, "fields": [{"type": "text"}], "steps": []}',
        '{"format": 1, "fields": [{"name": "N", "type": "text", "required": "yes"}], "steps": []}',
        "",
    ],
)
def test_a_text_without_the_schema_is_no_document(text: str) -> None:
    """Of another format, with unknown or missing fields, or of other types."""
    with pytest.raises(msgspec.MsgspecError):
        read(text)
