"""The table of accounts."""

from typing import ClassVar, Self

from django.db import models

from tenantry.rules.accounts import ACCOUNT_ID_LIMIT, ACCOUNT_NAME_LIMIT
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import Status
from tenantry.store.ownership import AccountRows


class Account(models.Model):
    """A tenant (ACC-1). `support_access_role` null means "--No Access--" (SUP-1).

    `operator` marks an account of the platform operator, whose published processes are there for everybody (PROC-4).
    """

    id = models.CharField(primary_key=True, max_length=ACCOUNT_ID_LIMIT)
    name = models.CharField(max_length=ACCOUNT_NAME_LIMIT)
    name_key = models.CharField(max_length=ACCOUNT_NAME_LIMIT * 3, help_text="name with case folded, for sorting")
    primary = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    features = models.JSONField(default=list)
    status = models.CharField(max_length=16, default=Status.ACTIVE)
    status_before = models.CharField(max_length=16, blank=True, default="", help_text="what a suspension is lifted to")
    trial_ends = models.DateTimeField(null=True)
    support_access_role = models.ForeignKey("roles.Role", null=True, on_delete=models.PROTECT, related_name="+")
    operator = models.BooleanField(default=False)
    password_policy = models.JSONField(null=True, help_text="what it asks of passwords beyond the baseline (PWD-1)")

    rows: ClassVar[AccountRows[Self]] = AccountRows(key="id")

    class Meta:
        """Sorted by name in every list."""

        db_table = "account"
        indexes: ClassVar = [
            models.Index(fields=["name_key", "id"], name="account_by_name"),
            models.Index(fields=["primary", "name_key", "id"], name="account_managed_by_name"),
            models.Index(fields=["id"], condition=models.Q(operator=True), name="account_of_operator"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in Status]), name="account_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(primary__isnull=True) | ~models.Q(primary=models.F("id")),
                name="account_never_its_own_primary",
            ),
        ]

    def feature_set(self) -> frozenset[Feature]:
        """The features that are on."""
        return frozenset(Feature(name) for name in self.features)
