"""Two processes share and withdraw, accounts join and leave, the other decides: nothing stale, nothing comes back, and
nothing is deleted that another account begins to use.
"""

from bisect import bisect_right
from itertools import count, product
from typing import Final

import pytest

from tests.consistency.test_two_processes import Worker, workers

pytestmark = [pytest.mark.processes, pytest.mark.store]

__all__ = ["workers"]

ROUNDS: Final = 15
QUESTIONS: Final = 8
_numbers = count(1)


def somebody() -> str:
    """An address nobody has yet."""
    return f"partner{next(_numbers)}@example.com"


@pytest.mark.slow
def test_share_6_what_one_process_gives_or_takes_the_other_knows(workers: tuple[Worker, Worker]) -> None:
    """Eight kinds of change; after each has returned, no decision in the customer's account is of before."""
    writer, reader = workers
    outside = somebody()
    world = writer.do("partner", name="Partner", email=outside)
    primary, member, role, group = (world[name] for name in ("primary", "member", "role", "group"))
    inside = somebody()
    user = writer.do("user", account=member, email=inside, given=["SUPPORT"])
    stale, asked = [], 0

    def expect(email: str, privilege: str, *, allowed: bool, after: str) -> None:
        nonlocal asked
        answers = reader.do("decide", account=member, email=email, privilege=privilege, times=QUESTIONS)
        asked += len(answers)
        stale.extend([after] * sum(answer is not allowed for answer in answers))

    for _ in range(ROUNDS):
        writer.do("join", primary=primary, group=group, member=member)
        expect(outside, "EXECUTE", allowed=True, after="joining a group")
        writer.do("share", primary=primary, group=group, role=role)
        writer.do("change", account=member, user=user, given=["SUPPORT", role])
        expect(inside, "API", allowed=True, after="assigning a shared role")
        writer.do("edit", account=primary, role=role, privileges=["EXECUTE"])
        expect(inside, "API", allowed=False, after="editing a shared role")
        writer.do("edit", account=primary, role=role, privileges=["API"])
        expect(inside, "API", allowed=True, after="editing it back")
        writer.do("withdraw", primary=primary, group=group, role=role)
        expect(inside, "API", allowed=False, after="withdrawing")
        writer.do("share", primary=primary, group=group, role=role)
        expect(inside, "API", allowed=False, after="sharing again, which brings nothing back")
        writer.do("withdraw", primary=primary, group=group, role=role)
        writer.do("support_access", account=member, role=None)
        expect(outside, "EXECUTE", allowed=False, after="choosing no access")
        writer.do("support_access", account=member, role="ADMINISTRATOR")
        expect(outside, "EXECUTE", allowed=True, after="choosing Administrator")
        writer.do("leave", primary=primary, group=group, member=member)
        expect(outside, "EXECUTE", allowed=False, after="leaving a group")
    assert stale == []
    assert asked == ROUNDS * 9 * QUESTIONS


@pytest.mark.slow
def test_grp_16_decisions_made_while_an_account_comes_and_goes_are_of_the_moment(
    workers: tuple[Worker, Worker],
) -> None:
    """Each answer is that of a state which was current at some moment between question and answer."""
    writer, reader = workers
    email = somebody()
    world = writer.do("partner", name="Partner", email=email)
    reader.tell("look", account=world["member"], email=email, privilege="EXECUTE", seconds=5)
    turns = writer.do("come_and_go", primary=world["primary"], group=world["group"], member=world["member"], times=120)
    answers = reader.answer()
    begun, returned = [turn[0] for turn in turns], [turn[1] for turn in turns]
    states = [False, *(turn[2] for turn in turns)]
    wrong = 0
    for asked, answered, allowed in answers:
        first, last = bisect_right(returned, asked), bisect_right(begun, answered)
        wrong += allowed not in states[first : last + 1]
    assert wrong == 0
    during = [one for one in answers if begun[0] < one[0] < returned[-1]]
    assert len(during) > 100
    assert {one[2] for one in during} == {True, False}


def test_share_18_nothing_assigned_while_shares_come_and_go_survives_them(workers: tuple[Worker, Worker]) -> None:
    """One process shares and withdraws without pause, the other assigns without pause: in the end nobody holds it, and
    sharing once more brings nothing back.
    """
    sharer, assigner = workers
    email, inside = somebody(), somebody()
    world = sharer.do("partner", name="Partner", email=email)
    primary, member, role, group = (world[name] for name in ("primary", "member", "role", "group"))
    sharer.do("join", primary=primary, group=group, member=member)
    user = sharer.do("user", account=member, email=inside, given=["STANDARD_USER"])
    assigner.tell("assign", account=member, user=user, role=role, times=120)
    sharer.do("share_and_withdraw", primary=primary, group=group, role=role, times=60)
    came = assigner.answer()
    assert set(came) <= {"done", "role_not_assignable"}
    for worker in workers:
        assert worker.do("decide", account=member, email=inside, privilege="API", times=2) == [False] * 2
    sharer.do("share", primary=primary, group=group, role=role)
    for worker in workers:
        assert worker.do("decide", account=member, email=inside, privilege="API", times=2) == [False] * 2
    assert sharer.do("held", account=member, user=user) == ["STANDARD_USER"]


def test_share_18_both_processes_finish_what_ended_shares_left(workers: tuple[Worker, Worker]) -> None:
    """Portions taken in turns by two processes delete everything once."""
    one, two = workers
    world = one.do("partner", name="Partner", email=somebody())
    primary, member, role, group = (world[name] for name in ("primary", "member", "role", "group"))
    one.do("join", primary=primary, group=group, member=member)
    one.do("share", primary=primary, group=group, role=role)
    users = [one.do("user", account=member, email=somebody(), given=[role]) for _ in range(4)]
    one.do("withdraw", primary=primary, group=group, role=role)
    assert [one.do("held", account=member, user=user) for user in users] == [[role]] * 4
    one.tell("finish", portions=1000)
    two.tell("finish", portions=1000)
    assert one.answer() + two.answer() >= 1
    assert one.do("finish", portions=10) + two.do("finish", portions=10) == 0
    assert [two.do("held", account=member, user=user) for user in users] == [[]] * 4


HELD_UP: Final = 0.5
"""Seconds for which a transaction is held up before it is committed, while the other process does its part."""


def test_conn_10_a_connector_and_what_begins_to_use_it_are_not_lost_to_each_other(
    workers: tuple[Worker, Worker],
) -> None:
    """One account deletes its connector while another one writes a component that names it, or deploys one that was
    deleted since. Whoever comes first has its way, and the other waits for it and is refused.
    """
    one, two = workers
    world = one.do("maker")
    primary, member = world["primary"], world["member"]
    for deploys, deletes_first in product((False, True), repeat=2):
        lent = two.do("lent_connector", primary=primary, group=world["group"], name=f"C {deploys} {deletes_first}")
        deletes = {"do": "delete_connector", "account": primary, "connector": lent["connector"]}
        uses = {"do": "use_connector", "account": member, "kind": lent["kind"]}
        if deploys:
            place = f"E {deletes_first}"
            packaged = one.do("package_using", account=member, kind=lent["kind"], environment=place)
            uses = {"do": "deploy_connector", "account": member, **packaged}
        first, second = (deletes, uses) if deletes_first else (uses, deletes)
        one.tell(**first, seconds=HELD_UP)
        assert one.answer() == "has written"
        two.tell(**second)
        assert one.answer() == "done"
        assert two.answer() == ("connector_not_usable" if deletes_first else "connector_in_use")
        left = one.do("left_of_connector", account=primary, member=member, **lent)
        assert left == [not deletes_first, not deletes_first]
