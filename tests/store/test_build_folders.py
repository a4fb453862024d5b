"""Folders against the tables: making, renaming, moving, copying, deleting, restoring them, and their lists."""

import pytest

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.build import commands as folders, components, deletion
from tenantry.build.explorer import gone_components_page, gone_folders_page, levels, opened_component
from tenantry.build.models import Component, ComponentReference, Folder, FolderRole
from tenantry.build.queries import folder_of, folders_opened_by, offered_roles, restricted_folders, top_id
from tenantry.decisions.guard import facts_of
from tenantry.roles import commands as roles
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, FolderId, RoleId
from tests.store.explorers import Site, a_folder, path_of, remove, restrict, roles_on, tree
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    changes,
    lend,
    refused,
    somebody,
    watched,
    words,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def site() -> Site:
    """An account with people who build."""
    return Site()


def create(site: Site, who: Somebody, parent: FolderId, name: str = "New") -> FolderId:
    """Make a folder."""
    return folders.create_folder(actor=who.actor, at=AT, account=site.account, parent=parent, name=name)


def assign(site: Site, who: Somebody, folder: FolderId, *given: RoleId) -> None:
    """Let these roles change a folder."""
    folders.set_folder_roles(actor=who.actor, at=AT, account=site.account, folder=folder, roles=frozenset(given))


def copy(site: Site, who: Somebody, folder: FolderId, destination: FolderId, name: str | None = None) -> FolderId:
    """Copy a folder."""
    return folders.copy_folder(
        actor=who.actor, at=AT, account=site.account, folder=folder, destination=destination, name=name
    )


def move(site: Site, who: Somebody, folder: FolderId, destination: FolderId) -> None:
    """Move a folder."""
    folders.move_folder(actor=who.actor, at=AT, account=site.account, folder=folder, destination=destination)


def delete(site: Site, who: Somebody, folder: FolderId, unreferenced_only: bool | None = None) -> None:  # noqa: FBT001
    """Delete a folder."""
    folders.remove_folder(
        actor=who.actor, at=AT, account=site.account, folder=folder, unreferenced_only=unreferenced_only
    )


def restore(site: Site, who: Somebody, folder: FolderId) -> None:
    """Restore a folder."""
    folders.restore_folder(actor=who.actor, at=AT, account=site.account, folder=folder)


# ---- the tree ------------------------------------------------------------------------------------------------------


def test_fold_1_every_account_has_one_top_level_folder_named_like_it(site: Site) -> None:
    """It is there before anything is made, and takes the account's new name with it."""
    assert folder_of(site.account, "").path == "Site"
    assert folder_of(site.account, site.top).roles == frozenset()
    create(site, site.tom, site.top)
    accounts.rename_account(actor=site.ada.actor, at=AT, account=site.account, name="Renamed")
    assert folder_of(site.account, site.top).path == "Renamed"
    assert Folder.rows.of(site.account).filter(parent=None).count() == 1


def test_fold_1_the_top_level_folder_is_neither_renamed_moved_nor_deleted(site: Site) -> None:
    """Nor restored, since it is never gone."""
    there = site.folder("There")
    here = {"actor": OPERATOR, "at": AT, "account": site.account, "folder": site.top}
    with refused(no.TopFolderFixed, "FOLD-1"):
        folders.rename_folder(**here, name="Other")  # type: ignore[arg-type]
    with refused(no.TopFolderFixed, "FOLD-1"):
        folders.move_folder(**here, destination=there)  # type: ignore[arg-type]
    with refused(no.TopFolderFixed, "FOLD-1"):
        folders.remove_folder(**here)  # type: ignore[arg-type]
    with refused(no.FolderNotFound, "FOLD-1"):
        folders.restore_folder(**here)  # type: ignore[arg-type]


def test_fold_12_a_folder_is_made_where_it_is_asked_for(site: Site) -> None:
    """With one entry that tells its path; what decisions rest on does not change."""
    above = site.folder("Common")
    with watched() as written:
        made = create(site, site.tom, above, "  Connections ")
    assert path_of(site.account, made) == "Common/Connections"
    entry = written.only(site.account)
    assert (words(entry), entry.container) == (("as.folder", "CREATE", "NONE"), "Common/Connections")
    assert changes(entry)["path"] == (None, "Common/Connections")
    assert written.raised == {}


@pytest.mark.parametrize("name", ["", "  ", "a/b", "x" * 256, "a\x00b"])
def test_fold_12_names_of_folders(site: Site, name: str) -> None:
    """1 to 255 characters without a slash."""
    with refused(no.FolderNameInvalid, "FOLD-12"):
        create(site, site.tom, site.top, name)


def test_fold_12_a_name_is_unique_among_the_living_folders_of_a_parent(site: Site) -> None:
    """Ignoring case; elsewhere, and once deleted, it is free."""
    first = create(site, site.tom, site.top, "Straße")
    with refused(no.FolderNameTaken, "FOLD-12"):
        create(site, site.tom, site.top, "STRASSE")
    create(site, site.tom, first, "Straße")
    remove(site.account, first)
    create(site, site.tom, site.top, "STRASSE")
    with refused(no.FolderNameTaken, "FOLD-12"):
        restore(site, site.tom, first)


def test_fold_12_renaming_changes_the_paths_below(site: Site) -> None:
    """A folder may change the case of its own name; another's name is taken."""
    deep = site.folder("a/b/c")
    other = site.folder("other")
    here = folder_of(site.account, "a").id
    rename = {"actor": site.tom.actor, "at": AT, "account": site.account}
    with watched() as written:
        folders.rename_folder(**rename, folder=here, name="A")  # type: ignore[arg-type]
    assert words(written.only(site.account)) == ("as.folder", "UPDATE", "NAME")
    assert path_of(site.account, deep) == "A/b/c"
    with refused(no.FolderNameTaken, "FOLD-12"):
        folders.rename_folder(**rename, folder=other, name="a")  # type: ignore[arg-type]
    with watched() as nothing:
        folders.rename_folder(**rename, folder=here, name=" A ")  # type: ignore[arg-type]
    assert nothing.entries == {}


def test_fold_11_a_moved_folder_keeps_its_restrictions_and_all_in_it(site: Site) -> None:
    """Those of the folders below it as well."""
    here = site.folder("a", site.team_a)
    below = site.folder("a/b", site.team_b)
    there = site.folder("there")
    component = site.component(below)
    with watched() as written:
        move(site, site.tim, here, there)
    assert (path_of(site.account, below), roles_on(site.account, here)) == ("there/a/b", frozenset({site.team_a}))
    assert roles_on(site.account, below) == {site.team_b}
    assert opened_component(site.account, component).folder == below
    assert changes(written.only(site.account)) == {"path": ("a", "there/a")}
    assert written.raised == {}


def test_fold_1_a_folder_is_not_put_into_itself(site: Site) -> None:
    """Nor below itself, by moving or copying."""
    here, below = site.folder("a"), site.folder("a/b/c")
    for destination in (here, below):
        with refused(no.FolderIntoItself, "FOLD-1"):
            move(site, site.tom, here, destination)
        with refused(no.FolderIntoItself, "FOLD-1"):
            copy(site, site.tom, here, destination)
    with watched() as nothing:
        move(site, site.tom, here, site.top)
    assert nothing.entries == {}


def test_fold_12_a_folder_is_not_moved_beside_one_of_its_name(site: Site) -> None:
    """Moving never renames."""
    here = site.folder("a/x")
    site.folder("X")
    with refused(no.FolderNameTaken, "FOLD-12"):
        move(site, site.tom, here, site.top)


# ---- copies --------------------------------------------------------------------------------------------------------


def test_fold_11_a_copy_has_all_that_is_in_the_folder_and_no_restriction(site: Site) -> None:
    """Neither of its own nor of the folders below it, also where the destination is restricted."""
    here = site.folder("a", site.team_a)
    below = site.folder("a/b", site.team_a)
    there = site.folder("there", site.team_b)
    site.component(here, "One")
    site.component(below, "Two")
    gone = site.folder("a/gone")
    remove(site.account, gone)
    with watched() as written:
        made = copy(site, site.tom, here, there)
    assert tree(site.account) == {
        "": [],
        "a": ["One"],
        "a/b": ["Two"],
        "there": [],
        "there/a": ["One"],
        "there/a/b": ["Two"],
    }
    assert roles_on(site.account, made) == roles_on(site.account, folder_of(site.account, "there/a/b").id) == set()
    entry = written.only(site.account)
    assert (words(entry), entry.container) == (("as.folder", "COPY", "NONE"), "there/a")
    assert written.raised == {}


def test_fold_11_a_copy_beside_its_original_gets_a_name_of_its_own(site: Site) -> None:
    """Also when the wanted name is taken."""
    here = site.folder("a")
    copy(site, site.tom, here, site.top)
    copy(site, site.tom, here, site.top)
    copy(site, site.tom, here, site.top, name="Another")
    copy(site, site.tom, here, site.top, name="Another")
    assert set(tree(site.account)) == {"", "a", "Copy of a", "Copy of a (2)", "Another", "Copy of Another"}
    with refused(no.FolderNameInvalid, "FOLD-12"):
        copy(site, site.tom, here, site.top, name="a/b")


def test_fold_11_components_copied_together_refer_to_each_other(site: Site) -> None:
    """What they refer to elsewhere they go on referring to; the copy begins with one revision."""
    here = site.folder("a")
    outside = site.component(site.top, "Outside")
    inner = site.component(here, "Inner")
    outer = site.component(here, "Outer", f'<process inner="{inner}" outside="{outside}"/>')
    components.save_component(
        actor=site.tom.actor,
        at=AT,
        account=site.account,
        component=outer,
        text=f'<process  inner="{inner}" outside="{outside}"/>',
        opened=1,
    )
    made = copy(site, site.tim, here, site.top)
    rows = {row.name: row for row in Component.rows.of(site.account).filter(folder_id=made)}
    copied = opened_component(site.account, rows["Outer"].pk)
    assert copied.text == f'<process  inner="{rows["Inner"].pk}" outside="{outside}"/>'
    assert (copied.newest, copied.shown.user) == (1, site.tim.email)
    targets = ComponentReference.rows.of(site.account).filter(component_id=rows["Outer"].pk)
    assert set(targets.values_list("target_id", flat=True)) == {rows["Inner"].pk, outside}


def test_fold_15_copying_to_another_account_takes_build_there(site: Site) -> None:
    """And reading here; the entry is in the other account, where it takes effect."""
    there = Site()
    here = site.folder("a", site.team_a)
    site.component(here, "One")
    target = there.folder("In")
    both = a_user(site.account, site.reader, email="both@example.com")
    abroad = {"at": AT, "account": site.account, "folder": here, "destination": target, "into_account": there.account}
    with refused(no.NoRoles, "ENTRY-1"):
        folders.copy_folder(actor=both.actor, **abroad)  # type: ignore[arg-type]
    a_user(there.account, there.reader, email="both@example.com")
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        folders.copy_folder(actor=both.actor, **abroad)  # type: ignore[arg-type]
    builder = a_user(site.account, site.reader, email="builder@example.com")
    a_user(there.account, there.builder, email="builder@example.com")
    with watched() as written:
        folders.copy_folder(actor=builder.actor, **abroad)  # type: ignore[arg-type]
    assert tree(there.account) == {"": [], "In": [], "In/a": ["One"]}
    assert changes(written.only(there.account))["copied_from"] == (None, f"{site.account}: a")
    restrict(there.account, target, there.team_a)
    with refused(no.FolderRestricted, "FOLD-6"):
        folders.copy_folder(actor=builder.actor, **abroad)  # type: ignore[arg-type]
    stranger = a_user(there.account, there.builder)
    with refused(no.NoRoles, "ENTRY-1"):
        folders.copy_folder(actor=stranger.actor, **abroad)  # type: ignore[arg-type]


def test_fold_12_the_top_level_folder_can_be_copied_to_another_account(site: Site) -> None:
    """As a folder of the account's name."""
    there = an_account("There")
    Account.rows.of(site.account).update(name="R/D")
    site.component(site.folder("a"), "One")
    builder = a_user(site.account, site.reader, email="b@example.com")
    a_user(there, STANDARD_USER, email="b@example.com")
    folders.copy_folder(
        actor=builder.actor,
        at=AT,
        account=site.account,
        folder=site.top,
        destination=top_id(there),
        into_account=there,
    )
    assert tree(there) == {"": [], "R-D": [], "R-D/a": ["One"]}


# ---- deleting and restoring ----------------------------------------------------------------------------------------


def test_fold_12_a_deleted_folder_is_gone_with_all_in_it_and_comes_back_with_it(site: Site) -> None:
    """Its restrictions too; what was deleted before stays deleted."""
    here = site.folder("a", site.team_a)
    below = site.folder("a/b")
    kept, lost = site.component(below, "Kept"), site.component(below, "Lost")
    early = site.folder("a/early")
    remove(site.account, early)
    components.remove_component(actor=site.tim.actor, at=AT, account=site.account, component=lost)
    with watched() as written:
        delete(site, site.tim, here)
    assert words(written.only(site.account)) == ("as.folder", "DELETE", "NONE")
    assert written.raised == {site.account: 1}
    assert tree(site.account) == {"": []}
    assert restricted_folders(site.account) == {}
    with refused(no.FolderNotFound, "FOLD-1"):
        create(site, site.tim, below)
    with refused(no.ComponentNotFound, "FOLD-12"):
        components.remove_component(actor=site.tim.actor, at=AT, account=site.account, component=kept)
    with refused(no.ParentDeleted, "FOLD-12"):
        restore(site, site.tim, early)
    with refused(no.ParentDeleted, "FOLD-12"):
        restore(site, site.tim, below)
    with refused(no.ParentDeleted, "FOLD-12"):
        components.restore_component(actor=site.tim.actor, at=AT, account=site.account, component=lost)
    with watched() as written:
        restore(site, site.tim, here)
    assert words(written.only(site.account)) == ("as.folder", "RESTORE", "NONE")
    assert written.raised == {site.account: 1}
    assert tree(site.account) == {"": [], "a": [], "a/b": ["Kept"]}
    assert restricted_folders(site.account) == {here: {site.team_a}}
    restore(site, site.tim, early)
    components.restore_component(actor=site.tim.actor, at=AT, account=site.account, component=lost)
    assert tree(site.account) == {"": [], "a": [], "a/b": ["Kept", "Lost"], "a/early": []}


def test_fold_12_what_can_be_restored_is_listed_once(site: Site) -> None:
    """A folder without what went with it, a component deleted by itself, each with where it was."""
    here = site.folder("a/b")
    component = site.component(here, "One")
    site.component(here, "Two")
    components.remove_component(actor=site.tom.actor, at=AT, account=site.account, component=component)
    delete(site, site.tom, folder_of(site.account, "a").id)
    [folder], number = gone_folders_page(site.account)[0].rows, gone_folders_page(site.account)[1]
    assert (folder.name, folder.path, folder.orphan, number) == ("a", "", False, 1)
    [lost] = gone_components_page(site.account)[0].rows
    assert (lost.id, lost.path, lost.orphan) == (component, "a/b", True)
    assert gone_components_page(site.account, "nothing")[1] == 0


def test_fold_13_components_referenced_elsewhere_have_to_be_decided_about(site: Site) -> None:
    """Without a word the folder stays; references among what is deleted together do not count."""
    here, elsewhere = site.folder("a"), site.folder("elsewhere")
    inner = site.component(here, "Inner")
    site.component(here, "Outer", f"<a>{inner}</a>")
    delete(site, site.tom, here)
    restore(site, site.tom, here)
    user = site.component(elsewhere, "User", f"<a>{inner}</a>")
    with refused(no.ComponentsReferenced, "FOLD-13") as caught:
        delete(site, site.tom, here)
    assert caught[0].details()["components"] == "Inner"
    components.remove_component(actor=site.tom.actor, at=AT, account=site.account, component=user)
    delete(site, site.tom, here)


def test_fold_13_only_unreferenced_components_go(site: Site) -> None:
    """What is referenced stays with what it refers to itself, and so do the folders they are in; the rest can be
    restored piece by piece.
    """
    here, below, empty = site.folder("a"), site.folder("a/b/c"), site.folder("a/d/e")
    leaf = site.component(here, "Leaf")
    kept = site.component(below, "Kept", f"<a>{leaf}</a>")
    site.component(below, "Gone")
    site.component(empty, "Gone too")
    site.component(site.top, "User", f"<a>{kept}</a>")
    with watched() as written:
        delete(site, site.tom, here, unreferenced_only=True)
    assert tree(site.account) == {"": ["User"], "a": ["Leaf"], "a/b": [], "a/b/c": ["Kept"]}
    assert changes(written.only(site.account))["components"] == (4, 2)
    assert [gone.name for gone in gone_folders_page(site.account)[0].rows] == ["d"]
    assert [gone.name for gone in gone_components_page(site.account)[0].rows] == ["Gone"]
    restore(site, site.tom, FolderId(gone_folders_page(site.account)[0].rows[0].id))
    assert tree(site.account)["a/d/e"] == ["Gone too"]
    delete(site, site.tom, here, unreferenced_only=False)
    assert tree(site.account) == {"": ["User"]}


def test_fold_13_a_folder_with_something_deployed_stays(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked about references; so says the folder that knows deployments."""
    here = site.folder("a")
    deep = site.component(site.folder("a/b"), "Deployed")

    def deployed(account: str, ids: object) -> tuple[str, ...]:
        assert account == site.account
        return ("Deployed",) if deep in set(ids) else ()  # type: ignore[call-overload]

    monkeypatch.setattr(deletion, "deployed_components", deployed)
    for choice in (None, True, False):
        with refused(no.FolderNotDeletable, "FOLD-13") as caught:
            delete(site, site.tom, here, unreferenced_only=choice)
        assert caught[0].message == "Unable to Delete Folder: Deployed is deployed."
    delete(site, site.tom, site.folder("other"))


# ---- lists ---------------------------------------------------------------------------------------------------------


def test_fold_7_administrators_alone_change_permissions(site: Site) -> None:
    """Not who may write, nor a role that inherits Administrator; the entry tells the roles by name."""
    here = site.folder("a", site.team_a)
    heir = a_user(site.account, a_role(site.account, "Heir", parent=ADMINISTRATOR))
    for who in (site.tim, site.rae, heir):
        with refused(no.FolderPermissionsNotYours, "FOLD-7"):
            assign(site, who, here, site.team_b)
    with watched() as written:
        assign(site, site.ada, here, site.team_a, site.team_b)
    entry = written.only(site.account)
    assert (words(entry), entry.container) == (("as.folder", "UPDATE", "ROLE"), "a")
    assert changes(entry) == {"roles": (["Team A"], ["Team A", "Team B"])}
    assert written.raised == {site.account: 1}
    with watched() as nothing:
        assign(site, site.ada, here, site.team_b, site.team_a)
    assert (nothing.entries, nothing.raised) == ({}, {})


def test_fold_7_from_outside_it_takes_administrator_as_support_access_role() -> None:
    """A group user qualifies when a group role is Administrator and the Support Access Role is Administrator."""
    primary = a_primary()
    member = a_member(primary)
    gus = somebody()
    a_group(primary, members=[member], people={gus: [ADMINISTRATOR]})
    folder = a_folder(member, "a")
    here = {"actor": gus.actor, "at": AT, "account": member, "folder": folder}
    folders.set_folder_roles(**here, roles=frozenset({SUPPORT}))  # type: ignore[arg-type]
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=member, role=STANDARD_USER)
    with refused(no.FolderPermissionsNotYours, "FOLD-7"):
        folders.set_folder_roles(**here, roles=frozenset())  # type: ignore[arg-type]


def test_fold_9_shared_and_foreign_roles_are_not_offered() -> None:
    """Available Roles holds default roles and the account's own custom roles, not shared roles."""
    primary = a_primary()
    member = a_member(primary)
    lent = a_role(primary, "Lent")
    lend(primary, a_group(primary, members=[member]), lent)
    own = a_role(member, "Own")
    ada = a_user(member, ADMINISTRATOR)
    folder = a_folder(member, "a")
    offered = {role.id for role in offered_roles(facts_of(member))}
    assert own in offered
    assert ADMINISTRATOR in offered
    assert lent not in offered
    for role in (lent, RoleId("no-such-role")):
        with refused(no.RoleNotForFolders, "FOLD-9"):
            folders.set_folder_roles(
                actor=ada.actor, at=AT, account=member, folder=folder, roles=frozenset({own, role})
            )


def test_fold_2_without_advanced_user_security_lists_are_only_loosened(site: Site) -> None:
    """Existing restrictions stay enforced; they can be lifted or widened."""
    here, open_one = site.folder("a", site.team_a), site.folder("b")
    accounts.switch_feature(
        actor=OPERATOR, at=AT, account=site.account, feature=Feature.ADVANCED_USER_SECURITY, on=False
    )
    with refused(no.FolderRestricted, "FOLD-6"):
        create(site, site.tom, here)
    with refused(no.RestrictionsOnlyLoosened, "FOLD-2"):
        assign(site, site.ada, open_one, site.team_a)
    with refused(no.RestrictionsOnlyLoosened, "FOLD-2"):
        assign(site, site.ada, here, site.team_b)
    assign(site, site.ada, here, site.team_a, site.team_b)
    assign(site, site.ada, here)
    assert restricted_folders(site.account) == {}


def test_fold_10_a_new_folder_starts_with_a_copy_made_once(site: Site) -> None:
    """Of its parent's list; neither follows the other later. Facts change with it."""
    here = site.folder("a", site.team_a)
    with watched() as written:
        made = create(site, site.tim, here)
    assert roles_on(site.account, made) == {site.team_a}
    assert written.raised == {site.account: 1}
    assert changes(written.only(site.account))["roles"] == ([], ["Team A"])
    assign(site, site.ada, here)
    assert roles_on(site.account, made) == {site.team_a}
    assign(site, site.ada, site.top, site.team_b)
    assert roles_on(site.account, here) == set()
    with refused(no.FolderRestricted, "FOLD-6") as caught:
        create(site, site.tim, site.top)
    assert caught[0].details()["folder"] == "Site"


def test_role_13_a_removed_role_comes_off_every_folder(site: Site) -> None:
    """Deleted ones as well. Those left without any role are open to everybody, and named before (ROLE-14)."""
    alone, both, gone = site.folder("x/alone"), site.folder("both"), site.folder("gone")
    spare = a_role(site.account, "Spare")
    restrict(site.account, alone, spare)
    restrict(site.account, both, spare, site.team_a)
    restrict(site.account, gone, spare)
    restrict(site.account, site.top, spare)
    remove(site.account, gone)
    assert folders_opened_by(site.account, spare) == ("Site", "x/alone")
    assert folders_opened_by(site.account, site.team_a) == ()
    with watched() as written:
        roles.remove_role(actor=site.ada.actor, at=AT, account=site.account, role=spare)
    told = [(entry.container, bool(entry.message)) for entry in written.entries[site.account]]
    assert told[:-1] == [("Site", True), ("both", False), ("x/alone", True)]
    assert words(written.entries[site.account][-1]) == ("role", "DELETE", "NONE")
    assert restricted_folders(site.account) == {both: {site.team_a}}
    restore(site, site.tom, gone)
    assert not FolderRole.rows.of(site.account).filter(role_id=spare).exists()


# ---- reading -------------------------------------------------------------------------------------------------------


def test_folders_are_found_by_id_and_by_path(site: Site) -> None:
    """Ignoring case; deleted ones and others' are not there."""
    here = site.folder("Common/Connections", site.team_a)
    for name in (here, "Common/Connections", "common/ CONNECTIONS"):
        found = folder_of(site.account, name)
        assert (found.id, found.path, found.roles) == (here, "Common/Connections", frozenset({site.team_a}))
    remove(site.account, here)
    other = Site()
    for account, name in (
        (site.account, here),
        (site.account, "Common/Connections"),
        (site.account, "Common/"),
        (other.account, "Common"),
        (site.account, other.top),
    ):
        with refused(no.FolderNotFound, "FOLD-1"):
            folder_of(account, name)


def test_the_tree_shows_levels_by_name_and_where_they_open(site: Site) -> None:
    """Of the opened folders alone."""
    site.folder("b/x/deep")
    site.folder("A", site.team_a)
    found = levels(site.account, [site.top, folder_of(site.account, "b").id])
    assert [(one.name, one.opens, one.roles) for one in found[site.top].branches] == [
        ("A", False, frozenset({site.team_a})),
        ("b", True, frozenset()),
    ]
    assert [one.name for one in found[folder_of(site.account, "b").id].branches] == ["x"]
