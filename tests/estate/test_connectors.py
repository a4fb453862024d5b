"""Lines of kind connector: what they make, what they may change, and what loading them twice does."""

import pytest

from tenantry.connectors.models import Connector, ConnectorGroup, ConnectorVersion
from tenantry.connectors.queries import usable_connectors
from tenantry.estate.invariants import findings
from tenantry.rules import refusals as no
from tenantry.rules.connectors import Visibility
from tenantry.rules.refusals import Refused
from tenantry.sharing.models import Share
from tests.estate.loading import AT, Fields, Loader, counts, entries

pytestmark = [pytest.mark.store, pytest.mark.django_db]

MAKER: tuple[Fields, ...] = (
    {"kind": "account", "id": "p-A1", "name": "P", "features": ["account_groups"]},
    {"kind": "account", "id": "m", "name": "M", "primary": "p-A1"},
    {"kind": "account_group", "account": "p-A1", "name": "G"},
    {"kind": "group_account", "account": "p-A1", "group": "G", "member": "m"},
)


def connector(**fields: object) -> Fields:
    """A connector line of the maker."""
    return {"kind": "connector", "account": "p-A1", "name": "CRM", "type": "crm", "released": "private", **fields}


LENT: Fields = {"kind": "group_resource", "account": "p-A1", "group": "G", "type": "connector", "name": "CRM"}


def test_conn_3_a_type_is_told_whole_or_in_part(loader: Loader) -> None:
    """In part, the classification comes from the name; what belongs together is in one group with its versions."""
    lines = (
        connector(version="1.4"),
        connector(name="CRM for QA", version=3, released=None),
        connector(name="CRM", type="p-A1-crm-eu-dev", released="public"),
        connector(name="Mail!", type="my-mail", id="mail", released="hidden_public"),
    )
    assert counts(loader(*MAKER, *lines))["connector"] == (4, 0, 0)
    found = Connector.rows.of("p-A1").order_by("type").values_list("name", "type", "visibility", "version")
    assert list(found) == [
        ("CRM", "p-A1-crm-crm", "private", 1),
        ("CRM for QA", "p-A1-crm-crm-for-qa", "private", 3),
        ("CRM", "p-A1-crm-eu-dev", "public", 4),
        ("Mail!", "p-A1-mymail-mail", "hidden", 1),
    ]
    assert list(ConnectorGroup.rows.of("p-A1").order_by("name").values_list("name", "word")) == [
        ("CRM", "crm"),
        ("Mail!", "mymail"),
    ]
    labels = ConnectorVersion.rows.of("p-A1").filter(group__word="crm").order_by("number")
    assert list(labels.values_list("number", "label")) == [(1, "1.4"), (3, "3"), (4, "1")]
    assert counts(loader(*MAKER, *lines))["connector"] == (0, 0, 4)
    assert sorted(row.name for row in usable_connectors("m")) == ["CRM", "Mail!"]
    assert list(findings(AT)) == []


def test_conn_8_another_version_is_a_release(loader: Loader) -> None:
    """The log says so; a new name is no new connector where the id is told."""
    loader(*MAKER, connector(id="c", version=1))
    assert counts(loader(*MAKER, connector(id="c", version=2, name="CRM 2")))["connector"] == (0, 1, 0)
    row = Connector.rows.of("p-A1").get()
    assert (row.name, row.type, row.version) == ("CRM 2", "p-A1-crm-crm", 2)
    assert [words for _, *words, _ in entries()][-2:] == [
        ["as.connector", "UPDATE", "NAME"],
        ["as.connector", "RELEASE", "NONE"],
    ]


def test_conn_7_who_becomes_public_by_a_load_loses_its_shares(loader: Loader) -> None:
    """And nobody loses use of it."""
    loader(*MAKER, connector(), LENT)
    assert Share.rows.of("p-A1").exists()
    loader(*MAKER, connector(released="public"))
    assert not Share.rows.of("p-A1").exists()
    assert [row.visibility for row in usable_connectors("m")] == [Visibility.PUBLIC]
    assert list(findings(AT)) == []


@pytest.mark.parametrize(
    ("before", "after", "field", "why"),
    [
        ({"released": "public"}, {"released": "private"}, "released", "CONN-6"),
        ({"released": "public"}, {"released": "hidden"}, "released", "CONN-6"),
        ({"released": "private"}, {"released": None}, "released", "CONN-6"),
        ({"released": "hidden"}, {"released": "private"}, "released", "CONN-6"),
        ({"id": "c"}, {"id": "c", "type": "p-A1-crm-other"}, "type", "CONN-3"),
        ({}, {"released": "loud"}, "released", "CONN-5"),
        ({}, {"version": 0}, "version", "CONN-2"),
        ({}, {"version": "x" * 41}, "version", "at most 40"),
        ({}, {"type": ""}, "type", "is empty"),
        ({}, {"type": "p-A1-crm-" + "x" * 176}, "type", "CONN-2"),
        ({}, {"name": " "}, "name", "is empty"),
    ],
)
def test_conn_6_what_a_load_cannot_make_of_a_connector(
    loader: Loader, before: Fields, after: Fields, field: str, why: str
) -> None:
    """Types never change, and no visibility goes back."""
    loader(*MAKER, connector(**before))
    problems = loader.refused(*MAKER, connector(**after))
    assert [(line, place) for line, place, _ in problems] == [(5, field)]
    assert why in problems[0][2]


def test_conn_3_no_two_connectors_have_one_type(loader: Loader) -> None:
    """Within an account a problem of the line; between accounts, which hyphens make possible, a refusal."""
    twice = loader.refused(*MAKER, connector(id="a"), connector(id="b"))
    assert {place for _, place, _ in twice} == {"id"}
    other = {"kind": "account", "id": "p", "name": "Short"}
    alike = connector(account="p", type="p-A1-crm-crm")
    with pytest.raises(Refused) as refused:
        loader(*MAKER, connector(), other, alike)
    assert isinstance(refused.value.refusal, no.ConnectorClassificationTaken)
    loader(*MAKER, connector())
    with pytest.raises(Refused):
        loader(other, alike)
