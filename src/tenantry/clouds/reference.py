"""A small cloud cluster that runs nothing and reports as if: for demos, for tests, and as an example of the interface.

    python -m tenantry.clouds.reference --server http://127.0.0.1:8080 --token TOKEN

It installs itself behind its cloud, asks again and again which attachments there are, and does for each of them what
the reference runtime does. An attachment that becomes Unavailable is left alone until it is there again.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tenantry.runtimes.reference import Platform, Runtime, Unanswered, failed, keep_on

VERSION = "1.0"


@dataclass(slots=True)
class OfAttachment(Platform):
    """The server as an attachment sees it: each call names the attachment, the secret is the cluster's."""

    attachment: str = ""

    def call(self, path: str, message: object = None) -> object:
        """GET, or POST of a message; raises `Unanswered`."""
        return Platform.call(self, f"attachments/{self.attachment}/{path}", message)


@dataclass(slots=True)
class Cluster:
    """What this cluster remembers: a runtime for each attachment that it serves; and whether it has `restarted`."""

    platform: Platform
    every: float = 60.0
    serves: dict[str, Runtime] = field(default_factory=dict)
    restarted: bool = False

    def turn(self) -> int:
        """Ask once whom to serve, and what there is to do for each; tells how many executions were reported."""
        told = self._attachments()
        self.serves = {key: self.serves.get(key) or self._runtime(key, name) for key, name in told.items()}
        self.restarted = False
        reported = 0
        for runtime in self.serves.values():
            try:
                reported += runtime.turn()
            except Unanswered as unanswered:
                if unanswered.status in {0, 401}:
                    raise
                sys.stderr.write(f"{runtime.name}: {unanswered}\n")
        return reported

    def _attachments(self) -> dict[str, str]:
        """Those that are attached to an environment, by id, with their names."""
        found: dict[str, str] = {}
        after = ""
        while True:
            told = self.platform.call(f"attachments?after={after}")
            found |= {one["id"]: one["name"] for one in told["attachments"] if one["environment"] is not None}
            if told["next"] is None:
                return found
            after = told["next"]

    def _runtime(self, key: str, name: str) -> Runtime:
        platform = OfAttachment(self.platform.server, self.platform.secret, key)
        return Runtime(platform, every=self.every, name=name, restarted=self.restarted)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tenantry.clouds.reference", description=__doc__)
    parser.add_argument("--server", required=True, help="where Tenantry is, such as http://127.0.0.1:8080")
    parser.add_argument("--token", default=os.environ.get("TENANTRY_CLUSTER_TOKEN", ""), help="a token for a cluster")
    parser.add_argument("--name", default="Reference cluster", help="what the cluster is called")
    parser.add_argument("--state", type=Path, help="a file that keeps the secret, so that a restart needs no token")
    parser.add_argument("--interval", type=float, default=2.0, help="seconds between two questions")
    parser.add_argument("--every", type=float, default=60.0, help="seconds after which a process runs again")
    parser.add_argument("--no-browsing", action="store_true", help="switch browsing off in the cloud itself")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does: with who started it")
    return parser.parse_args(given)


def prove(platform: Platform, asked: argparse.Namespace) -> str:
    """Get the secret from the state file or for the token; returns the cluster's id."""
    state: Path | None = asked.state
    if state is not None and state.exists():
        kept = json.loads(state.read_text())
        platform.secret = kept["secret"]
        return str(kept["cluster"])
    message = {"token": asked.token, "name": asked.name, "version": VERSION, "browsing": not asked.no_browsing}
    made = platform.call("cluster/install", message)
    platform.secret = made["secret"]
    if state is not None:
        state.touch(mode=0o600)
        state.write_text(json.dumps(made))
    return str(made["cluster"])


def main() -> int:
    """Run until it is told that it is no cluster any more, or until Ctrl-C."""
    asked = arguments()
    if urlsplit(asked.server).scheme not in {"http", "https"}:
        return failed(f"{asked.server} is no address of a server")
    platform = Platform(asked.server)
    restarted = asked.state is not None and asked.state.exists()
    try:
        cluster = prove(platform, asked)
        platform.call("cluster", {"version": VERSION, "browsing": not asked.no_browsing})
    except Unanswered as unanswered:
        return failed(str(unanswered))
    return keep_on(Cluster(platform, every=asked.every, restarted=restarted).turn, cluster, asked)


if __name__ == "__main__":
    sys.exit(main())
