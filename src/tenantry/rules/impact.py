"""What a change does to whom: everybody's access before and after, compared, account by account.

An impact is exact: it is computed by the function that decides. What it lists are people whose privileges in an account
differ, and people who could enter it before and cannot afterwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from tenantry.rules import refusals as no
from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Instant, UserKey


class Effect(NamedTuple):
    """What happens to one person in one account. `barred` is the code of the refusal that would meet people who had
    access and have none any more; `admitted` tells of people who had none before.
    """

    account: AccountId
    user: UserKey
    lost: Mask
    gained: Mask
    barred: str = ""
    admitted: bool = False

    @property
    def why(self) -> str:
        """Why there is no access any more, for people; empty where there is."""
        return _WHY.get(self.barred, self.barred)


class Loss(NamedTuple):
    """A resource that an account receives no more, and `what` lives by it there, such as "2 attachments" (12.8)."""

    account: AccountId
    kind: Kind
    resource: str
    name: str
    what: str


_WHY: Final = {
    no.NoRoles.code: "No role is left in the account.",
    no.NoOutsideAccess.code: "The account lets in nobody from outside.",
    no.AccountNotAvailable.code: "The account is not available.",
    no.UserLocked.code: "The user is locked.",
}


class Outcome(NamedTuple):
    """How somebody is in an account: whether at all, with which privileges, and if not, by which refusal."""

    enters: bool
    privileges: Mask
    barred: str = ""


def outcome(held: Held, account: AccountFacts, at: Instant) -> Outcome:
    """How people who hold this are in the account at an instant."""
    access = effective(held.person, account, held.direct, held.outside, at, held.temporary)
    if isinstance(access, Access):
        return Outcome(True, access.privileges)  # noqa: FBT003 - the first member
    return Outcome(False, NOTHING, access.code)  # noqa: FBT003 - the first member


Result = tuple[Mask, Mask, str, bool]
"""An effect without the account and the person: lost, gained, barred, admitted."""


class Comparison:
    """Two states of one account, or of all accounts that differ in nothing but their names.

    People who hold the same before and after share one result. The same means the very same value: whoever asks keeps
    one `Held` for all who hold alike, and keeps it alive.
    """

    __slots__ = ("_at", "_known", "after", "before")

    def __init__(self, before: AccountFacts, after: AccountFacts, at: Instant) -> None:
        """Compare at this instant."""
        self.before = before
        self.after = after
        self._at = at
        self._known: dict[tuple[int, int], Result | None] = {}

    def result(self, before: Held, after: Held) -> Result | None:
        """What happens to people who held the one and will hold the other; `None` if nothing does."""
        key = (id(before), id(after))
        try:
            return self._known[key]
        except KeyError:
            found = self._known[key] = self._compared(before, after)
            return found

    def _compared(self, before: Held, after: Held) -> Result | None:
        old, new = outcome(before, self.before, self._at), outcome(after, self.after, self._at)
        if old.enters == new.enters and old.privileges == new.privileges:
            return None
        lost, gained = Mask(old.privileges & ~new.privileges), Mask(new.privileges & ~old.privileges)
        return lost, gained, new.barred if old.enters and not new.enters else "", new.enters and not old.enters


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that a change does: to people, sorted by account and person, and to what lives by shared resources.
    `until` is when time alone may change it.
    """

    effects: tuple[Effect, ...]
    until: Instant | None = None
    losses: tuple[Loss, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nobody and nothing is concerned."""
        return not self.effects and not self.losses

    @property
    def accounts(self) -> int:
        """How many accounts people are concerned in."""
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
