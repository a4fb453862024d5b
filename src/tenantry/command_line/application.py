"""The command `tenantry` and its sub-commands."""

import click

from tenantry.command_line.deciding import decide
from tenantry.command_line.diagnosis import doctor
from tenantry.command_line.explaining import explain
from tenantry.command_line.exporting import export
from tenantry.command_line.factors import factors
from tenantry.command_line.glass import break_glass
from tenantry.command_line.installation import database_option
from tenantry.command_line.jobs import jobs, worker
from tenantry.command_line.leaking import leaks
from tenantry.command_line.loading import load, plan
from tenantry.command_line.serving import serve
from tenantry.command_line.sweeping import sweep
from tenantry.command_line.tokens import token


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@database_option
def tenantry() -> None:
    """Accounts, users, roles and privileges of a multi-tenant platform: one place that decides, and says why."""


for command in (
    serve,
    worker,
    load,
    export,
    plan,
    decide,
    explain,
    leaks,
    token,
    factors,
    jobs,
    sweep,
    doctor,
    break_glass,
):
    tenantry.add_command(command)
