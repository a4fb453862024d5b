"""The table of temporary support access."""

from typing import ClassVar

from django.db import models

from tenantry.rules.support import GrantStatus
from tenantry.store.ownership import AccountOwned


class SupportGrant(AccountOwned):
    """A person of the platform's support staff asks for, has or had access to an account for a time (SUP-11).

    `role` is empty until it is granted; it names no row, so that a role can go once the grant is over (ROLE-15).
    `role_name` is its name when it was given. Whether an active grant has run out is told by `expires_at`, not by the
    status alone (SUP-13).
    """

    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, default=GrantStatus.REQUESTED)
    role = models.CharField(max_length=255, blank=True, default="")
    role_name = models.CharField(max_length=255, blank=True, default="")
    why = models.CharField(max_length=1000, blank=True, default="")
    requested_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by account, newest first; one open request or active grant per person and account."""

        db_table = "support_grant"
        indexes: ClassVar = [models.Index(fields=["account", "-id"], name="support_grant_newest_first")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "user"],
                condition=models.Q(status__in=[GrantStatus.REQUESTED.value]),
                name="support_request_once",
            )
        ]
