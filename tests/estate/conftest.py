"""A loader for each test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.estate.loading import Loader


@pytest.fixture
def loader(db: None, tmp_path: Path) -> Loader:
    """Loads lines into the test's database."""
    del db
    from tests.estate.loading import Loader

    return Loader(tmp_path)
