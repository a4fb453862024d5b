"""Engines that keep facts, as outside a transaction, in tests that are inside one."""

import pytest

from tenantry.store import proof, revisions
from tenantry.store.revisions import Changes


class Look:
    """A look-up on the connection of the test, which alone sees what the test has written."""

    def head(self, until: float) -> int:
        """The head."""
        del until
        return revisions.head()

    def changed_since(self, number: int, until: float) -> Changes:
        """What has been raised."""
        del until
        return revisions.changed_since(number, revisions.AT_MOST)

    def close(self) -> None:
        """It stays."""


def as_if_outside(patched: pytest.MonkeyPatch) -> None:
    """What is read counts as committed, and is kept."""
    patched.setattr(revisions, "writing", lambda: False)
    patched.setattr(proof, "connect", Look)
