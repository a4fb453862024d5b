"""`tenantry token`."""

from datetime import UTC, datetime

import click

from tenantry.command_line.installation import database_option, require_tables, with_django


@click.group()
def token() -> None:
    """API tokens of users, and tokens of host applications."""


@token.command()
@click.option("--user", metavar="USER", help="The person whom the token speaks for.")
@click.option("--account", metavar="ACCOUNT", multiple=True, help="The account it is good for; several with --client.")
@click.option("--name", metavar="NAME", help="What the person calls it.")
@click.option("--client", metavar="NAME", help="The host application that may ask for decisions.")
@database_option
@with_django
def issue(user: str | None, account: tuple[str, ...], name: str | None, client: str | None) -> None:
    """Make a token and print it, alone on the last line; it is shown this once."""
    from tenantry.rules.vocabulary import OPERATOR, AccountId
    from tenantry.tokens.commands import issue_client_token, issue_user_token

    if (client is None) == (user is None):
        raise click.UsageError("Give either --user with --account and --name, or --client.")
    if user is not None and (len(account) != 1 or name is None):
        raise click.UsageError("A token of a user needs one --account and a --name.")
    require_tables()
    now = datetime.now(UTC)
    if client is not None:
        accounts = [AccountId(one) for one in account] or None
        value = issue_client_token(actor=OPERATOR, at=now, name=client, accounts=accounts)
        click.echo(f"{client} may ask for decisions about {', '.join(account) or 'all accounts'} with this token:")
    else:
        value = issue_user_token(
            actor=OPERATOR, at=now, account=AccountId(account[0]), user=user or "", name=name or ""
        )
        click.echo(f"{user} may call the platform API in {account[0]} with this token:")
    click.echo(value)


@token.command()
@click.option("--client", metavar="NAME", required=True, help="The host application that may not ask any more.")
@database_option
@with_django
def revoke(client: str) -> None:
    """End the token of a host application, from its next call on."""
    from tenantry.rules.vocabulary import OPERATOR
    from tenantry.tokens.commands import revoke_client_token

    require_tables()
    revoke_client_token(actor=OPERATOR, at=datetime.now(UTC), name=client)
    click.echo(f"{client} may not ask any more.")
