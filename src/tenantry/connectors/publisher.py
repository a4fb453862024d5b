"""Under which name an account publishes, and whether it may develop connectors: the Publisher page (CONN-1)."""

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.connectors.models import Publisher
from tenantry.connectors.queries import publisher_of
from tenantry.decisions.guard import Permit, require
from tenantry.rules import connectors as law
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command

ADMIN = "ACCOUNT_ADMIN"
DEVELOPER = "DEVELOPER"


@command
def set_publisher_name(*, actor: Actor, at: Instant, account: AccountId, name: str, reason: str = "") -> None:
    """Say what the account is called where it publishes. Needs Account Administration; refuses bad names."""
    revisions.lock(account)
    require(ADMIN, actor=actor, account=account, at=at)
    name = name.strip()
    refuse(law.check_publisher_name(name))
    old = publisher_of(account)
    if name == old.name:
        return
    _row(account).update(name=name)
    _told(actor, at, account, reason, {"publisher_name": (old.name or None, name)})


@command
def enable_development(*, actor: Actor, at: Instant, account: AccountId, reason: str = "") -> None:
    """Let the account develop connectors, for good (CONN-1). Needs Account Administration."""
    revisions.lock(account)
    require(ADMIN, actor=actor, account=account, at=at)
    if publisher_of(account).enabled:
        return
    _row(account).update(sdk_at=at, sdk_by=actor.name)
    _told(actor, at, account, reason, {"connector_development": (False, True)})


def require_developing(*, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """Hold the account and prove the right to develop connectors in it, as `may_develop` does."""
    revisions.lock(account)
    return may_develop(actor=actor, account=account, at=at)


def may_develop(*, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """Prove the right to develop connectors: the privilege, and that development is enabled in the account under a
    Publisher Name (CONN-1).
    """
    permit = require(DEVELOPER, actor=actor, account=account, at=at)
    row = publisher_of(account)
    refuse(law.check_development(enabled=row.enabled, publisher=row.name))
    return permit


def _row(account: AccountId):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a query of one row
    if not Publisher.rows.of(account).exists():
        Publisher.rows.of(account).bulk_create([Publisher(account_id=account)])
    return Publisher.rows.of(account)


def _told(actor: Actor, at: Instant, account: AccountId, reason: str, changes: Changes) -> None:
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, reason=reason, changes=changes)
