"""Resetting a password by a link that is mailed: "Reset your password" on the sign-in page (PWD-10, LOCK-5)."""

import secrets
from typing import Final

from tenantry.mail.resets import mail_no_reset_after_commit, mail_reset_link_after_commit
from tenantry.rules import refusals as no
from tenantry.rules.password_policy import RESET_WINDOW, check_link, check_resets
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import Actor, Instant, Source, user_key
from tenantry.signin.queries import password_policy_for, sign_on_only
from tenantry.store.transaction import command
from tenantry.tokens.values import digest_of
from tenantry.users.locking import count_stranger, write_lock
from tenantry.users.models import ResetLink, User
from tenantry.users.own_passwords import set_password

_BYTES: Final = 32
"""Of chance in a link."""


@command
def request_reset(*, email: str, at: Instant) -> None:
    """Mail a link to the person of this address, which ends links of before (PWD-10).

    Says nothing about whether there is such a person: where nobody has the address, as much is read and written, and no
    mail is sent. Mails leave apart from the request. Whoever signs in through an identity provider alone is told so,
    and gets no link (LOCK-6).
    """
    key = user_key(email)
    person = User.objects.select_for_update().filter(email_key=key).first()
    by_provider = sign_on_only(person, at)  # asked about nobody as well, so that it takes as long
    if person is None or by_provider:
        _forget_links(person.pk if person else 0, at)
        secrets.token_urlsafe(_BYTES)
        count_stranger(key)
        if person is not None:
            mail_no_reset_after_commit(person.email, person.first_name)
        return
    token = make_reset_link(person, at)
    mail_reset_link_after_commit(person.email, person.first_name, token)


def make_reset_link(person: User, at: Instant) -> str:
    """The secret of a new link of a person whose row is held, which ends links of before; a part of commands."""
    _forget_links(person.pk, at)
    token = secrets.token_urlsafe(_BYTES)
    ResetLink.objects.bulk_create([ResetLink(user=person, digest=digest_of(token), made_at=at)])
    return token


def _forget_links(user: int, at: Instant) -> None:
    links = ResetLink.objects.filter(user_id=user)
    links.filter(used_at__isnull=True).delete()
    links.filter(used_at__lte=at - RESET_WINDOW).delete()


def person_of_reset(*, token: str, at: Instant) -> User:
    """The person whose link this is; refuses one that was used, replaced, or is 30 minutes old (PWD-10), and somebody
    who signs in through an identity provider alone by now (LOCK-6).
    """
    link = ResetLink.objects.filter(digest=digest_of(token), used_at__isnull=True).select_related("user").first()
    refuse(check_link(link.made_at if link else None, at))
    if link is None:
        raise no.Refused(no.ResetLinkNotValid())
    if sign_on_only(link.user, at):
        raise no.Refused(no.PasswordNotForSingleSignOn())
    return link.user


@command
def reset_password(*, token: str, at: Instant, new: str, again: str) -> None:
    """Choose a new password by the link, which ends with it, as do all sessions (PWD-9, PWD-10). It unlocks (LOCK-5).

    Refuses a link that does not work any more, a sixth reset in 24 hours where a policy limits them (PWD-3), and every
    rule that the new password breaks; then the link goes on working.
    """
    found = person_of_reset(token=token, at=at)
    person = User.objects.select_for_update().get(pk=found.pk)
    person_of_reset(token=token, at=at)  # once more: somebody may have used it while we waited for the person
    used = ResetLink.objects.filter(user=person, used_at__isnull=False).values_list("used_at", flat=True)
    done = [moment for moment in used if moment is not None]
    refuse(check_resets(password_policy_for(person, at), done, at))
    set_password(person=person, at=at, new=new, again=again)  # ends the link, as it would any other
    ResetLink.objects.bulk_create([ResetLink(user=person, digest=digest_of(token), made_at=at, used_at=at)])
    if person.locked:
        write_lock(person, actor=Actor(user_key(person.email), Source.UI), at=at, locked=False)
    else:
        User.objects.filter(pk=person.pk).update(failed_attempts=0)
