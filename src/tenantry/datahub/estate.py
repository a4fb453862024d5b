"""Lines of kind `model`: the models of accounts, in and out. Drafts and versions themselves are no part of lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.datahub.documents import EMPTY
from tenantry.datahub.models import Model, ModelVersion
from tenantry.rules.modelling import check_name
from tenantry.rules.sharing import RESOURCE_ID_LIMIT, Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.resource_lines import ResourceChanges, ResourceLine
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, check_text, portions
from tenantry.store.sorting import by_code_point


class ModelLine(ResourceLine, tag="model", kw_only=True):
    """A model; published ones have at least one version, which is empty where a line made it."""

    published: bool


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model as stored, as far as lines speak of it."""

    id: str
    account: AccountId
    name: str
    published: bool


class ModelLines:
    """What estate lines say of models (`ResourceKind`)."""

    kind: ClassVar[Kind] = Kind.MODEL

    def check(self, line: ModelLine) -> Iterator[FieldProblem]:
        """Judge a line by itself."""
        refusal = check_name(line.name.strip())
        if refusal is not None:
            yield "name", f"{refusal.message} ({refusal.rule})"
        yield from check_text("id", line.id, RESOURCE_ID_LIMIT, required=True)

    def stored(self, accounts: Iterable[str]) -> Iterator[StoredModel]:
        """The models of these accounts."""
        for some in portions(sorted(set(accounts))):
            rows = Model.rows.across(Crossing.ESTATE).filter(account_id__in=some)
            for key, owner, name, published in rows.values_list(*_SEEN):
                yield StoredModel(key, AccountId(owner), name, published > 0)

    def owners(self, ids: Iterable[str]) -> dict[str, str]:
        """Whose the models of these ids are, as far as they exist."""
        found: dict[str, str] = {}
        for some in portions(sorted(set(ids))):
            found.update(Model.rows.across(Crossing.ESTATE).filter(id__in=some).values_list("id", "account_id"))
        return found

    def merged(self, line: ModelLine, old: StoredModel | None, key: str) -> StoredModel:
        """What a line makes of the stored model, or of none."""
        return StoredModel(old.id if old else key, AccountId(line.account), line.name.strip(), line.published)

    def key_of(self, one: StoredModel) -> str:
        """The name with case folded: it is unique in its account."""
        return one.name.casefold()

    def key_of_line(self, line: ModelLine) -> str:
        """The same as a line says it."""
        return line.name.strip().casefold()

    def never_changes(self, old: StoredModel, new: StoredModel) -> Iterator[FieldProblem]:
        """What is published stays published: versions never go (MODEL-1)."""
        if old.published and not new.published:
            yield "published", f"{old.name!r} is published, and versions are never taken back (MODEL-1)"

    def write(self, changes: ResourceChanges[StoredModel], *, actor: Actor, at: Instant) -> None:
        """Write the differences. Models that exchange their names do so by way of names nobody can have."""
        update_rows(Model, "id", ("name_key",), [(new.id, f"\n{new.id}") for _, new in changes.changed])
        made = ((one.id, one.account, one.name, one.name.casefold(), EMPTY, actor.name, at) for one in changes.new)
        insert_rows(Model, ("id", "account_id", "name", "name_key", "draft", "user", "at"), made)
        named = [(new.id, new.name, new.name.casefold()) for _, new in changes.changed]
        update_rows(Model, "id", ("name", "name_key"), named)
        first = [one.id for one in changes.new if one.published]
        first += [new.id for old, new in changes.changed if new.published and not old.published]
        for some in portions(first):
            rows = Model.rows.across(Crossing.ESTATE).filter(id__in=some)
            drafts = list(rows.values_list("id", "account_id", "draft", "revision"))
            versions = ((owner, key, 1, draft, actor.name, at) for key, owner, draft, _ in drafts)
            insert_rows(ModelVersion, ("account_id", "model_id", "number", "document", "user", "at"), versions)
            published = [(key, 1, revision) for key, _, _, revision in drafts]
            update_rows(Model, "id", ("published", "published_revision"), published)

    def entries(self, changes: ResourceChanges[StoredModel]) -> Iterator[BulkEntry]:
        """The audit entries that the single commands would have written."""
        for one in changes.new:
            yield BulkEntry(Act.MODEL_CREATED, one.account, one.name, {"id": (None, one.id)})
            if one.published:
                yield BulkEntry(Act.MODEL_PUBLISHED, one.account, one.name, {"version": (None, 1)})
        for old, new in changes.changed:
            if old.name != new.name:
                yield BulkEntry(Act.MODEL_RENAMED, new.account, new.name, {"name": (old.name, new.name)})
            if new.published and not old.published:
                yield BulkEntry(Act.MODEL_PUBLISHED, new.account, new.name, {"version": (None, 1)})

    def lines(self, account: AccountId | None) -> Iterator[ModelLine]:
        """Every model, or those of one account, by account and name."""
        rows = Model.rows.across(Crossing.ESTATE) if account is None else Model.rows.of(account)
        ordered = rows.order_by(*by_code_point("account_id", "name_key")).values_list(*_SEEN)
        for key, owner, name, published in ordered.iterator(chunk_size=5000):
            yield ModelLine(account=owner, name=name, id=key, published=published > 0)


_SEEN = ("id", "account_id", "name", "published")

LINES = ModelLines()
"""The kind, as `estate.kinds` registers it."""
