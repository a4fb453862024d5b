"""The tables of environments and of the roles attached to them."""

from typing import ClassVar

from django.db import models

from tenantry.rules.environments import ID_LIMIT, NAME_LIMIT
from tenantry.rules.places import Classification
from tenantry.store.ownership import AccountOwned


class Environment(AccountOwned):
    """A deployment target (ENV-1). Its classification never changes (ENV-2)."""

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    name = models.CharField(max_length=NAME_LIMIT)
    classification = models.CharField(max_length=4, default=Classification.PROD)

    class Meta:
        """A name is unique within the account (ENV-1), exactly as typed: any characters are allowed."""

        db_table = "environment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="environment_name_unique_in_account"),
            models.CheckConstraint(
                condition=models.Q(classification__in=[one.value for one in Classification]),
                name="environment_classification_known",
            ),
        ]


class EnvironmentRole(AccountOwned):
    """A role has access to an environment: a default one or one of the account's own (ENV-8)."""

    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="roles", db_index=False)
    role = models.ForeignKey("roles.Role", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """At most once on an environment."""

        db_table = "environment_role"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "environment", "role"], name="environment_role_once")
        ]
