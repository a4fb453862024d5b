"""`tenantry explain`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tenantry.command_line.failures import Failure
from tenantry.command_line.installation import database_option, require_tables, with_django

if TYPE_CHECKING:
    from tenantry.decisions.explanation import Explanation
    from tenantry.rules.places import Environment


@click.command()
@click.argument("user")
@click.argument("privilege")
@click.argument("account")
@click.option("--environment", metavar="NAME", help="Ask about this environment of the account.")
@click.option(
    "--resource",
    nargs=2,
    metavar="TYPE ID",
    help="With the privilege USE: may it be used in the account? TYPE is role, cloud, connector, process, "
    "integration_pack or model.",
)
@database_option
@with_django
def explain(user: str, privilege: str, account: str, environment: str | None, resource: tuple[str, str] | None) -> None:
    """Tell why USER may or may not do PRIVILEGE in ACCOUNT."""
    from tenantry.decisions.explanation import explain as explain_decision
    from tenantry.rules.vocabulary import AccountId

    require_tables()
    if resource is not None:
        _explain_use(user, privilege, account, resource)
        return
    place = _place(account, environment) if environment is not None else None
    told = explain_decision(
        user=user, privilege=privilege, account=AccountId(account), at=datetime.now(UTC), place=place
    )
    verdict = "ALLOWED" if told.allowed else "DENIED"
    where = f"{place.name} of {account}" if place is not None else account
    click.echo(f"{verdict}: {user} {'may' if told.allowed else 'may not'} {privilege} in {where}.")
    if told.reason:
        click.echo(f"Because: {told.reason}")
    click.echo(f"Rules: {', '.join(told.rules)}")
    _print_grants(told)
    _print_way(told)


def _explain_use(user: str, privilege: str, account: str, resource: tuple[str, str]) -> None:
    """The same of a resource that can be shared."""
    from tenantry.decisions.explanation import explain_use
    from tenantry.rules.sharing import Kind
    from tenantry.rules.using import USE
    from tenantry.rules.vocabulary import AccountId

    kind, key = resource
    if kind not in set(Kind):
        raise click.UsageError(f"There is no type {kind}; known: {', '.join(Kind)}.")
    if privilege != USE:
        raise click.UsageError(f"With --resource the privilege is {USE}.")
    told = explain_use(user=user, kind=Kind(kind), resource=key, account=AccountId(account), at=datetime.now(UTC))
    verdict = "ALLOWED" if told.allowed else "DENIED"
    click.echo(
        f"{verdict}: {user} {'may' if told.allowed else 'may not'} use the {Kind(kind).words.one} {key} in {account}."
    )
    if told.reason:
        click.echo(f"Because: {told.reason}")
    click.echo(f"Rules: {', '.join(told.rules)}")
    if told.reach:
        click.echo(told.reach)
    _print_grants(told)
    if told.shares:
        click.echo("Any one of these would bring it to the account:")
        for sentence in told.shares:
            click.echo(f"  - {sentence}")
    elif told.held or told.ways:
        _print_way(told)


def _place(account: str, environment: str) -> "Environment":
    """The environment of this name or id; an unknown account or environment is a failure of its own."""
    from tenantry.decisions.guard import facts_of
    from tenantry.environments.queries import environment_in
    from tenantry.rules.refusals import Refused
    from tenantry.rules.vocabulary import AccountId

    try:
        return environment_in(facts_of(AccountId(account)), environment)
    except Refused as refused:
        raise Failure(str(refused)) from refused


def _print_grants(told: "Explanation") -> None:
    for grant in told.grants:
        suffix = " (shared)" if grant.shared else ""
        first, *rest = grant.path
        click.echo(f"Granted {grant.via} by {' > '.join([first + suffix, *rest])}")
        if grant.groups:
            what = "shared through" if grant.shared else "in"
            click.echo(f"  {what} the account group {', '.join(grant.groups)} of {grant.owner}")
        if grant.through:
            click.echo(f"  through {grant.through}, which implies it")
        click.echo(f"  {grant.validity}")
    if told.cap:
        click.echo(f"Bounded by the Support Access Role {told.cap}, which carries it")
    if told.opening:
        click.echo(told.opening)
    if told.held:
        click.echo("Roles held there:")
        for role in told.held:
            click.echo(f"  {role.name} {role.via} ({role.validity})")


def _print_way(told: "Explanation") -> None:
    if told.feature:
        click.echo(told.feature)
    if told.allowed or not told.privilege_known:
        return
    if told.carriers:
        click.echo("Roles of the account that carry it: " + ", ".join(told.carriers))
    elif told.account_known:
        click.echo("No role of the account carries it.")
    if told.ways:
        click.echo("Any one of these would allow it:")
        for way in told.ways:
            click.echo("  - " + " And: ".join(way.sentences))
            if way.loses:
                click.echo("    (other privileges would be lost: direct access takes precedence)")
