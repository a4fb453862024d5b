"""What every test of directories finds: slapd, with a few people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.directories.slapd import Slapd


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """The directory."""
    from tests.directories.slapd import a_directory

    with a_directory(tmp_path_factory.mktemp("slapd")) as serving:
        yield serving


@pytest.fixture
def _here() -> Iterator[None]:
    """Directories of this machine may be asked; without TLS only where a test allows that."""
    from django.conf import settings

    from tests.openid.accounts import this_machine_allowed

    with this_machine_allowed():
        settings.SIGN_ON_WITHOUT_TLS = False
        yield
