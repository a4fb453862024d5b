"""`tenantry decide`."""

import re
import stat
import sys
from datetime import UTC, datetime
from os import fstat
from pathlib import Path
from typing import IO, Final

import click
import msgspec

from tenantry.command_line.failures import Failure
from tenantry.command_line.installation import database_option, require_tables, with_django

_AT: Final = re.compile(r"(.*?)(?: - at `(\$.*)`)?\Z", re.DOTALL)


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@database_option
@with_django
def decide(file: Path | None) -> None:
    """Answer AuthZEN evaluation requests, JSON Lines from FILE or standard input, one line each."""
    require_tables()
    if file is None:
        _answer(sys.stdin.buffer, "standard input")
        return
    try:
        with file.open("rb") as requests:
            _answer(requests, str(file))
    except OSError as error:
        if error.filename is None:
            raise
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error


def _answer(requests: IO[bytes], name: str) -> None:
    """Write an answer a line, at once unless into a file. Ends at the first malformed request."""
    from tenantry.decisions.authzen import MalformedRequest, evaluate, parse, response
    from tenantry.decisions.engine import ENGINE

    output = sys.stdout.buffer
    gather = _is_file(output)
    encoder = msgspec.json.Encoder()
    try:
        for number, line in enumerate(requests, start=1):
            if line.isspace():
                continue
            try:
                request = parse(line)
            except MalformedRequest as malformed:
                raise Failure(_told(name, number, str(malformed))) from malformed
            except UnicodeDecodeError as error:
                raise Failure(_told(name, number, "The line is not UTF-8")) from error
            decision = evaluate(ENGINE, request, datetime.now(UTC))
            output.write(encoder.encode(response(decision)) + b"\n")
            if not gather:
                output.flush()
    finally:
        output.flush()


def _is_file(output: IO[bytes]) -> bool:
    try:
        return stat.S_ISREG(fstat(output.fileno()).st_mode)
    except OSError:
        return False


def _told(name: str, number: int, text: str) -> str:
    """`FILE:LINE: place: what`."""
    found = _AT.match(text.replace("\n", " "))
    what, place = found.groups() if found else (text, None)
    return f"{name}:{number}: {place or '$'}: {what}"
