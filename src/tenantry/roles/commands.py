"""Writes of custom roles. Each verb is one transaction with one audit entry."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Final

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.build.commands import forget_role_on_folders
from tenantry.decisions.guard import Permit, facts_of, require_by_door
from tenantry.environments.commands import forget_role as forget_role_on_environments
from tenantry.groups.commands import forget_group_roles
from tenantry.groups.queries import holders_in_groups
from tenantry.previews.commands import Confirmation, confirm
from tenantry.roles.models import Role
from tenantry.rules import granting, refusals, roles as law, vocabulary as v
from tenantry.rules.changes import RoleChanges
from tenantry.rules.privileges import NOTHING, Catalogue, Mask
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId
from tenantry.sharing.ends import end_of_role
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.support.queries import active_grants_of_role
from tenantry.users.commands import forget_ended_grants
from tenantry.users.queries import holders_of


class Keep(Enum):
    """Says that a member stays as it is (ROLE-19: what is absent from an update is kept)."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@command
def create_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    name: str,
    description: str = "",
    parent: RoleId | None = None,
    privileges: Iterable[str] = (),
    reason: str = "",
) -> RoleId:
    """Make a custom role of the account (ROLE-3 to ROLE-8); it may carry nothing at all (ROLE-6).

    Needs User Management, by call Account Administration (API-6); the limited form is about users' roles only
    (USER-13). Refuses without Advanced User Security, a bad or taken name, a parent that is not available, privileges
    unknown, not offered or never part of custom roles, and privileges that the actor does not hold.
    """
    revisions.lock(account)
    permit = _permit_and_feature(actor=actor, account=account, at=at)
    name = name.strip()
    roles = permit.facts.account.roles
    refuse(law.check_role_name(name, _own_names(roles, account)))
    wanted = _checked_members(permit, description, privileges)
    if parent is not None:
        refuse(law.check_parent(None, parent, account, roles))
    role = RoleId(str(uuid.uuid4()))
    catalogue = permit.facts.account.catalogue
    made = v.Role(role, name, account, catalogue.mask(wanted), parent, description)
    refuse(_check_conferring(permit, NOTHING, roles.with_role(made).resolved(role).mask))
    Role.rows.of(account).bulk_create(
        [
            Role(
                id=role,
                account_id=account,
                name=name,
                name_key=name.casefold(),
                description=description,
                parent_id=parent,
                privileges=wanted,
            )
        ]
    )
    record(
        Act.ROLE_ADDED,
        actor=actor,
        account=account,
        at=at,
        container=name,
        reason=reason,
        changes=_members(None, made, catalogue, roles),
    )
    revisions.raise_revisions([account])
    return role


@command
def edit_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    role: RoleId,
    name: str | Keep = KEEP,
    description: str | Keep = KEEP,
    parent: RoleId | Keep | None = KEEP,
    privileges: Iterable[str] | Keep = KEEP,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Change the members given; the others stay (ROLE-19). Every holder's privileges change at once, in all accounts
    that receive the role (ROLE-10, SHARE-17).

    Refuses like `create_role`, and for default roles (ROLE-1), roles of other accounts, a parent that inherits
    this role (ROLE-8), and a confirmation whose impact has changed.
    """
    revisions.lock(account)
    refuse(_check_own(role))
    permit = _permit_and_feature(actor=actor, account=account, at=at)
    roles = permit.facts.account.roles
    old = _own_role(account, role, roles)
    catalogue = permit.facts.account.catalogue
    new, wanted = _edited(permit, old, name=name, description=description, parent=parent, privileges=privileges)
    before = roles.resolved(role).mask
    after = roles.with_role(new).resolved(role).mask
    refuse(_check_conferring(permit, before, after))
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=RoleChanges(old, new)))
    if new == old:
        return
    Role.rows.of(account).filter(id=role).update(
        name=new.name,
        name_key=new.name.casefold(),
        description=new.description,
        parent_id=new.parent,
        **({"privileges": wanted} if wanted is not None else {}),
    )
    record(
        Act.ROLE_UPDATED,
        actor=actor,
        account=account,
        at=at,
        container=new.name,
        reason=reason,
        changes=_members(old, new, catalogue, roles),
    )
    revisions.raise_given([account])


def _edited(
    permit: Permit,
    old: v.Role,
    *,
    name: str | Keep,
    description: str | Keep,
    parent: RoleId | Keep | None,
    privileges: Iterable[str] | Keep,
) -> tuple[v.Role, list[str] | None]:
    """The role with the members given, each judged; and the privileges by name, if they are given."""
    account, roles, catalogue = permit.account, permit.facts.account.roles, permit.facts.account.catalogue
    new = old
    if not isinstance(name, Keep):
        refuse(law.check_role_name(name.strip(), _own_names(roles, account, besides=old.id)))
        new = replace(new, name=name.strip())
    wanted: list[str] | None = None
    text = old.description if isinstance(description, Keep) else description
    if not isinstance(privileges, Keep):
        wanted = _checked_members(permit, text, privileges, kept=frozenset(catalogue.names(old.own)))
        new = replace(new, own=catalogue.mask(wanted))
    new = replace(new, description=text)
    _checked_members(permit, text, ())
    if not isinstance(parent, Keep):
        if parent is not None:
            refuse(law.check_parent(old.id, parent, account, roles))
        new = replace(new, parent=parent)
    return new, wanted


def changed_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    role: RoleId,
    name: str | Keep = KEEP,
    description: str | Keep = KEEP,
    parent: RoleId | Keep | None = KEEP,
    privileges: Iterable[str] | Keep = KEEP,
) -> RoleChanges:
    """What `edit_role` would change, judged as it judges, for a preview. Writes nothing."""
    refuse(_check_own(role))
    permit = _permit_and_feature(actor=actor, account=account, at=at)
    old = _own_role(account, role, permit.facts.account.roles)
    new, _ = _edited(permit, old, name=name, description=description, parent=parent, privileges=privileges)
    return RoleChanges(old, new)


@command
def remove_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    role: RoleId,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Delete a custom role, irreversibly, end all its shares and take it off every environment and folder (ROLE-13,
    SHARE-20).

    Refuses default roles (ROLE-1), roles anybody holds, directly here or in a managed account, or in an account group
    (ROLE-12), roles that others inherit or that an active temporary grant gives (ROLE-15), and the Support Access Role
    (SUP-9), and a confirmation whose impact has changed. Needs what `create_role` needs.
    """
    revisions.lock(account)
    change = removed_role(actor=actor, at=at, account=account, role=role)
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=change))
    old, roles = change.role, facts_of(account).roles
    catalogue = facts_of(account).catalogue
    forget_ended_grants(role=role, at=at)
    forget_group_roles(role=role, at=at)
    end_of_role(at=at, account=account, role=role)
    forget_role_on_environments(actor=actor, at=at, account=account, role=role)
    forget_role_on_folders(actor=actor, at=at, account=account, role=role)
    Role.rows.of(account).filter(id=role).delete()
    record(
        Act.ROLE_DELETED,
        actor=actor,
        account=account,
        at=at,
        container=old.name,
        reason=reason,
        changes=_members(old, None, catalogue, roles),
    )
    revisions.raise_given([account])


def removed_role(*, actor: Actor, at: Instant, account: AccountId, role: RoleId) -> RoleChanges:
    """What `remove_role` would change, judged as it judges, for a preview. Writes nothing."""
    refuse(_check_own(role))
    permit = _permit_and_feature(actor=actor, account=account, at=at)
    roles = permit.facts.account.roles
    old = _own_role(account, role, roles)
    refuse(law.check_role_removal(old, use_of_role(old, roles, existing_account(account).support_access, at)))
    return RoleChanges(old, None)


def use_of_role(
    role: v.Role, roles: Mapping[RoleId, v.Role], support_access: RoleId | None, at: Instant
) -> law.RoleUse:
    """What rests on a role: its holders everywhere, roles that inherit it, the Support Access Role."""
    return law.RoleUse(
        holders=holders_of(role.id, at),
        in_groups=sum(holders_in_groups(role.id, at).values()),
        temporary=active_grants_of_role(role.account, role.id, at) if role.account is not None else 0,
        children=tuple(other.name for other in roles.values() if other.parent == role.id),
        support_access=support_access == role.id,
    )


def _permit_and_feature(*, actor: Actor, account: AccountId, at: Instant) -> Permit:
    permit = require_by_door("USER_MANAGEMENT", by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    refuse(law.custom_roles_permitted(existing_account(account).features, account))
    return permit


def _check_own(role: RoleId) -> refusals.DefaultRoleFixed | None:
    if role in law.DEFAULT_ROLE_IDS:
        return refusals.DefaultRoleFixed(role=role)
    return None


def _own_role(account: AccountId, role: RoleId, roles: Mapping[RoleId, v.Role]) -> v.Role:
    found = roles.get(role)
    if found is None or found.account != account:
        raise refusals.Refused(refusals.RoleNotFound())
    return found


def _own_names(roles: Mapping[RoleId, v.Role], account: AccountId, besides: RoleId | None = None) -> list[str]:
    return [role.name for role in roles.values() if role.account == account and role.id != besides]


def _checked_members(
    permit: Permit, description: str, privileges: Iterable[str], kept: frozenset[str] = frozenset()
) -> list[str]:
    """The privileges, each once, in the order given."""
    if len(description) > law.DESCRIPTION_LIMIT or not v.storable(description):
        raise refusals.Refused(refusals.DescriptionTooLong(limit=law.DESCRIPTION_LIMIT))
    wanted = list(dict.fromkeys(privileges))
    catalogue = permit.facts.account.catalogue
    refuse(law.check_role_privileges(sorted(wanted), catalogue))
    features = existing_account(permit.account).features
    refuse(law.check_offered(sorted(wanted), kept, features, permit.account, catalogue))
    return wanted


def _check_conferring(permit: Permit, before: Mask, after: Mask) -> refusals.Refusal | None:
    """Nobody puts into a role what they do not hold; the operator holds everything."""
    if permit.operator:
        return None
    return granting.check_conferring(permit.facts.account.catalogue, permit.held, before, after)


def _members(
    old: v.Role | None, new: v.Role | None, catalogue: Catalogue, roles: Mapping[RoleId, v.Role]
) -> dict[str, tuple[object, object]]:
    def of(role: v.Role | None) -> dict[str, object]:
        if role is None:
            return {"ROLE_NAME": None, "description": None, "inherits": None, "privileges": []}
        parent = roles.get(role.parent) if role.parent else None
        return {
            "ROLE_NAME": role.name,
            "description": role.description,
            "inherits": parent.name if parent else None,
            "privileges": sorted(catalogue.names(role.own)),
        }

    before, after = of(old), of(new)
    return {name: (before[name], after[name]) for name in before}
