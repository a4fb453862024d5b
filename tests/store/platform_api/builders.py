"""An account in which people build by programs, with rights of several kinds, for tests of the objects of Build."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import AccountId, RoleId
from tests.store.factories import ADMINISTRATOR, AUS, STANDARD_USER, a_role, a_user, an_account
from tests.store.platform_api.callers import Caller, caller

_numbers = count(1)


@dataclass(frozen=True)
class Builders:
    """`ann` is Administrator, `bob` builds without being one, `rae` only reads, `pat` may only call. `builders` is the
    role of Bob that lets him build.
    """

    account: AccountId
    ann: Caller
    bob: Caller
    rae: Caller
    pat: Caller
    builders: RoleId


def some_builders(name: str = "Acme") -> Builders:
    """Such an account."""
    account = an_account(name, AUS | {Feature.API_TOKENS, Feature.ENVIRONMENTS_UNLIMITED})
    api = a_role(account, "Callers", "API")
    role = a_role(account, "Builders", "API", "BUILD", "PACKAGE_MANAGEMENT", "DEPLOY")
    readers = a_role(account, "Readers", "API", "BUILD_READ_ONLY")
    people = (a_user(account, given) for given in (ADMINISTRATOR, role, readers, api))
    ann, bob, rae, pat = (caller(account, one) for one in people)
    return Builders(account, ann, bob, rae, pat, role)


def a_caller(account: AccountId, *roles: RoleId) -> Caller:
    """Somebody else's program, by these roles."""
    return caller(
        account, a_user(account, *(roles or (STANDARD_USER, a_role(account, f"Api {next(_numbers)}", "API"))))
    )


def queries_for(who: Caller, path: str, body: object) -> int:
    """How many queries a call takes."""
    who.post(path, body)
    with CaptureQueriesContext(connection) as found:
        who.post(path, body)
    return len(found)


def names(found: Sequence[dict[str, Any]], member: str = "name") -> list[str]:
    """One member of each, in the order of the answer."""
    return [one[member] for one in found]
