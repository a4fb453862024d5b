"""`tenantry sweep`."""

from datetime import UTC, datetime

import click

from tenantry.command_line.installation import database_option, require_tables, with_django


@click.command()
@database_option
@with_django
def sweep() -> None:
    """Remove uploaded content that nothing has named for a day, and uploads that never ended.

    `tenantry serve` and `tenantry worker` do so once a day by themselves. Beside them it does no harm.
    """
    from tenantry.content.store import storage
    from tenantry.content.sweep import sweep

    require_tables()
    removed = sweep(datetime.now(UTC))
    click.echo(f"{removed} removed from {storage().place}")
