"""Lines of kinds `folder` and `folder_role`: in by path, kept by id, out again the same."""

import json

import pytest

from tenantry.build import commands as folders
from tenantry.build.models import Folder
from tenantry.build.queries import folder_of, restricted_folders, top_id
from tenantry.decisions.guard import facts_of
from tenantry.roles.models import Role
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, FolderId
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD
from tests.estate.loading import (
    ACME,
    AT,
    WORLD,
    Fields,
    Loader,
    M,
    P,
    R,
    counts,
    entries,
    exported,
    group,
    member,
    shared,
    shares,
)

pytestmark = [pytest.mark.store, pytest.mark.django_db]

ACCOUNT = AccountId("acme")
BETA: Fields = {"kind": "account", "id": "beta", "name": "Beta"}


def folder(path: str, account: str = "acme", **more: str) -> Fields:
    """A folder line."""
    return {"kind": "folder", "account": account, "path": path, **more}


def listed(path: str, role: str | Fields, account: str = "acme") -> Fields:
    """A folder_role line."""
    return {"kind": "folder_role", "account": account, "path": path, "role": role}


def paths(account: str = "acme") -> dict[str, str]:
    """The exported folders of an account: path to id."""
    told = [json.loads(line) for line in exported(account).splitlines()]
    return {line["path"]: line["id"] for line in told if line["kind"] == "folder"}


def lists(account: str = "acme") -> list[tuple[str, str]]:
    """The exported lists of an account."""
    told = [json.loads(line) for line in exported(account).splitlines()]
    return [(line["path"], line["role"]) for line in told if line["kind"] == "folder_role"]


def test_folders_come_in_by_path_in_any_order(loader: Loader) -> None:
    """Those on the way are made where they are missing, and counted; an id that is given is kept."""
    loaded = loader(folder("Common/Connections/Old", id="old"), *WORLD, folder("Common", id="common"))
    assert counts(loaded)["folder"] == (3, 0, 0)
    assert list(paths()) == ["Common", "Common/Connections", "Common/Connections/Old"]
    assert (paths()["Common"], paths()["Common/Connections/Old"]) == ("common", "old")
    assert folder_of(ACCOUNT, "old").path == "Common/Connections/Old"
    told = [(kind, act, container) for _, kind, act, _, container in entries() if kind == "as.folder"]
    assert sorted(told) == [
        ("as.folder", "CREATE", "Common"),
        ("as.folder", "CREATE", "Common/Connections"),
        ("as.folder", "CREATE", "Common/Connections/Old"),
    ]


def test_loading_twice_changes_nothing(loader: Loader) -> None:
    """A folder on the way is found whatever the case of its name, and keeps it."""
    lines = (*WORLD, folder("A/B", id="b"), listed("a/b", "ops"), listed("", "Administrator"))
    loader(*lines)
    before = (exported(), entries(), dict(Revision.objects.exclude(scope=HEAD).values_list("scope", "number")))
    again = loader(*lines, folder(" A / B "))
    assert counts(again)["folder"] == (0, 0, 1)
    assert counts(again)["folder_role"] == (0, 0, 2)
    assert (exported(), entries(), dict(Revision.objects.exclude(scope=HEAD).values_list("scope", "number"))) == before
    loader(folder("a/C"))
    assert list(paths()) == ["A", "A/B", "A/C"]


def test_lists_come_in_with_default_and_own_roles(loader: Loader) -> None:
    """The empty path is the top-level folder's. They act at the next decision, and are recorded for each folder."""
    loader(*WORLD, folder("A", id="a"))
    number = Revision.objects.get(scope="acme").number
    loaded = loader(listed("A", "Ops"), listed("A", "Support"), listed("", "Administrator"))
    assert counts(loaded)["folder_role"] == (3, 0, 0)
    assert loaded.touched == {"acme"}
    assert Revision.objects.get(scope="acme").number == number + 1
    ops = Role.rows.of("acme").get(name="Ops").pk
    assert restricted_folders(ACCOUNT) == {"a": {ops, "SUPPORT"}, top_id("acme"): {"ADMINISTRATOR"}}
    told = [container for _, kind, _, modifier, container in entries() if (kind, modifier) == ("as.folder", "ROLE")]
    assert sorted(told) == ["A", "acme"]


def test_fold_9_roles_of_others_do_not_stand_on_folders(loader: Loader) -> None:
    """Neither shared nor foreign nor unknown ones."""
    loader(P, M, R, group(), member("m"), shares("R"), folder("A", "m"))
    for role in (shared("R"), "R", "Nobody"):
        [(line, field, what)] = loader.refused(listed("A", role, "m"))
        assert (line, field, "FOLD-9" in what) == (1, "role", True)


def test_what_is_wrong_with_lines_is_told_with_its_place(loader: Loader) -> None:
    """Paths without names, ids that are taken or top-level ones, accounts, folders and contradictions."""
    loader(*WORLD, BETA, folder("A", id="a"), folder("B", "beta", id="b"))
    for path in ("", "/", "A//B", "A/", " "):
        assert [(line, field) for line, field, _ in loader.refused(folder(path))] == [(1, "path")]
    assert loader.refused(folder("A", "nowhere")) == [(1, "account", "there is no account 'nowhere'")]
    assert loader.refused(folder("A", id="b")) == [(1, "id", "b is the id of a folder of another account")]
    assert loader.refused(folder("A", id="c")) == [(1, "id", "acme has a folder 'A' with another id: a")]
    assert loader.refused(folder("C", id=top_id("beta")))[0][:2] == (1, "id")
    assert loader.refused(folder("C", id="c"), folder("C", id="d"))[0][:2] == (2, "id")
    assert loader.refused(folder("C"), folder("c"))[0][:2] == (2, "path")
    assert loader.refused(folder("C", id="c"), folder("D", id="c"))[0][:2] == (2, "id")
    assert loader.refused(listed("C", "Ops")) == [(1, "path", "acme has no folder 'C'")]
    assert loader.refused({"kind": "folder", "account": "acme", "path": "X", "name": "x"})[0][:2] == (1, "name")


def test_a_folder_with_a_known_id_is_moved_and_renamed(loader: Loader) -> None:
    """With all below it; two may exchange their places. Both are recorded."""
    loader(*WORLD, folder("A/X", id="x"), folder("A", id="a"), folder("B", id="b"), listed("A/X", "Ops"))
    loaded = loader(folder("B", id="a"), folder("A", id="b"))
    assert counts(loaded)["folder"] == (0, 2, 0)
    assert paths() == {"A": "b", "B": "a", "B/X": "x"}
    assert lists() == [("B/X", "Ops")]
    loader(folder("A/Deep/X", id="x"), folder("b", id="a"))
    assert {path: key for path, key in paths().items() if key in "abx"} == {"A": "b", "A/Deep/X": "x", "b": "a"}
    told = [(act, modifier, container) for _, kind, act, modifier, container in entries() if kind == "as.folder"]
    assert told[-3:] == [("CREATE", "NONE", "A/Deep"), ("UPDATE", "NAME", "b"), ("MOVE", "NONE", "A/Deep/X")]


def test_fold_16_the_id_of_a_deleted_folder_brings_it_back(loader: Loader) -> None:
    """With all that went with it, where the line says. Without its id the path gets a new folder."""
    loader(*WORLD, folder("A", id="a"), folder("A/B", id="b"), listed("A/B", "Ops"))
    folders.remove_folder(actor=OPERATOR, at=AT, account=ACCOUNT, folder=FolderId("a"))
    assert paths() == {}
    assert loader.refused(folder("B", id="b"))[0][:2] == (1, "id")
    loader(folder("A"))
    [made] = paths().values()
    assert made != "a"
    loaded = loader(folder("C/A", id="a"))
    assert counts(loaded)["folder"] == (1, 1, 0)
    assert paths()["C/A/B"] == "b"
    assert lists() == [("C/A/B", "Ops")]
    assert loaded.touched == {"acme"}
    folders.remove_folder(actor=OPERATOR, at=AT, account=ACCOUNT, folder=FolderId("a"))
    assert counts(loader(folder("C/A", id="a")))["folder"] == (0, 1, 0)


RICH: tuple[Fields, ...] = (
    *WORLD,
    BETA,
    folder("Zebra/ä b/c", id="1"),
    folder("Zebra"),
    folder("apple", "beta", id="2"),
    folder("Apple/Pie"),
    listed("Zebra/ä b", "Ops"),
    listed("Zebra/ä b", "Administrator"),
    listed("Zebra", "Support"),
    listed("", "Standard User"),
    listed("", "Standard User", "beta"),
)


def test_an_export_is_sorted_and_loads_to_the_same_bytes(loader: Loader) -> None:
    """By account and path; what is deleted is left out."""
    loader(*RICH)
    text = exported()
    told = [json.loads(line) for line in text.splitlines()]
    places = [(line["account"], line["path"]) for line in told if line["kind"] == "folder"]
    assert places == sorted(places)
    loader.text("".join(reversed(text.splitlines(keepends=True))))
    assert exported() == text
    one = exported("acme")
    assert [line for line in one.splitlines() if '"beta"' in line] == []
    gone = folder_of(ACCOUNT, "Apple").id
    folders.remove_folder(actor=OPERATOR, at=AT, account=ACCOUNT, folder=gone)
    assert "Apple" not in exported()


@pytest.mark.django_db(transaction=False)
def test_an_export_loads_into_an_empty_database_to_the_same_bytes(loader: Loader) -> None:
    """Ids included, whatever the order of the lines."""
    loader(*RICH)
    text = exported("acme")
    other = text.replace('"acme"', '"copy"')
    for key in paths().values():
        other = other.replace(f'"{key}"', f'"copy-{key}"')
    other = other.replace('"id":"' + Role.rows.of("acme").get(name="Ops").pk, '"id":"copy-of-ops')
    loader.text("".join(reversed(other.splitlines(keepends=True))))
    assert exported("copy") == other


def test_a_plan_shows_folders_and_does_nothing(loader: Loader) -> None:
    """What a load would do to each kind."""
    loader(*WORLD, folder("A", id="a"))
    before = exported()
    made = loader.plan(folder("B"), folder("C", id="a"), listed("B", "Ops"))
    assert counts(made.loaded)["folder"] == (1, 1, 0)
    assert counts(made.loaded)["folder_role"] == (1, 0, 0)
    assert exported() == before
    assert Folder.rows.of(ACCOUNT).filter(name="B").count() == 0


def test_acc_14_a_deleted_account_takes_no_folders(loader: Loader) -> None:
    """Nor lists."""
    loader(*WORLD, folder("A", id="a"))
    loader(ACME | {"status": "deleted"})
    assert loader.refused(folder("B"))[0][:2] == (1, "account")
    assert loader.refused(listed("A", "Ops"))[0][:2] == (1, "account")
    assert counts(loader(folder("A")))["folder"] == (0, 0, 1)


def test_fold_2_lists_come_in_whatever_the_features(loader: Loader) -> None:
    """An import describes a state; without Advanced User Security they stay enforced."""
    loader(BETA, folder("A", "beta", id="a"), listed("A", "Support", "beta"))
    assert restricted_folders(AccountId("beta")) == {"a": {"SUPPORT"}}
    assert Feature.ADVANCED_USER_SECURITY not in BETA.get("features", [])
    assert facts_of(AccountId("beta")).id == "beta"
