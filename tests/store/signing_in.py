"""Signing in with a password, as the sign-in page does it: proof of identity, landing, entering."""

from datetime import datetime

from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId
from tenantry.signin import commands as signin
from tenantry.signin.entering import Entering


def sign_in(email: str, password: str, at: datetime) -> AccountId:
    """Sign in: the account in which the person has landed."""
    person = signin.prove_identity(email=email, password=password, at=at)
    proof = Proof(by=ProvenBy.PASSWORD, at=at)
    account = signin.land(person=person, proof=proof, at=at)
    signin.enter(wanted=Entering(person, account, proof, at))
    return account
