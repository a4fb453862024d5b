"""Two processes answer calls of the platform API at once: neither takes back what the other has changed."""

import time

import pytest

from tests.consistency.test_own_api_processes import House
from tests.consistency.test_two_processes import Worker, workers

pytestmark = [pytest.mark.processes, pytest.mark.store]

__all__ = ["workers"]


def test_two_who_change_different_members_at_once_both_have_changed_them(workers: tuple[Worker, Worker]) -> None:
    """Members that a call does not send stay as they are when it writes, not as they were when it began."""
    one, _ = workers
    house = House(one)
    one.do("licensed", account=house.account)
    wanted = {"idpUrl": "https://in.example/sso", "signoutRedirectUrl": "https://out.example/bye"}
    who = {"secret": house.secret, "email": house.boss, "account": house.account}
    for worker in workers:  # the first call of a process takes longer
        assert worker.do("settings_call", moment=0, sent={}, **who) == 200
    moment = time.monotonic_ns() + 30_000_000
    for worker, (member, value) in zip(workers, wanted.items(), strict=True):
        worker.tell("settings_call", moment=moment, sent={member: value}, **who)
    assert [worker.answer() for worker in workers] == [200, 200]
    assert one.do("settings_kept", account=house.account) == [*wanted.values()]
