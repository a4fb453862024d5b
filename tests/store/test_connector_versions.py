"""CONN-8: with which versions of connectors runtimes run what is deployed where they are, on every engine."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.connectors.commands import add_version
from tenantry.connectors.queries import connector_of
from tenantry.connectors.releases import release_version
from tenantry.deploy.commands import create_package, deploy
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, GroupId
from tests.store.factories import AT, AUS, a_group, a_member, a_primary
from tests.store.shelves import PUBLISHER, a_component, a_place
from tests.store.test_runtime_api import Line
from tests.store.workplaces import a_runtime
from tests.store.workshops import a_connector, a_developer, a_user_of, lend_connector, some_files, type_of

pytestmark = pytest.mark.usefixtures("db")

HERE: dict[str, Any] = {"actor": OPERATOR, "at": AT}


@dataclass
class Yard:
    """A developing primary that shares the connector `crm` with a customer, who has a runtime in an environment."""

    home: AccountId = field(default_factory=lambda: a_developer(a_primary("Maker", PUBLISHER)))
    abc: AccountId = field(init=False)
    group: GroupId = field(init=False)
    crm: str = field(init=False)
    kind: str = field(init=False)
    place: EnvironmentId = field(init=False)
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        """Make the rest."""
        self.abc = a_member(self.home, "Customer", AUS)
        self.group = a_group(self.home, "Buyers", members=[self.abc])
        self.crm = a_connector(self.home)
        self.kind = type_of(self.home, self.crm)
        lend_connector(self.home, self.group, self.crm)
        self.place = a_place(self.abc)
        self.line = Line(a_runtime(self.abc, self.place).secret)

    def new_version(self, number: int) -> None:
        """Put one more version into force."""
        group = connector_of(self.home, self.crm).group_id
        add_version(**HERE, account=self.home, group=group, files=some_files(self.home))
        release_version(**HERE, account=self.home, connector=self.crm, version=number)

    def deployed(self, name: str, kind: str) -> int:
        """Build something of the customer's on a connector of this type, and deploy it."""
        package = create_package(
            **HERE, account=self.abc, component=a_user_of(self.abc, kind, name), version="1.0", shareable=False
        )
        return deploy(**HERE, account=self.abc, package=package, environment=self.place)

    def told(self) -> dict[str, list[dict[str, str | None]]]:
        """What the runtime is told of connectors, by the names of what it runs; the same for one as for all."""
        found = self.line.get("deployments").json()["deployments"]
        for one in found:
            assert self.line.get(f"deployments/{one['id']}").json()["connectors"] == one["connectors"]
        return {one["name"]: one["connectors"] for one in found}


@pytest.fixture
def yard() -> Yard:
    """Such parties."""
    return Yard()


def with_version(kind: str, version: str | None) -> list[dict[str, str | None]]:
    """One connector as runtimes are told it."""
    return [{"type": kind, "version": version}]


def test_conn_8_runtimes_are_told_with_which_connectors_they_run_what_is_deployed(yard: Yard) -> None:
    """The version that was in force at the deployment, none for a connector of the platform's own, nothing where a
    process uses none; and it takes no more queries for more of them.
    """
    yard.deployed("Reads", yard.kind)
    yard.deployed("Mails", "mail")
    package = create_package(**HERE, account=yard.abc, component=a_component(yard.abc, "Bare"), version="2.0")
    deploy(**HERE, account=yard.abc, package=package, environment=yard.place)
    assert yard.told() == {"Reads": with_version(yard.kind, "1"), "Mails": with_version("mail", None), "Bare": []}
    with CaptureQueriesContext(connection) as few:
        yard.line.get("deployments")
    yard.new_version(2)
    for number in range(5):
        yard.deployed(f"Reads {number}", yard.kind)
    assert yard.told()["Reads"] == with_version(yard.kind, "1")
    assert yard.told()["Reads 4"] == with_version(yard.kind, "2")
    with CaptureQueriesContext(connection) as many:
        yard.line.get("deployments")
    assert len(many) == len(few)
