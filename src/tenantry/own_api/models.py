"""The table of answers that are given again to a caller who sends the same call again."""

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
