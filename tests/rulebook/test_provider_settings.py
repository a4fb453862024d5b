"""What an account sets about OpenID Connect and its directory: what is enough, and what is malformed."""

from dataclasses import replace

import pytest

from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings, check_directory, check_openid

OPENID = OpenIdSettings(enabled=True, issuer="https://id.example.com", client_id="tenantry")
DIRECTORY = DirectorySettings(
    enabled=True, directory_url="ldaps://d.example.com", search_base="dc=example", attribute="uid"
)


def test_enabling_needs_what_signing_in_needs() -> None:
    """As SAML needs certificate and sign-in URL (SSO-3); what is not enabled may be half done."""
    assert check_openid(OPENID, secret=True) == []
    assert check_directory(DIRECTORY, password=False) == []
    lacking = [broken.member for broken in check_openid(OpenIdSettings(enabled=True), secret=False)]
    assert lacking == ["issuer", "client_id", "client_secret"]
    lacking = [broken.member for broken in check_directory(DirectorySettings(enabled=True), password=False)]
    assert lacking == ["directory_url", "search_base", "attribute"]
    assert check_openid(OpenIdSettings(), secret=False) == []
    assert check_directory(DirectorySettings(), password=False) == []


@pytest.mark.parametrize("claim", ["", " sub", "a b", "x" * 101, "sub\n"])
def test_a_claim_has_a_name(claim: str) -> None:
    """One that a token can have."""
    assert [one.member for one in check_openid(replace(OPENID, claim=claim), secret=True)] == ["claim"]
    assert check_openid(replace(OPENID, claim="https://example.com/federation_id"), secret=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "uid={user}",
        "(uid=ada)",
        "(uid={user}",
        "(uid={user}))",
        "(uid={user})(cn=x)",
        "(uid={user}) ",
        "({user})",
        "({user}=ada)",
        "(objectClass={user",
    ],
)
def test_a_filter_is_one_and_takes_the_user_name_as_a_value(text: str) -> None:
    """Nothing else would find one person by it."""
    assert [one.member for one in check_directory(replace(DIRECTORY, search_filter=text), password=True)] == [
        "search_filter"
    ]


@pytest.mark.parametrize(
    "text", ["(uid={user})", "(&(objectClass=person)(|(mail={user})(uid={user})))", "(memberOf:1.2.3:={user})"]
)
def test_filters_of_every_kind_are_taken(text: str) -> None:
    """Simple ones and others."""
    assert check_directory(replace(DIRECTORY, search_filter=text), password=True) == []


def test_a_name_for_searching_has_a_password() -> None:
    """A directory takes an empty one for anonymous."""
    assert [one.member for one in check_directory(replace(DIRECTORY, bind_name="cn=x"), password=False)] == [
        "bind_password"
    ]
    assert check_directory(replace(DIRECTORY, bind_name="cn=x"), password=True) == []


@pytest.mark.parametrize("attribute", ["1uid", "u id", "uid=x", "x" * 101])
def test_an_attribute_has_a_name(attribute: str) -> None:
    """One that an entry can have."""
    assert [one.member for one in check_directory(replace(DIRECTORY, attribute=attribute), password=True)] == [
        "attribute"
    ]
