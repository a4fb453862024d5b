"""Connector versions of what is deployed already, when runtimes are updated (CONN-8)."""

from typing import Final

from django.db.models import Case, Value, When

from tenantry.connectors.queries import usable_versions
from tenantry.deploy.models import DeploymentConnector
from tenantry.rules.vocabulary import AccountId, EnvironmentId
from tenantry.store.lines import portions

_AT_ONCE: Final = 200
"""Connectors that one statement names, each with its version."""


def renew_deployed(account: AccountId, environment: EnvironmentId) -> int:
    """Let what is deployed to an environment run with the versions of connectors that are in force now, but for those
    that the account cannot use any more: they stay (CONN-9). Returns how many deployments that changes.

    Three statements for 200 connectors. A part of updating a runtime.
    """
    rows = DeploymentConnector.rows.of(account).filter(
        deployment__environment_id=environment, deployment__ended_at__isnull=True
    )
    known = list(rows.values_list("deployment_id", "type", "version"))
    usable = usable_versions(account, (kind for _, kind, _ in known))
    changed = [(deployment, kind) for deployment, kind, version in known if usable.get(kind, version) != version]
    for some in portions(sorted({kind for _, kind in changed}), _AT_ONCE):
        newer = Case(*(When(type=kind, then=Value(usable[kind])) for kind in some))
        rows.filter(type__in=some).update(version=newer)
    return len({deployment for deployment, _ in changed})
