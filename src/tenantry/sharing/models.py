"""The table of shares."""

from typing import ClassVar

from django.db import models

from tenantry.rules.sharing import RESOURCE_ID_LIMIT, Kind
from tenantry.store.ownership import AccountOwned


class Share(AccountOwned):
    """One resource is attached to one account group of its owner: one row, however many accounts see it (SHARE-6).

    `resource` is the id within its kind.
    """

    group = models.ForeignKey("groups.AccountGroup", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    resource = models.CharField(max_length=RESOURCE_ID_LIMIT)

    class Meta:
        """At most once in a group (GRP-20); found by its resource as well."""

        db_table = "share"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "group", "kind", "resource"], name="share_once"),
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in Kind]), name="share_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "resource"], name="share_by_resource")]
