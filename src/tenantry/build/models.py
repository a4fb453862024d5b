"""The tables of folders with the roles that may change them, and of components with their revisions and references."""

from typing import ClassVar

from django.db import models

from tenantry.rules.components import ID_LIMIT, SUBTYPE_LIMIT, Format
from tenantry.rules.connectors import TYPE_LIMIT
from tenantry.rules.folders import NAME_LIMIT
from tenantry.store.ownership import AccountOwned

LIVING = models.Q(deleted_at__isnull=True)
"""What is not deleted."""


class Folder(AccountOwned):
    """A folder of the Component Explorer. Without `parent` it is the top-level one, which is called like the account
    and has a row from the first change below it on (FOLD-1).

    Deleted folders stay, to be restored: `deleted_with` is the id of the folder by whose deletion this one went.
    """

    id = models.CharField(primary_key=True, max_length=ID_LIMIT + 32)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    deleted_at = models.DateTimeField(null=True)
    deleted_with = models.CharField(max_length=ID_LIMIT + 32, blank=True, default="")

    class Meta:
        """A name is unique among the living folders of a parent, ignoring case."""

        db_table = "folder"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "parent", "name_key"], condition=LIVING, name="folder_name_unique_in_parent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["parent", "name_key", "id"], name="folder_by_parent"),
            models.Index(fields=["account", "name_key", "id"], name="folder_by_name"),
            models.Index(fields=["account", "deleted_with"], condition=~LIVING, name="folder_deleted"),
        ]


class FolderRole(AccountOwned):
    """A role that may change a folder: a default one or one of the account's own (FOLD-9)."""

    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.ForeignKey("roles.Role", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """At most once on a folder."""

        db_table = "folder_role"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "folder", "role"], name="folder_role_once")]


class Component(AccountOwned):
    """A component. `revision` is the number of its newest revision, which holds its text.

    Deleted components stay, to be restored: `deleted_with` is the id of the folder they went with, or their own.

    What programs say of it besides is kept as they say it: `told_type` is their word for its type, empty where it has
    the usual one; `subtype`, `description` and `overrides` are nothing to us. `copied_from` is the component of the
    same account of which this is a copy, with the revision it had then.
    """

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    type = models.CharField(max_length=40)
    format = models.CharField(max_length=4, choices=[(one.value, one.label) for one in Format])
    revision = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)
    deleted_with = models.CharField(max_length=ID_LIMIT + 32, blank=True, default="")
    told_type = models.CharField(max_length=40, blank=True, default="")
    subtype = models.CharField(max_length=SUBTYPE_LIMIT, blank=True, default="")
    description = models.TextField(blank=True, default="")
    overrides = models.TextField(blank=True, default="")
    copied_from = models.CharField(max_length=ID_LIMIT, blank=True, default="")
    copied_revision = models.PositiveIntegerField(null=True)

    class Meta:
        """Names need not be unique."""

        db_table = "component"
        indexes: ClassVar = [
            models.Index(fields=["folder", "name_key", "id"], name="component_by_folder"),
            models.Index(fields=["account", "name_key", "id"], name="component_by_name"),
            models.Index(fields=["account", "deleted_with"], condition=~LIVING, name="component_deleted"),
        ]


class ComponentRevision(AccountOwned):
    """What a component was from a save on: the text exactly as given, and the name it had. `user` saved it."""

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LIMIT)
    text = models.TextField()
    user = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        """Numbered from one on."""

        db_table = "component_revision"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "component", "number"], name="component_revision_once")
        ]


class ComponentReference(AccountOwned):
    """The newest text of a component names another component of the account by its id."""

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """At most once for a pair."""

        db_table = "component_reference"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "component", "target"], name="component_reference_once")
        ]


class ComponentConnector(AccountOwned):
    """The newest text of a component names a connector by its type (CONN-3), whether there is one or not."""

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=TYPE_LIMIT)

    class Meta:
        """At most once for a pair; found by the type as well, over all accounts (CONN-10)."""

        db_table = "component_connector"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "component", "type"], name="component_connector_once")
        ]
        indexes: ClassVar = [models.Index(fields=["type"], name="component_connector_by_type")]
