"""How everybody is in an account, as of one state: what a plan compares before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenantry.decisions.facts import account_facts, held_in
from tenantry.rules.access import effective
from tenantry.rules.answers import Access
from tenantry.rules.decide import Held
from tenantry.rules.privileges import Catalogue
from tenantry.rules.vocabulary import AccountId, Instant, Person, UserKey


@dataclass(frozen=True, slots=True)
class Seen:
    """A person's standing in an account: privileges held there, or the reason why there is no access at all."""

    privileges: frozenset[str]
    denied: str | None = None


def everybody_in(
    account: AccountId, at: Instant, catalogue: Catalogue, staff: Mapping[UserKey, Person]
) -> dict[UserKey, Seen]:
    """How everybody with a role in the account, and every person of `staff`, is in it at an instant.

    Reads what the current transaction sees. Of an account that does not exist nobody is known.
    """
    facts = account_facts(account, catalogue)
    if facts is None:
        return {}
    seen_of: dict[Held, Seen] = {}

    def seen(held: Held) -> Seen:
        known = seen_of.get(held)
        if known is None:
            access = effective(held.person, facts, held.direct, held.outside, at)
            if isinstance(access, Access):
                known = Seen(frozenset(catalogue.names(access.privileges)))
            else:
                known = Seen(frozenset(), access.message)
            seen_of[held] = known
        return known

    everybody = {key: seen(held) for key, _, held in held_in(account)}
    for key, person in staff.items():
        everybody.setdefault(key, seen(Held(person)))
    return everybody
