"""Jobs."""

from tenantry.jobs import commands as jobs, operating
from tenantry.jobs.kinds import JobKind
from tenantry.jobs.models import QueuedJob
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import World
from tests.store.factories import AT, share_ends


def _job(world: World, **which: str) -> int:
    """The number of what the share withdrawn lately has left to do, or of another job."""
    return int(QueuedJob.rows.of(world.here).get(**which or {"kind": JobKind.SHARE_END}).pk)


VERBS: dict[str, Verb] = {
    "schedule": Verb(
        lambda w, _: jobs.schedule(kind=JobKind.SHARE_END, account=w.here, key="k", due=AT),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "schedule_many": Verb(
        lambda w, _: jobs.schedule_many(kind=JobKind.SHARE_END, jobs=[jobs.Wanted(w.here, "k", AT)]),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "cancel": Verb(
        lambda w, _: jobs.cancel(kind=JobKind.SHARE_END, account=w.here, key=share_ends(w.here)[0].key),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "retry": Verb(
        lambda w, who: operating.retry(actor=who, at=AT, job=_job(w)),
        ("job", "UPDATE", "NONE"),
        raises=(),
        operator=True,
        reasoned=False,
    ),
    "call_off": Verb(
        lambda w, who: operating.call_off(actor=who, at=AT, job=_job(w, key="gone")),
        ("job", "DELETE", "NONE"),
        raises=(),
        operator=True,
        reasoned=False,
        prepare=lambda w: jobs.schedule(kind=JobKind.CONNECTOR_RELEASE, account=w.here, key="gone", due=AT),
    ),
}
