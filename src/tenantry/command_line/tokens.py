"""`tenantry token`."""

from datetime import UTC, datetime, timedelta

import click

from tenantry.command_line.installation import database_option, require_tables, with_django

HEADINGS = ("KIND", "NAME", "BEGINS WITH", "MADE", "EXPIRES", "STATE")
LONGEST = 3650
"""Days for which a token can be made at most, if for a while at all."""


@click.group()
def token() -> None:
    """API tokens of users, and tokens of host applications and of the operator's programs."""


@token.command()
@click.option("--user", metavar="USER", help="The person whom the token speaks for.")
@click.option("--account", metavar="ACCOUNT", multiple=True, help="The account it is good for; several with --client.")
@click.option("--name", metavar="NAME", help="What the person calls it.")
@click.option("--client", metavar="NAME", help="The host application that may ask for decisions.")
@click.option("--operator", metavar="NAME", help="The program that calls the operator's part of the interface /v1.")
@click.option(
    "--days", type=click.IntRange(1, LONGEST), help="With --operator: how long it is good; else until revoked."
)
@database_option
@with_django
def issue(  # noqa: PLR0917 - one for each option
    user: str | None,
    account: tuple[str, ...],
    name: str | None,
    client: str | None,
    operator: str | None,
    days: int | None,
) -> None:
    """Make a token and print it, alone on the last line; it is shown this once."""
    from tenantry.rules.vocabulary import OPERATOR, AccountId
    from tenantry.tokens.commands import issue_client_token, issue_user_token
    from tenantry.tokens.operator_tokens import issue_operator_token

    if sum(one is not None for one in (user, client, operator)) != 1:
        raise click.UsageError("Give either --user with --account and --name, or --client, or --operator.")
    if user is not None and (len(account) != 1 or name is None):
        raise click.UsageError("A token of a user needs one --account and a --name.")
    if operator is not None and account:
        raise click.UsageError("A token of the operator is for no single --account.")
    if operator is None and days is not None:
        raise click.UsageError("--days is for --operator alone.")
    require_tables()
    now = datetime.now(UTC)
    if operator is not None:
        expires = None if days is None else now + timedelta(days=days)
        value = issue_operator_token(actor=OPERATOR, at=now, name=operator, expires=expires)
        click.echo(f"{operator} may do what the operator does at /v1 {_until(expires)} with this token:")
    elif client is not None:
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
@click.option("--operator", metavar="NAME", help="The operator's program whose token it is.")
@click.option("--client", metavar="NAME", help="The host application that may not ask any more.")
@database_option
@with_django
def revoke(operator: str | None, client: str | None) -> None:
    """Let a token of the operator or of a host application open nothing any more, from the next call on and for good.

    Tokens of users are revoked at the console.
    """
    from tenantry.rules.vocabulary import OPERATOR
    from tenantry.tokens.commands import revoke_client_token
    from tenantry.tokens.operator_tokens import revoke_operator_token

    if (operator is None) == (client is None):
        raise click.UsageError("Name either --operator or --client.")
    require_tables()
    if client is not None:
        revoke_client_token(actor=OPERATOR, at=datetime.now(UTC), name=client)
        click.echo(f"{client} may not ask any more.")
        return
    revoke_operator_token(actor=OPERATOR, at=datetime.now(UTC), name=operator or "")
    click.echo(f"The token of {operator} is revoked.")


@token.command("list")
@database_option
@with_django
def show() -> None:
    """Show the tokens of the operator's programs, also those of old, and of host applications; never their values.

    Tokens of users are seen at the console, in the account that each is for.
    """
    from tenantry.tokens.queries import issued_client_tokens, operator_tokens

    require_tables()
    now = datetime.now(UTC)
    lines = [HEADINGS]
    for row in operator_tokens():
        over = row.expires_at is not None and row.expires_at <= now
        state = "revoked" if row.revoked_at else "expired" if over else "good"
        lines.append(("operator", row.name, row.prefix, _time(row.created_at), _time(row.expires_at), state))
    lines += (
        ("client", row.name, row.prefix, _time(row.created_at), _time(None), "good") for row in issued_client_tokens()
    )
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _until(expires: datetime | None) -> str:
    return "until it is revoked" if expires is None else f"until {_time(expires)}"


def _time(at: datetime | None) -> str:
    return "never" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
