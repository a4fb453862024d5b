"""What people change about themselves, and what sign-in records about them (USER-14 to USER-16)."""

from zoneinfo import available_timezones

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, record_many
from tenantry.decisions.engine import ENGINE
from tenantry.groups.queries import primaries_with
from tenantry.rules import refusals, users as law
from tenantry.rules.answers import Denied
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant, user_key
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.support.queries import accounts_with_grants
from tenantry.users.models import User
from tenantry.users.own_passwords import forget_links, set_password
from tenantry.users.queries import accounts_of, email_or_id_in_use


def _self(actor: Actor) -> User:
    """The person who acts, locked until the transaction ends: whoever links or locks them meanwhile waits."""
    person = User.objects.select_for_update().filter(email_key=actor.user or "").first()
    if person is None:
        raise refusals.Refused(refusals.UnknownUser(user=actor.name))
    return person


@command
def change_own_details(*, actor: Actor, first_name: str, last_name: str, time_zone: str) -> None:
    """Change one's first and last name and time zone (USER-14, USER-16); no right needed, no account concerned."""
    refuse(law.check_names(first_name, last_name))
    if time_zone not in available_timezones():
        raise refusals.Refused(refusals.TimeZoneUnknown(time_zone=time_zone[:64]))
    person = _self(actor)
    User.objects.filter(pk=person.pk).update(
        first_name=first_name.strip(), last_name=last_name.strip(), time_zone=time_zone
    )


@command
def change_own_email(*, actor: Actor, at: Instant, password: str, email: str, again: str) -> None:
    """Change one's e-mail address, and so one's user id everywhere (USER-15); audited in each of one's accounts.

    Needs the current password and the address twice (USER-14). Refuses an address of somebody else (USER-1).
    """
    person = _self(actor)
    if not person.check_password(password):
        raise refusals.Refused(refusals.PasswordRefused(why="The current password is not right."))
    email = email.strip()
    if email != again.strip():
        raise refusals.Refused(refusals.EntriesDiffer())
    refuse(law.check_email(email))
    if email_or_id_in_use(email, besides=person.pk):
        raise refusals.Refused(refusals.EmailTaken(email=email))
    accounts, primaries = accounts_of(person.pk), primaries_with(person.pk)
    supported = accounts_with_grants(person.pk)
    revisions.lock(*accounts, *primaries, *supported)
    User.objects.filter(pk=person.pk).update(email=email, email_key=user_key(email))
    forget_links(person.pk)
    _record_in(
        accounts,
        Act.USER_EMAIL_CHANGED,
        actor=actor,
        at=at,
        email=email,
        changes={"email": (person.email, email)},
    )
    revisions.raise_revisions({*accounts, *supported})
    revisions.raise_given(primaries)


@command
def change_own_password(*, actor: Actor, at: Instant, old: str, new: str, again: str) -> None:
    """Change one's password: the current one once, the new one twice (USER-14). Ends the person's sessions (PWD-9)."""
    person = _self(actor)
    if not person.check_password(old):
        raise refusals.Refused(refusals.PasswordRefused(why="The current password is not right."))
    set_password(person=person, at=at, new=new, again=again)


@command
def choose_default_account(*, actor: Actor, at: Instant, account: AccountId) -> None:
    """Choose the account one lands in at sign-in (ENTRY-3); refuses one that the person cannot enter."""
    person = _self(actor)
    access = ENGINE.access(user=person.email_key, account=account, at=at)
    if isinstance(access, Denied):
        raise refusals.Refused(access.refusal)
    User.objects.filter(pk=person.pk).update(default_account_id=account)


@command
def renew_hash(*, person: User, password: str) -> None:
    """Keep the same password under the hashing of today; called when a sign-in shows that the hash is of old."""
    person.set_password(password)
    User.objects.filter(pk=person.pk).update(password=person.password)


@command
def note_signed_in(*, person: User, at: Instant) -> None:
    """Remember that a person has signed in, once for groups (GRP-10) and with the time for administrators."""
    User.objects.filter(pk=person.pk).update(signed_in=True, last_login=at)


def _record_in(
    accounts: tuple[AccountId, ...],
    act: Act,
    *,
    actor: Actor,
    at: Instant,
    email: str,
    changes: dict[str, tuple[object, object]],
) -> None:
    record_many((BulkEntry(act, account, email, changes) for account in accounts), actor=actor, at=at)
