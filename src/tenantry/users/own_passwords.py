"""Choosing a password, judged by what all accounts ask for that the person can enter (PWD-2 to PWD-6)."""

from django.contrib.auth.hashers import check_password as is_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record_many
from tenantry.rules import refusals as no
from tenantry.rules.password_choice import Owner, PasswordShape, check_password, shape_of
from tenantry.rules.password_policy import RANGES
from tenantry.rules.vocabulary import Actor, Instant, Source, user_key
from tenantry.sessions.commands import end_sessions
from tenantry.signin.queries import password_policy_for
from tenantry.store.transaction import command
from tenantry.users.models import PastPassword, ResetLink, User
from tenantry.users.queries import accounts_of, past_passwords

KEPT = RANGES["history"][1] - 1
"""Passwords of before that are kept of each person: with the present one, as many as a policy can ask about."""


@command
def set_password(*, person: User, at: Instant, new: str, again: str) -> None:
    """Give a person the password they chose. The caller has proven who they are, and holds the person's row.

    Refuses, all at once, every rule that the new one breaks: of the baseline, and of the strictest combination over the
    accounts that the person can enter, directly or by a group (PWD-2, PWD-5). Ends all sessions of the person (PWD-9).
    """
    if new != again:
        raise no.Refused(no.EntriesDiffer())
    if person.temporary_password and person.check_password(new):
        raise no.Refused(no.PasswordRefused(why="Choose a password of your own, not the temporary one."))
    policy = password_policy_for(person, at)
    used_before = policy.history is not None and _used_before(person, new, policy.history)
    broken = check_password(new, policy, _owner(person), common=_common(new), used_before=used_before)
    if broken:
        raise no.Refused(*broken)
    _remember(person)
    person.set_password(new)
    User.objects.filter(pk=person.pk).update(password=person.password, temporary_password=False, password_set_at=at)
    forget_links(person.pk)
    end_sessions(user=person.pk)
    changes: Changes = {"credential": (None, "set")}
    accounts = accounts_of(person.pk)
    entries = (BulkEntry(Act.USER_AUTHENTICATION_CHANGED, account, person.email, changes) for account in accounts)
    record_many(entries, actor=Actor(user_key(person.email), Source.UI), at=at)


def shape_of_password(person: User, password: str) -> PasswordShape:
    """What policies ask of the password that a person has typed (PWD-11)."""
    return shape_of(password, _owner(person), common=_common(password))


def forget_links(user: int) -> None:
    """End the link to reset a password that may be on its way: password or address are others now (PWD-10)."""
    ResetLink.objects.filter(user_id=user, used_at__isnull=True).delete()


def _owner(person: User) -> Owner:
    return Owner(email=person.email, first_name=person.first_name, last_name=person.last_name)


def _used_before(person: User, new: str, last: int) -> bool:
    """Whether it is one of the last so many passwords, the present one among them."""
    before = [person.password] if person.has_usable_password() and not person.temporary_password else []
    return any(is_password(new, stored) for stored in (*before, *past_passwords(person.pk)[: last - len(before)]))


def _remember(person: User) -> None:
    """Keep the hash of the password that is replaced, unless the system made it, and no more than can be asked for."""
    if person.temporary_password or not person.has_usable_password():
        return
    PastPassword.objects.create(user=person, password=person.password)
    rows = PastPassword.objects.filter(user=person).order_by("-id")
    oldest = rows.values_list("id", flat=True)[KEPT - 1 : KEPT].first()
    if oldest is not None:
        rows.filter(id__lt=oldest).delete()


def _common(password: str) -> bool:
    """Whether it is on the list of common passwords, the one check left to Django, which has the list."""
    try:
        validate_password(password)
    except ValidationError:
        return True
    return False
