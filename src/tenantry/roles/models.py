"""The table of roles."""

from typing import ClassVar, Self

from django.db import models

from tenantry.rules.roles import DESCRIPTION_LIMIT, ROLE_NAME_LIMIT
from tenantry.store.ownership import AccountRows


class Role(models.Model):
    """A role. `account` null marks a default role, whose privileges are the law's, not the row's (ROLE-1).

    `privileges` holds the constants of a custom role's own privileges in the order given, without what it inherits.
    """

    id = models.CharField(primary_key=True, max_length=255)
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=ROLE_NAME_LIMIT)
    name_key = models.CharField(max_length=ROLE_NAME_LIMIT * 3, help_text="name with case folded")
    description = models.CharField(max_length=DESCRIPTION_LIMIT, blank=True, default="")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    privileges = models.JSONField(default=list)

    rows: ClassVar[AccountRows[Self]] = AccountRows()

    class Meta:
        """A name is unique in its account, ignoring case (ROLE-5)."""

        db_table = "role"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="role_name_unique_in_account")
        ]
