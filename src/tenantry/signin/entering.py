"""Entering an account: the checks in the order of the law, at sign-in and at every switch (chapter 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from tenantry.accounts.queries import account_row, password_policy_of, primaries_of
from tenantry.agreements.queries import agreement_of
from tenantry.decisions.engine import ENGINE
from tenantry.factors.queries import enforces_two_factor, two_factor_on
from tenantry.rules import entry, refusals
from tenantry.rules.agreements import Agreement, check_accepted
from tenantry.rules.answers import Access, Denied
from tenantry.rules.entry import Step
from tenantry.rules.features import Feature
from tenantry.rules.password_at_entry import broken_at_entry, check_password_at_entry
from tenantry.rules.password_choice import PasswordShape
from tenantry.rules.sessions import TIME_OUT, SessionSettings, check_concurrency, check_time_out
from tenantry.rules.sign_on import Proof, ProvenBy, SignOnFacts, check_single_sign_on
from tenantry.rules.two_factor import check_enforcement
from tenantry.rules.vocabulary import AccountId, Instant, user_key
from tenantry.sessions.queries import session_settings, sessions_in
from tenantry.sso.queries import federated_accounts, sign_on_enabled
from tenantry.users.models import User
from tenantry.users.queries import hold_person


@dataclass(frozen=True)
class Entering:
    """Somebody who wants to be in an account: in a session so proven, at an instant.

    `shape` is that of the password by which the session was begun, where it is known. `session` is the key under which
    it is kept, `accepted` the edition of the account's usage agreement that the person has accepted on this way in.
    """

    person: User
    account: AccountId
    proof: Proof
    at: Instant
    shape: PasswordShape | None = None
    session: str = ""
    accepted: int | None = None

    @cached_property
    def access(self) -> Access | Denied:
        """What the person may do there."""
        return ENGINE.access(user=user_key(self.person.email), account=self.account, at=self.at)

    @cached_property
    def settings(self) -> SessionSettings:
        """What the account asks of sessions, as it governs this one (SESS-5, SESS-6)."""
        return session_settings(self.account, self.proof.at)

    @cached_property
    def agreement(self) -> Agreement:
        """What the account asks to be accepted."""
        return agreement_of(self.account)


def account_status(wanted: Entering) -> refusals.Refusal | None:
    """Whether the account lets anybody in (ACC-4)."""
    denial = _denial(wanted)
    return denial if isinstance(denial, (refusals.AccountNotAvailable, refusals.UnknownAccount)) else None


def single_sign_on(wanted: Entering) -> refusals.Refusal | None:
    """Whether the way the session was begun opens this account (SSO-18). Who has no access at all fails later."""
    if isinstance(wanted.access, Denied):
        return None
    by_provider = wanted.proof.by is ProvenBy.IDP  # whoever comes by password is asked about neither of these two
    federating = wanted.proof.federating
    managing = primaries_of({wanted.account, federating}) if by_provider and federating else {}
    facts = SignOnFacts(
        account=wanted.account,
        enabled=by_provider and sign_on_enabled(wanted.account),
        primary=managing.get(wanted.account),
        family=managing.get(federating) if federating else None,
        federated=federated_accounts(wanted.person.pk),
    )
    return check_single_sign_on(wanted.proof, wanted.access, facts)


def effective(wanted: Entering) -> refusals.Refusal | None:
    """Whether the person has any access there (EFFECTIVE)."""
    return _denial(wanted)


def two_factor(wanted: Entering) -> refusals.Refusal | None:
    """Whether whoever comes by password has the two-factor authentication that the account enforces (MFA-9, MFA-10)."""
    by = wanted.proof.by
    enforced = by is ProvenBy.PASSWORD and enforces_two_factor(wanted.account)
    on = enforced and two_factor_on(wanted.person.pk)
    return check_enforcement(by, wanted.account, enforced=enforced, on=on)


def session_time_out(wanted: Entering) -> refusals.Refusal | None:
    """Whether the account may still be used in a session begun then (SESS-9)."""
    if wanted.at < wanted.proof.at + TIME_OUT:
        return None
    row = account_row(wanted.account)
    times_out = row is not None and Feature.SESSION_TIMEOUT in row.features
    return check_time_out(wanted.account, wanted.proof.at, wanted.at, times_out=times_out)


def password_policy(wanted: Entering) -> refusals.Refusal | None:
    """Whether the password does for the account, for whoever came by one (PWD-11 to PWD-13)."""
    return check_password_at_entry(wanted.account, broken_rules(wanted))


def broken_rules(wanted: Entering) -> tuple[refusals.Refusal, ...]:
    """What is wrong with the password there: judged by the account's own policy and the baseline (PWD-12)."""
    policy = password_policy_of(wanted.account)
    return broken_at_entry(wanted.proof, wanted.shape, wanted.person.password_set_at, policy, wanted.at)


def concurrency(wanted: Entering) -> refusals.Refusal | None:
    """Whether the person may have one more session there (SESS-7).

    The person's row is held until the transaction ends: of two that enter at once, the second counts the first.
    """
    if not wanted.settings.limited:
        return None
    hold_person(wanted.person.pk)
    others = sessions_in(wanted.person.pk, wanted.account, wanted.at, besides=wanted.session).count()
    return check_concurrency(wanted.account, wanted.settings, others)


def usage_agreement(wanted: Entering) -> refusals.Refusal | None:
    """Whether what the account asks everybody to accept was accepted on this way in (AGR-3)."""
    return check_accepted(wanted.account, wanted.agreement, wanted.accepted)


def _denial(wanted: Entering) -> refusals.Denial | None:
    return wanted.access.refusal if isinstance(wanted.access, Denied) else None


Check = Callable[[Entering], refusals.Refusal | None]

CHECKS: Final[Mapping[Step, Check]] = {
    Step.ACCOUNT_STATUS: account_status,
    Step.SINGLE_SIGN_ON: single_sign_on,
    Step.EFFECTIVE: effective,
    Step.SESSION_TIME_OUT: session_time_out,
    Step.PASSWORD_POLICY: password_policy,
    Step.TWO_FACTOR: two_factor,
    Step.CONCURRENCY: concurrency,
    Step.USAGE_AGREEMENT: usage_agreement,
}
"""What is asked of whoever enters an account, after the proof of identity."""

LASTING: Final = entry.SWITCHABLE
"""The steps that are asked anew at every request of a session (ENTRY-4)."""


def check_entry(wanted: Entering) -> refusals.Refusal | None:
    """The first failing check of entering, in the order of the law."""
    return entry.first_failure({step: partial(check, wanted) for step, check in CHECKS.items()})


def check_stay(wanted: Entering) -> refusals.Refusal | None:
    """The first failing check of being in the account the session is in, at each of its requests (ENTRY-4)."""
    return entry.first_failure({step: partial(CHECKS[step], wanted) for step in LASTING})
