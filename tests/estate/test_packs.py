"""Lines of kind `integration_pack`: in by name or id, shared by name, out again the same."""

import pytest

from tenantry.packs.models import Pack, PackRelease
from tenantry.packs.received import usable_packs
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing
from tests.estate.loading import Fields, Loader, counts, entries, exported
from tests.estate.test_exporting import _without_audit, empty

__all__ = ["_without_audit"]

pytestmark = [pytest.mark.store, pytest.mark.django_db]

WORLD: tuple[Fields, ...] = (
    {"kind": "account", "id": "p", "name": "P", "features": ["account_groups", "integration_packs"]},
    {"kind": "account", "id": "m", "name": "M", "primary": "p"},
    {"kind": "account_group", "account": "p", "name": "G", "id": "g"},
    {"kind": "group_account", "account": "p", "group": "G", "member": "m"},
)


def pack(name: str, *, released: bool = True, kind: str = "SINGLE", **more: str) -> Fields:
    """A line."""
    line = {"kind": "integration_pack", "account": "p", "name": name, "installation_type": kind, "released": released}
    return {**line, **more}


def shares(name: str) -> Fields:
    """The group G carries a pack of this name."""
    return {"kind": "group_resource", "account": "p", "group": "G", "type": "integration_pack", "name": name}


LINES: tuple[Fields, ...] = (
    *WORLD,
    pack("Retail", id="retail"),
    pack("ärger", kind="MULTI", id="more"),
    pack("Draft", released=False, id="draft"),
    shares("Retail"),
)


def test_pack_1_packs_come_in_once(loader: Loader) -> None:
    """Loading the same again changes nothing; a released one can be used where it is shared, and has its entries."""
    assert counts(loader(*LINES))["integration_pack"] == (3, 0, 0)
    assert counts(loader(*LINES))["integration_pack"] == (0, 0, 3)
    assert [one.id for one in usable_packs(AccountId("m"))] == ["retail"]
    assert {one.id for one in usable_packs(AccountId("p"))} == {"retail", "more"}
    assert PackRelease.rows.of("p").filter(number=1).count() == 2
    said = [(action, name) for _, kind, action, _, name in entries() if kind == "as.ipack"]
    assert said == [("ADD", "Retail"), ("RELEASE", "Retail"), ("ADD", "ärger"), ("RELEASE", "ärger"), ("ADD", "Draft")]


@pytest.mark.usefixtures("_without_audit")
def test_packs_go_out_and_in_the_same(loader: Loader) -> None:
    """An export loaded into an empty database and exported again has the same bytes; ids are kept."""
    loader(*LINES)
    text = exported()
    assert '"name":"Draft","id":"draft","installation_type":"SINGLE","released":false}' in text
    PackRelease.rows.across(Crossing.ESTATE).delete()
    Pack.rows.across(Crossing.ESTATE).delete()
    empty()
    loader.text(text)
    assert exported() == text


def test_pack_1_what_lines_change_and_what_never_changes(loader: Loader) -> None:
    """Names are changed by id and may be exchanged; the type stays, and what is released stays so (PACK-3)."""
    loader(*LINES)
    swapped = (pack("ärger", id="retail"), pack("Retail", kind="MULTI", id="more"))
    assert counts(loader(*swapped))["integration_pack"] == (0, 2, 0)
    assert Pack.rows.of("p").get(id="more").name_key == "retail"
    assert counts(loader(pack("draft")))["integration_pack"] == (0, 1, 0)
    assert Pack.rows.of("p").get(id="draft").released == 1
    assert [field for _, field, _ in loader.refused(pack("Retail"))] == ["installation_type"]
    assert [field for _, field, _ in loader.refused(pack("draft", released=False))] == ["released"]
    assert [field for _, field, _ in loader.refused(pack("New", kind="BOTH"))] == ["installation_type"]
    assert [field for _, field, _ in loader.refused(pack("New", id="retail", account="m"))] == ["id"]
    assert [field for _, field, _ in loader.refused(pack("RETAIL", kind="MULTI", id="other"))] == ["id"]
    assert [field for _, field, _ in loader.refused({**shares("Nothing")})] == ["name"]
