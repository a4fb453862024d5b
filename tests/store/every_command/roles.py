"""Custom roles."""

from tenantry.roles import commands as roles
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON
from tests.store.factories import AT

VERBS: dict[str, Verb] = {
    "create_role": Verb(
        lambda w, who: roles.create_role(
            actor=who, at=AT, account=w.here, name="Fresh", privileges=["API"], reason=REASON
        ),
        ("role", "ADD", "NONE"),
    ),
    "edit_role": Verb(
        lambda w, who: roles.edit_role(
            actor=who, at=AT, account=w.here, role=w.held, privileges=["API"], reason=REASON
        ),
        ("role", "UPDATE", "NONE"),
        gives=("here",),
    ),
    "remove_role": Verb(
        lambda w, who: roles.remove_role(actor=who, at=AT, account=w.here, role=w.spare, reason=REASON),
        ("role", "DELETE", "NONE"),
        gives=("here",),
    ),
    "removed_role": Verb(
        lambda w, who: roles.removed_role(actor=who, at=AT, account=w.here, role=w.spare),
        None,
        where=(),
        raises=(),
    ),
    "changed_role": Verb(
        lambda w, who: roles.changed_role(actor=who, at=AT, account=w.here, role=w.held, privileges=["API"]),
        None,
        where=(),
        raises=(),
    ),
}
