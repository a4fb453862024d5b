"""Reads of runtimes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from tenantry.clouds.usable import has_cluster, hears_of_cluster, reaching
from tenantry.rules import refusals as no
from tenantry.rules.places import Environment
from tenantry.rules.refusals import Refused
from tenantry.rules.runtimes import SILENT_AFTER
from tenantry.rules.vocabulary import AccountId, EnvironmentId, Instant, RuntimeId
from tenantry.runtimes.models import Runtime
from tenantry.store.paging import Page, keyset_page

RuntimeRow = Runtime
"""A runtime as stored; only this folder's commands write one."""


def with_state(rows: QuerySet[Runtime]) -> QuerySet[Runtime]:
    """These with what decides whether attachments are available, as `Runtime.unavailable` wants it."""
    return rows.select_related("cloud").annotate(installed=has_cluster("cloud_id"), reaches=reaching())


def runtimes_in(account: AccountId) -> QuerySet[Runtime]:
    """All runtimes of an account, by name."""
    return with_state(Runtime.rows.of(account)).order_by("name", "id")


def local_runtimes(account: AccountId) -> QuerySet[Runtime]:
    """The runtimes of an account that are no attachments in clouds, each with its environment."""
    return Runtime.rows.of(account).filter(digest__isnull=False).select_related("environment")


def attached(account: AccountId, environment: EnvironmentId) -> QuerySet[Runtime]:
    """The runtimes attached to an environment, by name."""
    return runtimes_in(account).filter(environment_id=environment)


def names_attached(account: AccountId, environment: EnvironmentId) -> tuple[str, ...]:
    """Their names."""
    rows = Runtime.rows.of(account).filter(environment_id=environment).order_by("name", "id")
    return tuple(rows.values_list("name", flat=True))


_AVAILABLE: Final = Q(digest__isnull=False) | Q(installed=True, reaches=True)
"""Of rows with their state: local runtimes, and attachments that are not Unavailable (CLOUD-8)."""


def able_to_run(account: AccountId, environment: EnvironmentId, *, tests: bool) -> QuerySet[Runtime]:
    """The runtimes attached to an environment that can run something, with `tests` in test mode (CLOUD-2), by name."""
    rows = attached(account, environment).filter(_AVAILABLE)
    return rows.filter(Q(cloud=None) | Q(cloud__allow_test_executions=True)) if tests else rows


def closed_to_deployments(account: AccountId, environments: Iterable[Environment]) -> no.DeploymentsNotAllowed | None:
    """The first attachment in these environments whose cloud does not let it take what is deployed there, if any
    (CLOUD-2). One that is Unavailable forbids nothing: it runs nothing either (CLOUD-8).
    """
    names = {one.id: one.name for one in environments}
    rows = runtimes_in(account).filter(_AVAILABLE, environment_id__in=names, cloud__allow_deployments=False)
    row = rows.first()
    if row is None or row.cloud is None:
        return None
    where = names[EnvironmentId(str(row.environment_id))]
    return no.DeploymentsNotAllowed(attachment=row.name, environment=where, cloud=row.cloud.name)


SHOWN: Final = 20
"""Runtimes that a dialog or the list beside the tiles shows at once."""


def count_by_environment(account: AccountId, environments: Sequence[str]) -> dict[str, int]:
    """How many runtimes are attached to each of these; one query."""
    rows = Runtime.rows.of(account).filter(environment_id__in=environments)
    return dict(rows.values_list("environment_id").annotate(number=Count("id")).order_by())


def unattached_page(account: AccountId) -> tuple[tuple[Runtime, ...], bool]:
    """The first runtimes that are attached nowhere, and whether there are more."""
    found = list(runtimes_in(account).filter(environment_id=None)[: SHOWN + 1])
    return tuple(found[:SHOWN]), len(found) > SHOWN


class State(StrEnum):
    """How a runtime is, as programs outside know it."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"


class Sort(StrEnum):
    """What a runtime is, as programs outside know it."""

    LOCAL = "ATOM"
    IN_CLOUD = "CLOUD"


def runtimes_entered(account: AccountId, environments: QuerySet[Any], at: Instant) -> QuerySet[Runtime]:
    """The runtimes of an account that are attached to none or to one of these environments, for lists that filter and
    page on their own: with their state, their `sort` and their `status`.

    A local one is online while it was heard of, an attachment while it can be used and a cluster of its cloud was.
    """
    since = at - SILENT_AFTER
    rows = with_state(Runtime.rows.of(account)).select_related("cloud__account")
    heard = Q(digest__isnull=False, seen_at__gt=since) | Q(_AVAILABLE, hears_of_cluster(since, "cloud_id"), digest=None)
    return rows.filter(Q(environment=None) | Q(environment__in=environments)).annotate(
        sort=_word(Q(digest__isnull=False), Sort.LOCAL, Sort.IN_CLOUD), status=_word(heard, State.ONLINE, State.OFFLINE)
    )


def _word(met: Q, word: str, otherwise: str) -> Case:
    return Case(When(met, then=Value(str(word))), default=Value(str(otherwise)), output_field=CharField())


def attached_within(account: AccountId, environments: QuerySet[Any]) -> QuerySet[Runtime]:
    """The runtimes that are attached to one of these environments."""
    return Runtime.rows.of(account).filter(environment__in=environments)


class Which(StrEnum):
    """Which runtimes a list shows; values stand in addresses."""

    ALL = ""
    LOCAL = "local"
    IN_CLOUDS = "cloud"
    UNAVAILABLE = "unavailable"


class Order(StrEnum):
    """How a list of runtimes is sorted; values stand in addresses."""

    NAME = ""
    NEWEST = "newest"
    OLDEST = "oldest"


_WHICH: Final = {
    Which.ALL: Q(),
    Which.LOCAL: Q(digest__isnull=False),
    Which.IN_CLOUDS: Q(digest__isnull=True),
    Which.UNAVAILABLE: Q(digest__isnull=True) & (Q(cloud=None) | Q(installed=False) | Q(reaches=False)),
}

_KEYS: Final = {Order.NAME: "name", Order.NEWEST: "installed_at", Order.OLDEST: "installed_at"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of a list of runtimes (PRIV-7): those with every word of `search` in their names."""

    search: str = ""
    which: Which = Which.ALL
    order: Order = Order.NAME

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.search.split()) or self.which is not Which.ALL


def runtimes_page(
    account: AccountId, environment: EnvironmentId | None, wanted: Wanted, mark: str = ""
) -> tuple[Page[Runtime], int]:
    """One page of the runtimes attached to an environment, or else of those attached nowhere, and how many match."""
    rows = with_state(Runtime.rows.of(account)).filter(_WHICH[wanted.which], environment_id=environment)
    for word in wanted.search.split():
        rows = rows.filter(name__icontains=word)
    keys = (_KEYS[wanted.order], "id")
    return keyset_page(rows, keys, mark, descending=wanted.order is Order.NEWEST), rows.count()


def attachable_page(
    account: AccountId, environment: Environment, reachable: Sequence[str], search: str
) -> tuple[tuple[Runtime, ...], bool]:
    """Runtimes that could be attached to an environment: those attached nowhere or to another one of `reachable`, less
    the attachments that are Unavailable (CLOUD-8) or in clouds of another classification (ENV-4).
    """
    others = [one for one in reachable if one != environment.id]
    rows = runtimes_in(account).filter(Q(environment_id=None) | Q(environment_id__in=others))
    fits = Q(installed=True, reaches=True, cloud__classification=environment.classification)
    rows = rows.filter(Q(digest__isnull=False) | fits)
    for word in search.split():
        rows = rows.filter(name__icontains=word)
    found = list(rows.select_related("environment")[: SHOWN + 1])
    return tuple(found[:SHOWN]), len(found) > SHOWN


def runtime_of(account: AccountId, runtime: RuntimeId | str) -> Runtime:
    """The runtime of this id; refuses with `RuntimeNotFound`."""
    row = with_state(Runtime.rows.of(account)).filter(id=runtime).first()
    if row is None:
        raise Refused(no.RuntimeNotFound())
    return row
