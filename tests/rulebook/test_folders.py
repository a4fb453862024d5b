"""The chapter FOLD as far as it is pure: who may change a folder, its list and its icon, and the table of acts."""

from collections import Counter
from itertools import product

import pytest

from tenantry.rules import folders, refusals as no
from tenantry.rules.answers import Access, Allowed, Denied
from tenantry.rules.decide import Snapshot, decide
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.folders import Act, Icon, Site
from tenantry.rules.places import Folder, Opening
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import FolderId, Role, RoleId, UserKey

from .pseudo_code import Case, cases
from .world import AT, an_account, ask, custom, entered, grant

TOM = UserKey("tom@x")
TEAM_A = custom("team a", name="Team A")
TEAM_B = custom("team b", "BUILD", name="Team B")
READER = custom("reader", "BUILD_READ_ONLY", name="Reader")
NEARLY = custom("nearly", parent=ADMINISTRATOR, name="Nearly an Administrator")
OTHER = custom("other", "DEPLOY", "ENV_MANAGEMENT", name="Other")
HERE = an_account(TEAM_A, TEAM_B, READER, NEARLY, OTHER)


def a_folder(*roles: Role | str, name: str = "F") -> Folder:
    """A folder with this list."""
    listed = frozenset(RoleId(role) if isinstance(role, str) else role.id for role in roles)
    return Folder(FolderId(name.lower()), name, listed)


def somebody(*held: Role | str, account: AccountFacts = HERE) -> Access:
    """How a direct user with these roles is in the account."""
    return entered(account, direct=[role if isinstance(role, str) else role.id for role in held])


def may(privilege: str, folder: Folder, *held: Role | str) -> str:
    """What the one function that decides says of a folder: the rule of the opening, or the code of the refusal."""
    grants = tuple(grant(role if isinstance(role, str) else role.id) for role in held)
    decision = decide(Snapshot(HERE, [(TOM, None, Held(direct=grants))]), TOM, privilege, AT, place=folder)
    if isinstance(decision, Denied):
        return decision.refusal.code
    assert isinstance(decision, Allowed)
    assert decision.opening is not None
    assert decision.rules[-1] == decision.opening.rule
    return decision.opening.rule


# ---------------------------------------------------------------------- reading and changing


def test_fold_3_a_list_never_keeps_from_reading() -> None:
    """Restricted or not, with either of the two privileges; without both Build does not open."""
    for folder in (a_folder(), a_folder(TEAM_A)):
        assert may("BUILD_READ_ONLY", folder, READER) == "FOLD-3"
        assert may("BUILD_READ_ONLY", folder, TEAM_B) == "FOLD-3"
        assert may("BUILD_READ_ONLY", folder, OTHER) == "not_held"


def test_fold_4_with_read_access_alone_everything_is_read_only() -> None:
    """Whatever the list says."""
    for folder in (a_folder(), a_folder(READER), a_folder(TEAM_A)):
        assert may("BUILD", folder, READER, TEAM_A) == "not_held"


def test_fold_5_a_folder_without_roles_is_writable_with_build() -> None:
    """By every holder of it."""
    assert may("BUILD", a_folder(), TEAM_B) == "FOLD-5"
    assert may("BUILD", a_folder(), "STANDARD_USER") == "FOLD-5"
    assert may("BUILD", a_folder(), TEAM_A) == "not_held"


def test_fold_6_with_roles_it_takes_build_and_one_of_them() -> None:
    """The refusal names all roles of the list."""
    restricted = a_folder(TEAM_A, OTHER)
    assert may("BUILD", restricted, TEAM_B) == "folder_restricted"
    assert may("BUILD", restricted, TEAM_B, TEAM_A) == "FOLD-6"
    assert folders.writable(somebody(TEAM_B, TEAM_A), HERE, restricted) == Opening("F", "FOLD-6", ("Team A",))
    found = folders.writable(somebody(TEAM_B), HERE, restricted)
    assert isinstance(found, no.FolderRestricted)
    assert (found.folder, found.roles, found.rules) == ("F", "Other, Team A", ("FOLD-6",))


def test_fold_6_build_may_come_from_a_role_that_is_not_listed() -> None:
    """Privileges add up; the list asks for identities."""
    assert may("BUILD", a_folder(TEAM_A), TEAM_A, TEAM_B) == "FOLD-6"
    assert may("BUILD", a_folder(TEAM_A), TEAM_A) == "not_held"


def test_fold_6_a_role_that_inherits_a_listed_one_is_another_role() -> None:
    """The list asks which roles somebody was given."""
    account = an_account(TEAM_B, custom("child", parent="team b"))
    found = folders.writable(entered(account, direct=["child"]), account, a_folder(TEAM_B))
    assert isinstance(found, no.FolderRestricted)


def test_eff_5_the_support_access_role_is_on_nobodys_side_of_a_list() -> None:
    """It caps, but is not one of the roles held."""
    account = an_account(TEAM_B, OTHER, support_access="team b")
    access = entered(account, outside=["STANDARD_USER"])
    assert isinstance(folders.writable(access, account, a_folder(TEAM_B)), no.FolderRestricted)


def test_fold_17_nothing_else_is_asked_about_folders() -> None:
    """A list acts in Build alone: other privileges are denied of a folder, held or not."""
    assert may("DEPLOY", a_folder(), OTHER) == "not_for_folders"
    assert may("DEPLOY", a_folder(), TEAM_B) == "not_held"


def test_fold_9_only_what_is_offered_comes_onto_a_list() -> None:
    """What is on it already may stay, offered or not."""
    offered = {TEAM_A.id, ADMINISTRATOR}
    assert folders.check_assigned(set(), {TEAM_A.id}, offered, security=True) is None
    strange = RoleId("of the primary")
    assert folders.check_assigned(set(), {TEAM_A.id, strange}, offered, security=True) == no.RoleNotForFolders(
        role=strange
    )
    assert folders.check_assigned({strange}, {strange, TEAM_A.id}, offered, security=True) is None


def test_fold_10_a_new_folder_begins_with_its_parents_list() -> None:
    """A copy: an unrestricted parent gives an empty one."""
    assert folders.inherited_list(a_folder(TEAM_A)) == {TEAM_A.id}
    assert folders.inherited_list(a_folder()) == frozenset()


# ---------------------------------------------------------------------- the list itself


@pytest.mark.parametrize("before", ["", "a", "ab", "b"])
@pytest.mark.parametrize("after", ["", "a", "ab", "b"])
def test_fold_2_without_security_a_list_is_only_loosened(before: str, after: str) -> None:
    """It may stay, be lifted, or take more roles while it stands: whoever could write before can write after."""
    offered = {RoleId(one) for one in "ab"}
    old, new = {RoleId(one) for one in before}, {RoleId(one) for one in after}
    found = folders.check_assigned(old, new, offered, security=False)

    def writers(listed: set[RoleId]) -> set[str]:
        """Of people who hold a, b, both or neither: who could write."""
        return {held for held in ("", "a", "b", "ab") if not listed or any(one in listed for one in held)}

    assert (found is None) == (writers(old) <= writers(new))
    assert found in {None, no.RestrictionsOnlyLoosened()}
    assert folders.check_assigned(old, new, offered, security=True) is None


def test_fold_7_administrators_have_no_automatic_write_access() -> None:
    """They add one of their roles first."""
    assert may("BUILD", a_folder(TEAM_A), ADMINISTRATOR) == "folder_restricted"
    assert may("BUILD", a_folder(TEAM_A, ADMINISTRATOR), ADMINISTRATOR) == "FOLD-6"


def test_fold_7_the_role_administrator_itself_changes_permissions() -> None:
    """A custom role that inherits it does not qualify, nor does any privilege."""
    assert folders.manages_permissions(somebody(ADMINISTRATOR), HERE) is None
    assert folders.manages_permissions(somebody(TEAM_B, ADMINISTRATOR), HERE) is None
    for held in (NEARLY, TEAM_B, "STANDARD_USER"):
        found = folders.manages_permissions(somebody(held), HERE)
        assert isinstance(found, no.FolderPermissionsNotYours)


@pytest.mark.parametrize(
    ("held", "support_access", "manages"),
    [
        (ADMINISTRATOR, ADMINISTRATOR, True),
        (ADMINISTRATOR, "STANDARD_USER", False),
        (ADMINISTRATOR, "nearly", False),
        ("STANDARD_USER", ADMINISTRATOR, False),
    ],
)
def test_fold_7_from_outside_the_cap_must_hold(held: str, support_access: str, *, manages: bool) -> None:
    """A group user qualifies when the group role is Administrator and the Support Access Role is too."""
    account = an_account(NEARLY, support_access=support_access)
    access = ask(account, outside=[held])
    assert isinstance(access, Access)
    assert (folders.manages_permissions(access, account) is None) == manages


def test_fold_8_whoever_opens_build_sees_a_list_and_administrators_what_else_there_is() -> None:
    """Viewing takes either build privilege and no write access; choosing takes the role Administrator."""
    assert folders.privilege_for(Act.VIEW_PERMISSIONS) == "BUILD_READ_ONLY"
    for held in (READER, TEAM_B, NEARLY, ADMINISTRATOR):
        access = somebody(held)
        open_here = folders.open_acts(access, HERE, Site(here=THEIRS, parent=THEIRS, below=(THEIRS,)))
        assert Act.VIEW_PERMISSIONS in open_here
        assert (folders.manages_permissions(access, HERE) is None) == (held == ADMINISTRATOR)
    assert folders.open_acts(somebody(OTHER), HERE, Site(here=MINE)) == frozenset()


# ---------------------------------------------------------------------- icons


@pytest.mark.parametrize(
    ("listed", "held", "icon"),
    [
        ((), (TEAM_B,), Icon.PLAIN),
        ((), (READER,), Icon.PLAIN),
        ((TEAM_A,), (TEAM_A, TEAM_B), Icon.MINE),
        ((TEAM_A,), (TEAM_B,), Icon.LOCKED),
        ((TEAM_A,), (TEAM_A, READER), Icon.LOCKED),
        ((TEAM_A,), (ADMINISTRATOR,), Icon.LOCKED),
    ],
)
def test_fold_14_icons(listed: tuple[Role, ...], held: tuple[Role | str, ...], icon: Icon) -> None:
    """Plain: no restriction; a person: writable for me; a lock: not, be it for the list or for lack of `BUILD`."""
    assert folders.icon(somebody(*held), HERE, a_folder(*listed)) is icon


# ---------------------------------------------------------------------- FOLD-12

#: act: BUILD, write on the folder, on its parent, on all subfolders, on the destination
TABLE = {
    "create_subfolder": "yes yes no  no  no",
    "rename_folder": "yes yes yes no  no",
    "copy_folder": "yes no  no  no  yes",
    "move_folder": "yes yes yes no  yes",
    "delete_folder": "yes yes yes yes no",
    "restore_folder": "yes yes yes yes no",
    "view_permissions": "no  no  no  no  no",
    "change_component": "yes yes no  no  no",
    "move_component": "yes yes no  no  yes",
    "copy_component": "yes no  no  no  yes",
    "show_usage": "no  no  no  no  no",
}
MINE, THEIRS = a_folder(TEAM_B), a_folder(TEAM_A)
CELLS = [
    (act, column, cell == "yes")
    for act, row in TABLE.items()
    for column, cell in zip(("build", "here", "parent", "below", "destination"), row.split(), strict=True)
]


def site(*closed: str) -> Site:
    """Where everything but what is named is writable for holders of Team B."""
    folder = {name: a_folder(TEAM_A if name in closed else TEAM_B, name=name) for name in ("here", "parent", "below")}
    destination = a_folder(TEAM_A, name="destination") if "destination" in closed else a_folder(name="destination")
    return Site(folder["here"], folder["parent"], (a_folder(name="open"), folder["below"]), destination)


@pytest.mark.parametrize(("act", "column", "needed"), CELLS, ids=[f"{act}-{column}" for act, column, _ in CELLS])
def test_fold_12_each_cell_of_the_table(act: str, column: str, *, needed: bool) -> None:
    """With everything but the one thing in the column: refused where the table says yes, and allowed where no."""
    if column == "build":
        assert folders.privilege_for(Act(act)) == ("BUILD" if needed else "BUILD_READ_ONLY")
        return
    found = folders.check_act(Act(act), somebody(TEAM_B), HERE, site(column))
    assert (found is not None) == needed
    if found is not None:
        assert found.folder == column
    elsewhere = {"here", "parent", "below", "destination"} - {name for one, name, yes in CELLS if one == act and yes}
    assert folders.check_act(Act(act), somebody(TEAM_B), HERE, site(*elsewhere)) is None


@pytest.mark.parametrize("closed", ["", "here", "parent", "below", "destination", "here below", "parent destination"])
def test_fold_12_a_menu_has_the_rows_that_are_open(closed: str) -> None:
    """What a row asks for and nothing else; without `BUILD` only the rows that need none, without Build none at all."""
    names = closed.split()
    expected = {act for act in TABLE if not any(yes and column in names for one, column, yes in CELLS if one == act)}
    assert {act.value for act in folders.open_acts(somebody(TEAM_B), HERE, site(*names))} == expected
    reading = folders.open_acts(somebody(READER), HERE, site(*names))
    assert {act.value for act in reading} == {"view_permissions", "show_usage"}
    assert folders.open_acts(somebody(OTHER), HERE, site(*names)) == frozenset()


def test_fold_12_the_table_is_whole() -> None:
    """Every act the rules know, and no other."""
    assert {act.value for act in Act} == set(TABLE) == {act.value for act in folders.NEEDS}


def test_fold_12_without_a_parent_there_is_nothing_to_ask_it() -> None:
    """The top-level folder has none."""
    assert folders.check_act(Act.RENAME_FOLDER, somebody(TEAM_B), HERE, Site(here=MINE)) is None
    assert folders.check_act(Act.RENAME_FOLDER, somebody(TEAM_B), HERE, Site(here=THEIRS)) is not None


def test_fold_12_every_subfolder_counts() -> None:
    """One that is not writable keeps the whole from being deleted."""
    access = somebody(TEAM_B)
    assert folders.check_act(Act.DELETE_FOLDER, access, HERE, Site(MINE, MINE, (MINE, MINE))) is None
    for below in ((THEIRS, MINE), (MINE, THEIRS)):
        found = folders.check_act(Act.DELETE_FOLDER, access, HERE, Site(MINE, MINE, below))
        assert isinstance(found, no.FolderRestricted)


@pytest.mark.parametrize("name", ["Texas", "Ünï ☃", "x" * 255])
def test_fold_12_a_name_fits_a_path(name: str) -> None:
    """Up to 255 characters."""
    assert folders.check_name(name) is None
    assert folders.check_component_name(name) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "a\x00b"])
def test_fold_12_a_name_is_required_and_fits(name: str) -> None:
    """For folders and components alike; the slash is refused of folders alone, whose paths it divides."""
    assert folders.check_name(name) == no.FolderNameInvalid(limit=255)
    assert folders.check_component_name(name) == no.ComponentNameInvalid(limit=255)
    assert folders.check_name("a/b") == no.FolderNameInvalid(limit=255)
    assert folders.check_component_name("a/b") is None


def test_fold_11_a_copy_is_named_after_its_source() -> None:
    """Beside a namesake it says so, and the next one is numbered; never longer than a name may be."""
    assert folders.copy_name("Orders", set()) == "Orders"
    assert folders.copy_name("Orders", {"orders"}) == "Copy of Orders"
    assert folders.copy_name("Orders", {"orders", "copy of orders"}) == "Copy of Orders (2)"
    assert folders.copy_name("Orders", {"orders", "copy of orders", "copy of orders (2)"}) == "Copy of Orders (3)"
    long = "x" * 255
    taken = {long}
    for _ in range(12):
        name = folders.copy_name(long, taken)
        assert len(name) <= 255
        assert name.casefold() not in taken
        taken.add(name.casefold())


def test_fold_1_below_a_folder_is_the_whole_tree_under_it() -> None:
    """The folder itself included, siblings and parents not."""
    top, a, b, c, d = (FolderId(one) for one in ("top", "a", "b", "c", "d"))
    parents = {top: None, a: top, b: a, c: b, d: top}
    assert set(folders.below(a, parents)) == {a, b, c}
    assert set(folders.below(top, parents)) == {top, a, b, c, d}
    assert list(folders.below(c, parents)) == [c]


# ---------------------------------------------------------------------- against the pseudo-code


def _told(case: Case, access: Access, account: AccountFacts) -> dict[str, object]:
    """Everything the rules say of a case."""
    folder = case.folder()
    held = tuple(grant(role) for role in case.held)
    way = Held(direct=held) if case.cap is None else Held(outside=held)
    snapshot = Snapshot(account, [(TOM, None, way)])
    return {
        "write": decide(snapshot, TOM, "BUILD", AT, place=folder).allowed,
        "read": decide(snapshot, TOM, "BUILD_READ_ONLY", AT, place=folder).allowed,
        "permissions": folders.manages_permissions(access, account) is None,
        "icon": folders.icon(access, account, folder).value,
    }


def test_fold_3_to_7_and_fold_14_the_rules_are_the_pseudo_code() -> None:
    """Reading, changing, permissions and icon, for fifteen hundred people in as many accounts."""
    seen: Counter[object] = Counter()
    for case in cases(1_500, chance=2):
        account = case.account()
        write = case.folder_write()
        icon = "plain" if not case.listed else "person" if write else "lock"
        law = {
            "write": write,
            "read": case.folder_read(),
            "permissions": case.manage_folder_perms(),
            "icon": icon,
        }
        assert _told(case, case.access(account), account) == law, case
        seen.update(law.items())
    assert min(seen.values()) > 20, seen
    assert set(seen) == {*product(("write", "read", "permissions"), (True, False))} | {
        ("icon", icon) for icon in ("plain", "person", "lock")
    }
