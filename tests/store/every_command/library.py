"""The Process Library."""

from tenantry.build.queries import top_id
from tenantry.deploy import commands as deploying
from tenantry.library import commands as library
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR
from tenantry.sharing import commands as sharing
from tests.store.every_command.running import on_stage
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT, all_accounts


def _shares_with_all(world: World) -> None:
    """What is published is shared with every account."""
    everybody = all_accounts(world.here)
    what = frozenset({world.sold.process})
    sharing.share(actor=OPERATOR, at=AT, account=world.here, group=everybody, kind=Kind.PROCESS, resources=what)


VERBS: dict[str, Verb] = {
    "remove_package": on_stage(
        deploying.remove_package, ("as.package", "DELETE", "NONE"), package=lambda w: w.stage.newer
    ),
    "publish": Verb(
        lambda w, who: library.publish(actor=who, at=AT, account=w.here, package=w.sold.package, reason=REASON),
        ("as.process", "PUBLISH", "NONE"),
        raises=(),
        standard=True,
    ),
    "republish": Verb(
        lambda w, who: library.republish(
            actor=who, at=AT, account=w.here, process=w.sold.process, number=1, reason=REASON
        ),
        ("as.process", "PUBLISH", "NONE"),
        raises=(),
        standard=True,
    ),
    "install": Verb(
        lambda w, who: library.install(
            actor=who, at=AT, account=w.loner, process=w.sold.process, folder=top_id(w.loner), reason=REASON
        ),
        ("as.process", "INSTALL", "NONE"),
        where=("loner",),
        raises=(),
        operator=True,
        prepare=_shares_with_all,
    ),
}
