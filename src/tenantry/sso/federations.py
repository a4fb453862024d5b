"""Writes of Federation IDs: whom an account's identity provider vouches for (SSO-4, SSO-5, SSO-7)."""

from collections.abc import Set as AbstractSet

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions.guard import Permit, paths_of, require_by_door
from tenantry.groups.queries import group_roles_of, primaries_with
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.federations import check_federation_id, check_identifying
from tenantry.rules.refusals import refuse
from tenantry.rules.sign_on import federation_key
from tenantry.rules.vocabulary import AccountId, Actor, Instant, user_key
from tenantry.sso.models import Federation
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.models import User
from tenantry.users.queries import existing_person, locked_person, person_by_email


@command
def set_federation_id(
    *, actor: Actor, at: Instant, account: AccountId, user: str, federation_id: str, reason: str = ""
) -> None:
    """Say what the account's identity provider calls a person; with "" it calls the person nothing any more.

    It gives no role, and the person need not be a user of the account (SSO-7): people of its groups may be federated in
    a primary (SSO-19). Whether single sign-on is enabled makes no difference. Sessions ask for it at every request, so
    it acts at once (ENTRY-4). Needs User Management, or User Management - Limited, and whatever the person holds here
    (USER-13). Refuses an id that is none, or another person's here (SSO-5), and people unknown to the platform.
    """
    person = locked_person(user)
    revisions.lock(account)
    permit = _permit(actor, account, at)
    if person is None:
        raise no.Refused(no.UnknownUser(user=user))
    row = existing_account(account)
    stored = Federation.rows.of(account).filter(user=person).first()
    before, after = stored.federation_id if stored else "", federation_id.strip()
    if after == before:
        return
    refuse(_check_identifying(permit, person, at))
    if after:
        refuse(check_federation_id(after))
        refuse(_check_free(account, after, row.features, person.pk))
    Federation.rows.of(account).filter(user=person).delete()
    if after:
        key = federation_key(after, row.features)
        Federation.rows.of(account).bulk_create(
            [Federation(account_id=account, user=person, federation_id=after, key=key)]
        )
    changes = {"federation_id": (before or None, after or None)}
    record(
        Act.FEDERATION_ID_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=reason,
        changes=changes,
    )
    revisions.raise_revisions([account])


@command
def federate(*, actor: Actor, at: Instant, account: AccountId, email: str, federation_id: str, reason: str = "") -> int:
    """Say what the identity provider calls somebody whom it calls nothing yet, and return the person's key.

    Refuses what `set_federation_id` refuses, an empty id, and people who have one here.
    """
    refuse(check_federation_id(federation_id.strip()))
    person = person_by_email(email)
    if person is None:
        raise no.Refused(no.NobodyOfThisAddress(email=email[:254]))
    locked_person(person.email)
    revisions.lock(account)
    _permit(actor, account, at)
    if Federation.rows.of(account).filter(user=person).exists():
        raise no.Refused(no.FederatedAlready(email=person.email))
    set_federation_id(
        actor=actor, at=at, account=account, user=person.email, federation_id=federation_id, reason=reason
    )
    return int(person.pk)


@command
def change_federation(
    *, actor: Actor, at: Instant, account: AccountId, user: int, federation_id: str, reason: str = ""
) -> None:
    """Let the identity provider call somebody otherwise, but not nothing; refuses what `set_federation_id` refuses."""
    refuse(check_federation_id(federation_id.strip()))
    email = existing_person(user).email
    set_federation_id(actor=actor, at=at, account=account, user=email, federation_id=federation_id, reason=reason)


@command
def end_federation(*, actor: Actor, at: Instant, account: AccountId, user: int, reason: str = "") -> None:
    """Let the identity provider call somebody nothing any more: no single sign-on for this person (SSO-4)."""
    email = existing_person(user).email
    set_federation_id(actor=actor, at=at, account=account, user=email, federation_id="", reason=reason)


@command
def forget_federation(*, account: AccountId, user: int) -> None:
    """Forget the Federation ID of somebody who is taken out of the account. A part of `remove_user`, which records it.

    Who stays in one of its groups keeps it: the groups' accounts are reached by it (SSO-19).
    """
    if account not in primaries_with(user):
        Federation.rows.of(account).filter(user_id=user).delete()


@command
def compare_anew(*, account: AccountId, features: AbstractSet[Feature]) -> None:
    """Compare the account's Federation IDs as these features have it: by case or without (SSO-5). A part of commands.

    Refuses where two people's ids would become one.
    """
    rows = list(Federation.rows.of(account).select_related("user").order_by("id"))
    of_key: dict[str, Federation] = {}
    changed = []
    for row in rows:
        key = federation_key(row.federation_id, features)
        other = of_key.setdefault(key, row)
        if other is not row:
            raise no.Refused(no.FederationIdTaken(federation_id=row.federation_id, email=other.user.email))
        if row.key != key:
            row.key = key
            changed.append(row)
    Federation.rows.of(account).bulk_update(changed, ["key"])


def _permit(actor: Actor, account: AccountId, at: Instant) -> Permit:
    """The right to say whom the identity provider vouches for; by call Account Administration (USER-2)."""
    ours = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED")
    return require_by_door(*ours, by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)


def _check_identifying(permit: Permit, person: User, at: Instant) -> no.NotYoursToGive | None:
    """Judge naming this person to the identity provider: by what the person holds here, and in the account's groups."""
    if permit.operator:
        return None
    roles = permit.facts.account.roles
    held = {grant.role for grant in paths_of(user_key(person.email), permit.account, at)}
    held |= group_roles_of(permit.account, person.pk, at)
    carried = roles.carried(role for role in held if role in roles)
    return check_identifying(permit.facts.account.catalogue, permit.held, carried)


def _check_free(
    account: AccountId, federation_id: str, features: AbstractSet[Feature], user: int
) -> no.FederationIdTaken | None:
    """Judge whether nobody else in the account has this id."""
    key = federation_key(federation_id, features)
    other = Federation.rows.of(account).filter(key=key).exclude(user_id=user).select_related("user").first()
    return no.FederationIdTaken(federation_id=federation_id, email=other.user.email) if other else None
