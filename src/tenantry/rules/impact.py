"""What a change does to whom: everybody's access before and after, compared, account by account.

An impact is exact: it is computed by the function that decides. What it lists are people whose privileges in an account
differ, and people who could enter it before and cannot afterwards.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.vocabulary import AccountId, Instant, UserKey


class Effect(NamedTuple):
    """What happens to one person in one account. `barred` is why there is no access any more, for people who had some;
    `admitted` tells of people who had none before.
    """

    account: AccountId
    user: UserKey
    lost: Mask
    gained: Mask
    barred: str = ""
    admitted: bool = False


class Outcome(NamedTuple):
    """How somebody is in an account: whether at all, with which privileges, and if not, why."""

    enters: bool
    privileges: Mask
    why: str = ""


def outcome(held: Held, account: AccountFacts, at: Instant) -> Outcome:
    """How people who hold this are in the account at an instant."""
    access = effective(held.person, account, held.direct, held.outside, at, held.temporary)
    if isinstance(access, Access):
        return Outcome(True, access.privileges)  # noqa: FBT003 - the first member
    return Outcome(False, NOTHING, access.message)  # noqa: FBT003 - the first member


class Comparison:
    """Two states of one account. People who hold the same before and after share one result."""

    __slots__ = ("_after", "_at", "_before", "_known")

    def __init__(self, before: AccountFacts, after: AccountFacts, at: Instant) -> None:
        """Compare at this instant."""
        self._before = before
        self._after = after
        self._at = at
        self._known: dict[tuple[Held, Held], tuple[Mask, Mask, str, bool] | None] = {}

    def effect(self, user: UserKey, before: Held, after: Held) -> Effect | None:
        """What happens to somebody who held the one and will hold the other; `None` if nothing does."""
        key = (before, after)
        if key not in self._known:
            self._known[key] = self._result(before, after)
        found = self._known[key]
        return None if found is None else Effect(self._after.id, user, *found)

    def _result(self, before: Held, after: Held) -> tuple[Mask, Mask, str, bool] | None:
        old, new = outcome(before, self._before, self._at), outcome(after, self._after, self._at)
        if old.enters == new.enters and old.privileges == new.privileges:
            return None
        lost, gained = Mask(old.privileges & ~new.privileges), Mask(new.privileges & ~old.privileges)
        return lost, gained, new.why if old.enters and not new.enters else "", new.enters and not old.enters


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that a change does, sorted by account and person. `until` is when time alone may change it."""

    effects: tuple[Effect, ...]
    until: Instant | None = None

    @property
    def digest(self) -> str:
        """What sums it up: equal impacts have equal digests."""
        whole = hashlib.sha256()
        for effect in self.effects:
            whole.update(repr(tuple(effect)).encode())
        return whole.hexdigest()

    @property
    def accounts(self) -> int:
        """How many accounts are concerned."""
        return len({effect.account for effect in self.effects})

    @property
    def locked_out(self) -> tuple[Effect, ...]:
        """Those who cannot enter an account any more."""
        return tuple(effect for effect in self.effects if effect.barred)


def next_bound(grants: Iterable[Held], at: Instant) -> Instant | None:
    """The first instant after `at` at which one of these grants begins or ends."""
    return min(_bounds(grants, at), default=None)


def _bounds(holdings: Iterable[Held], at: Instant) -> Iterator[Instant]:
    for held in holdings:
        if held.lasting:
            continue
        for grant in held.grants:
            for bound in (grant.validity.starts, grant.validity.ends):
                if bound is not None and bound > at:
                    yield bound
