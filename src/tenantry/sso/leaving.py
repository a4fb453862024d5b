"""Where the browser goes after signing out (SSO-15)."""

from tenantry.rules.conditions import unconditional
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import Instant
from tenantry.signin.queries import sign_on_only
from tenantry.sso.queries import settings_row
from tenantry.users.models import User
from tenantry.users.queries import grants_of


def sign_out_address(person: User, proof: Proof, at: Instant) -> str:
    """The Sign Out Redirect URL of the account whose identity provider vouches for a session that ends: of SSO-only
    users and of Administrators of that account. "" means the sign-in page.

    Whoever ends a session, by the person's wish or not, asks before it is gone.
    """
    if proof.by is not ProvenBy.IDP or proof.federating is None:
        return ""
    row = settings_row(proof.federating)
    if row is None or not row.enabled or not row.sign_out_url:
        return ""
    held = {
        grant.role for grant in unconditional(grants_of(proof.federating, person.pk)) if grant.validity.in_force(at)
    }
    return row.sign_out_url if ADMINISTRATOR in held or sign_on_only(person, at) else ""
