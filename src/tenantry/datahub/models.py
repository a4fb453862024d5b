"""The tables of models of Data Hub, of their published versions, and of repositories with what is deployed to them."""

from typing import ClassVar

from django.db import models

from tenantry.rules.accounts import ACCOUNT_ID_LIMIT
from tenantry.rules.sharing import NAME_LIMIT, RESOURCE_ID_LIMIT
from tenantry.store.ownership import AccountOwned

PUBLISHED = models.Q(published__gt=0)
"""The state in which a model can be shared and copied (SHARE-5, CONF-19)."""


class Model(AccountOwned):
    """A model of Data Hub. `draft` is its document as text (see `documents`), `revision` goes up with each save of it.

    `published` is the number of its latest version, 0 before the first; `published_revision` the draft's revision that
    this version was made from. A copy knows what it was taken from, by words that stay true whatever becomes of it.
    """

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")
    draft = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    user = models.CharField(max_length=254, help_text="who saved the draft last")
    at = models.DateTimeField(help_text="when that was")
    published = models.PositiveIntegerField(default=0)
    published_revision = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=RESOURCE_ID_LIMIT, blank=True, default="")
    source_account = models.CharField(max_length=ACCOUNT_ID_LIMIT, blank=True, default="")
    source_name = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    source_version = models.PositiveIntegerField(default=0)

    class Meta:
        """Found by account and name, which is unique in the account ignoring case."""

        db_table = "data_hub_model"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="data_hub_model_name_unique_in_account")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "name_key", "id"], name="data_hub_model_by_name")]


class ModelVersion(AccountOwned):
    """What a model was when it was published. Rows never change, and go only with their model."""

    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    document = models.TextField()
    notes = models.TextField(default="", blank=True)
    user = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        """Numbered from one on."""

        db_table = "data_hub_model_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "model", "number"], name="data_hub_model_version_once")
        ]


class Repository(AccountOwned):
    """A place of the account that models are deployed to."""

    id = models.CharField(primary_key=True, max_length=RESOURCE_ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=NAME_LIMIT * 3, help_text="name with case folded")

    class Meta:
        """Found by account and name, which is unique in the account ignoring case."""

        db_table = "data_hub_repository"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="data_hub_repository_name_unique_in_account")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "name_key", "id"], name="data_hub_repository_by_name")]


class ModelDeployment(AccountOwned):
    """A published version of a model is in a repository now. `user` deployed it."""

    repository = models.ForeignKey(Repository, on_delete=models.PROTECT, related_name="deployments", db_index=False)
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="deployments", db_index=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="deployed")
    user = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        """One version of a model at a time in a repository."""

        db_table = "data_hub_model_deployment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "model", "repository"], name="data_hub_model_deployed_once")
        ]
        indexes: ClassVar = [models.Index(fields=["repository", "model"], name="data_hub_deployed_to")]
