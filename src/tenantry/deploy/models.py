"""The tables of packaged components with all that they need, and of their deployments."""

from typing import ClassVar

from django.db import models

from tenantry.rules.components import Format
from tenantry.rules.connectors import TYPE_LIMIT
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


class PackagedConnector(AccountOwned):
    """A packaged component, or one that it needs, names a connector by its type. Rows never change."""

    package = models.ForeignKey(PackagedComponent, on_delete=models.PROTECT, related_name="connectors", db_index=False)
    type = models.CharField(max_length=TYPE_LIMIT)

    class Meta:
        """At most once in a package."""

        db_table = "packaged_connector"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "package", "type"], name="packaged_connector_once")
        ]
        indexes: ClassVar = [models.Index(fields=["package", "type"], name="packaged_connector_by_package")]


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
