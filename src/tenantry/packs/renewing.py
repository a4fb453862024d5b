"""Connector versions of attached packs, when runtimes are updated (CONN-8)."""

from tenantry.connectors.queries import usable_versions
from tenantry.packs.models import PackAttachment
from tenantry.packs.received import attached_to, instances_by_id
from tenantry.packs.versions import noted, released_versions, taken_by, types_in_releases
from tenantry.rules.packs import connector_versions
from tenantry.rules.vocabulary import AccountId, EnvironmentId


def renew_attached(account: AccountId, environment: EnvironmentId) -> int:
    """Let what attached packs hold run in an environment with the versions of connectors that are in force now, but for
    those that the account cannot use: they stay (CONN-9). Returns how many packs that changes.

    Six statements for some hundred packs. A part of updating a runtime.
    """
    rows = list(attached_to(account, environment))
    instances = instances_by_id(account, (row.instance_id for row in rows))
    releases = released_versions(one.runs for one in instances.values())
    types = types_in_releases(releases)
    usable = usable_versions(account, frozenset().union(*types.values()))
    changed = 0
    for row in rows:
        instance = instances[row.instance_id]
        runs = releases[instance.runs]
        told = connector_versions(dict.fromkeys(types[runs.key], ""), runs, taken_by(row))
        before = {kind: version for kind, version in told.items() if version}
        now = before | {kind: usable[kind] for kind in types[runs.key] if kind in usable}
        changed += now != before
        for column, value in noted(instance.row.pack, runs.key, now).items():
            setattr(row, column, value)
    PackAttachment.rows.of(account).bulk_update(rows, ["connectors", "ran", "newest"])
    return changed
