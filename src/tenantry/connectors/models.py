"""The tables of connectors."""

from typing import ClassVar

from django.db import models

from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.store.ownership import AccountOwned


class Connector(AccountOwned):
    """A connector of an account (CONN-2)."""

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")

    class Meta:
        """Found by account and name."""

        db_table = "connector"
        indexes: ClassVar = [models.Index(fields=["account", "name_key", "id"], name="connector_by_name")]
