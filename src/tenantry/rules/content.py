"""Content that is kept: what a key looks like, and what no row names any more (ACC-1)."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final, NewType

from tenantry.rules.vocabulary import AccountId, Instant

ContentKey = NewType("ContentKey", str)
"""What a row keeps to find its content again. It opens nothing without the account."""

KEY_LENGTH: Final = 32
"""Characters in a key: 128 bits that nobody guesses."""

GRACE: Final = timedelta(days=1)
"""How long content may wait for the row that names it. No request and no job takes nearly as long."""

_KEY: Final = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something the storage holds, by the name it has there, and since when."""

    name: str
    since: Instant


def name_of(account: AccountId, key: str) -> str | None:
    """The name under which an account's content is stored; `None` where the key is none.

    The account is part of it by a digest: a key opens nothing in another account, and an id can be any text (ACC-1).
    """
    if not _KEY.fullmatch(key):
        return None
    return f"{sha256(account.encode()).hexdigest()[:KEY_LENGTH]}/{key}"


def key_in(name: str) -> ContentKey | None:
    """The key that ends a name of ours; `None` for what something else put there."""
    folder, _, key = name.partition("/")
    return ContentKey(key) if _KEY.fullmatch(folder) and _KEY.fullmatch(key) else None


def orphans(kept: Iterable[Kept], named: Collection[str], at: Instant) -> Iterator[Kept]:
    """What was kept longer than the grace before `at` and is named by no row.

    What does not look like ours is left alone, whoever put it there.
    """
    for one in kept:
        key = key_in(one.name)
        if key is not None and key not in named and one.since < at - GRACE:
            yield one
