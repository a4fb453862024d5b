"""Writes of environments and of their Roles with Access."""

import uuid
from collections.abc import Iterable, Set as AbstractSet

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import Permit, require, require_in
from tenantry.deploy.commands import forget_environment
from tenantry.environments.models import Environment as Row, EnvironmentRole
from tenantry.environments.queries import environment_in, name_taken, roles_on
from tenantry.packs.instances import forget_detached
from tenantry.packs.received import names_attached_to
from tenantry.roles.queries import names_of_roles
from tenantry.rules import environments as law, refusals as no
from tenantry.rules.facts import AccountFacts
from tenantry.rules.packs import check_environment_free
from tenantry.rules.places import Environment
from tenantry.rules.refusals import refuse
from tenantry.rules.roles import available_default_roles
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant, Role, RoleId
from tenantry.runtimes.queries import names_attached
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def create_environment(
    *, actor: Actor, at: Instant, account: AccountId, name: str, classification: str = "PROD", reason: str = ""
) -> EnvironmentId:
    """Make an environment, open to everybody (ENV-9). Needs Runtime Management and Environment Management (ENV-5).

    Refuses a bad or taken name (ENV-1), and Test where the Environment Type is Basic (ENV-2).
    """
    revisions.lock(account)
    require_both(actor=actor, account=account, at=at)
    name = name.strip()
    refuse(law.check_name(name))
    kind = law.environment_type(existing_account(account).features)
    chosen = law.check_classification(classification, kind)
    if isinstance(chosen, no.Refusal):
        raise no.Refused(chosen)
    _check_taken(account, name)
    environment = EnvironmentId(str(uuid.uuid4()))
    Row.rows.of(account).bulk_create([Row(id=environment, account_id=account, name=name, classification=chosen)])
    changes: Changes = {"name": (None, name), "classification": (None, chosen.value)}
    record(Act.ENVIRONMENT_ADDED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    revisions.raise_revisions([account])
    return environment


@command
def rename_environment(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    name: str | None,
    classification: str | None = None,
    reason: str = "",
) -> None:
    """Change the name; `None` keeps it. Needs Runtime Management in the environment, and no narrowing there (ENV-5,
    ENV-16). A classification may be named as long as it is the one that the environment has (ENV-2).
    """
    revisions.lock(account)
    permit = require_in(environment, "ATOM_MANAGEMENT", actor=actor, account=account, at=at)
    old = environment_in(permit.facts.account, environment)
    refuse(law.check_classified_so(old, classification))
    if name is None:
        return
    name = name.strip()
    refuse(law.check_name(name))
    if name == old.name:
        return
    _check_taken(account, name, besides=environment)
    Row.rows.of(account).filter(id=environment).update(name=name)
    changes: Changes = {"name": (old.name, name)}
    record(Act.ENVIRONMENT_RENAMED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    revisions.raise_revisions([account])


@command
def remove_environment(
    *, actor: Actor, at: Instant, account: AccountId, environment: EnvironmentId, reason: str = ""
) -> None:
    """Delete an environment with its role list, deployments and schedules. Needs what `create_environment` needs;
    refuses while runtimes or integration packs are attached (ENV-6).
    """
    revisions.lock(account)
    permit = require_both(actor=actor, account=account, at=at)
    old = environment_in(permit.facts.account, environment)
    refuse(law.check_deletable(old, names_attached(account, environment)))
    refuse(check_environment_free(old.name, names_attached_to(account, environment)))
    forget_detached(account=account, environment=environment)
    forget_environment(actor=actor, at=at, account=account, environment=environment)
    roles_on(account, environment).delete()
    Row.rows.of(account).filter(id=environment).delete()
    changes: Changes = {"name": (old.name, None), "classification": (old.classification.value, None)}
    record(
        Act.ENVIRONMENT_DELETED, actor=actor, account=account, at=at, container=old.name, reason=reason, changes=changes
    )
    revisions.raise_revisions([account])


@command
def attach_roles(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    roles: AbstractSet[RoleId],
    anew: bool = False,
    reason: str = "",
) -> None:
    """Put roles on the list of an environment; from the first one on only their holders get in (ENV-7, ENV-9).

    Needs Runtime Management and Environment Management (ENV-5). Refuses what Available Roles does not offer (ENV-8);
    roles that are on the list are passed over or, where all have to come `anew`, refused as well.
    """
    revisions.lock(account)
    permit = require_both(actor=actor, account=account, at=at)
    old = environment_in(permit.facts.account, environment)
    if anew:
        refuse(law.check_not_listed(old, roles, permit.facts.account))
    new = frozenset(roles) - old.roles
    refuse(law.check_attachable(new, {role.id for role in available_roles(permit)}))
    if not new:
        return
    rows = [EnvironmentRole(account_id=account, environment_id=environment, role_id=role) for role in sorted(new)]
    EnvironmentRole.rows.of(account).bulk_create(rows)
    _listed(permit, old, old.roles | new, at=at, reason=reason)


@command
def detach_roles(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    environment: EnvironmentId,
    roles: AbstractSet[RoleId],
    confirmed: bool = False,
    reason: str = "",
) -> None:
    """Take roles off the list of an environment. Detaching the last opens it to everybody, which wants `confirmed`
    (ENV-23). Needs what `attach_roles` needs.
    """
    revisions.lock(account)
    permit = require_both(actor=actor, account=account, at=at)
    old = environment_in(permit.facts.account, environment)
    left = old.roles - roles
    if left == old.roles:
        return
    refuse(law.check_detaching(old, left, confirmed=confirmed))
    roles_on(account, environment).filter(role_id__in=roles).delete()
    _listed(permit, old, left, at=at, reason=reason)


@command
def forget_role(*, actor: Actor, at: Instant, account: AccountId, role: RoleId) -> None:
    """Take a role that is deleted off every environment (ROLE-13). Part of deleting it, which raises the revision."""
    titles = names_of_roles(account, {role})
    rows = EnvironmentRole.rows.of(account).filter(role_id=role)
    listed = list(rows.order_by("environment_id").values_list("environment__name", flat=True))
    rows.delete()
    for name in listed:
        changes: Changes = {"ROLE_NAME": (titles.get(role, role), None)}
        record(Act.ENVIRONMENT_ROLES, actor=actor, account=account, at=at, container=name, changes=changes)


def available_roles(permit: Permit) -> tuple[Role, ...]:
    """What can be attached: default roles available to the account, then its own custom roles (ENV-8)."""
    return roles_to_attach(permit.facts.account)


def roles_to_attach(facts: AccountFacts) -> tuple[Role, ...]:
    """The same for pages: default roles available to the account, then its own; shared ones never (ENV-8, ENV-9)."""
    defaults = sorted(available_default_roles(existing_account(facts.id).features), key=lambda role: role.name)
    return (*(facts.roles[role.id] for role in defaults), *facts.own_roles())


def require_both(*, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """ENV_EDIT_ROLES: Runtime Management and Environment Management together (ENV-5), or the denial of the first."""
    permits = [require(right, actor=actor, account=account, at=at) for right in law.ENVIRONMENT_RIGHTS]
    return permits[0]


def _check_taken(account: AccountId, name: str, besides: str = "") -> None:
    if name_taken(account, name, besides):
        raise no.Refused(no.EnvironmentNameTaken(name=name))


def _listed(permit: Permit, environment: Environment, after: Iterable[RoleId], *, at: Instant, reason: str) -> None:
    roles = permit.facts.account.roles

    def names(some: Iterable[RoleId]) -> list[str]:
        return sorted(roles[role].name for role in some if role in roles)

    changes: Changes = {"roles": (names(environment.roles), names(after))}
    record(
        Act.ENVIRONMENT_ROLES,
        actor=permit.actor,
        account=permit.account,
        at=at,
        container=environment.name,
        reason=reason,
        changes=changes,
    )
    revisions.raise_revisions([permit.account])
