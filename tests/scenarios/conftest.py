"""A fixture a door, so that a door may ask for whatever it needs (a database, a server, a folder)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .doors import ModelDoor

if TYPE_CHECKING:
    from .product_doors import AccessApiDoor, AuthzenDoor, RulesDoor, StoreDoor


@pytest.fixture
def model_door() -> ModelDoor:
    """The reference model."""
    return ModelDoor()


@pytest.fixture
def rules_door() -> RulesDoor:
    """The bare rules."""
    from .product_doors import RulesDoor  # Django is ready only now

    return RulesDoor()


@pytest.fixture
def store_door(db: None) -> StoreDoor:
    """The store and its commands."""
    del db
    from .product_doors import StoreDoor  # Django is ready only now

    return StoreDoor()


@pytest.fixture
def authzen_door(db: None, tmp_path: Path) -> AuthzenDoor:
    """A loaded estate file, asked in AuthZEN's words."""
    del db
    from .product_doors import AuthzenDoor  # Django is ready only now

    return AuthzenDoor(tmp_path)


@pytest.fixture
def access_api_door(db: None, tmp_path: Path) -> AccessApiDoor:
    """A loaded estate file, asked by a host application."""
    del db
    from .product_doors import AccessApiDoor  # Django is ready only now

    return AccessApiDoor(tmp_path)
