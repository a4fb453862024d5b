"""Users of an account, their locks, and the way in when the door is broken."""

from datetime import timedelta

from tenantry.rules.vocabulary import Validity
from tenantry.sso.models import SignOnSettings
from tenantry.users import break_glass, commands as users, locking, role_links as user_roles
from tenantry.users.models import User
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World, federate
from tests.store.factories import AT, STANDARD_USER, SUPPORT, hold


def _fails_five_times(world: World) -> None:
    for _ in range(5):
        locking.note_invalid_attempt(email=world.bob.email, at=AT)


def _lock_a_federated_user(world: World) -> None:
    SignOnSettings.rows.of(world.here).update(enabled=True)
    federate(world.here, world.cy)
    User.objects.filter(pk=world.cy.id).update(locked=True)


VERBS: dict[str, Verb] = {
    "add_user": Verb(
        lambda w, who: users.add_user(
            actor=who,
            at=AT,
            account=w.here,
            email="new@example.com",
            first_name="New",
            last_name="Comer",
            roles={STANDARD_USER},
            reason=REASON,
        ),
        ("user", "ADD", "NONE"),
    ),
    "change_user_roles": Verb(
        lambda w, who: users.change_user_roles(
            actor=who, at=AT, account=w.here, user=w.bob.id, roles={SUPPORT}, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "remove_user": Verb(
        lambda w, who: users.remove_user(actor=who, at=AT, account=w.here, user=w.bob.id, reason=REASON),
        ("user", "DELETE", "NONE"),
    ),
    "maintain_user": Verb(
        lambda w, who: users.maintain_user(
            actor=who, at=AT, account=w.here, user=w.bob.id, roles={SUPPORT}, federation_id="", reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "add_user_role": Verb(
        lambda w, who: users.add_user_role(
            actor=who, at=AT, account=w.here, user=w.bob.email, role=w.spare, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "give_role": Verb(
        lambda w, who: user_roles.give_role(
            actor=who, at=AT, account=w.here, email=w.bob.email, role=w.spare, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "change_role_validity": Verb(
        lambda w, who: users.change_role_validity(
            actor=who,
            at=AT,
            account=w.here,
            user=w.bob.id,
            role=STANDARD_USER,
            validity=Validity(ends=AT + timedelta(days=1)),
            reason=REASON,
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "remove_user_role": Verb(
        lambda w, who: users.remove_user_role(
            actor=who, at=AT, account=w.here, user=w.bob.id, role=STANDARD_USER, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "forget_ended_grants": Verb(  # a part of remove_role, which writes the entry and raises the revision
        lambda w, _: users.forget_ended_grants(role=w.spare, at=AT),
        None,
        where=(),
        raises=(),
        part=True,
        prepare=lambda w: hold(w.here, w.bob, w.spare, None, AT),
    ),
    "invite_again": Verb(
        lambda w, who: users.invite_again(actor=who, at=AT, account=w.here, user=w.cy.id),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        reasoned=False,
    ),
    "set_lock": Verb(
        lambda w, who: users.set_lock(actor=who, at=AT, user=w.bob.email, locked=True, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
    ),
    "break_glass": Verb(
        lambda w, who: break_glass.break_glass(actor=who, at=AT, account=w.here, user=w.bob.email, reason=REASON),
        ("user", "UPDATE", "BREAK_GLASS"),
        also=(("user", "UPDATE", "ROLE"),),
        operator=True,
    ),
    "note_invalid_attempt": Verb(
        lambda w, _: locking.note_invalid_attempt(email=w.bob.email, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
        self_service=True,
        reasoned=False,
        prepare=_fails_five_times,
    ),
    "note_valid_attempt": Verb(
        lambda w, _: locking.note_valid_attempt(user=w.bob.id),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "write_lock": Verb(
        lambda w, who: locking.write_lock(w.bob.row, actor=who, at=AT, locked=True, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
        part=True,
    ),
    "note_invalid_call": Verb(
        lambda w, _: locking.note_invalid_call(email=w.bob.email, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "unlock_user": Verb(
        lambda w, who: locking.unlock_user(actor=who, at=AT, account=w.here, user=w.cy.id, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        prepare=_lock_a_federated_user,
    ),
    "forget_lost_roles": Verb(
        lambda w, _: users.forget_lost_roles(
            at=AT, primary=w.here, role="", member=w.member, beyond=0, limit=9, cause="so it is"
        ),
        ("user", "UPDATE", "ROLE"),
        where=("member",),
        raises=("member",),
        part=True,
        reasoned=False,
    ),
}
