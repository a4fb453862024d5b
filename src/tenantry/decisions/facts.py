"""Loading the facts of one account, in a fixed number of queries, and compiling them."""

from collections.abc import Iterator

from tenantry.accounts.queries import account_row
from tenantry.privileges.queries import catalogue as load_catalogue
from tenantry.roles.queries import custom_roles, role_facts
from tenantry.rules.decide import Held, Snapshot
from tenantry.rules.privileges import Catalogue
from tenantry.rules.vocabulary import ALWAYS, AccountFacts, AccountId, Person, RoleGrant, RoleId, UserKey, Validity
from tenantry.store import revisions
from tenantry.users.queries import grants_in

ATTEMPTS = 50
"""How often reading is repeated because somebody wrote meanwhile, before giving up."""


class FactsKeepChanging(RuntimeError):
    """Writes came in between every attempt to read one state of an account."""


class Catalogues:
    """The installation's catalogue, compiled once per state of the host's privileges."""

    def __init__(self) -> None:
        """Start with nothing compiled."""
        self._stamped: tuple[int, Catalogue] | None = None

    def at(self, stamp: int) -> Catalogue:
        """The catalogue, read anew when the platform's stamp differs from the one it was read at.

        Inside a transaction it is not kept: a rollback would leave it standing under a stamp that another write takes.
        """
        held = self._stamped
        if held is not None and held[0] == stamp:
            return held[1]
        catalogue = load_catalogue()
        if not revisions.writing():
            self._stamped = (stamp, catalogue)
        return catalogue


def load_snapshot(account: AccountId, catalogues: Catalogues, stamps: tuple[int, ...]) -> Snapshot | None:
    """Compile the account's facts as of `stamps`, or of a later state if writes come in; `None` if it is unknown.

    Five queries an attempt: account, own roles, grants, the catalogue when it changed, and the stamps again.
    """
    for _ in range(ATTEMPTS):
        if not stamps:
            return None
        facts = account_facts(account, catalogues.at(stamps[1]))
        people = list(held_in(account))
        after = revisions.stamps(account)
        if after == stamps:
            return None if facts is None else Snapshot(facts, people, stamps)
        stamps = after
    raise FactsKeepChanging(account)


def account_facts(account: AccountId, catalogue: Catalogue) -> AccountFacts | None:
    """What decisions in this account rest on, people excepted."""
    row = account_row(account)
    if row is None:
        return None
    return AccountFacts(
        id=row.id,
        status=row.status,
        catalogue=catalogue,
        active=catalogue.active(row.features),
        roles=role_facts(custom_roles(account), catalogue),
        support_access=row.support_access,
        trial_ends=row.trial_ends,
    )


def held_in(account: AccountId) -> Iterator[tuple[UserKey, str | None, Held]]:
    """Every user of the account with what they hold there, in one query."""
    person_of: dict[tuple[bool, bool], Person] = {}
    held_of: dict[tuple[Person, tuple[RoleGrant, ...]], Held] = {}
    grant_of: dict[str, RoleGrant] = {}
    current: tuple[str, str | None, bool, bool] | None = None
    grants: list[RoleGrant] = []

    def held(locked: bool, staff: bool) -> Held:  # noqa: FBT001 - two columns of the row
        person = person_of.setdefault((locked, staff), Person(locked, staff))
        key = (person, tuple(grants))
        return held_of.setdefault(key, Held(person, key[1]))

    for email, external, locked, staff, role, starts, ends in grants_in(account):
        row = (email, external, locked, staff)
        if row != current:
            if current is not None:
                yield UserKey(current[0]), current[1], held(current[2], current[3])
            current = row
            grants = []
        if starts is None and ends is None:
            grants.append(grant_of.get(role) or grant_of.setdefault(role, RoleGrant(RoleId(role), ALWAYS)))
        else:
            grants.append(RoleGrant(RoleId(role), Validity(starts, ends)))
    if current is not None:
        yield UserKey(current[0]), current[1], held(current[2], current[3])
