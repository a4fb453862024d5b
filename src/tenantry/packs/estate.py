"""Lines of kind `integration_pack`: packs of accounts, in and out. What a pack holds, and who installed it, is no part.

`released` says that the pack has a completed release. A load that makes it so writes one release, with what the pack
holds by then: nothing, for a pack that the load makes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.packs.models import Pack, PackRelease, ReleasedPackage
from tenantry.packs.queries import contents, wanted
from tenantry.rules import packs as law
from tenantry.rules.packs import InstallationType
from tenantry.rules.sharing import RESOURCE_ID_LIMIT, Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.resource_lines import ResourceChanges, ResourceLine
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, check_text, portions
from tenantry.store.sorting import by_code_point


class PackLine(ResourceLine, kw_only=True, tag="integration_pack"):
    """An integration pack."""

    installation_type: str
    released: bool


@dataclass(frozen=True, slots=True)
class StoredPack:
    """A pack as stored."""

    id: str
    account: AccountId
    name: str
    type: str
    released: bool


_COLUMNS = ("id", "account_id", "name", "type", "released")


class PackLines:
    """What this folder knows of lines of its kind."""

    kind: ClassVar[Kind] = Kind.INTEGRATION_PACK

    def check(self, line: PackLine) -> Iterator[FieldProblem]:
        """Judge a line by itself."""
        refusal = law.check_name(line.name.strip())
        if refusal is not None:
            yield "name", f"{refusal.message} ({refusal.rule})"
        yield from check_text("id", line.id, RESOURCE_ID_LIMIT, required=True)
        if line.installation_type not in set(InstallationType):
            yield "installation_type", f"is {line.installation_type!r}, not SINGLE or MULTI (PACK-1)"

    def stored(self, accounts: Iterable[str]) -> Iterator[StoredPack]:
        """The packs of these accounts."""
        for some in portions(sorted(set(accounts))):
            rows = Pack.rows.across(Crossing.ESTATE).filter(account_id__in=some)
            for key, owner, name, kind, released in rows.values_list(*_COLUMNS):
                yield StoredPack(key, AccountId(owner), name, kind, released > 0)

    def owners(self, ids: Iterable[str]) -> dict[str, str]:
        """Whose the packs of these ids are, as far as they exist."""
        found: dict[str, str] = {}
        for some in portions(sorted(set(ids))):
            found.update(Pack.rows.across(Crossing.ESTATE).filter(id__in=some).values_list("id", "account_id"))
        return found

    def merged(self, line: PackLine, old: StoredPack | None, key: str) -> StoredPack:
        """What a line makes of the stored pack, or of none."""
        del old
        return StoredPack(key, AccountId(line.account), line.name.strip(), line.installation_type, line.released)

    def key_of(self, one: StoredPack) -> str:
        """Names are unique in an account, ignoring case."""
        return one.name.casefold()

    def key_of_line(self, line: PackLine) -> str:
        """The same as a line says it."""
        return line.name.strip().casefold()

    def never_changes(self, old: StoredPack, new: StoredPack) -> Iterator[FieldProblem]:
        """The type (PACK-1), and that a pack has been released (12.8)."""
        if old.type != new.type:
            yield "installation_type", f"{old.name!r} is {old.type}, which never changes (PACK-1)"
        if old.released and not new.released:
            yield "released", f"{old.name!r} has been released, which cannot be taken back (PACK-3)"

    def write(self, changes: ResourceChanges[StoredPack], *, actor: Actor, at: Instant) -> None:
        """Write the differences. Packs that exchange their names do so by way of names that nobody can have."""
        update_rows(Pack, "id", ("name_key",), [(new.id, f"\n{new.id}") for _, new in changes.changed])
        columns = (*_COLUMNS, "name_key")
        made = (
            (one.id, one.account, one.name, one.type, int(one.released), one.name.casefold()) for one in changes.new
        )
        insert_rows(Pack, columns, made)
        renamed = [(new.id, new.name, new.name.casefold()) for _, new in changes.changed]
        update_rows(Pack, "id", ("name", "name_key"), renamed)
        self._release(changes, actor, at)

    def _release(self, changes: ResourceChanges[StoredPack], actor: Actor, at: Instant) -> None:
        columns = ("account_id", "pack_id", "number", "user", "created_at", "completed_at")
        first = [one for one in changes.new if one.released]
        first += [new for old, new in changes.changed if new.released and not old.released]
        insert_rows(PackRelease, columns, ((one.account, one.id, 1, actor.name, at, at) for one in first))
        held = {one.id for one in first} - {one.id for one in changes.new}
        for some in portions(sorted(held)):
            Pack.rows.across(Crossing.ESTATE).filter(id__in=some).update(released=1)
            rows = PackRelease.rows.across(Crossing.ESTATE).filter(pack__in=some, number=1).select_related("pack")
            taken = ((row, package) for row in rows for package in sorted(wanted(contents(row.pack))))
            of = ((row.account_id, row.pk, package) for row, package in taken)
            insert_rows(ReleasedPackage, ("account_id", "release_id", "package_id"), of)

    def entries(self, changes: ResourceChanges[StoredPack]) -> Iterator[BulkEntry]:
        """The audit entries that the single commands would have written."""
        for one in changes.new:
            label = InstallationType(one.type).label
            yield BulkEntry(Act.PACK_ADDED, one.account, one.name, {"name": (None, one.name), "type": (None, label)})
            if one.released:
                yield BulkEntry(Act.PACK_RELEASED, one.account, one.name, {"release": (None, 1)})
        for old, new in changes.changed:
            if old.name != new.name:
                yield BulkEntry(Act.PACK_EDITED, new.account, new.name, {"name": (old.name, new.name)})
            if new.released and not old.released:
                yield BulkEntry(Act.PACK_RELEASED, new.account, new.name, {"release": (None, 1)})

    def lines(self, account: AccountId | None) -> Iterator[PackLine]:
        """Every pack, or those of one account, by account and name."""
        rows = Pack.rows.across(Crossing.ESTATE) if account is None else Pack.rows.of(account)
        ordered = rows.order_by(*by_code_point("account_id", "name_key", "id")).values_list(*_COLUMNS)
        for key, owner, name, kind, released in ordered.iterator(chunk_size=5000):
            yield PackLine(account=owner, name=name, id=key, installation_type=kind, released=released > 0)
