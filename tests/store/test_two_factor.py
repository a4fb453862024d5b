"""MFA-1 to MFA-10, LOCK-1, TOK-9: setting two-factor authentication up, its codes, and accounts that enforce it."""

from datetime import timedelta
from math import log2

import pytest
from django.core import mail
from django.test import TestCase
from pytest_django import Settings

from tenantry.factors import commands as factors
from tenantry.factors.codes import new_backup_codes, new_secret
from tenantry.factors.models import Authenticator, BackupCode, Passkey
from tenantry.factors.queries import backup_codes_left, two_factor_on
from tenantry.mail import delivery
from tenantry.rules import refusals as no
from tenantry.rules.entry import Step
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sessions.models import Session
from tenantry.signin import commands as signin
from tenantry.signin.entering import CHECKS, Entering
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.tokens import commands as tokens
from tenantry.tokens.queries import token_in_call
from tenantry.tokens.values import digest_of
from tenantry.users import commands as users
from tenantry.users.models import User
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    BY_PASSWORD,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_user,
    an_account,
    changes,
    manager,
    refused,
    watched,
    words,
)
from tests.store.second_factors import A_PASSKEY, code, with_app

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

PASSWORD = "correct horse battery"
OWN = ("user", "UPDATE", "AUTHENTICATION")


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def bob(here: AccountId) -> Somebody:
    """A user of it, with a password."""
    return a_user(here, STANDARD_USER, email="bob@example.com", password=PASSWORD)


def enforce(account: AccountId, *, enforced: bool = True) -> None:
    """Have the account enforce two-factor authentication, or not any more."""
    factors.set_enforcement(actor=OPERATOR, at=AT, account=account, enforced=enforced)


def test_mfa_1_it_is_on_after_a_right_code_alone(bob: Somebody, here: AccountId) -> None:
    """A wrong code changes nothing and counts as no attempt; a right one is recorded in each of one's accounts."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    secret = new_secret()
    with refused(no.CodeRefused, "MFA-2"):
        factors.bind_authenticator(actor=bob.actor, at=AT, secret=secret, code=code(secret, steps=1))
    assert not two_factor_on(bob.id)
    assert bob.row.failed_attempts == 0
    with watched() as written:
        factors.bind_authenticator(actor=bob.actor, at=AT, secret=secret, code=code(secret))
    assert two_factor_on(bob.id)
    assert written.raised == {}
    for account in (here, there):
        [entry] = written.entries[account]
        assert (words(entry), changes(entry)) == (OWN, {"two_factor": ("off", "on")})
        assert entry.user == bob.email
    kept = Authenticator.objects.get(user_id=bob.id)
    assert secret not in kept.secret_sealed, "the secret is encrypted at rest"


def test_mfa_2_each_code_is_taken_once(bob: Somebody) -> None:
    """The one of the set-up, too; the next one is taken, and then the one before it is not any more."""
    secret, _ = with_app(bob, AT)
    assert factors.spend_code(person=bob.row, code=code(secret), at=AT) == no.CodeRefused()
    later = AT + timedelta(seconds=30)
    assert factors.spend_code(person=bob.row, code=code(secret, later), at=later) is None
    assert factors.spend_code(person=bob.row, code=code(secret, later), at=later) == no.CodeRefused()
    assert factors.spend_code(person=bob.row, code=code(secret), at=later) == no.CodeRefused()


def test_mfa_2_a_code_binds_a_device_once(bob: Somebody) -> None:
    """Sent twice, as by two clicks, it is refused the second time; the next code of the same device is taken."""
    secret, codes = with_app(bob, AT)
    with refused(no.CodeRefused, "MFA-2"):
        factors.bind_authenticator(actor=bob.actor, at=AT, secret=secret, code=code(secret))
    later = AT + timedelta(seconds=30)
    assert factors.bind_authenticator(actor=bob.actor, at=later, secret=secret, code=code(secret, later)) == ()
    assert factors.spend_backup_code(person=bob.row, code=codes[0], at=later) is None


def test_mfa_2_the_previous_code_is_taken_and_an_older_one_is_not(bob: Somebody) -> None:
    """For 30 to 60 seconds."""
    secret, _ = with_app(bob)
    assert factors.spend_code(person=bob.row, code=code(secret, steps=-2), at=AT) == no.CodeRefused()
    assert factors.spend_code(person=bob.row, code=code(secret, steps=-1), at=AT) is None


def test_mfa_4_and_mfa_5_ten_backup_codes_each_for_one_use(bob: Somebody) -> None:
    """They come with the set-up, are told apart from nothing like them, and are kept as digests."""
    _, codes = with_app(bob)
    assert len(set(codes)) == 10
    stored = set(BackupCode.objects.filter(user_id=bob.id).values_list("digest", flat=True))
    assert len(stored) == 10
    assert not {code.replace("-", "") for code in codes} & stored
    written_otherwise = codes[0].upper().replace("-", " ")
    assert factors.spend_backup_code(person=bob.row, code=written_otherwise, at=AT) is None
    assert factors.spend_backup_code(person=bob.row, code=codes[0], at=AT) == no.BackupCodeRefused()
    assert backup_codes_left(bob.id) == 9
    other = a_user(an_account("There"), STANDARD_USER, email="other@example.com")
    with_app(other)
    assert factors.spend_backup_code(person=other.row, code=codes[1], at=AT) == no.BackupCodeRefused()


def test_mfa_4_a_backup_code_has_112_bits_and_is_typed_in_groups_of_four() -> None:
    """So that a digest without salt cannot be guessed back (ASVS 6.5.2); nothing in it looks like something else."""
    codes = [code for _ in range(100) for code in new_backup_codes()]
    letters = set("".join(codes)) - {"-"}
    assert not letters & set("ilo01")
    for made in codes:
        groups = made.split("-")
        assert {len(group) for group in groups} == {4}
        assert len("".join(groups)) * log2(len(letters)) >= 112


def test_mfa_4_codes_of_a_set_from_before_go_on_until_a_new_one_is_made(bob: Somebody) -> None:
    """They had four groups, and are found in the same way."""
    with_app(bob)
    BackupCode.objects.filter(user_id=bob.id).delete()
    BackupCode.objects.create(user_id=bob.id, digest=digest_of("abcdefghjkmnpqrs"))
    assert factors.spend_backup_code(person=bob.row, code="abcd-efgh-jkmn-pqrs", at=AT) is None


def test_mfa_4_regenerating_ends_the_old_set(bob: Somebody, here: AccountId) -> None:
    """Ten new ones come back; without two-factor authentication there are none to make."""
    with refused(no.TwoFactorOff, "MFA-1"):
        factors.regenerate_backup_codes(actor=bob.actor, at=AT)
    _, old = with_app(bob)
    with watched() as written:
        new = factors.regenerate_backup_codes(actor=bob.actor, at=AT)
    assert words(written.entries[here][0]) == OWN
    assert (len(new), backup_codes_left(bob.id)) == (10, 10)
    assert factors.spend_backup_code(person=bob.row, code=old[3], at=AT) == no.BackupCodeRefused()
    assert factors.spend_backup_code(person=bob.row, code=new[3], at=AT) is None


def test_mfa_6_a_new_device_replaces_the_old_one_when_it_is_verified(bob: Somebody) -> None:
    """Until then the old one works, from then on only the new one; backup codes stay."""
    old, codes = with_app(bob)
    new = new_secret()
    with refused(no.CodeRefused, "MFA-2"):
        factors.bind_authenticator(actor=bob.actor, at=AT, secret=new, code=code(old))
    assert factors.spend_code(person=bob.row, code=code(old, steps=-1), at=AT) is None
    assert factors.bind_authenticator(actor=bob.actor, at=AT, secret=new, code=code(new)) == ()
    later = AT + timedelta(seconds=60)
    assert factors.spend_code(person=bob.row, code=code(old, later), at=later) == no.CodeRefused()
    assert factors.spend_code(person=bob.row, code=code(new, later), at=later) is None
    assert factors.spend_backup_code(person=bob.row, code=codes[0], at=later) is None


def test_mfa_7_disabling_needs_a_current_code(bob: Somebody) -> None:
    """A backup code is none; enabling again repeats the set-up, with new backup codes."""
    secret, codes = with_app(bob)
    assert factors.switch_off(actor=bob.actor, at=AT, code=codes[0]) == no.CodeRefused()
    assert bob.row.failed_attempts == 1
    assert factors.switch_off(actor=bob.actor, at=AT, code=code(secret)) is None
    assert not two_factor_on(bob.id)
    assert backup_codes_left(bob.id) == 0
    with refused(no.TwoFactorOff, "MFA-1"):
        factors.switch_off(actor=bob.actor, at=AT, code=code(secret))
    assert len(with_app(bob)[1]) == 10


def test_mfa_7_disabling_is_refused_while_an_enterable_account_enforces(bob: Somebody, here: AccountId) -> None:
    """An account that the person cannot enter makes no difference; one reached by a group does."""
    secret, _ = with_app(bob)
    primary = a_primary()
    member = a_member(primary, "By a group")
    for account in (an_account("Elsewhere"), primary, member):
        enforce(account)
    User.objects.filter(pk=bob.id).update(signed_in=True)
    a_group(primary, "Services", members=[member], people={bob: [SUPPORT]})
    with refused(no.TwoFactorEnforced, "MFA-7") as caught:
        factors.switch_off(actor=bob.actor, at=AT, code=code(secret))
    assert caught == [no.TwoFactorEnforced(accounts="By a group")]
    enforce(member, enforced=False)
    enforce(here)
    with refused(no.TwoFactorEnforced, "MFA-7"):
        factors.switch_off(actor=bob.actor, at=AT, code=code(secret))
    assert two_factor_on(bob.id)
    enforce(here, enforced=False)
    assert factors.switch_off(actor=bob.actor, at=AT, code=code(secret)) is None


def test_mfa_4_under_another_key_of_the_installation_backup_codes_go_on(bob: Somebody, settings: Settings) -> None:
    """The secret cannot be read any more, so no code is right, and none counts; what is kept as digests works."""
    secret, codes = with_app(bob)
    settings.SECRET_KEY = "another one"
    assert factors.spend_code(person=bob.row, code=code(secret), at=AT) == no.CodeRefused()
    assert bob.row.failed_attempts == 0
    assert factors.spend_backup_code(person=bob.row, code=codes[0], at=AT) is None


def test_lock_1_wrong_codes_and_backup_codes_lock_at_six(bob: Somebody) -> None:
    """Of one kind or another; then even a right one is refused. A right one before starts the count anew."""
    secret, codes = with_app(bob)
    for wrong in ("000000", "", "no code"):
        factors.spend_code(person=bob.row, code=wrong, at=AT)
    for _ in range(2):
        factors.spend_backup_code(person=bob.row, code="abcd", at=AT)
    assert (bob.row.failed_attempts, bob.row.locked) == (5, False)
    assert factors.spend_backup_code(person=bob.row, code=codes[0], at=AT) is None
    assert bob.row.failed_attempts == 0
    for _ in range(6):
        assert factors.spend_code(person=bob.row, code="000000", at=AT) == no.CodeRefused()
    assert bob.row.locked
    for attempt in (factors.spend_code, factors.spend_backup_code):
        with refused(no.UserLocked, "EFF-3"):
            attempt(person=bob.row, code=code(secret), at=AT)


def test_lock_1_and_mfa_3_a_right_password_does_not_forgive_wrong_codes(bob: Somebody) -> None:
    """Else whoever knows the password could guess codes for ever, five at a time."""
    with_app(bob)
    for _ in range(3):
        signin.prove_identity(email=bob.email, password=PASSWORD, at=AT)
        for _ in range(2):
            assert factors.spend_code(person=bob.row, code="000000", at=AT) == no.CodeRefused()
    assert bob.row.locked
    with refused(no.UserLocked, "EFF-3"):
        signin.prove_identity(email=bob.email, password=PASSWORD, at=AT)


def test_lock_1_a_right_password_alone_forgives_whoever_has_no_second_factor(bob: Somebody) -> None:
    """As before."""
    for _ in range(5):
        with pytest.raises(Refused):
            signin.prove_identity(email=bob.email, password="wrong", at=AT)
    signin.prove_identity(email=bob.email, password=PASSWORD, at=AT)
    assert bob.row.failed_attempts == 0


def test_mfa_8_the_operator_resets_who_has_lost_everything(bob: Somebody, here: AccountId) -> None:
    """All factors end, it is recorded in all accounts, the person gets a mail; nobody else may; nothing is no act."""
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    with_app(bob)
    factors.add_passkey(actor=bob.actor, at=AT, name="Phone", **A_PASSKEY)
    boss = a_user(here, ADMINISTRATOR, email="boss@example.com")
    with refused(no.OperatorOnly, "ACC-9"):
        factors.reset_factors(actor=boss.actor, at=AT, user=bob.email)
    a_session = Session.objects.create(session_key="one", session_data="", expire_date=AT, user_id=bob.id)
    others = Session.objects.create(session_key="two", session_data="", expire_date=AT, user_id=boss.id)
    mail.outbox.clear()
    with watched() as written, TestCase.captureOnCommitCallbacks(execute=True):
        assert factors.reset_factors(actor=OPERATOR, at=AT, user=bob.email.upper(), reason="asked for by a letter")
    delivery.settle()
    assert [(m.to, m.subject) for m in mail.outbox] == [([bob.email], "Your two-factor authentication was reset")]
    assert not two_factor_on(bob.id)
    assert not BackupCode.objects.exists()
    assert not Passkey.objects.exists()
    assert list(Session.objects.all()) == [others], f"{a_session} may be in the hands that the factors are in"
    for account in (here, there):
        [entry] = written.entries[account]
        assert (words(entry), entry.reason) == (OWN, "asked for by a letter")
        assert changes(entry) == {"passkeys": (1, 0), "two_factor": ("on", "off")}
    with watched() as written:
        assert not factors.reset_factors(actor=OPERATOR, at=AT, user=bob.email)
    assert written.entries == {}
    with refused(no.UnknownUser, "ENTRY-1"):
        factors.reset_factors(actor=OPERATOR, at=AT, user="nobody@example.com")


def test_mfa_9_enforcement_is_an_administrators_and_recorded(here: AccountId) -> None:
    """Once: switching it on again is no act."""
    boss = a_user(here, ADMINISTRATOR, email="boss@example.com")
    other = manager(here)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        factors.set_enforcement(actor=other.actor, at=AT, account=here, enforced=True)
    for before, now in ((False, True), (True, False), (False, True)):
        with watched() as written:
            for _ in range(2):
                factors.set_enforcement(actor=boss.actor, at=AT, account=here, enforced=now)
        [entry] = written.entries[here]
        assert words(entry) == ("account", "EDIT", "NONE")
        assert changes(entry) == {"two_factor_enforced": (before, now)}


@pytest.mark.parametrize("by", [ProvenBy.PASSWORD, ProvenBy.PASSKEY])
def test_mfa_9_scenario_80_set_up_is_demanded(by: ProvenBy, bob: Somebody, here: AccountId) -> None:
    """Of whoever enters by password without it; a passkey is both factors (SCN-80)."""
    proof = Proof(by=by, at=AT)
    enforce(here)
    wanted = Entering(bob.row, here, proof, AT)
    if by is ProvenBy.PASSWORD:
        with refused(no.TwoFactorRequired, "MFA-9"):
            signin.enter(wanted=wanted)
        with_app(bob)
    signin.enter(wanted=wanted)


def test_mfa_10_scenario_80_an_identity_provider_is_not_asked_after(here: AccountId, bob: Somebody) -> None:
    """Neither for a code nor for set-up, in the same account (SCN-80)."""
    SignOnSettings.rows.of(here).bulk_create([SignOnSettings(account_id=here, enabled=True)])
    Federation.rows.of(here).bulk_create([Federation(account_id=here, user_id=bob.id, federation_id="b", key="b")])
    enforce(here)
    signin.enter(wanted=Entering(bob.row, here, Proof(by=ProvenBy.IDP, at=AT, federating=here), AT))


def test_mfa_9_comes_after_the_checks_before_it(bob: Somebody, here: AccountId) -> None:
    """Whoever has no access learns nothing of the enforcement; it is asked of no account that does not enforce."""
    plain = an_account("Plain")
    enforce(plain)
    with refused(no.NoRoles, "ENTRY-1"):
        signin.enter(wanted=Entering(bob.row, plain, BY_PASSWORD, AT))
    assert CHECKS[Step.TWO_FACTOR](Entering(bob.row, here, BY_PASSWORD, AT)) is None


def test_tok_9_second_factors_leave_tokens_as_they_are(db: None) -> None:
    """Set up, enforced, reset: the token goes on working."""
    account = an_account("Tokens", AUS | {Feature.API_TOKENS})
    boss = a_user(account, ADMINISTRATOR, email="boss@example.com")
    value = tokens.issue_user_token(actor=boss.actor, at=AT, account=account, user=boss.email, name="ci")
    before = token_in_call(value)
    assert before is not None
    enforce(account)
    with_app(boss)
    factors.reset_factors(actor=OPERATOR, at=AT, user=boss.email)
    assert token_in_call(value) == before


def test_passkeys_are_named_counted_and_removed_by_their_owner(bob: Somebody, here: AccountId) -> None:
    """A name once, a credential once, nobody else's; each act is recorded."""
    with watched() as written:
        factors.add_passkey(actor=bob.actor, at=AT, name=" Phone ", **A_PASSKEY)
    assert changes(written.entries[here][0]) == {"passkey": (None, "Phone")}
    with refused(no.PasskeyNameInvalid, "MFA-3"):
        factors.add_passkey(actor=bob.actor, at=AT, name="phone", **{**A_PASSKEY, "credential": "two"})
    with refused(no.PasskeyRefused, "MFA-3"):
        factors.add_passkey(actor=bob.actor, at=AT, name="Again", **A_PASSKEY)
    row = Passkey.objects.get()
    other = a_user(here, STANDARD_USER, email="other@example.com")
    with refused(no.PasskeyNotFound, "MFA-3"):
        factors.remove_passkey(actor=other.actor, at=AT, passkey=row.pk)
    factors.remove_passkey(actor=bob.actor, at=AT, passkey=row.pk)
    assert not Passkey.objects.exists()


def test_a_passkey_that_falls_behind_or_whose_owner_is_locked_proves_nothing(bob: Somebody) -> None:
    """All alike; a right one notes when it was used, and starts the count of invalid attempts anew."""
    factors.add_passkey(actor=bob.actor, at=AT, name="Phone", **{**A_PASSKEY, "sign_count": 4})
    factors.spend_code(person=bob.row, code="000000", at=AT)
    row = Passkey.objects.select_related("user").get()
    factors.note_passkey_used(passkey=row, sign_count=5, at=AT)
    assert bob.row.failed_attempts == 0
    with refused(no.PasskeyRefused, "MFA-3"):
        factors.note_passkey_used(passkey=row, sign_count=5, at=AT)
    now = Passkey.objects.select_related("user").get()
    assert (now.sign_count, now.used_at) == (5, AT)
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=True)
    with refused(no.PasskeyRefused, "MFA-3"):
        factors.note_passkey_used(passkey=now, sign_count=6, at=AT)
