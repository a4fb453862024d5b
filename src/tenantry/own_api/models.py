"""The tables of answers that are given again to a caller who sends a call again, and of changes that were looked at."""

from typing import ClassVar

from django.db import models

from tenantry.store.ownership import AccountOwned


class KeptAnswer(AccountOwned):
    """The answer to a call that a person made in an account under a key of the caller's own choice.

    `fingerprint` sums up the call: the same key may not come with another. `status`, `headers` and `body` are the
    answer; they are written with what the call did, so that there is both or neither.
    """

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        """A key once for each person in each account; swept by age."""

        db_table = "kept_answer"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "user", "key"], name="kept_answer_once_for_key")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="kept_answer_by_age")]


class AskedChange(AccountOwned):
    """The change that a preview of a caller's is of, as the caller wrote it."""

    preview = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()
    change = models.TextField()

    class Meta:
        """Few rows of one account; old ones go when a new one comes."""

        db_table = "asked_change"
        indexes: ClassVar = [models.Index(fields=["account", "at"], name="asked_change_by_age")]
