"""Integration packs and what is installed of them."""

from collections.abc import Callable
from datetime import timedelta

from tenantry.jobs.kinds import Job, JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.packs import commands as packs, contents, following, instances
from tenantry.packs.models import PackRelease
from tenantry.packs.queries import pack_of
from tenantry.rules.vocabulary import OPERATOR, Actor
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT
from tests.store.shelves import lend_pack, packaged


def _on_pack(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    prepare: Callable[[World], None] | None = None,
    **given: Callable[[World], object],
) -> Verb:
    """A command of publishers about the pack of the crate."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, pack=world.crate.pack, reason=REASON, **more)

    return Verb(run, words, raises=(), standard=True, prepare=prepare)


def _on_instance(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    also: tuple[tuple[str, str, str], ...] = (),
    prepare: Callable[[World], None] | None = None,
    places: bool = False,
) -> Verb:
    """A command of accounts that have installed packs about the instance of the crate, `places` in its environment."""

    def run(world: World, who: Actor) -> object:
        more = {"environments": {world.stage.environment}} if places else {}
        return act(actor=who, at=AT, account=world.here, instance=world.crate.instance, reason=REASON, **more)

    return Verb(run, words, raises=(), also=also, standard=True, prepare=prepare)


def _detached(world: World) -> None:
    VERBS["detach_environments"].run(world, OPERATOR)


def _marked(world: World) -> None:
    VERBS["mark_deleted"].run(world, OPERATOR)


def _packaged_anew(world: World) -> None:
    packaged(world.here, world.crate.process, "3.0")


def _due(world: World) -> None:
    """The night of the pending release has come."""
    PackRelease.rows.of(world.here).filter(number__isnull=True).update(due=AT)


def _release_job(world: World) -> Job:
    row = QueuedJob.rows.of(world.here).get(kind=JobKind.PACK_RELEASE)
    return Job(JobKind.PACK_RELEASE, world.here, row.key, row.details, row.due)


def _leave_behind(world: World) -> None:
    [before, pending] = PackRelease.rows.of(world.here).order_by("id")
    pack = pack_of(world.here, world.crate.pack)
    following.leave_behind(pack=pack, release=pending, before=before, replaced=None)


VERBS: dict[str, Verb] = {
    "create_pack": Verb(
        lambda w, who: packs.create_pack(
            actor=who, at=AT, account=w.here, name="Another pack", type="SINGLE", reason=REASON
        ),
        ("as.ipack", "ADD", "NONE"),
        raises=(),
        standard=True,
    ),
    "edit_pack": _on_pack(
        packs.edit_pack, ("as.ipack", "UPDATE", "NONE"), name=lambda _: "Renamed", description=lambda _: ""
    ),
    "add_to_pack": _on_pack(
        packs.add_to_pack, ("as.ipack", "UPDATE", "CONTENTS"), components=lambda w: {w.crate.other}
    ),
    "choose_version": _on_pack(
        packs.choose_version,
        ("as.ipack", "UPDATE", "CONTENTS"),
        component=lambda w: w.crate.process,
        package=lambda w: w.crate.package,
    ),
    "mark_deleted": _on_pack(
        packs.mark_deleted, ("as.ipack", "UPDATE", "CONTENTS"), component=lambda w: w.crate.process
    ),
    "undelete": _on_pack(
        packs.undelete,
        ("as.ipack", "UPDATE", "CONTENTS"),
        component=lambda w: w.crate.process,
        prepare=_marked,
    ),
    "change_pack": _on_pack(
        contents.change_pack,
        ("as.ipack", "UPDATE", "CONTENTS"),
        holds=lambda w: {w.crate.process: "1.0", w.crate.other: None},
    ),
    "release_versions": _on_pack(
        contents.release_versions,
        ("as.ipack", "RELEASE", "NONE"),
        prepare=_packaged_anew,
        versions=lambda w: {w.crate.process: None},
    ),
    "release_pack": _on_pack(
        packs.release_pack,
        ("as.ipack", "RELEASE", "NONE"),
        prepare=_packaged_anew,
    ),
    "change_release_day": _on_pack(
        packs.change_release_day, ("as.ipack", "RELEASE", "SCHEDULED"), day=lambda _: (AT + timedelta(days=9)).date()
    ),
    "run_release": Verb(
        lambda w, _: packs.run_release(_release_job(w), AT),
        ("as.ipack", "RELEASE", "NONE"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_due,
    ),
    "remove_pack": Verb(
        lambda w, who: packs.remove_pack(actor=who, at=AT, account=w.here, pack=w.crate.pack),
        ("as.ipack", "DELETE", "NONE"),
        also=(("as.ipack", "UNINSTALL", "NONE"), ("as.accountgroup.resource", "DELETE", "NONE")),
        gives=("here",),
        standard=True,
        reasoned=False,
        prepare=lambda w: lend_pack(w.here, w.group, w.crate.pack),
    ),
    "install_pack": Verb(
        lambda w, who: instances.install_pack(
            actor=who, at=AT, account=w.here, pack=w.crate.pack, name="Second", reason=REASON
        ),
        ("as.ipack", "INSTALL", "NONE"),
        raises=(),
        standard=True,
    ),
    "uninstall_pack": _on_instance(
        instances.uninstall_pack, ("as.ipack", "UNINSTALL", "NONE"), also=(("as.ipack", "DETACH", "NONE"),)
    ),
    "attach_environments": _on_instance(
        instances.attach_environments, ("as.ipack", "ATTACH", "NONE"), prepare=_detached, places=True
    ),
    "detach_environments": _on_instance(instances.detach_environments, ("as.ipack", "DETACH", "NONE"), places=True),
    "apply_pending_update": _on_instance(instances.apply_pending_update, ("as.ipack", "UPDATE", "MANUAL")),
    "forget_detached": Verb(
        lambda w, _: instances.forget_detached(account=w.here, environment=w.stage.environment),
        None,
        where=(),
        raises=(),
        part=True,
        prepare=_detached,
    ),
    "leave_behind": Verb(lambda w, _: _leave_behind(w), None, where=(), raises=(), part=True),
    "resume_updates": Verb(lambda w, _: following.resume_updates(primary=w.here), None, where=(), raises=(), part=True),
}
