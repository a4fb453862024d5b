"""Migrations that write rows: a database as it was is taken to the present, once, and looked at."""

from pathlib import Path
from typing import Any

import pytest

from tests.consistency.before import MANY, MAP, PROCESS
from tests.consistency.test_two_processes import a_database, a_worker

pytestmark = [pytest.mark.processes, pytest.mark.store]


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What has become of the rows."""
    folder: Path = tmp_path_factory.mktemp("before")
    with a_database(folder, migrated=False) as url, a_worker(url, folder) as worker:
        found: dict[str, Any] = worker.do("migrated_from_before")
    return found


def test_conn_9_what_was_there_tells_its_connectors(now: dict[str, Any]) -> None:
    """Components by their newest text; packages by the text that they hold and those of their parts, and what is or was
    deployed of them. Versions are not known any more.
    """
    old, needed = "acme-old-prod", "acme-erp-prod"
    assert now["components"] == [
        [MAP, "acme-newer-prod"],
        [PROCESS, "acme-crm-prod"],
        [PROCESS, "mail"],
        ["00000000-0000-4000-8000-000000000003", "acme-gone-prod"],
    ]
    assert now["packages"] == [
        [f"package of {MAP}", needed, ""],
        [f"package of {PROCESS}", needed, ""],
        [f"package of {PROCESS}", old, ""],
    ]
    assert now["deployments"] == [[deployment, kind, ""] for deployment in (1, 2) for kind in (needed, old)]
    assert now["many"] == [MANY, MANY]


def test_proc_2_what_was_packaged_contains_what_it_needed_then(now: dict[str, Any]) -> None:
    """As it was then, without what was deleted already; passwords are counted."""
    assert now["parts"] == [[f"package of {PROCESS}", MAP, 1, f"{MAP} 1", 1]]
    assert now["passwords"] == [[f"package of {MAP}", 1]]


def test_cloud_6_what_knew_a_classification_is_an_attachment_in_a_cloud(now: dict[str, Any]) -> None:
    """One cloud for each account and classification, one cluster for each secret; a local runtime keeps its own."""
    assert now["clouds"] == [
        ["acme", "Production cloud", "PROD"],
        ["acme", "Test cloud", "TEST"],
        ["other", "Production cloud", "PROD"],
    ]
    assert now["runtimes"] == [
        ["local", None, "digest of local", "live"],
        ["one", "Production cloud", None, "live"],
        ["three", "Test cloud", None, None],
        ["two", "Production cloud", None, None],
        ["four", "Production cloud", None, None],
    ]
    assert now["clusters"] == [
        ["Runtime one", "Production cloud", "digest of one", "1.2", True],
        ["Runtime three", "Test cloud", "digest of three", "1.2", False],
        ["Runtime two", "Production cloud", "digest of two", "1.2", False],
        ["Runtime four", "Production cloud", "digest of four", "1.2", False],
    ]
