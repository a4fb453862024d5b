"""A small runtime that runs nothing and reports as if: for demos, for tests, and as an example of the interface.

    python -m tenantry.runtimes.reference --server http://127.0.0.1:8080 --token INSTALLER_TOKEN

It installs itself, asks again and again what is deployed where it is attached, reports an execution of each process
with an inbound and an outbound document, and carries out the work that people request. Standard library only.
"""

import argparse
import base64
import itertools
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VERSION = "1.0"
NOWHERE = 409
"""The status by which the platform says that a runtime is attached nowhere."""
MENTIONED = 1000
"""Characters that tell of connectors."""
TIMEOUT = 30
"""Seconds that an answer may take."""


class Unanswered(Exception):
    """The platform says no, or nothing at all."""

    def __init__(self, status: int, said: str) -> None:
        """`status` is that of HTTP; 0 where there was no answer."""
        super().__init__(said)
        self.status = status


@dataclass(slots=True)
class Platform:
    """The server, and the secret by which this runtime proves itself there."""

    server: str
    secret: str = ""

    def call(self, path: str, message: object = None) -> Any:  # noqa: ANN401 - JSON
        """GET, or POST of a message; raises `Unanswered`."""
        headers = {"Accept": "application/json"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        body = None
        if message is not None:
            body, headers["Content-Type"] = json.dumps(message).encode(), "application/json"
        url = f"{self.server.rstrip('/')}/runtime/v1/{path}"
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - `main` lets only http and https through
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Unanswered(error.code, _said(error.read()) or str(error)) from error
        except (OSError, ValueError) as error:
            raise Unanswered(0, str(error)) from error


def _said(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ""


@dataclass(slots=True)
class Runtime:
    """What this runtime remembers: which processes it has run how often, by the number of their deployment.

    `every` is after how many seconds a process runs again. Every `fails`-th execution ends in an error. One that was
    `restarted` says so first, which is an update of the runtime (CONN-8).
    """

    platform: Platform
    every: float = 60.0
    fails: int = 5
    name: str = "runtime"
    runs: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    born: str = field(default_factory=lambda: f"{datetime.now(UTC):%y%m%d%H%M%S}")
    due: dict[int | str, float] = field(default_factory=dict)
    restarted: bool = False

    def turn(self) -> int:
        """Ask once what there is to do, and do it; tells how many executions were reported."""
        if self.restarted:
            self._say_restarted()
        reported = 0
        for deployment in self._deployed():
            if deployment["type"] == "process" and time.monotonic() >= self.due.get(deployment["id"], 0):
                self.due[deployment["id"]] = time.monotonic() + self.every
                self._report(self._run(deployment))
                reported += 1
        for work in self.platform.call("work")["work"]:
            done = self._carry_out(work)
            self._report(done)
            message = f"Ran as {done['id']}."
            self.platform.call(f"work/{work['id']}/done", {"status": done["status"], "message": message})
            reported += 1
        return reported

    def _say_restarted(self) -> None:
        try:
            self.platform.call("updates", {})
        except Unanswered as unanswered:
            if unanswered.status != NOWHERE:
                raise
        self.restarted = False

    def _deployed(self) -> Iterator[dict[str, Any]]:
        after: int | str = 0
        while True:
            told = self.platform.call(f"deployments?after={after}")
            yield from told["deployments"]
            if told["next"] is None:
                return
            after = told["next"]

    def _report(self, execution: dict[str, Any]) -> None:
        self.platform.call("executions", {"executions": [execution]})

    def _run(self, deployment: dict[str, Any]) -> dict[str, Any]:
        """An execution of a process on a made-up order, which says with which connectors it runs."""
        number = next(self.runs)
        order = {"order": 1000 + number, "customer": f"Customer {number % 7 + 1}", "amount": 19.5 * number}
        content, fails = json.dumps(order).encode(), number % self.fails == 0
        process, component = deployment["name"], deployment["component"]
        made = self._execution(process, component, number, content, "application/json", fails=fails)
        used = [f"{one['type']} {one['version'] or ''}".strip() for one in deployment["connectors"]]
        if used:
            made["message"] = f"Runs with {', '.join(used)[:MENTIONED]}\n{made['message']}"
        return made

    def _carry_out(self, work: dict[str, Any]) -> dict[str, Any]:
        """An execution of the same process on the document that came with the work."""
        document = work["document"]
        content = base64.b64decode(document["base64"])
        made = self._execution(
            work["process"], work["component"], next(self.runs), content, document["content_type"], fails=False
        )
        kind = "again" if work["kind"] == "RERUN" else "in test mode"
        made["message"] = f"Ran the document {document['name']} {kind}.\n{made['message']}"
        return {**made, "work": work["id"]}

    def _execution(
        self, process: str, component: str, number: int, content: bytes, kind: str, *, fails: bool
    ) -> dict[str, Any]:
        ended = datetime.now(UTC)
        started = ended - timedelta(milliseconds=350 + number % 11 * 170)
        inbound = {
            "id": "in-1",
            "direction": "INBOUND",
            "name": "order.json",
            "content_type": kind,
            "base64": base64.b64encode(content).decode(),
        }
        outbound = {
            "id": "out-1",
            "direction": "OUTBOUND",
            "name": "invoice.txt",
            "text": f"Invoice for {len(content)} bytes of {kind}, made by {self.name}.\n",
        }
        lines = [f"{started:%H:%M:%S} Started {process}", f"{started:%H:%M:%S} Read 1 document of {len(content)} bytes"]
        lines.append(
            f"{ended:%H:%M:%S} ERROR The connection was refused by the invoice system"
            if fails
            else f"{ended:%H:%M:%S} Wrote 1 document"
        )
        return {
            "id": f"{self.born}-{number}",
            "process": process,
            "component": component,
            "status": "ERROR" if fails else "COMPLETE",
            "started": started.isoformat(),
            "ended": ended.isoformat(),
            "message": "\n".join(lines),
            "documents": [inbound] if fails else [inbound, outbound],
        }


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tenantry.runtimes.reference", description=__doc__)
    parser.add_argument("--server", required=True, help="where Tenantry is, such as http://127.0.0.1:8080")
    parser.add_argument("--token", default=os.environ.get("TENANTRY_INSTALLER_TOKEN", ""), help="an installer token")
    parser.add_argument("--name", default="Reference runtime", help="what the runtime is called")
    parser.add_argument("--state", type=Path, help="a file that keeps the secret, so that a restart needs no token")
    parser.add_argument("--interval", type=float, default=2.0, help="seconds between two questions")
    parser.add_argument("--every", type=float, default=60.0, help="seconds after which a process runs again")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does: with who started it")
    return parser.parse_args(given)


def prove(platform: Platform, token: str, name: str, state: Path | None) -> str:
    """Get the secret from the state file or for the installer token; returns the runtime's id."""
    if state is not None and state.exists():
        kept = json.loads(state.read_text())
        platform.secret = kept["secret"]
        return str(kept["runtime"])
    made = platform.call("install", {"token": token, "name": name, "version": VERSION})
    platform.secret = made["secret"]
    if state is not None:
        state.touch(mode=0o600)
        state.write_text(json.dumps(made))
    return str(made["runtime"])


def main() -> int:
    """Run until it is told that it is no runtime any more, or until Ctrl-C."""
    asked = arguments()
    if urlsplit(asked.server).scheme not in {"http", "https"}:
        return failed(f"{asked.server} is no address of a server")
    platform = Platform(asked.server)
    restarted = asked.state is not None and asked.state.exists()
    try:
        runtime = prove(platform, asked.token, asked.name, asked.state)
    except Unanswered as unanswered:
        return failed(str(unanswered))
    works = Runtime(platform, every=asked.every, name=asked.name, restarted=restarted)
    return keep_on(works.turn, runtime, asked)


def keep_on(turn: Callable[[], object], key: str, asked: argparse.Namespace) -> int:
    """Say what is installed, then take turns, `--interval` seconds apart, until the platform knows it no more or Ctrl-C
    comes; with `--until-eof` also until standard input ends. Returns the exit status.
    """
    sys.stdout.write(f"installed as {key}\n")
    sys.stdout.flush()
    if asked.until_eof:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        while True:
            try:
                turn()
            except Unanswered as unanswered:
                if unanswered.status in {401, 403}:
                    return failed(str(unanswered))
                sys.stderr.write(f"{unanswered}\n")
            time.sleep(asked.interval)
    except KeyboardInterrupt:
        return 0


def _end_with_input() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def failed(why: str) -> int:
    """Say why it cannot go on; returns the exit status."""
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
