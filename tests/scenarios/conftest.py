"""A fixture a door, so that a door may ask for whatever it needs (a database, a server, a folder)."""

from __future__ import annotations

import pytest

from .doors import ModelDoor


@pytest.fixture
def model_door() -> ModelDoor:
    """The reference model."""
    return ModelDoor()
