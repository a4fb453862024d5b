"""The leak lint over an account as it is: who is in it, and what environments let through."""

from collections import defaultdict

from tenantry.decisions.engine import ENGINE
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.decide import Standing
from tenantry.rules.leaks import Findings, Holders, find_leaks
from tenantry.rules.vocabulary import AccountId, Instant, UserKey


def leaks_of(account: AccountId, at: Instant) -> Findings:
    """What to look at in an account's environments; refuses with `UnknownAccount`.

    Everybody is looked at who has roles in the account, directly, through groups or by a temporary grant.
    """
    facts = ENGINE.current().everybody(account)
    if facts is None or facts.inside is None:
        raise no.Refused(no.UnknownAccount(account=account))
    keys = {user.key for user in facts.inside.users} | set(facts.inside.temporary)
    keys.update(key for group in facts.account.groups for key in group.users)
    alike: dict[int, list[UserKey]] = defaultdict(list)
    standings: dict[int, Standing] = {}
    for key in sorted(keys):
        standing = facts.standing(key)
        if standing is not None:
            standings[id(standing)] = standing
            alike[id(standing)].append(key)
    holders = [
        Holders(access, tuple(alike[number]))
        for number, standing in standings.items()
        if isinstance(access := standing.access(at), Access)
    ]
    return find_leaks(facts.account, holders)
