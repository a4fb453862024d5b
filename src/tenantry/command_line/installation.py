"""Which installation a command works on: its database and data folder, and whether its tables are up to date."""

import os
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import click

from tenantry.command_line.failures import Failure, told_in_one_line

VARIABLE = "TENANTRY_DATABASE_URL"
MIGRATION_ATTEMPTS = 5
"""How often migrating is tried while another process does the same."""

P = ParamSpec("P")
R = TypeVar("R")


def database_option(function: Callable[P, R]) -> Callable[P, R]:
    """Add `--database`, which may stand before or after the sub-command."""

    def keep(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        del parameter
        if value is not None:
            context.find_root().meta[VARIABLE] = checked_url(value)

    return click.option(
        "--database",
        metavar="URL",
        expose_value=False,
        callback=keep,
        help="sqlite:///path or postgresql://…; otherwise TENANTRY_DATABASE_URL, otherwise SQLite in the data folder.",
    )(function)


def checked_url(url: str) -> str:
    """The URL of a database, if it is one; anything else is wrong usage."""
    try:
        parts = urlsplit(url)
        for server in parts.netloc.rpartition("@")[2].split(","):  # several where a standby can take over
            _ = urlsplit(f"//{server}").port
    except ValueError as error:
        raise click.UsageError(f"--database: {url!r} is no URL ({error})") from error
    if parts.scheme not in {"sqlite", "postgresql", "postgres"}:
        raise click.UsageError(f"--database: {url!r} is neither sqlite:///path nor postgresql://…")
    if parts.scheme == "sqlite" and not url.removeprefix("sqlite:///").removeprefix("sqlite:"):
        raise click.UsageError(f"--database: {url!r} names no file, as sqlite:///path does")
    return url


def with_django(function: Callable[P, R]) -> Callable[P, R]:
    """Set up Django for the installation before the command, and tell failures in one line."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        set_up()
        with told_in_one_line():
            return function(*args, **kwargs)

    return run


def set_up() -> None:
    """Point the product at the database the command line names, and load it."""
    context = click.get_current_context(silent=True)
    url = context.find_root().meta.get(VARIABLE) if context else None
    if url:
        os.environ[VARIABLE] = url
    elif os.environ.get(VARIABLE):
        checked_url(os.environ[VARIABLE])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.web.settings")
    import django

    try:
        django.setup()
    except OSError as error:
        raise Failure(f"The data folder cannot be used: {error.strerror} ({error.filename}).") from error
    except ValueError as error:
        raise Failure(f"The settings cannot be used: {error}") from error


def database_file() -> Path | None:
    """The file of the database if it is SQLite; `None` for other engines and for databases in memory."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    return Path(name)


def place() -> str:
    """How messages call the database; never with its password."""
    from django.db import connection

    file = database_file()
    if file is not None:
        return str(file)
    settings = connection.settings_dict
    return f"{settings['NAME']} on {settings['HOST'] or 'localhost'}" if settings.get("HOST") else settings["NAME"]


def pending_migrations() -> list[str]:
    """The migrations that the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def migrate() -> bool:
    """Bring the database up to date, making it where there is none; tells whether anything was to do."""
    from django.core.management import call_command
    from django.db import Error, connection

    file = database_file()
    if file is not None and not file.parent.is_dir():
        raise Failure(f"There is no folder {file.parent} for the database.")
    for attempt in range(1, MIGRATION_ATTEMPTS + 1):
        try:
            if not pending_migrations():
                return attempt > 1
            call_command("migrate", interactive=False, verbosity=0)
        except Error:  # another process may be at it: look again
            connection.close()
            if attempt == MIGRATION_ATTEMPTS:
                raise
            time.sleep(0.2 * attempt)
    return True


def require_tables() -> None:
    """Refuse, with what to do, when there is no database yet or it is not up to date."""
    file = database_file()
    advice = "Run `tenantry load FILE` or `tenantry serve` first."
    if file is not None and not file.exists():
        raise Failure(f"There is no database at {file} yet. {advice}")
    missing = pending_migrations()
    if missing:
        raise Failure(f"The database {place()} is not up to date: {len(missing)} migrations are missing. {advice}")
