"""FOLD-12 through the commands: each row, with each folder restricted alone, and without the privilege."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from tenantry.build import commands as folders, components
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, ComponentId, FolderId
from tests.store.explorers import Site, remove, restrict
from tests.store.factories import AT, Somebody, everything, refused
from tests.store.partners import around_all_tests

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.usefixtures("db")


@dataclass(frozen=True)
class Ground:
    """P holds H, which holds S, which holds T. A component is in H. D is elsewhere."""

    site: Site
    parent: FolderId
    here: FolderId
    below: FolderId
    deep: FolderId
    destination: FolderId
    component: ComponentId


@pytest.fixture(scope="module")
def untouched(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[tuple[Ground, Site]]:
    """The ground, no folder of which is restricted, and another account, in a transaction around all tests."""
    with around_all_tests(django_db_blocker):
        site = Site()
        parent, here, below, deep = (site.folder(path) for path in ("P", "P/H", "P/H/S", "P/H/S/T"))
        yield Ground(site, parent, here, below, deep, site.folder("D"), site.component(here, "C")), Site()


@pytest.fixture
def ground(untouched: tuple[Ground, Site], db: None) -> Ground:
    """No folder of it is restricted."""
    return untouched[0]


@dataclass(frozen=True)
class Row:
    """A row of the table: what is done, and in which folders it takes write access. `gone` is deleted before."""

    run: Callable[[Ground, Somebody], object]
    writes: frozenset[str]
    gone: str = ""


def row(run: Callable[[Ground, Somebody], object], *writes: str, gone: str = "") -> Row:
    """A row that takes write access in these folders."""
    return Row(run, frozenset(writes), gone)


TABLE = {
    "Create subfolder": row(
        lambda g, w: folders.create_folder(
            actor=w.actor, at=AT, account=g.site.account, parent=g.here, name="New", reason="r"
        ),
        "here",
    ),
    "Rename folder": row(
        lambda g, w: folders.rename_folder(actor=w.actor, at=AT, account=g.site.account, folder=g.here, name="New"),
        "here",
        "parent",
    ),
    "Copy folder": row(
        lambda g, w: folders.copy_folder(
            actor=w.actor, at=AT, account=g.site.account, folder=g.here, destination=g.destination
        ),
        "destination",
    ),
    "Move folder": row(
        lambda g, w: folders.move_folder(
            actor=w.actor, at=AT, account=g.site.account, folder=g.here, destination=g.destination
        ),
        "here",
        "parent",
        "destination",
    ),
    "Delete folder": row(
        lambda g, w: folders.remove_folder(actor=w.actor, at=AT, account=g.site.account, folder=g.here),
        "here",
        "parent",
        "below",
        "deep",
    ),
    "Restore folder": row(
        lambda g, w: folders.restore_folder(actor=w.actor, at=AT, account=g.site.account, folder=g.here),
        "here",
        "parent",
        "below",
        "deep",
        gone="folder",
    ),
    "Create component": row(
        lambda g, w: components.create_component(
            actor=w.actor, at=AT, account=g.site.account, folder=g.here, name="N", type="map", format="json", text="{}"
        ),
        "here",
    ),
    "Edit component": row(
        lambda g, w: components.save_component(
            actor=w.actor, at=AT, account=g.site.account, component=g.component, text="<new/>", opened=1
        ),
        "here",
    ),
    "Delete component": row(
        lambda g, w: components.remove_component(actor=w.actor, at=AT, account=g.site.account, component=g.component),
        "here",
    ),
    "Restore component": row(
        lambda g, w: components.restore_component(actor=w.actor, at=AT, account=g.site.account, component=g.component),
        "here",
        gone="component",
    ),
    "Move component": row(
        lambda g, w: components.move_component(
            actor=w.actor, at=AT, account=g.site.account, component=g.component, destination=g.destination
        ),
        "here",
        "destination",
    ),
    "Copy component": row(
        lambda g, w: components.copy_component(
            actor=w.actor, at=AT, account=g.site.account, component=g.component, destination=g.destination
        ),
        "destination",
    ),
}
"""The table of the law, whose two last columns of a folder below stand for all subfolders."""

PLACES = ("here", "parent", "below", "deep", "destination")


def prepare(ground: Ground, act: Row) -> None:
    """Delete what the act restores."""
    account = ground.site.account
    if act.gone == "folder":
        remove(account, ground.here)
    elif act.gone == "component":
        components.remove_component(actor=OPERATOR, at=AT, account=account, component=ground.component)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("place", PLACES)
def test_fold_12_each_folder_of_the_row_has_to_be_writable(ground: Ground, name: str, place: str) -> None:
    """Creating, renaming, moving, deleting and restoring obey the table."""
    act, site = TABLE[name], ground.site
    restrict(site.account, getattr(ground, place), site.team_a)
    prepare(ground, act)
    if place in act.writes:
        with refused(no.FolderRestricted, "FOLD-6"):
            act.run(ground, site.tom)
    else:
        act.run(ground, site.tom)


@pytest.mark.parametrize("name", TABLE)
def test_fold_6_holders_of_a_role_on_the_list_may(ground: Ground, name: str) -> None:
    """A folder with roles is writable by holders of BUILD who hold one of those roles."""
    for place in PLACES:
        restrict(ground.site.account, getattr(ground, place), ground.site.team_a)
    prepare(ground, TABLE[name])
    TABLE[name].run(ground, ground.site.tim)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("who", ["rae", "ray", "nil"])
def test_fold_4_without_build_everything_is_read_only(ground: Ground, name: str, who: str) -> None:
    """Whatever the lists say: every row of the table that changes something takes BUILD."""
    restrict(ground.site.account, ground.here, ground.site.team_a)
    prepare(ground, TABLE[name])
    with refused(no.PrivilegeNotHeld, "ROLE-11") as caught:
        TABLE[name].run(ground, getattr(ground.site, who))
    assert caught[0].details()["privilege"] == "BUILD"


@pytest.mark.parametrize("name", TABLE)
def test_acc_1_folders_and_components_of_others_are_not_there(
    ground: Ground, untouched: tuple[Ground, Site], name: str
) -> None:
    """Who builds in one account reaches nothing of another by naming it at home."""
    prepare(ground, TABLE[name])
    other = untouched[1]
    abroad = replace(ground, site=other)
    before = everything()
    with pytest.raises(Refused) as caught:
        TABLE[name].run(abroad, other.ada)
    assert isinstance(caught.value.refusal, no.FolderNotFound | no.ComponentNotFound)
    with pytest.raises(Refused) as stranger:
        TABLE[name].run(ground, other.ada)
    assert isinstance(stranger.value.refusal, no.NoRoles)
    assert everything() == before
