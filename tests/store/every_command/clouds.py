"""Clouds, clusters, quotas and attachments."""

from collections.abc import Callable

from tenantry.clouds import clusters, commands as clouds
from tenantry.rules.clouds import Properties
from tenantry.rules.vocabulary import OPERATOR, Actor
from tenantry.runtimes import attachments
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT
from tests.store.skies import cluster_in


def _without_cluster(world: World) -> None:
    clusters.remove_cluster(actor=OPERATOR, at=AT, account=world.here, cluster=cluster_in(world.cloud))


def _with_clouds(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    gives: bool = False,
    also: tuple[tuple[str, str, str], ...] = (),
    prepare: Callable[[World], None] | None = None,
    standard: bool = False,
    **given: Callable[[World], object],
) -> Verb:
    """A command of Cloud Management, with what it is given."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    scopes = ("here",) if gives else ()
    return Verb(run, words, raises=scopes, gives=scopes, also=also, prepare=prepare, standard=standard)


VERBS: dict[str, Verb] = {
    "create_cloud": _with_clouds(
        clouds.create_cloud, ("as.cloud", "CREATE", "NONE"), properties=lambda _: Properties("New")
    ),
    "edit_cloud": _with_clouds(
        clouds.edit_cloud,
        ("as.cloud", "UPDATE", "NONE"),
        cloud=lambda w: w.cloud,
        properties=lambda _: Properties("New"),
    ),
    "remove_cloud": _with_clouds(
        clouds.remove_cloud,
        ("as.cloud", "DELETE", "NONE"),
        gives=True,
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        prepare=_without_cluster,
        cloud=lambda w: w.cloud,
    ),
    "add_quota": _with_clouds(
        clouds.add_quota,
        ("as.cloud.quota", "ADD", "NONE"),
        prepare=lambda w: clouds.remove_quota(actor=OPERATOR, at=AT, account=w.here, cloud=w.cloud, member=w.member),
        cloud=lambda w: w.cloud,
        member=lambda w: w.member,
        maximum=lambda _: 5,
    ),
    "edit_quota": _with_clouds(
        clouds.edit_quota,
        ("as.cloud.quota", "UPDATE", "NONE"),
        cloud=lambda w: w.cloud,
        member=lambda w: w.member,
        maximum=lambda _: 5,
    ),
    "remove_quota": _with_clouds(
        clouds.remove_quota,
        ("as.cloud.quota", "DELETE", "NONE"),
        cloud=lambda w: w.cloud,
        member=lambda w: w.member,
    ),
    "issue_cluster_token": _with_clouds(
        clusters.issue_cluster_token,
        ("as.cloud.cluster.token", "ADD", "AUTHENTICATION"),
        cloud=lambda w: w.cloud,
    ),
    "remove_cluster": _with_clouds(
        clusters.remove_cluster,
        ("as.cloud.cluster", "DELETE", "NONE"),
        gives=True,
        cluster=lambda w: cluster_in(w.cloud),
    ),
    "install_cluster": Verb(
        lambda w, _: clusters.install_cluster(at=AT, token=w.cluster_token, name="New"),
        ("as.cloud.cluster", "ADD", "NONE"),
        gives=("here",),
        self_service=True,
        reasoned=False,
    ),
    "note_cluster": Verb(
        lambda w, _: clusters.note_cluster(at=AT, account=w.here, cluster=cluster_in(w.cloud), browsing=False),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "create_attachment": _with_clouds(
        attachments.create_attachment,
        ("as.runtime", "ADD", "NONE"),
        standard=True,
        cloud=lambda w: w.cloud,
        name=lambda _: "Slot",
    ),
    "forget_cloud": Verb(
        lambda w, _: attachments.forget_cloud(cloud=w.cloud),
        None,
        where=(),
        raises=(),
        part=True,
        reasoned=False,
    ),
}
