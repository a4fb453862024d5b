"""Writes of runtimes: installing by token, naming, attaching to environments, deleting."""

import uuid
from datetime import timedelta

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import Permit, require, require_in
from tenantry.deploy.queries import deploys_anything
from tenantry.environments.queries import environment_in
from tenantry.packs.received import instances_in
from tenantry.rules import environments as law, refusals as no, runtimes
from tenantry.rules.places import Classification
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, EnvironmentId, Instant, RuntimeId
from tenantry.runtimes.models import InstallerToken, Runtime
from tenantry.runtimes.queries import attached, runtime_of
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command
from tenantry.tokens.values import digest_of, new_value

MANAGE = "ATOM_MANAGEMENT"


@command
def issue_installer_token(
    *, actor: Actor, at: Instant, account: AccountId, lasts: timedelta = runtimes.TOKEN_LASTS, reason: str = ""
) -> str:
    """Make a token that installs one runtime within a day, or before it has lasted as long as told, and return it: it
    is never shown again.

    Needs Build Read and Write Access or Runtime Management (PRIV-6). Refuses a life below half an hour or above a day.
    """
    require("BUILD", MANAGE, actor=actor, account=account, at=at)
    refuse(runtimes.check_token_life(lasts))
    value = new_value()
    InstallerToken.rows.of(account).filter(expires_at__lte=at).delete()
    token = InstallerToken(
        account_id=account,
        digest=digest_of(value),
        user=actor.name,
        created_at=at,
        expires_at=at + lasts,
    )
    InstallerToken.rows.of(account).bulk_create([token])
    record(Act.INSTALLER_TOKEN_ISSUED, actor=actor, account=account, at=at, container="", reason=reason, changes={})
    return value


@command
def install_runtime(*, at: Instant, token: str, name: str, version: str = "") -> tuple[RuntimeId, str]:
    """Turn an installer token into a runtime, attached nowhere; returns its id and its own secret.

    Refuses a token that is unknown, used or has run out, and a bad name.
    """
    refuse(runtimes.check_name(name))
    rows = InstallerToken.rows.across(Crossing.RUNTIME_CALLING).filter(digest=digest_of(token))
    found = rows.select_for_update().first()
    if found is None or found.used_at is not None or found.expires_at <= at:
        raise no.Refused(no.RuntimeTokenRefused())
    rows.update(used_at=at)
    account = AccountId(found.account_id)
    runtime, secret = RuntimeId(str(uuid.uuid4())), new_value()
    row = Runtime(
        id=runtime,
        account_id=account,
        name=name.strip(),
        digest=digest_of(secret),
        version=version[:40],
        installed_at=at,
        seen_at=at,
    )
    Runtime.rows.of(account).bulk_create([row])
    changes: Changes = {"name": (None, row.name), "installed_by": (None, found.user)}
    record(Act.RUNTIME_ADDED, actor=OPERATOR, account=account, at=at, container=row.name, changes=changes)
    return runtime, secret


@command
def rename_runtime(
    *, actor: Actor, at: Instant, account: AccountId, runtime: RuntimeId, name: str, reason: str = ""
) -> None:
    """Change a runtime's name. Needs Runtime Management, in the environment where it is attached to one. Refuses an
    attachment that is Unavailable (CLOUD-8).
    """
    row = runtime_of(account, runtime)
    _permit(row, actor=actor, account=account, at=at)
    refuse(row.unavailable)
    name = name.strip()
    refuse(runtimes.check_name(name))
    if name == row.name:
        return
    Runtime.rows.of(account).filter(id=runtime).update(name=name)
    changes: Changes = {"name": (row.name, name)}
    record(Act.RUNTIME_RENAMED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def attach_runtime(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    runtime: RuntimeId,
    environment: EnvironmentId,
    anew: bool = False,
    reason: str = "",
) -> None:
    """Attach a runtime to an environment; one that is attached elsewhere moves (ENV-3). One that is there already is
    left there or, where it has to come `anew`, refused.

    Needs Runtime Management in the environment, and in the one it leaves (ENV-5). Refuses a second runtime where the
    Environment Type is Basic, and a cloud attachment in an environment of another classification (ENV-4), while it is
    Unavailable (CLOUD-8), or where something is deployed that its cloud does not let it take (CLOUD-2).
    """
    revisions.lock(account)
    row = runtime_of(account, runtime)
    permit = _permit(row, actor=actor, account=account, at=at)
    require_in(environment, MANAGE, actor=actor, account=account, at=at)
    place = environment_in(permit.facts.account, environment)
    if row.environment_id == environment:
        if anew:
            raise no.Refused(no.RuntimeThereAlready(runtime=row.name, environment=place.name))
        return
    refuse(row.unavailable)
    cloud = Classification(row.cloud.classification) if row.cloud is not None else None
    kind = law.environment_type(existing_account(account).features)
    refuse(law.check_attachment(place, row.name, cloud, attached(account, environment).count(), kind))
    if row.cloud is not None and not row.cloud.allow_deployments and _deployed(account, environment):
        raise no.Refused(no.DeploymentsNotAllowed(attachment=row.name, environment=place.name, cloud=row.cloud.name))
    _move(row, permit, environment, at=at, reason=reason)


@command
def detach_runtime(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    runtime: RuntimeId,
    environment: EnvironmentId | None = None,
    reason: str = "",
) -> None:
    """Detach a runtime from its environment, which needs Runtime Management there (ENV-5); from this one alone where
    one is named, and one that has moved meanwhile stays.
    """
    revisions.lock(account)
    row = runtime_of(account, runtime)
    permit = _permit(row, actor=actor, account=account, at=at)
    if row.environment_id is not None and environment in {None, row.environment_id}:
        _move(row, permit, None, at=at, reason=reason)


@command
def remove_runtime(*, actor: Actor, at: Instant, account: AccountId, runtime: RuntimeId, reason: str = "") -> None:
    """Delete a runtime that is attached nowhere; its secret ends with it. What it reported stays. An attachment may be
    Unavailable: deleting it gives its place in the cloud back (CLOUD-5).
    """
    revisions.lock(account)
    row = runtime_of(account, runtime)
    permit = _permit(row, actor=actor, account=account, at=at)
    if row.environment_id is not None:
        place = environment_in(permit.facts.account, row.environment_id)
        raise no.Refused(no.RuntimeAttached(runtime=row.name, environment=place.name))
    Runtime.rows.of(account).filter(id=runtime).delete()
    changes: Changes = {"name": (row.name, None)}
    record(Act.RUNTIME_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


def _deployed(account: AccountId, environment: EnvironmentId) -> bool:
    """Whether runtimes of an environment run anything: what is deployed there, or what packs hold."""
    return deploys_anything(account, environment) or bool(instances_in(account, environment))


def _permit(row: Runtime, *, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """Runtime Management: in the environment where the runtime is, or in the account."""
    if row.environment_id is None:
        return require(MANAGE, actor=actor, account=account, at=at)
    return require_in(EnvironmentId(row.environment_id), MANAGE, actor=actor, account=account, at=at)


def _move(row: Runtime, permit: Permit, to: EnvironmentId | None, *, at: Instant, reason: str) -> None:
    """Write where a runtime is attached, and tell of leaving and arriving."""
    account = permit.account
    places = permit.facts.account.environments
    Runtime.rows.of(account).filter(id=row.id).update(environment_id=to)
    steps = ((Act.RUNTIME_DETACHED, row.environment_id), (Act.RUNTIME_ATTACHED, to))
    for act, where in steps:
        if where is None:
            continue
        name = places[EnvironmentId(where)].name
        told = (row.name, None) if act is Act.RUNTIME_DETACHED else (None, row.name)
        changes: Changes = {"runtime": told}
        record(act, actor=permit.actor, account=account, at=at, container=name, reason=reason, changes=changes)
