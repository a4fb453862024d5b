"""`tenantry factors`."""

from datetime import UTC, datetime

import click

from tenantry.command_line.installation import database_option, require_tables, with_django


@click.group()
def factors() -> None:
    """Second factors of people: authenticator apps, backup codes, passkeys."""


@factors.command()
@click.argument("user", metavar="USER")
@click.option("--reason", default="", metavar="TEXT", help="Who asked for it, and why; kept in the audit log.")
@database_option
@with_django
def reset(user: str, reason: str) -> None:
    """Take all second factors from USER, who has lost them; a password alone signs in then.

    Do it on request of an administrator of one of USER's accounts. It is recorded in all of them, and USER gets a mail.
    """
    from tenantry.factors.commands import reset_factors
    from tenantry.rules.vocabulary import OPERATOR

    require_tables()
    if reset_factors(actor=OPERATOR, at=datetime.now(UTC), user=user, reason=reason):
        click.echo(f"{user} has no second factor any more.")
    else:
        click.echo(f"{user} had no second factor.")
