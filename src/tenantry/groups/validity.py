"""When a role that somebody holds in an account group is in force, and under which condition (GRP-7)."""

from dataclasses import replace

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions import conditions
from tenantry.groups.grants import available_roles, permitted
from tenantry.groups.models import GroupUserRole
from tenantry.groups.queries import group_grants_of, group_of, group_user
from tenantry.rules import groups, refusals, users
from tenantry.rules.conditions import loosens
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Condition, GroupId, Instant, RoleId, Validity
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.grants import bounds, check_lasting, names_of


@command
def change_group_role_validity(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    user: int,
    role: RoleId,
    validity: Validity,
    condition: Condition | None = None,
    reason: str = "",
) -> None:
    """Let a role that somebody holds in a group be in force from another instant on, or until another one (GRP-7); or
    count under another condition, where one is named, or with "" under none.

    What is extended or begins earlier, or loses or changes its condition, is given anew: nothing that the actor does
    not hold, and no role that is not for groups any more. Refuses an end that is not ahead or not after the start, a
    text that is no condition, and people and roles that are not there.
    """
    revisions.lock(account)
    permit = permitted(actor=actor, account=account, at=at)
    row = group_of(account, group)
    person = group_user(row, user)
    held = tuple(grant for grant in group_grants_of(row, user) if not grant.validity.ended(at))
    old = next((grant for grant in held if grant.role == role), None)
    if old is None:
        raise refusals.Refused(refusals.NotThere(object="grant", id=role))
    refuse(users.check_validity_given(validity, at))
    new = replace(old, validity=validity, condition=old.condition if condition is None else condition)
    refuse(conditions.check(new.condition))
    if users.confers(old.validity, validity, at) or loosens(old.condition, new.condition):
        refuse(groups.check_group_roles({role}, available_roles(permit)))
        refuse(check_lasting(permit, tuple(grant for grant in held if grant != old), new, at))
    if new == old:
        return
    rows = GroupUserRole.rows.of(account).filter(group=row, user_id=user, role_id=role)
    rows.update(valid_from=validity.starts, valid_until=validity.ends, condition=new.condition)
    [name] = names_of(permit, [role])
    record(
        Act.GROUP_USER_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes={"group": (row.name, row.name), "ROLE_NAME": (name, name), **bounds(old, new)},
    )
    revisions.raise_given([account])
