"""Restoring an administrator when neither the identity provider nor mail can help: the operator's last resort."""

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.factors.commands import reset_factors
from tenantry.mail.break_glass import tell_of_break_glass_after_commit
from tenantry.rules import refusals as no
from tenantry.rules.accounts import CLOSED, status_at
from tenantry.rules.conditions import unconditional
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Status
from tenantry.sessions.commands import end_sessions
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.commands import add_user_role
from tenantry.users.locking import write_lock
from tenantry.users.models import User, UserRole
from tenantry.users.queries import accounts_of, administrators_in, grants_of, locked_person
from tenantry.users.resets import make_reset_link


@command
def break_glass(*, actor: Actor, at: Instant, account: AccountId, user: str, reason: str) -> str:
    """Make a person Administrator of an account who can get in by password; returns the secret of a link to choose one.

    For the platform operator alone, who says why. Unlocks the person everywhere (LOCK-5), ends the person's sessions,
    takes second factors away, and gives the role Administrator directly in the account if it is not in force there:
    administrators get in by password also where single sign-on is on (SSO-18). The link works once and for 30 minutes
    (PWD-10). The account's log tells all of it, and its other Administrators are told by mail, if mail works. Refuses a
    blank reason, people unknown to the platform, and an account that lets nobody in (ACC-4).
    """
    if actor.user is not None:
        raise no.Refused(no.OperatorOnly(act="break the glass"))
    if not reason.strip():
        raise no.Refused(no.BreakGlassReasonMissing())
    person = locked_person(user)
    if person is None:
        raise no.Refused(no.UnknownUser(user=user))
    revisions.lock(*{account, *accounts_of(person.pk)})
    row = existing_account(account)
    status = status_at(row.status, row.trial_ends, at)
    if status is Status.DELETED:
        raise no.Refused(no.AccountDeleted(account=account))
    if status in CLOSED:
        raise no.Refused(no.AccountNotAvailable(account=account, status=status))
    was = {"locked": person.locked, "administrator": _administers(account, person, at)}
    if person.locked:
        write_lock(person, actor=actor, at=at, locked=False, reason=reason)
    else:
        User.objects.filter(pk=person.pk).update(failed_attempts=0)
    if not was["administrator"]:
        _make_administrator(person, actor=actor, at=at, account=account, reason=reason)
    end_sessions(user=person.pk)  # else one that was open before, in whosever hands, were an Administrator's now
    reset_factors(actor=actor, at=at, user=person.email, reason=reason)
    token = make_reset_link(person, at)
    changes = {"locked": (was["locked"], False), "administrator": (was["administrator"], True)}
    record(
        Act.GLASS_BROKEN,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        message="An administrator was restored by the platform operator.",
        reason=reason,
        changes=changes,
    )
    others = [email for email in administrators_in(account, at) if email != person.email]
    tell_of_break_glass_after_commit(others, person=person.email, account=row.name, reason=reason)
    return token


def _administers(account: AccountId, person: User, at: Instant) -> bool:
    found = unconditional(grants_of(account, person.pk))
    return any(grant.role == ADMINISTRATOR and grant.validity.in_force(at) for grant in found)


def _make_administrator(person: User, *, actor: Actor, at: Instant, account: AccountId, reason: str) -> None:
    """Give the role for good; one that was to begin later, has ended, or is under a condition, goes before."""
    UserRole.rows.of(account).filter(user_id=person.pk, role_id=ADMINISTRATOR).delete()
    add_user_role(
        actor=actor, at=at, account=account, user=person.email, role=ADMINISTRATOR, reason=reason, notify=False
    )
