"""Sign-in, and entering an account. The checks and their order are the law's (chapter 8)."""

from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.contrib.auth.tokens import default_token_generator
from django.utils.http import urlsafe_base64_decode

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions.engine import ENGINE
from tenantry.rules import entry, refusals
from tenantry.rules.answers import Denied
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, user_key
from tenantry.signin.queries import first_enterable
from tenantry.store.transaction import command
from tenantry.users.locking import note_invalid_attempt, note_valid_attempt
from tenantry.users.own_details import note_signed_in
from tenantry.users.own_passwords import set_password
from tenantry.users.queries import PersonRow, existing_person, person_by_key


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that worked: the person, and the account it landed in."""

    person: PersonRow
    account: AccountId


@dataclass(frozen=True, slots=True)
class MustChoosePassword:
    """The identity is proven by a temporary password, which must be replaced first (PWD-8)."""

    person: PersonRow


def prove_identity(*, email: str, password: str, at: Instant) -> PersonRow:
    """The person of this pair; refuses without saying which half is wrong, and counts what is refused (LOCK-1).

    Locked people learn that they are locked only by a right pair: a wrong one is answered alike, with as many
    reads and writes, whether the address is known, unknown or locked. Only the attempt that locks writes more.
    """
    person = authenticate(None, email=email, password=password)
    if not isinstance(person, PersonRow):
        note_invalid_attempt(email=email, at=at)
        raise refusals.Refused(refusals.SignInFailed())
    note_valid_attempt(user=person.pk)
    return person


def sign_in(*, email: str, password: str, at: Instant) -> SignedIn | MustChoosePassword:
    """Sign in with a password and land in an account (ENTRY-1, ENTRY-3).

    Refuses a wrong pair, a locked person, and a person without any enterable account, the last with the reason.
    """
    person = prove_identity(email=email, password=password, at=at)
    if person.temporary_password:
        return MustChoosePassword(person)
    return SignedIn(person, land(person=person, at=at))


def landing(*, person: PersonRow, at: Instant) -> AccountId | None:
    """Where a person lands: the default account or, failing that, the first enterable one in name order (ENTRY-3)."""
    actor = Actor(user_key(person.email), Source.UI)
    default = AccountId(person.default_account_id) if person.default_account_id else None
    open_default = default if default and check_entry(actor=actor, account=default, at=at) is None else None
    enterable = [a for a in (open_default, first_enterable(person, at)) if a is not None]
    return entry.landing_account(default, enterable)


@command
def land(*, person: PersonRow, at: Instant) -> AccountId:
    """Enter the account where a person lands; refuses with the reason when there is none (ENTRY-1)."""
    actor = Actor(user_key(person.email), Source.UI)
    account = landing(person=person, at=at)
    if account is None:
        default = person.default_account_id
        denial = check_entry(actor=actor, account=AccountId(default), at=at) if default else None
        why = denial.message if denial else "You hold no role in any account."
        raise refusals.Refused(refusals.NoEnterableAccount(why=why))
    note_signed_in(person=person, at=at)
    enter(actor=actor, account=account, at=at)
    return account


@command
def enter(*, actor: Actor, account: AccountId, at: Instant) -> None:
    """Enter an account: at sign-in and by "Switch Account...". Success is audited, failure is not (ENTRY-5)."""
    refusals.refuse(check_entry(actor=actor, account=account, at=at))
    row = existing_account(account)
    record(Act.ENTERED, actor=actor, account=account, at=at, container=row.name)


def check_entry(*, actor: Actor, account: AccountId, at: Instant) -> refusals.Refusal | None:
    """The first failing check of entering, in the order of the law."""
    access = ENGINE.access(user=actor.user or "", account=account, at=at)
    denial = access.refusal if isinstance(access, Denied) else None
    closed = isinstance(denial, (refusals.AccountNotAvailable, refusals.UnknownAccount))
    return entry.first_failure(
        {
            entry.Step.ACCOUNT_STATUS: denial if closed else None,
            entry.Step.EFFECTIVE: None if closed else denial,
        }
    )


def person_of_link(*, person: str, token: str) -> PersonRow:
    """The person whose invitation this link is; refuses a link used, replaced or run out (USER-4)."""
    try:
        key = int(urlsafe_base64_decode(person))
    except ValueError as error:
        raise refusals.Refused(refusals.LinkNotValid()) from error
    found = person_by_key(key)
    if found is None or not default_token_generator.check_token(found, token):
        raise refusals.Refused(refusals.LinkNotValid())
    return found


@command
def choose_first_password(*, person: str, token: str, new: str, again: str, at: Instant) -> PersonRow:
    """Choose the first password by the link of the invitation; the link ends with it (USER-4, PWD-8)."""
    found = person_of_link(person=person, token=token)
    set_password(person=found, at=at, new=new, again=again)
    return existing_person(found.pk)
