"""How everybody is in an account, as of one state: what a plan compares before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tenantry.accounts.queries import account_row
from tenantry.decisions.facts import load_given, load_inside
from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.decide import people_of
from tenantry.rules.facts import AccountFacts, Given, Held, Inside, meet, outside_grants
from tenantry.rules.privileges import Catalogue
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import AccountId, Instant, Person, UserKey


@dataclass(frozen=True, slots=True)
class Seen:
    """A person's standing in an account: privileges held there, or the reason why there is no access at all."""

    privileges: frozenset[str]
    denied: str | None = None


class Onlooker:
    """Looks at accounts as the current transaction sees them; what a primary gives is read once."""

    def __init__(self, catalogue: Catalogue, staff: Mapping[UserKey, Person]) -> None:
        """See everybody of `staff` in every account, beside the people who hold something there."""
        self._catalogue = catalogue
        self._staff = staff
        self._given: dict[AccountId | None, Given] = {None: Given(None, default_layer(catalogue))}

    def everybody_in(self, account: AccountId, at: Instant) -> dict[UserKey, Seen]:
        """How everybody is in an account at an instant. Of an account that does not exist nobody is known."""
        row = account_row(account)
        inside = load_inside(account, self._catalogue)
        if row is None or inside is None:
            return {}
        facts = meet(inside, self._given_by(row.primary))
        seen_of: dict[Held, Seen] = {}
        everybody: dict[UserKey, Seen] = {}
        for key, held in self._everybody(inside, facts):
            if held not in seen_of:
                seen_of[held] = self._seen(held, facts, at)
            everybody.setdefault(key, seen_of[held])
        return everybody

    def _given_by(self, primary: AccountId | None) -> Given:
        if primary is not None and primary not in self._given:
            self._given[primary] = load_given(primary, self._catalogue)
        return self._given[primary]

    def _everybody(self, inside: Inside, facts: AccountFacts) -> Iterator[tuple[UserKey, Held]]:
        """Direct users first, then people of groups, then support staff; of several entries the first counts."""
        for key, _, held in people_of(inside, facts):
            yield key, held
        people = facts.given.people if facts.given is not None else {}
        for group in facts.groups:
            for key in group.users:
                yield key, Held(people[key], outside=outside_grants(facts.groups, key))
        for key, person in self._staff.items():
            yield key, Held(person)

    def _seen(self, held: Held, facts: AccountFacts, at: Instant) -> Seen:
        access = effective(held.person, facts, held.direct, held.outside, at, held.temporary)
        if isinstance(access, Access):
            return Seen(frozenset(self._catalogue.names(access.privileges)))
        return Seen(frozenset(), access.message)
