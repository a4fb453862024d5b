"""The table of jobs: what waits to be done, and what has failed."""

from typing import ClassVar

from django.db import models

from tenantry.jobs.kinds import JobState
from tenantry.store.ownership import AccountOwned

KIND_LIMIT = 40
"""Characters in the word of a kind."""

KEY_LIMIT = 255
"""Characters in the key of a job."""


class QueuedJob(AccountOwned):
    """Something that is to be done for an account at or after `due`. Deleted in the transaction that does it.

    `next_at` is when it is tried next: `due`, or later after tries that failed. `error` is why the last one did.
    `begun_at` is when a try began that has not ended: one in hand, or one whose process died.
    """

    kind = models.CharField(max_length=KIND_LIMIT)
    key = models.CharField(max_length=KEY_LIMIT)
    details = models.JSONField(default=dict)
    due = models.DateTimeField()
    next_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=JobState.WAITING.value)
    attempts = models.IntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        """Each key once for a kind and an account; taken in the order in which they fall due."""

        db_table = "job"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind", "key"], name="job_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in JobState]), name="job_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at", "id"], condition=models.Q(state=JobState.WAITING.value), name="job_in_order"
            ),
            models.Index(fields=["next_at", "id"], condition=models.Q(state=JobState.FAILED.value), name="job_failed"),
        ]
