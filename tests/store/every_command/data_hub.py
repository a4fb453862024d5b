"""Models and repositories of Data Hub."""

from collections.abc import Callable

from tenantry.datahub import commands as modelling, deploying as repositories
from tenantry.rules.vocabulary import Actor
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT
from tests.store.modellers import FIELDS


def _in_data_hub(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    gives: bool = False,
    also: tuple[tuple[str, str, str], ...] = (),
    **given: Callable[[World], object],
) -> Verb:
    """A command about models, with what it is given. Standard Users have no right of Data Hub."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    scope = ("here",) if gives else ()
    return Verb(run, words, raises=scope, gives=scope, also=also)


VERBS: dict[str, Verb] = {
    "create_model": _in_data_hub(modelling.create_model, ("as.model", "CREATE", "NONE"), name=lambda _: "New"),
    "rename_model": _in_data_hub(
        modelling.rename_model, ("as.model", "UPDATE", "NAME"), model=lambda w: w.hub.draft, name=lambda _: "Renamed"
    ),
    "save_draft": _in_data_hub(
        modelling.save_draft,
        ("as.model", "UPDATE", "NONE"),
        model=lambda w: w.hub.draft,
        document=lambda _: FIELDS,
        opened=lambda _: 1,
    ),
    "publish_model": _in_data_hub(
        modelling.publish_model,
        ("as.model", "PUBLISH", "NONE"),
        gives=True,
        model=lambda w: w.hub.ready,
        opened=lambda _: 2,
    ),
    "copy_shared_model": Verb(
        lambda w, who: modelling.copy_shared_model(
            actor=who, at=AT, account=w.member, model=w.hub.shared, reason=REASON
        ),
        ("as.model", "COPY", "NONE"),
        where=("member",),
        raises=(),
        operator=True,
    ),
    "remove_model": _in_data_hub(
        modelling.remove_model,
        ("as.model", "DELETE", "NONE"),
        gives=True,
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        model=lambda w: w.hub.shared,
    ),
    "create_repository": _in_data_hub(
        repositories.create_repository, ("as.repository", "CREATE", "NONE"), name=lambda _: "New"
    ),
    "rename_repository": _in_data_hub(
        repositories.rename_repository,
        ("as.repository", "UPDATE", "NAME"),
        repository=lambda w: w.hub.repository,
        name=lambda _: "Renamed",
    ),
    "remove_repository": _in_data_hub(
        repositories.remove_repository, ("as.repository", "DELETE", "NONE"), repository=lambda w: w.hub.empty
    ),
    "deploy_model": _in_data_hub(
        repositories.deploy_model,
        ("as.model.deployment", "ADD", "NONE"),
        model=lambda w: w.hub.shared,
        version=lambda _: 1,
        repository=lambda w: w.hub.empty,
    ),
    "undeploy_model": _in_data_hub(
        repositories.undeploy_model,
        ("as.model.deployment", "DELETE", "NONE"),
        model=lambda w: w.hub.deployed,
        repository=lambda w: w.hub.repository,
    ),
}
