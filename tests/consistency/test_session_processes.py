"""Two processes let sessions of one person into an account at once: never three (SESS-7)."""

import time
from itertools import count

import pytest

from tests.consistency.test_two_processes import Worker, workers

pytestmark = [pytest.mark.processes, pytest.mark.store]

__all__ = ["workers"]

ROUNDS = 5
_numbers = count(1)


def test_sess_7_of_sessions_that_enter_at_once_two_are_let_in(workers: tuple[Worker, Worker]) -> None:
    """Whichever come first; each of the others is told that there are two."""
    one, other = workers
    account = one.do("account", name="Limited")
    one.do("limit_sessions", account=account)
    for turn in range(ROUNDS):
        user = one.do("user", account=account, email=f"session{next(_numbers)}@example.com", given=["STANDARD_USER"])
        keys = [[f"{turn}-{process}-{number}" for number in range(3)] for process in range(2)]
        one.do("begin", user=user, keys=[key for some in keys for key in some])
        moment = time.monotonic_ns() + 30_000_000
        for worker, some in ((one, keys[0]), (other, keys[1])):
            worker.tell("come_in", account=account, user=user, keys=some, moment=moment)
        came = [*one.answer(), *other.answer()]
        assert sorted(came) == ["in", "in", *["too_many_sessions"] * 4]
        assert one.do("inside", account=account, user=user) == 2
