"""Shares, what their ends leave to do, and previews."""

from tenantry.groups.queries import group_of
from tenantry.previews import commands as previews
from tenantry.rules.changes import UserLeaves
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import user_key
from tenantry.sharing import commands as sharing, ends
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON
from tests.store.factories import AT, share_ends

VERBS: dict[str, Verb] = {
    "share": Verb(
        lambda w, who: sharing.share(
            actor=who, at=AT, account=w.here, group=w.group, kind=Kind.ROLE, resources={w.spare}, reason=REASON
        ),
        ("as.accountgroup.resource", "ADD", "NONE"),
        gives=("here",),
    ),
    "withdraw": Verb(
        lambda w, who: sharing.withdraw(
            actor=who, at=AT, account=w.here, group=w.group, kind=Kind.ROLE, resource=w.lent, reason=REASON
        ),
        ("as.accountgroup.resource", "DELETE", "NONE"),
        gives=("here",),
    ),
    "note_end": Verb(
        lambda w, who: ends.note_end(actor=who, at=AT, group=group_of(w.here, w.group), role=w.lent, cause="so it is"),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "end_of_group": Verb(
        lambda w, who: ends.end_of_group(actor=who, at=AT, group=group_of(w.here, w.group)),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "end_of_membership": Verb(
        lambda w, who: ends.end_of_membership(actor=who, at=AT, group=group_of(w.here, w.group), member=w.member),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "end_of_role": Verb(
        lambda w, _: ends.end_of_role(at=AT, account=w.here, role=w.lent),
        ("user", "UPDATE", "ROLE"),
        where=("member",),
        raises=("member",),
        part=True,
        reasoned=False,
    ),
    "finish_portion": Verb(
        lambda w, _: ends.finish_portion(share_ends(w.here)[0], AT),
        ("user", "UPDATE", "ROLE"),
        where=("member",),
        raises=("member",),
        self_service=True,
        reasoned=False,
    ),
    "look_ahead": Verb(
        lambda w, who: previews.look_ahead(
            actor=who, at=AT, account=w.here, change=UserLeaves(w.here, w.group, user_key(w.gus.email))
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "keep_preview": Verb(
        lambda w, who: previews.keep_preview(
            looked=previews.look_ahead(
                actor=who, at=AT, account=w.here, change=UserLeaves(w.here, w.group, user_key(w.gus.email))
            ),
            at=AT,
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "make_preview": Verb(
        lambda w, who: previews.make_preview(
            actor=who, at=AT, account=w.here, change=UserLeaves(w.here, w.group, user_key(w.gus.email))
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "confirm": Verb(
        lambda w, who: previews.confirm(
            None,
            actor=who,
            account=w.here,
            at=AT,
            change=UserLeaves(w.here, w.group, user_key(w.gus.email)),
        ),
        None,
        where=(),
        raises=(),
        part=True,
    ),
}
