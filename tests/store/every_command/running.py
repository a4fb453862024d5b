"""Environments, packaging, deploying, schedules and what runtimes tell."""

from collections.abc import Callable
from functools import partial

from tenantry.deploy import commands as deploying
from tenantry.reporting import commands as reporting
from tenantry.reporting.queries import document_of
from tenantry.rules.refusals import DocumentNotFound
from tenantry.rules.reporting import Outcome, Work
from tenantry.rules.schedules import Every
from tenantry.rules.vocabulary import OPERATOR, Actor
from tenantry.runtimes import calls, updates
from tenantry.schedules import commands as schedules
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT
from tests.store.workplaces import a_run


def on_stage(
    act: Callable[..., object],
    words: tuple[str, str, str] | None,
    *,
    also: tuple[tuple[str, str, str], ...] = (),
    part: bool = False,
    prepare: Callable[[World], None] | None = None,
    **given: Callable[[World], object],
) -> Verb:
    """A command about what is deployed, with what it is given; reasons are for those that change what runs."""
    reasoned = words is not None and words[0] in {"as.package", "as.deployment", "as.schedule"} and not part

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()} | ({"reason": REASON} if reasoned else {})
        return act(actor=who, at=AT, account=world.here, **more)

    return Verb(run, words, raises=(), also=also, part=part, standard=not part, reasoned=reasoned, prepare=prepare)


def _scheduled(world: World) -> None:
    """What is deployed on the stage has a schedule."""
    stage = world.stage
    schedules.set_schedule(
        actor=OPERATOR,
        at=AT,
        account=world.here,
        environment=stage.environment,
        component=stage.process,
        when=Every(15),
        time_zone="UTC",
    )


def _paused(world: World) -> None:
    """It is paused."""
    _scheduled(world)
    stage = world.stage
    schedules.pause_schedule(
        actor=OPERATOR, at=AT, account=world.here, environment=stage.environment, component=stage.process
    )


def _of_schedules(
    act: Callable[..., object],
    words: tuple[str, str, str],
    prepare: Callable[[World], None] | None = _scheduled,
    *,
    part: bool = False,
) -> Verb:
    """A command about the schedule of what is deployed on the stage."""
    return on_stage(
        act,
        words,
        part=part,
        prepare=prepare,
        environment=lambda w: w.stage.environment,
        component=lambda w: w.stage.process,
    )


def _by_runtime(act: Callable[..., object], **given: Callable[[World], object]) -> Verb:
    """A command of runtimes, which nobody does and which the log does not tell."""

    def run(world: World, _: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(at=AT, account=world.here, runtime=world.stage.runtime, **more)

    return Verb(run, None, where=(), raises=(), self_service=True)


VERBS: dict[str, Verb] = {
    "create_package": on_stage(
        deploying.create_package,
        ("as.package", "ADD", "NONE"),
        component=lambda w: w.stage.process,
        version=lambda _: "2.0",
    ),
    "deploy": on_stage(
        deploying.deploy,
        ("as.deployment", "ADD", "NONE"),
        package=lambda w: w.stage.newer,
        environment=lambda w: w.stage.environment,
    ),
    "package_and_deploy": on_stage(
        deploying.package_and_deploy,
        ("as.package", "ADD", "NONE"),
        also=(("as.deployment", "ADD", "NONE"),),
        component=lambda w: w.stage.process,
        version=lambda _: "2.0",
        environment=lambda w: w.stage.environment,
    ),
    "undeploy": on_stage(
        deploying.undeploy, ("as.deployment", "DELETE", "NONE"), deployment=lambda w: w.stage.deployment
    ),
    "forget_environment": on_stage(
        deploying.forget_environment,
        ("as.deployment", "DELETE", "NONE"),
        part=True,
        environment=lambda w: w.stage.environment,
    ),
    "set_schedule": _of_schedules(
        partial(schedules.set_schedule, when=Every(15), time_zone="UTC"), ("as.schedule", "ADD", "NONE"), None
    ),
    "pause_schedule": _of_schedules(schedules.pause_schedule, ("as.schedule", "UPDATE", "PAUSED")),
    "resume_schedule": _of_schedules(schedules.resume_schedule, ("as.schedule", "UPDATE", "RESUMED"), _paused),
    "remove_schedule": _of_schedules(schedules.remove_schedule, ("as.schedule", "DELETE", "NONE")),
    "forget_schedules": _of_schedules(schedules.forget_schedules, ("as.schedule", "DELETE", "NONE"), part=True),
    "open_document": on_stage(
        reporting.open_document, ("as.document", "VIEW", "SUCCESS"), document=lambda w: w.stage.document
    ),
    "give_document": on_stage(
        reporting.give_document,
        ("as.document", "DOWNLOAD", "SUCCESS"),
        document=lambda w: w.stage.document,
        download=lambda _: True,
    ),
    "note_refused": on_stage(
        reporting.note_refused,
        ("as.document", "VIEW", "FAILURE"),
        part=True,
        document=lambda w: w.stage.document,
        download=lambda _: False,
        refusal=lambda _: DocumentNotFound(),
    ),
    "request_reruns": on_stage(
        reporting.request_reruns,
        ("as.document", "EXECUTE", "NONE"),
        execution=lambda w: document_of(w.here, w.stage.document).execution_id,
    ),
    "request_work": on_stage(
        reporting.request_work,
        ("as.document", "EXECUTE", "TEST"),
        document=lambda w: w.stage.document,
        kind=lambda _: Work.TEST,
    ),
    "report_executions": _by_runtime(reporting.report_executions, records=lambda _: [a_run("another")]),
    "finish_work": _by_runtime(reporting.finish_work, work=lambda w: w.stage.work, outcome=lambda _: Outcome.COMPLETE),
    "note_seen": _by_runtime(calls.note_seen),
    "update_runtime": _by_runtime(updates.update_runtime),
}
