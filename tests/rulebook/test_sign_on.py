"""SSO: what a session opens, by how it was begun. The matrix of the law, row by row."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.sign_on import (
    Proof,
    ProvenBy,
    SignOnFacts,
    check_password_sign_in,
    check_single_sign_on,
    federation_key,
)
from tenantry.rules.vocabulary import AccountId, RoleId, Via

AT = datetime(2026, 5, 20, 12, tzinfo=UTC)
HERE, PRIMARY, OTHER = AccountId("here-AAAAAA"), AccountId("primary-AAAAAA"), AccountId("other-AAAAAA")
ADMINISTRATOR, STANDARD = RoleId("ADMINISTRATOR"), RoleId("STANDARD_USER")
PASSWORD, PASSKEY = (Proof(by=by, at=AT) for by in (ProvenBy.PASSWORD, ProvenBy.PASSKEY))


def by_provider(of: AccountId) -> Proof:
    """A session that this account's identity provider vouches for."""
    return Proof(by=ProvenBy.IDP, at=AT, federating=of)


def access(via: Via, role: RoleId = STANDARD) -> Access:
    """Access of this kind with this role."""
    return Access(via, (role,), 1, 1, 1)


NOWHERE = SignOnFacts(account=HERE, enabled=False, primary=PRIMARY, federated=frozenset())
ELSEWHERE = replace(NOWHERE, federated=frozenset({OTHER}))
FEDERATED_HERE = replace(NOWHERE, enabled=True, federated=frozenset({HERE}))


@pytest.mark.parametrize("proof", [PASSWORD, PASSKEY])
@pytest.mark.parametrize("via", Via)
@pytest.mark.parametrize("enabled", [True, False])
def test_sso_18_who_is_no_sso_user_enters_by_password_what_effective_allows(
    proof: Proof, via: Via, *, enabled: bool
) -> None:
    """Also an account that has single sign-on for others."""
    assert check_single_sign_on(proof, access(via), replace(NOWHERE, enabled=enabled)) is None


@pytest.mark.parametrize("proof", [PASSWORD, PASSKEY])
@pytest.mark.parametrize(
    ("facts", "via", "role", "opens"),
    [
        (ELSEWHERE, Via.DIRECT, STANDARD, True),
        (replace(ELSEWHERE, enabled=True), Via.DIRECT, STANDARD, True),  # on, but without a Federation ID there
        (ELSEWHERE, Via.GROUP, ADMINISTRATOR, False),
        (ELSEWHERE, Via.STAFF, ADMINISTRATOR, False),
        (FEDERATED_HERE, Via.DIRECT, STANDARD, False),
        (FEDERATED_HERE, Via.DIRECT, ADMINISTRATOR, True),
        (FEDERATED_HERE, Via.GROUP, ADMINISTRATOR, False),
    ],
)
def test_sso_18_an_sso_user_enters_by_password_direct_accounts_without_it_and_those_administered(
    proof: Proof, facts: SignOnFacts, via: Via, role: RoleId, *, opens: bool
) -> None:
    """Groups open nothing by password to whoever is an SSO user anywhere."""
    expected = None if opens else no.SignOnByProvider(account=HERE)
    assert check_single_sign_on(proof, access(via, role), facts) == expected


@pytest.mark.parametrize("role", [STANDARD, ADMINISTRATOR])
@pytest.mark.parametrize(
    ("facts", "of", "via", "opens"),
    [
        (FEDERATED_HERE, HERE, Via.DIRECT, True),
        (FEDERATED_HERE, HERE, Via.GROUP, True),
        (ELSEWHERE, OTHER, Via.DIRECT, False),
        (ELSEWHERE, OTHER, Via.GROUP, True),
        (ELSEWHERE, OTHER, Via.STAFF, False),
        (NOWHERE, HERE, Via.DIRECT, False),  # the Federation ID was taken away meanwhile
        (NOWHERE, OTHER, Via.GROUP, False),
    ],
)
def test_sso_18_a_provider_opens_its_account_and_accounts_of_groups(
    facts: SignOnFacts, of: AccountId, via: Via, role: RoleId, *, opens: bool
) -> None:
    """Being an Administrator makes no difference to it."""
    expected = None if opens else no.OutsideFederation(account=HERE, federating=of)
    assert check_single_sign_on(by_provider(of), access(via, role), facts) == expected


def test_sso_19_only_the_primarys_provider_reaches_accounts_with_single_sign_on_of_their_own() -> None:
    """By groups; somebody federated in another managed account does not see them."""
    there = replace(NOWHERE, enabled=True, federated=frozenset({PRIMARY, OTHER}))
    assert check_single_sign_on(by_provider(PRIMARY), access(Via.GROUP), there) is None
    refused = no.OutsideFederation(account=HERE, federating=OTHER)
    assert check_single_sign_on(by_provider(OTHER), access(Via.GROUP), there) == refused


@pytest.mark.parametrize(
    ("federated", "enterable", "refused"),
    [((), False, False), ((), True, False), ((HERE,), True, False), ((HERE,), False, True)],
)
def test_sso_20_the_password_of_an_sso_only_user_is_refused(
    federated: tuple[AccountId, ...], *, enterable: bool, refused: bool
) -> None:
    """Whoever can enter something by it may use it, and so may whoever is no SSO user."""
    answer = check_password_sign_in(frozenset(federated), enterable=enterable)
    assert (answer == no.PasswordNotForSingleSignOn()) is refused


def test_sso_5_federation_ids_are_compared_exactly_unless_licensed() -> None:
    """Case counts; with the licensed option it does not."""
    licensed = frozenset({Feature.CASE_INSENSITIVE_FEDERATION})
    assert federation_key("Ann", frozenset()) != federation_key("ann", frozenset())
    assert federation_key("Ann", licensed) == federation_key("ann", licensed)
