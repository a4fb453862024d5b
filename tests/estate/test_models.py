"""Models out of files: what loading writes, tells and leaves."""

import pytest

from tenantry.datahub.models import Model, ModelVersion
from tenantry.datahub.queries import draft_of, received_models
from tenantry.estate.invariants import findings
from tenantry.rules.modelling import Document
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.kinds import SOURCES
from tests.estate.loading import AT, PARTNER, Fields, Loader, counts, entries, exported, shares
from tests.store.modellers import FIELDS, change, publish

pytestmark = [pytest.mark.store, pytest.mark.django_db]


def model(name: str = "Customer", account: str = "p", *, published: bool = True, **more: str) -> Fields:
    """A model line."""
    return {"kind": "model", "account": account, "name": name, "published": published, **more}


def test_model_1_lines_make_models_as_the_commands_do(loader: Loader) -> None:
    """Published ones with one version, each with its entries; the share reaches the member at once."""
    first = loader(*PARTNER, model(id="m-1"), model("Draft", published=False), shares("Customer", type="model"))
    assert counts(first)["model"] == (2, 0, 0)
    row = Model.rows.of("p").get(id="m-1")
    assert (row.published, row.published_revision, row.user, draft_of(row)) == (1, 1, "operator", Document())
    assert ModelVersion.rows.of("p").count() == 1
    told = [entry[1:] for entry in entries() if entry[1] == "as.model"]
    assert sorted(told) == [
        ("as.model", "CREATE", "NONE", "Customer"),
        ("as.model", "CREATE", "NONE", "Draft"),
        ("as.model", "PUBLISH", "NONE", "Customer"),
    ]
    assert [one.pk for one in received_models(AccountId("m"))] == ["m-1"]
    assert not received_models(AccountId("n")).exists()
    assert list(findings(AT)) == []


def test_loading_again_changes_nothing_and_never_takes_a_version_back(loader: Loader) -> None:
    """Drafts and versions that people made stay as they are; a line may publish a draft, and rename by id."""
    loader(*PARTNER, model(id="m-1"), model("Draft", id="m-2", published=False))
    owner = AccountId("p")
    change(owner, "m-1", FIELDS)
    publish(owner, "m-1")
    change(owner, "m-2", FIELDS)
    state = exported()
    assert counts(loader.text(state))["model"] == (0, 0, 2)
    assert exported() == state
    assert loader.refused(model(id="m-1", published=False)) == [
        (1, "published", "'Customer' is published, and versions are never taken back (MODEL-1)")
    ]
    swapped = loader(model("Draft", id="m-1"), model("customer", id="m-2"))
    assert counts(swapped)["model"] == (0, 2, 0)
    rows = {row.pk: row for row in Model.rows.of(owner)}
    assert {key: (row.name, row.name_key, row.published) for key, row in rows.items()} == {
        "m-1": ("Draft", "draft", 2),
        "m-2": ("customer", "customer", 1),
    }
    assert draft_of(rows["m-2"]) == FIELDS
    assert ModelVersion.rows.of(owner).get(model="m-2").document == rows["m-2"].draft
    assert list(findings(AT)) == []


def test_what_is_wrong_with_a_line_is_told_by_field(loader: Loader) -> None:
    """Names, ids of others, names given twice, and a share of what is not there."""
    loader(*PARTNER, model(id="m-1"))
    assert loader.refused(model(" ")) == [(1, "name", "A model needs a name of 1 to 255 characters. (MODEL-1)")]
    assert loader.refused(model("x" * 256))[0][1] == "name"
    assert loader.refused({"kind": "model", "account": "p", "name": "N"})[0][1] == "published"
    assert loader.refused(model("Other", "m", id="m-1")) == [(1, "id", "m-1 is the id of a model of another account")]
    assert loader.refused(model("CUSTOMER", id="m-9"))[0][1] == "id"
    assert {field for _, field, _ in loader.refused(model("A", id="a"), model("a", id="b"))} == {"name"}
    assert loader.refused(shares("Nothing", type="model"))[0][1] == "name"
    assert loader.refused(model("Lost", "nowhere"))[0][1] == "account"


def test_scn_76_and_share_5_a_share_of_an_unpublished_model_waits_for_its_first_version(loader: Loader) -> None:
    """An import describes a state; nobody is offered it before."""
    loader(*PARTNER, model(id="m-1", published=False), shares("Customer", type="model"))
    assert not received_models(AccountId("m")).exists()
    found = SOURCES[Kind.MODEL].one(AccountId("p"), "m-1")
    assert found is not None
    assert not found.shareable
    loader(model(id="m-1"))
    assert received_models(AccountId("m")).exists()
