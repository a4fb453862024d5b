"""Scenarios 55 to 61 of the law, through the commands and what pages read."""

import pytest

from tenantry.build import commands as folders, components
from tenantry.build.queries import folder_of, folder_rights, offered_roles
from tenantry.decisions.guard import access_in
from tenantry.rules import refusals as no
from tenantry.rules.folders import Act, Icon, Site as Ground, icon, manages_permissions
from tests.store.explorers import Site, restrict, roles_on
from tests.store.factories import ADMINISTRATOR, AT, Somebody, a_role, a_user, refused

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def site() -> Site:
    """An account with people who build."""
    return Site()


def icon_for(site: Site, who: Somebody, path: str) -> Icon:
    """The icon that somebody sees at a folder."""
    access, facts = access_in(actor=who.actor, account=site.account, at=AT)
    return icon(access, facts, folder_of(site.account, path))


def test_scn_55_tom_reads_and_copies_what_team_a_keeps_to_itself(site: Site) -> None:
    """Given folder F restricted to Team A, when Tom (Team B, BUILD) opens a component in F, then it opens read-only,
    copying it elsewhere works, and F has a grey lock.
    """
    restricted, elsewhere = site.folder("F", site.team_a), site.folder("Elsewhere")
    component = site.component(restricted)
    access, facts = access_in(actor=site.tom.actor, account=site.account, at=AT)
    assert Act.CHANGE_COMPONENT not in folder_rights(access, facts, Ground(here=folder_of(site.account, "F")))
    here = {"actor": site.tom.actor, "at": AT, "account": site.account, "component": component}
    with refused(no.FolderRestricted, "FOLD-6"):
        components.save_component(**here, text="<b/>", opened=1)  # type: ignore[arg-type]
    components.copy_component(**here, destination=elsewhere)  # type: ignore[arg-type]
    assert icon_for(site, site.tom, "F") is Icon.LOCKED
    assert icon_for(site, site.tim, "F") is Icon.MINE
    assert icon_for(site, site.tom, "Elsewhere") is Icon.PLAIN


def test_scn_56_an_open_subfolder_of_a_restricted_folder(site: Site) -> None:
    """Given subfolder Texas of F without roles, then Tom may create components in Texas but not rename Texas."""
    texas = site.folder("F/Texas")
    restrict(site.account, folder_of(site.account, "F").id, site.team_a)
    here = {"actor": site.tom.actor, "at": AT, "account": site.account, "folder": texas}
    components.create_component(**here, name="One", type="map", format="json", text="{}")  # type: ignore[arg-type]
    with refused(no.FolderRestricted, "FOLD-6"):
        folders.rename_folder(**here, name="Maine")  # type: ignore[arg-type]


def test_scn_57_administrators_have_no_automatic_write_access(site: Site) -> None:
    """Given an Administrator without Team A, then saving in F fails; with Administrator on its list it works."""
    restricted = site.folder("F", site.team_a)
    component = site.component(restricted)
    here = {"actor": site.ada.actor, "at": AT, "account": site.account}
    with refused(no.FolderRestricted, "FOLD-6"):
        components.save_component(**here, component=component, text="<b/>", opened=1)  # type: ignore[arg-type]
    folders.set_folder_roles(**here, folder=restricted, roles=frozenset({site.team_a, ADMINISTRATOR}))  # type: ignore[arg-type]
    assert components.save_component(**here, component=component, text="<b/>", opened=1) == 2  # type: ignore[arg-type]


def test_scn_58_a_role_that_inherits_administrator_is_another_role(site: Site) -> None:
    """Given a user whose custom role inherits Administrator, then F's Permissions dialog shows Assigned Roles only."""
    heir = a_user(site.account, a_role(site.account, "Heir", parent=ADMINISTRATOR))
    access, facts = access_in(actor=heir.actor, account=site.account, at=AT)
    assert isinstance(manages_permissions(access, facts), no.FolderPermissionsNotYours)
    access, facts = access_in(actor=site.ada.actor, account=site.account, at=AT)
    assert manages_permissions(access, facts) is None
    assert site.team_a in {role.id for role in offered_roles(facts)}


def test_scn_59_the_role_without_build_writes_nothing(site: Site) -> None:
    """Given a user with role Team A but only BUILD_READ_ONLY, then F is read-only."""
    restricted = site.folder("F", site.team_a)
    component = site.component(restricted)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        components.save_component(
            actor=site.ray.actor, at=AT, account=site.account, component=component, text="<b/>", opened=1
        )
    assert icon_for(site, site.ray, "F") is Icon.LOCKED


def test_scn_60_a_new_folder_starts_with_the_list_and_keeps_it(site: Site) -> None:
    """Given a new folder under F, then it starts with Team A; removing Team A from F later leaves it restricted."""
    restricted = site.folder("F", site.team_a)
    made = folders.create_folder(actor=site.tim.actor, at=AT, account=site.account, parent=restricted, name="New")
    assert roles_on(site.account, made) == {site.team_a}
    restrict(site.account, restricted)
    assert roles_on(site.account, made) == {site.team_a}
    with refused(no.FolderRestricted, "FOLD-6"):
        folders.create_folder(actor=site.tom.actor, at=AT, account=site.account, parent=made, name="X")


def test_scn_61_copies_are_open_and_what_is_moved_stays_restricted(site: Site) -> None:
    """Given F is copied, then the copy has no roles; given F is moved, it keeps them."""
    restricted, there = site.folder("F", site.team_a), site.folder("There")
    here = {"actor": site.tim.actor, "at": AT, "account": site.account, "folder": restricted, "destination": there}
    made = folders.copy_folder(**here)  # type: ignore[arg-type]
    assert roles_on(site.account, made) == set()
    folders.rename_folder(actor=site.tim.actor, at=AT, account=site.account, folder=made, name="Copy")
    folders.move_folder(**here)  # type: ignore[arg-type]
    assert roles_on(site.account, restricted) == {site.team_a}
