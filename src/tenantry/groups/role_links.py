"""One role more or less for somebody in an account group, as interfaces say it: a call for each role (GRP-7, GRP-8)."""

from tenantry.decisions.guard import require_by_door
from tenantry.groups.commands import (
    MANAGE,
    add_user_to_group,
    change_group_user_roles,
    drop_group_role,
    remove_user_from_group,
)
from tenantry.groups.queries import group_grants_of, group_of, group_user, is_in_group
from tenantry.rules import groups, refusals
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, GroupId, Instant, RoleId
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.queries import locked_person, person_by_email


@command
def give_group_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    email: str,
    role: RoleId,
    notify: bool = True,
    reason: str = "",
) -> int:
    """Give somebody one role in a group, and put them into it with the first one; tell them of that unless told not to.

    Returns the person's key. Refuses what `add_user_to_group` and `change_group_user_roles` refuse, people of no such
    address (GRP-10), and a role that is held there already.
    """
    email = email.strip()
    require_by_door(MANAGE, by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    person = person_by_email(email)
    refuse(groups.check_signed_in(email[:254], signed_in=person is not None and person.signed_in))
    if person is None:
        raise refusals.Refused(refusals.NeverSignedIn(email=email))
    locked_person(person.email)
    revisions.lock(account)
    row = group_of(account, group)
    if not is_in_group(row, person.pk):
        return add_user_to_group(
            actor=actor,
            at=at,
            account=account,
            group=group,
            email=person.email,
            roles={role},
            notify=notify,
            reason=reason,
        )
    held = {grant.role for grant in group_grants_of(row, person.pk) if not grant.validity.ended(at)}
    if role in held:
        raise refusals.Refused(refusals.RoleHeldAlready(email=person.email))
    change_group_user_roles(
        actor=actor, at=at, account=account, group=group, user=person.pk, roles=held | {role}, reason=reason
    )
    return int(person.pk)


@command
def take_group_role(
    *, actor: Actor, at: Instant, account: AccountId, group: GroupId, user: int, role: RoleId, reason: str = ""
) -> None:
    """Take one role from somebody in a group, also one that is not offered any more (ROLE-16).

    With the last one the person leaves the group (GRP-8, GRP-18). A role not held there changes nothing.
    """
    revisions.lock(account)
    require_by_door(MANAGE, by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    row = group_of(account, group)
    group_user(row, user)
    held = {grant.role for grant in group_grants_of(row, user) if not grant.validity.ended(at)}
    if held <= {role}:
        remove_user_from_group(actor=actor, at=at, account=account, group=group, user=user, reason=reason)
    else:
        drop_group_role(actor=actor, at=at, account=account, group=group, user=user, role=role, reason=reason)
