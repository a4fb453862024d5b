"""The tables of published processes."""

from typing import ClassVar

from django.db import models

from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.store.ownership import AccountOwned


class Process(AccountOwned):
    """A process in the Process Library (PROC-1)."""

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")

    class Meta:
        """Found by account and name."""

        db_table = "published_process"
        indexes: ClassVar = [models.Index(fields=["account", "name_key", "id"], name="published_process_by_name")]
