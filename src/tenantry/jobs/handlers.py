"""Who carries out which kind of job."""

from collections.abc import Mapping
from typing import Final

from tenantry.connectors.releases import carry_out_release
from tenantry.jobs.kinds import Handler, JobKind
from tenantry.packs.commands import run_release
from tenantry.sharing.ends import finish_portion

HANDLERS: Final[Mapping[JobKind, Handler]] = {
    JobKind.SHARE_END: finish_portion,
    JobKind.PACK_RELEASE: run_release,
    JobKind.CONNECTOR_RELEASE: carry_out_release,
}
"""One for each kind. A stored job of another kind is left to a process that knows it."""
