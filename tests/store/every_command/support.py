"""Temporary support access."""

from tenantry.rules.vocabulary import OPERATOR
from tenantry.support import commands as support
from tenantry.support.models import SupportGrant
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World, no_outside_access
from tests.store.factories import AT, SUPPORT


def _let_in(world: World) -> None:
    """The request of support staff is granted."""
    no_outside_access(world.here)
    VERBS["grant_support_access"].run(world, world.ann.actor)


def _grant(world: World) -> int:
    return int(SupportGrant.rows.of(world.here).get(user_id=world.sid.id).pk)


def _asks_anew(world: World) -> None:
    """The request is denied, so that another one can be made."""
    no_outside_access(world.here)
    support.deny_support_access(actor=OPERATOR, at=AT, account=world.here, grant=_grant(world))


VERBS: dict[str, Verb] = {
    "request_support_access": Verb(
        lambda w, who: support.request_support_access(actor=who, at=AT, account=w.here, why=REASON),
        ("as.account.support", "ADD", "NONE"),
        raises=("here",),
        by="sid",
        prepare=_asks_anew,
    ),
    "grant_support_access": Verb(
        lambda w, who: support.grant_support_access(
            actor=who, at=AT, account=w.here, grants={_grant(w)}, role=SUPPORT, hours=4, reason=REASON
        ),
        ("as.account.support", "UPDATE", "NONE"),
        prepare=lambda w: no_outside_access(w.here),
    ),
    "deny_support_access": Verb(
        lambda w, who: support.deny_support_access(actor=who, at=AT, account=w.here, grant=_grant(w), reason=REASON),
        ("as.account.support", "DELETE", "NONE"),
        prepare=lambda w: no_outside_access(w.here),
    ),
    "extend_support_access": Verb(
        lambda w, who: support.extend_support_access(
            actor=who, at=AT, account=w.here, grant=_grant(w), hours=24, reason=REASON
        ),
        ("as.account.support", "UPDATE", "NONE"),
        prepare=_let_in,
    ),
    "expire_support_access": Verb(
        lambda w, who: support.expire_support_access(actor=who, at=AT, account=w.here, grant=_grant(w), reason=REASON),
        ("as.account.support", "DELETE", "NONE"),
        prepare=_let_in,
    ),
}
