"""The last step of every sign-in by an identity provider: from a Federation ID to a session (SSO-6, SSO-14)."""

from django.http import HttpRequest, HttpResponse

from tenantry.rules.refusals import FederationUnknown, Refused, UserLocked
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.signin.arrival import arrive
from tenantry.sso.queries import person_of_federation


def sign_in_federated(
    request: HttpRequest, *, account: AccountId, federation_id: str, at: Instant, onward: str = ""
) -> HttpResponse:
    """Begin the session of the person whom the account's identity provider vouches for, and go on into an account.

    The caller has proven that the identity provider of this account says so. Refuses a Federation ID that nobody has
    there (nobody is ever created, SSO-6), somebody locked (LOCK-7), and somebody with no account to enter (ENTRY-1).
    """
    person = person_of_federation(account, federation_id)
    if person is None:
        raise Refused(FederationUnknown(account=account))
    if person.locked:
        raise Refused(UserLocked())
    proof = Proof(by=ProvenBy.IDP, at=at, federating=account)
    return arrive(request, person, proof, onward)
