"""What clients need that decide in their own process: the number of the last write, what has changed, and the facts.

`tenantry.client` reads them. All three are told from a state that was proven after they were asked for.
"""

from collections.abc import Mapping
from threading import BoundedSemaphore
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from msgspec import json

from tenantry.access_api.calls import Environ
from tenantry.access_api.discovery import SNAPSHOTS
from tenantry.access_api.doors import Asking, Door
from tenantry.access_api.replies import Fault, Malformed, Reply
from tenantry.accounts.queries import primaries_of
from tenantry.decisions.authzen import Served, is_served
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.handed_out import handed_out
from tenantry.rules.vocabulary import AccountId, storable
from tenantry.store import revisions
from tenantry.store.transaction import readable
from tenantry.users.queries import linked_count

LONGEST_WAIT: Final = 30
"""Seconds for which a call waits for a change at most."""

WAITING: Final = 2
"""Calls of a process that may wait at the same time: each takes a thread that others need for their questions. Whoever
comes when so many wait is answered at once, and asks again.
"""

MOST_USERS: Final = 20_000
"""Users of an account whose facts are handed out. Each change of a larger one would be a long answer to each client."""

_DIGITS: Final = 19

_waiting: Final = BoundedSemaphore(WAITING)


class Since(NamedTuple):
    """From which write on changes are asked for, and how long to wait if there are none."""

    after: int
    wait: int


def _nothing(environ: Environ) -> None:
    del environ


def _revision(asking: Asking, request: None) -> Reply:
    del request
    return Reply(json.encode({"revision": asking.state.revision}))


REVISION: Final = Door("GET", _nothing, _revision)
"""The number of the last write."""


def _since(environ: Environ) -> Since:
    told = parse_qs(environ.get("QUERY_STRING", ""))
    return Since(_number(told, "after"), min(_number(told, "wait"), LONGEST_WAIT))


def _number(told: dict[str, list[str]], name: str) -> int:
    [text] = told.get(name, ["0"])[:1]
    if not text.isascii() or not text.isdecimal() or len(text) >= _DIGITS:
        raise Malformed(f"Expected a number - at the parameter `{name}`")
    return int(text)


def _changes(asking: Asking, request: Since) -> Reply:
    """The scopes that were raised, or the accounts among those served that this concerns."""
    revision = asking.state.revision
    if revision == request.after and request.wait and _waiting.acquire(blocking=False):
        try:
            ENGINE.wait_beyond(request.after, request.wait)
        finally:
            _waiting.release()
        revision = ENGINE.current().revision
    if revision == request.after:
        return Reply(json.encode({"revision": revision, "changed": []}))
    primaries = _primaries(asking.client.served)  # before the changes: whoever gets another meanwhile is among these
    changes = _raised(request.after)
    scopes = None if changes.scopes is None else _told(frozenset(changes.scopes), asking.client.served, primaries)
    if changes.head < revision or scopes is None:
        return Reply(json.encode({"revision": revision, "all": True}))
    return Reply(json.encode({"revision": changes.head, "changed": sorted(scopes)}))


@readable
def _raised(after: int) -> revisions.Changes:
    return revisions.changed_since(after)


@readable
def _primaries(served: Served) -> dict[AccountId, AccountId]:
    return primaries_of(served) if served is not None else {}


def _told(scopes: frozenset[str], served: Served, primaries: Mapping[AccountId, AccountId]) -> frozenset[str] | None:
    """What a client with these accounts learns of the scopes: it is not told of accounts of others."""
    if served is None:
        return scopes
    if revisions.PLATFORM in scopes:
        return None
    return frozenset(account for account in served if account in scopes or primaries.get(account) in scopes)


CHANGES: Final = Door("GET", _since, _changes, waits=True)
"""What has changed since a write."""


def _account(environ: Environ) -> AccountId:
    try:
        return AccountId(environ["PATH_INFO"].removeprefix(SNAPSHOTS).encode("latin-1").decode())
    except UnicodeDecodeError as error:
        raise Malformed("The account's id is not UTF-8.") from error


def _facts(asking: Asking, account: AccountId) -> Reply:
    """The facts of an account, if it may be asked about and is not too large."""
    known = is_served(account, asking.client.served) and storable(account)
    facts = asking.state.snapshot(account) if known else None
    if facts is not None and facts.crowded:
        if linked_count(account) > MOST_USERS:
            raise Fault(413, f"Facts are handed out of accounts with at most {MOST_USERS} users.")
        facts = asking.state.everybody(account)
    if facts is None:
        raise Fault(404, "There is no such account among those that may be asked about.")
    return Reply(handed_out(facts, asking.state.revision))


FACTS: Final[Door[Any]] = Door("GET", _account, _facts)
"""The facts of an account."""
