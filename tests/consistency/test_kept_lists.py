"""What searches and calls keep between questions is brought up to date by whatever is committed."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.consistency.test_two_processes import Worker, a_database, a_worker

pytestmark = [pytest.mark.processes, pytest.mark.store]


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Worker]:
    """A process with a database of its own, in which things are committed."""
    folder = tmp_path_factory.mktemp("lists")
    with ExitStack() as stack:
        one = stack.enter_context(a_worker(stack.enter_context(a_database(folder)), folder))
        one.do("prepare")
        yield one


def test_lists_follow_every_commit(worker: Worker) -> None:
    """Of people and of accounts: as reading anew says, and as asking one by one."""
    said = worker.do("lists_follow_every_commit")
    assert said["wrong"] == []
    assert said["lists"] > 10
    assert said["queries"] == 1


def test_a_token_is_known_without_a_query_until_it_is_revoked(worker: Worker) -> None:
    """And refused from the next call on, however content that is with an older state."""
    said = worker.do("a_token_until_it_is_revoked")
    assert said == {"statuses": [200, 200, 401, 401], "queries": 0, "head": True}


def test_a_ready_answer_is_for_those_who_may_have_it_and_as_long_as_it_holds(worker: Worker) -> None:
    """What was made ready for one host application is not told to one that does not serve the account; nor what held
    in a trial after its end (ACC-12).
    """
    said = worker.do("ready_answers_are_for_whom_they_are")
    assert said["served"] == [*["held"] * 3, "unknown_account", "unknown_account", "held"]
    assert said["trial"] == ["held", "held", "held", "account_not_available"]
