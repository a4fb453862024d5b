"""Component, which is XML alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.build import components
from tenantry.build.models import Component, ComponentConnector
from tenantry.build.wire_ids import MAIN, meant_folder, told_folder
from tenantry.platform_api.wire.verbatim import inner_of, text_in
from tenantry.rules.vocabulary import OPERATOR, ComponentId
from tests.store.explorers import a_component, a_folder, restrict
from tests.store.factories import ADMINISTRATOR, AT, an_account, everything
from tests.store.partners import around_all_tests
from tests.store.platform_api.builders import Builders, some_builders
from tests.store.platform_api.callers import Caller, refusal
from tests.store.publishers import a_connector

SPACE = "http://api.platform.boomi.com/"
TEXT = "<process xmlns=\"\" a='1'>\r\n  <!-- kept --><![CDATA[ as it is ]]>&#65; &amp; \u00e9</process>"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Builders]:
    """An account with two folders, one of them closed to builders."""
    with around_all_tests(django_db_blocker):
        house = some_builders()
        a_folder(house.account, "Sales")
        restrict(house.account, a_folder(house.account, "Safe"), ADMINISTRATOR)
        yield house


@pytest.fixture
def house(made: Builders, db: None) -> Builders:
    """It, for one test."""
    return made


def body(inner: str = TEXT, more: str = "", **attributes: str) -> bytes:
    """A component as programs send it."""
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bns:Component xmlns:bns="{SPACE}"{told}><bns:encryptedValues/>{more}'
        f"<bns:object>{inner}</bns:object></bns:Component>"
    ).encode()


def sent(who: Caller, path: str, data: bytes | None = None, method: str = "POST") -> tuple[etree._Element, str]:
    """What is answered to a call that has to succeed, and what stands in `object` there."""
    answer = who.send(method, path, data, accept="application/xml")
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/xml; charset=UTF-8"
    return etree.fromstring(answer.content), inner_of(answer.content, "object") or ""


@pytest.mark.django_db
def test_component_is_kept_verbatim(house: Builders) -> None:
    """With what its root says of itself; the rest of the root is ours."""
    sales = told_folder(a_folder(house.account, "Sales"))
    more = "<bns:description>What &amp; why</bns:description><bns:processOverrides><x/></bns:processOverrides>"
    made, inner = sent(
        house.bob,
        "Component",
        body(more=more, name="Orders", type="process", subType="sub", folderId=sales, version="9", componentId="x"),
    )
    assert inner == TEXT
    assert made.tag == f"{{{SPACE}}}Component"
    assert [etree.QName(child).localname for child in made] == [
        "encryptedValues",
        "description",
        "object",
        "processOverrides",
    ]
    assert made.findtext(f"{{{SPACE}}}description") == "What & why"
    assert made.find(f"{{{SPACE}}}processOverrides/x") is not None
    told = dict(made.attrib)
    component = told.pop("componentId")
    when = told.pop("createdDate")
    assert told == {
        "branchId": MAIN,
        "branchName": "main",
        "createdBy": house.bob.user.partition(".")[2],
        "currentVersion": "true",
        "deleted": "false",
        "folderId": sales,
        "folderName": "Sales",
        "folderFullPath": "Acme/Sales",
        "modifiedBy": house.bob.user.partition(".")[2],
        "modifiedDate": when,
        "name": "Orders",
        "subType": "sub",
        "type": "process",
        "version": "1",
    }
    answer = house.rae.send("GET", f"Component/{component}", accept="application/xml")
    assert f"<bns:object>{TEXT}</bns:object>".encode() in answer.content
    assert house.rae.get(f"ComponentMetadata/{component}")["subType"] == "sub"


@pytest.mark.django_db
def test_component_has_a_version_for_each_update(house: Builders) -> None:
    """Older ones are read by their number, in every form of an id; what changes nothing is refused."""
    made, _ = sent(house.bob, "Component", body("<a/>", name="Map", type="transform.function"))
    id = str(made.get("componentId"))
    second, inner = sent(house.bob, f"Component/{id}", body("<b/>"))
    assert (second.get("version"), second.get("name"), second.get("type"), inner) == (
        "2",
        "Map",
        "transform.function",
        "<b/>",
    )
    third, inner = sent(house.bob, f"Component/{id}", f'<C xmlns="{SPACE}"><description>d</description></C>'.encode())
    assert (third.get("version"), inner) == ("3", "<b/>")
    for form, text in (
        (id, "<b/>"),
        (f"{id}~1", "<a/>"),
        (f"{id}~{MAIN}", "<b/>"),
        (f"{id}~1~{MAIN}", "<a/>"),
        (f"{id}~{MAIN}~2", "<b/>"),
    ):
        assert sent(house.rae, f"Component/{form}", method="GET")[1] == text
    whole = house.rae.send("GET", f"Component/{id}", accept="application/xml").content
    stored = everything()
    for same in (whole, body("<b/>", name="Map"), body("<b/>")):
        found = refusal(house.bob.send("POST", f"Component/{id}", same, accept="application/xml"))
        assert found[:2] == (400, "component_unchanged")
    assert everything() == stored
    moved, _ = sent(house.bob, f"Component/{id}", body("<b/>", folderId=told_folder(a_folder(house.account, "Sales"))))
    assert (moved.get("folderName"), moved.get("version")) == ("Sales", "3")


@pytest.mark.django_db
def test_component_takes_its_folder_from_the_address(house: Builders) -> None:
    """Where the root has none; the root is asked first, and without both it is the top-level folder."""
    sales, safe = (told_folder(a_folder(house.account, name)) for name in ("Sales", "Safe"))
    for path, attributes, expected in (
        (f"Component?folderId={sales}", {}, "Sales"),
        (f"Component?folderId={safe}", {"folderId": sales}, "Sales"),
        ("Component", {}, "Acme"),
        ("Component?folderId=", {}, "Acme"),
    ):
        made, _ = sent(house.bob, path, body(name="x", type="process", **attributes))
        assert made.get("folderName") == expected
    answer = house.bob.send("POST", f"Component?folderId={safe}", body(name="x", type="process"), accept="text/xml")
    assert refusal(answer)[:2] == (403, "folder_restricted")


@pytest.mark.django_db
def test_component_exists_as_xml_alone(house: Builders) -> None:
    """JSON is refused as an answer and as what is sent; several are asked for in JSON and told in XML."""
    id = a_component(house.account, a_folder(house.account, "Sales"), "Orders")
    for method, path, data in (
        ("GET", f"Component/{id}", None),
        ("POST", "Component", body(name="x", type="process")),
        ("POST", f"Component/{id}", body()),
        ("POST", "Component/bulk", {"type": "GET", "request": [{"id": id}]}),
    ):
        found = refusal(house.bob.send(method, path, data))
        assert found == (406, "", "Invalid media type: application/json is not supported")
    either = house.bob.send("GET", f"Component/{id}", accept="application/json, application/xml;q=0.5")
    assert either.headers["Content-Type"].startswith("application/xml")
    json = refusal(house.bob.send("POST", "Component", {"name": "x"}, accept="application/xml"))
    assert json == (400, "", "Component is sent as application/xml only.")
    asked: dict[str, Any] = {"type": "GET", "request": [{"id": one} for one in (f"{id}~1", "nobody", id)]}
    several = etree.fromstring(house.rae.send("POST", "Component/bulk", asked, accept="application/xml").content)
    assert [one.get("statusCode") for one in several] == ["200", "400", "200"]
    assert several[1].get("errorMessage") == "No such Component: nobody"
    assert [one.get("name") for one in several.iterfind(f"{{{SPACE}}}response/{{{SPACE}}}Result")] == ["Orders"] * 2
    asked["request"] = [{"id": id}] * 6
    assert refusal(house.rae.send("POST", "Component/bulk", asked, accept="application/xml"))[0] == 400
    for method, path, status in (("DELETE", f"Component/{id}", 400), ("POST", "Component/query", 400)):
        assert refusal(house.bob.send(method, path, None, accept="application/xml"))[0] == status


@pytest.mark.django_db
def test_component_of_json_is_text_inside(house: Builders) -> None:
    """Its text is told escaped and read so; a text with a declaration of its own is told without it."""
    here: dict[str, Any] = {
        "actor": OPERATOR,
        "at": AT,
        "account": house.account,
        "folder": a_folder(house.account, "Sales"),
    }
    text = '{"a":\r\n"<b> & c"}'
    id = components.create_component(**here, name="J", type="profile", format="json", text=text)
    told, _ = sent(house.rae, f"Component/{id}", method="GET")
    assert told.findtext(f"{{{SPACE}}}object") == text
    assert told.get("type") == "profile.json"
    whole = house.rae.send("GET", f"Component/{id}", accept="text/xml").content
    assert refusal(house.bob.send("POST", f"Component/{id}", whole, accept=""))[:2] == (400, "component_unchanged")
    changed, _ = sent(house.bob, f"Component/{id}", body("<![CDATA[[1, 2]]]>"))
    assert changed.findtext(f"{{{SPACE}}}object") == "[1, 2]"
    assert refusal(house.bob.send("POST", f"Component/{id}", body("<a/>"), accept=""))[0] == 400
    assert refusal(house.bob.send("POST", f"Component/{id}", body("{"), accept=""))[:2] == (
        400,
        "component_text_invalid",
    )
    made, _ = sent(house.bob, "Component", body('{"new": true}', name="New", type="profile.json"))
    row = Component.rows.of(house.account).get(id=str(made.get("componentId")))
    assert (row.type, row.format, row.told_type) == ("profile", "json", "")
    declared = '<?xml version="1.0"?>\n<process/>'
    id = components.create_component(**here, name="X", type="process", format="xml", text=declared)
    assert sent(house.rae, f"Component/{id}", method="GET")[1] == "\n<process/>"
    whole = house.rae.send("GET", f"Component/{id}", accept="text/xml").content
    assert refusal(house.bob.send("POST", f"Component/{id}", whole, accept=""))[:2] == (400, "component_unchanged")


@pytest.mark.django_db
def test_conn_9_a_component_that_cannot_be_opened_is_listed_only(house: Builders) -> None:
    """Its metadata are told, its text is not; others asked for with it are."""
    id, other = (a_component(house.account, a_folder(house.account, "Sales")) for _ in range(2))
    kind = a_connector(an_account("Vendor"))
    ComponentConnector.rows.of(house.account).bulk_create(
        [ComponentConnector(account_id=house.account, component_id=id, type=kind)]
    )
    assert house.rae.get(f"ComponentMetadata/{id}")["componentId"] == id
    answer = house.rae.send("GET", f"Component/{id}", accept="application/xml")
    assert refusal(answer)[:2] == (400, "connector_not_usable")
    asked = {"type": "GET", "request": [{"id": id}, {"id": other}]}
    several = etree.fromstring(house.rae.send("POST", "Component/bulk", asked, accept="application/xml").content)
    assert [one.get("statusCode") for one in several] == ["400", "200"]
    assert "connector" in str(several[0].get("errorMessage"))
    naming = body(f'<process connector-type="{kind}"/>', name="x", type="process")
    assert refusal(house.bob.send("POST", "Component", naming, accept=""))[:2] == (400, "connector_not_usable")


@pytest.mark.django_db
def test_component_refusals(house: Builders) -> None:
    """FOLD-6, FOLD-12: each with its status, and nothing stored."""
    sales = a_folder(house.account, "Sales")
    id = a_component(house.account, sales, "Orders")
    gone = a_component(house.account, sales, "Gone")
    components.remove_component(actor=OPERATOR, at=AT, account=house.account, component=ComponentId(gone))
    other = an_account("Other")
    theirs, elsewhere = a_component(other, a_folder(other, "F")), told_folder(a_folder(other, "F"))
    restrict(house.account, sales, house.builders)
    here = told_folder(sales)
    stored = everything()
    for who, method, path, data, status, code in (
        (house.bob, "POST", "", b"<Process><name>New</name></Process>", 400, ""),
        (house.bob, "POST", "", b"", 400, ""),
        (house.bob, "POST", "", b"<not", 400, ""),
        (house.bob, "POST", "", body("", name="x", type="process"), 400, ""),
        (house.bob, "POST", "", body("<a/><b/>", name="x", type="process"), 400, "component_text_invalid"),
        (house.bob, "POST", "", body("no text", name="x", type="process"), 400, "component_text_invalid"),
        (house.bob, "POST", "", body(name="x"), 400, "component_type_unknown"),
        (house.bob, "POST", "", body(name="x", type="other"), 400, "component_type_unknown"),
        (house.bob, "POST", "", body(type="process"), 400, "component_name_invalid"),
        (house.bob, "POST", "", body(name="x", type="process", folderId=elsewhere), 400, ""),
        (house.bob, "POST", "", body(name="x", type="process", branchId="Qjoy"), 400, ""),
        (house.bob, "POST", "", body(name="x", type="process", subType="s" * 256), 400, "component_detail_invalid"),
        (house.bob, "POST", f"/{id}", body("<a/><b/>"), 400, "component_text_invalid"),
        (house.bob, "POST", f"/{id}~x", body(), 403, "not_there"),
        (house.bob, "POST", f"/{gone}", body(), 403, "not_there"),
        (house.bob, "POST", f"/{theirs}", body(), 403, "not_there"),
        (house.bob, "GET", f"/{theirs}", None, 403, "not_there"),
        (house.ann, "POST", "", body(name="x", type="process", folderId=here), 403, "folder_restricted"),
        (house.ann, "POST", f"/{id}", body(), 403, "folder_restricted"),
        (house.rae, "POST", "", body(name="x", type="process"), 403, "not_held"),
        (house.rae, "POST", f"/{id}", body(), 403, "not_held"),
        (house.pat, "GET", f"/{id}", None, 403, "not_held"),
    ):
        found = refusal(who.send(method, f"Component{path}", data, accept="application/xml"))
        assert found[:2] == (status, code), (method, path, data, found)
    entity = b'<!DOCTYPE C [<!ENTITY e "x">]>' + body("<a>&e;</a>", name="x", type="process").split(b"?>", 1)[1]
    assert refusal(house.bob.send("POST", "Component", entity, accept=""))[0] == 400
    assert everything() == stored
    assert sent(house.rae, f"Component/{gone}", method="GET")[0].get("deleted") == "true"
    assert meant_folder(here) == sales


def test_what_stands_in_an_element_is_cut_out_as_it_is() -> None:
    """Prefixes from around it come along where it uses them, and nothing else is added."""
    for text, expected in (
        ("<C><object/></C>", ""),
        ('<C><object a="/>"></object></C>', ""),
        ("<C/>", None),
        ("<C><d><object>no</object></d><x:Object xmlns:x='u'>yes</x:Object><object>no</object></C>", "yes"),
        ('<C xmlns="u"><object> <p/> </object></C>', ' <p xmlns="u"/> '),
        ('<C xmlns="u"><object><p xmlns=""><q/></p></object></C>', '<p xmlns=""><q/></p>'),
        (
            '<C xmlns:q="u&amp;v" xmlns:w="w"><object><p a="\'>"><q:z/></p></object></C>',
            '<p xmlns:q="u&amp;v" a="\'>"><q:z/></p>',
        ),
        ('<C xmlns:s="S"><object><p s:type="q"/></object></C>', '<p xmlns:s="S" s:type="q"/>'),
        ('<C xmlns:s="S"><object><p type="s:q"/></object></C>', '<p xmlns:s="S" type="s:q"/>'),
    ):
        assert inner_of(text.encode(), "object") == expected, text
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><C><object>\u00e9</object></C>'
    assert inner_of(latin.encode("latin-1"), "object") == "\u00e9"
    assert text_in("a &lt; <![CDATA[<b>]]>") == "a < <b>"
    assert text_in("a<b/>") is None
