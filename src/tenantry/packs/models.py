"""The tables of integration packs, of their releases, and of what accounts have installed."""

from typing import ClassVar

from django.db import models

from tenantry.rules.packs import DESCRIPTION_LIMIT, InstallationType
from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.store.ownership import AccountOwned

PENDING = models.Q(completed_at__isnull=True, replaced_at__isnull=True)
"""A release whose day has not come."""

ATTACHED = models.Q(detached_at__isnull=True)
"""An environment that an instance is attached to now."""

APPLIED = models.Q(early__isnull=False, early_dropped=False)
"""An instance that runs the pending update."""


class Pack(AccountOwned):
    """An integration pack of an account (PACK-1). `released` is the number of its newest completed release, which every
    instance runs unless its own row says otherwise; 0 before the first. So a release changes this one row.
    """

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    type = models.CharField(
        max_length=6,
        default=InstallationType.SINGLE.value,
        choices=[(one.value, one.label) for one in InstallationType],
    )
    description = models.CharField(max_length=DESCRIPTION_LIMIT, blank=True, default="")
    released = models.PositiveIntegerField(default=0)

    class Meta:
        """Found by account and name, which is unique ignoring case."""

        db_table = "integration_pack"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="integration_pack_name_once"),
            models.CheckConstraint(
                condition=models.Q(type__in=[one.value for one in InstallationType]), name="integration_pack_type_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "name_key", "id"], name="integration_pack_by_name")]


class PackComponent(AccountOwned):
    """A component that a pack will hold at its next release: as `chosen`, or else as its latest shareable package
    (PACK-2). One marked as `deleted` stays until then (PACK-12).
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="+")
    component = models.ForeignKey("build.Component", on_delete=models.PROTECT, related_name="+", db_index=False)
    chosen = models.ForeignKey("deploy.PackagedComponent", null=True, on_delete=models.PROTECT, related_name="+")
    deleted = models.BooleanField(default=False)

    class Meta:
        """A component once in a pack."""

        db_table = "integration_pack_component"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "pack", "component"], name="integration_pack_component_once")
        ]


class PackRelease(AccountOwned):
    """A release of a pack with frozen contents: pending until `due`, then complete under the next `number`, or replaced
    by one that came before its day (PACK-5). `day` and `zone` are as the publisher chose; an immediate one has no day.

    `connectors` are the versions, by type, that were in force when it was completed (CONN-8). `request` is the id by
    which programs ask how far it is; loads of estates and early versions gave none.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(null=True)
    day = models.DateField(null=True)
    zone = models.CharField(max_length=64, blank=True, default="")
    due = models.DateTimeField(null=True)
    user = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    connectors = models.JSONField(default=dict)
    request = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null is never the same as another null

    class Meta:
        """Numbers are used once; only one is pending."""

        db_table = "integration_pack_release"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "pack", "number"], name="integration_pack_release_once"),
            models.UniqueConstraint(fields=["account", "pack"], condition=PENDING, name="integration_pack_one_pending"),
            models.UniqueConstraint(fields=["account", "request"], name="integration_pack_release_requested"),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True, completed_at__isnull=True)
                | models.Q(number__isnull=False, completed_at__isnull=False, replaced_at__isnull=True),
                name="integration_pack_release_numbered_when_complete",
            ),
        ]


class ReleasedPackage(AccountOwned):
    """A package of a release."""

    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey("deploy.PackagedComponent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once in a release."""

        db_table = "integration_pack_package"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "release", "package"], name="integration_pack_package_once")
        ]


class PackInstance(AccountOwned):
    """A pack as an account has installed it. One of a Single Attachment pack has no name of its own (PACK-8).

    It runs the pack's newest release, but `held` while the pack is not shared and has moved on (PACK-11), or the
    pending `early` if the account took it and has not `early_dropped` it (PACK-5, PACK-6). `counted` and `since` give
    the version that the account sees (PACK-9), `held_version` the one at which it is held.
    """

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    name_key = models.CharField(max_length=NAME_LIMIT * 3, blank=True, default="")
    user = models.CharField(max_length=254)
    installed_at = models.DateTimeField()
    counted = models.PositiveIntegerField(default=1)
    since = models.PositiveIntegerField()
    held = models.ForeignKey(PackRelease, null=True, on_delete=models.PROTECT, related_name="+")
    held_version = models.PositiveIntegerField(null=True)
    early = models.ForeignKey(PackRelease, null=True, on_delete=models.PROTECT, related_name="+")
    early_dropped = models.BooleanField(default=False)

    class Meta:
        """A name once for a pack in an account, so that a Single one is installed once."""

        db_table = "integration_pack_instance"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "pack", "name_key"], name="integration_pack_instance_once"),
            models.CheckConstraint(
                condition=models.Q(held__isnull=True, held_version__isnull=True)
                | models.Q(held__isnull=False, held_version__isnull=False, early__isnull=True),
                name="integration_pack_instance_held_at_a_version",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["pack", "account"], name="integration_pack_instances")]


class PackAttachment(AccountOwned):
    """An environment that an instance is attached to, or was until `detached_at`: attaching it anew drops an update
    that was applied early (PACK-6).

    `connectors` are the versions, by type, with which the account let it run there (CONN-8): when the instance ran the
    release `ran`, and the pack's newest release had the number `newest`.
    """

    instance = models.ForeignKey(PackInstance, on_delete=models.PROTECT, related_name="+")
    environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.CharField(max_length=254)
    attached_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True)
    connectors = models.JSONField(default=dict)
    ran = models.PositiveBigIntegerField(null=True)
    newest = models.PositiveIntegerField(default=0)

    class Meta:
        """An environment once for an instance."""

        db_table = "integration_pack_attachment"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "instance", "environment"], name="integration_pack_attachment_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["environment", "id"], name="integration_pack_attached")]
