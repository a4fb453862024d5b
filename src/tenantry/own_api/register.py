"""Every part of the interface, in the order of its documentation."""

from typing import Final

from tenantry.own_api import catalogue, estate_loads, explanations, grants, group_grants, operator_previews, previews
from tenantry.own_api.endpoints import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *explanations.ENDPOINTS,
    *grants.ENDPOINTS,
    *group_grants.ENDPOINTS,
    *previews.ENDPOINTS,
    *catalogue.ENDPOINTS,
)
"""All that is done in an account."""

OPERATORS: Final[tuple[Endpoint, ...]] = (*estate_loads.ENDPOINTS, *operator_previews.ENDPOINTS)
"""What the platform operator does, in no account."""
