"""Build with two thousand folders and twenty thousand components: what a page and an act cost beside a small one."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.build import commands as folders, components
from tenantry.build.explorer import (
    components_in_page,
    found_components_page,
    found_folders_page,
    gone_components_page,
    level_page,
    levels,
    subfolders_page,
    using_page,
)
from tenantry.build.models import Component, ComponentReference, ComponentRevision, Folder, FolderRole
from tenantry.build.queries import folder_of, lists_below, paths_of, restricted_folders, top_id
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, FolderId
from tenantry.store.bulk import insert_rows, refresh_statistics
from tests.store.explorers import a_folder
from tests.store.factories import AT, an_account
from tests.store.partners import around_all_tests

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]

RATIO = 12
"""How many times the time of a small account a page may take in one a hundred times as large. A page costs the same; a
search looks at every name."""

FLOOR = 0.025
"""Seconds below which a page is quick, and the clock says more about what else the machine does than about the page."""


def filled(name: str, wide: int, components_each: int) -> AccountId:
    """An account with `wide` folders at the top, nine in each of these, and components in all; every tenth folder is
    restricted, every component refers to the first one.
    """
    account = an_account(name)
    a_folder(account, "First")
    top = top_id(account)
    upper = [(f"{account}-{n:04}", account, top, f"Area {n:04}", f"area {n:04}") for n in range(wide)]
    lower = [
        (f"{key}-{n}", account, key, f"Part {n} of {title}", f"part {n} of {title.casefold()}")
        for key, _, _, title, _ in upper
        for n in range(9)
    ]
    insert_rows(Folder, ("id", "account_id", "parent_id", "name", "name_key"), [*upper, *lower])
    places = [row[0] for row in (*upper, *lower)]
    insert_rows(FolderRole, ("account_id", "folder_id", "role_id"), ((account, key, "SUPPORT") for key in places[::10]))
    rows = [
        (f"{key}-c{n}", account, key, f"Order {n} in {key}", f"order {n} in {key.casefold()}", "process", "xml", 1)
        for key in places
        for n in range(components_each)
    ]
    columns = ("id", "account_id", "folder_id", "name", "name_key", "type", "format", "revision")
    insert_rows(Component, columns, rows)
    of_revisions = ("account_id", "component_id", "number", "name", "text", "user", "at")
    insert_rows(ComponentRevision, of_revisions, ((account, row[0], 1, row[3], "<a/>", "somebody", AT) for row in rows))
    first = rows[0][0]
    pairs = ((account, row[0], first) for row in rows[1:])
    insert_rows(ComponentReference, ("account_id", "component_id", "target_id"), pairs)
    return account


@pytest.fixture(scope="module")
def small_and_large(
    django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[tuple[AccountId, AccountId]]:
    """Twenty folders with two hundred components, and a hundred times as many."""
    with around_all_tests(django_db_blocker):
        accounts = filled("Small", 2, 10), filled("Large", 200, 10)
        refresh_statistics(Component, ComponentReference, ComponentRevision, Folder, FolderRole)
        yield accounts


Look = Callable[[AccountId], object]

LOOKS: dict[str, Look] = {
    "the tree along a way": lambda a: levels(a, [top_id(a), FolderId(f"{a}-0001"), FolderId(f"{a}-0001-3")]),
    "a level": lambda a: level_page(a, top_id(a)),
    "folders in a folder": lambda a: subfolders_page(a, FolderId(f"{a}-0001")),
    "components in a folder": lambda a: components_in_page(a, FolderId(f"{a}-0001-3")),
    "a folder by id": lambda a: folder_of(a, f"{a}-0001-3"),
    "a folder by path": lambda a: folder_of(a, "Area 0001/Part 3 of Area 0001"),
    "the lists below": lambda a: lists_below(a, FolderId(f"{a}-0001")),
    "ways to folders": lambda a: paths_of(a, [f"{a}-0001-{n}" for n in range(9)]),
    "what is deleted": gone_components_page,
}
SEARCHES: dict[str, Look] = {
    "search folders": lambda a: found_folders_page(a, "part 3"),
    "search components": lambda a: found_components_page(a, "order 3"),
    "usage of what all use": lambda a: using_page(a, ComponentId(f"{a}-0000-c0")),
    "the restricted folders": restricted_folders,
}


def cost(look: Look, account: AccountId) -> tuple[int, float]:
    """The number of queries, and the shortest of a few times in seconds."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        look(account)
        times.append(time.perf_counter() - started)
    with CaptureQueriesContext(connection) as queries:
        look(account)
    return len(queries), min(times)


@pytest.mark.parametrize("name", LOOKS)
def test_a_page_costs_what_it_costs_in_a_small_account(name: str, small_and_large: tuple[AccountId, AccountId]) -> None:
    """The same number of queries, and time within the ratio."""
    (few, short), (many, long) = (cost(LOOKS[name], account) for account in small_and_large)
    assert many == few
    assert long <= max(FLOOR, RATIO * short), (short, long)


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_grows_with_the_account_and_stays_quick(
    name: str, small_and_large: tuple[AccountId, AccountId]
) -> None:
    """It looks at all names of the account, so it may take as many times longer as there are more of them."""
    (few, short), (many, long) = (cost(SEARCHES[name], account) for account in small_and_large)
    assert many <= few + 3  # the lists of fifty folders, in place of those of a few
    assert long <= max(FLOOR, 100 * short), (short, long)
    assert long < 0.5


def test_acts_on_one_folder_do_not_grow(small_and_large: tuple[AccountId, AccountId]) -> None:
    """Making, renaming, moving, restricting, and saving a component: as many statements as in a small account."""

    def acts(account: AccountId) -> int:
        here = {"actor": OPERATOR, "at": AT, "account": account}
        folder, component = FolderId(f"{account}-0001-3"), ComponentId(f"{account}-0001-3-c1")
        with CaptureQueriesContext(connection) as queries:
            made = folders.create_folder(**here, parent=folder, name="New")  # type: ignore[arg-type]
            folders.rename_folder(**here, folder=made, name="Newer")  # type: ignore[arg-type]
            folders.move_folder(**here, folder=made, destination=top_id(account))  # type: ignore[arg-type]
            folders.set_folder_roles(**here, folder=made, roles=frozenset())  # type: ignore[arg-type]
            folders.remove_folder(**here, folder=made)  # type: ignore[arg-type]
            folders.restore_folder(**here, folder=made)  # type: ignore[arg-type]
            components.save_component(**here, component=component, text="<b/>", opened=1)  # type: ignore[arg-type]
            components.copy_component(**here, component=component, destination=made)  # type: ignore[arg-type]
        return len(queries)

    small, large = (acts(account) for account in small_and_large)
    assert large == small


def test_the_whole_of_a_large_account_is_copied_and_deleted(small_and_large: tuple[AccountId, AccountId]) -> None:
    """Two hundred folders with two thousand components, within seconds; all come back."""
    account = small_and_large[1]
    there = an_account("There")
    started = time.perf_counter()
    for n in range(20):
        folders.copy_folder(
            actor=OPERATOR,
            at=AT,
            account=account,
            folder=FolderId(f"{account}-{n:04}"),
            destination=top_id(there),
            into_account=there,
        )
    folder = a_folder(there, "All")
    for row in list(Folder.rows.of(there).filter(parent_id=top_id(there)).exclude(id=folder)):
        folders.move_folder(actor=OPERATOR, at=AT, account=there, folder=FolderId(row.pk), destination=folder)
    folders.remove_folder(actor=OPERATOR, at=AT, account=there, folder=folder, unreferenced_only=False)
    assert not Component.rows.of(there).filter(deleted_at=None).exists()
    folders.restore_folder(actor=OPERATOR, at=AT, account=there, folder=folder)
    assert Component.rows.of(there).filter(deleted_at=None).count() == 2000
    assert time.perf_counter() - started < 20
