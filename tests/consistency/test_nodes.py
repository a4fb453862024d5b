"""Nodes with several server processes each, on one PostgreSQL with a standby: nobody is allowed what was taken away.

Somebody gives and takes roles without pause; others ask every node over HTTP without pause. Meanwhile nodes stand
still, lose their database, lose a process, and see it replaced by its standby. Each answer has to be what was the case
at some moment between question and answer; where that cannot be proven, it is a refusal, within a second.

`NODES_CHECKS` names how many answers are judged at least, for long runs by hand; else it is some ten thousand.
"""

import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.borders.tree import PROJECT
from tests.consistency.asking import Asker, Flip, Judged, judged
from tests.consistency.link import Link
from tests.consistency.pair import Pair, a_pair
from tests.consistency.test_two_processes import Worker, a_worker
from tests.engines import chosen
from tests.postgresql import free_port

pytestmark = [pytest.mark.processes, pytest.mark.store, pytest.mark.slow]

CHECKS: Final = int(os.environ.get("NODES_CHECKS", "0"))
if CHECKS:
    pytestmark.append(pytest.mark.timeout(3600))
PEOPLE: Final = 10
LINES: Final = 3
"""Connections to each node; each leads to one of its processes."""

READY_WITHIN: Final = 60
SECOND: Final = 1.0
SLACK: Final = 0.4
"""Seconds that a crowded machine may take beside what the node takes."""


@dataclass
class Node:
    """A running node, and the links by which it reaches the two servers."""

    process: "subprocess.Popen[bytes]"
    port: int
    links: list[Link]
    folder: Path

    def processes(self) -> list[int]:
        """Its server processes."""
        found = []
        for one in Path("/proc").iterdir():
            if one.name.isdigit():
                try:
                    parent = int((one / "stat").read_text().rpartition(")")[2].split()[1])
                    command = (one / "cmdline").read_bytes()
                except (OSError, ValueError):
                    continue
                if parent == self.process.pid and b"resource_tracker" not in command:
                    found.append(int(one.name))
        return sorted(found)

    def signal(self, number: int) -> None:
        """Send a signal to all of it."""
        for one in (self.process.pid, *self.processes()):
            os.kill(one, number)


@dataclass
class Estate:
    """The nodes, who writes, and all that was ever changed."""

    pair: Pair
    nodes: list[Node]
    writer: Worker
    token: str
    people: list[tuple[str, str]]
    keys: list[tuple[str, int]]
    flips: dict[int, list[Flip]] = field(default_factory=dict)
    judged: Judged = field(default_factory=Judged)

    def given(self) -> list[bool]:
        """Who has the role, as far as it is known."""
        known = []
        for place in range(PEOPLE):
            told = [flip.given for flip in self.flips.get(place, []) if flip.given is not None]
            known.append(bool(told and told[-1]))
        return known

    @contextmanager
    def asked(self, seconds: float) -> Iterator[list[Asker]]:
        """Change and ask for so long, whatever is done in the block, and judge the answers."""
        askers = [Asker(node.port, self.token, self.people) for node in self.nodes for _ in range(LINES)]
        for asker in askers:
            asker.start()
        self.writer.tell("flip_people", people=self.keys, given=self.given(), seconds=seconds)
        try:
            yield askers
            told = self.writer.answer()
            time.sleep(0.2)
        finally:
            for asker in askers:
                asker.stop()
        for place, begun, done, given in told:
            self.flips.setdefault(place, []).append(Flip(begun, done, given))
        found = judged([call for asker in askers for call in asker.calls], self.flips)
        self.judged += found
        assert (found.stale_allows, found.wrong) == (0, 0)
        assert found.seen == {True, False}


def _environment(folder: Path, urls: list[str], **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "DJANGO_"))}
    first = urlsplit(urls[0])
    account, servers = first.netloc.rpartition("@")[0], [urlsplit(url).netloc.rpartition("@")[2] for url in urls]
    url = f"postgresql://{account}@{','.join(servers)}{first.path}?target_session_attrs=read-write"
    return {
        **inherited,
        "TENANTRY_DATABASE_URL": url,
        "TENANTRY_DATA_DIR": str(folder),
        "TENANTRY_SECRET_KEY": "one for all nodes",
        **more,
    }


@contextmanager
def _a_node(urls: list[str], folder: Path, *options: str, **more: str) -> Iterator[Node]:
    links = [Link(urlsplit(url).port or 0) for url in urls]
    near = [url.replace(f":{urlsplit(url).port}/", f":{link.port}/") for url, link in zip(urls, links, strict=True)]
    port = free_port()
    folder.mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "tenantry", "serve", "--port", str(port), "--workers", "2", *options],
            cwd=PROJECT,
            env=_environment(folder, near, **more),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    node = Node(process, port, links, folder)
    try:
        yield node
    finally:
        for link in links:
            link.close()
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            node.signal(signal.SIGKILL)
            process.wait()


def _ready(node: Node) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=5)
            line.request("GET", "/.well-known/authzen-configuration")
            assert line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            assert node.process.poll() is None, (node.folder / "log").read_text()
            assert time.monotonic() < until, (node.folder / "log").read_text()
            time.sleep(0.1)
        else:
            line.close()
            return


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """Two nodes of two processes each: one serves everything and is told of changes, one serves decisions alone and
    has to look by itself.
    """
    if chosen() != "postgresql":
        pytest.skip("nodes share a PostgreSQL")
    folder = tmp_path_factory.mktemp("nodes")
    with ExitStack() as stack:
        pair = stack.enter_context(a_pair())
        url = _environment(folder, pair.urls)["TENANTRY_DATABASE_URL"]
        writer = stack.enter_context(a_worker(url, folder))
        writer.do("prepare")
        nodes = [
            stack.enter_context(_a_node(pair.urls, folder / "one")),
            stack.enter_context(_a_node(pair.urls, folder / "two", "--only", "decisions", TENANTRY_NOTIFY="off")),
        ]
        accounts = [writer.do("account", name=f"Account {number}") for number in range(2)]
        people, keys = [], []
        for number, account in zip(range(PEOPLE), itertools.cycle(accounts)):
            email = f"n{number}@example.com"
            people.append((email, account))
            keys.append((account, writer.do("user", account=account, email=email, given=["SUPPORT"])))
        token = writer.do("client_token", name="host")
        for node in nodes:
            _ready(node)
        yield Estate(pair, nodes, writer, token, people, keys)


def _nearly_all_answered(askers: list[Asker]) -> bool:
    """A machine that is too busy to look within the time refuses now and then, as it should."""
    told = [call.status for asker in askers for call in asker.calls]
    return told.count(200) > 0.95 * len(told)


def test_role_10_nobody_is_allowed_by_any_node_what_was_taken_away(estate: Estate) -> None:
    """While nothing else happens: every node, every process, every answer."""
    more = True
    while more:
        with estate.asked(4) as askers:
            pass
        assert all(asker.calls for asker in askers)
        assert [asker.errors for asker in askers] == [0] * len(askers)
        assert _nearly_all_answered(askers)
        more = estate.judged.checks < CHECKS


def test_role_10_a_node_that_stood_still_answers_from_now(estate: Estate) -> None:
    """It has heard of nothing, and its connections know nothing of the time that went by."""
    with estate.asked(4):
        for node in estate.nodes:
            time.sleep(0.3)
            node.signal(signal.SIGSTOP)
            time.sleep(1)
            node.signal(signal.SIGCONT)


@pytest.mark.parametrize("number", [0, 1])
def test_a_node_without_its_database_refuses_within_a_second(estate: Estate, number: int) -> None:
    """And answers again when it is back. The other one is not concerned."""
    node = estate.nodes[number]
    with estate.asked(6) as askers:
        time.sleep(1)
        cut = time.monotonic_ns()
        for link in node.links:
            link.cut()
        time.sleep(2.5)
        mended = time.monotonic_ns()
        for link in node.links:
            link.mend()
        time.sleep(2)
    mine = [asker for asker in askers if asker.port == node.port]
    calls = [call for asker in mine for call in asker.calls if cut < call.sent and call.answered < mended]
    assert len(calls) >= LINES
    assert {call.status for call in calls} == {503}
    assert max(call.answered - call.sent for call in calls) / 1e9 < SECOND + SLACK
    for asker in mine:
        assert [call for call in asker.calls if call.sent > mended and call.status == 200]
    assert _nearly_all_answered([asker for asker in askers if asker.port != node.port])


def test_a_process_that_is_killed_is_replaced(estate: Estate) -> None:
    """What the new one knows, it has read by itself."""
    with estate.asked(4):
        for node in estate.nodes:
            time.sleep(0.3)
            before = node.processes()
            os.kill(before[0], signal.SIGKILL)
            until = time.monotonic() + 20
            while len(node.processes()) < len(before) or before[0] in node.processes():
                assert time.monotonic() < until
                time.sleep(0.05)


def test_role_10_a_standby_takes_over(estate: Estate) -> None:
    """What was committed is there, the nodes find it by themselves, and forget all that they knew."""
    with estate.asked(9) as askers:
        time.sleep(1)
        estate.pair.fail_over()
        over = time.monotonic_ns()
    for asker in askers:
        assert [call for call in asker.calls if call.sent > over and call.status == 200]
    assert [flip for flips in estate.flips.values() for flip in flips if flip.begun > over and flip.given is not None]
    assert estate.judged.checks >= max(CHECKS, 5_000)
    print(json.dumps({"checks": estate.judged.checks, "stale allows": estate.judged.stale_allows}))  # noqa: T201
