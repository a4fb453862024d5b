"""Where the resources of each kind come from, all alike: a table, and the condition under which one can be shared.

A kind's own folder says what such a resource is; sharing only asks whose it is, what it is called, whether its state
lets it be shared (SHARE-5), and what lives by it where it is received.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from tenantry.clouds.models import Cloud
from tenantry.clouds.usable import READY as CLOUD_READY, attachments_there
from tenantry.connectors.models import READY, RELEASED, TO_EVERYBODY, Connector
from tenantry.connectors.queries import components_using
from tenantry.datahub.models import PUBLISHED, Model
from tenantry.library.models import READY as IN_LIBRARY, TO_EVERYBODY as OF_THE_OPERATOR, Process
from tenantry.packs.models import Pack
from tenantry.packs.queries import instances_living
from tenantry.roles.models import Role
from tenantry.rules.sharing import Kind, Resource, check_features
from tenantry.rules.using import Reach
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.queries import groups_carrying, shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.paging import PAGE_SIZE, Page, keyset_page

EVERY: Final = Q(pk__isnull=False)
"""The condition that every row meets."""

NONE: Final = Q(pk__in=())
"""The condition that no row meets."""


class Living(NamedTuple):
    """What lives by one resource in one account, in words that go on after "there": "2 attachments"."""

    account: AccountId
    resource: str
    what: str


Lives = Callable[[Iterable[str], QuerySet[Any]], Iterator[Living]]
"""What lives by these resources in the accounts of a query (which gives ids), other than their owner; a fixed number of
queries for all of them."""


def nothing_lives(resources: Iterable[str], accounts: QuerySet[Any]) -> Iterator[Living]:  # noqa: ARG001 - as `Lives`
    """Copies and choices need nobody: what was taken over stays (PROC-7, MODEL-4)."""
    return iter(())


def attachments_live(resources: Iterable[str], accounts: QuerySet[Any]) -> Iterator[Living]:
    """The attachments in clouds, which become Unavailable without them (CLOUD-8)."""
    for account, cloud, number in attachments_there(resources, accounts):
        yield Living(account, cloud, f"{number:,} attachment{'' if number == 1 else 's'}")


@dataclass(frozen=True, slots=True)
class Source:
    """The resources of one kind. `table` has account, id, name and name_key (its name with case folded); `ready` is the
    assignable state as a condition on it (SHARE-5).

    `usable` is the state in which accounts can use what they receive, where it is another one; `everybody` the state in
    which all accounts can use it without a share (CONN-5, PROC-4).
    """

    kind: Kind
    table: Any
    ready: Q = EVERY
    lives: Lives = nothing_lives
    usable: Q | None = None
    everybody: Q = NONE

    def _told(self, rows: QuerySet[Any]) -> Iterator[Resource]:
        columns = rows.annotate(is_ready=_state(self.ready)).values_list("id", "name", "account_id", "is_ready")
        for key, name, owner, ready in columns:
            yield Resource(self.kind, key, name, AccountId(owner), bool(ready))

    def one(self, owner: AccountId, resource: str) -> Resource | None:
        """The owner's resource of this id; `None` also for those of others."""
        return self.named(owner, [resource]).get(resource)

    def named(self, owner: AccountId, resources: Iterable[str]) -> Mapping[str, Resource]:
        """The owner's resources of these ids."""
        rows = self.table.rows.of(owner).filter(id__in=tuple(resources))
        return {resource.id: resource for resource in self._told(rows)}

    def reach(self, account: AccountId, resource: str) -> Reach | None:
        """How the resource of this id comes to an account, if it comes to it; `None` where no resource has the id."""
        rows = self.table.rows.across(Crossing.RESOURCE_BY_ID).filter(id=resource, account_id__isnull=False)
        for of, usable, everybodys in self._reaches(rows):
            return Reach(of, groups_carrying(account, self.kind, of.id), usable, everybodys)
        return None

    def reaching(self, account: AccountId) -> Iterator[Reach]:
        """How all resources that come to an account come to it: its own, those shared with it, those there for all; in
        two queries.
        """
        shares = shared_with(account, self.kind).order_by("-group__everywhere", "group__name_key")
        groups: dict[str, list[str]] = {}
        for resource, group in shares.values_list("resource", "group__name"):
            groups.setdefault(resource, []).append(group)
        mine = Q(account_id=account) | Q(id__in=shared_with(account, self.kind).values("resource")) | self.everybody
        rows = self.table.rows.across(Crossing.RESOURCE_BY_ID).filter(mine, account_id__isnull=False)
        for of, usable, everybodys in self._reaches(rows):
            yield Reach(of, tuple(groups.get(of.id, ())), usable, everybodys)

    def _reaches(self, rows: QuerySet[Any]) -> Iterator[tuple[Resource, bool, bool]]:
        """Resources, each with whether accounts can use what they receive, and whether it is there for all."""
        found = rows.annotate(
            is_ready=_state(self.ready),
            is_usable=_state(self.ready if self.usable is None else self.usable),
            is_everybodys=_state(self.everybody),
        ).values_list("id", "name", "account_id", "is_ready", "is_usable", "is_everybodys")
        for key, name, owner, ready, usable, everybodys in found:
            yield Resource(self.kind, key, name, AccountId(owner), bool(ready)), bool(usable), bool(everybodys)

    def usable_of(self, owner: AccountId, resources: Iterable[str]) -> dict[str, str]:
        """Those of the owner's resources that accounts can use if they receive them, with their names."""
        rows = self.table.rows.of(owner).filter(self.ready if self.usable is None else self.usable)
        found: dict[str, str] = {}
        for some in portions(sorted(resources)):
            found.update(rows.filter(id__in=some).values_list("id", "name"))
        return found

    def assignable(
        self, owner: AccountId, search: str, besides: Iterable[str] | QuerySet[Any], limit: int
    ) -> tuple[tuple[Resource, ...], int]:
        """The first of the owner's resources that can be shared, by name, and how many match (SHARE-4). `besides` are
        ids, or a query that gives them, since a group may carry any number.
        """
        rows = _searched(self.table.rows.of(owner).filter(self.ready).exclude(id__in=besides), search)
        return tuple(self._told(rows.order_by("name_key", "id")[:limit])), rows.count()

    def page(
        self, owner: AccountId, resources: QuerySet[Any], search: str = "", place: str = "", size: int = PAGE_SIZE
    ) -> tuple[Page[Any], int]:
        """One page of those of the owner's resources whose ids the query gives, by name, and how many match."""
        rows = _searched(self.table.rows.of(owner).filter(id__in=resources), search)
        return keyset_page(rows, ("name_key", "id"), place, size=size), rows.count()


def _state(condition: Q) -> Any:  # noqa: ANN401 - Django's stubs have no word for a condition as a column
    return ExpressionWrapper(condition, output_field=BooleanField())


def _searched(rows: QuerySet[Any], search: str) -> QuerySet[Any]:
    """Those whose name has every word searched for."""
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return rows


def _instances(packs: Iterable[str], accounts: QuerySet[Any]) -> Iterator[Living]:
    """Instances that are installed, and that stay as they are when a share ends (PACK-11)."""
    return starmap(Living, instances_living(packs, accounts))


def components_use(resources: Iterable[str], accounts: QuerySet[Any]) -> Iterator[Living]:
    """Components that use connectors: without these they cannot be opened, tested, packaged or deployed (CONN-9)."""
    return (Living(*found) for found in components_using(resources, accounts))


SOURCES: Final[Mapping[Kind, Source]] = {
    source.kind: source
    for source in (
        Source(Kind.CLOUD, Cloud, CLOUD_READY, attachments_live),
        Source(Kind.CONNECTOR, Connector, READY, components_use, RELEASED, TO_EVERYBODY),
        Source(Kind.ROLE, Role),
        Source(Kind.PROCESS, Process, IN_LIBRARY, everybody=OF_THE_OPERATOR),
        Source(Kind.INTEGRATION_PACK, Pack, ready=Q(released__gt=0), lives=_instances),
        Source(Kind.MODEL, Model, PUBLISHED),
    )
}
"""Each kind, in the order of the sections of the Resources tab."""


def resource_of(kind: Kind, owner: AccountId, resource: str) -> Resource | None:
    """One of the owner's resources, or `None`."""
    source = SOURCES.get(kind)
    return source.one(owner, resource) if source is not None else None


def assignable(
    kind: Kind,
    owner: AccountId,
    features: Iterable[Any],
    besides: Iterable[str],
    *,
    search: str = "",
    limit: int = 50,
) -> tuple[tuple[Resource, ...], int]:
    """What the Add dialog of a section lists: the owner's assignable resources minus those there already (SHARE-4).

    Nothing where a missing feature forbids sharing them at all (SHARE-15), or where the kind has no source.
    """
    source = SOURCES.get(kind)
    if source is None or check_features(kind, owner, features) is not None:
        return (), 0
    return source.assignable(owner, search, besides, limit)
