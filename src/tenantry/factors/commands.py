"""Writes of second factors: setting them up, using them up, switching them off, and asking for them in an account.

What people do to their own is recorded in each of their accounts. No decision rests on any of it, so no revision rises.
"""

from collections.abc import Iterable

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.decisions.guard import require
from tenantry.factors.codes import backup_digest, codes_of, new_backup_codes
from tenantry.factors.models import Authenticator, BackupCode, Enforcement, Passkey, SpentChallenge
from tenantry.factors.queries import PasskeyRow, enforces_two_factor, enforcing_accounts, two_factor_on
from tenantry.mail.factors import tell_of_factor_reset_after_commit
from tenantry.rules import refusals as no, two_factor as law
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sessions.commands import end_sessions
from tenantry.sso.sealing import NotOurs, seal, unseal
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.tokens.values import digest_of
from tenantry.users.locking import note_invalid_attempt, note_valid_attempt
from tenantry.users.queries import PersonRow, accounts_of, locked_person

ON, OFF = "on", "off"


@command
def bind_authenticator(*, actor: Actor, at: Instant, secret: str, code: str) -> tuple[str, ...]:
    """Bind the authenticator app that shows this code for this secret to the person who acts (MFA-1, MFA-6).

    Where two-factor authentication was off it is on from now on, and ten backup codes come back, this once (MFA-5).
    Where it was on, codes of the device of before stop working, and the backup codes stay. Refuses a wrong code; then
    nothing has changed. It counts as no invalid attempt, since the secret is known to whoever asks.
    """
    person = _self(actor)
    bound = Authenticator.objects.filter(user=person).first()
    last = bound.last_step if bound and _opened(bound) == secret else 0  # sent twice, it is the same code (MFA-2)
    step = law.matching_step(code, codes_of(secret), at, last)
    if step is None:
        raise Refused(no.CodeRefused())
    device = {"secret_sealed": seal(secret), "last_step": step, "bound_at": at}
    if bound:
        Authenticator.objects.filter(user=person).update(**device)
        _record(person, {"authenticator": (None, "replaced")}, actor=actor, at=at)
        return ()
    Authenticator.objects.bulk_create([Authenticator(user=person, **device)])
    _record(person, {"two_factor": (OFF, ON)}, actor=actor, at=at)
    return _new_set(person)


@command
def regenerate_backup_codes(*, actor: Actor, at: Instant) -> tuple[str, ...]:
    """Make ten new backup codes, which come back this once; those of before end (MFA-4). Refuses where it is off."""
    person = _self(actor)
    if not two_factor_on(person.pk):
        raise Refused(no.TwoFactorOff())
    _record(person, {"backup_codes": (None, "replaced")}, actor=actor, at=at)
    return _new_set(person)


@command
def switch_off(*, actor: Actor, at: Instant, code: str) -> no.Refusal | None:
    """Switch one's two-factor authentication off, by a current code; the backup codes end with it (MFA-7).

    Refuses while an account that the person can enter enforces it, and where it is off. A wrong code comes back as a
    refusal, as from `spend_code`.
    """
    person = _self(actor)
    if not two_factor_on(person.pk):
        raise Refused(no.TwoFactorOff())
    refuse(law.check_disabling(enforcing_accounts(person, at)))
    wrong = spend_code(person=person, code=code, at=at)
    if wrong is not None:
        return wrong
    _forget(person)
    _record(person, {"two_factor": (ON, OFF)}, actor=actor, at=at)
    return None


@command
def spend_code(*, person: PersonRow, code: str, at: Instant) -> no.CodeRefused | None:
    """Use up a code of somebody's authenticator app (MFA-2); a right one starts the count of invalid attempts anew.

    A wrong one is counted, and the sixth in a row locks (LOCK-1). The refusal comes back instead of being raised, so
    that the count is kept. Refuses whoever is locked, whatever the code (LOCK-7).
    """
    _held(person)
    device = Authenticator.objects.filter(user_id=person.pk).first()
    try:
        step = law.matching_step(code, codes_of(unseal(device.secret_sealed)), at, device.last_step) if device else None
    except NotOurs:  # the installation has another key since: no code could be right, so none is an attempt
        return no.CodeRefused()
    later = Authenticator.objects.filter(user_id=person.pk, last_step__lt=step or 0)
    if step is None or not later.update(last_step=step):
        note_invalid_attempt(email=person.email, at=at)
        return no.CodeRefused()
    note_valid_attempt(user=person.pk)
    return None


@command
def spend_backup_code(*, person: PersonRow, code: str, at: Instant) -> no.BackupCodeRefused | None:
    """Use up a backup code (MFA-4). A wrong one is counted and comes back, as from `spend_code` (LOCK-1)."""
    _held(person)
    used, _ = BackupCode.objects.filter(user_id=person.pk, digest=backup_digest(code)).delete()
    if not used:
        note_invalid_attempt(email=person.email, at=at)
        return no.BackupCodeRefused()
    note_valid_attempt(user=person.pk)
    return None


@command
def reset_factors(*, actor: Actor, at: Instant, user: str, reason: str = "") -> bool:
    """Take all second factors from a person who has lost them: app, backup codes and passkeys (MFA-8).

    The operator's, on request of an account administrator. Ends all sessions of the person, as what was lost may be in
    other hands. Recorded in each of the person's accounts; the person gets a mail. Returns whether there were any.
    Refuses everybody but the operator, and a person who is not known.
    """
    if actor.user is not None:
        raise Refused(no.OperatorOnly(act="reset second factors"))
    person = locked_person(user)
    if person is None:
        raise Refused(no.UnknownUser(user=user))
    was_on = two_factor_on(person.pk)
    passkeys, _ = Passkey.objects.filter(user=person).delete()
    if not was_on and not passkeys:
        return False
    _forget(person)
    end_sessions(user=person.pk)
    changes: Changes = {"two_factor": (ON if was_on else OFF, OFF), "passkeys": (passkeys, 0)}
    _record(person, changes, actor=actor, at=at, reason=reason, message="Reset by the operator (MFA-8).")
    tell_of_factor_reset_after_commit(person.email, person.first_name)
    return True


@command
def set_enforcement(*, actor: Actor, at: Instant, account: AccountId, enforced: bool, reason: str = "") -> None:
    """Ask for two-factor authentication of whoever enters the account by password, or ask no more (MFA-9).

    Needs Account Administration. Whoever is in the account stays; it is asked at entry.
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    before = enforces_two_factor(account)
    if before == enforced:
        return
    if not Enforcement.rows.of(account).update(enforced=enforced):
        Enforcement.rows.of(account).bulk_create([Enforcement(account_id=account, enforced=enforced)])
    changes: Changes = {"two_factor_enforced": (before, enforced)}
    name = existing_account(account).name
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def add_passkey(
    *, actor: Actor, at: Instant, name: str, credential: str, public_key: bytes, handle: str, sign_count: int
) -> None:
    """Keep a passkey of the person who acts; the caller has checked what the browser said.

    Refuses a bad or taken name, one passkey too many, and a credential that somebody has already.
    """
    person = _self(actor)
    name = name.strip()
    taken = list(Passkey.objects.filter(user=person).values_list("name", flat=True))
    refuse(law.check_passkey_count(len(taken)))
    refuse(law.check_passkey_name(name, taken))
    if Passkey.objects.filter(credential=credential).exists():
        raise Refused(no.PasskeyRefused())
    facts = {"name": name, "credential": credential, "public_key": public_key, "handle": handle, "made_at": at}
    Passkey.objects.bulk_create([Passkey(user=person, sign_count=sign_count, **facts)])
    _record(person, {"passkey": (None, name)}, actor=actor, at=at)


@command
def remove_passkey(*, actor: Actor, at: Instant, passkey: int) -> None:
    """Forget a passkey of one's own; it opens nothing from now on. Refuses one that is not there, or not one's own."""
    person = _self(actor)
    row = Passkey.objects.filter(user=person, pk=passkey).first()
    if row is None:
        raise Refused(no.PasskeyNotFound())
    Passkey.objects.filter(pk=row.pk).delete()
    _record(person, {"passkey": (row.name, None)}, actor=actor, at=at)


@command
def spend_challenge(*, challenge: str, at: Instant) -> None:
    """Use up a question about a passkey, before its answer is judged; refuses a second answer, also one at once.

    The browser's session knows the question, but two requests may read it before either writes. So the row decides. It
    is kept until the question has run out anyway.
    """
    SpentChallenge.objects.filter(spent_at__lte=at - law.CHALLENGE_WITHIN).delete()
    digest = digest_of(challenge)
    if SpentChallenge.objects.filter(digest=digest).exists():
        raise Refused(no.PasskeyRefused())
    SpentChallenge.objects.bulk_create([SpentChallenge(digest=digest, spent_at=at)])


@command
def note_passkey_used(*, passkey: PasskeyRow, sign_count: int, at: Instant) -> None:
    """Remember that a passkey has proven its owner, and what its counter says; invalid attempts are counted anew.

    Refuses, all alike, one that is not there any more, a counter that does not rise although it counts (a copy), and
    whoever is locked.
    """
    person = locked_person(passkey.user.email)
    still = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if person is None or person.locked or not still.update(sign_count=sign_count, used_at=at):
        raise Refused(no.PasskeyRefused())
    note_valid_attempt(user=person.pk)


def _opened(device: Authenticator) -> str:
    """The secret of a device; none where it was sealed under another key."""
    try:
        return unseal(device.secret_sealed)
    except NotOurs:
        return ""


def _self(actor: Actor) -> PersonRow:
    """The person who acts, locked until the transaction ends."""
    person = locked_person(actor.user or "")
    if person is None:
        raise Refused(no.UnknownUser(user=actor.name))
    return person


def _held(person: PersonRow) -> None:
    """Hold the person until the transaction ends, so that one attempt is judged after the other; refuses the locked."""
    held = locked_person(person.email)
    if held is None or held.locked:
        raise Refused(no.UserLocked())


def _new_set(person: PersonRow) -> tuple[str, ...]:
    BackupCode.objects.filter(user=person).delete()
    codes = new_backup_codes()
    BackupCode.objects.bulk_create(BackupCode(user=person, digest=backup_digest(code)) for code in codes)
    return codes


def _forget(person: PersonRow) -> None:
    Authenticator.objects.filter(user=person).delete()
    BackupCode.objects.filter(user=person).delete()


def _record(
    person: PersonRow, changes: Changes, *, actor: Actor, at: Instant, reason: str = "", message: str = ""
) -> None:
    accounts: Iterable[AccountId] = accounts_of(person.pk)
    entries = (
        BulkEntry(Act.USER_AUTHENTICATION_CHANGED, account, person.email, changes, message) for account in accounts
    )
    record_many(entries, actor=actor, at=at, reason=reason)
