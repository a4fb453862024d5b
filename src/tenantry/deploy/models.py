"""The tables of packaged components with all that they need, and of their deployments."""

from typing import ClassVar

from django.db import models

from tenantry.rules.components import Format
from tenantry.rules.connectors import LABEL_LIMIT, TYPE_LIMIT
from tenantry.rules.deploying import ID_LIMIT, VERSION_LIMIT
from tenantry.rules.folders import NAME_LIMIT
from tenantry.store.ownership import AccountOwned

ACTIVE = models.Q(ended_at__isnull=True)
"""What is deployed now."""


class PackagedComponent(AccountOwned):
    """A snapshot of one revision of a component, under a version label of its own. Rows never change."""

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    component = models.ForeignKey("build.Component", on_delete=models.PROTECT, related_name="+", db_index=False)
    revision = models.PositiveIntegerField()
    version = models.CharField(max_length=VERSION_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    type = models.CharField(max_length=40)
    format = models.CharField(max_length=4, choices=[(one.value, one.label) for one in Format])
    text = models.TextField()
    passwords = models.PositiveIntegerField(default=0, help_text="how many pieces of the text are passwords")
    notes = models.TextField(default="", blank=True)
    shareable = models.BooleanField(default=False)
    user = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        """A version is used once for a component. Listed newest first."""

        db_table = "packaged_component"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "component", "version"], name="packaged_component_version_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "created_at", "id"], name="packaged_component_by_time")]


class PackagedPart(AccountOwned):
    """A component that a packaged one needs, directly or through others, as it was then. Rows never change."""

    package = models.ForeignKey(PackagedComponent, on_delete=models.PROTECT, related_name="parts", db_index=False)
    component = models.ForeignKey("build.Component", on_delete=models.PROTECT, related_name="+", db_index=False)
    revision = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    type = models.CharField(max_length=40)
    format = models.CharField(max_length=4, choices=[(one.value, one.label) for one in Format])
    text = models.TextField()
    passwords = models.PositiveIntegerField(default=0, help_text="how many pieces of the text are passwords")

    class Meta:
        """At most once in a package. Listed by name."""

        db_table = "packaged_part"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "package", "component"], name="packaged_part_once")
        ]
        indexes: ClassVar = [models.Index(fields=["package", "name_key", "id"], name="packaged_part_by_name")]


class Deployment(AccountOwned):
    """A packaged component in an environment, from `deployed_at` until `ended_at`. `user` deployed it."""

    environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    package = models.ForeignKey(PackagedComponent, on_delete=models.PROTECT, related_name="deployments")
    component = models.ForeignKey("build.Component", on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.CharField(max_length=254)
    deployed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=254, blank=True, default="")
    notes = models.TextField(default="", blank=True)

    class Meta:
        """A component is deployed at most once to an environment at a time."""

        db_table = "deployment"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "component", "environment"], condition=ACTIVE, name="deployment_active_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "environment", "deployed_at", "id"], name="deployment_by_environment"),
            models.Index(fields=["environment"], name="deployment_of_environment"),
        ]


class PackageConnector(AccountOwned):
    """A packaged component uses a connector, which had this version when it was packaged (CONN-8, CONN-9).

    `version` is empty for a type that no connector has. Rows never change.
    """

    package = models.ForeignKey(PackagedComponent, on_delete=models.PROTECT, related_name="connectors", db_index=False)
    type = models.CharField(max_length=TYPE_LIMIT)
    version = models.CharField(max_length=LABEL_LIMIT, blank=True, default="")

    class Meta:
        """At most once for a pair."""

        db_table = "package_connector"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "type"], name="package_connector_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "type"], name="package_connector_by_type")]


class DeploymentConnector(AccountOwned):
    """What a deployment uses of a connector: the version that was in force when it was deployed (CONN-8)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="connectors", db_index=False)
    type = models.CharField(max_length=TYPE_LIMIT)
    version = models.CharField(max_length=LABEL_LIMIT, blank=True, default="")

    class Meta:
        """At most once for a pair; found by the type as well, over all accounts (CONN-10)."""

        db_table = "deployment_connector"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deployment", "type"], name="deployment_connector_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["type"], name="deployment_connector_by_type"),
            models.Index(fields=["account", "type"], name="deployment_connector_here"),
        ]
