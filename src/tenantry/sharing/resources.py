"""What account groups share, with the names that the resources have now, of all kinds together."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.kinds import SOURCES
from tenantry.sharing.models import Share
from tenantry.store.lines import portions


@dataclass(frozen=True, slots=True)
class SharedResource:
    """A resource that a group shares; its id stands for the name where the resource itself is gone."""

    kind: Kind
    id: str
    name: str


def shared_in(primary: AccountId, groups: Collection[str]) -> dict[str, list[SharedResource]]:
    """What each of these groups shares, in the order in which it was shared.

    One query for the shares, and one for the names of each kind that is among them.
    """
    rows = Share.rows.of(primary).filter(group_id__in=groups).order_by("id").values_list("group_id", "kind", "resource")
    shares = [(group, Kind(kind), resource) for group, kind, resource in rows]
    wanted: dict[Kind, set[str]] = defaultdict(set)
    for _, kind, resource in shares:
        wanted[kind].add(resource)
    names: dict[tuple[Kind, str], str] = {}
    for kind, ids in wanted.items():
        for some in portions(sorted(ids)):
            names.update(((kind, one.id), one.name) for one in SOURCES[kind].named(primary, some).values())
    found: dict[str, list[SharedResource]] = defaultdict(list)
    for group, kind, resource in shares:
        found[group].append(SharedResource(kind, resource, names.get((kind, resource), resource)))
    return found
