"""Refusals as answers, in one place: which kind has which HTTP status, and where the documentation explains it."""

from typing import Final

from tenantry.rules import refusals as no

STATUS: Final[tuple[tuple[type[no.Refusal], int], ...]] = (
    (no.UnknownAccount, 404),
    (no.RoleNotFound, 404),
    (no.UserNotLinked, 404),
    (no.GroupNotFound, 404),
    (no.NotInGroup, 404),
    (no.PreviewNotFound, 404),
    (no.FolderNotFound, 404),
    (no.ComponentNotFound, 404),
    (no.RevisionNotFound, 404),
    (no.EnvironmentNotFound, 404),
    (no.RuntimeNotFound, 404),
    (no.PackageNotFound, 404),
    (no.ProcessNotFound, 404),
    (no.DeploymentNotFound, 404),
    (no.ScheduleNotFound, 404),
    (no.ExecutionNotFound, 404),
    (no.DocumentNotFound, 404),
    (no.WorkNotFound, 404),
    (no.ConnectorGroupNotFound, 404),
    (no.ConnectorNotFound, 404),
    (no.ConnectorVersionNotFound, 404),
    (no.AccountLibraryNotFound, 404),
    (no.TokenNotFound, 404),
    (no.TrustedAddressNotFound, 404),
    (no.OriginNotFound, 404),
    (no.AlertNotFound, 404),
    (no.NoticeNotFound, 404),
    (no.ModelNotFound, 404),
    (no.ModelVersionNotFound, 404),
    (no.ModelPartNotFound, 404),
    (no.ModelNotShared, 404),
    (no.RepositoryNotFound, 404),
    (no.CloudNotFound, 404),
    (no.ClusterNotFound, 404),
    (no.QuotaNotFound, 404),
    (no.ContentNotFound, 404),
    (no.PackNotFound, 404),
    (no.InstanceNotFound, 404),
    (no.PackComponentNotFound, 404),
    (no.PasskeyNotFound, 404),
    (no.SamlNotOffered, 404),
    (no.NotSupportStaff, 403),
    (no.Denial, 403),
    (no.OperatorOnly, 403),
    (no.FeatureNotYours, 403),
    (no.NotYoursToGive, 403),
    (no.TokenOfSomebodyElse, 403),
    (no.Invalid, 422),
    (no.Conflict, 409),
)
"""The first kind that fits decides. What may not be seen is 404, what may be seen and not done is 403."""


def status_of(refusal: no.Refusal) -> int:
    """The HTTP status of a refusal."""
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def anchor_of(refusal: no.Refusal) -> str:
    """The heading in `docs/refusals.md` that explains the refusal."""
    return refusal.code.replace("_", "-")
