"""The console command `tenantry`."""

from tenantry.command_line.application import tenantry


def main() -> None:
    """Run the command; ends the process with status 0 (done), 1 (refused or failed) or 2 (wrong usage)."""
    tenantry(prog_name="tenantry")
