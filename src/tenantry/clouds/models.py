"""The tables of runtime clouds: their clusters, the tokens that install these, and the quotas of single accounts."""

from typing import ClassVar

from django.db import models

from tenantry.rules.clouds import DEFAULT_MAXIMUM, UNLIMITED
from tenantry.rules.places import Classification
from tenantry.rules.runtimes import ID_LIMIT
from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.store.ownership import AccountOwned


class Cloud(AccountOwned):
    """A runtime cloud of an account (CLOUD-2). Its classification never changes. By whom and when it was made and last
    changed is not known of clouds that are older than these columns.

    An attachment in it is a row of the table `runtime`, in the account whose slot it is.
    """

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    classification = models.CharField(
        max_length=4, default=Classification.PROD, choices=[(one.value, one.label) for one in Classification]
    )
    allow_deployments = models.BooleanField(default=True)
    allow_browsing = models.BooleanField(default=True)
    allow_test_executions = models.BooleanField(default=True)
    max_attachments = models.IntegerField(default=DEFAULT_MAXIMUM, help_text="per account; -1 is unlimited")
    created_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=254, blank=True, default="")
    modified_at = models.DateTimeField(null=True)
    modified_by = models.CharField(max_length=254, blank=True, default="")

    class Meta:
        """Found by account and name, which is unique there ignoring case."""

        db_table = "cloud"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="cloud_name_unique_in_account"),
            models.CheckConstraint(
                condition=models.Q(classification__in=[one.value for one in Classification]),
                name="cloud_classification_known",
            ),
            models.CheckConstraint(condition=models.Q(max_attachments__gte=UNLIMITED), name="cloud_maximum_known"),
        ]


class CloudCluster(AccountOwned):
    """An installed engine behind a cloud of the account. It proves itself by a secret of which `digest` is kept, and
    answers for all attachments in the cloud. `browsing` is the property that is set in the cloud itself (CLOUD-9).
    """

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    cloud = models.ForeignKey(Cloud, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LIMIT)
    digest = models.CharField(max_length=64, unique=True)
    browsing = models.BooleanField(default=True)
    version = models.CharField(max_length=40, default="")
    installed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """Few of each cloud."""

        db_table = "cloud_cluster"
        indexes: ClassVar = [models.Index(fields=["account", "cloud"], name="cloud_cluster_by_cloud")]


class ClusterToken(AccountOwned):
    """A secret that installs one cluster of a cloud before it runs out. Only its digest is kept."""

    cloud = models.ForeignKey(Cloud, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    user = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Few of each account."""

        db_table = "cluster_token"
        indexes: ClassVar = [models.Index(fields=["account", "cloud", "expires_at"], name="cluster_token_by_age")]


class CloudQuota(AccountOwned):
    """How many attachments one account may have in a cloud of the owner, instead of the cloud's own maximum (CLOUD-4).

    It is kept while the cloud is not shared to the account (CLOUD-8).
    """

    cloud = models.ForeignKey(Cloud, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    maximum = models.IntegerField(help_text="-1 is unlimited")

    class Meta:
        """At most one of an account in a cloud."""

        db_table = "cloud_quota"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "cloud", "member"], name="cloud_quota_once"),
            models.CheckConstraint(condition=models.Q(maximum__gte=UNLIMITED), name="cloud_quota_known"),
        ]
