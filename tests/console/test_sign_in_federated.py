"""SSO: from a Federation ID to a session."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.sign_on import ProvenBy
from tenantry.sessions.store import SessionStore
from tenantry.signin.session import person_of_session, proof_of
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.queries import federated_accounts
from tenantry.sso.sign_in import sign_in_federated
from tenantry.users.models import User
from tests.console.people import House
from tests.store.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def house(bare_house: House, db: None) -> House:
    """An account with single sign-on, which knows its bystander as `Fed-1`."""
    made = bare_house
    SignOnSettings.rows.of(made.account).bulk_create([SignOnSettings(account_id=made.account, enabled=True)])
    known = Federation(account_id=made.account, user_id=made.bystander, federation_id="Fed-1", key="Fed-1")
    Federation.rows.of(made.account).bulk_create([known])
    return made


@pytest.fixture
def request_() -> HttpRequest:
    """A request of a browser that nobody is signed in with."""
    request = RequestFactory().get("/", headers={"host": "127.0.0.1"})
    request.session = SessionStore()
    return request


def test_sso_14_the_session_is_marked_with_the_account_that_federates(house: House, request_: HttpRequest) -> None:
    """And is that of the person with the Federation ID, in that account."""
    answer = sign_in_federated(request_, account=house.account, federation_id="Fed-1", at=AT, onward="/me/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")
    person = person_of_session(request_)
    assert person is not None
    assert person.pk == house.bystander
    proof = proof_of(request_)
    assert (proof.by, proof.federating, request_.session["account"]) == (ProvenBy.IDP, house.account, house.account)


@pytest.mark.parametrize("named", ["fed-1", "Fed-2", ""])
def test_sso_6_somebody_unknown_is_refused_and_nobody_is_made(house: House, request_: HttpRequest, named: str) -> None:
    """Case counts (SSO-5)."""
    before = User.objects.count()
    with pytest.raises(Refused) as caught:
        sign_in_federated(request_, account=house.account, federation_id=named, at=AT)
    assert caught.value.refusal == no.FederationUnknown(account=house.account)
    assert (User.objects.count(), person_of_session(request_)) == (before, None)


def test_sso_4_an_sso_user_needs_both_the_id_and_single_sign_on(house: House) -> None:
    """Switched off, it makes nobody an SSO user; the ID alone neither."""
    assert federated_accounts(house.bystander) == {house.account}
    assert federated_accounts(house.administrator) == frozenset()
    SignOnSettings.rows.of(house.account).update(enabled=False)
    assert federated_accounts(house.bystander) == frozenset()
