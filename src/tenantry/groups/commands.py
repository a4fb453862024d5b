"""Writes of account groups: their names, their accounts, their people. Each verb is one transaction, one audit entry
for each thing that went in or out.

All need Account Group Management in the primary, by call Account Administration (GRP-1). What takes access away takes,
from pages, the confirmation of a preview: `confirmed` is its id and digest.
"""

import uuid
from collections.abc import Iterable, Set as AbstractSet

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.decisions import conditions
from tenantry.groups.grants import available_roles, change_roles, check_roles, permitted, write_roles
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.groups.queries import (
    accounts_in,
    group_grants_of,
    group_of,
    group_user,
    groups_with_account,
    managed_among,
    members_among,
    other_names,
)
from tenantry.mail.invitations import tell_of_group_after_commit
from tenantry.previews.commands import Confirmation, confirm
from tenantry.rules import groups, refusals, users
from tenantry.rules.changes import AccountsLeave, GroupGoes, GroupRolesChange, UserLeaves
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import (
    ALWAYS,
    UNCONDITIONAL,
    AccountId,
    Actor,
    Condition,
    GroupId,
    Instant,
    RoleGrant,
    RoleId,
    Validity,
    user_key,
)
from tenantry.sharing.begins import begin_of_membership
from tenantry.sharing.ends import end_of_group, end_of_membership, sweep_before_joining
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command
from tenantry.tokens.commands import revoke_unreachable
from tenantry.users.grants import bounds, names_of
from tenantry.users.queries import locked_person


@command
def make_all_accounts(*, account: AccountId) -> None:
    """Give a primary its group All Accounts, if it has none (GRP-2). The system's, as part of making a primary."""
    if AccountGroup.rows.of(account).filter(everywhere=True).exists():
        return
    name = groups.ALL_ACCOUNTS
    while AccountGroup.rows.of(account).filter(name_key=name.casefold()).exists():
        name += " (all)"  # a loaded group may have taken the name
    AccountGroup.rows.of(account).bulk_create(
        [AccountGroup(id=str(uuid.uuid4()), account_id=account, name=name, name_key=name.casefold(), everywhere=True)]
    )


@command
def create_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    name: str,
    alert_level: str = groups.NO_ALERTS,
    reason: str = "",
) -> GroupId:
    """Make an account group (GRP-5). Refuses without Account Groups, a bad or taken name, an unknown alert level."""
    revisions.lock(account)
    permitted(actor=actor, account=account, at=at)
    name = name.strip()
    refuse(groups.check_group_name(name, other_names(account)))
    refuse(groups.check_alert_level(alert_level))
    group = GroupId(str(uuid.uuid4()))
    AccountGroup.rows.of(account).bulk_create(
        [AccountGroup(id=group, account_id=account, name=name, name_key=name.casefold(), alert_level=alert_level)]
    )
    changes: Changes = {"name": (None, name), "alert_level": (None, alert_level)}
    record(Act.GROUP_ADDED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    revisions.raise_given([account])
    return group


@command
def edit_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    name: str | None = None,
    alert_level: str | None = None,
    reason: str = "",
) -> None:
    """Change name or alert level; what is `None` stays (GRP-5). All Accounts keeps its name (GRP-2)."""
    revisions.lock(account)
    permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    new_name = row.name if name is None else name.strip()
    level = row.alert_level if alert_level is None else alert_level
    if new_name != row.name:
        refuse(groups.check_not_all_accounts("it cannot be renamed", everywhere=row.everywhere))
        refuse(groups.check_group_name(new_name, other_names(account, besides=group)))
    refuse(groups.check_alert_level(level))
    if (new_name, level) == (row.name, row.alert_level):
        return
    AccountGroup.rows.of(account).filter(id=group).update(
        name=new_name, name_key=new_name.casefold(), alert_level=level
    )
    changes: Changes = {"name": (row.name, new_name), "alert_level": (row.alert_level, level)}
    record(Act.GROUP_UPDATED, actor=actor, account=account, at=at, container=new_name, reason=reason, changes=changes)
    revisions.raise_given([account])


@command
def remove_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Delete a group: its users, accounts and shares all at once; they themselves survive (GRP-19).

    Refuses All Accounts (GRP-2), and a confirmation whose impact has changed. Tokens of people who can no longer reach
    their account by any path are revoked (TOK-10).
    """
    revisions.lock(account)
    permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    refuse(groups.check_not_all_accounts("it cannot be deleted", everywhere=row.everywhere))
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=GroupGoes(account, group)))
    people = tuple(GroupUser.rows.of(account).filter(group=row).values_list("user_id", flat=True))
    members = tuple(AccountId(key) for key in accounts_in(row).order_by("id").values_list("id", flat=True))
    GroupUserRole.rows.of(account).filter(group=row).delete()
    GroupUser.rows.of(account).filter(group=row).delete()
    GroupAccount.rows.of(account).filter(group=row).delete()
    end_of_group(actor=actor, at=at, group=row)
    AccountGroup.rows.of(account).filter(id=group).delete()
    changes: Changes = {"name": (row.name, None)}
    record(Act.GROUP_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)
    revisions.raise_given([account])
    why = f"the account group {row.name} was deleted"
    revoke_unreachable(actor=actor, at=at, people=people, accounts=members, why=why)


@command
def add_accounts_to_group(
    *, actor: Actor, at: Instant, account: AccountId, group: GroupId, members: AbstractSet[AccountId], reason: str = ""
) -> None:
    """Put managed accounts into a group (GRP-7): its people reach them, and they receive its shares, at once (GRP-16).

    All or none. Refuses All Accounts (GRP-2), accounts not managed here (GRP-23) or in the group already (GRP-20).
    """
    revisions.lock(account)
    permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    refuse(groups.check_not_all_accounts("its accounts cannot be edited", everywhere=row.everywhere))
    wanted = frozenset(members)
    managed = managed_among(account, wanted)
    refuse(groups.check_members(wanted, managed=managed, there=members_among(row, wanted)))
    revisions.lock(*sorted(wanted))
    sweep_before_joining(at=at, group=row, members=wanted)
    GroupAccount.rows.of(account).bulk_create(
        GroupAccount(account_id=account, group=row, member_id=member) for member in sorted(wanted)
    )
    begin_of_membership(account=account, members=wanted)
    _record_accounts(Act.GROUP_ACCOUNT_ADDED, row, wanted, actor=actor, at=at, reason=reason)
    revisions.raise_revisions([account, *wanted])


@command
def remove_accounts_from_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    members: AbstractSet[AccountId],
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Take accounts out of a group: access and shares through it end for them (GRP-17), tokens per TOK-10.

    Refuses All Accounts (GRP-2), accounts that are not in the group, and a confirmation whose impact has changed.
    """
    revisions.lock(account)
    permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    refuse(groups.check_not_all_accounts("its accounts cannot be edited", everywhere=row.everywhere))
    leaving = frozenset(members)
    for missing in sorted(leaving - members_among(row, leaving)):
        raise refusals.Refused(refusals.NotInGroup(what=missing))
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=AccountsLeave(account, group, leaving)))
    revisions.lock(*sorted(leaving))
    GroupAccount.rows.of(account).filter(group=row, member_id__in=leaving).delete()
    for member in sorted(leaving):
        end_of_membership(actor=actor, at=at, group=row, member=member)
    _record_accounts(Act.GROUP_ACCOUNT_REMOVED, row, leaving, actor=actor, at=at, reason=reason)
    revisions.raise_revisions([account, *leaving])
    people = tuple(GroupUser.rows.of(account).filter(group=row).values_list("user_id", flat=True))
    why = f"the account left the account group {row.name}"
    revoke_unreachable(actor=actor, at=at, people=people, accounts=sorted(leaving), why=why)


@command
def add_user_to_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    email: str,
    roles: AbstractSet[RoleId],
    first_name: str = "",
    last_name: str = "",
    validity: Validity = ALWAYS,
    condition: Condition = UNCONDITIONAL,
    notify: bool = True,
    reason: str = "",
) -> int:
    """Put a known person into a group with these roles there (GRP-7 to GRP-9), and tell them unless told not to.

    The names are asked for by the dialog and ignored: the person is known (GRP-10). Returns the person's key. Refuses
    people who have never signed in or are in the group already (GRP-20), roles that are not for groups, roles that
    carry what the actor does not hold, a validity whose end is not ahead or not after its start, and a text that is no
    condition.
    """
    del first_name, last_name
    person = locked_person(email.strip())
    revisions.lock(account)
    permit = permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    refuse(groups.check_signed_in(email.strip()[:254], signed_in=person is not None and person.signed_in))
    if person is None:
        raise refusals.Refused(refusals.NeverSignedIn(email=email))
    if GroupUser.rows.of(account).filter(group=row, user=person).exists():
        raise refusals.Refused(refusals.AlreadyInGroup(what=person.email))
    refuse(check_roles(permit, (), roles, at))
    refuse(users.check_validity_given(validity, at))
    refuse(conditions.check(condition))
    GroupUser.rows.of(account).bulk_create([GroupUser(account_id=account, group=row, user=person)])
    grants = tuple(RoleGrant(role, validity, condition=condition) for role in sorted(roles))
    write_roles(row, person.pk, (), grants)
    changes: Changes = {
        "group": (None, row.name),
        "roles": ([], names_of(permit, roles)),
        **bounds(RoleGrant(grants[0].role), grants[0]),
    }
    record(
        Act.GROUP_USER_ADDED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes=changes,
    )
    revisions.raise_given([account])
    if notify:
        tell_of_group_after_commit(person, primary=existing_account(account).name, group=row.name)
    return int(person.pk)


@command
def change_group_user_roles(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    user: int,
    roles: AbstractSet[RoleId],
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Let somebody in a group hold these roles there; no other group is touched (GRP-7).

    A role kept keeps its validity, and roles held that the dialog does not offer stay (USER-8). Refuses
    leaving none (GRP-8), roles that are not for groups, and giving what the actor does not hold.
    """
    revisions.lock(account)
    permit = permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    person = group_user(row, user)
    stored = group_grants_of(row, user)
    held = {grant.role: grant for grant in stored if not grant.validity.ended(at)}
    after = users.roles_after_dialog(held.keys(), {role.id for role in available_roles(permit)}, roles)
    refuse(check_roles(permit, tuple(held.values()), after, at))
    change = GroupRolesChange(account, group, user_key(person.email), after, at)
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=change))
    change_roles(permit, row, person, stored, after, at, reason)


@command
def remove_user_from_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    user: int,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Take somebody out of a group: that path ends for all its accounts (GRP-18), tokens per TOK-10."""
    revisions.lock(account)
    permit = permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    person = group_user(row, user)
    change = UserLeaves(account, group, user_key(person.email))
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=change))
    held = [grant.role for grant in group_grants_of(row, user)]
    GroupUserRole.rows.of(account).filter(group=row, user_id=user).delete()
    GroupUser.rows.of(account).filter(group=row, user_id=user).delete()
    changes: Changes = {"group": (row.name, None), "roles": (names_of(permit, held), [])}
    record(
        Act.GROUP_USER_REMOVED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes=changes,
    )
    revisions.raise_given([account])
    why = f"the user was removed from the account group {row.name}"
    members = accounts_in(row).values_list("id", flat=True)
    revoke_unreachable(actor=actor, at=at, people=(user,), accounts=members, why=why)


@command
def forget_group_roles(*, role: RoleId, at: Instant) -> None:
    """Drop what is left of group grants of a role that are over, so that the role can go (ROLE-13)."""
    rows = GroupUserRole.rows.across(Crossing.HOLDERS_OF_A_ROLE).filter(role_id=role, valid_until__lte=at)
    rows.delete()


@command
def forget_membership(*, actor: Actor, at: Instant, account: AccountId, primary: AccountId) -> None:
    """Take a deleted account out of every group of its primary, All Accounts among them (ACC-14, GRP-17).

    A part of deleting it, which has written its status already.
    """
    rows = groups_with_account(primary, account)
    people = set(GroupUser.rows.of(primary).filter(group__in=rows).values_list("user_id", flat=True))
    for row in rows:
        if not row.everywhere:
            GroupAccount.rows.of(primary).filter(group=row, member_id=account).delete()
            _record_accounts(
                Act.GROUP_ACCOUNT_REMOVED, row, (account,), actor=actor, at=at, reason="the account is deleted"
            )
        end_of_membership(actor=actor, at=at, group=row, member=account)
    revoke_unreachable(actor=actor, at=at, people=people, accounts=(account,), why="the account was deleted")


@command
def forget_groups(*, actor: Actor, at: Instant, account: AccountId) -> None:
    """Delete every group of a deleted primary: people, accounts and shares (ACC-14, GRP-19). All Accounts stays, empty.

    A part of deleting the primary. Tokens of people who can no longer reach their account by any path are revoked.
    """
    people = set(GroupUser.rows.of(account).values_list("user_id", flat=True))
    GroupUserRole.rows.of(account).delete()
    GroupUser.rows.of(account).delete()
    GroupAccount.rows.of(account).delete()
    rows = list(AccountGroup.rows.of(account).order_by("id"))
    for row in rows:
        end_of_group(actor=actor, at=at, group=row)
    AccountGroup.rows.of(account).filter(everywhere=False).delete()
    gone = (row.name for row in rows if not row.everywhere)
    entries = (BulkEntry(Act.GROUP_DELETED, account, name, {"name": (name, None)}) for name in gone)
    record_many(entries, actor=actor, at=at, reason="the account is deleted")
    for row in rows:
        if row.everywhere:
            managed = accounts_in(row).values_list("id", flat=True)
            why = "the primary account was deleted"
            revoke_unreachable(actor=actor, at=at, people=people, accounts=managed, why=why)


def _record_accounts(
    act: Act, group: AccountGroup, members: Iterable[AccountId], *, actor: Actor, at: Instant, reason: str
) -> None:
    """One entry in the primary for each account that went in or out."""
    into = act is Act.GROUP_ACCOUNT_ADDED
    changes: Changes = {"group": (None, group.name) if into else (group.name, None)}
    entries = (BulkEntry(act, group.account_id, member, changes) for member in sorted(members))
    record_many(entries, actor=actor, at=at, reason=reason)
