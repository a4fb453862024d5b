"""Running `tenantry` as a process with a data folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile

import msgspec

from tests.command_line.nursery import nursery

PROGRAM = [sys.executable, "-c", "from tenantry.command_line import main; main()"]


def run_from_nothing(
    *words: str | Path,
    text: bytes = b"",
    before: Callable[[], None] | None = None,
    environment: dict[str, str],
    folder: Path,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end in a process that begins as one at a shell does."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        input=text,
        capture_output=True,
        env=environment,
        cwd=folder,
        timeout=90,
        check=False,
        preexec_fn=before,
    )


class Installation:
    """A data folder, and commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "DJANGO_"))}
        self.environment = kept | {"TENANTRY_DATA_DIR": str(self.data), "TENANTRY_SQLITE_TIMEOUT": "0.5"}

    def run(
        self,
        *words: str | Path,
        text: str | bytes = b"",
        before: Callable[[], None] | None = None,
        **environment: str,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end: in a process that has loaded much already (`nursery`), unless something is to
        happen before.
        """
        given = text.encode() if isinstance(text, str) else text
        surroundings = self.environment | environment
        if before is not None or not all(name.startswith("TENANTRY_") for name in environment):
            done = run_from_nothing(*words, text=given, before=before, environment=surroundings, folder=self.folder)
        else:
            with TemporaryFile() as put_in, TemporaryFile() as out_file, TemporaryFile() as err_file:
                put_in.write(given)
                put_in.seek(0)
                files = [put_in, out_file, err_file]
                status = nursery().run([*map(str, words)], files, surroundings, self.folder)
                for file in (out_file, err_file):
                    file.seek(0)
                done = subprocess.CompletedProcess(
                    [*PROGRAM, *map(str, words)], status, out_file.read(), err_file.read()
                )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def start(self, *words: str | Path, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a command and go on."""
        return subprocess.Popen(
            [*PROGRAM, *map(str, words)],
            env=self.environment | environment,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def script(self, program: str, text: bytes) -> None:
        """Run a program of Python's on the installation, which gets this on its standard input."""
        given = self.environment | {"DJANGO_SETTINGS_MODULE": "tenantry.web.settings"}
        subprocess.run([sys.executable, "-c", program], input=text, env=given, cwd=self.folder, timeout=90, check=True)

    def write(self, name: str, *lines: object) -> Path:
        """A file of JSON Lines."""
        file = self.folder / name
        file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        return file


def one_line(done: "subprocess.CompletedProcess[str]", status: int = 1) -> str:
    """What a failed command said: one line on standard error, and nothing else there."""
    assert done.returncode == status, (done.stdout, done.stderr)
    [line] = done.stderr.splitlines()
    return line


ACME = {"kind": "account", "id": "acme", "name": "Acme", "features": ["advanced_user_security"]}
ANN = {"kind": "user", "id": "ann@acme.test"}
BOB = {"kind": "user", "id": "bob@acme.test", "external_id": "u-2"}
OPS = {"kind": "role", "account": "acme", "name": "Ops", "inherits": "Support", "privileges": ["BUILD"]}
WORLD = (
    ACME,
    ANN,
    BOB,
    OPS,
    {"kind": "user_role", "account": "acme", "user": "ann@acme.test", "role": "Administrator"},
    {
        "kind": "user_role",
        "account": "acme",
        "user": "bob@acme.test",
        "role": "Ops",
        "valid_until": "2090-01-01T00:00:00Z",
    },
    {"kind": "object", "account": "acme", "type": "report", "id": "r-1"},
)


def asks(user: str, privilege: str, resource: str = "acme", kind: str = "account", **context: str) -> dict[str, object]:
    """An evaluation request."""
    question: dict[str, object] = {
        "subject": {"type": "user", "id": user},
        "action": {"name": privilege},
        "resource": {"type": kind, "id": resource},
    }
    return question | ({"context": context} if context else {})
