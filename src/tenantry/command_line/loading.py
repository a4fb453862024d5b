"""`tenantry load` and `tenantry plan`."""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenantry.command_line.installation import (
    database_file,
    database_option,
    migrate,
    require_tables,
    with_django,
)

if TYPE_CHECKING:
    from tenantry.estate.load import Prepared
    from tenantry.estate.plan import Plan
    from tenantry.store.lines import Tally

NAMES_SHOWN = 20
"""How many people a plan names in each list."""

files_argument = click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))


@click.command()
@files_argument
@database_option
@with_django
def load(files: tuple[Path, ...]) -> None:
    """Load estate files: all of them or, if anything is wrong, nothing."""
    from tenantry.estate.load import load as load_estate
    from tenantry.rules.vocabulary import OPERATOR

    _keep_everything()
    prepared = _prepared(files, migrate)
    loaded = load_estate(actor=OPERATOR, at=datetime.now(UTC), prepared=prepared, step=_step)
    _print_tallies(loaded.tallies)
    _print_without_secret(loaded.without_secret)


@click.command()
@files_argument
@database_option
@with_django
def plan(files: tuple[Path, ...]) -> None:
    """Tell what `load` would change, and whom it would lock out, without changing anything."""
    from tenantry.estate.plan import plan as plan_estate
    from tenantry.rules.vocabulary import OPERATOR

    _keep_everything()
    prepared = _prepared(files, _stand_in_or_tables)
    made = plan_estate(actor=OPERATOR, at=datetime.now(UTC), prepared=prepared, step=_step)
    click.echo("Nothing was changed. Loading this would bring:")
    _print_tallies(made.loaded.tallies)
    _print_without_secret(made.loaded.without_secret)
    _print_consequences(made)


def _keep_everything() -> None:
    """Switch the cycle collector off for this process.

    Millions of lines are read and all of them live until the end: the collector would walk them again and again and
    find nothing, for a tenth of the time.
    """
    gc.disable()


def _stand_in_or_tables() -> None:
    """Where there is no database yet, plan against an empty one in memory; none is made on the disk."""
    from django.db import connection

    file = database_file()
    if file is not None and not file.exists():
        connection.close()
        connection.settings_dict["NAME"] = ":memory:"
        migrate()
    else:
        require_tables()


def _prepared(files: tuple[Path, ...], make_ready: Callable[[], object]) -> "Prepared":
    """Read the files, and only then look at the database: a load of bad files makes none."""
    from tenantry.estate.load import prepare
    from tenantry.estate.reading import read

    with _reading_bar(files) as advance:
        estate = read(files, advance)
    make_ready()
    gc.collect()  # migrating leaves 200 MiB of models that refer to each other, and the collector is off
    return prepare(estate, step=_step)


@contextmanager
def _reading_bar(files: tuple[Path, ...]) -> Iterator[Callable[[int], None]]:
    """A progress bar over the files' bytes on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    size = sum(path.stat().st_size for path in files if path.is_file())
    with click.progressbar(length=size, label="Reading", file=sys.stderr) as bar:
        yield bar.update


def _step(name: str) -> None:
    """Say on a terminal what takes its time now."""
    if sys.stderr.isatty():
        click.echo(f"{name}…", err=True)


def _print_tallies(tallies: "Mapping[str, Tally]") -> None:
    width = max(map(len, tallies))
    click.echo(f"{'':<{width}} {'new':>9} {'changed':>9} {'unchanged':>9}")
    for kind, tally in tallies.items():
        click.echo(f"{kind:<{width}} {tally.new:>9} {tally.changed:>9} {tally.unchanged:>9}")


def _print_without_secret(accounts: tuple[str, ...]) -> None:
    if accounts:
        click.echo(
            "\nSingle sign-on lets nobody in until its secret, which files do not bring, is entered under SSO Options:"
        )
        for account in accounts[:NAMES_SHOWN]:
            click.echo(f"  {account}")
        _print_rest(len(accounts))


def _print_consequences(made: "Plan") -> None:
    if made.locked_out:
        click.echo(f"\nLocked out, with no access left to an account: {len(made.locked_out)}")
        for out in made.locked_out[:NAMES_SHOWN]:
            click.echo(f"  {out.user} in {out.account}: {out.why}")
        _print_rest(len(made.locked_out))
    else:
        click.echo("\nNobody would be locked out.")
    losing = [altered for altered in made.altered if altered.lost]
    gaining = [altered for altered in made.altered if altered.gained]
    click.echo(f"Losing privileges: {len(losing)}")
    for altered in losing[:NAMES_SHOWN]:
        click.echo(f"  {altered.user} in {altered.account}: {_listed(altered.lost)}")
    _print_rest(len(losing))
    click.echo(f"Gaining privileges: {len(gaining)}")
    for altered in gaining[:NAMES_SHOWN]:
        click.echo(f"  {altered.user} in {altered.account}: {_listed(altered.gained)}")
    _print_rest(len(gaining))


def _listed(privileges: tuple[str, ...]) -> str:
    return ", ".join(privileges[:8]) + (f" and {len(privileges) - 8} more" if len(privileges) > 8 else "")  # noqa: PLR2004


def _print_rest(total: int) -> None:
    if total > NAMES_SHOWN:
        click.echo(f"  … and {total - NAMES_SHOWN} more")
