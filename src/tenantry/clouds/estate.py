"""Lines of kind `cloud`: the runtime clouds of accounts, in and out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.clouds.models import Cloud, CloudCluster
from tenantry.clouds.usable import has_cluster
from tenantry.rules import clouds as law
from tenantry.rules.clouds import Properties
from tenantry.rules.places import Classification
from tenantry.rules.sharing import RESOURCE_ID_LIMIT, Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.resource_lines import ResourceChanges, ResourceLine
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, check_text, given, portions
from tenantry.store.sorting import by_code_point
from tenantry.tokens.values import digest_of, new_value


class CloudLine(ResourceLine, tag="cloud", kw_only=True):
    """A cloud of an account; `installed` says whether it has a cluster, `classification` is Production where the line
    does not say.
    """

    installed: bool
    classification: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class StoredCloud:
    """A cloud as stored."""

    id: str
    account: AccountId
    name: str
    installed: bool
    classification: str = Classification.PROD.value


_COLUMNS = ("id", "account_id", "name", "is_installed", "classification")
CLUSTER = "Cluster"
"""What the cluster of a loaded cloud is called. Its secret is nobody's: who runs one installs another by a token."""


class CloudLines:
    """What is known of cloud lines."""

    kind: ClassVar[Kind] = Kind.CLOUD

    def check(self, line: CloudLine) -> Iterator[FieldProblem]:
        """Judge a line by itself."""
        refusal = law.check_properties(Properties(line.name.strip()))
        if refusal is not None:
            yield "name", f"{refusal.message} ({refusal.rule})"
        yield from check_text("id", line.id, RESOURCE_ID_LIMIT, required=True)
        if isinstance(line.classification, str) and line.classification not in set(Classification):
            yield "classification", f"is {line.classification!r}, not PROD or TEST (CLOUD-2)"

    def stored(self, accounts: Iterable[str]) -> Iterator[StoredCloud]:
        """The clouds of these accounts."""
        for some in portions(sorted(set(accounts))):
            rows = Cloud.rows.across(Crossing.ESTATE).filter(account_id__in=some).annotate(is_installed=has_cluster())
            for key, owner, name, installed, classification in rows.values_list(*_COLUMNS):
                yield StoredCloud(key, AccountId(owner), name, installed, classification)

    def owners(self, ids: Iterable[str]) -> dict[str, str]:
        """Whose the clouds of these ids are, as far as they exist."""
        found: dict[str, str] = {}
        for some in portions(sorted(set(ids))):
            found.update(Cloud.rows.across(Crossing.ESTATE).filter(id__in=some).values_list("id", "account_id"))
        return found

    def merged(self, line: CloudLine, old: StoredCloud | None, key: str) -> StoredCloud:
        """What a line makes of the stored cloud, or of none."""
        before = old.classification if old else Classification.PROD.value
        classification = given(line.classification, before)
        return StoredCloud(key, AccountId(line.account), line.name.strip(), line.installed, classification)

    def key_of(self, one: StoredCloud) -> str:
        """The name, which is unique in the account ignoring case."""
        return one.name.casefold()

    def key_of_line(self, line: CloudLine) -> str:
        """The same as a line says it."""
        return line.name.strip().casefold()

    def never_changes(self, old: StoredCloud, new: StoredCloud) -> Iterator[FieldProblem]:
        """The classification (CLOUD-2); and a load never deletes, so no cluster either."""
        if old.classification != new.classification:
            yield "classification", f"{new.name!r} is {old.classification}, which never changes (CLOUD-2)"
        if old.installed and not new.installed:
            yield "installed", f"{new.name!r} has a cluster, and a load deletes none: use Cloud Management (CLOUD-7)"

    def write(self, changes: ResourceChanges[StoredCloud], *, actor: Actor, at: Instant) -> None:
        """Write the differences. Clouds that exchange their names do so by way of names nobody can have."""
        update_rows(Cloud, "id", ("name_key",), [(new.id, f"\n{new.id}") for _, new in changes.changed])
        rows = (
            (one.id, one.account, one.name, one.name.casefold(), one.classification, at, actor.name)
            for one in changes.new
        )
        named = ("id", "account_id", "name", "name_key", "classification", "created_at", "created_by")
        insert_rows(Cloud, named, rows)
        renamed = [(new.id, new.name, new.name.casefold()) for _, new in changes.changed]
        update_rows(Cloud, "id", ("name", "name_key"), renamed)
        told = [(new.id, at, actor.name) for old, new in changes.changed if old.name != new.name]
        update_rows(Cloud, "id", ("modified_at", "modified_by"), told)
        columns = ("id", "account_id", "cloud_id", "name", "digest", "installed_at")
        clusters = (
            (new_value(), one.account, one.id, CLUSTER, digest_of(new_value()), at) for one in _newly_installed(changes)
        )
        insert_rows(CloudCluster, columns, clusters)

    def entries(self, changes: ResourceChanges[StoredCloud]) -> Iterator[BulkEntry]:
        """The audit entries that the single commands would have written."""
        for one in changes.new:
            told = {"name": (None, one.name), "classification": (None, one.classification)}
            yield BulkEntry(Act.CLOUD_CREATED, one.account, one.name, told)
        for old, new in changes.changed:
            if old.name != new.name:
                yield BulkEntry(Act.CLOUD_UPDATED, new.account, new.name, {"name": (old.name, new.name)})
        for one in _newly_installed(changes):
            yield BulkEntry(Act.CLUSTER_INSTALLED, one.account, one.name, {"cluster": (None, CLUSTER)})

    def lines(self, account: AccountId | None) -> Iterator[CloudLine]:
        """Every cloud, or those of one account, by account and name."""
        rows = Cloud.rows.across(Crossing.ESTATE) if account is None else Cloud.rows.of(account)
        told = rows.annotate(is_installed=has_cluster()).order_by(*by_code_point("account_id", "name_key"))
        for key, owner, name, installed, classification in told.values_list(*_COLUMNS).iterator(chunk_size=5000):
            yield CloudLine(account=owner, name=name, id=key, installed=installed, classification=classification)


def _newly_installed(changes: ResourceChanges[StoredCloud]) -> list[StoredCloud]:
    """The clouds that get their first cluster."""
    new = [one for one in changes.new if one.installed]
    return new + [now for old, now in changes.changed if now.installed and not old.installed]


LINES = CloudLines()
"""The kind, as `estate.kinds` registers it."""
