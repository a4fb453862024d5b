"""The world in which the commands are used."""

from dataclasses import dataclass

from tenantry.accounts import commands as accounts
from tenantry.agreements import commands as agreements
from tenantry.alerts import notices
from tenantry.alerts.models import AlertEvent, AlertMail, AlertSubscription, KnownStatus, Notice, NoticeDismissal
from tenantry.clouds import clusters
from tenantry.factors.models import Enforcement
from tenantry.own_api.models import AskedChange, KeptAnswer
from tenantry.platform_api import origins, trusted
from tenantry.previews import commands as previews
from tenantry.rules.changes import ShareEnds
from tenantry.rules.features import Feature
from tenantry.rules.origins import Method
from tenantry.rules.sessions import SessionSettings
from tenantry.rules.trusted_addresses import AddressType
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, FolderId, GroupId, RoleId
from tenantry.sessions import commands as sessions
from tenantry.sso.models import Federation, Once, SignOnSettings
from tenantry.support import commands as support
from tenantry.tokens import commands as tokens
from tests.store.explorers import a_folder, furnish
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    somebody,
    withdraw,
)
from tests.store.jars import a_library
from tests.store.modellers import Hub, a_hub
from tests.store.publishers import PUBLISHING, Sold, published_in
from tests.store.shelves import PUBLISHER, Crate, a_crate
from tests.store.skies import a_cloud, a_quota, an_attachment, lend_cloud
from tests.store.workplaces import Stage, a_stage
from tests.store.workshops import Workshop, a_workshop

PASSWORD = "correct horse battery"
REASON = "asked for in a letter"
LATE = "Withdrawn lately"
"""The name of a role whose share has ended, and of which assignments are left."""


def no_outside_access(account: AccountId) -> None:
    """Nobody of its primary is let in any more."""
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=account, role=None)


def federate(account: AccountId, who: Somebody) -> None:
    """Give somebody a Federation ID in the account: their address."""
    Federation.rows.of(account).create(account_id=account, user_id=who.id, federation_id=who.email, key=who.email)


def _alert(account: AccountId, who: Somebody) -> None:
    """One row of each table of alerts, the notification apart."""
    here = {"account_id": account}
    AlertSubscription.rows.of(account).create(**here, user_id=who.id, level="info", event_type="ATOM.STATUS")
    AlertEvent.rows.of(account).create(**here, type="ATOM.STATUS", level="info", at=AT, text="Gone")
    AlertMail.rows.of(account).create(**here, user_id=who.id, events=[])
    KnownStatus.rows.of(account).create(**here, runtime="nowhere", online=True)
    NoticeDismissal.rows.of(account).create(**here, user_id=who.id, notice_id=_notice_of(account))


def _notice_of(account: AccountId) -> int:
    return int(Notice.rows.of(account).values_list("pk", flat=True)[0])


@dataclass(frozen=True)
class World:
    """Two primaries. `ann` administers `here`; `bob` is Standard User here and Support there; `cy` was just invited.

    `dot` administers `there`. Each administrator has a token, and each of the two
    accounts a trusted address, a CORS rule, settings of single sign-on, which is off, and a Federation ID of its
    administrator, and a notification. `here` manages `member`, which is in its group `group`,
    and `loner`, which is in none. `gus` is in the group as Support, `ned` could be put into it. `mia` is a user of
    `member` with the role `lent`, which the group shares. `sid` is of the platform's support staff. `there` has as
    much of its own. `plain` is an account that has to do with none of them. `folder`
    of `here` is open and holds `component` and the folder `deep`. `stage` is where things run in `here`, `crate` an
    integration pack of `here`, `workshop` where its connectors are developed. `hub` has models of `here`, of which the
    group shares one, and `sold` is what it has published twice. The cloud `cloud`
    of `here` has one cluster, a quota and an attachment of `member`, and `cluster_token` installs another. `jar` is
    the number of its one library file.
    """

    here: AccountId
    there: AccountId
    ann: Somebody
    bob: Somebody
    cy: Somebody
    dot: Somebody
    held: RoleId
    spare: RoleId
    theirs: RoleId
    member: AccountId
    loner: AccountId
    group: GroupId
    gus: Somebody
    ned: Somebody
    lent: RoleId
    mia: Somebody
    sid: Somebody
    plain: AccountId
    folder: FolderId
    deep: FolderId
    component: ComponentId
    stage: Stage
    crate: Crate
    workshop: Workshop
    hub: Hub
    sold: Sold
    cloud: str
    cluster_token: str
    jar: int


@dataclass(frozen=True)
class Dealings:
    """What a primary has to do with others."""

    member: AccountId
    loner: AccountId
    group: GroupId
    gus: Somebody
    lent: RoleId
    mia: Somebody


def _dealings(primary: AccountId, boss: Somebody, sid: Somebody, tag: str) -> Dealings:
    """A member, a group with a person and a share, a share that has ended, a request of support staff, a preview."""
    member, loner = a_member(primary, f"Member {tag}"), a_member(primary, f"Loner {tag}")
    gus = somebody(f"gus.{tag}@example.com")
    lent, late = a_role(primary, "Lent", "EXECUTE"), a_role(primary, LATE, "EXECUTE")
    group = a_group(primary, "Services", members=[member], people={gus: [SUPPORT]}, shares=[lent, late])
    mia = a_user(member, STANDARD_USER, lent, late, email=f"mia.{tag}@example.com")
    withdraw(primary, group, late)
    no_outside_access(primary)
    support.request_support_access(actor=sid.actor, at=AT, account=primary, why="to help")
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=primary, role=ADMINISTRATOR)
    previews.make_preview(actor=boss.actor, at=AT, account=primary, change=ShareEnds(primary, group, frozenset({lent})))
    return Dealings(member, loner, group, gus, lent, mia)


def _clouded(primary: AccountId, group: GroupId, member: AccountId) -> tuple[str, str]:
    """A cloud with a cluster, shared to the group; a quota and an attachment of an account in it; a token."""
    accounts.switch_feature(actor=OPERATOR, at=AT, account=primary, feature=Feature.CLOUD_MANAGEMENT, on=True)
    cloud = a_cloud(primary, "Cloud")
    lend_cloud(primary, group, cloud)
    a_quota(primary, cloud, member, 3)
    an_attachment(member, cloud)
    return cloud, clusters.issue_cluster_token(actor=OPERATOR, at=AT, account=primary, cloud=cloud)


def a_world() -> World:
    """Made by the commands themselves."""
    features = PUBLISHER | PUBLISHING | {Feature.DATA_HUB}
    here, there = a_primary("Here", features), a_primary("There", features)
    held = a_role(here, "Held", "EXECUTE")
    ann = a_user(here, ADMINISTRATOR, email="Ann@example.com", password=PASSWORD)
    bob = a_user(here, STANDARD_USER, held, email="bob@example.com", password=PASSWORD)
    a_user(there, SUPPORT, email="bob@example.com")
    dot = a_user(there, ADMINISTRATOR, email="dot@example.com", password=PASSWORD)
    for account, who in ((here, ann), (there, dot)):
        tokens.issue_user_token(actor=who.actor, at=AT, account=account, user=who.email, name="first")
        trusted.add_trusted_address(
            actor=who.actor, at=AT, account=account, name="One", type=AddressType.SINGLE, address="10.0.0.1"
        )
        origins.add_origin(actor=who.actor, at=AT, account=account, origin="https://a.example", methods={Method.GET})
        SignOnSettings.rows.of(account).create(account_id=account)
        KeptAnswer.rows.of(account).create(account_id=account, user_id=who.id, key="first", at=AT)
        AskedChange.rows.of(account).create(account_id=account, preview=f"of {account}", at=AT, change="{}")
        Once.rows.of(account).create(account_id=account, kind="request", value="first", expires_at=AT)
        federate(account, who)
        Enforcement.rows.of(account).bulk_create([Enforcement(account_id=account, enforced=False)])
        notices.post_notice(actor=who.actor, at=AT, account=account, text="Hear", level="info")
        _alert(account, who)
        asked = SessionSettings(lock_inactive=True)
        sessions.set_session_settings(actor=who.actor, at=AT, account=account, settings=asked)
        agreements.set_usage_agreement(actor=who.actor, at=AT, account=account, on=False, title="Terms", message="")
    sid = somebody("sid@platform.example", staff=True)
    ours = _dealings(here, ann, sid, "here")
    theirs = _dealings(there, dot, sid, "there")
    a_hub(there, theirs.group, theirs.member)
    furnish(there)
    folder, component = furnish(here)
    a_crate(there, a_stage(there).environment)
    published_in(there)
    ours_staged = a_stage(here)
    a_workshop(there, theirs.group)
    a_library(there)
    _clouded(there, theirs.group, theirs.member)
    cloud, cluster_token = _clouded(here, ours.group, ours.member)
    return World(
        here=here,
        there=there,
        ann=ann,
        bob=bob,
        cy=a_user(here, STANDARD_USER, email="cy@example.com"),
        dot=dot,
        held=held,
        spare=a_role(here, "Spare", "EXECUTE", "API"),
        theirs=a_role(there, "Theirs", "EXECUTE"),
        member=ours.member,
        loner=ours.loner,
        group=ours.group,
        gus=ours.gus,
        ned=somebody("ned@example.com"),
        lent=ours.lent,
        mia=ours.mia,
        sid=sid,
        plain=an_account("Plain"),
        folder=folder,
        deep=a_folder(here, "Furnished/Deep"),
        component=component,
        stage=ours_staged,
        crate=a_crate(here, ours_staged.environment),
        workshop=a_workshop(here, ours.group),
        hub=a_hub(here, ours.group, ours.member),
        sold=published_in(here),
        cloud=cloud,
        cluster_token=cluster_token,
        jar=a_library(here),
    )
