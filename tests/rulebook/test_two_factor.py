"""MFA: which codes count, who is asked for one, and which accounts ask for it."""

from datetime import UTC, datetime, timedelta

import pytest

from tenantry.rules import refusals as no, two_factor as law
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)
NOW = law.step_at(AT)
HOME = AccountId("home")


def code_of(step: int) -> str:
    """A code of its own for each step."""
    return f"{step % 1_000_000:06}"


def test_mfa_2_the_current_and_the_previous_code_count() -> None:
    """Each step lasts 30 seconds; older and later codes do not count."""
    counted = {n: law.matching_step(code_of(NOW + n), code_of, AT, last=0) for n in range(-3, 3)}
    assert counted == {-3: None, -2: None, -1: NOW - 1, 0: NOW, 1: None, 2: None}
    assert law.step_at(AT + timedelta(seconds=29, microseconds=999_999)) == NOW
    assert law.step_at(AT + timedelta(seconds=30)) == NOW + 1


def test_mfa_2_each_code_counts_once() -> None:
    """After a code neither it nor an older one counts, be it that of the previous step."""
    assert law.matching_step(code_of(NOW), code_of, AT, last=NOW - 1) == NOW
    assert law.matching_step(code_of(NOW), code_of, AT, last=NOW) is None
    assert law.matching_step(code_of(NOW - 1), code_of, AT, last=NOW) is None
    assert law.matching_step(code_of(NOW - 1), code_of, AT, last=NOW - 1) is None


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345", "0x1234", "1.2345"]
)
def test_mfa_2_a_code_is_six_digits(typed: str) -> None:
    """Whatever else was typed is none, even where the app would show it."""
    assert law.matching_step(typed, lambda _: typed, AT, last=0) is None


def test_mfa_2_spaces_in_a_code_make_no_difference() -> None:
    """Apps show codes in two halves."""
    code = code_of(NOW)
    assert law.matching_step(f" {code[:3]} {code[3:]} ", code_of, AT, last=0) == NOW


@pytest.mark.parametrize("by", ProvenBy)
def test_mfa_3_and_mfa_10_a_code_follows_a_password_alone(by: ProvenBy) -> None:
    """Never an identity provider, and no passkey, which is both at once."""
    assert law.asks_for_second_factor(by, on=True) is (by is ProvenBy.PASSWORD)
    assert not law.asks_for_second_factor(by, on=False)


@pytest.mark.parametrize("by", ProvenBy)
@pytest.mark.parametrize("enforced", [True, False])
@pytest.mark.parametrize("on", [True, False])
def test_mfa_9_and_mfa_10_enforcement_concerns_passwords(by: ProvenBy, *, enforced: bool, on: bool) -> None:
    """Nobody is refused but who comes by password, without two-factor authentication, where it is enforced."""
    refused = law.check_enforcement(by, HOME, enforced=enforced, on=on)
    expected = by is ProvenBy.PASSWORD and enforced and not on
    assert refused == (no.TwoFactorRequired(account=HOME) if expected else None)


def test_mfa_7_disabling_waits_for_every_enforcing_account() -> None:
    """The refusal names them."""
    assert law.check_disabling([]) is None
    assert law.check_disabling(["There", "Here"]) == no.TwoFactorEnforced(accounts="Here, There")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, ""),
        ({"X-Boomi-OTP": "123456"}, "123456"),
        ({"x-platform-otp": " 123456 "}, "123456"),
        ({"X-BOOMI-OTP": "1", "X-Platform-OTP": "2"}, "2"),
        ({"X-BOOMI-OTP": "1", "X-Platform-OTP": " "}, "1"),
        ({"OTP": "1"}, ""),
    ],
)
def test_mfa_11_the_code_of_a_call_is_in_a_header(headers: dict[str, str], code: str) -> None:
    """Two names, in any case; the neutral one first."""
    assert law.read_code(headers) == code


def test_mfa_11_and_tok_9_a_call_by_token_needs_no_code() -> None:
    """A password of somebody with two-factor authentication does."""
    assert law.call_needs_code(by_token=False, on=True)
    assert not law.call_needs_code(by_token=False, on=False)
    assert not law.call_needs_code(by_token=True, on=True)


def test_what_was_begun_is_completed_in_time() -> None:
    """Up to the limit, not at it, and not from the future; what was never begun has ended."""
    within = timedelta(minutes=10)
    assert law.check_pending(AT, AT, within) is None
    assert law.check_pending(AT, AT + within - timedelta(microseconds=1), within) is None
    for began, at in ((AT, AT + within), (AT, AT - timedelta(seconds=1)), (None, AT)):
        assert law.check_pending(began, at, within) == no.ProofEnded()


@pytest.mark.parametrize(
    ("by", "signed_in", "proven", "fresh"),
    [
        (ProvenBy.PASSWORD, 0, 0, True),
        (ProvenBy.PASSWORD, 600, 599, True),
        (ProvenBy.PASSWORD, 600, 600, False),
        (ProvenBy.PASSKEY, 3000, 600, False),
        (ProvenBy.PASSKEY, 3000, 5, True),
        (ProvenBy.IDP, 3599, 3599, True),
        (ProvenBy.IDP, 3600, 3600, False),
        (ProvenBy.IDP, 3600, 0, False),
    ],
)
def test_how_long_a_proof_is_recent(by: ProvenBy, signed_in: int, proven: int, *, fresh: bool) -> None:
    """Ten minutes since the last proof; an hour since the sign-in by an identity provider."""
    proof = Proof(by=by, at=AT - timedelta(seconds=signed_in))
    refused = law.check_recent(proof, AT - timedelta(seconds=proven), AT)
    assert refused == (None if fresh else no.ProofTooOld())


def test_names_and_number_of_passkeys() -> None:
    """A name is said, short, printable, and not taken in any case; there are twenty at most."""
    for name in ("Phone", "x" * law.PASSKEY_NAME_LIMIT, "Ключ"):
        assert law.check_passkey_name(name, ["other"]) is None
    for name in ("", "x" * (law.PASSKEY_NAME_LIMIT + 1), "a\nb", "PHONE"):
        assert law.check_passkey_name(name, ["Phone"]) == no.PasskeyNameInvalid(limit=law.PASSKEY_NAME_LIMIT)
    assert law.check_passkey_count(law.PASSKEYS - 1) is None
    assert law.check_passkey_count(law.PASSKEYS) == no.TooManyPasskeys(limit=law.PASSKEYS)
