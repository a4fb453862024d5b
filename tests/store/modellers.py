"""Accounts with Data Hub, their models and repositories, made by the commands themselves."""

from dataclasses import dataclass
from itertools import count

from tenantry.accounts.commands import switch_feature
from tenantry.datahub.commands import create_model, publish_model, save_draft
from tenantry.datahub.deploying import create_repository, deploy_model
from tenantry.datahub.models import Model
from tenantry.datahub.queries import draft_of
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document, Field, FieldType, Step, StepKind
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId
from tenantry.sharing.commands import share
from tests.store.factories import AT

NAME = Field("Name", FieldType.TEXT, required=True)
FIELDS = Document((NAME, Field("Number", FieldType.INTEGER, unique=True, match=True)))
RULE = Step("Named", StepKind.RULE, "Name is not empty")

_numbers = count(1)


@dataclass(frozen=True)
class Hub:
    """Models of an account: `draft` has nothing in it, `ready` could be published, `shared` is, and a group of the
    account shares it; `deployed` is in `repository`. Nothing is in the repository `empty`.
    """

    draft: str
    ready: str
    shared: str
    deployed: str
    repository: str
    empty: str


def with_data_hub(account: AccountId) -> None:
    """Let an account have models."""
    switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.DATA_HUB, on=True)


def a_model(account: AccountId, name: str = "", document: Document = FIELDS, *, published: bool = False) -> str:
    """A model with this draft, published if wanted."""
    model = create_model(actor=OPERATOR, at=AT, account=account, name=name or f"Model {next(_numbers)}")
    if document != Document():
        save_draft(actor=OPERATOR, at=AT, account=account, model=model, document=document, opened=1)
    if published:
        publish(account, model)
    return model


def row_of(account: AccountId, model: str) -> Model:
    """The row as it is now."""
    return Model.rows.of(account).get(id=model)


def document_in(account: AccountId, model: str) -> Document:
    """What its draft says now."""
    return draft_of(row_of(account, model))


def change(account: AccountId, model: str, document: Document) -> int:
    """Save another draft on top of the one there is."""
    opened = row_of(account, model).revision
    return save_draft(actor=OPERATOR, at=AT, account=account, model=model, document=document, opened=opened)


def publish(account: AccountId, model: str) -> int:
    """Publish the draft that there is."""
    opened = row_of(account, model).revision
    return publish_model(actor=OPERATOR, at=AT, account=account, model=model, opened=opened)


def lend_model(account: AccountId, group: GroupId, model: str) -> None:
    """Share a model with a group."""
    share(actor=OPERATOR, at=AT, account=account, group=group, kind=Kind.MODEL, resources={model})


def a_repository(account: AccountId, name: str = "") -> str:
    """A repository."""
    return create_repository(actor=OPERATOR, at=AT, account=account, name=name or f"Repository {next(_numbers)}")


def put_into(account: AccountId, repository: str, model: str, version: int = 1) -> None:
    """Deploy a model."""
    deploy_model(actor=OPERATOR, at=AT, account=account, model=model, version=version, repository=repository)


def a_hub(account: AccountId, group: GroupId, member: AccountId, name: str = "Hub") -> Hub:
    """Such models of an account that has Data Hub, all named after `name`; the member of the group gets it too."""
    with_data_hub(member)
    shared, deployed = (a_model(account, f"{name} {word}", published=True) for word in ("shared", "deployed"))
    repository, empty = a_repository(account, f"{name} records"), a_repository(account, f"{name} nothing")
    lend_model(account, group, shared)
    put_into(account, repository, deployed)
    draft, ready = a_model(account, f"{name} draft", Document()), a_model(account, f"{name} ready")
    return Hub(draft, ready, shared, deployed, repository, empty)


NO_HUB = Hub(*["none"] * 6)
"""Ids that nothing has."""
