"""An account with environments behind gates, runtimes and clouds, and people who call for it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import AccountId, EnvironmentId, RoleId
from tests.store.factories import ADMINISTRATOR, SUPPORT, Somebody, a_primary, a_role, a_user
from tests.store.platform_api.callers import Caller, caller
from tests.store.skies import ROOMY
from tests.store.workplaces import an_environment

SUPPORTERS = "fcb6e474-0ca8-11e2-a477-1231381987a5"
"""The id of Support on the wire."""


@dataclass(frozen=True)
class Plant:
    """`ann` administers the account. `ron` has Runtime Management by the role `ops`, `ruth` its Read Access.

    `open` lets everybody in, `ours` holders of `ops`, and `closed`, which is for tests, holders of Support.
    """

    home: AccountId
    ann: Caller
    ron: Caller
    ruth: Caller
    ops: RoleId
    open: EnvironmentId
    ours: EnvironmentId
    closed: EnvironmentId

    @property
    def everywhere(self) -> set[str]:
        """All environments there are at first."""
        return {self.open, self.ours, self.closed}


def with_rights(home: AccountId, *privileges: str) -> Somebody:
    """Somebody who may call, with these privileges besides."""
    name = f"Caller with {' '.join(privileges)}"
    return a_user(home, a_role(home, name, "API", *privileges))


def make_plant(name: str = "Plant") -> Plant:
    """Such an account."""
    home = a_primary(name, ROOMY | {Feature.ENVIRONMENTS_UNLIMITED, Feature.ADVANCED_ENVIRONMENT_ACCESS})
    ops = a_role(home, "Ops", "API", "ATOM_MANAGEMENT")
    return Plant(
        home=home,
        ann=caller(home, a_user(home, ADMINISTRATOR)),
        ron=caller(home, a_user(home, ops)),
        ruth=caller(home, with_rights(home, "ATOM_MANAGEMENT_READ_ONLY")),
        ops=ops,
        open=an_environment(home, "Open"),
        ours=an_environment(home, "Ours", ops),
        closed=an_environment(home, "Closed", SUPPORT, classification="TEST"),
    )


def seen_alike(who: Caller, kind: str, ids: set[str]) -> set[str]:
    """What a query lists for somebody; each of these ids is in it where it can be got on its own and in bulk,
    and what is told is the same.
    """
    listed = {one["id"]: one for one in who.all_of(kind)}
    told = who.post(f"{kind}/bulk", {"type": "GET", "request": [{"id": id} for id in sorted(ids)]})["response"]
    several = {one["Result"]["id"]: one["Result"] for one in told if one["statusCode"] == 200}
    alone = {}
    for id in ids:
        answer = who.send("GET", f"{kind}/{id}")
        if answer.status_code == 200:
            alone[id] = json.loads(answer.content)
        else:
            assert (answer.status_code, answer.headers["Tenantry-Refusal"]) == (403, "not_there")
    assert listed == alone == several
    return set(listed)


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    """The queries that are made inside."""
    with CaptureQueriesContext(connection) as queries:
        yield queries
