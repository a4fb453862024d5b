"""What keeps a packaged component from being deleted (PROC-8)."""

from collections.abc import Callable
from typing import Final

from tenantry.deploy.queries import is_deployed
from tenantry.library.queries import is_published
from tenantry.packs.queries import is_in_pack
from tenantry.rules.vocabulary import AccountId

_KEEPERS: Final[tuple[tuple[str, Callable[[AccountId, str], bool]], ...]] = (
    ("published", is_published),
    ("deployed", is_deployed),
    ("in an integration pack", is_in_pack),
)
"""What a packaged component may be, in words that go on after "is", and who knows whether it is."""


def kept_by(account: AccountId, package: str) -> tuple[str, ...]:
    """What keeps a packaged component of the account."""
    return tuple(word for word, keeps in _KEEPERS if keeps(account, package))
