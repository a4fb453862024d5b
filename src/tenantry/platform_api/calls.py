"""Who makes a call of the platform API, and in which account it acts: what every call has to prove, in order.

First who it is, all failures of which are answered alike; then that the account lets the caller in, that the call comes
from a trusted address, and that the caller holds API Access there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import authenticate
from django.http import HttpRequest

from tenantry.accounts.queries import account_row
from tenantry.decisions.engine import ENGINE
from tenantry.factors.commands import spend_code
from tenantry.factors.queries import two_factor_on
from tenantry.platform_api.queries import trust_of
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Denied
from tenantry.rules.calls import Credentials, check_token, read_basic
from tenantry.rules.entry import Step
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.tokens import check_tokens_licensed
from tenantry.rules.trusted_addresses import check_caller, guarding_account
from tenantry.rules.two_factor import call_needs_code, read_code
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, user_key
from tenantry.signin.entering import CHECKS, Entering
from tenantry.tokens.queries import token_in_call
from tenantry.users.locking import note_invalid_call, note_valid_attempt
from tenantry.users.queries import PersonRow, person_by_email


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has proven itself: who makes it, the account it acts in, and the one its address names."""

    actor: Actor
    person: PersonRow
    account: AccountId
    named: AccountId
    at: Instant
    access: Access
    facts: AccountFacts
    held: frozenset[str]

    def require(self, *privileges: str) -> None:
        """Refuse unless the caller has one of these privileges in the account; with the denial of the first."""
        if self.held.isdisjoint(privileges):
            decision = ENGINE.decide(
                user=self.actor.user or "", privilege=privileges[0], account=self.account, at=self.at
            )
            if isinstance(decision, Denied):
                raise Refused(decision.refusal)

    def require_all(self, needs: Iterable[tuple[str, ...]]) -> None:
        """Refuse unless the caller has, of each of these, one of the privileges."""
        for alternatives in needs:
            self.require(*alternatives)


def proven(request: HttpRequest, *, named: AccountId, override: str | None, at: datetime) -> Call:
    """The call that a request is; refuses in the order of the guide: who, which account, from where, by which right.

    `named` is the account in the address, `override` the one to act in where the address is the partner's.
    """
    credentials = read_basic(request.headers.get("Authorization", ""))
    if credentials is None:
        raise Refused(no.CallNotProven())
    person = _identified(request, credentials, named, at)
    account = AccountId(override) if override else named
    access = _entered(person, named, credentials, at)
    if account != named:
        row = account_row(account)
        if row is None or row.primary != named:
            raise Refused(no.OverrideNotManaged(account=named, override=account))
        access = _entered(person, account, credentials, at)
    refuse(check_caller(trust_of(guarding_account(named, account)), str(request.META.get("REMOTE_ADDR", ""))))
    snapshot = ENGINE.snapshot(account)
    if snapshot is None:
        raise Refused(no.UnknownAccount(account=account))
    held = frozenset(snapshot.account.catalogue.names(access.privileges))
    actor = Actor(user_key(person.email), Source.API)
    call = Call(actor, person, account, named, at, access, snapshot.account, held)
    call.require("API")
    return call


def check_partner(named: AccountId) -> no.Refusal | None:
    """Judge the partner's address: the account it names has to have the partner interface switched on (API-1)."""
    row = account_row(named)
    return None if row and Feature.PARTNER_API in row.features else no.PartnerInterfaceOff(account=named)


def _identified(request: HttpRequest, credentials: Credentials, named: AccountId, at: datetime) -> PersonRow:
    """The person of these credentials; what does not prove anybody counts towards a lock (LOCK-2)."""
    if not credentials.by_token:
        return _by_password(credentials, read_code(request.headers), at)
    token = token_in_call(credentials.secret)
    refusal = check_token(token, credentials.user, named)
    if isinstance(refusal, no.TokenRefused):
        note_invalid_call(email=credentials.user, at=at)
        raise Refused(no.CallNotProven())
    person = person_by_email(credentials.user)
    if person is None or person.locked:
        raise Refused(no.CallNotProven())
    if person.failed_attempts:
        note_valid_attempt(user=person.pk)
    refuse(refusal)
    row = account_row(named)
    refuse(check_tokens_licensed(row.features if row else frozenset(), named))
    return person


def _by_password(credentials: Credentials, code: str, at: datetime) -> PersonRow:
    person = authenticate(None, email=credentials.user, password=credentials.secret)
    if not isinstance(person, PersonRow):
        note_invalid_call(email=credentials.user, at=at)
        raise Refused(no.CallNotProven())
    if person.locked or person.temporary_password:
        raise Refused(no.CallNotProven())
    if call_needs_code(by_token=False, on=two_factor_on(person.pk)):
        try:
            proven_twice = bool(code) and spend_code(person=person, code=code, at=at) is None
        except Refused as locked:
            raise Refused(no.CallNotProven()) from locked
        if not proven_twice:
            raise Refused(no.CallNotProven())
    elif person.failed_attempts:
        note_valid_attempt(user=person.pk)
    return person


def _entered(person: PersonRow, account: AccountId, credentials: Credentials, at: datetime) -> Access:
    """How the person is in the account. A password opens what it opens at sign-in (SSO-17, MFA-9); a token exists for
    whoever has no password, and is not asked about these.
    """
    wanted = Entering(person, account, Proof(by=ProvenBy.PASSWORD, at=at), at)
    if isinstance(wanted.access, Denied):
        raise Refused(wanted.access.refusal)
    if not credentials.by_token:
        if CHECKS[Step.SINGLE_SIGN_ON](wanted) is not None:
            raise Refused(no.CallNotProven())
        refuse(CHECKS[Step.TWO_FACTOR](wanted))
    return wanted.access
