"""Writes of accounts. Each verb is one transaction with one audit entry."""

import secrets

from tenantry.accounts.models import Account
from tenantry.accounts.queries import AccountRow, existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.groups.commands import forget_groups, forget_membership, make_all_accounts
from tenantry.groups.queries import managed_count
from tenantry.previews.commands import Confirmation, confirm
from tenantry.privileges.queries import catalogue
from tenantry.rules import accounts, granting, refusals
from tenantry.rules.changes import FeaturesChange, StatusChanges, SupportAccessChanges
from tenantry.rules.features import Feature
from tenantry.rules.refusals import refuse
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId, Status
from tenantry.sso.federations import compare_anew
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def create_account(
    *,
    actor: Actor,
    at: Instant,
    name: str,
    features: frozenset[Feature] = frozenset(),
    reason: str = "",
) -> AccountId:
    """Make an account of its own (ACC-1). The operator's.

    Whoever registers it is then added as its Administrator (ACC-8).
    """
    _operator_only(actor, "create an account of its own")
    return _insert(actor=actor, at=at, name=name, features=features, reason=reason)


@command
def create_managed_account(
    *,
    actor: Actor,
    at: Instant,
    primary: AccountId,
    name: str,
    trial_ends: Instant,
    reason: str = "",
) -> AccountId:
    """Make a trial account managed by a primary, whose All Accounts holds it at once (ACC-7, GRP-16).

    Needs Account Administration in the primary.

    Refuses a bad name, a trial that ends not ahead or over 90 days ahead, and a primary without Account Groups or
    managed itself (ACC-5, ACC-6).
    """
    revisions.lock(primary)
    require("ACCOUNT_ADMIN", actor=actor, account=primary, at=at)
    row = existing_account(primary)
    refuse(accounts.check_primary(row.id, features=row.features, managed_by=row.primary, status=row.status))
    refuse(accounts.check_trial_end(trial_ends, at))
    made = _insert(actor=actor, at=at, name=name, primary=primary, trial_ends=trial_ends, reason=reason)
    revisions.raise_revisions([primary])  # All Accounts holds it from now on (GRP-2)
    return made


@command
def rename_account(*, actor: Actor, at: Instant, account: AccountId, name: str, reason: str = "") -> None:
    """Change the Account Name (ACC-3); the id stays (ACC-2). Needs Account Administration."""
    row = _administered(actor, account, at)
    name = name.strip()
    refuse(accounts.check_account_name(name))
    if name == row.name:
        return
    Account.rows.of(account).update(name=name, name_key=name.casefold())
    _edited(actor, at, account, reason, {"name": (row.name, name)})


@command
def change_support_access_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    role: RoleId | None,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Choose the Support Access Role; `None` is "--No Access--" (SUP-1, SUP-8). Acts at the next request.

    Needs Account Administration. Refuses roles not offered (SUP-2: the default ones available and the account's own),
    letting outside people do what the actor may not do, and a confirmation whose impact has changed.
    """
    row = _administered(actor, account, at)
    if role == row.support_access:
        return
    permit = require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    facts = permit.facts.account
    if role is not None and role not in accounts.support_access_choices(row.features, facts.own_roles()):
        name = facts.roles[role].name if role in facts.roles else role
        raise refusals.Refused(refusals.SupportAccessNotOffered(role=name))
    before = facts.roles.carried([row.support_access] if row.support_access else [])
    after = facts.roles.carried([role] if role else [])
    if not permit.operator:
        refuse(granting.check_conferring(facts.catalogue, permit.held, before, after))
    change = SupportAccessChanges(account, role)
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=change))
    Account.rows.of(account).update(support_access_role=role)

    def shown(key: RoleId | None) -> str:
        return facts.roles[key].name if key is not None and key in facts.roles else "--No Access--"

    record(
        Act.SUPPORT_ACCESS_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        reason=reason,
        changes={"support_access_role": (shown(row.support_access), shown(role))},
    )
    revisions.raise_revisions([account])


@command
def save_account_information(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    name: str,
    support_access_role: RoleId | None,
    confirmed: Confirmation | None = None,
) -> None:
    """Save the page Account Information: both of its members or neither."""
    rename_account(actor=actor, at=at, account=account, name=name)
    change_support_access_role(actor=actor, at=at, account=account, role=support_access_role, confirmed=confirmed)


@command
def switch_feature(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    feature: Feature,
    on: bool,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Switch a feature on or off (ACC-9). Nobody loses a role by it: roles in force stay so (ROLE-16, EFF-4).

    Administrators switch Advanced Environment Access, the operator all others. An account that manages others keeps
    Account Groups (ACC-5); one that gets it gets All Accounts with it (GRP-2). Comparing Federation IDs without case is
    refused where two people's would become one (SSO-5).
    """
    row = _administered(actor, account, at)
    operator, managed = actor.user is None, row.primary is not None
    refuse(accounts.check_feature_switch(feature, operator=operator, account=account, managed=managed, on=on))
    if on == (feature in row.features):
        return
    if not on and feature is Feature.ACCOUNT_GROUPS:
        refuse(accounts.check_manages_nobody(account, managed_count(account)))
    features = row.features | {feature} if on else row.features - {feature}
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=features_change(account, features)))
    if on and feature is Feature.ACCOUNT_GROUPS:
        make_all_accounts(account=account)
    if feature is Feature.CASE_INSENSITIVE_FEDERATION:
        compare_anew(account=account, features=features)
    Account.rows.of(account).update(features=sorted(features))
    _edited(actor, at, account, reason, {feature.label: (not on, on)})


@command
def change_account_status(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    status: Status,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Give an account another status (ACC-4). The operator's; a deleted account takes no further change (ACC-14).

    Deleting a primary deletes its account groups with all they give, deleting a managed account takes it out of every
    group (ACC-14). A suspended primary goes on giving (ACC-13).
    """
    _operator_only(actor, "change the status of an account")
    row = _administered(actor, account, at)
    if row.status is status:
        return
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=StatusChanges(account, status)))
    _write_status(actor, at, row, status, reason)


def features_change(account: AccountId, features: frozenset[Feature]) -> FeaturesChange:
    """What it does to decisions that an account gets these features, for a preview."""
    return FeaturesChange(account, catalogue().active(features))


def suspend_account(*, actor: Actor, at: Instant, account: AccountId, reason: str = "") -> None:
    """Let nobody in, keep everything (ACC-4, ACC-13). The operator's."""
    change_account_status(actor=actor, at=at, account=account, status=Status.SUSPENDED, reason=reason)


@command
def reactivate_account(*, actor: Actor, at: Instant, account: AccountId, reason: str = "") -> None:
    """Lift a suspension: everything works again, under the status there was (ACC-13). The operator's.

    A trial that has run out becomes active. Where nothing is suspended nothing changes.
    """
    revisions.lock(account)
    stored = Account.rows.of(account).values_list("status", "status_before", "trial_ends").first()
    now, before, trial_ends = stored or (Status.ACTIVE, "", None)
    status = Status(before or Status.ACTIVE)
    if accounts.status_at(Status(now), trial_ends, at) is not Status.SUSPENDED:
        status = Status(now)
    change_account_status(actor=actor, at=at, account=account, status=status, reason=reason)


def delete_account(*, actor: Actor, at: Instant, account: AccountId, reason: str = "") -> None:
    """Delete an account softly (ACC-14): nobody gets in, and it takes no further change. The operator's."""
    change_account_status(actor=actor, at=at, account=account, status=Status.DELETED, reason=reason)


@command
def delete_managed_account(
    *, actor: Actor, at: Instant, primary: AccountId, account: AccountId, reason: str = ""
) -> None:
    """Delete an account that a primary manages, softly (ACC-14): the primary's own act, through the partner interface.

    Needs Account Administration in the primary. Refuses accounts that it does not manage, deleted ones among them.
    """
    revisions.lock(primary)
    require("ACCOUNT_ADMIN", actor=actor, account=primary, at=at)
    row = existing_account(account)
    if row.primary != primary or row.status is Status.DELETED:
        raise refusals.Refused(refusals.NotManagedHere(account=account))
    revisions.lock(account)
    _write_status(actor, at, row, Status.DELETED, reason)


def new_account(row: AccountRow) -> Account:
    """The row to store for these facts."""
    return Account(
        id=row.id,
        name=row.name,
        name_key=row.name.casefold(),
        primary_id=row.primary,
        features=sorted(row.features),
        status=row.status,
        trial_ends=row.trial_ends,
        support_access_role_id=row.support_access,
        operator=row.operator,
    )


def _insert(
    *,
    actor: Actor,
    at: Instant,
    name: str,
    reason: str,
    features: frozenset[Feature] = frozenset(),
    primary: AccountId | None = None,
    trial_ends: Instant | None = None,
) -> AccountId:
    name = name.strip()
    refuse(accounts.check_account_name(name))
    suffix = "".join(secrets.choice(accounts.ID_ALPHABET) for _ in range(accounts.ID_SUFFIX_LENGTH))
    made = accounts.account_id(name, suffix)
    status = Status.TRIAL if trial_ends is not None else Status.ACTIVE
    row = AccountRow(made, name, primary, features, status, trial_ends, ADMINISTRATOR)
    Account.rows.of(made).bulk_create([new_account(row)])
    revisions.open_scopes([made])
    if Feature.ACCOUNT_GROUPS in features:
        make_all_accounts(account=made)
    record(
        Act.ACCOUNT_CREATED,
        actor=actor,
        account=made,
        at=at,
        container=name,
        reason=reason,
        changes={"name": (None, name), "primary": (None, primary)},
    )
    return made


def _operator_only(actor: Actor, act: str) -> None:
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act=act))


def _write_status(actor: Actor, at: Instant, row: AccountRow, status: Status, reason: str) -> None:
    """Give a locked account another status, with all that this ends."""
    account = row.id
    before = row.status if status is Status.SUSPENDED else ""
    Account.rows.of(account).update(status=status, status_before=before)
    if status is Status.DELETED:
        forget_groups(actor=actor, at=at, account=account)
        if row.primary is not None:
            forget_membership(actor=actor, at=at, account=account, primary=row.primary)
    act = Act.ACCOUNT_DELETED if status is Status.DELETED else Act.ACCOUNT_EDITED
    changes: Changes = {"status": (row.status, status)}
    record(act, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)
    revisions.raise_given([account])


def _administered(actor: Actor, account: AccountId, at: Instant) -> AccountRow:
    """Lock the account and require Account Administration."""
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    return existing_account(account)


def _edited(actor: Actor, at: Instant, account: AccountId, reason: str, changes: Changes) -> None:
    row = existing_account(account)
    record(
        Act.ACCOUNT_EDITED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        reason=reason,
        changes=changes,
    )
    revisions.raise_revisions([account])
