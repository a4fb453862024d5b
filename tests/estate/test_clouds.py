"""Lines of kind cloud: in, in again, out, and what they cannot do."""

import pytest

from tenantry.clouds.models import Cloud, CloudCluster
from tenantry.clouds.usable import usable_clouds
from tenantry.estate.invariants import findings
from tests.estate.loading import AT, PARTNER, Fields, Loader, counts, entries, exported, shares

pytestmark = [pytest.mark.store, pytest.mark.django_db]


def cloud(name: str, account: str = "p", *, installed: bool = True, **more: str) -> Fields:
    """A cloud line."""
    return {"kind": "cloud", "account": account, "name": name, "installed": installed, **more}


NORTH, SOUTH = cloud("North", id="north"), cloud("South", installed=False, classification="TEST")


def test_cloud_2_lines_are_loaded_once(loader: Loader) -> None:
    """With what an account could have done by hand; again nothing changes; what is left out stays."""
    loaded = loader(*PARTNER, NORTH, SOUTH, shares("North", type="cloud"))
    assert counts(loaded)["cloud"] == (2, 0, 0)
    assert [words[1:4] for words in entries() if words[1].startswith("as.cloud")] == [
        ("as.cloud", "CREATE", "NONE"),
        ("as.cloud", "CREATE", "NONE"),
        ("as.cloud.cluster", "ADD", "NONE"),
    ]
    rows = {row.name: row for row in Cloud.rows.of("p")}
    assert (rows["North"].id, rows["North"].classification, rows["South"].classification) == ("north", "PROD", "TEST")
    assert [row.cloud_id for row in CloudCluster.rows.of("p")] == ["north"]
    assert [row.name for row in usable_clouds("m")] == ["North"]
    before = exported()
    again = loader(NORTH, cloud("south", installed=False) | {"name": "South"}, shares("North", type="cloud"))
    assert counts(again)["cloud"] == (0, 0, 2)
    assert exported() == before
    assert list(findings(AT)) == []


def test_cloud_lines_change_names_and_install(loader: Loader) -> None:
    """Two clouds exchange their names by id; a cluster comes, of which nobody has the secret."""
    loader(*PARTNER, NORTH, SOUTH | {"id": "south"})
    changed = (NORTH | {"name": "South"}, SOUTH | {"id": "south", "name": "North", "installed": True})
    assert counts(loader(*changed))["cloud"] == (0, 2, 0)
    assert {row.id: row.name for row in Cloud.rows.of("p")} == {"north": "South", "south": "North"}
    assert CloudCluster.rows.of("p").filter(cloud="south").count() == 1
    assert counts(loader(*changed))["cloud"] == (0, 0, 2)


@pytest.mark.parametrize(
    ("line", "field", "what"),
    [
        (NORTH | {"classification": "TEST"}, "classification", "which never changes (CLOUD-2)"),
        (NORTH | {"installed": False}, "installed", "a load deletes none"),
        (cloud("north", id="other"), "id", "has a cloud 'North' with another id"),
        (cloud("Else", "m", id="north"), "id", "is the id of a cloud of another account"),
        (cloud("  "), "name", "1 to 255 characters"),
        (cloud("x" * 256), "name", "1 to 255 characters"),
        (cloud("New", id="x" * 256), "id", "255"),
        (cloud("New", classification="DEV"), "classification", "not PROD or TEST (CLOUD-2)"),
        (cloud("New", "nowhere"), "account", "nowhere"),
        (shares("Missing", type="cloud"), "name", "there is no cloud of p named 'Missing'"),
    ],
)
def test_cloud_lines_that_cannot_be_loaded(loader: Loader, line: Fields, field: str, what: str) -> None:
    """Told with line and field, and nothing is written."""
    loader(*PARTNER, NORTH)
    before = exported()
    [(number, place, told)] = loader.refused(line)
    assert (number, place) == (1, field)
    assert what in told
    assert exported() == before


def test_what_no_command_makes_is_found_by_the_doctor(loader: Loader) -> None:
    """Clusters of others behind a cloud."""
    loader(*PARTNER, NORTH)
    CloudCluster.rows.of("p").update(account="m")
    assert [found.what for found in findings(AT) if "Clusters" in found.what] != []
