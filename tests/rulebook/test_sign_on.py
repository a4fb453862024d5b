"""Chapter SSO: what a way to sign in opens, row by row of the table of SSO-18."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.privileges import Mask
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.sign_on import (
    Proof,
    ProvenBy,
    SignOnFacts,
    check_own_identity,
    check_password_sign_in,
    check_single_sign_on,
    federation_key,
)
from tenantry.rules.vocabulary import AccountId, RoleId, Via

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)
P, M, N, PLAIN = (AccountId(name) for name in ("primary", "member", "neighbour", "plain"))

PASSWORD = Proof(by=ProvenBy.PASSWORD, at=AT)
PASSKEY = Proof(by=ProvenBy.PASSKEY, at=AT)
WITHOUT_PROVIDER = [PASSWORD, PASSKEY]

NOWHERE: frozenset[AccountId] = frozenset()


def by(federating: AccountId) -> Proof:
    """A session for which the identity provider of this account vouches."""
    return Proof(by=ProvenBy.IDP, at=AT, federating=federating)


def access(via: Via, *roles: str) -> Access:
    """Access of this kind by these roles."""
    held = tuple(map(RoleId, roles))
    return Access(via=via, roles=held, carried=Mask(0), passed=Mask(0), privileges=Mask(0))


USER = access(Via.DIRECT, "STANDARD_USER")
ADMIN = access(Via.DIRECT, "STANDARD_USER", ADMINISTRATOR)
BY_GROUP = access(Via.GROUP, "SUPPORT")
ADMIN_BY_GROUP = access(Via.GROUP, ADMINISTRATOR)
AS_STAFF = access(Via.STAFF, ADMINISTRATOR)


def about(
    account: AccountId,
    federated: frozenset[AccountId],
    *,
    enabled: bool = False,
    primary: AccountId | None = None,
    family: AccountId | None = None,
) -> SignOnFacts:
    """What single sign-on asks about an account."""
    on = enabled or account in federated
    return SignOnFacts(account=account, enabled=on, primary=primary, federated=federated, family=family)


@pytest.mark.parametrize("proof", WITHOUT_PROVIDER, ids=lambda proof: proof.by.value)
@pytest.mark.parametrize("held", [USER, ADMIN, BY_GROUP, ADMIN_BY_GROUP, AS_STAFF])
@pytest.mark.parametrize("enabled", [False, True])
def test_sso_18_who_is_no_sso_user_enters_all_by_password(proof: Proof, held: Access, *, enabled: bool) -> None:
    """Row 1: single sign-on of the account makes no difference to people who have no Federation ID anywhere."""
    assert check_single_sign_on(proof, held, about(M, NOWHERE, enabled=enabled)) is None


@pytest.mark.parametrize("proof", WITHOUT_PROVIDER, ids=lambda proof: proof.by.value)
def test_sso_18_and_scn_81_by_password_direct_accounts_without_single_sign_on(proof: Proof) -> None:
    """Row 2: direct access to accounts that have no single sign-on for the person, and no account by a group."""
    federated = frozenset({M})
    assert check_single_sign_on(proof, USER, about(N, federated)) is None
    assert check_single_sign_on(proof, USER, about(M, federated)) == no.SignOnByProvider(account=M)
    for outside in (BY_GROUP, ADMIN_BY_GROUP, AS_STAFF):
        for account in (M, N):
            refusal = check_single_sign_on(proof, outside, about(account, federated))
            assert refusal == no.SignOnByProvider(account=account)


def test_sso_18_an_account_has_single_sign_on_for_those_with_a_federation_id_there() -> None:
    """Row 2, reading: enabled, but without a Federation ID of the person, it is without single sign-on for them."""
    facts = about(N, frozenset({M}), enabled=True)
    assert check_single_sign_on(PASSWORD, USER, facts) is None


def test_sso_18_by_provider_the_federating_account_and_what_groups_reach() -> None:
    """Row 3: other direct accounts stay closed, with single sign-on or without."""
    federated = frozenset({M})
    assert check_single_sign_on(by(M), USER, about(M, federated)) is None
    assert check_single_sign_on(by(M), BY_GROUP, about(N, federated, primary=P, family=P)) is None
    for enabled in (False, True):
        refusal = check_single_sign_on(by(M), USER, about(PLAIN, federated, enabled=enabled))
        assert refusal == no.OutsideFederation(account=PLAIN, federating=M)


def test_sso_18_by_password_an_sso_administrator_enters_what_they_administer() -> None:
    """Row 4: direct accounts without single sign-on, and accounts where they are Administrator, with it or without."""
    federated = frozenset({M, P})
    assert check_single_sign_on(PASSWORD, USER, about(N, federated)) is None
    for account in (M, P, N):
        assert check_single_sign_on(PASSWORD, ADMIN, about(account, federated)) is None
    assert check_single_sign_on(PASSWORD, USER, about(M, federated)) == no.SignOnByProvider(account=M)
    assert check_single_sign_on(PASSWORD, ADMIN_BY_GROUP, about(N, federated)) == no.SignOnByProvider(account=N)


def test_sso_18_by_provider_being_administrator_makes_no_difference() -> None:
    """Row 5: the federating account, and accounts reached through groups."""
    federated = frozenset({M})
    assert check_single_sign_on(by(M), ADMIN, about(M, federated)) is None
    assert check_single_sign_on(by(M), ADMIN_BY_GROUP, about(N, federated, primary=P, family=P)) is None
    assert check_single_sign_on(by(M), ADMIN, about(PLAIN, federated)) == no.OutsideFederation(
        account=PLAIN, federating=M
    )


@pytest.mark.parametrize("held", [USER, ADMIN, BY_GROUP, AS_STAFF])
def test_sso_18_a_provider_that_vouches_no_more_opens_nothing(held: Access) -> None:
    """Single sign-on was switched off there, or the Federation ID taken away: the session opens no account at all."""
    for federated in (NOWHERE, frozenset({N})):
        for account in (M, N, P):
            refusal = check_single_sign_on(by(M), held, about(account, federated, primary=P))
            assert isinstance(refusal, no.OutsideFederation)
    lost = replace(by(M), federating=None)
    assert isinstance(check_single_sign_on(lost, held, about(M, frozenset({M}))), no.OutsideFederation)


def test_sso_19_federated_in_the_primary_opens_its_accounts_with_single_sign_on() -> None:
    """By its groups; the accounts of another primary stay closed, where they have single sign-on."""
    federated = frozenset({P})
    assert check_single_sign_on(by(P), BY_GROUP, about(M, federated, enabled=True, primary=P)) is None
    refusal = check_single_sign_on(by(P), BY_GROUP, about(M, federated, enabled=True, primary=N))
    assert refusal == no.OutsideFederation(account=M, federating=P)


def test_sso_19_federated_in_a_managed_account_alone_opens_no_other_with_single_sign_on() -> None:
    """Accounts without single sign-on that groups reach are open all the same (row 3)."""
    federated = frozenset({M})
    refusal = check_single_sign_on(by(M), BY_GROUP, about(N, federated, enabled=True, primary=P, family=P))
    assert refusal == no.OutsideFederation(account=N, federating=M)
    assert check_single_sign_on(by(M), BY_GROUP, about(N, federated, primary=P, family=P)) is None


@pytest.mark.parametrize("family", [None, P], ids=["managed by nobody", "managed by another"])
def test_sso_18_a_provider_opens_no_accounts_of_somebody_elses_groups(family: AccountId | None) -> None:
    """Whoever administers any account could else name a partner's person there, and come in as that person."""
    federated = frozenset({M})
    for held in (BY_GROUP, ADMIN_BY_GROUP):
        refusal = check_single_sign_on(by(M), held, about(N, federated, primary=PLAIN, family=family))
        assert refusal == no.OutsideFederation(account=N, federating=M)
    assert check_single_sign_on(by(M), BY_GROUP, about(N, federated, primary=M)) is None


def test_sso_20_a_password_that_opens_nothing_is_refused_to_sso_users_alone() -> None:
    """Others who can enter nothing are told so in another way (ENTRY-1)."""
    federated = frozenset({M})
    assert check_password_sign_in(federated, enterable=False) == no.PasswordNotForSingleSignOn()
    assert check_password_sign_in(federated, enterable=True) is None
    assert check_password_sign_in(NOWHERE, enterable=False) is None


def test_sso_5_federation_ids_differ_by_case_unless_licensed() -> None:
    """With the licence they are compared with case folded, and so is whether they are taken."""
    folded = frozenset({Feature.CASE_INSENSITIVE_FEDERATION})
    assert federation_key("Ann", frozenset()) != federation_key("ann", frozenset())
    assert federation_key("Ann", folded) == federation_key("aNN", folded)
    assert federation_key("STRASSE", folded) == federation_key("straße", folded)


def test_user_14_sessions_of_a_provider_change_neither_address_nor_password() -> None:
    """Those of a password or a passkey do."""
    assert check_own_identity(by(M)) == no.IdentityOfProvider()
    assert [check_own_identity(proof) for proof in WITHOUT_PROVIDER] == [None, None]
