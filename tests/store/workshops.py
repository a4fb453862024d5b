"""Accounts that develop connectors, made by the commands themselves."""

from dataclasses import dataclass
from datetime import timedelta

from tenantry.accounts.commands import switch_feature
from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.connectors.commands import add_connector, add_version, create_connector_group, remove_connector
from tenantry.connectors.publisher import enable_development, set_publisher_name
from tenantry.connectors.queries import connector_of
from tenantry.connectors.releases import plan_release, release_version
from tenantry.connectors.reviews import submit_for_review
from tenantry.connectors.uploads import Files
from tenantry.content.store import keep
from tenantry.deploy.commands import create_package, deploy
from tenantry.environments.commands import create_environment
from tenantry.rules.connectors import Visibility
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, GroupId
from tenantry.sharing.commands import share
from tests.store.descriptors import DESCRIPTOR
from tests.store.factories import AT

DUE = AT + timedelta(days=3)
"""When planned releases of workshops are due; a full hour."""

NO_WORKSHOP_NUMBER = 987654
"""What no row of a workshop is numbered."""


@dataclass(frozen=True)
class Workshop:
    """A connector group with two versions and these connectors: `released` is shared with the group it is made for and
    used by the deployed component `user`; `fresh` is not released; a release of `planned` is pending, and a review of
    `asked`, whose number is `review`. The group `spare` has no connectors.
    """

    group: int
    spare: int
    released: str
    fresh: str
    planned: str
    asked: str
    review: int
    user: ComponentId


NO_WORKSHOP = Workshop(
    NO_WORKSHOP_NUMBER, NO_WORKSHOP_NUMBER, "none", "none", "none", "none", NO_WORKSHOP_NUMBER, ComponentId("none")
)
"""Ids that nothing has."""


def a_developer(account: AccountId, name: str = "Acme Software") -> AccountId:
    """Let the account develop connectors (CONN-1), and submit them for review."""
    switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.DEVELOPER, on=True)
    set_publisher_name(actor=OPERATOR, at=AT, account=account, name=name)
    enable_development(actor=OPERATOR, at=AT, account=account)
    return account


def some_files(account: AccountId) -> Files:
    """A descriptor and an archive that the account keeps."""
    archive = keep(account, [b"an archive"], limit=100)
    return Files(keep(account, [DESCRIPTOR], limit=1000).key, archive.key, "connector.zip", archive.size)


def a_connector(account: AccountId, name: str = "CRM", classification: str = "dev", *, released: bool = True) -> str:
    """A connector in a group of its own name, with version 1."""
    made = create_connector_group(
        actor=OPERATOR,
        at=AT,
        account=account,
        name=f"{name} {classification}",
        display_name=name,
        classification=classification,
        files=some_files(account),
    )
    if released:
        release_version(actor=OPERATOR, at=AT, account=account, connector=made.connector, version=1)
    return made.connector


def type_of(account: AccountId, connector: str) -> str:
    """By what components name it."""
    return connector_of(account, connector).type


def a_user_of(account: AccountId, kind: str, name: str = "Reads", type: str = "process") -> ComponentId:
    """A component in the top-level folder that names a connector of this type."""
    text = f'<{type} connector-type="{kind}"/>'
    return create_component(
        actor=OPERATOR, at=AT, account=account, folder=top_id(account), name=name, type=type, format="xml", text=text
    )


def lend_connector(primary: AccountId, group: GroupId, *connectors: str) -> None:
    """Share connectors of the primary with a group."""
    here = {"actor": OPERATOR, "at": AT, "account": primary}
    share(**here, group=group, kind=Kind.CONNECTOR, resources=frozenset(connectors))  # type: ignore[arg-type]


def a_workshop(account: AccountId, group: GroupId) -> Workshop:
    """Such a thing."""
    a_developer(account)
    made = create_connector_group(
        actor=OPERATOR,
        at=AT,
        account=account,
        name="Toolbox",
        display_name="Toolbox",
        classification="prod",
        files=some_files(account),
    )
    add_version(actor=OPERATOR, at=AT, account=account, group=made.group, files=some_files(account))
    others = [
        add_connector(
            actor=OPERATOR,
            at=AT,
            account=account,
            group=made.group,
            name="Toolbox",
            classification=classification,
            version=1,
        )
        for classification in ("dev", "qa", "uat")
    ]
    fresh, planned, asked = others
    for connector in (made.connector, asked):
        release_version(actor=OPERATOR, at=AT, account=account, connector=connector, version=1)
    plan_release(actor=OPERATOR, at=AT, account=account, connector=planned, version=2, due=DUE)
    review = submit_for_review(actor=OPERATOR, at=AT, account=account, connector=asked, wanted=Visibility.PUBLIC)
    lend_connector(account, group, made.connector, asked)
    user = a_user_of(account, type_of(account, made.connector), "Tool user")
    package = create_package(actor=OPERATOR, at=AT, account=account, component=user, version="1.0")
    environment = create_environment(actor=OPERATOR, at=AT, account=account, name="Tools")
    deploy(actor=OPERATOR, at=AT, account=account, package=package, environment=environment)
    spare = create_connector_group(
        actor=OPERATOR,
        at=AT,
        account=account,
        name="Spare parts",
        display_name="Spare",
        classification="dev",
        files=some_files(account),
    )
    remove_connector(actor=OPERATOR, at=AT, account=account, connector=spare.connector)
    return Workshop(made.group, spare.group, made.connector, fresh, planned, asked, review, user)
