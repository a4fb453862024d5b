"""Chapter TOK, the part of calls: who a call says it is, and what its token is worth."""

from base64 import b64encode

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed, Denied
from tenantry.rules.calls import (
    Credentials,
    TokenFacts,
    check_token,
    check_token_call,
    read_basic,
    status_of_refused_call,
)
from tenantry.rules.features import Feature
from tenantry.rules.tokens import TokenStatus
from tenantry.rules.vocabulary import AccountId, UserKey

ACME, OTHER = AccountId("acme"), AccountId("other")
ADA, BO = UserKey("ada@acme.example"), UserKey("bo@acme.example")
GOOD = TokenFacts(ADA, ACME, TokenStatus.ENABLED)
YES = Allowed("API", (), ())
LICENSED = frozenset({Feature.API_TOKENS})


def basic(text: str) -> str:
    """A header of Basic authentication."""
    return f"Basic {b64encode(text.encode()).decode()}"


@pytest.mark.parametrize("before", ["BOOMI_TOKEN.", "PLATFORM_TOKEN."])
def test_tok_6_a_token_comes_as_the_password_of_a_user_named_so(before: str) -> None:
    """The user id is an e-mail address, case ignored, with all its dots; the value is what follows the first colon."""
    told = read_basic(basic(f"{before}Ada@Acme.Example:the-value:with-a-colon"))
    assert told == Credentials(ADA, "the-value:with-a-colon", by_token=True)
    assert read_basic(basic(f"{before}ada@acme.example:v").replace("Basic", "bAsIc")) == Credentials(
        ADA, "v", by_token=True
    )
    assert told is not None
    assert "the-value" not in repr(told)


def test_tok_6_any_other_user_brings_a_password() -> None:
    """Only what begins exactly so is a token."""
    for name in ("ada@acme.example", "boomi_token.ada@acme.example", "TOKEN.ada@acme.example", "BOOMI_TOKEN"):
        told = read_basic(basic(f"{name}:secret"))
        assert told is not None
        assert not told.by_token
        assert told.user == name.casefold()


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic ", "Basic !!!", "Bearer abc", basic("no colon"), "Basic /w==", "Basic YTpi\nX: y"]
)
def test_tok_6_what_is_no_basic_authentication_names_nobody(header: str) -> None:
    """Other schemes, what is not packed as it should be, and what is no text."""
    assert read_basic(header) is None


@pytest.mark.parametrize(
    "token",
    [
        None,
        TokenFacts(ADA, ACME, TokenStatus.DISABLED),
        TokenFacts(ADA, ACME, TokenStatus.REVOKED),
        TokenFacts(BO, ACME, TokenStatus.ENABLED),
        TokenFacts(ADA, OTHER, TokenStatus.ENABLED),
    ],
    ids=["wrong", "disabled", "revoked", "of somebody else", "for another account"],
)
def test_tok_3_and_tok_7_a_token_that_proves_nothing_is_401_whatever_its_owner_may(token: TokenFacts | None) -> None:
    """All alike: which of these it is, is not told."""
    assert check_token(token, ADA, ACME) == no.TokenRefused()
    for decision in (YES, Denied(no.UserLocked())):
        refusal = check_token_call(token, ADA, ACME, LICENSED, decision)
        assert refusal == no.TokenRefused()
        assert refusal is not None
        assert status_of_refused_call(refusal) == 401


@pytest.mark.parametrize(
    "denial",
    [
        no.UserLocked(),
        no.NoRoles(account=ACME),
        no.PrivilegeNotHeld(privilege="API", title="API Access", account=ACME, roles="no role"),
        no.AccountNotAvailable(account=ACME, status="suspended"),
    ],
    ids=lambda denial: denial.code,
)
def test_tok_7_a_valid_token_without_rights_is_403(denial: no.Denial) -> None:
    """With the reason that the decision gives."""
    refusal = check_token_call(GOOD, ADA, ACME, LICENSED, Denied(denial))
    assert refusal == denial
    assert status_of_refused_call(denial) == 403


def test_tok_7_a_valid_token_of_somebody_with_the_right_lets_in() -> None:
    """And is 403 where tokens are not licensed (TOK-1)."""
    assert check_token_call(GOOD, ADA, ACME, LICENSED, YES) is None
    refusal = check_token_call(GOOD, ADA, ACME, (), YES)
    assert refusal == no.TokensNotLicensed(account=ACME)
    assert refusal is not None
    assert status_of_refused_call(refusal) == 403
