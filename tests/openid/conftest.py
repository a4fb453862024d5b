"""What every test of OpenID Connect finds: a provider that lies where it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.openid.liar import Liar


@pytest.fixture
def _here() -> Iterator[None]:
    """Providers of this machine may be asked."""
    from tests.openid.accounts import this_machine_allowed

    with this_machine_allowed():
        yield


@pytest.fixture
def liar(_here: None) -> Iterator[Liar]:
    """An OpenID provider."""
    from tests.openid.liar import a_liar

    with a_liar() as serving:
        yield serving
