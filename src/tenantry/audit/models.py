"""The table of audit entries."""

from typing import ClassVar

from django.db import models

from tenantry.store.ownership import AccountOwned


class Entry(AccountOwned):
    """What was done, immutable and kept for ever (AUD-1); the database itself refuses to change or delete a row.

    `user` is the name the actor had then; `container` the name of the thing acted on; `properties` a list of
    `{"name", "old", "new"}`.
    """

    at = models.DateTimeField()
    user = models.CharField(max_length=254)
    type = models.CharField(max_length=40)
    action = models.CharField(max_length=20)
    modifier = models.CharField(max_length=20, default="NONE")
    level = models.CharField(max_length=10, default="INFO")
    source = models.CharField(max_length=10)
    container = models.CharField(max_length=255, blank=True, default="")
    message = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    properties = models.JSONField(default=list)

    class Meta:
        """Read newest first, within one account."""

        db_table = "audit_entry"
        indexes: ClassVar = [models.Index(fields=["account", "-id"], name="audit_newest_first")]
