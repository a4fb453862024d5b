"""Every command with one use of it: what the log must say of it, and whose facts it changes.

A test of this table fails when a command is missing from it.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import ModuleType

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tenantry.account_libraries import commands as libraries
from tenantry.accounts import commands as accounts, password_policies
from tenantry.agreements import commands as agreements
from tenantry.alerts import notices
from tenantry.alerts.models import AlertEvent, AlertMail, AlertSubscription, KnownStatus, Notice, NoticeDismissal
from tenantry.build import commands as folders, components
from tenantry.build.queries import top_id
from tenantry.clouds import clusters, commands as clouds
from tenantry.connectors import commands as connectors, publisher, releases, reviews
from tenantry.datahub import commands as modelling, deploying as repositories
from tenantry.deploy import commands as deploying
from tenantry.factors import commands as factors
from tenantry.factors.models import Enforcement, Passkey
from tenantry.groups import commands as groups
from tenantry.groups.queries import group_of
from tenantry.jobs import commands as jobs, operating
from tenantry.jobs.kinds import Job, JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.library import commands as library
from tenantry.own_api.models import AskedChange, KeptAnswer
from tenantry.packs import commands as packs, following, instances
from tenantry.packs.models import PackRelease
from tenantry.packs.queries import pack_of
from tenantry.platform_api import origins, trusted
from tenantry.platform_api.models import OriginRule, TrustedAddress
from tenantry.previews import commands as previews
from tenantry.reporting import commands as reporting
from tenantry.roles import commands as roles
from tenantry.rules.agreements import Agreement
from tenantry.rules.changes import ShareEnds, UserLeaves
from tenantry.rules.clouds import Properties
from tenantry.rules.connectors import Visibility
from tenantry.rules.features import Feature
from tenantry.rules.origins import Method
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings
from tenantry.rules.refusals import DocumentNotFound
from tenantry.rules.reporting import Outcome, Work
from tenantry.rules.saml_settings import SamlSettings
from tenantry.rules.schedules import Every
from tenantry.rules.sessions import SessionSettings
from tenantry.rules.sharing import Kind
from tenantry.rules.trusted_addresses import AddressType
from tenantry.rules.vocabulary import (
    OPERATOR,
    AccountId,
    Actor,
    ComponentId,
    FolderId,
    GroupId,
    RoleId,
    Status,
    Validity,
    user_key,
)
from tenantry.runtimes import attachments, calls, updates
from tenantry.schedules import commands as schedules
from tenantry.sessions import commands as sessions
from tenantry.sessions.models import Session
from tenantry.sharing import commands as sharing, ends
from tenantry.signin import commands as signin
from tenantry.signin.entering import Entering
from tenantry.sso import federations, provider_settings, saml_settings
from tenantry.sso.models import Federation, Once, SignOnSettings
from tenantry.support import commands as support
from tenantry.support.models import SupportGrant
from tenantry.tokens import commands as tokens
from tenantry.tokens.models import UserToken
from tenantry.tokens.values import digest_of
from tenantry.users import break_glass, commands as users, locking, own_details, own_passwords, resets
from tenantry.users.models import ResetLink, User
from tests.store.explorers import a_folder, furnish
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    BY_PASSWORD,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    all_accounts,
    an_account,
    hold,
    hold_in_group,
    share_ends,
    somebody,
    withdraw,
)
from tests.store.jars import a_kept_jar, a_library
from tests.store.modellers import FIELDS, Hub, a_hub
from tests.store.publishers import PUBLISHING, Sold, published_in
from tests.store.second_factors import A_PASSKEY, code, with_app
from tests.store.shelves import PUBLISHER, Crate, a_crate, lend_pack, packaged
from tests.store.skies import a_cloud, a_quota, an_attachment, cluster_in, lend_cloud
from tests.store.workplaces import Stage, a_run, a_stage
from tests.store.workshops import DUE, Workshop, a_workshop, some_files

MODULES: tuple[ModuleType, ...] = (
    users,
    roles,
    accounts,
    password_policies,
    signin,
    own_details,
    own_passwords,
    locking,
    resets,
    factors,
    break_glass,
    tokens,
    groups,
    sharing,
    ends,
    jobs,
    operating,
    support,
    previews,
    folders,
    components,
    deploying,
    schedules,
    packs,
    instances,
    following,
    reporting,
    library,
    calls,
    updates,
    publisher,
    connectors,
    releases,
    reviews,
    libraries,
    trusted,
    origins,
    notices,
    modelling,
    repositories,
    clouds,
    clusters,
    attachments,
    provider_settings,
    federations,
    saml_settings,
    sessions,
    agreements,
)
"""Whose commands this table holds."""

PASSWORD = "correct horse battery"
REASON = "asked for in a letter"
LATE = "Withdrawn lately"
"""The name of a role whose share has ended, and of which assignments are left."""


@dataclass(frozen=True)
class World:
    """Two primaries. `ann` administers `here`; `bob` is Standard User here and Support there; `cy` was just invited.

    `dot` administers `there`. Each administrator has a token, and each of the two
    accounts a trusted address, a CORS rule, settings of single sign-on, which is off, and a Federation ID of its
    administrator. `here` manages `member`, which is in its group `group`,
    accounts a trusted address, a CORS rule and a notification. `here` manages `member`, which is in its group `group`,
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
    _no_outside_access(primary)
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
        _federate(account, who)
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


@dataclass(frozen=True)
class Verb:
    """One use of a command.

    `by` is who does it, the operator if `operator`. `words` are type, action and modifier of the entry, `where` the
    accounts that get one; `also` are those of further entries that it writes in `here`. `raises` are the scopes whose
    revision goes up, `gives` those primaries of which the number of what they give goes up as well. `new` tells that
    the entry is in the account that comes back. `prepare` makes what it needs.

    `standard` is open to Standard Users as well. `self_service` is open to whoever does it, so nobody is refused.
    `part` is a part of other commands, which ask for the right and raise the revisions.
    """

    run: Callable[[World, Actor], object]
    words: tuple[str, str, str] | None
    where: tuple[str, ...] = ("here",)
    raises: tuple[str, ...] = ("here",)
    gives: tuple[str, ...] = ()
    also: tuple[tuple[str, str, str], ...] = ()
    by: str = "ann"
    operator: bool = False
    new: bool = False
    standard: bool = False
    self_service: bool = False
    part: bool = False
    reasoned: bool = True
    prepare: Callable[[World], None] | None = None


def _no_outside_access(account: AccountId) -> None:
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=account, role=None)


def _let_in(world: World) -> None:
    """The request of support staff is granted."""
    _no_outside_access(world.here)
    VERBS["grant_support_access"].run(world, world.ann.actor)


def _grant(world: World) -> int:
    return int(SupportGrant.rows.of(world.here).get(user_id=world.sid.id).pk)


def _job(world: World, **which: str) -> int:
    """The number of what the share withdrawn lately has left to do, or of another job."""
    return int(QueuedJob.rows.of(world.here).get(**which or {"kind": JobKind.SHARE_END}).pk)


def _asks_anew(world: World) -> None:
    """The request is denied, so that another one can be made."""
    _no_outside_access(world.here)
    support.deny_support_access(actor=OPERATOR, at=AT, account=world.here, grant=_grant(world))


def _token(world: World) -> int:
    """The token that the administrator has."""
    return int(UserToken.rows.of(world.here).get(name="first").pk)


def _trusted(world: World) -> int:
    """The entry of Trusted IP Addresses."""
    return int(TrustedAddress.rows.of(world.here).get().pk)


def _origin(world: World) -> int:
    """The CORS rule."""
    return int(OriginRule.rows.of(world.here).get().pk)


def _notice(world: World) -> int:
    """The account notification."""
    return int(Notice.rows.of(world.here).get().pk)


def _disabled(world: World) -> None:
    UserToken.rows.of(world.here).update(status="disabled")


def _a_token_without_a_path(world: World) -> None:
    token = UserToken(account_id=world.loner, user_id=world.gus.id, name="lost", digest="x", created_at=AT)
    UserToken.rows.of(world.loner).bulk_create([token])


def _fails_five_times(world: World) -> None:
    for _ in range(5):
        locking.note_invalid_attempt(email=world.bob.email, at=AT)


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _has_two_factors(world: World) -> None:
    for who in (world.ann, world.bob):
        with_app(who, secret=SECRET)
        factors.add_passkey(actor=who.actor, at=AT, name="Phone", **{**A_PASSKEY, "credential": who.email})


def _passkey(who: Somebody) -> Passkey:
    return Passkey.objects.select_related("user").get(user_id=who.id)


def _has_asked_for_a_link(world: World) -> None:
    ResetLink.objects.create(user=world.ann.row, digest=digest_of("t"), made_at=AT)


def _lock_a_federated_user(world: World) -> None:
    SignOnSettings.rows.of(world.here).update(enabled=True)
    _federate(world.here, world.cy)
    User.objects.filter(pk=world.cy.id).update(locked=True)


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


def _federate(account: AccountId, who: Somebody) -> None:
    Federation.rows.of(account).create(account_id=account, user_id=who.id, federation_id=who.email, key=who.email)


def _suspend(world: World) -> None:
    accounts.suspend_account(actor=OPERATOR, at=AT, account=world.here)


def _link(world: World) -> dict[str, str]:
    person = world.cy.row
    return {
        "person": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }


VERBS: dict[str, Verb] = {
    "add_user": Verb(
        lambda w, who: users.add_user(
            actor=who,
            at=AT,
            account=w.here,
            email="new@example.com",
            first_name="New",
            last_name="Comer",
            roles={STANDARD_USER},
            reason=REASON,
        ),
        ("user", "ADD", "NONE"),
    ),
    "change_user_roles": Verb(
        lambda w, who: users.change_user_roles(
            actor=who, at=AT, account=w.here, user=w.bob.id, roles={SUPPORT}, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "remove_user": Verb(
        lambda w, who: users.remove_user(actor=who, at=AT, account=w.here, user=w.bob.id, reason=REASON),
        ("user", "DELETE", "NONE"),
    ),
    "maintain_user": Verb(
        lambda w, who: users.maintain_user(
            actor=who, at=AT, account=w.here, user=w.bob.id, roles={SUPPORT}, federation_id="", reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "add_user_role": Verb(
        lambda w, who: users.add_user_role(
            actor=who, at=AT, account=w.here, user=w.bob.email, role=w.spare, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "change_role_validity": Verb(
        lambda w, who: users.change_role_validity(
            actor=who,
            at=AT,
            account=w.here,
            user=w.bob.id,
            role=STANDARD_USER,
            validity=Validity(ends=AT + timedelta(days=1)),
            reason=REASON,
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "remove_user_role": Verb(
        lambda w, who: users.remove_user_role(
            actor=who, at=AT, account=w.here, user=w.bob.id, role=STANDARD_USER, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "forget_ended_grants": Verb(  # a part of remove_role, which writes the entry and raises the revision
        lambda w, _: users.forget_ended_grants(role=w.spare, at=AT),
        None,
        where=(),
        raises=(),
        part=True,
        prepare=lambda w: hold(w.here, w.bob, w.spare, None, AT),
    ),
    "invite_again": Verb(
        lambda w, who: users.invite_again(actor=who, at=AT, account=w.here, user=w.cy.id),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        reasoned=False,
    ),
    "set_lock": Verb(
        lambda w, who: users.set_lock(actor=who, at=AT, user=w.bob.email, locked=True, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
    ),
    "break_glass": Verb(
        lambda w, who: break_glass.break_glass(actor=who, at=AT, account=w.here, user=w.bob.email, reason=REASON),
        ("user", "UPDATE", "BREAK_GLASS"),
        also=(("user", "UPDATE", "ROLE"),),
        operator=True,
    ),
    "note_invalid_attempt": Verb(
        lambda w, _: locking.note_invalid_attempt(email=w.bob.email, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
        self_service=True,
        reasoned=False,
        prepare=_fails_five_times,
    ),
    "note_valid_attempt": Verb(
        lambda w, _: locking.note_valid_attempt(user=w.bob.id),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "write_lock": Verb(
        lambda w, who: locking.write_lock(w.bob.row, actor=who, at=AT, locked=True, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
        part=True,
    ),
    "request_reset": Verb(
        lambda w, _: resets.request_reset(email=w.bob.email, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "reset_password": Verb(
        lambda _, __: resets.reset_password(token="t", at=AT, new="another long phrase", again="another long phrase"),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_asked_for_a_link,
    ),
    "bind_authenticator": Verb(
        lambda _, who: factors.bind_authenticator(actor=who, at=AT, secret=SECRET, code=code(SECRET)),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "regenerate_backup_codes": Verb(
        lambda _, who: factors.regenerate_backup_codes(actor=who, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_two_factors,
    ),
    "switch_off": Verb(
        lambda _, who: factors.switch_off(actor=who, at=AT, code=code(SECRET)),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_two_factors,
    ),
    "spend_code": Verb(
        lambda w, _: factors.spend_code(person=w.bob.row, code=code(SECRET), at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=_has_two_factors,
    ),
    "spend_backup_code": Verb(
        lambda w, _: factors.spend_backup_code(person=w.bob.row, code="wrong", at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "reset_factors": Verb(
        lambda w, who: factors.reset_factors(actor=who, at=AT, user=w.bob.email, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=(),
        operator=True,
        prepare=_has_two_factors,
    ),
    "set_enforcement": Verb(
        lambda w, who: factors.set_enforcement(actor=who, at=AT, account=w.here, enforced=True, reason=REASON),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "add_passkey": Verb(
        lambda _, who: factors.add_passkey(actor=who, at=AT, name="Key", **A_PASSKEY),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "remove_passkey": Verb(
        lambda w, who: factors.remove_passkey(actor=who, at=AT, passkey=_passkey(w.ann).pk),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_two_factors,
    ),
    "note_passkey_used": Verb(
        lambda w, _: factors.note_passkey_used(passkey=_passkey(w.bob), sign_count=1, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=_has_two_factors,
    ),
    "create_role": Verb(
        lambda w, who: roles.create_role(
            actor=who, at=AT, account=w.here, name="Fresh", privileges=["API"], reason=REASON
        ),
        ("role", "ADD", "NONE"),
    ),
    "edit_role": Verb(
        lambda w, who: roles.edit_role(
            actor=who, at=AT, account=w.here, role=w.held, privileges=["API"], reason=REASON
        ),
        ("role", "UPDATE", "NONE"),
        gives=("here",),
    ),
    "remove_role": Verb(
        lambda w, who: roles.remove_role(actor=who, at=AT, account=w.here, role=w.spare, reason=REASON),
        ("role", "DELETE", "NONE"),
        gives=("here",),
    ),
    "create_account": Verb(
        lambda _, who: accounts.create_account(actor=who, at=AT, name="Brand New", reason=REASON),
        ("account", "ADD", "NONE"),
        where=(),
        raises=(),
        operator=True,
        new=True,
    ),
    "create_managed_account": Verb(
        lambda w, who: accounts.create_managed_account(
            actor=who, at=AT, primary=w.here, name="Child", trial_ends=AT + timedelta(days=30), reason=REASON
        ),
        ("account", "ADD", "NONE"),
        where=(),
        new=True,
    ),
    "rename_account": Verb(
        lambda w, who: accounts.rename_account(actor=who, at=AT, account=w.here, name="Elsewhere", reason=REASON),
        ("account", "EDIT", "NONE"),
    ),
    "change_support_access_role": Verb(
        lambda w, who: accounts.change_support_access_role(actor=who, at=AT, account=w.here, role=None, reason=REASON),
        ("as.account.access", "EDIT", "NONE"),
    ),
    "save_account_information": Verb(
        lambda w, who: accounts.save_account_information(
            actor=who, at=AT, account=w.here, name="Here", support_access_role=None
        ),
        ("as.account.access", "EDIT", "NONE"),
        reasoned=False,
    ),
    "switch_feature": Verb(
        lambda w, who: accounts.switch_feature(
            actor=who, at=AT, account=w.here, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
    ),
    "set_password_policy": Verb(
        lambda w, who: password_policies.set_password_policy(
            actor=who, at=AT, account=w.here, policy=PasswordPolicy(history=3), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "set_openid_settings": Verb(
        lambda w, who: provider_settings.set_openid_settings(
            actor=who, at=AT, account=w.here, settings=OpenIdSettings(client_id="tenantry"), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "set_directory_settings": Verb(
        lambda w, who: provider_settings.set_directory_settings(
            actor=who, at=AT, account=w.here, settings=DirectorySettings(attribute="uid"), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "set_federation_id": Verb(
        lambda w, who: federations.set_federation_id(
            actor=who, at=AT, account=w.here, user=w.bob.email, federation_id="bob", reason=REASON
        ),
        ("user", "UPDATE", "NONE"),
    ),
    "forget_federation": Verb(
        lambda w, _: federations.forget_federation(account=w.here, user=w.ann.id), None, where=(), raises=(), part=True
    ),
    "compare_anew": Verb(
        lambda w, _: federations.compare_anew(account=w.here, features=frozenset()),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "set_saml_settings": Verb(
        lambda w, who: saml_settings.set_saml_settings(
            actor=who, at=AT, account=w.here, settings=SamlSettings(encrypted=True), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "note_invalid_call": Verb(
        lambda w, _: locking.note_invalid_call(email=w.bob.email, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "unlock_user": Verb(
        lambda w, who: locking.unlock_user(actor=who, at=AT, account=w.here, user=w.cy.id, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        prepare=_lock_a_federated_user,
    ),
    "change_account_status": Verb(
        lambda w, who: accounts.change_account_status(
            actor=who, at=AT, account=w.here, status=Status.UNLIMITED, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        operator=True,
        gives=("here",),
    ),
    "suspend_account": Verb(
        lambda w, who: accounts.suspend_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "EDIT", "NONE"),
        operator=True,
        gives=("here",),
    ),
    "reactivate_account": Verb(
        lambda w, who: accounts.reactivate_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "EDIT", "NONE"),
        operator=True,
        prepare=_suspend,
        gives=("here",),
    ),
    "delete_account": Verb(
        lambda w, who: accounts.delete_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "DELETE", "NONE"),
        operator=True,
        gives=("here",),
        also=(("as.accountgroup", "DELETE", "NONE"),),
    ),
    "land": Verb(
        lambda w, _: signin.land(person=w.ann.row, proof=BY_PASSWORD, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "enter": Verb(
        lambda w, _: signin.enter(wanted=Entering(w.ann.row, w.here, BY_PASSWORD, AT)),
        ("account", "ON_ENTRY", "SUCCESS"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "choose_first_password": Verb(
        lambda w, _: signin.choose_first_password(**_link(w), new=PASSWORD, again=PASSWORD, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "change_own_details": Verb(
        lambda _, who: own_details.change_own_details(
            actor=who, first_name="A", last_name="B", time_zone="Europe/Berlin"
        ),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "change_own_email": Verb(
        lambda _, who: own_details.change_own_email(
            actor=who, at=AT, password=PASSWORD, email="anna@example.com", again="anna@example.com"
        ),
        ("user", "UPDATE", "EMAIL"),
        self_service=True,
        reasoned=False,
    ),
    "change_own_password": Verb(
        lambda _, who: own_details.change_own_password(
            actor=who, at=AT, old=PASSWORD, new="another long phrase", again="another long phrase"
        ),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "set_password": Verb(
        lambda w, _: own_passwords.set_password(
            person=w.ann.row, at=AT, new="another long phrase", again="another long phrase"
        ),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "choose_default_account": Verb(
        lambda w, who: own_details.choose_default_account(actor=who, at=AT, account=w.here),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "issue_user_token": Verb(
        lambda w, who: tokens.issue_user_token(actor=who, at=AT, account=w.here, user=w.ann.email, name="second"),
        ("user.token", "ADD", "AUTHENTICATION"),
        raises=(),
        reasoned=False,
    ),
    "rename_token": Verb(
        lambda w, who: tokens.rename_token(
            actor=who, at=AT, account=w.here, token=_token(w), name="renamed", reason=REASON
        ),
        ("user.token", "UPDATE", "AUTHENTICATION"),
        raises=(),
    ),
    "disable_token": Verb(
        lambda w, who: tokens.disable_token(actor=who, at=AT, account=w.here, token=_token(w), reason=REASON),
        ("user.token", "UPDATE", "AUTHENTICATION"),
        raises=(),
    ),
    "enable_token": Verb(
        lambda w, who: tokens.enable_token(actor=who, at=AT, account=w.here, token=_token(w), reason=REASON),
        ("user.token", "UPDATE", "AUTHENTICATION"),
        raises=(),
        prepare=_disabled,
    ),
    "revoke_token": Verb(
        lambda w, who: tokens.revoke_token(actor=who, at=AT, account=w.here, token=_token(w), reason=REASON),
        ("user.token", "DELETE", "AUTHENTICATION"),
        raises=(),
    ),
    "add_trusted_address": Verb(
        lambda w, who: trusted.add_trusted_address(
            actor=who, at=AT, account=w.here, name="Two", type=AddressType.SINGLE, address="10.0.0.2", reason=REASON
        ),
        ("account-ip_address", "ADD", "TRUSTEDIP"),
        raises=(),
    ),
    "edit_trusted_address": Verb(
        lambda w, who: trusted.edit_trusted_address(
            actor=who,
            at=AT,
            account=w.here,
            entry=_trusted(w),
            name="One",
            type=AddressType.WILDCARD,
            address="10.0.0.*",
            reason=REASON,
        ),
        ("account-ip_address", "EDIT", "TRUSTEDIP"),
        raises=(),
    ),
    "delete_trusted_address": Verb(
        lambda w, who: trusted.delete_trusted_address(
            actor=who, at=AT, account=w.here, entry=_trusted(w), reason=REASON
        ),
        ("account-ip_address", "DELETE", "TRUSTEDIP"),
        raises=(),
    ),
    "switch_trusted_addresses": Verb(
        lambda w, who: trusted.switch_trusted_addresses(actor=who, at=AT, account=w.here, on=False, reason=REASON),
        ("account-ip_address", "EDIT", "TRUSTEDIP"),
        raises=(),
    ),
    "add_origin": Verb(
        lambda w, who: origins.add_origin(
            actor=who, at=AT, account=w.here, origin="https://b.example", methods={Method.GET}, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "edit_origin": Verb(
        lambda w, who: origins.edit_origin(
            actor=who,
            at=AT,
            account=w.here,
            rule=_origin(w),
            origin="https://a.example",
            methods={Method.POST},
            reason=REASON,
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "delete_origin": Verb(
        lambda w, who: origins.delete_origin(actor=who, at=AT, account=w.here, rule=_origin(w), reason=REASON),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "issue_client_token": Verb(
        lambda w, who: tokens.issue_client_token(actor=who, at=AT, name="host", accounts=[w.there, w.here]),
        ("user.token", "ADD", "AUTHENTICATION"),
        where=("here", "there"),
        raises=(),
        operator=True,
        reasoned=False,
    ),
    "renew_hash": Verb(
        lambda w, _: own_details.renew_hash(person=w.ann.row, password=PASSWORD),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "note_signed_in": Verb(
        lambda w, _: own_details.note_signed_in(person=w.ann.row, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "forget_lost_roles": Verb(
        lambda w, _: users.forget_lost_roles(
            at=AT, primary=w.here, role="", member=w.member, beyond=0, limit=9, cause="so it is"
        ),
        ("user", "UPDATE", "ROLE"),
        where=("member",),
        raises=("member",),
        part=True,
        reasoned=False,
    ),
    "changed_role": Verb(
        lambda w, who: roles.changed_role(actor=who, at=AT, account=w.here, role=w.held, privileges=["API"]),
        None,
        where=(),
        raises=(),
    ),
    "removed_role": Verb(
        lambda w, who: roles.removed_role(actor=who, at=AT, account=w.here, role=w.spare),
        None,
        where=(),
        raises=(),
    ),
    "revoke_unreachable": Verb(
        lambda w, who: tokens.revoke_unreachable(
            actor=who, at=AT, people=[w.gus.id], accounts=[w.loner], why="so it is"
        ),
        ("user.token", "DELETE", "AUTHENTICATION"),
        where=("loner",),
        raises=(),
        part=True,
        reasoned=False,
        prepare=_a_token_without_a_path,
    ),
    "make_all_accounts": Verb(
        lambda w, _: groups.make_all_accounts(account=w.plain),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "create_group": Verb(
        lambda w, who: groups.create_group(actor=who, at=AT, account=w.here, name="More", reason=REASON),
        ("as.accountgroup", "ADD", "NONE"),
        gives=("here",),
    ),
    "edit_group": Verb(
        lambda w, who: groups.edit_group(
            actor=who, at=AT, account=w.here, group=w.group, name="Other", alert_level="error", reason=REASON
        ),
        ("as.accountgroup", "UPDATE", "NONE"),
        gives=("here",),
    ),
    "remove_group": Verb(
        lambda w, who: groups.remove_group(actor=who, at=AT, account=w.here, group=w.group, reason=REASON),
        ("as.accountgroup", "DELETE", "NONE"),
        gives=("here",),
    ),
    "add_accounts_to_group": Verb(
        lambda w, who: groups.add_accounts_to_group(
            actor=who, at=AT, account=w.here, group=w.group, members={w.loner}, reason=REASON
        ),
        ("as.accountgroup.account", "ADD", "NONE"),
        raises=("here", "loner"),
    ),
    "remove_accounts_from_group": Verb(
        lambda w, who: groups.remove_accounts_from_group(
            actor=who, at=AT, account=w.here, group=w.group, members={w.member}, reason=REASON
        ),
        ("as.accountgroup.account", "DELETE", "NONE"),
        raises=("here", "member"),
    ),
    "add_user_to_group": Verb(
        lambda w, who: groups.add_user_to_group(
            actor=who, at=AT, account=w.here, group=w.group, email=w.ned.email, roles={SUPPORT}, reason=REASON
        ),
        ("as.accountgroup.user", "ADD", "NONE"),
        gives=("here",),
    ),
    "change_group_user_roles": Verb(
        lambda w, who: groups.change_group_user_roles(
            actor=who, at=AT, account=w.here, group=w.group, user=w.gus.id, roles={STANDARD_USER}, reason=REASON
        ),
        ("as.accountgroup.user", "UPDATE", "ROLE"),
        gives=("here",),
    ),
    "change_group_role_validity": Verb(
        lambda w, who: groups.change_group_role_validity(
            actor=who,
            at=AT,
            account=w.here,
            group=w.group,
            user=w.gus.id,
            role=SUPPORT,
            validity=Validity(ends=AT + timedelta(days=1)),
            reason=REASON,
        ),
        ("as.accountgroup.user", "UPDATE", "ROLE"),
        gives=("here",),
    ),
    "remove_user_from_group": Verb(
        lambda w, who: groups.remove_user_from_group(
            actor=who, at=AT, account=w.here, group=w.group, user=w.gus.id, reason=REASON
        ),
        ("as.accountgroup.user", "DELETE", "NONE"),
        gives=("here",),
    ),
    "forget_group_roles": Verb(
        lambda w, _: groups.forget_group_roles(role=w.spare, at=AT),
        None,
        where=(),
        raises=(),
        part=True,
        prepare=lambda w: hold_in_group(w.here, w.group, w.gus, w.spare, ends=AT),
    ),
    "forget_membership": Verb(
        lambda w, who: groups.forget_membership(actor=who, at=AT, account=w.member, primary=w.here),
        ("as.accountgroup.account", "DELETE", "NONE"),
        raises=(),
        part=True,
        reasoned=False,
    ),
    "forget_groups": Verb(
        lambda w, who: groups.forget_groups(actor=who, at=AT, account=w.here),
        ("as.accountgroup", "DELETE", "NONE"),
        raises=(),
        part=True,
        reasoned=False,
    ),
    "share": Verb(
        lambda w, who: sharing.share(
            actor=who, at=AT, account=w.here, group=w.group, kind=Kind.ROLE, resources={w.spare}, reason=REASON
        ),
        ("as.accountgroup.resource", "ADD", "NONE"),
        gives=("here",),
    ),
    "withdraw": Verb(
        lambda w, who: sharing.withdraw(
            actor=who, at=AT, account=w.here, group=w.group, kind=Kind.ROLE, resource=w.lent, reason=REASON
        ),
        ("as.accountgroup.resource", "DELETE", "NONE"),
        gives=("here",),
    ),
    "note_end": Verb(
        lambda w, who: ends.note_end(actor=who, at=AT, group=group_of(w.here, w.group), role=w.lent, cause="so it is"),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "end_of_group": Verb(
        lambda w, who: ends.end_of_group(actor=who, at=AT, group=group_of(w.here, w.group)),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "end_of_membership": Verb(
        lambda w, who: ends.end_of_membership(actor=who, at=AT, group=group_of(w.here, w.group), member=w.member),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "end_of_role": Verb(
        lambda w, _: ends.end_of_role(at=AT, account=w.here, role=w.lent),
        ("user", "UPDATE", "ROLE"),
        where=("member",),
        raises=("member",),
        part=True,
        reasoned=False,
    ),
    "finish_portion": Verb(
        lambda w, _: ends.finish_portion(share_ends(w.here)[0], AT),
        ("user", "UPDATE", "ROLE"),
        where=("member",),
        raises=("member",),
        self_service=True,
        reasoned=False,
    ),
    "schedule": Verb(
        lambda w, _: jobs.schedule(kind=JobKind.SHARE_END, account=w.here, key="k", due=AT),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "schedule_many": Verb(
        lambda w, _: jobs.schedule_many(kind=JobKind.SHARE_END, jobs=[jobs.Wanted(w.here, "k", AT)]),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "cancel": Verb(
        lambda w, _: jobs.cancel(kind=JobKind.SHARE_END, account=w.here, key=share_ends(w.here)[0].key),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "retry": Verb(
        lambda w, who: operating.retry(actor=who, at=AT, job=_job(w)),
        ("job", "UPDATE", "NONE"),
        raises=(),
        operator=True,
        reasoned=False,
    ),
    "call_off": Verb(
        lambda w, who: operating.call_off(actor=who, at=AT, job=_job(w, key="gone")),
        ("job", "DELETE", "NONE"),
        raises=(),
        operator=True,
        reasoned=False,
        prepare=lambda w: jobs.schedule(kind=JobKind.CONNECTOR_RELEASE, account=w.here, key="gone", due=AT),
    ),
    "request_support_access": Verb(
        lambda w, who: support.request_support_access(actor=who, at=AT, account=w.here, why=REASON),
        ("as.account.support", "ADD", "NONE"),
        raises=("here",),
        by="sid",
        prepare=_asks_anew,
    ),
    "grant_support_access": Verb(
        lambda w, who: support.grant_support_access(
            actor=who, at=AT, account=w.here, grants={_grant(w)}, role=SUPPORT, hours=4, reason=REASON
        ),
        ("as.account.support", "UPDATE", "NONE"),
        prepare=lambda w: _no_outside_access(w.here),
    ),
    "deny_support_access": Verb(
        lambda w, who: support.deny_support_access(actor=who, at=AT, account=w.here, grant=_grant(w), reason=REASON),
        ("as.account.support", "DELETE", "NONE"),
        prepare=lambda w: _no_outside_access(w.here),
    ),
    "extend_support_access": Verb(
        lambda w, who: support.extend_support_access(
            actor=who, at=AT, account=w.here, grant=_grant(w), hours=24, reason=REASON
        ),
        ("as.account.support", "UPDATE", "NONE"),
        prepare=_let_in,
    ),
    "expire_support_access": Verb(
        lambda w, who: support.expire_support_access(actor=who, at=AT, account=w.here, grant=_grant(w), reason=REASON),
        ("as.account.support", "DELETE", "NONE"),
        prepare=_let_in,
    ),
    "look_ahead": Verb(
        lambda w, who: previews.look_ahead(
            actor=who, at=AT, account=w.here, change=UserLeaves(w.here, w.group, user_key(w.gus.email))
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "keep_preview": Verb(
        lambda w, who: previews.keep_preview(
            looked=previews.look_ahead(
                actor=who, at=AT, account=w.here, change=UserLeaves(w.here, w.group, user_key(w.gus.email))
            ),
            at=AT,
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "make_preview": Verb(
        lambda w, who: previews.make_preview(
            actor=who, at=AT, account=w.here, change=UserLeaves(w.here, w.group, user_key(w.gus.email))
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "confirm": Verb(
        lambda w, who: previews.confirm(
            None,
            actor=who,
            account=w.here,
            at=AT,
            change=UserLeaves(w.here, w.group, user_key(w.gus.email)),
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
}
"""By the command's name."""


def _in_build(
    act: Callable[..., object],
    words: tuple[str, str],
    *,
    raises: tuple[str, ...] = (),
    standard: bool = True,
    prepare: Callable[[World], object] | None = None,
    **given: Callable[[World], object],
) -> Verb:
    """A command of Build, with what it is given."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    def make_ready(world: World) -> None:
        if prepare is not None:
            prepare(world)

    kind, word = words
    action, modifier = ("UPDATE", word) if word in {"NAME", "ROLE"} else (word, "NONE")
    said = (f"as.{kind}", action, modifier)
    return Verb(run, said, raises=raises, standard=standard, prepare=make_ready)


def _restricted(world: World) -> None:
    """The folder lists a role that nobody holds."""
    folders.set_folder_roles(actor=OPERATOR, at=AT, account=world.here, folder=world.folder, roles={world.spare})


VERBS |= {
    "create_folder": _in_build(
        folders.create_folder, ("folder", "CREATE"), parent=lambda w: w.folder, name=lambda _: "New"
    ),
    "rename_folder": _in_build(
        folders.rename_folder, ("folder", "NAME"), folder=lambda w: w.folder, name=lambda _: "Renamed"
    ),
    "move_folder": _in_build(
        folders.move_folder, ("folder", "MOVE"), folder=lambda w: w.deep, destination=lambda w: top_id(w.here)
    ),
    "copy_folder": _in_build(
        folders.copy_folder, ("folder", "COPY"), folder=lambda w: w.folder, destination=lambda w: top_id(w.here)
    ),
    "remove_folder": _in_build(folders.remove_folder, ("folder", "DELETE"), folder=lambda w: w.folder),
    "restore_folder": _in_build(
        folders.restore_folder,
        ("folder", "RESTORE"),
        folder=lambda w: w.folder,
        prepare=lambda w: folders.remove_folder(actor=OPERATOR, at=AT, account=w.here, folder=w.folder),
    ),
    "set_folder_roles": _in_build(
        folders.set_folder_roles,
        ("folder", "ROLE"),
        raises=("here",),
        standard=False,
        folder=lambda w: w.folder,
        roles=lambda _: {ADMINISTRATOR},
    ),
    "forget_role_on_folders": Verb(
        lambda w, who: folders.forget_role_on_folders(actor=who, at=AT, account=w.here, role=w.spare),
        ("as.folder", "UPDATE", "ROLE"),
        raises=(),
        part=True,
        reasoned=False,
        prepare=_restricted,
    ),
    "create_component": _in_build(
        components.create_component,
        ("component", "CREATE"),
        folder=lambda w: w.folder,
        name=lambda _: "New",
        type=lambda _: "map",
        format=lambda _: "json",
        text=lambda _: "{}",
    ),
    "save_component": _in_build(
        components.save_component,
        ("component", "UPDATE"),
        component=lambda w: w.component,
        text=lambda _: "<new/>",
        opened=lambda _: 1,
    ),
    "restore_revision": _in_build(
        components.restore_revision,
        ("component", "UPDATE"),
        component=lambda w: w.component,
        number=lambda _: 1,
        prepare=lambda w: components.save_component(
            actor=OPERATOR, at=AT, account=w.here, component=w.component, text="<new/>", opened=1
        ),
    ),
    "move_component": _in_build(
        components.move_component,
        ("component", "MOVE"),
        component=lambda w: w.component,
        destination=lambda w: w.deep,
    ),
    "copy_component": _in_build(
        components.copy_component,
        ("component", "COPY"),
        component=lambda w: w.component,
        destination=lambda w: w.folder,
    ),
    "remove_component": _in_build(
        components.remove_component, ("component", "DELETE"), component=lambda w: w.component
    ),
    "restore_component": _in_build(
        components.restore_component,
        ("component", "RESTORE"),
        component=lambda w: w.component,
        prepare=lambda w: components.remove_component(actor=OPERATOR, at=AT, account=w.here, component=w.component),
    ),
}
"""Those of Build, with the others."""


def _on_stage(
    act: Callable[..., object],
    words: tuple[str, str, str] | None,
    *,
    also: tuple[tuple[str, str, str], ...] = (),
    part: bool = False,
    prepare: Callable[[World], None] | None = None,
    **given: Callable[[World], object],
) -> Verb:
    """A command about what is deployed, with what it is given; reasons are for those that change what runs."""
    reasoned = words is not None and words[0] in {"as.package", "as.deployment", "as.schedule"} and not part

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()} | ({"reason": REASON} if reasoned else {})
        return act(actor=who, at=AT, account=world.here, **more)

    return Verb(run, words, raises=(), also=also, part=part, standard=not part, reasoned=reasoned, prepare=prepare)


def _scheduled(world: World) -> None:
    """What is deployed on the stage has a schedule."""
    stage = world.stage
    schedules.set_schedule(
        actor=OPERATOR,
        at=AT,
        account=world.here,
        environment=stage.environment,
        component=stage.process,
        when=Every(15),
        time_zone="UTC",
    )


def _paused(world: World) -> None:
    """It is paused."""
    _scheduled(world)
    stage = world.stage
    schedules.pause_schedule(
        actor=OPERATOR, at=AT, account=world.here, environment=stage.environment, component=stage.process
    )


def _of_schedules(
    act: Callable[..., object],
    words: tuple[str, str, str],
    prepare: Callable[[World], None] | None = _scheduled,
    *,
    part: bool = False,
) -> Verb:
    """A command about the schedule of what is deployed on the stage."""
    return _on_stage(
        act,
        words,
        part=part,
        prepare=prepare,
        environment=lambda w: w.stage.environment,
        component=lambda w: w.stage.process,
    )


def _by_runtime(act: Callable[..., object], **given: Callable[[World], object]) -> Verb:
    """A command of runtimes, which nobody does and which the log does not tell."""

    def run(world: World, _: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(at=AT, account=world.here, runtime=world.stage.runtime, **more)

    return Verb(run, None, where=(), raises=(), self_service=True)


VERBS |= {
    "create_package": _on_stage(
        deploying.create_package,
        ("as.package", "ADD", "NONE"),
        component=lambda w: w.stage.process,
        version=lambda _: "2.0",
    ),
    "deploy": _on_stage(
        deploying.deploy,
        ("as.deployment", "ADD", "NONE"),
        package=lambda w: w.stage.newer,
        environment=lambda w: w.stage.environment,
    ),
    "package_and_deploy": _on_stage(
        deploying.package_and_deploy,
        ("as.package", "ADD", "NONE"),
        also=(("as.deployment", "ADD", "NONE"),),
        component=lambda w: w.stage.process,
        version=lambda _: "2.0",
        environment=lambda w: w.stage.environment,
    ),
    "undeploy": _on_stage(
        deploying.undeploy, ("as.deployment", "DELETE", "NONE"), deployment=lambda w: w.stage.deployment
    ),
    "forget_environment": _on_stage(
        deploying.forget_environment,
        ("as.deployment", "DELETE", "NONE"),
        part=True,
        environment=lambda w: w.stage.environment,
    ),
    "set_schedule": _of_schedules(
        partial(schedules.set_schedule, when=Every(15), time_zone="UTC"), ("as.schedule", "ADD", "NONE"), None
    ),
    "pause_schedule": _of_schedules(schedules.pause_schedule, ("as.schedule", "UPDATE", "PAUSED")),
    "resume_schedule": _of_schedules(schedules.resume_schedule, ("as.schedule", "UPDATE", "RESUMED"), _paused),
    "remove_schedule": _of_schedules(schedules.remove_schedule, ("as.schedule", "DELETE", "NONE")),
    "forget_schedules": _of_schedules(schedules.forget_schedules, ("as.schedule", "DELETE", "NONE"), part=True),
    "open_document": _on_stage(
        reporting.open_document, ("as.document", "VIEW", "SUCCESS"), document=lambda w: w.stage.document
    ),
    "give_document": _on_stage(
        reporting.give_document,
        ("as.document", "DOWNLOAD", "SUCCESS"),
        document=lambda w: w.stage.document,
        download=lambda _: True,
    ),
    "note_refused": _on_stage(
        reporting.note_refused,
        ("as.document", "VIEW", "FAILURE"),
        part=True,
        document=lambda w: w.stage.document,
        download=lambda _: False,
        refusal=lambda _: DocumentNotFound(),
    ),
    "request_work": _on_stage(
        reporting.request_work,
        ("as.document", "EXECUTE", "TEST"),
        document=lambda w: w.stage.document,
        kind=lambda _: Work.TEST,
    ),
    "report_executions": _by_runtime(reporting.report_executions, records=lambda _: [a_run("another")]),
    "finish_work": _by_runtime(reporting.finish_work, work=lambda w: w.stage.work, outcome=lambda _: Outcome.COMPLETE),
    "note_seen": _by_runtime(calls.note_seen),
    "update_runtime": _by_runtime(updates.update_runtime),
}


def _on_pack(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    prepare: Callable[[World], None] | None = None,
    **given: Callable[[World], object],
) -> Verb:
    """A command of publishers about the pack of the crate."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, pack=world.crate.pack, reason=REASON, **more)

    return Verb(run, words, raises=(), standard=True, prepare=prepare)


def _on_instance(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    also: tuple[tuple[str, str, str], ...] = (),
    prepare: Callable[[World], None] | None = None,
    places: bool = False,
) -> Verb:
    """A command of accounts that have installed packs about the instance of the crate, `places` in its environment."""

    def run(world: World, who: Actor) -> object:
        more = {"environments": {world.stage.environment}} if places else {}
        return act(actor=who, at=AT, account=world.here, instance=world.crate.instance, reason=REASON, **more)

    return Verb(run, words, raises=(), also=also, standard=True, prepare=prepare)


def _detached(world: World) -> None:
    VERBS["detach_environments"].run(world, OPERATOR)


def _marked(world: World) -> None:
    VERBS["mark_deleted"].run(world, OPERATOR)


def _packaged_anew(world: World) -> None:
    packaged(world.here, world.crate.process, "3.0")


def _due(world: World) -> None:
    """The night of the pending release has come."""
    PackRelease.rows.of(world.here).filter(number__isnull=True).update(due=AT)


def _release_job(world: World) -> Job:
    row = QueuedJob.rows.of(world.here).get(kind=JobKind.PACK_RELEASE)
    return Job(JobKind.PACK_RELEASE, world.here, row.key, row.details, row.due)


def _leave_behind(world: World) -> None:
    [before, pending] = PackRelease.rows.of(world.here).order_by("id")
    pack = pack_of(world.here, world.crate.pack)
    following.leave_behind(pack=pack, release=pending, before=before, replaced=None)


VERBS |= {
    "create_pack": Verb(
        lambda w, who: packs.create_pack(
            actor=who, at=AT, account=w.here, name="Another pack", type="SINGLE", reason=REASON
        ),
        ("as.ipack", "ADD", "NONE"),
        raises=(),
        standard=True,
    ),
    "edit_pack": _on_pack(
        packs.edit_pack, ("as.ipack", "UPDATE", "NONE"), name=lambda _: "Renamed", description=lambda _: ""
    ),
    "add_to_pack": _on_pack(
        packs.add_to_pack, ("as.ipack", "UPDATE", "CONTENTS"), components=lambda w: {w.crate.other}
    ),
    "choose_version": _on_pack(
        packs.choose_version,
        ("as.ipack", "UPDATE", "CONTENTS"),
        component=lambda w: w.crate.process,
        package=lambda w: w.crate.package,
    ),
    "mark_deleted": _on_pack(
        packs.mark_deleted, ("as.ipack", "UPDATE", "CONTENTS"), component=lambda w: w.crate.process
    ),
    "undelete": _on_pack(
        packs.undelete,
        ("as.ipack", "UPDATE", "CONTENTS"),
        component=lambda w: w.crate.process,
        prepare=_marked,
    ),
    "release_pack": _on_pack(
        packs.release_pack,
        ("as.ipack", "RELEASE", "NONE"),
        prepare=_packaged_anew,
    ),
    "change_release_day": _on_pack(
        packs.change_release_day, ("as.ipack", "RELEASE", "SCHEDULED"), day=lambda _: (AT + timedelta(days=9)).date()
    ),
    "run_release": Verb(
        lambda w, _: packs.run_release(_release_job(w), AT),
        ("as.ipack", "RELEASE", "NONE"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_due,
    ),
    "remove_pack": Verb(
        lambda w, who: packs.remove_pack(actor=who, at=AT, account=w.here, pack=w.crate.pack),
        ("as.ipack", "DELETE", "NONE"),
        also=(("as.ipack", "UNINSTALL", "NONE"), ("as.accountgroup.resource", "DELETE", "NONE")),
        gives=("here",),
        standard=True,
        reasoned=False,
        prepare=lambda w: lend_pack(w.here, w.group, w.crate.pack),
    ),
    "install_pack": Verb(
        lambda w, who: instances.install_pack(
            actor=who, at=AT, account=w.here, pack=w.crate.pack, name="Second", reason=REASON
        ),
        ("as.ipack", "INSTALL", "NONE"),
        raises=(),
        standard=True,
    ),
    "uninstall_pack": _on_instance(
        instances.uninstall_pack, ("as.ipack", "UNINSTALL", "NONE"), also=(("as.ipack", "DETACH", "NONE"),)
    ),
    "attach_environments": _on_instance(
        instances.attach_environments, ("as.ipack", "ATTACH", "NONE"), prepare=_detached, places=True
    ),
    "detach_environments": _on_instance(instances.detach_environments, ("as.ipack", "DETACH", "NONE"), places=True),
    "apply_pending_update": _on_instance(instances.apply_pending_update, ("as.ipack", "UPDATE", "MANUAL")),
    "forget_detached": Verb(
        lambda w, _: instances.forget_detached(account=w.here, environment=w.stage.environment),
        None,
        where=(),
        raises=(),
        part=True,
        prepare=_detached,
    ),
    "leave_behind": Verb(lambda w, _: _leave_behind(w), None, where=(), raises=(), part=True),
    "resume_updates": Verb(lambda w, _: following.resume_updates(primary=w.here), None, where=(), raises=(), part=True),
}


def _develops(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    also: tuple[tuple[str, str, str], ...] = (),
    gives: tuple[str, ...] = (),
    standard: bool = True,
    **given: Callable[[World], object],
) -> Verb:
    """A command about connectors, with what it is given."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    return Verb(run, words, raises=gives, gives=gives, also=also, standard=standard)


def _connector_release_job(world: World) -> Job:
    details = {"version": 2, "user": None}
    return Job(JobKind.CONNECTOR_RELEASE, world.here, world.workshop.planned, details, DUE)


VERBS |= {
    "set_publisher_name": _develops(
        publisher.set_publisher_name, ("account", "EDIT", "NONE"), standard=False, name=lambda _: "Other"
    ),
    "enable_development": Verb(
        lambda w, who: publisher.enable_development(actor=who, at=AT, account=w.plain, reason=REASON),
        ("account", "EDIT", "NONE"),
        where=("plain",),
        raises=(),
        operator=True,
    ),
    "require_developing": Verb(
        lambda w, who: publisher.require_developing(actor=who, at=AT, account=w.here),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "may_develop": Verb(
        lambda w, who: publisher.may_develop(actor=who, at=AT, account=w.here), None, where=(), raises=(), part=True
    ),
    "create_connector_group": _develops(
        connectors.create_connector_group,
        ("as.connectorgroup", "ADD", "NONE"),
        also=(("as.connector", "ADD", "NONE"),),
        name=lambda _: "New",
        display_name=lambda _: "New",
        classification=lambda _: "dev",
        files=lambda w: some_files(w.here),
    ),
    "change_connector_group": _develops(
        connectors.change_connector_group,
        ("as.connectorgroup", "UPDATE", "NONE"),
        group=lambda w: w.workshop.group,
        name=lambda _: "Other",
    ),
    "remove_connector_group": _develops(
        connectors.remove_connector_group, ("as.connectorgroup", "DELETE", "NONE"), group=lambda w: w.workshop.spare
    ),
    "add_version": _develops(
        connectors.add_version,
        ("as.connectorgroup.version", "ADD", "NONE"),
        group=lambda w: w.workshop.group,
        files=lambda w: some_files(w.here),
    ),
    "add_connector": _develops(
        connectors.add_connector,
        ("as.connector", "ADD", "NONE"),
        group=lambda w: w.workshop.group,
        name=lambda _: "New",
        classification=lambda _: "new",
        version=lambda _: 1,
    ),
    "rename_connector": _develops(
        connectors.rename_connector,
        ("as.connector", "UPDATE", "NAME"),
        connector=lambda w: w.workshop.fresh,
        name=lambda _: "Other",
    ),
    "remove_connector": _develops(
        connectors.remove_connector,
        ("as.connector", "DELETE", "NONE"),
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        gives=("here",),
        connector=lambda w: w.workshop.asked,
    ),
    "release_version": _develops(
        releases.release_version,
        ("as.connector", "RELEASE", "NONE"),
        connector=lambda w: w.workshop.planned,
        version=lambda _: 1,
    ),
    "plan_release": _develops(
        releases.plan_release,
        ("as.connector", "RELEASE", "PLANNED"),
        connector=lambda w: w.workshop.released,
        version=lambda _: 2,
        due=lambda _: DUE,
    ),
    "cancel_release": _develops(
        releases.cancel_release, ("as.connector", "RELEASE", "CANCELLED"), connector=lambda w: w.workshop.planned
    ),
    "carry_out_release": Verb(
        lambda w, _: releases.carry_out_release(_connector_release_job(w), AT),
        ("as.connector", "RELEASE", "NONE"),
        raises=(),
        operator=True,
        self_service=True,
        reasoned=False,
    ),
    "withdraw_release": Verb(
        lambda w, who: releases.withdraw_release(_connector_release_job(w), who, AT),
        ("as.connector", "RELEASE", "CANCELLED"),
        raises=(),
        operator=True,
        part=True,
        reasoned=False,
    ),
    "hide_connector": _develops(
        reviews.hide_connector, ("as.connector", "UPDATE", "VISIBILITY"), connector=lambda w: w.workshop.released
    ),
    "submit_for_review": _develops(
        reviews.submit_for_review,
        ("as.connector.review", "ADD", "NONE"),
        standard=False,
        connector=lambda w: w.workshop.released,
        wanted=lambda _: Visibility.PUBLIC,
    ),
    "cancel_review": _develops(
        reviews.cancel_review,
        ("as.connector.review", "UPDATE", "NONE"),
        standard=False,
        connector=lambda w: w.workshop.asked,
    ),
    "decide_review": Verb(
        lambda w, who: reviews.decide_review(actor=who, at=AT, review=w.workshop.review, approved=True, reason=REASON),
        ("as.connector.review", "UPDATE", "NONE"),
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        raises=("here",),
        gives=("here",),
        by="sid",
    ),
    "end_of_resource": Verb(
        lambda w, who: ends.end_of_resource(
            actor=who,
            at=AT,
            account=w.here,
            kind=Kind.CONNECTOR,
            resource=w.workshop.asked,
            name="Toolbox",
            cause="so it is",
        ),
        ("as.accountgroup.resource", "DELETE", "NONE"),
        gives=("here",),
        part=True,
        reasoned=False,
    ),
}
"""Those about connectors, with the others."""


def _in_data_hub(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    gives: bool = False,
    also: tuple[tuple[str, str, str], ...] = (),
    **given: Callable[[World], object],
) -> Verb:
    """A command about models, with what it is given. Standard Users have no right of Data Hub."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    scope = ("here",) if gives else ()
    return Verb(run, words, raises=scope, gives=scope, also=also)


VERBS |= {
    "create_model": _in_data_hub(modelling.create_model, ("as.model", "CREATE", "NONE"), name=lambda _: "New"),
    "rename_model": _in_data_hub(
        modelling.rename_model, ("as.model", "UPDATE", "NAME"), model=lambda w: w.hub.draft, name=lambda _: "Renamed"
    ),
    "save_draft": _in_data_hub(
        modelling.save_draft,
        ("as.model", "UPDATE", "NONE"),
        model=lambda w: w.hub.draft,
        document=lambda _: FIELDS,
        opened=lambda _: 1,
    ),
    "publish_model": _in_data_hub(
        modelling.publish_model,
        ("as.model", "PUBLISH", "NONE"),
        gives=True,
        model=lambda w: w.hub.ready,
        opened=lambda _: 2,
    ),
    "copy_shared_model": Verb(
        lambda w, who: modelling.copy_shared_model(
            actor=who, at=AT, account=w.member, model=w.hub.shared, reason=REASON
        ),
        ("as.model", "COPY", "NONE"),
        where=("member",),
        raises=(),
        operator=True,
    ),
    "remove_model": _in_data_hub(
        modelling.remove_model,
        ("as.model", "DELETE", "NONE"),
        gives=True,
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        model=lambda w: w.hub.shared,
    ),
    "create_repository": _in_data_hub(
        repositories.create_repository, ("as.repository", "CREATE", "NONE"), name=lambda _: "New"
    ),
    "rename_repository": _in_data_hub(
        repositories.rename_repository,
        ("as.repository", "UPDATE", "NAME"),
        repository=lambda w: w.hub.repository,
        name=lambda _: "Renamed",
    ),
    "remove_repository": _in_data_hub(
        repositories.remove_repository, ("as.repository", "DELETE", "NONE"), repository=lambda w: w.hub.empty
    ),
    "deploy_model": _in_data_hub(
        repositories.deploy_model,
        ("as.model.deployment", "ADD", "NONE"),
        model=lambda w: w.hub.shared,
        version=lambda _: 1,
        repository=lambda w: w.hub.empty,
    ),
    "undeploy_model": _in_data_hub(
        repositories.undeploy_model,
        ("as.model.deployment", "DELETE", "NONE"),
        model=lambda w: w.hub.deployed,
        repository=lambda w: w.hub.repository,
    ),
}


def _shares_with_all(world: World) -> None:
    """What is published is shared with every account."""
    everybody = all_accounts(world.here)
    what = frozenset({world.sold.process})
    sharing.share(actor=OPERATOR, at=AT, account=world.here, group=everybody, kind=Kind.PROCESS, resources=what)


VERBS |= {
    "remove_package": _on_stage(
        deploying.remove_package, ("as.package", "DELETE", "NONE"), package=lambda w: w.stage.newer
    ),
    "publish": Verb(
        lambda w, who: library.publish(actor=who, at=AT, account=w.here, package=w.sold.package, reason=REASON),
        ("as.process", "PUBLISH", "NONE"),
        raises=(),
        standard=True,
    ),
    "republish": Verb(
        lambda w, who: library.republish(
            actor=who, at=AT, account=w.here, process=w.sold.process, number=1, reason=REASON
        ),
        ("as.process", "PUBLISH", "NONE"),
        raises=(),
        standard=True,
    ),
    "install": Verb(
        lambda w, who: library.install(
            actor=who, at=AT, account=w.loner, process=w.sold.process, folder=top_id(w.loner), reason=REASON
        ),
        ("as.process", "INSTALL", "NONE"),
        where=("loner",),
        raises=(),
        operator=True,
        prepare=_shares_with_all,
    ),
}
"""Those of the Process Library, with the others."""


def _without_cluster(world: World) -> None:
    clusters.remove_cluster(actor=OPERATOR, at=AT, account=world.here, cluster=cluster_in(world.cloud))


def _with_clouds(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    gives: bool = False,
    also: tuple[tuple[str, str, str], ...] = (),
    prepare: Callable[[World], None] | None = None,
    standard: bool = False,
    **given: Callable[[World], object],
) -> Verb:
    """A command of Cloud Management, with what it is given."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    scopes = ("here",) if gives else ()
    return Verb(run, words, raises=scopes, gives=scopes, also=also, prepare=prepare, standard=standard)


VERBS |= {
    "create_cloud": _with_clouds(
        clouds.create_cloud, ("as.cloud", "CREATE", "NONE"), properties=lambda _: Properties("New")
    ),
    "edit_cloud": _with_clouds(
        clouds.edit_cloud,
        ("as.cloud", "UPDATE", "NONE"),
        cloud=lambda w: w.cloud,
        properties=lambda _: Properties("New"),
    ),
    "remove_cloud": _with_clouds(
        clouds.remove_cloud,
        ("as.cloud", "DELETE", "NONE"),
        gives=True,
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        prepare=_without_cluster,
        cloud=lambda w: w.cloud,
    ),
    "add_quota": _with_clouds(
        clouds.add_quota,
        ("as.cloud.quota", "ADD", "NONE"),
        prepare=lambda w: clouds.remove_quota(actor=OPERATOR, at=AT, account=w.here, cloud=w.cloud, member=w.member),
        cloud=lambda w: w.cloud,
        member=lambda w: w.member,
        maximum=lambda _: 5,
    ),
    "edit_quota": _with_clouds(
        clouds.edit_quota,
        ("as.cloud.quota", "UPDATE", "NONE"),
        cloud=lambda w: w.cloud,
        member=lambda w: w.member,
        maximum=lambda _: 5,
    ),
    "remove_quota": _with_clouds(
        clouds.remove_quota,
        ("as.cloud.quota", "DELETE", "NONE"),
        cloud=lambda w: w.cloud,
        member=lambda w: w.member,
    ),
    "issue_cluster_token": _with_clouds(
        clusters.issue_cluster_token,
        ("as.cloud.cluster.token", "ADD", "AUTHENTICATION"),
        cloud=lambda w: w.cloud,
    ),
    "remove_cluster": _with_clouds(
        clusters.remove_cluster,
        ("as.cloud.cluster", "DELETE", "NONE"),
        gives=True,
        cluster=lambda w: cluster_in(w.cloud),
    ),
    "install_cluster": Verb(
        lambda w, _: clusters.install_cluster(at=AT, token=w.cluster_token, name="New"),
        ("as.cloud.cluster", "ADD", "NONE"),
        gives=("here",),
        self_service=True,
        reasoned=False,
    ),
    "note_cluster": Verb(
        lambda w, _: clusters.note_cluster(at=AT, account=w.here, cluster=cluster_in(w.cloud), browsing=False),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "create_attachment": _with_clouds(
        attachments.create_attachment,
        ("as.runtime", "ADD", "NONE"),
        standard=True,
        cloud=lambda w: w.cloud,
        name=lambda _: "Slot",
    ),
    "forget_cloud": Verb(
        lambda w, _: attachments.forget_cloud(cloud=w.cloud),
        None,
        where=(),
        raises=(),
        part=True,
        reasoned=False,
    ),
}


VERBS |= {
    "upload_library": _develops(
        libraries.upload_library, ("as.library", "ADD", "NONE"), file=lambda w: a_kept_jar(w.here, "new.jar")
    ),
    "remove_library": _develops(libraries.remove_library, ("as.library", "DELETE", "NONE"), library=lambda w: w.jar),
}
"""Those of Account Libraries, with the others."""


def _has_a_session(world: World) -> None:
    """Ann has signed in and is in no account yet."""
    Session.objects.create(session_key="one", user_id=world.ann.id, expire_date=AT)


VERBS |= {
    "set_session_settings": Verb(
        lambda w, who: sessions.set_session_settings(
            actor=who, at=AT, account=w.here, settings=SessionSettings(limited=True), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "force_sign_out": Verb(
        lambda w, who: sessions.force_sign_out(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "LOGOUT", "NONE"),
        raises=(),
    ),
    "sweep_sessions": Verb(lambda _, __: sessions.sweep_sessions(at=AT), None, where=(), raises=(), self_service=True),
    "time_out": Verb(
        lambda w, _: sessions.time_out(session="one", actor=w.ann.actor, at=AT, account=w.here),
        ("account", "LOGOUT", "TIMEOUT"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_a_session,
    ),
    "come_into": Verb(
        lambda w, _: sessions.come_into(session="one", user=w.ann.id, account=w.here, locks=True),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=_has_a_session,
    ),
    "note_active": Verb(
        lambda _, __: sessions.note_active(session="one", at=AT), None, where=(), raises=(), self_service=True
    ),
    "end_session": Verb(
        lambda w, _: sessions.end_session(user=w.ann.id, handle="one"), None, where=(), raises=(), self_service=True
    ),
    "end_sessions": Verb(
        lambda w, _: sessions.end_sessions(user=w.ann.id), None, where=(), raises=(), self_service=True
    ),
    "set_usage_agreement": Verb(
        lambda w, who: agreements.set_usage_agreement(
            actor=who, at=AT, account=w.here, on=True, title="Terms", message="Be kind.", reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "note_accepted": Verb(
        lambda w, who: agreements.note_accepted(actor=who, at=AT, account=w.here, agreement=Agreement(title="Terms")),
        ("user", "TC_ACCEPT", "SUCCESS"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
}
"""Those about sessions and usage agreements, with the others."""


VERBS |= {
    "post_notice": Verb(
        lambda w, who: notices.post_notice(
            actor=who, at=AT, account=w.here, text="Hear this", level="info", reason=REASON
        ),
        ("as.account.notice", "ADD", "NONE"),
        raises=(),
    ),
    "end_notice": Verb(
        lambda w, who: notices.end_notice(actor=who, at=AT, account=w.here, notice=_notice(w), reason=REASON),
        ("as.account.notice", "DELETE", "NONE"),
        raises=(),
    ),
    "dismiss_notice": Verb(
        lambda w, _: notices.dismiss_notice(account=w.here, user=w.bob.id, notice=_notice(w)),
        None,
        where=(),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
}
"""Those of account notifications."""


def actor_of(verb: Verb, world: World) -> Actor:
    """Who does it in this table."""
    if verb.operator:
        return OPERATOR
    who: Somebody = getattr(world, verb.by)
    return who.actor


def commands_of(module: ModuleType) -> set[str]:
    """The verbs a module defines: functions that run as one transaction, and whatever else takes an actor."""
    return {
        name
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not name.startswith(("_", "check_"))
        if hasattr(member, "__wrapped__") or "actor" in inspect.signature(member).parameters
    }
