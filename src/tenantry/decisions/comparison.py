"""How everybody is in an account, as of one state: what a plan compares before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenantry.decisions.facts import Catalogues, load_snapshot
from tenantry.rules.access import Access
from tenantry.rules.decide import Standing, access_of
from tenantry.rules.vocabulary import AccountId, Instant, Person, UserKey
from tenantry.store import revisions


@dataclass(frozen=True, slots=True)
class Seen:
    """A person's standing in an account: privileges held there, or the reason why there is no access at all."""

    privileges: frozenset[str]
    denied: str | None = None


def everybody_in(
    account: AccountId, at: Instant, catalogues: Catalogues, staff: Mapping[UserKey, Person]
) -> dict[UserKey, Seen]:
    """How everybody with a role in the account, and every person of `staff`, is in it at an instant.

    Reads what the current transaction sees. An account that does not exist lets nobody in.
    """
    facts = load_snapshot(account, catalogues, revisions.stamps(account))
    if facts is None:
        return {}
    seen_of: dict[int, Seen] = {}

    def seen(standing: Standing) -> Seen:
        known = seen_of.get(id(standing))
        if known is None:
            access = standing.access(at)
            if isinstance(access, Access):
                known = Seen(frozenset(facts.account.catalogue.names(access.privileges)))
            else:
                known = Seen(frozenset(), access.message)
            seen_of[id(standing)] = known
        return known

    everybody = {UserKey(key): seen(standing) for key, standing in facts.standings.items() if _is_address(key)}
    for key, person in _besides(staff, everybody):
        access = access_of(facts, key, at, person)
        if isinstance(access, Access):
            everybody[key] = Seen(frozenset(facts.account.catalogue.names(access.privileges)))
    return everybody


def _is_address(key: str) -> bool:
    """Whether a name people are found by is an e-mail address; ids of the host without an @ are not."""
    return "@" in key


def _besides(staff: Mapping[UserKey, Person], known: Mapping[UserKey, Seen]) -> Iterable[tuple[UserKey, Person]]:
    return [(key, person) for key, person in staff.items() if key not in known]
