"""The table of the host platform's objects."""

from typing import ClassVar

from django.db import models

from tenantry.store.ownership import AccountOwned

OBJECT_LIMIT = 255
"""Characters in an object's type or id."""


class HostObject(AccountOwned):
    """Something of the host platform's own, in one account, that decisions may be asked about.

    `properties` is what the host tells of it, for conditions to speak of, and `conditions` what it asks of questions,
    by privilege: JSON objects in their canonical form, or "" for none.
    Where it is in an environment that is gone, nobody may do anything to it: the gate cannot be asked any more.
    """

    type = models.CharField(max_length=OBJECT_LIMIT)
    object_id = models.CharField(max_length=OBJECT_LIMIT)
    environment = models.CharField(max_length=64, default="", help_text="id of the environment it is in, if any")
    properties = models.TextField(default="", db_default="")
    conditions = models.TextField(default="", db_default="")

    class Meta:
        """Once per account; found by type and id alone where that is clear."""

        db_table = "host_object"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "type", "object_id"], name="host_object_once_in_account")
        ]
        indexes: ClassVar = [models.Index(fields=["type", "object_id"], name="host_object_by_type")]
