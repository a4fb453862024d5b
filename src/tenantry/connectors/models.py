"""The tables of publishers, connector groups with their versions, connectors, and their reviews."""

from typing import ClassVar

from django.db import models

from tenantry.content.columns import ContentColumn
from tenantry.rules.connectors import (
    ADDRESS_LIMIT,
    CLASSIFICATION_LIMIT,
    LABEL_LIMIT,
    TYPE_LIMIT,
    WORD_LIMIT,
    Review,
    Visibility,
)
from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.store.ownership import AccountOwned

RELEASED = models.Q(released_at__isnull=False)
"""What has had a version put into force (CONN-4)."""

READY = RELEASED & models.Q(visibility=Visibility.PRIVATE)
"""What can be shared (SHARE-5)."""

TO_EVERYBODY = models.Q(public_at__isnull=False)
"""What every account can use, Hidden by now or not (CONN-5)."""


class Publisher(AccountOwned):
    """What an account is called where it publishes, and whether it may develop connectors (CONN-1, PROC-1).

    `sdk_at` never goes back to null.
    """

    name = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    sdk_at = models.DateTimeField(null=True)
    sdk_by = models.CharField(max_length=254, blank=True, default="")

    class Meta:
        """At most one for an account."""

        db_table = "publisher"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account"], name="publisher_once")]


class ConnectorGroup(AccountOwned):
    """A family of connectors with its versions (CONN-2). `word` is its part of their types (CONN-3)."""

    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    word = models.CharField(max_length=WORD_LIMIT)
    support_url = models.CharField(max_length=ADDRESS_LIMIT, blank=True, default="")
    support_email = models.CharField(max_length=ADDRESS_LIMIT, blank=True, default="")
    vendor = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    product = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    product_version = models.CharField(max_length=NAME_LIMIT, blank=True, default="")

    class Meta:
        """Names and words are unique in the account."""

        db_table = "connector_group"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="connector_group_name_once"),
            models.UniqueConstraint(fields=["account", "word"], name="connector_group_word_once"),
        ]


class ConnectorVersion(AccountOwned):
    """A version of a connector group, numbered from one on, with its two files; `label` is what people call it.

    One that came from an estate file has no files. `released_at` is when it was put into force first.
    """

    group = models.ForeignKey(ConnectorGroup, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=LABEL_LIMIT)
    change_log = models.TextField(blank=True, default="")
    descriptor = ContentColumn(blank=True, default="")
    archive = ContentColumn(blank=True, default="")
    archive_name = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    archive_size = models.BigIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=254, blank=True, default="")
    user = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        """Each number and label once in a group."""

        db_table = "connector_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "group", "number"], name="connector_version_once"),
            models.UniqueConstraint(fields=["account", "group", "label"], name="connector_version_label_once"),
        ]


class Connector(AccountOwned):
    """A connector of a group: a classification that points at one of the group's versions (CONN-3).

    `version` is the number of that version; without `released_at` it was never put into force (CONN-4). `public_at`
    stays when a public connector is hidden: everybody may go on using it (CONN-5). With `next_at` a release of the
    version `next_version` is pending, which `next_by` wants.
    """

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    group = models.ForeignKey(ConnectorGroup, on_delete=models.PROTECT, related_name="connectors", db_index=False)
    classification = models.CharField(max_length=CLASSIFICATION_LIMIT)
    classification_key = models.CharField(max_length=CLASSIFICATION_LIMIT * 3, help_text="the same with case folded")
    type = models.CharField(max_length=TYPE_LIMIT, unique=True)
    visibility = models.CharField(max_length=10, default=Visibility.PRIVATE)
    version = models.PositiveIntegerField()
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=254, blank=True, default="")
    public_at = models.DateTimeField(null=True)
    next_version = models.PositiveIntegerField(null=True)
    next_at = models.DateTimeField(null=True)
    next_by = models.CharField(max_length=254, blank=True, default="")

    class Meta:
        """Found by account and name, and by group. Types are unique platform-wide."""

        db_table = "connector"
        indexes: ClassVar = [
            models.Index(fields=["account", "name_key", "id"], name="connector_by_name"),
            models.Index(
                fields=["name_key", "id"], condition=models.Q(public_at__isnull=False), name="connector_public"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "classification_key"], name="connector_classification_once_in_group"
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=[one.value for one in Visibility]), name="connector_visibility_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(visibility=Visibility.PUBLIC)
                | models.Q(released_at__isnull=False, public_at__isnull=False),
                name="connector_public_is_released",
            ),
        ]


class ConnectorReview(AccountOwned):
    """A connector of the account is to become Public, or Hidden after that, if platform staff approve (CONN-6)."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    wanted = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=Review.PENDING)
    note = models.TextField(blank=True, default="")
    user = models.CharField(max_length=254)
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=254, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        """At most one is pending for a connector; staff see the pending ones in the order in which they came."""

        db_table = "connector_review"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connector"], condition=models.Q(state=Review.PENDING), name="connector_review_pending_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in Review]), name="connector_review_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "connector", "id"], name="connector_review_by_connector"),
            models.Index(
                fields=["at", "id"], condition=models.Q(state=Review.PENDING), name="connector_review_pending"
            ),
        ]
