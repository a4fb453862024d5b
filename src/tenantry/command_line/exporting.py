"""`tenantry export`."""

import gzip
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import click
import zstandard

from tenantry.command_line.failures import Failure
from tenantry.command_line.installation import database_option, require_tables, with_django


@click.command()
@click.option("--account", metavar="ID", help="Only this account, with its users, roles, groups and objects.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write here instead of to standard output; .gz and .zst are compressed.",
)
@database_option
@with_django
def export(account: str | None, output: Path | None) -> None:
    """Write the estate as JSON Lines, sorted, with passwords as hashes and without secrets of single sign-on."""
    from tenantry.estate.account_settings import accounts_with_secrets
    from tenantry.estate.export import export as export_estate
    from tenantry.rules.vocabulary import AccountId

    require_tables()
    only = AccountId(account) if account is not None else None
    blocks = export_estate(only)
    if behind := accounts_with_secrets(only):
        click.echo(
            f"Secrets of single sign-on are left out, of accounts: {behind}. Enter them anew after loading.", err=True
        )
    if output is None:
        _write(blocks, sys.stdout.buffer)
        return
    try:
        with _replacing(output) as file:
            _write(blocks, file)
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}.") from error


def _write(blocks: Iterable[bytes], file: IO[bytes]) -> None:
    for block in blocks:
        file.write(block)
    file.flush()


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` when it is complete, for its owner's eyes only: it holds hashes."""
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            elif path.suffix == ".zst":
                with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as squeezed:
                    yield cast("IO[bytes]", squeezed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
