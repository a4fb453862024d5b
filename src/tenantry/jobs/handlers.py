"""Who carries out which kind of job."""

from collections.abc import Mapping
from typing import Final

from tenantry.jobs.kinds import Handler, JobKind
from tenantry.sharing.ends import finish_portion

HANDLERS: Final[Mapping[JobKind, Handler]] = {
    JobKind.SHARE_END: finish_portion,
}
"""One for each kind. A stored job of another kind is left to a process that knows it."""
