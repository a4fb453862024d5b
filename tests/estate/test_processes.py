"""Lines of kind `process`: components of Build that are, or may be, in the Process Library."""

import pytest

from tenantry.build.commands import create_folder
from tenantry.build.components import create_component, move_component, remove_component
from tenantry.build.models import Component, ComponentRevision
from tenantry.build.queries import paths_of, top_id
from tenantry.connectors.models import Publisher
from tenantry.deploy.models import PackagedComponent, PackagedPart
from tenantry.library.commands import publish
from tenantry.library.models import Process, Publication
from tenantry.library.queries import received_processes
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, FolderId
from tests.estate.loading import AT, PARTNER, Fields, Loader, P, counts, entries, exported

pytestmark = [pytest.mark.store, pytest.mark.django_db]

HOME = AccountId("p")
PUBLISHER: Fields = P | {"features": [*P["features"], "process_library"]}


def process(name: str, **more: str | bool) -> Fields:
    """A process line of the primary."""
    return {"kind": "process", "account": "p", "name": name, "published": True} | more


def given(process: str) -> Fields:
    """The group G shares it."""
    return {"kind": "group_resource", "account": "p", "group": "G", "type": "process", "name": process}


def told() -> list[str]:
    """The process lines of an export."""
    return [line for line in exported().splitlines() if '"kind":"process"' in line]


def place(component: str) -> str:
    """The path of a component's folder."""
    folder = Component.rows.of("p").get(id=component).folder_id
    return paths_of("p", [folder])[folder]


def component(
    name: str, folder: FolderId | None = None, text: str = "<process/>", kind: str = "process"
) -> ComponentId:
    """A component of Build."""
    return create_component(
        actor=OPERATOR,
        at=AT,
        account=HOME,
        folder=folder or top_id(HOME),
        name=name,
        type=kind,
        format="xml",
        text=text,
    )


def test_a_line_makes_the_process_its_folder_a_package_and_a_publication(loader: Loader) -> None:
    """And all that single commands would have recorded; loaded again it changes nothing, and it comes out as it is."""
    lines = (
        process("Order", id="order-1", folder="Sales/Orders"),
        process("Draft", id="draft-1", published=False),
        process("Order", id="order-2", published=False),
    )
    assert counts(loader(*PARTNER, *lines, given("Draft")))["process"] == (3, 0, 0)
    assert told() == [
        '{"kind":"process","account":"p","name":"Draft","id":"draft-1","published":false}',
        '{"kind":"process","account":"p","name":"Order","id":"order-2","published":false}',
        '{"kind":"process","account":"p","name":"Order","id":"order-1","folder":"Sales/Orders","published":true}',
    ]
    whole = exported()
    assert counts(loader.text(whole))["process"] == (0, 0, 3)
    assert counts(loader(*lines))["process"] == (0, 0, 3)
    assert exported() == whole
    assert place("order-1") == "Sales/Orders"
    row = Publication.rows.of("p").select_related("package").get(process_id="order-1")
    assert (row.number, row.version, row.publisher, row.package.shareable) == (1, "1.0", "Partner", True)
    assert [row[1:3] for row in entries() if row[1] in {"as.process", "as.package", "as.component"}] == [
        *[("as.component", "CREATE")] * 3,
        ("as.package", "ADD"),
        ("as.process", "PUBLISH"),
    ]
    assert ("p", "as.folder", "CREATE", "NONE", "Sales/Orders") in entries()


def test_share_5_what_lines_share_is_seen_once_it_is_published(loader: Loader) -> None:
    """The share may be told before, in the same files as well."""
    loader(*PARTNER, given("Order"), process("Order", published=False))
    assert list(received_processes("m")) == []
    assert counts(loader(process("Order")))["process"] == (0, 1, 0)
    assert [row.name for row in received_processes("m")] == ["Order"]
    assert list(received_processes("n")) == []


def test_a_process_of_build_is_taken_and_published_with_what_it_needs(loader: Loader) -> None:
    """By folder and name; a shareable package that is there is published, else a new version is made."""
    loader(PUBLISHER)
    Publisher.rows.of("p").bulk_create([Publisher(account_id="p", name="Works")])
    needed = component("Map", text="<map password='x'/>", kind="map")
    made = component("Order", text=f"<process of='{needed}'/>")
    beside = component("order")
    assert counts(loader(process("ORDER")))["process"] == (0, 1, 0)
    row = Process.rows.of("p").get()
    assert row.pk in {made, beside}
    assert (row.name, row.number, row.publisher) == ("ORDER", 1, "Works")
    assert counts(loader(process("x", id=made if row.pk == beside else beside)))["process"] == (0, 1, 0)
    assert PackagedPart.rows.of("p").get().component_id == needed
    assert Component.rows.of("p").count() == 3
    assert sorted(PackagedComponent.rows.of("p").values_list("version", flat=True)) == ["1.0", "1.0"]


def test_lines_move_and_rename_by_id(loader: Loader) -> None:
    """In Build as in the library, where the text stays as it is."""
    loader(PUBLISHER, process("Order", id="o"))
    assert counts(loader(process("Bill", id="o", folder="New")))["process"] == (0, 1, 0)
    row = Component.rows.of("p").get(id="o")
    assert (row.name, row.revision, place("o")) == ("Bill", 2, "New")
    assert ComponentRevision.rows.of("p").get(component=row, number=2).text == "<process/>"
    assert Process.rows.of("p").get(id="o").search_key == "bill\n"
    folder = create_folder(actor=OPERATOR, at=AT, account=HOME, parent=top_id(HOME), name="Elsewhere")
    move_component(actor=OPERATOR, at=AT, account=HOME, component=ComponentId("o"), destination=folder)
    assert '"folder":"Elsewhere"' in told()[0]


def test_proc_3_and_proc_1_what_cannot_be_is_told_at_its_field(loader: Loader) -> None:
    """Nothing is loaded then."""
    loader(*PARTNER, {"kind": "account", "id": "q", "name": "Q"}, process("Order", id="o"))
    other = component("Map", kind="map")
    route = component("Route", kind="process_route")
    component("Routed", text=f"<process of='{route}'/>")
    gone = component("Gone")
    remove_component(actor=OPERATOR, at=AT, account=HOME, component=gone)
    before = exported()
    cases: tuple[tuple[Fields, str, str], ...] = (
        (process("Order", published=False), "published", "cannot be taken back (PROC-3)"),
        (process("Routed"), "published", "contains a component of type Process Route (PROC-1)"),
        (process("Order", id="x"), "id", "has a process 'Order' with another id: o"),
        (process("Order", id="o", account="q"), "id", "o is the id of a process of another account"),
        (process("New", id=other), "id", "is the id of something else"),
        (process("New", id=gone), "id", "is the id of something else"),
        (process("New", folder="A//B"), "folder", "(FOLD-12)"),
        (process(" "), "name", "(FOLD-12)"),
        (process("New", id=""), "id", "is empty"),
        (given("Routed"), "name", "there is no process of p named 'Routed'"),
    )
    for line, field, what in cases:
        [(_, where, why)] = loader.refused(line)
        assert (where, what in why) == (field, True), why
    assert exported() == before


def test_what_the_console_published_comes_out_and_in(loader: Loader) -> None:
    """Deleted in Build it is told no more."""
    loader(PUBLISHER)
    Publisher.rows.of("p").bulk_create([Publisher(account_id="p", name="Works")])
    made = component("Order")
    package = PackagedComponent(
        id="k", account_id="p", component_id=made, revision=1, version="7", name="Sold", name_key="sold"
    )
    for name, value in {
        "type": "process",
        "format": "xml",
        "text": "<p/>",
        "shareable": True,
        "created_at": AT,
    }.items():
        setattr(package, name, value)
    PackagedComponent.rows.of("p").bulk_create([package])
    publish(actor=OPERATOR, at=AT, account=HOME, package="k")
    assert told() == [f'{{"kind":"process","account":"p","name":"Sold","id":"{made}","published":true}}']
    assert counts(loader.text(exported()))["process"] == (0, 0, 1)
    remove_component(actor=OPERATOR, at=AT, account=HOME, component=made)
    assert told() == []
