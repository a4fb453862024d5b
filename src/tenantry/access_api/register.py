"""What is called where; all of it by bearer token."""

from collections.abc import Mapping
from typing import Any, Final

from tenantry.access_api import discovery as at
from tenantry.access_api.doors import Door
from tenantry.access_api.evaluating import EVALUATION, EVALUATIONS

DOORS: Final[Mapping[str, Door[Any]]] = {
    at.EVALUATION: EVALUATION,
    at.EVALUATIONS: EVALUATIONS,
}
"""By path."""
