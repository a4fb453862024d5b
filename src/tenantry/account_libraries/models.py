"""The table of uploaded library files."""

from typing import ClassVar

from django.db import models

from tenantry.content.columns import ContentColumn
from tenantry.rules.libraries import NAME_LIMIT
from tenantry.store.ownership import AccountOwned


class AccountLibrary(AccountOwned):
    """A library file of the account. Rows never change; `user` uploaded it, `sha256` is the digest of its bytes."""

    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    content = ContentColumn()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    user = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        """Found by account and name, which is unique in the account ignoring case."""

        db_table = "account_library"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="account_library_name_unique_in_account")
        ]
