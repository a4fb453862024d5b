"""Models that a demo's primary has: one published, deployed and shared, one that is still a draft."""

from typing import Any, Final

from tenantry.accounts.queries import account_row
from tenantry.datahub.commands import create_model, publish_model, save_draft
from tenantry.datahub.deploying import create_repository, deploy_model
from tenantry.groups.queries import all_accounts_of
from tenantry.rules.modelling import Document, Field, FieldType, Step, StepKind
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, Instant
from tenantry.sharing.commands import share

OWNER: Final = AccountId("documentation-7Q2KXD")

_CUSTOMER: Final = Document(
    (
        Field("Customer number", FieldType.TEXT, required=True, unique=True, match=True),
        Field("Name", FieldType.TEXT, required=True),
        Field("E-mail", FieldType.TEXT, match=True),
        Field("Country", FieldType.TEXT),
        Field("Customer since", FieldType.DATE),
    ),
    (Step("Country code", StepKind.RULE, "Country is a two-letter code"),),
)
_PRODUCT: Final = Document((Field("Article", FieldType.TEXT, required=True, unique=True),))


def fill_models(at: Instant) -> None:
    """Make them, where the demo's primary is there."""
    if account_row(OWNER) is None:
        return
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": OWNER}
    customer, product = create_model(**here, name="Customer"), create_model(**here, name="Product")
    opened = save_draft(**here, model=customer, document=_CUSTOMER, opened=1)
    publish_model(**here, model=customer, opened=opened, notes="The first version")
    save_draft(**here, model=product, document=_PRODUCT, opened=1)
    repository = create_repository(**here, name="Golden records")
    deploy_model(**here, model=customer, version=1, repository=repository)
    group = GroupId(all_accounts_of(OWNER).id)
    share(**here, group=group, kind=Kind.MODEL, resources={customer})
