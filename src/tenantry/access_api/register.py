"""What is called where; all of it by bearer token."""

from collections.abc import Mapping
from typing import Any, Final

from tenantry.access_api import discovery as at
from tenantry.access_api.doors import Door
from tenantry.access_api.evaluating import EVALUATION, EVALUATIONS
from tenantry.access_api.searching import SEARCH_ACTION, SEARCH_RESOURCE, SEARCH_SUBJECT

DOORS: Final[Mapping[str, Door[Any]]] = {
    at.EVALUATION: EVALUATION,
    at.EVALUATIONS: EVALUATIONS,
    at.SEARCH_SUBJECT: SEARCH_SUBJECT,
    at.SEARCH_RESOURCE: SEARCH_RESOURCE,
    at.SEARCH_ACTION: SEARCH_ACTION,
}
"""By path."""
