"""Previews and their confirmation."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactChanged(Conflict):
    """Between looking at a preview and confirming it, what the change would do has become something else."""

    code = "impact_changed"
    rule = "UI-4"
    sentence = (
        "What this would do has changed since you looked: {difference}. Nothing was done; look again and confirm."
    )
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewNotFound(Conflict):
    """The confirmation does not belong to a preview of this change that is still kept."""

    code = "preview_not_found"
    rule = "UI-4"
    sentence = "This confirmation belongs to no preview of this change. Nothing was done; look again and confirm."
