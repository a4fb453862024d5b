"""Signing in, resetting a password, and second factors."""

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tenantry.factors import commands as factors
from tenantry.factors.models import Passkey
from tenantry.signin import commands as signin
from tenantry.signin.entering import Entering
from tenantry.tokens.values import digest_of
from tenantry.users import resets
from tenantry.users.models import ResetLink
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import PASSWORD, REASON, World
from tests.store.factories import AT, BY_PASSWORD, Somebody
from tests.store.second_factors import A_PASSKEY, code, with_app

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _has_two_factors(world: World) -> None:
    for who in (world.ann, world.bob):
        with_app(who, secret=SECRET)
        factors.add_passkey(actor=who.actor, at=AT, name="Phone", **{**A_PASSKEY, "credential": who.email})


def _passkey(who: Somebody) -> Passkey:
    return Passkey.objects.select_related("user").get(user_id=who.id)


def _has_asked_for_a_link(world: World) -> None:
    ResetLink.objects.create(user=world.ann.row, digest=digest_of("t"), made_at=AT)


def _link(world: World) -> dict[str, str]:
    person = world.cy.row
    return {
        "person": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }


VERBS: dict[str, Verb] = {
    "request_reset": Verb(
        lambda w, _: resets.request_reset(email=w.bob.email, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "reset_password": Verb(
        lambda _, __: resets.reset_password(token="t", at=AT, new="another long phrase", again="another long phrase"),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_asked_for_a_link,
    ),
    "bind_authenticator": Verb(
        lambda _, who: factors.bind_authenticator(actor=who, at=AT, secret=SECRET, code=code(SECRET)),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "regenerate_backup_codes": Verb(
        lambda _, who: factors.regenerate_backup_codes(actor=who, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_two_factors,
    ),
    "switch_off": Verb(
        lambda _, who: factors.switch_off(actor=who, at=AT, code=code(SECRET)),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_two_factors,
    ),
    "spend_code": Verb(
        lambda w, _: factors.spend_code(person=w.bob.row, code=code(SECRET), at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=_has_two_factors,
    ),
    "spend_backup_code": Verb(
        lambda w, _: factors.spend_backup_code(person=w.bob.row, code="wrong", at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "reset_factors": Verb(
        lambda w, who: factors.reset_factors(actor=who, at=AT, user=w.bob.email, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=(),
        operator=True,
        prepare=_has_two_factors,
    ),
    "set_enforcement": Verb(
        lambda w, who: factors.set_enforcement(actor=who, at=AT, account=w.here, enforced=True, reason=REASON),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "add_passkey": Verb(
        lambda _, who: factors.add_passkey(actor=who, at=AT, name="Key", **A_PASSKEY),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "remove_passkey": Verb(
        lambda w, who: factors.remove_passkey(actor=who, at=AT, passkey=_passkey(w.ann).pk),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
        prepare=_has_two_factors,
    ),
    "spend_challenge": Verb(
        lambda _, __: factors.spend_challenge(challenge="abc", at=AT), None, where=(), raises=(), self_service=True
    ),
    "note_passkey_used": Verb(
        lambda w, _: factors.note_passkey_used(passkey=_passkey(w.bob), sign_count=1, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=_has_two_factors,
    ),
    "land": Verb(
        lambda w, _: signin.land(person=w.ann.row, proof=BY_PASSWORD, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "enter": Verb(
        lambda w, _: signin.enter(wanted=Entering(w.ann.row, w.here, BY_PASSWORD, AT)),
        ("account", "ON_ENTRY", "SUCCESS"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "choose_first_password": Verb(
        lambda w, _: signin.choose_first_password(**_link(w), new=PASSWORD, again=PASSWORD, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
}
