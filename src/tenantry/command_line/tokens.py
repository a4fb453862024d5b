"""`tenantry token`."""

import click

from tenantry.command_line.failures import Failure
from tenantry.command_line.installation import database_option


@click.group()
def token() -> None:
    """API tokens of users, and tokens of host applications."""


@token.command()
@click.option("--user", metavar="USER", help="The person whom the token speaks for.")
@click.option("--account", metavar="ACCOUNT", multiple=True, help="The account it is good for.")
@click.option("--name", metavar="NAME", help="What the person calls it.")
@click.option("--client", metavar="NAME", help="The host application that may ask for decisions.")
@database_option
def issue(user: str | None, account: tuple[str, ...], name: str | None, client: str | None) -> None:
    """Make a token and print it."""
    if (client is None) == (user is None):
        raise click.UsageError("Give either --user with --account and --name, or --client.")
    if user is not None and (len(account) != 1 or name is None):
        raise click.UsageError("A token of a user needs one --account and a --name.")
    raise Failure("This version has no tokens yet, so none can be issued.")
