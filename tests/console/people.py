"""Worlds for tests of pages: accounts, their people and groups, made with the real commands; and signing them in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import auth
from django.test import Client

from tenantry.accounts.commands import change_support_access_role, create_account, create_managed_account
from tenantry.alerts.commands import subscribe
from tenantry.alerts.notices import post_notice
from tenantry.build.commands import create_folder
from tenantry.build.queries import top_id
from tenantry.connectors.publisher import set_publisher_name
from tenantry.environments.commands import create_environment
from tenantry.groups.commands import add_accounts_to_group, add_user_to_group, create_group
from tenantry.library.commands import publish
from tenantry.platform_api.origins import add_origin
from tenantry.platform_api.trusted import add_trusted_address
from tenantry.previews.commands import make_preview
from tenantry.roles.commands import create_role
from tenantry.rules.alerts import EventType
from tenantry.rules.changes import GroupGoes
from tenantry.rules.features import Feature
from tenantry.rules.origins import Method
from tenantry.rules.sharing import Kind
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.trusted_addresses import AddressType
from tenantry.rules.vocabulary import (
    OPERATOR,
    AccountId,
    Actor,
    EnvironmentId,
    FolderId,
    GroupId,
    RoleId,
    RuntimeId,
    Source,
    user_key,
)
from tenantry.runtimes.commands import install_runtime, issue_installer_token
from tenantry.sharing.commands import share
from tenantry.support.commands import grant_support_access, request_support_access
from tenantry.tokens.models import UserToken
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.heavens import Heaven, make_heaven
from tests.console.packs import NO_PACKS, Packs, make_packs
from tests.console.reports import Reports, make_reports
from tests.store.jars import a_library
from tests.store.modellers import Hub, a_hub
from tests.store.workshops import NO_WORKSHOP, Workshop, a_workshop

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
PASSWORD = "Correct-Horse-9"
FEATURES = frozenset(
    {
        Feature.ADVANCED_USER_SECURITY,
        Feature.ACCOUNT_GROUPS,
        Feature.API_TOKENS,
        Feature.DATA_HUB,
        Feature.INTEGRATION_PACKS,
        Feature.PROCESS_LIBRARY,
        Feature.CLOUD_MANAGEMENT,
    }
)


@dataclass(frozen=True, slots=True)
class House:
    """A primary account with an administrator, somebody with an empty role, and one custom role besides; with a group
    that holds one managed account and one person, and shares the role; with one active temporary support access, and
    one preview of the administrator's; with one environment, and a runtime attached nowhere; with
    one folder; with a cloud (`heaven`), `reports`, the process of which is published twice, `packs`, a workshop for
    connectors, a `hub` for models, the library file `jar`, the administrator's `token`, and
    the numbers `trusted` of a trusted address, `origin` of a CORS rule, `alert` of the administrator's subscription and
    `notice` of a notification.
    """

    account: AccountId
    administrator: int
    bystander: int
    role: RoleId
    group: GroupId
    member: AccountId
    guest: int
    grant: int
    preview: str
    folder: FolderId
    environment: EnvironmentId
    runtime: RuntimeId
    reports: Reports
    heaven: Heaven
    packs: Packs
    workshop: Workshop
    hub: Hub
    jar: int
    token: int
    trusted: int
    origin: int
    alert: int
    notice: int


def known(account: AccountId, email: str, *, staff: bool = False) -> int:
    """Make somebody who has signed in before."""
    names = {"first_name": "Gil", "last_name": "Guest"}
    roles = {RoleId("STANDARD_USER")}
    user = add_user(actor=OPERATOR, at=AT, account=account, email=email, roles=roles, notify=False, **names).user
    User.objects.filter(pk=user).update(signed_in=True, staff=staff)
    return user


def a_token(account: AccountId, user: int, name: str, prefix: str = "0a1b2c", at: datetime = AT) -> int:
    """A token of somebody, as a row: neither feature nor privilege is asked for here. Nobody knows its value."""
    row = UserToken(account_id=account, user_id=user, name=name, prefix=prefix, digest=uuid4().hex * 2, created_at=at)
    return int(UserToken.rows.of(account).bulk_create([row])[0].pk)


def make_house(name: str, *, bare: bool = False) -> House:
    """Make the account and its people; addresses carry the account's name. A `bare` one has neither packs nor a
    workshop, so that of environments and deployments there are just those of its `reports`.
    """
    account = create_account(actor=OPERATOR, at=AT, name=name, features=FEATURES)
    empty = create_role(actor=OPERATOR, at=AT, account=account, name="Nothing at all")
    role = create_role(actor=OPERATOR, at=AT, account=account, name="Operations", privileges=["EXECUTE"])
    people = [
        add_user(
            actor=OPERATOR,
            at=AT,
            account=account,
            email=f"{first.lower()}@{name.lower()}.example",
            first_name=first,
            last_name=name,
            roles={held},
            notify=False,
        ).user
        for first, held in (("Ada", RoleId("ADMINISTRATOR")), ("Bo", empty))
    ]
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": account}
    member = create_managed_account(
        actor=OPERATOR, at=AT, primary=account, name=f"{name} Branch", trial_ends=AT + timedelta(days=30)
    )
    home = create_account(actor=OPERATOR, at=AT, name=f"{name} Guests")
    group = create_group(**here, name=f"{name} Services")
    add_accounts_to_group(**here, group=group, members={member})
    guest = known(home, f"gil@{name.lower()}.example")
    email = f"gil@{name.lower()}.example"
    add_user_to_group(**here, group=group, email=email, roles={RoleId("SUPPORT")}, notify=False)
    share(**here, group=group, kind=Kind.ROLE, resources={role})
    helper = f"sam@{name.lower()}.example"
    known(home, helper, staff=True)
    change_support_access_role(**here, role=None)
    grant = request_support_access(actor=Actor(user_key(helper), Source.UI), at=AT, account=account)
    now = datetime.now(UTC)
    grant_support_access(
        actor=OPERATOR, at=now, account=account, grants=frozenset({grant}), role=RoleId("SUPPORT"), hours=168
    )
    ada = Actor(user_key(f"ada@{name.lower()}.example"), Source.UI)
    seen = make_preview(actor=ada, at=now, account=account, change=GroupGoes(account, group))
    environment = create_environment(**here, name="Production")
    reports = make_reports(account, AT, f"{name} reports")
    set_publisher_name(**here, name=name)
    for _ in range(2):
        publish(**here, package=reports.package)
    runtime, _ = install_runtime(at=AT, token=issue_installer_token(**here), name="Engine")
    return House(
        account,
        people[0],
        people[1],
        role,
        group,
        member,
        guest,
        grant,
        preview=seen.confirmation.preview,
        folder=create_folder(**here, parent=top_id(account), name=f"{name} folder"),
        environment=environment,
        runtime=runtime,
        heaven=make_heaven(account, group, member, AT, f"{name} cloud"),
        reports=reports,
        packs=NO_PACKS if bare else make_packs(account, AT, name, reports.environment),
        workshop=NO_WORKSHOP if bare else a_workshop(account, group),
        hub=a_hub(account, group, member, f"{name} hub"),
        jar=a_library(account, f"{name}.jar"),
        token=a_token(account, people[0], f"{account} token"),
        origin=add_origin(**here, origin=f"https://{name}.example", methods={Method.GET}),
        alert=subscribe(
            person=User.objects.get(pk=people[0]),
            proof=Proof(by=ProvenBy.PASSWORD, at=AT),
            at=AT,
            account=account,
            event_type=EventType.ALL,
            level="info",
        ),
        notice=post_notice(**here, text=f"{name} says", level="info"),
        trusted=add_trusted_address(**here, name=name, type=AddressType.SINGLE, address="10.0.0.1"),
    )


def signed_in(user: int, account: str, at: datetime | None = None) -> Client:
    """A browser in which this person is signed in, since now or an instant, by password, and in this account."""
    client = Client(headers={"host": "127.0.0.1"})
    person = User.objects.get(pk=user)
    session = client.session
    session[auth.SESSION_KEY] = str(user)
    session[auth.BACKEND_SESSION_KEY] = "tenantry.signin.identity.PasswordIdentity"
    session[auth.HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account"] = account
    session["proven_by"] = "password"
    session["started"] = (at or datetime.now(UTC)).isoformat()
    session.save()
    return client
