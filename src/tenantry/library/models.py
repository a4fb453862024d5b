"""The tables of published processes and their publications."""

from typing import ClassVar

from django.db import models

from tenantry.rules.deploying import VERSION_LIMIT
from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.rules.vocabulary import Status
from tenantry.store.ownership import AccountOwned

READY = models.Q(number__gt=0, component__deleted_at__isnull=True)
"""What can be shared: published at least once, and still there in Build (SHARE-5)."""

TO_EVERYBODY = READY & models.Q(account__operator=True) & ~models.Q(account__status=Status.DELETED)
"""What every account can install without a share: what the platform operator has published (PROC-4)."""


class Process(AccountOwned):
    """A process in the Process Library (PROC-1). Its id is that of its component in Build.

    Name, description, publisher and time are those of its newest publication, whose number is `number`; 0 is none yet.
    `installations` counts the copies that accounts have made.
    """

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    component = models.OneToOneField("build.Component", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    number = models.PositiveIntegerField(default=0)
    publisher = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    description = models.TextField(blank=True, default="")
    search_key = models.TextField(blank=True, default="", help_text="name and description with case folded")
    published_at = models.DateTimeField(null=True)
    installations = models.PositiveIntegerField(default=0)

    class Meta:
        """Found by account and name; listed by name, by date and by popularity."""

        db_table = "published_process"
        indexes: ClassVar = [
            models.Index(fields=["account", "name_key", "id"], name="published_process_by_name"),
            models.Index(fields=["account", "published_at", "id"], name="published_process_by_date"),
            models.Index(fields=["account", "installations", "published_at", "id"], name="published_process_by_use"),
        ]


class Publication(AccountOwned):
    """A packaged component of a process as it was put into the library, for good (PROC-2, PROC-3). `user` did it."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="publications", db_index=False)
    number = models.PositiveIntegerField()
    package = models.ForeignKey("deploy.PackagedComponent", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=VERSION_LIMIT)
    publisher = models.CharField(max_length=NAME_LIMIT)
    description = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")
    with_passwords = models.BooleanField(default=False)
    user = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        """Numbered from one on in its process."""

        db_table = "publication"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "process", "number"], name="publication_once")
        ]
