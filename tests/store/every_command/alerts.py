"""Account notifications."""

from tenantry.alerts import notices
from tenantry.alerts.models import Notice
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT


def _notice(world: World) -> int:
    """The account notification."""
    return int(Notice.rows.of(world.here).get().pk)


VERBS: dict[str, Verb] = {
    "post_notice": Verb(
        lambda w, who: notices.post_notice(
            actor=who, at=AT, account=w.here, text="Hear this", level="info", reason=REASON
        ),
        ("as.account.notice", "ADD", "NONE"),
        raises=(),
    ),
    "end_notice": Verb(
        lambda w, who: notices.end_notice(actor=who, at=AT, account=w.here, notice=_notice(w), reason=REASON),
        ("as.account.notice", "DELETE", "NONE"),
        raises=(),
    ),
    "dismiss_notice": Verb(
        lambda w, _: notices.dismiss_notice(account=w.here, user=w.bob.id, notice=_notice(w)),
        None,
        where=(),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
}
