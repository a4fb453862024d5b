"""Answers as they go over the wire: bytes, written once for all who hold the same where time changes nothing."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tenantry.decisions.authzen import (
    NO_OBJECTS,
    RESERVED_TYPES,
    Evaluation,
    Objects,
    Served,
    evaluate,
    is_served,
    response,
)
from tenantry.decisions.engine import State
from tenantry.objects.queries import places_of_objects
from tenantry.rules.decide import Snapshot
from tenantry.rules.vocabulary import AccountId, Instant, storable

ALLOWED: Final = b'{"decision":true'
"""How every answer begins that lets somebody."""

_ENCODER: Final = msgspec.json.Encoder()


class Telling:
    """The questions of one request, all answered from one state: `engine` stands still while it is asked."""

    __slots__ = ("_accounts", "_objects", "engine", "now", "served")

    def __init__(self, engine: State, now: Instant, served: Served = None) -> None:
        """Answer about the accounts `served`, as of `now` where a question names no instant."""
        self.engine = engine
        self.now = now
        self.served = served
        self._accounts: dict[str, Snapshot | None] = {}
        self._objects: Objects = NO_OBJECTS

    def prepare(self, requests: Sequence[Evaluation]) -> None:
        """Look at once for what many questions need: objects of the host, and people of crowded accounts."""
        things = {(one.resource.type, one.resource.id) for one in requests if one.resource.type not in RESERVED_TYPES}
        if len(things) > 1:
            self._objects = places_of_objects({one for one in things if all(map(storable, one))})
        for account in {one.resource.id for one in requests if one.resource.type == "account"}:
            facts = self._looked_at(account)
            if facts is not None and facts.crowded:
                people = {one.subject.id for one in requests if one.resource.id == account}
                self._accounts[account] = self.engine.about(facts.account.id, *filter(storable, people))

    def tell(self, request: Evaluation) -> bytes:
        """The answer to one question; raises `MalformedRequest` for a time or an account that is none.

        What anybody in an account may do there at any time is found ready, beside the decision that it tells of.
        """
        resource = request.resource
        if resource.type != "account" or request.context or request.subject.type != "user":
            return self._worked_out(request)
        account = resource.id
        try:
            facts = self._accounts[account]
        except KeyError:
            facts = self._looked_at(account)
        if facts is None:
            return self._worked_out(request)
        standing = facts.standings.get(request.subject.id)
        if standing is None or not standing.lasting or (facts.ends is not None and self.now >= facts.ends):
            return self._worked_out(request)
        privilege = request.action.name
        told = standing.told.get(privilege)
        if told is None:
            told = self._worked_out(request)
            if privilege in standing:  # which keeps the decisions that last, of privileges that there are
                standing.told[privilege] = told
        return told

    def _looked_at(self, account: str) -> Snapshot | None:
        known = AccountId(account)
        facts = self.engine.snapshot(known) if is_served(known, self.served) and storable(known) else None
        self._accounts[account] = facts
        return facts

    def _worked_out(self, request: Evaluation) -> bytes:
        return _ENCODER.encode(response(evaluate(self.engine, request, self.now, self.served, self._objects)))
