"""An S3 server for a test run: moto's, as a process of its own. It checks every signature, as a real one does."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import boto3

REGION: Final = "eu-central-1"
READY_WITHIN: Final = 30.0

SERVE: Final = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(sys.argv[1:])
"""
"""The server, which ends with whoever holds the other end of its standard input, however that ends."""

_ANYTHING: Final = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
_UNSIGNED: Final = "3"
"""Calls that the server answers before it asks for signatures: those that make its one user."""


@dataclass(frozen=True)
class Server:
    """A server that runs, and its one user."""

    port: int
    key: str
    secret: str
    numbers: Iterator[int]

    def client(self) -> Any:
        """A client that goes around the product."""
        return _client("s3", self.port, self.key, self.secret)

    def url(self, bucket: str, *, secret: str | None = None) -> str:
        """The setting for a bucket."""
        signs = f"{quote(self.key, safe='')}:{quote(secret or self.secret, safe='')}"
        return f"s3://{signs}@127.0.0.1:{self.port}/{bucket}/below/here?region={REGION}&tls=no"

    def new_bucket(self) -> str:
        """Make an empty bucket; its name."""
        name = f"bucket-{next(self.numbers)}"
        self.client().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name


def _client(service: str, port: int, key: str, secret: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


@contextmanager
def throwaway_s3(folder: Path) -> Iterator[Server]:
    """Start a server, which keeps everything in memory, and stop it afterwards; its log lies in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "s3.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "--host", "127.0.0.1", "--port", str(port)],
            env=os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": _UNSIGNED},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(process, port, log)
        users = _client("iam", port, "none", "none")
        users.create_user(UserName="tenantry")
        made = users.create_access_key(UserName="tenantry")["AccessKey"]
        users.put_user_policy(UserName="tenantry", PolicyName="all", PolicyDocument=_ANYTHING)
        yield Server(port, made["AccessKeyId"], made["SecretAccessKey"], count(1))
    finally:
        process.kill()
        process.communicate()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    message = f"the S3 server does not start:\n{log.read_text()}"
    raise AssertionError(message)
