"""Sign-in, and entering an account. The checks and their order are the law's (chapter 8)."""

from django.contrib.auth import authenticate
from django.contrib.auth.tokens import default_token_generator
from django.utils.http import urlsafe_base64_decode

from tenantry.accounts.queries import existing_account
from tenantry.agreements.commands import note_accepted
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.factors.queries import two_factor_on
from tenantry.rules import entry, refusals
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.two_factor import asks_for_second_factor
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, user_key
from tenantry.sessions.commands import come_into
from tenantry.signin.entering import Entering, check_entry, check_stay
from tenantry.signin.queries import first_enterable, sign_on_only
from tenantry.store.transaction import command
from tenantry.users.locking import note_invalid_attempt, note_valid_attempt
from tenantry.users.own_details import note_signed_in
from tenantry.users.own_passwords import set_password
from tenantry.users.queries import PersonRow, existing_person, person_by_key


def prove_identity(*, email: str, password: str, at: Instant) -> PersonRow:
    """The person of this pair; refuses without saying which half is wrong, and counts what is refused (LOCK-1).

    Locked people learn that they are locked only by a right pair: a wrong one is answered alike, with as many
    reads and writes, whether the address is known, unknown or locked, and whether this attempt locks. So it is with
    those who sign in through an identity provider alone, whose right pair is refused as well (SSO-20). Where a
    code is to follow, a right pair does not start the count anew (MFA-3).
    """
    person = authenticate(None, email=email, password=password)
    if not isinstance(person, PersonRow):
        note_invalid_attempt(email=email, at=at)
        raise refusals.Refused(refusals.SignInFailed())
    if sign_on_only(person, at):
        raise refusals.Refused(refusals.PasswordNotForSingleSignOn())
    more = asks_for_second_factor(ProvenBy.PASSWORD, on=two_factor_on(person.pk))
    note_valid_attempt(user=person.pk, complete=not more)
    return person


def landing(*, person: PersonRow, proof: Proof, at: Instant) -> AccountId | None:
    """Where a person lands: the default account or, failing that, the first enterable one in name order (ENTRY-3)."""
    default = AccountId(person.default_account_id) if person.default_account_id else None
    fits = default and check_stay(Entering(person, default, proof, at)) is None
    open_default = default if fits else None
    enterable = [a for a in (open_default, first_enterable(person, at, proof)) if a is not None]
    return entry.landing_account(default, enterable)


@command
def land(*, person: PersonRow, proof: Proof, at: Instant) -> AccountId:
    """Choose the account where a person lands whose identity is proven; refuses with the reason when there is none
    (ENTRY-1). From then on the person has signed in once (GRP-10). The account is still to be entered.
    """
    account = landing(person=person, proof=proof, at=at)
    if account is None:
        default = person.default_account_id
        denial = check_stay(Entering(person, AccountId(default), proof, at)) if default else None
        why = denial.message if denial else "You hold no role in any account."
        raise refusals.Refused(refusals.NoEnterableAccount(why=why))
    note_signed_in(person=person, at=at)
    return account


@command
def enter(*, wanted: Entering) -> None:
    """Enter an account: at sign-in and by "Switch Account...". Success is audited, failure is not (ENTRY-5).

    From then on the session counts there (SESS-7). Accepting the usage agreement is recorded with it (AGR-5).
    """
    refusals.refuse(check_entry(wanted))
    if wanted.session:
        locks = wanted.settings.lock_inactive
        come_into(session=wanted.session, user=wanted.person.pk, account=wanted.account, locks=locks)
    row = existing_account(wanted.account)
    actor = Actor(user_key(wanted.person.email), Source.UI)
    record(Act.ENTERED, actor=actor, account=wanted.account, at=wanted.at, container=row.name)
    if wanted.agreement.on:
        note_accepted(actor=actor, at=wanted.at, account=wanted.account, agreement=wanted.agreement)


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
