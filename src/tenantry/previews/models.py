"""The table of impact previews that wait for their confirmation."""

from typing import ClassVar

from django.db import models

from tenantry.store.ownership import AccountOwned


class Preview(AccountOwned):
    """What a change would have done when somebody looked at it.

    `change` says which change, `digest` sums up the impact, `stamps` the state of the facts it was computed from and
    `until` the first instant at which time alone may change it. `impact` holds it whole, compressed, so that a refused
    confirmation can tell what has become different.
    """

    id = models.CharField(primary_key=True, max_length=64)
    user = models.CharField(max_length=254)
    at = models.DateTimeField()
    change = models.TextField()
    digest = models.CharField(max_length=64)
    stamps = models.JSONField()
    until = models.DateTimeField(null=True)
    impact = models.BinaryField()

    class Meta:
        """Few rows of one account; old ones go when a new one comes."""

        db_table = "preview"
        indexes: ClassVar = [models.Index(fields=["account", "at"], name="preview_by_age")]
