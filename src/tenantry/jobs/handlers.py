"""Who carries out which kind of job, and who is told when one is called off."""

from collections.abc import Mapping
from typing import Final

from tenantry.alerts.collecting import collect, leave_for_later, send
from tenantry.connectors.releases import carry_out_release, withdraw_release
from tenantry.jobs.kinds import Handler, JobKind, Withdrawal
from tenantry.packs.commands import check_release_called_off, run_release
from tenantry.sharing.ends import check_end_called_off, finish_portion

HANDLERS: Final[Mapping[JobKind, Handler]] = {
    JobKind.SHARE_END: finish_portion,
    JobKind.PACK_RELEASE: run_release,
    JobKind.CONNECTOR_RELEASE: carry_out_release,
    JobKind.ALERTS: collect,
    JobKind.ALERT_MAILS: send,
}
"""One for each kind. A stored job of another kind is left to a process that knows it."""

WITHDRAWALS: Final[Mapping[JobKind, Withdrawal]] = {
    JobKind.SHARE_END: check_end_called_off,
    JobKind.PACK_RELEASE: check_release_called_off,
    JobKind.CONNECTOR_RELEASE: withdraw_release,
    JobKind.ALERTS: leave_for_later,
    JobKind.ALERT_MAILS: leave_for_later,
}
"""One for each kind: what calling a job off means to the folder whose work it was."""
