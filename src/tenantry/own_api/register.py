"""Every part of the interface, in the order of its documentation."""

from typing import Final

from tenantry.own_api import catalogue, explanations, grants, group_grants, previews
from tenantry.own_api.endpoints import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *explanations.ENDPOINTS,
    *grants.ENDPOINTS,
    *group_grants.ENDPOINTS,
    *previews.ENDPOINTS,
    *catalogue.ENDPOINTS,
)
"""All that the interface has."""
