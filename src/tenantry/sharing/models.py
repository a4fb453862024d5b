"""The tables of shares, and of ended shares whose remains are still there."""

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


class ShareEnd(AccountOwned):
    """A share of the primary has ended, and assignments that lived by it are still to be deleted (SHARE-18).

    They count for nothing any more; deleting them changes no answer. `role` empty stands for every role, `member` null
    for every account. `cause` is what the log of the managed account will say. `reached` is the last row looked at.
    """

    role = models.CharField(max_length=RESOURCE_ID_LIMIT, blank=True, default="")
    member = models.ForeignKey(
        "accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cause = models.TextField()
    user = models.CharField(max_length=254)
    at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)

    class Meta:
        """Few rows, finished in the order in which they came."""

        db_table = "share_end"
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="share_end_in_order")]
