"""One role more or less for somebody in an account group, as interfaces say it: a call for each role (GRP-7, GRP-8)."""

from tenantry.decisions import conditions
from tenantry.decisions.guard import require_by_door
from tenantry.groups.commands import add_user_to_group, remove_user_from_group
from tenantry.groups.grants import MANAGE, change_roles, check_roles, permitted
from tenantry.groups.queries import group_grants_of, group_of, group_user, is_in_group
from tenantry.rules import groups, refusals, users
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
)
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.grants import check_lasting
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
    validity: Validity | None = None,
    condition: Condition = UNCONDITIONAL,
    notify: bool = True,
    reason: str = "",
) -> int:
    """Give somebody one role in a group, and put them into it with the first one; tell them of that unless told not to.

    Returns the person's key. Refuses what `add_user_to_group` and `change_group_user_roles` refuse, people of no such
    address (GRP-10), and a role that is held there already. Where a `validity` is named, the role is held with it, one
    that is held with the very same changes nothing, and one whose end is not ahead or not after its start is refused.
    Under a condition it counts only for questions that fulfil it, and giving it asks for the same as without one; a
    text that is no condition is refused.
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
            validity=validity or ALWAYS,
            condition=condition,
            notify=notify,
            reason=reason,
        )
    permit = permitted(actor=actor, account=account, at=at)
    refuse(conditions.check(condition))
    stored = group_grants_of(row, person.pk)
    held = tuple(grant for grant in stored if not grant.validity.ended(at))
    there = next((grant for grant in held if grant.role == role), None)
    if there is not None and (there.validity, there.condition) == (validity, condition):
        return int(person.pk)
    if there is not None:
        raise refusals.Refused(refusals.RoleHeldAlready(email=person.email))
    after = {*(grant.role for grant in held), role}
    refuse(check_roles(permit, held, after, at))
    given = RoleGrant(role, validity or ALWAYS, condition=condition)
    if validity is not None:
        refuse(users.check_validity_given(validity, at))
        refuse(check_lasting(permit, held, given, at))
    linked = group_user(row, person.pk)
    change_roles(permit, row, linked, stored, after, at, reason, given=given)
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


@command
def drop_group_role(
    *, actor: Actor, at: Instant, account: AccountId, group: GroupId, user: int, role: RoleId, reason: str = ""
) -> None:
    """Take one role from somebody in a group, also one that is not offered any more (ROLE-16).

    Refuses taking the last one (GRP-8). A role not held there changes nothing.
    """
    revisions.lock(account)
    permit = permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    person = group_user(row, user)
    stored = group_grants_of(row, user)
    held = tuple(grant for grant in stored if not grant.validity.ended(at))
    after = frozenset(grant.role for grant in held) - {role}
    refuse(check_roles(permit, held, after, at))
    change_roles(permit, row, person, stored, after, at, reason)
