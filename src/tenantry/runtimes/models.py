"""The tables of runtimes and of the installer tokens that make them."""

from typing import ClassVar

from django.db import models

from tenantry.rules.places import Classification
from tenantry.rules.runtimes import ID_LIMIT, NAME_LIMIT
from tenantry.store.ownership import AccountOwned


class Runtime(AccountOwned):
    """An engine of an account. `environment` is where it is attached, if anywhere; `cloud` the classification of the
    cloud it lives in, empty for a local one (ENV-4). It proves itself by a secret of which `digest` is kept.
    """

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    cloud = models.CharField(max_length=4, default="", choices=[(one.value, one.label) for one in Classification])
    digest = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=40, default="")
    installed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """Found by account and environment."""

        db_table = "runtime"
        indexes: ClassVar = [models.Index(fields=["account", "environment"], name="runtime_by_environment")]


class InstallerToken(AccountOwned):
    """A secret that installs one runtime of the account before it runs out. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Few of each account."""

        db_table = "installer_token"
        indexes: ClassVar = [models.Index(fields=["account", "expires_at"], name="installer_token_by_age")]
