"""What people change about themselves."""

from tenantry.users import own_details, own_passwords
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import PASSWORD
from tests.store.factories import AT

VERBS: dict[str, Verb] = {
    "change_own_details": Verb(
        lambda _, who: own_details.change_own_details(
            actor=who, first_name="A", last_name="B", time_zone="Europe/Berlin"
        ),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "change_own_email": Verb(
        lambda _, who: own_details.change_own_email(
            actor=who, at=AT, password=PASSWORD, email="anna@example.com", again="anna@example.com"
        ),
        ("user", "UPDATE", "EMAIL"),
        self_service=True,
        reasoned=False,
    ),
    "change_own_password": Verb(
        lambda _, who: own_details.change_own_password(
            actor=who, at=AT, old=PASSWORD, new="another long phrase", again="another long phrase"
        ),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "set_password": Verb(
        lambda w, _: own_passwords.set_password(
            person=w.ann.row, at=AT, new="another long phrase", again="another long phrase"
        ),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "choose_default_account": Verb(
        lambda w, who: own_details.choose_default_account(actor=who, at=AT, account=w.here),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "renew_hash": Verb(
        lambda w, _: own_details.renew_hash(person=w.ann.row, password=PASSWORD),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "note_signed_in": Verb(
        lambda w, _: own_details.note_signed_in(person=w.ann.row, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
}
