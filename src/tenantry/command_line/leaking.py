"""`tenantry leaks`."""

from datetime import UTC, datetime

import click

from tenantry.command_line.failures import Failure
from tenantry.command_line.installation import database_option, require_tables, with_django


@click.command()
@click.argument("account")
@database_option
@with_django
def leaks(account: str) -> None:
    """Show where environments of ACCOUNT let more through than their lists seem to say. Advice: nothing is changed."""
    from tenantry.decisions.leaks import leaks_of
    from tenantry.rules.refusals import Refused
    from tenantry.rules.vocabulary import AccountId

    require_tables()
    try:
        found = leaks_of(AccountId(account), datetime.now(UTC))
    except Refused as refused:
        raise Failure(str(refused)) from refused
    for leak in found.leaks:
        click.echo(
            f"{leak.environment}: {leak.role} is not attached and gives {', '.join(leak.privileges)}, "
            f"because {', '.join(leak.opened_by)} opens it (ENV-12)"
        )
        click.echo(f"  path {' > '.join(leak.path)}; {_people(leak.people, leak.examples)}")
    for opening in found.openings:
        if opening.role:
            click.echo(f"{opening.environment}: {opening.role} gets past the list by Environment Management (ENV-10)")
            click.echo(f"  path {' > '.join(opening.path)}; {_people(opening.people, opening.examples)}")
        else:
            click.echo(f"{opening.environment}: the list is empty, so every role has access (ENV-9)")
            click.echo(f"  {_people(opening.people, opening.examples)}")
    click.echo(f"{len(found.leaks)} leaks, {len(found.openings)} openings")


def _people(count: int, examples: tuple[str, ...]) -> str:
    more = ", ..." if count > len(examples) else ""
    if not count:
        return "nobody at present"
    return f"{count} people: {', '.join(examples)}{more}" if examples else f"{count} people from outside"
