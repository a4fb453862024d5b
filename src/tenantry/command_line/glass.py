"""`tenantry break-glass`."""

from datetime import UTC, datetime

import click

from tenantry.command_line.installation import database_option, require_tables, with_django


@click.command("break-glass")
@click.argument("user", metavar="USER")
@click.argument("account", metavar="ACCOUNT")
@click.option("--reason", metavar="TEXT", required=True, help="Why; the audit log and the administrators are told.")
@database_option
@with_django
def break_glass(user: str, account: str, reason: str) -> None:
    """Restore an administrator of an account, with the identity provider and mail down.

    Unlocks USER, takes second factors away, makes USER Administrator of ACCOUNT if that is missing, and prints a link
    to choose a password, alone on the last line: for one use, within 30 minutes. No server needs to run.
    """
    from django.conf import settings
    from django.urls import reverse

    from tenantry.rules.vocabulary import OPERATOR, AccountId
    from tenantry.users.break_glass import break_glass as act

    require_tables()
    token = act(actor=OPERATOR, at=datetime.now(UTC), account=AccountId(account), user=user, reason=reason)
    click.echo(f"{user} is Administrator of {account} and can choose a password here, once, within 30 minutes:")
    click.echo(settings.BASE_URL + reverse("reset_password", kwargs={"token": token}))
