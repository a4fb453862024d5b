"""Sessions and usage agreements."""

from tenantry.agreements import commands as agreements
from tenantry.rules.agreements import Agreement
from tenantry.rules.sessions import SessionSettings
from tenantry.sessions import commands as sessions
from tenantry.sessions.models import Session
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT


def _has_a_session(world: World) -> None:
    """Ann has signed in and is in no account yet."""
    Session.objects.create(session_key="one", user_id=world.ann.id, expire_date=AT)


VERBS: dict[str, Verb] = {
    "set_session_settings": Verb(
        lambda w, who: sessions.set_session_settings(
            actor=who, at=AT, account=w.here, settings=SessionSettings(limited=True), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "force_sign_out": Verb(
        lambda w, who: sessions.force_sign_out(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "LOGOUT", "NONE"),
        raises=(),
    ),
    "sweep_sessions": Verb(lambda _, __: sessions.sweep_sessions(at=AT), None, where=(), raises=(), self_service=True),
    "time_out": Verb(
        lambda w, _: sessions.time_out(session="one", actor=w.ann.actor, at=AT, account=w.here),
        ("account", "LOGOUT", "TIMEOUT"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_a_session,
    ),
    "take_farewell": Verb(
        lambda _, __: sessions.take_farewell(key="one"), None, where=(), raises=(), self_service=True
    ),
    "come_into": Verb(
        lambda w, _: sessions.come_into(session="one", user=w.ann.id, account=w.here, locks=True),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=_has_a_session,
    ),
    "note_active": Verb(
        lambda _, __: sessions.note_active(session="one", at=AT), None, where=(), raises=(), self_service=True
    ),
    "end_session": Verb(
        lambda w, _: sessions.end_session(user=w.ann.id, handle="one"), None, where=(), raises=(), self_service=True
    ),
    "end_sessions": Verb(
        lambda w, _: sessions.end_sessions(user=w.ann.id), None, where=(), raises=(), self_service=True
    ),
    "set_usage_agreement": Verb(
        lambda w, who: agreements.set_usage_agreement(
            actor=who, at=AT, account=w.here, on=True, title="Terms", message="Be kind.", reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "note_accepted": Verb(
        lambda w, who: agreements.note_accepted(actor=who, at=AT, account=w.here, agreement=Agreement(title="Terms")),
        ("user", "TC_ACCEPT", "SUCCESS"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
}
