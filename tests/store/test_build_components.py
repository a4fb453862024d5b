"""Components against the tables: texts, revisions, references, and what moves, copies, deletes and restores them."""

from typing import Any

import pytest

from tenantry.build import components
from tenantry.build.explorer import (
    components_in_page,
    found_components_page,
    opened_component,
    revisions_page,
    using_page,
)
from tenantry.build.models import Component, ComponentReference, ComponentRevision
from tenantry.build.queries import folder_of
from tenantry.rules import components as law, refusals as no
from tenantry.rules.vocabulary import ComponentId, FolderId
from tenantry.store.paging import Page
from tests.store.explorers import Site, tree
from tests.store.factories import AT, DAY, Somebody, a_user, changes, refused, watched, words

pytestmark = pytest.mark.usefixtures("db")

LARGEST = "<a>" + "x" * (law.TEXT_LIMIT - 7) + "</a>"


@pytest.fixture
def site() -> Site:
    """An account with people who build."""
    return Site()


def create(site: Site, who: Somebody, folder: FolderId, **more: Any) -> ComponentId:
    """Make a component."""
    given = {"name": "One", "type": "process", "format": "xml", "text": "<a/>", **more}
    return components.create_component(actor=who.actor, at=AT, account=site.account, folder=folder, **given)


def save(site: Site, who: Somebody, component: ComponentId, text: str, opened: int, **more: Any) -> int:
    """Save a text."""
    return components.save_component(
        actor=who.actor, at=AT + DAY, account=site.account, component=component, text=text, opened=opened, **more
    )


def test_a_component_begins_with_its_first_revision(site: Site) -> None:
    """Its text is kept exactly as given; the entry tells where it is."""
    here = site.folder("a")
    text = '\r\n<?xml version="1.0" encoding="latin-1"?>'.lstrip() + "\r\n<a>\t ü \U0001f600</a>\n\n"
    with watched() as written:
        made = create(site, site.tom, here, name="  One ", text=text)
    opened = opened_component(site.account, made)
    assert (opened.name, opened.text, opened.newest, opened.folder) == ("One", text, 1, here)
    assert (opened.shown.user, opened.shown.at) == (site.tom.email, AT)
    entry = written.only(site.account)
    assert (words(entry), entry.container) == (("as.component", "CREATE", "NONE"), "a/One")
    assert written.raised == {}


TEXTS = {
    "no XML": ("xml", "plain", "not XML"),
    "an open element": ("xml", "<a>", "not XML, line 1"),
    "two roots": ("xml", "<a/><b/>", "not XML"),
    "a document type": ("xml", "<!DOCTYPE a><a/>", "document type"),
    "an entity": ("xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
    "an external entity": ("xml", '<!DOCTYPE a SYSTEM "http://elsewhere.example/a.dtd"><a/>', "document type"),
    "an unknown entity": ("xml", "<a>&b;</a>", "not XML"),
    "nested deeply": ("xml", "<a>" * 600 + "</a>" * 600, "nested too deeply"),
    "no JSON": ("json", "{", "not JSON, line 1"),
    "no number": ("json", "[NaN]", "not JSON"),
    "nested lists": ("json", "[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "nothing": ("json", "", "not JSON"),
    "a zero character": ("json", '"\x00"', "zero character"),
    "half a character": ("json", '"\ud800"', "half a character"),
    "too long": ("xml", LARGEST + " ", "at most 1,048,576"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_are_not_kept(site: Site, name: str) -> None:
    """What is no whole JSON or XML, or too long; document types are refused, so that nothing can expand."""
    written, text, why = TEXTS[name]
    with refused(no.ComponentTextInvalid, "FOLD-12") as caught:
        create(site, site.tom, site.top, format=written, text=text)
    assert why in caught[0].message
    made = create(site, site.tom, site.top, format=written, text="<a/>" if written == "xml" else "{}")
    with refused(no.ComponentTextInvalid, "FOLD-12"):
        save(site, site.tom, made, text, 1)


def test_texts_that_are_kept(site: Site) -> None:
    """Of exactly 1 MiB; large numbers, comments and instructions of XML included."""
    for written, text in (
        ("xml", LARGEST),
        ("json", "1" * 10_000),
        ("json", ' {"a": [1e999, null, "\\ud800"]}\n'),
        ("xml", "<?go on?><!-- c --><a xmlns:b='c'><![CDATA[<]]></a>"),
    ):
        made = create(site, site.tom, site.top, format=written, text=text)
        assert opened_component(site.account, made).text == text


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"name": "  "}, no.ComponentNameInvalid),
        ({"name": "x" * 256}, no.ComponentNameInvalid),
        ({"type": "novel"}, no.ComponentTypeUnknown),
        ({"format": "yaml"}, no.ComponentFormatUnknown),
    ],
)
def test_what_a_component_cannot_be(site: Site, given: dict[str, str], kind: type[no.Refusal]) -> None:
    """Names, types and formats outside what is known."""
    with refused(kind, "FOLD-12"):
        create(site, site.tom, site.top, **given)


def test_each_save_is_a_revision_of_its_own(site: Site) -> None:
    """Numbered, with the name it had; nothing is written when nothing differs."""
    made = create(site, site.tom, site.top)
    with watched() as written:
        assert save(site, site.tim, made, "<b/>", 1, name="Two") == 2
    assert changes(written.only(site.account)) == {"name": ("One", "Two"), "revision": (1, 2)}
    with watched() as nothing:
        assert save(site, site.tim, made, "<b/>", 2, name=" Two ") == 2
    assert nothing.entries == {}
    assert save(site, site.tom, made, "<b/>", 2, name="Three") == 3
    shown = [(one.number, one.name, one.user) for one in revisions_page(site.account, made).rows]
    assert shown == [(3, "Three", site.tom.email), (2, "Two", site.tim.email), (1, "One", site.tom.email)]
    assert opened_component(site.account, made, 1).text == "<a/>"
    for number in (0, 4, 10**9):
        with refused(no.RevisionNotFound, "FOLD-12"):
            opened_component(site.account, made, number)


def test_whoever_began_from_an_older_revision_is_told(site: Site) -> None:
    """Who saved meanwhile, and which; nothing is overwritten unseen."""
    made = create(site, site.tom, site.top)
    save(site, site.tim, made, "<b/>", 1)
    with refused(no.EditedMeanwhile, "FOLD-12") as caught:
        save(site, site.tom, made, "<c/>", 1)
    assert caught[0].details() == {"user": site.tim.email, "revision": "2", "opened": "1"}
    save(site, site.tom, made, "<c/>", 2)


def test_an_older_text_becomes_the_newest_again(site: Site) -> None:
    """As a revision of its own: history only grows. The component keeps its name."""
    made = create(site, site.tom, site.top)
    save(site, site.tom, made, "<b/>", 1, name="Two")
    restore = {"actor": site.tom.actor, "at": AT, "account": site.account, "component": made}
    assert components.restore_revision(**restore, number=1) == 3  # type: ignore[arg-type]
    opened = opened_component(site.account, made)
    assert (opened.text, opened.name, opened.newest) == ("<a/>", "Two", 3)
    with refused(no.RevisionNotFound, "FOLD-12"):
        components.restore_revision(**restore, number=9)  # type: ignore[arg-type]
    restricted = {**restore, "component": create(site, site.tim, site.folder("f", site.team_a))}
    with refused(no.FolderRestricted, "FOLD-6"):
        components.restore_revision(**restricted, number=1)  # type: ignore[arg-type]


def test_references_are_found_in_the_newest_text(site: Site) -> None:
    """Wherever in the text a component's id stands by itself; other accounts' components are no targets."""
    one, two = create(site, site.tom, site.top), create(site, site.tom, site.top)
    foreign = (other := Site()).component(other.top)
    text = f'{{"a": "{one}", "b": ["x/{two}?y", "{foreign}", "{one}0", "a-{two}"]}}'
    user = create(site, site.tom, site.top, format="json", text=text)
    rows = ComponentReference.rows.of(site.account).filter(component_id=user)
    assert set(rows.values_list("target_id", flat=True)) == {one, two}
    assert [row.id for row in using_page(site.account, one)[0].rows] == [user]
    save(site, site.tom, user, f'["{user}", "{two}"]', 1)
    assert set(rows.values_list("target_id", flat=True)) == {two}
    assert using_page(site.account, one)[1] == 0
    components.remove_component(actor=site.tom.actor, at=AT, account=site.account, component=user)
    assert using_page(site.account, two)[1] == 0


def test_fold_12_moving_a_component(site: Site) -> None:
    """Names may repeat; where it is already nothing happens."""
    here, there = site.folder("a"), site.folder("b")
    made = create(site, site.tom, here)
    create(site, site.tom, there)
    move = {"actor": site.tom.actor, "at": AT, "account": site.account, "component": made}
    with watched() as written:
        components.move_component(**move, destination=there)  # type: ignore[arg-type]
    assert changes(written.only(site.account)) == {"path": ("a/One", "b/One")}
    assert tree(site.account) == {"": [], "a": [], "b": ["One", "One"]}
    with watched() as nothing:
        components.move_component(**move, destination=there)  # type: ignore[arg-type]
    assert nothing.entries == {}
    with refused(no.FolderNotFound, "FOLD-1"):
        components.move_component(**move, destination=FolderId("nowhere"))  # type: ignore[arg-type]


def test_fold_11_copying_a_component(site: Site) -> None:
    """The newest text as one revision, under a name of its own beside its original; references stay."""
    target = create(site, site.tom, site.top, name="Target")
    made = create(site, site.tom, site.top)
    save(site, site.tom, made, f"<b>{target}</b>", 1)
    copy = {"actor": site.tim.actor, "at": AT, "account": site.account, "component": made}
    with watched() as written:
        first = components.copy_component(**copy, destination=site.top)  # type: ignore[arg-type]
    assert words(written.only(site.account)) == ("as.component", "COPY", "NONE")
    opened = opened_component(site.account, first)
    assert (opened.name, opened.newest, opened.shown.user) == ("Copy of One", 1, site.tim.email)
    assert opened.text == f"<b>{target}</b>"
    assert using_page(site.account, target)[1] == 2
    named = components.copy_component(**copy, destination=site.top, name="Other")  # type: ignore[arg-type]
    assert opened_component(site.account, named).name == "Other"


def test_fold_15_copying_a_component_to_another_account(site: Site) -> None:
    """Takes BUILD there and reading here; what it refers to does not go with it."""
    there = Site()
    target = create(site, site.tom, site.top)
    made = site.component(site.folder("a", site.team_a), "User", f"<b>{target}</b>")
    reader = a_user(site.account, site.reader, email="reader@example.com")
    a_user(there.account, there.builder, email="reader@example.com")
    abroad = {"at": AT, "account": site.account, "component": made, "into_account": there.account}
    with watched() as written:
        copied = components.copy_component(actor=reader.actor, destination=there.top, **abroad)  # type: ignore[arg-type]
    assert words(written.only(there.account)) == ("as.component", "COPY", "NONE")
    assert changes(written.entries[there.account][0])["copied_from"] == (None, f"{site.account}: {made}")
    assert opened_component(there.account, copied).text == f"<b>{target}</b>"
    assert not ComponentReference.rows.of(there.account).exists()
    closed = there.folder("closed", there.team_a)
    with refused(no.FolderRestricted, "FOLD-6"):
        components.copy_component(actor=reader.actor, destination=closed, **abroad)  # type: ignore[arg-type]
    with refused(no.NoRoles, "ENTRY-1"):
        components.copy_component(actor=site.tim.actor, destination=there.top, **abroad)  # type: ignore[arg-type]
    with refused(no.NoRoles, "ENTRY-1"):
        components.copy_component(actor=there.tim.actor, destination=there.top, **abroad)  # type: ignore[arg-type]
    viewer = a_user(site.account, site.builder, email="viewer@example.com")
    a_user(there.account, there.reader, email="viewer@example.com")
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        components.copy_component(actor=viewer.actor, destination=there.top, **abroad)  # type: ignore[arg-type]


def test_fold_12_a_deleted_component_can_be_restored(site: Site) -> None:
    """With its history, where it was; once only."""
    made = create(site, site.tom, site.top)
    save(site, site.tom, made, "<b/>", 1)
    here = {"actor": site.tom.actor, "at": AT, "account": site.account, "component": made}
    with watched() as written:
        components.remove_component(**here)  # type: ignore[arg-type]
    assert words(written.only(site.account)) == ("as.component", "DELETE", "NONE")
    assert components_in_page(site.account, site.top) == (Page(()), 0)
    assert found_components_page(site.account, "one")[1] == found_components_page(site.account, made)[1] == 0
    for act in (
        lambda: save(site, site.tom, made, "<c/>", 2),
        lambda: components.remove_component(**here),  # type: ignore[arg-type]
        lambda: opened_component(site.account, made),
    ):
        with refused(no.ComponentNotFound, "FOLD-12"):
            act()
    with watched() as written:
        components.restore_component(**here)  # type: ignore[arg-type]
    assert words(written.only(site.account)) == ("as.component", "RESTORE", "NONE")
    assert opened_component(site.account, made).newest == 2
    with refused(no.ComponentNotFound, "FOLD-12"):
        components.restore_component(**here)  # type: ignore[arg-type]


def test_components_are_listed_by_name_and_found_by_words_or_id(site: Site) -> None:
    """A page at a time, each row once."""
    here = site.folder("a")
    made = {name: create(site, site.tom, here, name=name) for name in ("Zeta Order", "order Alpha", "Beta")}
    assert [row.name for row in components_in_page(site.account, here)[0].rows] == ["Beta", "order Alpha", "Zeta Order"]
    assert [row.name for row in found_components_page(site.account, "ORDER")[0].rows] == ["order Alpha", "Zeta Order"]
    assert [row.name for row in found_components_page(site.account, "al ord")[0].rows] == ["order Alpha"]
    assert [row.name for row in found_components_page(site.account, made["Beta"])[0].rows] == ["Beta"]
    seen: list[str] = []
    place = ""
    while True:
        page, number = components_in_page(site.account, here, place, size=2)
        seen += [row.name for row in page.rows]
        place = page.next
        if not place:
            break
    assert (seen, number) == (["Beta", "order Alpha", "Zeta Order"], 3)
    assert folder_of(site.account, "a").id == here
    assert Component.rows.of(site.account).count() == ComponentRevision.rows.of(site.account).count() == 3
