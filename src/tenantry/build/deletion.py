"""What stands in the way of deleting a folder, and what would stay of it (FOLD-13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from tenantry.build.models import LIVING, Component, ComponentReference
from tenantry.deploy.queries import deployed_components
from tenantry.library.queries import shared_processes
from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, ComponentId, FolderId
from tenantry.store.lines import portions

NAMED: Final = 5
"""How many components a refusal names."""


def components_in(account: AccountId, folders: Iterable[FolderId]) -> dict[ComponentId, FolderId]:
    """The living components in these folders, with the folder of each."""
    found: dict[ComponentId, FolderId] = {}
    for some in portions(list(folders)):
        rows = Component.rows.of(account).filter(LIVING, folder_id__in=some)
        found.update((ComponentId(key), FolderId(folder)) for key, folder in rows.values_list("id", "folder_id"))
    return found


def some_names(account: AccountId, components: Collection[ComponentId]) -> str:
    """The names of the first of these components."""
    ids = sorted(components)
    rows = Component.rows.of(account).filter(id__in=ids[:100]).order_by("name_key", "id")
    names = list(rows.values_list("name", flat=True)[:NAMED])
    more = len(ids) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def check_deployed(account: AccountId, components: Collection[ComponentId]) -> no.FolderNotDeletable | None:
    """Judge whether these components let their folder go: none of them may be deployed, or published and shared with an
    account group (FOLD-13).
    """
    staying, what = deployed_components(account, components), "deployed"
    if not staying:
        staying, what = shared_processes(account, components), "published and shared"
    if not staying:
        return None
    more = f" and {len(staying) - NAMED} more" if len(staying) > NAMED else ""
    state = f"is {what}" if len(staying) == 1 else f"are {what}"
    return no.FolderNotDeletable(components=", ".join(staying[:NAMED]) + more, state=state)


def referenced(account: AccountId, components: Collection[ComponentId]) -> set[ComponentId]:
    """Those of these components that living others refer to, and what these refer to among them."""
    within: dict[ComponentId, list[ComponentId]] = defaultdict(list)
    waiting: list[ComponentId] = []
    for some in portions(sorted(components)):
        rows = ComponentReference.rows.of(account).filter(target_id__in=some, component__deleted_at__isnull=True)
        for referring, target in rows.values_list("component_id", "target_id"):
            if referring in components:
                within[ComponentId(referring)].append(ComponentId(target))
            else:
                waiting.append(ComponentId(target))
    kept: set[ComponentId] = set()
    while waiting:
        component = waiting.pop()
        if component not in kept:
            kept.add(component)
            waiting.extend(within[component])
    return kept
