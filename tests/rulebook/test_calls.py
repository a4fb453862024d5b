"""Chapter TOK, the part of calls: who a call says it is, and what its token is worth."""

from base64 import b64encode

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.calls import (
    Credentials,
    TokenFacts,
    check_token,
    read_basic,
)
from tenantry.rules.tokens import TokenStatus
from tenantry.rules.vocabulary import AccountId, UserKey

ACME, OTHER = AccountId("acme"), AccountId("other")
ADA, BO = UserKey("ada@acme.example"), UserKey("bo@acme.example")


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
        TokenFacts(BO, OTHER, TokenStatus.ENABLED),
        TokenFacts(ADA, OTHER, TokenStatus.DISABLED),
    ],
    ids=["wrong", "disabled", "revoked", "of somebody else", "of somebody else elsewhere", "disabled elsewhere"],
)
def test_tok_7_a_token_that_proves_nothing_is_refused_and_does_not_say_why(token: TokenFacts | None) -> None:
    """All alike: which of these it is, is not told."""
    assert check_token(token, ADA, ACME) == no.TokenRefused()


def test_tok_3_a_good_token_works_for_its_account_alone() -> None:
    """It proves who calls, so the refusal says what is wrong."""
    assert check_token(TokenFacts(ADA, ACME, TokenStatus.ENABLED), ADA, ACME) is None
    assert check_token(TokenFacts(ADA, OTHER, TokenStatus.ENABLED), ADA, ACME) == no.TokenElsewhere(account=ACME)
