"""The tables of runtimes and of the installer tokens that make them."""

from typing import ClassVar

from django.db import models

from tenantry.rules import refusals as no
from tenantry.rules.clouds import check_available
from tenantry.rules.runtimes import ID_LIMIT, NAME_LIMIT
from tenantry.store.ownership import AccountOwned


class Runtime(AccountOwned):
    """An engine of an account. `environment` is where it is attached, if anywhere.

    A local one proves itself by a secret of which `digest` is kept. One without a secret is an attachment: the slot of
    the account in a `cloud`, whose clusters answer for it; the cloud is empty once it was deleted (CLOUD-7).
    """

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    cloud = models.ForeignKey("clouds.Cloud", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - null is no secret, and no value
    version = models.CharField(max_length=40, default="")
    installed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """Found by account and environment, and by account and cloud."""

        db_table = "runtime"
        indexes: ClassVar = [
            models.Index(fields=["account", "environment"], name="runtime_by_environment"),
            models.Index(
                fields=["cloud", "account", "id"], name="runtime_by_cloud", condition=models.Q(cloud__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(digest__isnull=True) | models.Q(cloud__isnull=True), name="runtime_secret_or_cloud"
            )
        ]

    @property
    def in_cloud(self) -> bool:
        """Whether this is an attachment."""
        return self.digest is None

    @property
    def unavailable(self) -> no.AttachmentUnavailable | None:
        """Why it can be used for nothing, if so; a local runtime always can (CLOUD-8). Attachments know it only as rows
        that came by `runtimes.queries.with_state`.
        """
        if not self.in_cloud:
            return None
        name = self.cloud.name if self.cloud is not None else None
        told = vars(self)
        return check_available(self.name, name, installed=told["installed"], reaches=bool(told["reaches"]))


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
