"""Chapter MODEL: drafts, publishing, copies, deleting."""

from dataclasses import replace

import pytest

from tenantry.rules import modelling as law, refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document, Field, FieldType, Step, StepKind
from tenantry.rules.sharing import Kind, Resource, check_features, check_share
from tenantry.rules.vocabulary import AccountId

P = AccountId("p")
NAME, AGE = Field("Name", FieldType.TEXT, required=True), Field("Age", FieldType.INTEGER)
RULE = Step("Adult", StepKind.RULE, "Age is at least 18")
CALL = Step("Enrich", StepKind.PROCESS, process="a-process")
FULL = Document((NAME, AGE), (RULE, CALL))


def test_model_1_sharing_needs_data_hub_in_the_primary_and_a_published_model() -> None:
    """Account Groups first, then Data Hub; then the state, which deploying has nothing to do with (CONF-19)."""
    both = {Feature.ACCOUNT_GROUPS, Feature.DATA_HUB}
    lacking = check_features(Kind.MODEL, P, {Feature.ACCOUNT_GROUPS})
    assert lacking == no.FeatureMissing(feature=Feature.DATA_HUB.label, account=P, rule_id="MODEL-1")
    assert lacking.rules == ("MODEL-1",)
    groups = check_features(Kind.MODEL, P, {Feature.DATA_HUB})
    assert groups is not None
    assert groups.rules == ("SHARE-11",)
    assert check_features(Kind.MODEL, P, both) is None
    assert check_features(Kind.CLOUD, P, {Feature.ACCOUNT_GROUPS}) is None
    draft = Resource(Kind.MODEL, "m", "Customer", P, shareable=False)
    refusal = check_share(Kind.MODEL, draft, primary=P, features=both, there=False)
    assert refusal == no.ResourceNotShareable(kind="model", name="Customer", state="published")
    assert check_share(Kind.MODEL, replace(draft, shareable=True), primary=P, features=both, there=False) is None


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (Document((replace(NAME, name=" "),)), "A field needs a name of 1 to 80 characters."),
        (Document((replace(NAME, name="x" * 81),)), "A field needs a name of 1 to 80 characters."),
        (Document((replace(NAME, name="a\x00"),)), "A field needs a name of 1 to 80 characters."),
        (Document((NAME, replace(AGE, name="NAME"))), "There is a field named “NAME” already."),
        (Document((), (RULE, replace(CALL, name="adult"))), "There is a step named “adult” already."),
        (Document((), (replace(RULE, name=""),)), "A step needs a name of 1 to 80 characters."),
        (Document((), (replace(RULE, check=" "),)), "Say what “Adult” checks."),
        (Document((), (replace(RULE, check="x" * 501),)), "What a step checks has at most 500 characters."),
        (Document((), (replace(RULE, process="p"),)), "“Adult” either checks a rule or calls a process."),
        (Document((), (replace(CALL, check="c"),)), "“Enrich” either checks a rule or calls a process."),
        (Document(tuple(replace(NAME, name=f"f{n}") for n in range(251))), "A model has at most 250 fields."),
        (
            Document((), tuple(replace(RULE, name=f"s{n}") for n in range(51))),
            "A model has at most 50 data quality steps.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_model_1_a_draft_that_cannot_be_kept_says_why(document: Document, problem: str) -> None:
    """Names that differ, limits, and steps that say what they do."""
    assert law.check_document(document) == no.ModelPartInvalid(why=problem)


def test_model_1_a_draft_may_lack_what_publishing_asks_for() -> None:
    """Nothing in it at all, or a call whose process is not chosen yet; names of a field and a step may be equal."""
    for document in (
        Document(),
        FULL,
        Document((), (replace(CALL, process=""),)),
        Document((NAME,), (replace(RULE, name="Name"),)),
    ):
        assert law.check_document(document) is None
    longest = Document(tuple(replace(NAME, name=f"{n:080}") for n in range(250)))
    assert law.check_document(longest) is None


def test_model_1_what_publishing_asks_for() -> None:
    """A field, a process for each call, and something that is not published yet; never that it is deployed."""
    empty = law.check_publishable("M", Document(), None, 0)
    assert isinstance(empty, no.ModelNotPublishable)
    assert "no field" in empty.message
    waiting = law.check_publishable("M", replace(FULL, steps=(RULE, replace(CALL, process=""))), None, 0)
    assert isinstance(waiting, no.ModelNotPublishable)
    assert "Enrich" in waiting.message
    assert law.check_publishable("M", FULL, None, 0) is None
    assert law.check_publishable("M", FULL, FULL, 3) == no.NothingToPublish(model="M", version=3)
    assert law.check_publishable("M", replace(FULL, fields=(AGE, NAME)), FULL, 3) is None


def test_model_2_a_copy_needs_data_hub_in_the_account() -> None:
    """The feature of the account that copies, by its rule."""
    refusal = law.check_feature({Feature.ACCOUNT_GROUPS}, P, "MODEL-2")
    assert refusal == no.FeatureMissing(feature=Feature.DATA_HUB.label, account=P, rule_id="MODEL-2")
    assert law.check_feature({Feature.DATA_HUB}, P, "MODEL-2") is None


def test_model_2_a_name_that_is_taken_gets_the_first_free_number() -> None:
    """Ignoring case; a long name makes room for it."""
    assert law.numbered("Customer", {"product"}) == "Customer"
    assert law.numbered("Customer", {"customer"}) == "Customer 2"
    assert law.numbered("Customer", {"customer", "customer 2", "customer 4"}) == "Customer 3"
    longest = "x" * 255
    found = law.numbered(longest, {longest})
    assert found == "x" * 253 + " 2"
    assert law.check_name(found) is None


def test_model_3_a_copy_takes_everything_but_the_processes_that_steps_call() -> None:
    """The steps themselves stay, each in its place; a call waits for a process of the copy's account."""
    copy = law.copy_of(FULL)
    assert copy == Document((NAME, AGE), (RULE, replace(CALL, process="")))
    assert law.check_document(copy) is None


def test_model_5_a_deployed_model_is_not_deleted() -> None:
    """The refusal names the repositories; a repository with models is not deleted either."""
    refusal = law.check_deletable("M", ("East", "West"))
    assert refusal == no.ModelIsDeployed(model="M", repositories="East, West")
    assert law.check_deletable("M", ()) is None
    assert law.check_repository_deletable("East", ("M",)) == no.RepositoryInUse(repository="East", models="M")
    assert law.check_repository_deletable("East", ()) is None


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [("b", -1, "bac"), ("b", 1, "acb"), ("a", -1, "abc"), ("c", 1, "abc"), ("A", 2, "bca"), ("x", 1, "abc")],
)
def test_parts_move_as_far_as_there_are_any(name: str, by: int, order: str) -> None:
    """Beyond the ends nothing happens, nor to what is not there."""
    parts = tuple(Field(key, FieldType.TEXT) for key in "abc")
    assert "".join(one.name for one in law.moved(parts, name, by)) == order


def test_parts_are_found_put_and_taken_by_name() -> None:
    """Ignoring case, in their place."""
    assert law.find(FULL.fields, "name", "field") == NAME
    assert law.find(FULL.fields, "gone", "field") == no.ModelPartNotFound(part="field", name="gone")
    other = replace(NAME, name="Full name")
    assert law.put(FULL.fields, other, "NAME") == (other, AGE)
    assert law.put(FULL.fields, other) == (NAME, AGE, other)
    assert law.without(FULL.fields, "name") == (AGE,)


def test_what_changed_is_told_part_by_part() -> None:
    """Added, changed with what it was, removed, and put in another order."""
    new = Document((AGE, replace(NAME, required=False), Field("E-mail", FieldType.TEXT, match=True)), (CALL,))
    assert law.differences(FULL, new) == (
        "Field Name changed: Text, required → Text",
        "Field E-mail added: Text, match",
        "Fields in another order",
        "Step Adult removed",
    )
    assert law.differences(FULL, FULL) == ()
    assert law.differences(FULL, law.copy_of(FULL)) == (
        "Step Enrich changed: calls a process → calls a process that is to be chosen",
    )


def test_names_and_notes_have_limits() -> None:
    """1 to 255 characters, notes at most 2000, and no zero character."""
    for name in ("", "  ", "x" * 256, "a\x00"):
        assert law.check_name(name) == no.ModelNameInvalid(limit=255)
        assert law.check_repository_name(name) == no.RepositoryNameInvalid(limit=255)
    assert law.check_name("x" * 255) is None
    assert law.check_repository_name("x" * 255) is None
    assert law.check_notes("x" * 2001) == no.ModelNotesInvalid(limit=2000)
    assert law.check_notes("\x00") == no.ModelNotesInvalid(limit=2000)
    assert law.check_notes("x" * 2000) is None
