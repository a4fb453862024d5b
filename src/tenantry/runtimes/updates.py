"""Runtimes that were updated: what is deployed where they are picks up newer versions of connectors (CONN-8)."""

from tenantry.deploy.versions import renew_deployed
from tenantry.packs.renewing import renew_attached
from tenantry.rules.vocabulary import AccountId, Instant, RuntimeId
from tenantry.runtimes.calls import held_in_place
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def update_runtime(*, at: Instant, account: AccountId, runtime: RuntimeId) -> int:
    """A runtime says that it was updated or started anew: everything that is deployed to its environment, and what
    attached packs hold there, runs with the versions of connectors that are in force now (CONN-8).

    Connectors that the account cannot use any more keep the version they had (CONN-9). All runtimes of an environment
    run the same, so that the first one that is updated decides for all. Returns how many deployments and packs that
    changes. Refuses with `RuntimeUnattached`, and whatever else a report of the runtime is refused with.
    """
    del at
    revisions.lock(account)
    where = held_in_place(account, runtime)
    return renew_deployed(account, where.environment) + renew_attached(account, where.environment)
