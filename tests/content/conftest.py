"""Both storages: every test that asks for `place` runs over files and over a bucket."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from tenantry.content.address import VARIABLE, storage_at
from tenantry.content.store import storage
from tests.s3 import Server, throwaway_s3


@dataclass(frozen=True)
class Place:
    """A storage of this test alone."""

    kind: str
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs to use it."""
        return {VARIABLE: self.url}

    def names(self) -> list[str]:
        """What is kept there."""
        return sorted(kept.name for kept in storage().kept())


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The S3 server of this run."""
    with throwaway_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["files", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Place:
    """An empty storage, put into the settings."""
    if request.param == "files":
        url = f"file:{tmp_path / 'content'}"
    else:
        server: Server = request.getfixturevalue("s3")
        url = server.url(server.new_bucket())
    settings.STORAGES = {**settings.STORAGES, "content": storage_at(url, tmp_path)}
    return Place(request.param, url)
