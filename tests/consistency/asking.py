"""Somebody who asks nodes over HTTP without pause, and what is to be said about the answers afterwards."""

import http.client
import json
import threading
import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

PRIVILEGE: Final = "BUILD"
PATIENCE: Final = 5.0
"""Seconds after which an asker gives up a connection."""


class Asked(NamedTuple):
    """One call: when it was sent, when it was answered, with which status, and each answer in it."""

    sent: int
    answered: int
    status: int
    allowed: tuple[bool, ...]


class Flip(NamedTuple):
    """One change of somebody's role: when it was begun, when it was committed, and what holds from then on; nothing
    is known where it failed in a way that leaves open whether it happened.
    """

    begun: int
    done: int
    given: bool | None


@dataclass
class Asker:
    """Asks one node about everybody in one call, again and again, on one connection."""

    port: int
    token: str
    people: Sequence[tuple[str, str]]
    """E-mail address and account."""
    calls: list[Asked] = field(default_factory=list)
    errors: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()
        self._thread.join(PATIENCE + 5)

    def _run(self) -> None:
        questions = [
            {"subject": {"type": "user", "id": user}, "resource": {"type": "account", "id": account}}
            for user, account in self.people
        ]
        body = json.dumps({"action": {"name": PRIVILEGE}, "evaluations": questions})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        line: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            sent = time.monotonic_ns()
            try:
                line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                line.request("POST", "/access/v1/evaluations", body, headers)
                answer = line.getresponse()
                said = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                self.errors += 1
                if line is not None:
                    line.close()
                line = None
                time.sleep(0.05)
                continue
            told = tuple(one["decision"] for one in said["evaluations"]) if answer.status == 200 else ()
            self.calls.append(Asked(sent, time.monotonic_ns(), answer.status, told))
            if answer.status != 200:
                time.sleep(0.02)
        if line is not None:
            line.close()


@dataclass
class Judged:
    """What the answers were, put together: how many checks, and how many of them said what was not the case at any
    moment between question and answer; `stale_allows` are those among them that allowed.
    """

    checks: int = 0
    wrong: int = 0
    stale_allows: int = 0
    seen: set[bool] = field(default_factory=set)

    def __iadd__(self, other: "Judged") -> Self:
        """Both together."""
        self.checks += other.checks
        self.wrong += other.wrong
        self.stale_allows += other.stale_allows
        self.seen |= other.seen
        return self


def judged(calls: Sequence[Asked], flips: Mapping[int, Sequence[Flip]]) -> Judged:
    """Compare answers with what was the case: `flips` by the place of the person in the calls, in their order, all
    that there ever were. Nobody had the role before.
    """
    found = Judged()
    for place, changes in flips.items():
        begun, done = [one.begun for one in changes], [one.done for one in changes]
        states = [False, *(one.given for one in changes)]
        for call in calls:
            if call.status != 200:
                continue
            allowed = call.allowed[place]
            possible = states[bisect_right(done, call.sent) : bisect_right(begun, call.answered) + 1]
            if None in possible:
                continue  # a change whose end nobody knows may count from its beginning on, or never
            found.checks += 1
            found.seen.add(allowed)
            if allowed not in possible:
                found.wrong += 1
                found.stale_allows += allowed
    return found
