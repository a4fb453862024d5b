"""How everybody is in an account, as of one state: what a plan compares before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenantry.accounts.queries import account_row
from tenantry.decisions.facts import load_given, load_inside
from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.decide import people_of
from tenantry.rules.facts import Given, Held, meet, outside_grants
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
        if row.primary not in self._given and row.primary is not None:
            self._given[row.primary] = load_given(row.primary, self._catalogue)
        given = self._given[row.primary]
        facts = meet(inside, given)
        seen_of: dict[Held, Seen] = {}

        def seen(held: Held) -> Seen:
            known = seen_of.get(held)
            if known is None:
                access = effective(held.person, facts, held.direct, held.outside, at, held.temporary)
                if isinstance(access, Access):
                    known = Seen(frozenset(self._catalogue.names(access.privileges)))
                else:
                    known = Seen(frozenset(), access.message)
                seen_of[held] = known
            return known

        everybody = {key: seen(held) for key, _, held in people_of(inside, facts)}
        for group in facts.groups:
            for key in group.users:
                if key not in everybody:
                    everybody[key] = seen(Held(given.people[key], outside=outside_grants(facts.groups, key)))
        for key, person in self._staff.items():
            if key not in everybody:
                everybody[key] = seen(Held(person))
        return everybody
