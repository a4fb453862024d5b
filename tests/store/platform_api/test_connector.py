"""Connector, in JSON and XML."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from lxml import etree

from tenantry.connectors.models import Connector
from tenantry.rules.connectors import Visibility
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR
from tenantry.sharing.commands import share
from tests.store.factories import AT, a_primary
from tests.store.partners import Partner
from tests.store.platform_api.callers import Caller, caller, refusal, simple
from tests.store.platform_api.plants import counted, with_rights
from tests.store.publishers import a_connector

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(partner: Partner) -> Caller:
    """The program of somebody of the primary who may call and nothing else."""
    return caller(partner.home, with_rights(partner.home))


def test_connector_is_read_by_its_type(partner: Partner, bob: Caller) -> None:
    """CONN-3: the type is its id. Nothing but API Access is needed."""
    mail, files = a_connector(partner.home, "Mail"), a_connector(partner.home, "Files & More")
    assert bob.get(f"Connector/{mail}") == {"@type": "Connector", "name": "Mail", "type": mail}
    assert bob.get(f"Connector/{quote(files)}")["name"] == "Files & More"
    asked = {"type": "GET", "request": [{"id": files}, {"id": "database"}, {"id": mail}]}
    told = bob.post("Connector/bulk", asked)["response"]
    assert [one["statusCode"] for one in told] == [200, 400, 200]
    assert told[1]["errorMessage"] == "No such Connector: database"
    assert [one["type"] for one in bob.all_of("Connector")] == sorted([mail, files])
    assert [one["type"] for one in bob.all_of("Connector", simple("name", "CONTAINS", "&"))] == [files]
    assert [one["name"] for one in bob.all_of("Connector", simple("TYPE", "EQUALS", mail))] == ["Mail"]
    assert bob.all_of("Connector", simple("type", "IS_NULL")) == []
    root = etree.fromstring(bob.send("GET", f"Connector/{mail}", accept="application/xml").content)
    assert dict(root.attrib) == {"name": "Mail", "type": mail}


def test_conn_5_connector_tells_what_the_account_can_use(partner: Partner, bob: Caller) -> None:
    """Own ones, shared ones and public ones; those of others are not there."""
    mail = a_connector(partner.home, "Mail")
    there = caller(partner.abc, with_rights(partner.abc))
    assert there.all_of("Connector") == []
    assert refusal(there.send("GET", f"Connector/{mail}"))[:2] == (403, "not_there")
    key = Connector.rows.of(partner.home).get(type=mail).id
    share(
        actor=OPERATOR,
        at=AT,
        account=partner.home,
        group=partner.services,
        kind=Kind.CONNECTOR,
        resources=frozenset({key}),
    )
    assert [one["type"] for one in there.all_of("Connector")] == [mail]
    assert there.get(f"Connector/{mail}")["name"] == "Mail"
    rival = a_primary("Elsewhere")
    public = a_connector(rival, "Open")
    Connector.rows.of(rival).filter(type=public).update(visibility=Visibility.PUBLIC, public_at=AT - timedelta(days=1))
    a_connector(rival, "Private")
    assert {one["type"] for one in there.all_of("Connector")} == {mail, public}
    assert refusal(bob.send("POST", "Connector", {"name": "x"}))[:2] == (400, "not_possible_by_call")


def test_connectors_cost_the_same_however_many(partner: Partner, bob: Caller) -> None:
    """Thirty cost what three cost."""
    for n in range(3):
        a_connector(partner.home, f"Few {n}")
    with counted() as few:
        bob.post("Connector/query")
    for n in range(27):
        a_connector(partner.home, f"Many {n}")
    with counted() as many:
        found = bob.post("Connector/query")
    assert len(found["result"]) == 30
    assert len(many) == len(few)
