"""Federation IDs: what an identity provider calls a person, and who may say so (SSO-5, SSO-7)."""

from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.granting import check_limited
from tenantry.rules.privileges import Catalogue, Mask

FEDERATION_ID_LIMIT: Final = 255
"""Characters of a Federation ID."""


def check_federation_id(text: str) -> no.FederationIdInvalid | None:
    """Judge the shape of a Federation ID: 1 to 255 characters that can be seen, and no blank at either end (SSO-5).

    What looks like another one must be another one to the identity provider as well.
    """
    if 0 < len(text) <= FEDERATION_ID_LIMIT and text == text.strip() and text.isprintable():
        return None
    return no.FederationIdInvalid(limit=FEDERATION_ID_LIMIT)


def check_identifying(catalogue: Catalogue, held: Mask, carried: Mask) -> no.NotYoursToGive | None:
    """Judge saying who in the account an identity provider vouches for: whoever does so must hold whatever that person
    holds there (USER-13). Else a manager of users would become an administrator by calling one by the own name.
    """
    return check_limited(catalogue, held, carried)
