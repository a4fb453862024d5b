"""The pages of Build: what somebody sees and is offered, what is sent, and what the answer shows."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.build import commands as folders, components
from tenantry.build.explorer import LEVEL, opened_component, revisions_page
from tenantry.build.models import Component, Folder
from tenantry.build.queries import folder_of
from tenantry.roles import commands as roles
from tenantry.rules.vocabulary import OPERATOR, FolderId
from tests.console.people import signed_in
from tests.console.test_page_queries import MOST, counted
from tests.store.explorers import Site, path_of, remove, restrict, roles_on, tree
from tests.store.factories import ADMINISTRATOR, AT, Somebody, a_role, a_user

pytestmark = pytest.mark.django_db

MENU = ("New Component", "New Folder", "Rename", "Copy", "Move", "Permissions", "Delete")


@pytest.fixture
def site() -> Site:
    """An account with people who build."""
    return Site()


def browser(site: Site, who: Somebody) -> Client:
    """Somebody's browser."""
    return signed_in(who.id, site.account)


def words(answer: Any) -> str:
    """The text of a page, tags and icons left out."""
    text = re.sub(
        r"<svg.*?</svg>|<script.*?</script>|<template.*?</template>", " ", answer.content.decode(), flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def place(answer: Any) -> str:
    """The text of the right pane."""
    html = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="place"') :].split("</main>")[0]))


def menu(answer: Any) -> list[str]:
    """What the menu of the folder or component holds."""
    html = answer.content.decode()
    found = html[html.index('class="buttons menu"') :].split("</div>")[0]
    return [text.strip() for text in re.findall(r"</svg>([^<]+)</a>", found)]


def get(client: Client, name: str, **query: str | int) -> Any:
    """A page of Build."""
    return client.get(reverse(name), query)


def post(client: Client, name: str, query: Mapping[str, str], /, **data: Any) -> Any:
    """Send a form."""
    return client.post(f"{reverse(name)}?{'&'.join(f'{key}={value}' for key, value in query.items())}", data)


# ---- what is shown to whom -----------------------------------------------------------------------------------------


def test_fold_12_what_is_not_available_is_hidden(site: Site) -> None:
    """In the menu of a folder: by the privilege, by its own list, by that of its parent, and at the top."""
    here, locked = site.folder("a"), site.folder("locked", site.team_a)
    below = site.folder("locked/below")
    tom, rae = browser(site, site.tom), browser(site, site.rae)
    assert menu(get(tom, "build", folder=here)) == list(MENU)
    assert menu(get(tom, "build")) == ["New Component", "New Folder", "Copy", "Permissions"]
    assert menu(get(tom, "build", folder=locked)) == ["Copy", "Permissions"]
    assert menu(get(tom, "build", folder=below)) == ["New Component", "New Folder", "Copy", "Permissions"]
    assert menu(get(rae, "build", folder=here)) == ["Copy", "Permissions"]
    assert menu(get(browser(site, site.tim), "build", folder=locked)) == list(MENU)
    restrict(site.account, folder_of(site.account, "a").id)
    site.folder("a/deep/deeper", site.team_a)
    assert menu(get(tom, "build", folder=here)) == [entry for entry in MENU if entry != "Delete"]


def test_priv_6_with_build_read_access_everything_opens_read_only(site: Site) -> None:
    """Under a banner, without buttons that save; what is hidden is refused as well."""
    here = site.folder("a")
    component = site.component(here, "One", "<secret/>")
    rae = browser(site, site.rae)
    answer = get(rae, "build", component=component)
    html = answer.content.decode()
    assert "Read-only." in place(answer)
    assert "Rule PRIV-6" in place(answer)
    assert "&lt;secret/&gt;" in html
    assert html.count("readonly") == 2
    assert ">Save<" not in html
    assert menu(answer) == ["Copy", "Show Usage"]
    assert "Restore" not in words(get(rae, "build"))
    refused = post(rae, "component_save", {"component": component}, name="x", text="<b/>", opened=1)
    assert refused.status_code == 403
    assert opened_component(site.account, component).text == "<secret/>"


def test_fold_6_a_restricted_folder_opens_read_only_and_says_for_whom(site: Site) -> None:
    """Its components too; for holders of a role on the list they open to be edited."""
    here = site.folder("a", site.team_a)
    component = site.component(here)
    answer = get(browser(site, site.tom), "build", component=component)
    assert "Only Team A may change this folder" in place(answer)
    assert f"{reverse('why')}?privilege=BUILD&amp;folder={here}" in answer.content.decode()
    assert "Rule FOLD-6" in place(answer)
    assert ">Save<" not in answer.content.decode()
    assert ">Save<" in get(browser(site, site.tim), "build", component=component).content.decode()


def test_fold_14_icons_have_words(site: Site) -> None:
    """Plain for no restriction, a person for restricted and mine, a lock for restricted and not mine."""
    site.folder("open")
    site.folder("a", site.team_a)
    mine = get(browser(site, site.tim), "build").content.decode().split('id="place"')[0]
    other = get(browser(site, site.tom), "build").content.decode().split('id="place"')[0]
    assert mine.count('role="img" aria-label="Restricted, you may change it"') == 1
    assert other.count('role="img" aria-label="Restricted, you may not change it"') == 1
    assert mine.count('href="#i-folder"') == other.count('href="#i-folder"') == 2


def test_the_menu_entry_is_for_those_who_may_open_build(site: Site) -> None:
    """Others do not see it, and are told what is missing."""
    nobody = a_user(site.account, a_role(site.account, "Audits", "VIEW_AUDIT_LOGS"))
    client = browser(site, nobody)
    assert reverse("build") not in client.get(reverse("audit_log")).content.decode()
    assert get(client, "build").status_code == 403
    assert f'href="{reverse("build")}"' in get(browser(site, site.rae), "user_information").content.decode()


# ---- the tree and what is found in it ------------------------------------------------------------------------------


def test_the_tree_opens_along_the_way_and_loads_the_rest_by_level(site: Site) -> None:
    """Folders beside the way are closed until they are asked for."""
    here = site.folder("a/b/c")
    site.folder("x/y")
    tom = browser(site, site.tom)
    tree = get(tom, "build", folder=here).content.decode().split('id="place"')[0]
    assert [name for name in "abcxy" if f'title="{name}"' in tree] == ["a", "b", "c", "x"]
    level = get(tom, "build_level", folder=folder_of(site.account, "x").id)
    assert re.findall(r'title="(\w)"', level.content.decode()) == ["y"]
    assert re.findall(r'id="(level-\w+)"', level.content.decode())[0] in tree


def test_a_large_level_is_shown_in_parts_with_the_selected_folder_in_it(site: Site) -> None:
    """The first hundred; the rest one hundred at a time, none twice."""
    rows = (
        Folder(id=f"f{n:03}", account_id=site.account, parent_id=site.top, name=f"F {n:03}", name_key=f"f {n:03}")
        for n in range(250)
    )
    site.folder("zz")
    Folder.rows.of(site.account).bulk_create(rows)
    tom = browser(site, site.tom)
    page = get(tom, "build", folder="f222").content.decode().split('id="place"')[0]
    seen = re.findall(r'title="F (\d+)"', page)
    assert seen == [f"{n:03}" for n in range(LEVEL)] + ["222"]
    while found := re.search(r'class="more" href="[^"]+" hx-boost="false" hx-get="([^"]+)"', page):
        answer = tom.get(found[1].replace("&amp;", "&"))
        assert answer.status_code == 200
        page = answer.content.decode()
        seen += re.findall(r'title="(?:F )?(\w+)"', page)
    assert sorted(seen) == [f"{n:03}" for n in range(250)] + ["zz"]


def test_search_finds_folders_and_components_by_words(site: Site) -> None:
    """With their paths; a component also by its id."""
    here = site.folder("North/Orders")
    component = site.component(here, "Import of orders")
    tom = browser(site, site.tom)
    shown = place(get(tom, "build", q="order"))
    assert "1 folder and 1 component" in shown
    assert "North / Orders" in shown
    assert "Import of orders" in place(get(tom, "build", q=component))
    assert "No component has these words" in place(get(tom, "build", q="nothing at all"))


def test_what_is_not_there_is_told(site: Site) -> None:
    """Unknown, foreign and deleted folders and components, and revisions that never were."""
    other = Site()
    gone = site.folder("gone")
    remove(site.account, gone)
    component = site.component(site.top)
    tom = browser(site, site.tom)
    for query in (
        {"folder": "nothing"},
        {"folder": other.top},
        {"folder": gone},
        {"component": "nothing"},
        {"component": other.component(other.top)},
        {"component": component, "revision": "7"},
        {"component": component, "revision": "minus"},
        {"component": component, "revision": "9" * 30},
    ):
        assert get(tom, "build", **query).status_code == 404, query
    assert get(tom, "build", component=component, revision="1").status_code == 200


# ---- folders -------------------------------------------------------------------------------------------------------


def test_a_folder_is_made_renamed_moved_and_deleted(site: Site) -> None:
    """Each dialog leads on to where the folder is."""
    tom = browser(site, site.tom)
    there = site.folder("there")
    answer = post(tom, "folder_add", {"folder": site.top}, name="New")
    here = folder_of(site.account, "New").id
    assert (answer.status_code, answer["Location"]) == (303, f"{reverse('build')}?folder={here}")
    post(tom, "folder_rename", {"folder": here}, name="Renamed")
    post(tom, "folder_move", {"folder": here}, destination=there)
    assert path_of(site.account, here) == "there/Renamed"
    answer = post(tom, "folder_delete", {"folder": here})
    assert answer["Location"] == f"{reverse('build')}?folder={there}"
    assert "The folder Renamed is deleted." in words(tom.get(answer["Location"]))
    post(tom, "build_restore", {"folder": here})
    assert path_of(site.account, here) == "there/Renamed"


def dropped(client: Client, kind: str, thing: str, folder: str) -> Any:
    """Drag a folder or component onto a folder."""
    asked = {"HX-Request": "true", "HX-Target": "refusal"}
    return client.post(f"{reverse(f'{kind}_move')}?{kind}={thing}", {"destination": folder}, headers=asked)


def test_fold_12_dragging_moves_and_shows_the_new_place(site: Site) -> None:
    """By the address of the dialog; the page it leads to has what was moved on it, marked, also among many."""
    here, there = site.folder("a"), site.folder("b")
    component = site.component(here, "Z")
    for n in range(60):
        site.component(there, f"C {n:02}")
    tom = browser(site, site.tom)
    answer = dropped(tom, "component", component, there)
    assert (answer.status_code, answer["HX-Redirect"]) == (
        204,
        f"{reverse('build')}?folder={there}&moved={component}",
    )
    shown = tom.get(answer["HX-Redirect"])
    assert f'component={component}" autofocus>Z</a>' in shown.content.decode()
    assert "The component Z is moved to b." in words(shown)
    answer = dropped(tom, "folder", here, there)
    assert answer["HX-Redirect"] == f"{reverse('build')}?folder={here}&moved={here}"
    assert f'data-folder="{here}" aria-current="true" autofocus>' in tom.get(answer["HX-Redirect"]).content.decode()
    assert path_of(site.account, here) == "b/a"
    answer = dropped(tom, "folder", here, there)
    assert "The folder a is in b already." in words(tom.get(answer["HX-Redirect"]))


def test_fold_12_dragging_fails_with_the_refusal_alone(site: Site) -> None:
    """Whoever drags what, and whether something is there to be seen or not: with rule and reason, and nothing moves."""
    here, locked = site.folder("a"), site.folder("locked", site.team_a)
    component, kept = site.component(here, "One"), site.component(locked, "Kept")
    tom, rae = browser(site, site.tom), browser(site, site.rae)
    why = f"{reverse('why')}?privilege=BUILD"
    for client, kind, thing, folder, status, rule, reason in (
        (tom, "component", component, locked, 403, "FOLD-6", f"{why}&amp;folder={locked}"),
        (tom, "component", kept, here, 403, "FOLD-6", f"{why}&amp;folder={locked}"),
        (tom, "folder", locked, here, 403, "FOLD-6", f"{why}&amp;folder={locked}"),
        (tom, "folder", here, here, 409, "FOLD-1", ""),
        (tom, "folder", site.top, here, 409, "FOLD-1", ""),
        (tom, "component", component, "gone", 404, "FOLD-1", ""),
        (tom, "component", "gone", here, 404, "FOLD-1", ""),
        (rae, "component", component, site.top, 403, "ROLE-11", f'{why}"'),
    ):
        answer = dropped(client, kind, thing, folder)
        html = answer.content.decode()
        assert (answer.status_code, html.count("<div id=")) == (status, 1), (kind, thing, folder)
        assert html.lstrip().startswith('<div id="refusal"')
        assert f"Rule {rule}" in html
        assert reason in html
    assert {path: names for path, names in tree(site.account).items() if names} == {"a": ["One"], "locked": ["Kept"]}
    page = words(tom.get(reverse("why"), {"privilege": "BUILD", "folder": locked}))
    assert "may not use Build Read and Write Access in locked of" in page
    assert "Team A" in page
    nobody = browser(site, a_user(site.account, a_role(site.account, "Audits", "VIEW_AUDIT_LOGS")))
    assert nobody.get(reverse("why"), {"privilege": "BUILD", "folder": locked}).status_code == 404


def test_what_is_wrong_with_a_form_is_said_in_it(site: Site) -> None:
    """At the field, or above; the answer is 422."""
    tom = browser(site, site.tom)
    here = site.folder("a")
    site.folder("b")
    for name, query, data, text in (
        ("folder_add", {"folder": site.top}, {"name": "A"}, "There is a folder named “A” in Site already."),
        ("folder_add", {"folder": site.top}, {"name": "x/y"}, "without a slash"),
        ("folder_rename", {"folder": here}, {"name": "b"}, "There is a folder named “b”"),
        ("folder_move", {"folder": here}, {"destination": here}, "A folder cannot be put into itself"),
        ("folder_move", {"folder": here}, {}, "Choose a folder."),
        ("folder_copy", {"folder": here}, {"name": "c"}, "Choose a folder."),
        (
            "component_add",
            {"folder": here},
            {"name": "c", "type": "map", "format": "json", "text": "{"},
            "it is not JSON, line 1, column 2",
        ),
    ):
        answer = post(tom, name, query, **data)
        assert answer.status_code == 422, name
        assert text in words(answer).replace("&#x27;", "'"), name


def test_fold_15_the_picker_shows_folders_that_cannot_be_selected(site: Site) -> None:
    """By level and by search."""
    here, locked = site.folder("a"), site.folder("North/locked", site.team_a)
    tom = browser(site, site.tom)
    north = folder_of(site.account, "North").id

    def option(html: str, folder: str) -> str:
        found = re.search(rf'<input type="radio" name="destination" value="{folder}"[^>]*>', html)
        assert found is not None
        return found[0]

    top = get(tom, "folder_copy", folder=here).content.decode()
    assert "checked" in option(top, site.top)
    assert locked not in top
    level = get(tom, "folder_copy", folder=here, **{"in": north}).content.decode()
    assert "disabled" in option(level, locked)
    assert "disabled" not in option(level, north)
    found = get(tom, "folder_copy", folder=here, q="lock").content.decode()
    assert "disabled" in option(found, locked)
    searched = post(tom, "folder_copy", {"folder": here}, search="1", q="lock", name="x")
    assert searched.status_code == 200
    assert locked in searched.content.decode()
    reader = get(browser(site, site.rae), "folder_copy", folder=here).content.decode()
    assert "disabled" in option(reader, site.top)


def test_fold_15_copying_into_another_account_offers_those_where_one_builds(site: Site) -> None:
    """Found by name; the folders offered are those of that account."""
    there, closed = Site(), Site()
    target = there.folder("Target")
    component = site.component(site.top, "One")
    reader = a_user(site.account, site.reader, email="both@example.com")
    a_user(there.account, there.builder, email="both@example.com")
    a_user(closed.account, closed.reader, email="both@example.com")
    client = browser(site, reader)
    listed = get(client, "component_copy", component=component, accounts=1).content.decode()
    assert there.account in listed
    assert closed.account not in listed
    assert there.account not in get(client, "component_copy", component=component, accounts=1, q="zzz").content.decode()
    dialog = get(client, "component_copy", component=component, into=there.account).content.decode()
    assert target in dialog
    answer = post(
        client, "component_copy", {"component": component, "into": there.account}, name="One", destination=target
    )
    assert answer.status_code == 303
    assert Component.rows.of(there.account).get().folder_id == target
    for account in (closed.account, "nowhere"):
        assert get(client, "component_copy", component=component, into=account).status_code in {200, 403, 404}
        refused = post(
            client, "component_copy", {"component": component, "into": account}, name="One", destination=closed.top
        )
        assert refused.status_code in {403, 404, 422}
    assert not Component.rows.of(closed.account).exists()


def test_fold_13_deleting_asks_about_referenced_components(site: Site) -> None:
    """Delete unreferenced components only: on by default, and what the box says is done."""
    here = site.folder("a")
    kept = site.component(here, "Kept")
    site.component(here, "Gone")
    site.component(site.top, "User", f"<a>{kept}</a>")
    tom = browser(site, site.tom)
    dialog = get(tom, "folder_delete", folder=here).content.decode()
    assert '<input type="checkbox" name="unreferenced_only" checked>' in dialog
    assert post(tom, "folder_delete", {"folder": here}).status_code == 422
    post(tom, "folder_delete", {"folder": here}, decided="1", unreferenced_only="on")
    rows = Component.rows.of(site.account).filter(folder_id=here, deleted_at=None)
    assert [row.name for row in rows] == ["Kept"]
    assert "unreferenced_only" in get(tom, "folder_delete", folder=here).content.decode()
    answer = post(tom, "folder_delete", {"folder": here}, decided="1")
    assert answer["Location"].endswith(f"?folder={site.top}")


def test_fold_8_everybody_sees_assigned_roles_administrators_the_rest(site: Site) -> None:
    """The arrow buttons too; a role that inherits Administrator is no Administrator."""
    here = site.folder("a", site.team_a)
    heir = a_user(site.account, a_role(site.account, "Heir", parent=ADMINISTRATOR))
    for who in (site.tom, site.rae, heir):
        dialog = get(browser(site, who), "folder_permissions", folder=here)
        assert "Team A" in words(dialog)
        assert "Available Roles" not in words(dialog)
        assert "&lt;&lt;" not in dialog.content.decode()
        refused = post(browser(site, who), "folder_permissions", {"folder": here}, act="save")
        assert refused.status_code in {403, 422}
        assert "FOLD-7" in words(refused)
    dialog = get(browser(site, site.ada), "folder_permissions", folder=here)
    assert "Available Roles" in words(dialog)
    assert "Add selected roles" in words(dialog)


def test_fold_7_roles_are_moved_between_the_lists_and_saved(site: Site) -> None:
    """The buttons only redraw the dialog; Save is what changes the folder."""
    here = site.folder("a", site.team_a)
    ada = browser(site, site.ada)
    moved = post(ada, "folder_permissions", {"folder": here}, act="add", assigned=site.team_a, add=site.team_b)
    assert f'name="assigned" value="{site.team_b}"' in moved.content.decode()
    assert f'<option value="{site.team_b}">' in moved.content.decode().split('id="add"')[0]
    assert f'<option value="{site.team_b}">' not in moved.content.decode().split('id="add"')[1]
    assert "Not saved yet." in words(moved)
    assert roles_on(site.account, here) == {site.team_a}
    moved = post(
        ada,
        "folder_permissions",
        {"folder": here},
        act="remove",
        assigned=[site.team_a, site.team_b],
        remove=site.team_a,
    )
    assert f'name="assigned" value="{site.team_a}"' not in moved.content.decode()
    post(ada, "folder_permissions", {"folder": here}, act="save", assigned=site.team_b)
    assert roles_on(site.account, here) == {site.team_b}
    refused = post(ada, "folder_permissions", {"folder": here}, act="save", assigned="no-such-role")
    assert refused.status_code == 422
    assert roles_on(site.account, here) == {site.team_b}


def test_role_14_the_removal_of_a_role_names_the_folders_it_would_open(site: Site) -> None:
    """Before it is confirmed."""
    spare = a_role(site.account, "Spare")
    site.folder("x/alone", spare)
    site.folder("both", spare, site.team_a)
    shown = words(browser(site, site.ada).get(reverse("role_remove", kwargs={"role": spare})))
    assert "Folder x/alone" in shown
    assert "both" not in shown
    roles.remove_role(actor=OPERATOR, at=AT, account=site.account, role=spare)


def test_deleted_things_are_listed_with_a_way_back(site: Site) -> None:
    """Only where one may restore them; what is in a deleted folder comes back with it."""
    here, locked = site.folder("a"), site.folder("locked", site.team_a)
    component = site.component(here, "One")
    components.remove_component(actor=OPERATOR, at=AT, account=site.account, component=component)
    for folder in (here, locked):
        remove(site.account, folder)
    tom = browser(site, site.tom)
    listed = get(tom, "build_deleted").content.decode()
    assert f"{reverse('build_restore')}?folder={here}" in listed
    assert f"folder={locked}" not in listed
    assert "You may not change this" in listed
    assert "Its folder is deleted as well" in get(tom, "build_deleted", tab="components").content.decode()
    refused = post(tom, "build_restore", {"component": component})
    assert refused.status_code == 409
    assert "restore that one first" in words(refused)
    post(tom, "build_restore", {"folder": here})
    answer = post(tom, "build_restore", {"component": component})
    assert answer["Location"] == f"{reverse('build')}?component={component}"
    assert post(tom, "build_restore", {"folder": locked}).status_code == 403


# ---- components ----------------------------------------------------------------------------------------------------


def test_a_component_is_made_and_edited_as_it_was_typed(site: Site) -> None:
    """Browsers send two characters for a line end; texts keep the one they had."""
    tom = browser(site, site.tom)
    given = {"name": "One", "type": "map", "format": "xml", "text": "\r\n<a>\r\n  b\r\n</a>\r\n"}
    answer = post(tom, "component_add", {"folder": site.top}, **given)
    component = Component.rows.of(site.account).get()
    assert answer["Location"] == f"{reverse('build')}?component={component.pk}"
    assert opened_component(site.account, component.pk).text == "\n<a>\n  b\n</a>\n"
    assert ">\n\n&lt;a&gt;" in get(tom, "build", component=component.pk).content.decode().replace("\r\n", "\n")
    windows = site.component(site.top, "Windows", "<a>\r\n</a>")
    for key, text in ((component.pk, "<b>\n</b>"), (windows, "<b>\r\n</b>")):
        answer = post(tom, "component_save", {"component": key}, name="Two", text="<b>\r\n</b>", opened=1)
        assert answer.status_code == 303
        assert opened_component(site.account, key).text == text
    assert "Revision 2 is saved." in words(get(tom, "build", component=component.pk))


def test_a_component_of_the_largest_text_is_saved(site: Site) -> None:
    """1 MiB takes three times as much in the form that a browser sends."""
    component = site.component(site.top)
    text = "<a>" + "\u00e9" * ((1 << 19) - 4) + "</a>"
    answer = browser(site, site.tom).post(
        f"{reverse('component_save')}?component={component}",
        urlencode({"name": "One", "text": text, "opened": 1}),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 303
    assert opened_component(site.account, component).text == text


def test_what_was_typed_stays_when_it_is_refused(site: Site) -> None:
    """A text that is no XML; and one that somebody else was faster with, which is saved on top by saving again."""
    component = site.component(site.top, "One")
    tom = browser(site, site.tom)
    answer = post(tom, "component_save", {"component": component}, name="One", text="<mine>", opened=1)
    assert answer.status_code == 422
    assert "&lt;mine&gt;" in answer.content.decode()
    assert "it is not XML, line 1" in words(answer)
    components.save_component(
        actor=site.tim.actor, at=AT, account=site.account, component=component, text="<theirs/>", opened=1
    )
    answer = post(tom, "component_save", {"component": component}, name="One", text="<mine/>", opened=1)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "&lt;mine/&gt;" in html
    assert f"{site.tim.email} has saved revision 2 meanwhile" in words(answer)
    assert '<input type="hidden" name="opened" value="2"' in html
    assert opened_component(site.account, component).text == "<theirs/>"
    assert (
        post(tom, "component_save", {"component": component}, name="One", text="<mine/>", opened=2).status_code == 303
    )
    assert opened_component(site.account, component).newest == 3


def test_older_revisions_are_viewed_and_restored(site: Site) -> None:
    """Read-only, with the way to the newest; restoring makes a revision of its own."""
    component = site.component(site.top, "One", "<first/>")
    components.save_component(
        actor=site.tom.actor, at=AT, account=site.account, component=component, text="<second/>", opened=1
    )
    tom = browser(site, site.tom)
    older = get(tom, "build", component=component, revision=1)
    assert "&lt;first/&gt;" in older.content.decode()
    assert "This is revision 1; the newest one is 2." in place(older)
    assert ">Save<" not in older.content.decode()
    post(tom, "component_revision_restore", {"component": component, "revision": "1"})
    assert [one.number for one in revisions_page(site.account, component).rows] == [3, 2, 1]
    assert opened_component(site.account, component).text == "<first/>"


def test_components_are_moved_copied_deleted_and_looked_up(site: Site) -> None:
    """By their dialogs; deleting says how many others refer to it."""
    there = site.folder("there")
    component = site.component(site.top, "One")
    site.component(there, "User", f"<a>{component}</a>")
    tom = browser(site, site.tom)
    post(tom, "component_move", {"component": component}, destination=there)
    assert opened_component(site.account, component).folder == there
    post(tom, "component_copy", {"component": component}, name="Copy", destination=site.top)
    assert Component.rows.of(site.account).get(name="Copy").folder_id == site.top
    assert "User" in words(get(browser(site, site.rae), "component_usage", component=component))
    assert "1 component refers to it" in words(get(tom, "component_delete", component=component))
    answer = post(tom, "component_delete", {"component": component})
    assert answer["Location"] == f"{reverse('build')}?folder={there}"
    assert get(tom, "build", component=component).status_code == 404


# ---- how much it takes ---------------------------------------------------------------------------------------------


def test_every_page_of_build_takes_a_fixed_number_of_queries(site: Site) -> None:
    """With sixty times the folders, components, lists, references, revisions and deleted things."""
    here = site.folder("a/b", site.team_a)
    site.folder("a/b/c", site.team_a)
    component = site.component(here)
    site.component(here, "User", f"<a>{component}</a>")
    remove(site.account, site.folder("gone"))
    loose = site.component(here)
    components.remove_component(actor=OPERATOR, at=AT, account=site.account, component=loose)
    pages: list[tuple[str, dict[str, str]]] = [
        ("build", {}),
        ("build", {"folder": here}),
        ("build", {"component": component}),
        ("build", {"component": component, "revision": "1"}),
        ("build", {"q": "e"}),
        ("build_level", {"folder": site.top}),
        ("build_deleted", {}),
        ("build_deleted", {"tab": "components"}),
        ("folder_add", {"folder": here}),
        ("folder_rename", {"folder": here}),
        ("folder_copy", {"folder": here}),
        ("folder_move", {"folder": here, "in": site.top}),
        ("folder_move", {"folder": here, "q": "a"}),
        ("folder_permissions", {"folder": here}),
        ("component_add", {"folder": here}),
        ("component_copy", {"component": component}),
        ("component_move", {"component": component}),
        ("component_delete", {"component": component}),
        ("component_usage", {"component": component}),
    ]
    client = browser(site, site.tim)
    small: list[int] = []
    large: list[int] = []
    for name, query in pages:
        get(client, name, **query)
        with counted(small):
            assert get(client, name, **query).status_code == 200
    for n in range(60):
        site.folder(f"f {n}", site.team_a)
        site.folder(f"a/b/f {n}", site.team_a)
        site.component(here, f"e {n}", f"<a>{component}</a>")
        remove(site.account, site.folder(f"gone {n}", site.team_a))
        spare = site.component(here)
        components.remove_component(actor=OPERATOR, at=AT, account=site.account, component=spare)
        components.save_component(
            actor=OPERATOR, at=AT, account=site.account, component=component, text=f"<a>{n}</a>", opened=n + 1
        )
    for name, query in pages:
        get(client, name, **query)
        with counted(large):
            assert get(client, name, **query).status_code == 200
    assert large == small
    assert max(large) <= MOST


def test_the_components_of_a_folder_are_paged(site: Site) -> None:
    """Each is on one page."""
    here = FolderId(site.folder("a"))
    for n in range(60):
        site.component(here, f"C {n:02}")
    tom = browser(site, site.tom)
    seen: list[str] = []
    url = f"{reverse('build')}?folder={here}"
    while url:
        html = tom.get(url).content.decode()
        seen += re.findall(r">C (\d\d)</a>", html)
        found = re.search(r'href="([^"]+)" rel="next"', html)
        url = reverse("build") + found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"{n:02}" for n in range(60)]
    folders.remove_folder(actor=OPERATOR, at=AT, account=site.account, folder=here)
