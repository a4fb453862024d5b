"""`tenantry serve`."""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tenantry.command_line.failures import Failure, told_in_one_line
from tenantry.command_line.installation import database_option, migrate, set_up

if TYPE_CHECKING:
    from tenantry.store.lines import RoleReference

DEMO_FILE = Path(str(files("tenantry.estate") / "demo.jsonl"))
THREADS = 4
"""Threads of a worker process that answer requests."""


class Target(NamedTuple):
    """An application, and how the server calls it."""

    name: str
    interface: str
    threads: int | None


PATIENCE = 5
"""Seconds that calls are given to be answered when the server is told to end; some would wait for changes longer."""

EVERYTHING = Target("tenantry.web.wsgi:application", "wsgi", THREADS)
PARTS = {"decisions": Target("tenantry.web.decisions:application", "rsgi", None)}
"""What can be served alone. Answers to host applications keep their pace where no page is rendered beside them: in an
event loop, one look at the database serves all who ask in a turn.
"""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - these are not listened on, they are recognised
"""Addresses that mean all of the machine's, with the one by which the machine reaches itself."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Server processes; 1 on SQLite and 2 on PostgreSQL by default."
)
@click.option("--demo", is_flag=True, help="Fill an empty installation with example data and show how to sign in.")
@click.option("--only", type=click.Choice([*PARTS]), help="Serve this part alone, without pages and without work due.")
@database_option
def serve(
    host: str,
    port: int,
    workers: int | None,
    demo: bool,  # noqa: FBT001 - click hands flags over so
    only: str | None,
) -> None:
    """Serve the console and all interfaces, after bringing the database up to date."""
    _check_port(host, port)
    address = f"http://{_in_url(EVERYWHERE.get(host, host))}:{port}"
    os.environ.setdefault("TENANTRY_BASE_URL", address)
    os.environ.setdefault("TENANTRY_HOSTS", f"127.0.0.1,localhost,[::1],{_in_url(host)}")
    if demo:
        os.environ["TENANTRY_DEMO"] = "1"
    set_up()
    with told_in_one_line():
        migrate()
        if demo:
            _fill_with_demo()
    target = PARTS[only] if only is not None else EVERYTHING
    with _demo_runtimes(address) if demo and only is None else nullcontext(lambda: None) as begin:
        _serve(target, (host, port), workers or _usual_workers(), address, begin)


def _demo_runtimes(address: str) -> AbstractContextManager[Callable[[], None]]:
    from tenantry.command_line.demonstration import runtimes

    return runtimes(address)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check_port(host: str, port: int) -> None:
    """Refuse in one line when the port cannot be listened on, before anything else happens."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise Failure(f"There is no address {host} to listen on ({error.strerror}).") from error
    except OSError as error:
        taken = error.errno in {98, 48}
        why = "is taken by another program; choose another with --port" if taken else f"is not ours: {error.strerror}"
        raise Failure(f"Port {port} on {host} {why}.") from error


def _usual_workers() -> int:
    from django.db import connection

    return 1 if connection.vendor == "sqlite" else 2


def _fill_with_demo() -> None:
    """Load the example data if there is no account yet, and print its sign-ins."""
    from tenantry.accounts.estate import anything_stored
    from tenantry.command_line.demonstration import fill
    from tenantry.estate.load import load, prepare
    from tenantry.estate.reading import read
    from tenantry.rules.vocabulary import OPERATOR

    estate = read([DEMO_FILE])
    prepared = prepare(estate) if not anything_stored() else None
    click.echo("Sign-ins of the demo (all made up):")
    names = {line.id: line.name for line in estate.accounts}
    given = {line.user: f"{_role_name(line.role)} for {line.group}" for line in reversed(estate.group_user_roles)}
    given |= {line.user: f"{_role_name(line.role)} in {names[line.account]}" for line in reversed(estate.user_roles)}
    for key, user in zip(estate.user_keys, estate.users, strict=True):
        if isinstance(user.password, str):
            where = given.get(key, "no role yet")
            locked = ", locked" if user.locked is True else ""
            click.echo(f"  {user.id:<36} {user.password:<26} {where}{locked}")
    if prepared is not None:
        load(actor=OPERATOR, at=datetime.now(UTC), prepared=prepared)
        fill(datetime.now(UTC))


def _role_name(reference: "RoleReference") -> str:
    return reference if isinstance(reference, str) else reference.name


def _serve(target: Target, place: tuple[str, int], workers: int, address: str, begin: Callable[[], None]) -> None:
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    connections.close_all()  # workers open their own
    server = Server(
        target.name,
        address=place[0],
        port=place[1],
        interface=Interfaces(target.interface),
        workers=workers,
        blocking_threads=target.threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    )
    server.on_startup(lambda: click.echo(f"Tenantry is at {address} (Ctrl-C ends it)"))
    server.on_startup(begin)
    server.serve()
