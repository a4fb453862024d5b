"""`tenantry doctor`."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenantry.command_line.failures import told_in_one_line
from tenantry.command_line.installation import (
    database_file,
    database_option,
    pending_migrations,
    place,
    require_tables,
    set_up,
)

if TYPE_CHECKING:
    from tenantry.estate.findings import Finding


@click.command()
@database_option
def doctor() -> None:
    """Check configuration, database, migrations, content storage, invariants and jobs, and say what to do."""
    set_up()
    from tenantry.content.store import storage
    from tenantry.estate.invariants import findings

    with told_in_one_line():
        require_tables()
        errors = _tell("Configuration", _configuration())
        errors += _tell(f"Database {place()}", _database())
        errors += _tell(f"Content in {storage().place}", _content())
        errors += _tell("Invariants", findings(datetime.now(UTC)))
        errors += _tell("Jobs", _jobs(datetime.now(UTC)))
    if errors:
        raise SystemExit(1)


def _tell(title: str, found: "Iterator[Finding]") -> int:
    """Print the findings of one part; answers how many are errors."""
    errors = count = 0
    for finding in found:
        if not count:
            click.echo(f"{title}:")
        count += 1
        errors += finding.error
        click.echo(f"  {'ERROR' if finding.error else 'warning'}: {finding.what} {finding.advice}")
    if not count:
        click.echo(f"{title}: in order")
    return errors


def _configuration() -> "Iterator[Finding]":
    from django.conf import settings

    from tenantry.estate.findings import Finding
    from tenantry.signin.hashing import weakness_of_new_hashes

    folder = Path(settings.DATA_DIR)
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(f"The data folder {folder} cannot be written.", "Give this user the right to write there.")
    key = folder / "secret-key"
    if "TENANTRY_SECRET_KEY" not in os.environ and key.exists():
        mode = stat.S_IMODE(key.stat().st_mode)
        if mode & 0o077:
            yield Finding(f"Others can read {key} (mode {mode:04o}).", f"Run: chmod 600 {key}")
    if not settings.SECRET_KEY.strip():
        yield Finding("The secret key is empty.", f"Set TENANTRY_SECRET_KEY, or remove {key} to have one made.")
    weak = weakness_of_new_hashes()
    if weak:
        yield Finding(f"New passwords are hashed too weakly: {weak}.", "Put PASSWORD_HASHERS back as it is delivered.")


def _jobs(at: datetime) -> "Iterator[Finding]":
    from tenantry.estate.findings import Finding
    from tenantry.jobs.queries import queue_health

    health = queue_health(at)
    if health.since is not None:
        yield Finding(
            f"Overdue jobs: {health.overdue}, the oldest since {health.since:%Y-%m-%dT%H:%M:%SZ}.",
            "Run `tenantry serve` or `tenantry worker`; if one runs, look into its log.",
            error=False,
        )
    if health.failed:
        yield Finding(
            f"Jobs that have failed for good: {health.failed}.",
            "See why with `tenantry jobs --failed`; then `tenantry jobs retry ID` or `tenantry jobs cancel ID`.",
            error=False,
        )


def _content() -> "Iterator[Finding]":
    from tenantry.content.failures import ContentUnavailable
    from tenantry.content.proof import prove
    from tenantry.estate.findings import Finding

    try:
        prove()
    except ContentUnavailable as unavailable:
        yield Finding(
            f"Content cannot be written, read and deleted there: {unavailable.reason}.",
            "Check TENANTRY_CONTENT_URL, the rights, the room that is left, and that the bucket is there.",
        )


def _database() -> "Iterator[Finding]":
    from django.db import connection

    from tenantry.estate.findings import Finding

    pending = pending_migrations()
    if pending:
        yield Finding(f"{len(pending)} migrations are missing.", "Run `tenantry serve` or `tenantry load FILE`.")
    file = database_file()
    if connection.vendor != "sqlite":
        return
    if file is not None and not os.access(file, os.W_OK):
        yield Finding(f"{file} cannot be written.", "Give this user the right to write the file and its folder.")
    with connection.cursor() as cursor:
        answers = [answer for (answer,) in cursor.execute("PRAGMA integrity_check(5)").fetchall()]
        if answers != ["ok"]:
            yield Finding(f"The file is damaged: {'; '.join(answers)}.", "Restore it from a backup.")
        broken = cursor.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = sorted({f"{row[0]} > {row[2]}" for row in broken})
        yield Finding(
            f"{len(broken)} rows refer to rows that do not exist ({', '.join(tables)}).", "Restore it from a backup."
        )
