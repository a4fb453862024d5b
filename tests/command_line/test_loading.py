"""What loading keeps in memory, and what not."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tenantry.command_line import loading
from tests.command_line.processes import WORLD

pytestmark = [pytest.mark.store, pytest.mark.django_db]


class Knot:
    """Something that refers to itself, as the models of a migration refer to each other."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector_off() -> Iterator[None]:
    """As a load has it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collector_off")
def test_what_making_the_database_leaves_is_gone_before_the_load(tmp_path: Path) -> None:
    """It would stay to the end otherwise, beside all that the load itself needs."""
    file = tmp_path / "world.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in WORLD))
    left: list[weakref.ref[Knot]] = []

    def make_ready() -> None:
        left.append(weakref.ref(Knot()))

    assert loading._prepared((file,), make_ready).estate.users
    assert left[0]() is None
