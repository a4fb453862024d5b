"""Two processes answer calls of the own interface at once: of what was seen, and of what has a key, one is done."""

import time
from itertools import count
from typing import Any

import pytest

from tests.consistency.test_two_processes import Worker, workers

pytestmark = [pytest.mark.processes, pytest.mark.store]

__all__ = ["workers"]

ROUNDS = 4
_numbers = count(1)
SUPPORT = "fcb6e474-0ca8-11e2-a477-1231381987a5"


class House:
    """An account with an Administrator who calls, and somebody with a role."""

    def __init__(self, one: Worker) -> None:
        """Made by one of the processes."""
        self.account = one.do("account", name="Called")
        self.boss, self.who = f"boss{next(_numbers)}@example.com", f"who{next(_numbers)}@example.com"
        one.do("user", account=self.account, email=self.boss, given=["ADMINISTRATOR"])
        one.do("user", account=self.account, email=self.who, given=["STANDARD_USER"])
        self.secret = one.do("own_token", account=self.account, email=self.boss)

    def sent(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """A call."""
        address = f"/v1/accounts/{self.account}/{path}"
        return {"method": method, "path": address, "body": body, "headers": headers}

    def at_once(self, pair: tuple[Worker, Worker], *calls: dict[str, Any]) -> list[dict[str, Any]]:
        """What both are answered that call at the same moment."""
        moment = time.monotonic_ns() + 30_000_000
        for worker, call in zip(pair, calls, strict=True):
            worker.tell("own_calls", secret=self.secret, email=self.boss, moment=moment, sent=[call])
        return [answer for worker in pair for answer in worker.answer()]

    def read(self, one: Worker, path: str) -> dict[str, Any]:
        """What one call is answered."""
        [answer] = one.do("own_calls", secret=self.secret, email=self.boss, moment=0, sent=[self.sent("GET", path)])
        return dict(answer)


def test_of_two_who_have_seen_the_same_one_changes_it(workers: tuple[Worker, Worker]) -> None:
    """The other is told that it has become another, and has done nothing."""
    one, _ = workers
    house = House(one)
    for turn in range(ROUNDS):
        [grant] = house.read(one, f"grants?user={house.who}")["body"]["items"]
        path = f"grants/{grant['id']}"
        tag = {"if-match": house.read(one, path)["headers"]["ETag"]}
        ends = [f"20{90 + turn}-0{month}-01T00:00:00Z" for month in (1, 2)]
        before = one.do("entries_about", account=house.account, container=house.who)
        answers = house.at_once(workers, *(house.sent("PUT", path, {"valid_until": end}, **tag) for end in ends))
        assert sorted(answer["status"] for answer in answers) == [200, 412], answers
        [won] = [end for end, answer in zip(ends, answers, strict=True) if answer["status"] == 200]
        assert house.read(one, path)["body"]["valid_until"] == won
        assert one.do("entries_about", account=house.account, container=house.who) == before + 1


def test_a_call_that_is_sent_twice_at_once_under_a_key_is_done_once(workers: tuple[Worker, Worker]) -> None:
    """Both are answered alike, one of them as done before; the log has it once."""
    one, _ = workers
    for turn in range(ROUNDS):
        house = House(one)
        key = {"idempotency-key": f"k{turn}"}
        before = one.do("entries_about", account=house.account, container=house.who)
        call = house.sent("POST", "grants", {"user": house.who, "role": SUPPORT}, **key)
        answers = house.at_once(workers, call, call)
        assert [answer["status"] for answer in answers] == [201, 201], answers
        assert answers[0]["body"] == answers[1]["body"]
        assert sum("Idempotency-Replayed" in answer["headers"] for answer in answers) == 1
        assert one.do("entries_about", account=house.account, container=house.who) == before + 1
