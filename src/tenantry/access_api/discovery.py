"""What this decision point is and where it is asked (the standard's metadata)."""

from typing import Final
from urllib.parse import urlsplit

from msgspec import json

EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
SEARCH_SUBJECT: Final = "/access/v1/search/subject"
SEARCH_RESOURCE: Final = "/access/v1/search/resource"
SEARCH_ACTION: Final = "/access/v1/search/action"
REVISION: Final = "/access/v1/revision"
CHANGES: Final = "/access/v1/changes"
SNAPSHOTS: Final = "/access/v1/snapshots/"

WELL_KNOWN: Final = "/.well-known/authzen-configuration"


def well_known_path(base: str) -> str:
    """Where the metadata is: the well-known part goes between the host and whatever path the base address has."""
    return WELL_KNOWN + urlsplit(base).path.rstrip("/")


def metadata(base: str) -> bytes:
    """The metadata of the decision point at a base address."""
    here = base.rstrip("/")
    return json.encode(
        {
            "policy_decision_point": here,
            "access_evaluation_endpoint": here + EVALUATION,
            "access_evaluations_endpoint": here + EVALUATIONS,
            "search_subject_endpoint": here + SEARCH_SUBJECT,
            "search_resource_endpoint": here + SEARCH_RESOURCE,
            "search_action_endpoint": here + SEARCH_ACTION,
        }
    )
