"""One role more for somebody of an account, as interfaces say it: a call for each role (USER-4, USER-7)."""

from typing import Final

from tenantry.decisions.guard import require_by_door
from tenantry.rules import refusals
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.commands import add_user, add_user_role
from tenantry.users.queries import grants_of, locked_person, person_by_email

FIRST_NAME: Final = "New"
LAST_NAME: Final = "User"
"""What somebody new is called who was added without a name, until they say otherwise (USER-14)."""


@command
def give_role(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    email: str,
    role: RoleId,
    first_name: str = "",
    last_name: str = "",
    notify: bool = True,
    reason: str = "",
) -> int:
    """Give somebody one role, and make them a user of the account with the first one, or a person altogether (USER-4).

    The names are for somebody new, and passed over for people who are known. Whoever becomes a user is told unless
    `notify` is off. Returns the person's key. Refuses what `add_user` and `add_user_role` refuse, and a role that is
    held already: each is given once.
    """
    person = person_by_email(email.strip())
    if person is None:
        added = add_user(
            actor=actor,
            at=at,
            account=account,
            email=email,
            first_name=first_name.strip() or FIRST_NAME,
            last_name=last_name.strip() or LAST_NAME,
            roles={role},
            notify=notify,
            reason=reason,
        )
        return added.user
    locked_person(person.email)
    revisions.lock(account)
    ours = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED")
    require_by_door(*ours, by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    if role in {grant.role for grant in grants_of(account, person.pk) if not grant.validity.ended(at)}:
        raise refusals.Refused(refusals.RoleHeldAlready(email=person.email))
    add_user_role(actor=actor, at=at, account=account, user=person.email, role=role, notify=notify, reason=reason)
    return int(person.pk)
