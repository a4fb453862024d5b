"""Writes of an account's users and their direct roles. Each verb is one transaction with one audit entry."""

import secrets
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.conf import settings

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, record, record_many
from tenantry.decisions import conditions
from tenantry.decisions.guard import Permit, require, require_by_door
from tenantry.mail.invitations import invite_after_commit, welcome_after_commit
from tenantry.roles.queries import assignable_roles
from tenantry.rules import granting, refusals, users
from tenantry.rules.conditions import loosens
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import (
    ALWAYS,
    UNCONDITIONAL,
    AccountId,
    Actor,
    Condition,
    Instant,
    RoleGrant,
    RoleId,
    Source,
    Validity,
    user_key,
)
from tenantry.sharing.queries import default_own_or_shared
from tenantry.sso.federations import forget_federation, set_federation_id
from tenantry.sso.queries import federation_id_of
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.transaction import command
from tenantry.tokens.commands import revoke_unreachable
from tenantry.users.grants import (
    bounds,
    check_administrator_kept,
    check_administrator_throughout,
    check_lasting,
    check_roles,
    names_of,
    write_roles,
)
from tenantry.users.locking import write_lock
from tenantry.users.models import AccountUser, User, UserRole
from tenantry.users.queries import (
    email_or_id_in_use,
    grants_of,
    linked_count,
    linked_user,
    locked_person,
)


@dataclass(frozen=True, slots=True)
class AddedUser:
    """What adding did: the person, and whether the platform met them for the first time."""

    user: int
    email: str
    created: bool


@command
def add_user(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    email: str,
    first_name: str,
    last_name: str,
    roles: AbstractSet[RoleId],
    federation_id: str = "",
    reason: str = "",
    notify: bool = True,
) -> AddedUser:
    """Make a person a user of the account with these roles (USER-2 to USER-4).

    An unknown address makes a new person, who gets a mail to choose a password; a known one is linked and told, and
    the names given are ignored, though asked for all the same: the form does not tell who is known. Needs User
    Management, or User Management - Limited for roles the actor's privileges
    cover (USER-13). With a Federation ID a new person has no password, and the mail says where to sign in (USER-5).
    Refuses malformed input, roles not assignable here, a user already linked, the user limit
    (ACC-11), and roles that carry what the actor does not hold.
    """
    email, federation_id = email.strip(), federation_id.strip()
    known = User.objects.select_for_update().filter(email_key=user_key(email)).first()
    revisions.lock(account)
    permit = _permit(actor=actor, account=account, at=at)
    row = existing_account(account)
    refusals.refuse(users.check_email(email))
    refusals.refuse(users.check_names(first_name, last_name))
    refusals.refuse(users.check_first_roles(roles))
    if known is not None and AccountUser.rows.of(account).filter(user=known).exists():
        raise refusals.Refused(refusals.UserAlreadyLinked(email=known.email))
    refusals.refuse(check_roles(permit, row, (), roles, at))
    refusals.refuse(users.check_user_limit(account, linked_count(account), settings.USER_LIMIT))
    temporary = None if known is not None or federation_id else secrets.token_urlsafe(12)
    person = known or _new_person(email, first_name, last_name, account, temporary)
    if person.default_account_id is None:
        User.objects.filter(pk=person.pk).update(default_account_id=account)
    AccountUser.rows.of(account).bulk_create([AccountUser(account_id=account, user=person)])
    write_roles(account, person.pk, (), tuple(RoleGrant(role) for role in sorted(roles)))
    record(
        Act.USER_ADDED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={"roles": ([], names_of(permit, roles)), "user": (None, person.email)},
    )
    revisions.raise_revisions([account])
    if federation_id:
        set_federation_id(
            actor=actor, at=at, account=account, user=person.email, federation_id=federation_id, reason=reason
        )
    if notify and known is None and federation_id:
        welcome_after_commit(person, account=account, account_name=row.name)
    elif notify:
        invite_after_commit(person, account_name=row.name, temporary_password=temporary)
    return AddedUser(person.pk, person.email, known is None)


@command
def change_user_roles(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    user: int,
    roles: AbstractSet[RoleId],
    reason: str = "",
) -> None:
    """Let a user hold the chosen roles, and those held that the dialog does not show (USER-7, USER-8).

    A role kept keeps its validity; a role added has none, also where an earlier grant of it has ended. Needs User
    Management, or User Management - Limited where
    the actor's privileges cover every role involved (USER-13). Refuses leaving no role (USER-9), roles not assignable,
    roles that carry what the actor does not hold, and taking the last Administrator's role (USER-11).
    """
    revisions.lock(account)
    permit = _permit(actor=actor, account=account, at=at)
    row = existing_account(account)
    person = linked_user(account, user)
    stored = grants_of(account, user)
    held = {grant.role: grant for grant in stored if not grant.validity.ended(at)}
    shown = {choice.id for choice in assignable_roles(permit.facts.account, row.features)}
    after = users.roles_after_dialog(held.keys(), shown, roles)
    refusals.refuse(users.check_roles_left(after))
    refusals.refuse(check_roles(permit, row, tuple(held.values()), after, at))
    grants = tuple(held.get(role) or RoleGrant(role) for role in sorted(after))
    refusals.refuse(check_administrator_kept(account, user, grants, at))
    if set(held) == after:
        return
    write_roles(account, user, stored, grants)
    record(
        Act.USER_ROLES_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={"roles": (names_of(permit, held), names_of(permit, after))},
    )
    revisions.raise_revisions([account])


@command
def maintain_user(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    user: int,
    roles: AbstractSet[RoleId],
    federation_id: str | None = None,
    reason: str = "",
) -> None:
    """Save what the dialog says of a user: the chosen roles, and the Federation ID, with `None` as it is (USER-3).

    Refuses as `change_user_roles` and `set_federation_id` do.
    """
    change_user_roles(actor=actor, at=at, account=account, user=user, roles=roles, reason=reason)
    if federation_id is not None:
        set_federation_id(
            actor=actor,
            at=at,
            account=account,
            user=linked_user(account, user).email,
            federation_id=federation_id,
            reason=reason,
        )


@command
def add_user_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    user: str,
    role: RoleId,
    validity: Validity | None = None,
    condition: Condition = UNCONDITIONAL,
    reason: str = "",
    notify: bool = True,
) -> None:
    """Give a known person one more role, making them a user of the account, and telling them, if they are not (USER-7).

    Refuses like `change_user_roles`, and people unknown to the platform. A role held already changes nothing. Where a
    `validity` is named, a role held with another one, or under another condition, is refused, as is one that has ended.
    Under a condition the role counts only for questions that fulfil it, and giving it asks for the same as without one;
    a text that is no condition is refused.
    """
    person = locked_person(user)
    revisions.lock(account)
    permit = _permit(actor=actor, account=account, at=at)
    if person is None:
        raise refusals.Refused(refusals.UnknownUser(user=user))
    row = existing_account(account)
    stored = grants_of(account, person.pk)
    held = tuple(grant for grant in stored if not grant.validity.ended(at))
    after = {*(grant.role for grant in held), role}
    refusals.refuse(check_roles(permit, row, held, after, at))
    refusals.refuse(conditions.check(condition))
    given = RoleGrant(role, validity or ALWAYS, condition=condition)
    if validity is not None:
        refusals.refuse(users.check_validity_given(validity, at))
        refusals.refuse(check_lasting(permit, tuple(grant for grant in held if grant.role != role), given, at))
        if any(grant.role == role and grant != given for grant in held):
            raise refusals.Refused(refusals.RoleHeldAlready(email=person.email))
    linked = AccountUser.rows.of(account).filter(user=person).exists()
    if linked and len(after) == len(held):
        return
    if not linked:
        refusals.refuse(users.check_user_limit(account, linked_count(account), settings.USER_LIMIT))
        AccountUser.rows.of(account).bulk_create([AccountUser(account_id=account, user=person)])
        User.objects.filter(pk=person.pk, default_account=None).update(default_account_id=account)
    write_roles(account, person.pk, stored, (*held, given) if len(after) > len(held) else held)
    record(
        Act.USER_ROLES_CHANGED if linked else Act.USER_ADDED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={
            "roles": (names_of(permit, [grant.role for grant in held]), names_of(permit, after)),
            **bounds(RoleGrant(role), given),
        },
    )
    revisions.raise_revisions([account])
    if notify and not linked:
        invite_after_commit(person, account_name=row.name, temporary_password=None)


@command
def change_role_validity(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    user: int,
    role: RoleId,
    validity: Validity,
    condition: Condition | None = None,
    reason: str = "",
) -> None:
    """Let a role that a user holds be in force from another instant on, or until another one (USER-7); or count under
    another condition, where one is named, or with "" under none.

    What is extended or begins earlier, or loses or changes its condition, is given anew: nothing that the actor does
    not hold, and no role that the account does not offer any more. Needs User Management, or User Management - Limited
    where the actor's privileges cover the role (USER-13). Refuses an end that is not ahead or not after the start, a
    text that is no condition, people and roles that are not there, and what would leave the account without an
    Administrator at any instant at which it has one (USER-11).
    """
    revisions.lock(account)
    permit = require("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED", actor=actor, account=account, at=at)
    row = existing_account(account)
    person = linked_user(account, user)
    stored = grants_of(account, user)
    old = next((grant for grant in stored if grant.role == role and not grant.validity.ended(at)), None)
    if old is None:
        raise refusals.Refused(refusals.NotThere(object="grant", id=role))
    refusals.refuse(users.check_validity_given(validity, at))
    new = RoleGrant(role, validity, condition=old.condition if condition is None else condition)
    refusals.refuse(conditions.check(new.condition))
    others = tuple(grant for grant in stored if grant.role != role and not grant.validity.ended(at))
    catalogue, roles = permit.facts.account.catalogue, permit.facts.account.roles
    if permit.privilege == "USER_MANAGEMENT_LIMITED" and not permit.operator:
        refusals.refuse(granting.check_limited(catalogue, permit.held, roles.carried([role])))
    if users.confers(old.validity, validity, at) or loosens(old.condition, new.condition):
        assignable = {choice.id for choice in assignable_roles(permit.facts.account, row.features)}
        refusals.refuse(users.check_assignable(account, [role], assignable))
        refusals.refuse(check_lasting(permit, others, new, at))
    if role == ADMINISTRATOR:
        refusals.refuse(check_administrator_throughout(account, user, new, at))
    if new == old:
        return
    rows = UserRole.rows.of(account).filter(user_id=user, role_id=role)
    rows.update(valid_from=validity.starts, valid_until=validity.ends, condition=new.condition)
    name = roles[role].name if role in roles else role
    record(
        Act.USER_ROLES_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={"ROLE_NAME": (name, name), **bounds(old, new)},
    )
    revisions.raise_revisions([account])


@command
def remove_user_role(
    *, actor: Actor, at: Instant, account: AccountId, user: int, role: RoleId, reason: str = ""
) -> None:
    """Take one role from a user, also one that is not offered any more (USER-7, ROLE-16).

    Taking the last one takes the user out of the account (USER-9), which needs what `remove_user` needs. Refuses
    taking the last Administrator's role (USER-11). A role not held changes nothing.
    """
    revisions.lock(account)
    permit = _permit(actor=actor, account=account, at=at)
    row = existing_account(account)
    person = linked_user(account, user)
    stored = grants_of(account, user)
    held = tuple(grant for grant in stored if not grant.validity.ended(at))
    left = tuple(grant for grant in held if grant.role != role)
    if len(left) == len(held):
        return
    if not left:
        remove_user(actor=actor, at=at, account=account, user=user, reason=reason)
        return
    refusals.refuse(check_roles(permit, row, held, {grant.role for grant in left}, at))
    refusals.refuse(check_administrator_kept(account, user, left, at))
    write_roles(account, user, stored, left)
    record(
        Act.USER_ROLES_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={
            "roles": (
                names_of(permit, [grant.role for grant in held]),
                names_of(permit, [grant.role for grant in left]),
            )
        },
    )
    revisions.raise_revisions([account])


@command
def forget_ended_grants(*, role: RoleId, at: Instant) -> None:
    """Drop what is left of grants of a role that are over, wherever they were, so that the role can go (ROLE-13)."""
    UserRole.rows.across(Crossing.HOLDERS_OF_A_ROLE).filter(role_id=role, valid_until__lte=at).delete()


@command
def forget_lost_roles(
    *,
    at: Instant,
    primary: AccountId,
    role: str,
    member: AccountId | None,
    beyond: int,
    limit: int,
    cause: str,
    by: Actor | None = None,
) -> int | None:
    """Delete assignments of a primary's roles in accounts that do not receive them any more (SHARE-18).

    Looks at up to `limit` assignments with keys beyond `beyond`: of one role, or with "" of every role; in one account,
    or in all. Returns the last key looked at, or `None` when there are no more. They count for nothing already, so no
    answer changes; the accounts get new revisions all the same: facts kept from before would let the assignments live
    again when the role is shared again. Each loss is recorded in its account with source INTERNAL and its cause
    (AUD-4).
    The people stay users of the account, be it without any role (USER-12).
    """
    rows = UserRole.rows.across(Crossing.SHARE_ENDS).filter(role__account_id=primary, id__gt=beyond)
    rows = rows.exclude(account_id=primary)
    if role:
        rows = rows.filter(role_id=role)
    if member is not None:
        rows = rows.filter(account_id=member)
    looked = list(rows.order_by("id").values_list("id", flat=True)[:limit])
    if not looked:
        return None
    lost = rows.filter(id__lte=looked[-1]).exclude(default_own_or_shared()).order_by("id")
    found = list(lost.values_list("id", "account_id", "user__email", "role__name"))
    for keys in portions([key for key, *_ in found]):
        UserRole.rows.across(Crossing.SHARE_ENDS).filter(id__in=keys).delete()
    entries = (
        BulkEntry(Act.USER_ROLES_CHANGED, account, email, {"ROLE_NAME": (name, None)}, f"{name} was lost: {cause}")
        for _, account, email, name in found
    )
    record_many(entries, actor=by or Actor(None, Source.INTERNAL), at=at)
    for some in portions(sorted({account for _, account, _, _ in found})):
        revisions.raise_revisions(some)
    return looked[-1] if len(looked) == limit else None


@command
def remove_user(*, actor: Actor, at: Instant, account: AccountId, user: int, reason: str = "") -> None:
    """Take a person and all direct roles out of the account; irreversible, other accounts untouched (USER-10).

    The Federation ID goes with them, unless the person stays in one of the account's groups (SSO-19). Needs User
    Management. Refuses the last Administrator (USER-11) and people who are not users of the account.
    """
    revisions.lock(account)
    permit = require_by_door("USER_MANAGEMENT", by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    person = linked_user(account, user)
    held = grants_of(account, user)
    refusals.refuse(check_administrator_kept(account, user, (), at))
    UserRole.rows.of(account).filter(user_id=user).delete()
    AccountUser.rows.of(account).filter(user_id=user).delete()
    forget_federation(account=account, user=user)
    User.objects.filter(pk=user, default_account_id=account).update(default_account=None)
    record(
        Act.USER_REMOVED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={"roles": (names_of(permit, [grant.role for grant in held]), []), "user": (person.email, None)},
    )
    revisions.raise_revisions([account])
    why = "the user was removed from the account"
    revoke_unreachable(actor=actor, at=at, people=(user,), accounts=(account,), why=why)


@command
def invite_again(*, actor: Actor, at: Instant, account: AccountId, user: int) -> None:
    """Send the welcome mail again to somebody who has never signed in; the earlier link and password end (USER-4).

    Whoever was added with a Federation ID has no password, and is told again where to sign in (USER-5). Needs User
    Management. Refuses people who are not users of the account, or have signed in already.
    """
    revisions.lock(account)
    require("USER_MANAGEMENT", actor=actor, account=account, at=at)
    linked = linked_user(account, user)
    if linked.signed_in:
        raise refusals.Refused(refusals.AlreadySignedIn(email=linked.email))
    person = User.objects.get(pk=user)
    name = existing_account(account).name
    by_provider = bool(federation_id_of(account, user)) and not person.has_usable_password()
    temporary = secrets.token_urlsafe(12)
    if not by_provider:
        person.set_password(temporary)
        User.objects.filter(pk=user).update(password=person.password, temporary_password=True)
    record(
        Act.USER_AUTHENTICATION_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        changes={"invitation": (None, "sent again")},
    )
    if by_provider:
        welcome_after_commit(person, account=account, account_name=name)
    else:
        invite_after_commit(person, account_name=name, temporary_password=temporary)


@command
def set_lock(*, actor: Actor, at: Instant, user: str, locked: bool, reason: str = "") -> None:
    """Lock or unlock a person platform-wide (LOCK-3, LOCK-7). The operator's; recorded in each of their accounts."""
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act="lock or unlock a person"))
    person = locked_person(user)
    if person is None:
        raise refusals.Refused(refusals.UnknownUser(user=user))
    if person.locked == locked:
        return
    write_lock(person, actor=actor, at=at, locked=locked, reason=reason)


def _permit(*, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """The right to add users and to change their roles: the console's two privileges, or the interface's (USER-2)."""
    ours = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED")
    return require_by_door(*ours, by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)


def _new_person(email: str, first_name: str, last_name: str, account: AccountId, temporary: str | None) -> User:
    """A person whom nobody knew; without a temporary password one whom no password lets in (USER-5)."""
    if email_or_id_in_use(email):
        raise refusals.Refused(refusals.EmailTaken(email=email))
    person = User(
        email=email,
        email_key=user_key(email),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        default_account_id=account,
        temporary_password=temporary is not None,
    )
    person.set_password(temporary)  # with none, no password is the right one
    person.save()
    return person
