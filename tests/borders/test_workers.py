"""Workers that run tests at the same time keep nothing in the same place."""

import os

from tenantry.content.files import Files
from tenantry.content.store import storage


def test_each_worker_keeps_content_for_itself() -> None:
    """What one keeps is counted by no other; a run without workers has one place."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    kept = storage()
    assert isinstance(kept, Files)
    assert f"/data{'' if worker is None else f'-{worker}'}/content" in str(kept.location)
    assert os.environ["TENANTRY_DATA_DIR"] in str(kept.location)
