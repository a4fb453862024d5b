"""The tables of loads, and of what became of their lines. They belong to no account: a load is the operator's."""

from typing import ClassVar

from django.db import models

from tenantry.content.columns import ContentColumn
from tenantry.loads.states import LoadState, Outcome


class EstateLoad(models.Model):
    """An estate file that a program of the operator's has sent, and how far its load is.

    `content` is the file, until the load has ended. `claim` and `alive_at` tell who carries it out and when it last
    said so; whoever has not for too long is taken to be dead. `code` and `why` say why it failed. `tallies` are those
    that the command line prints. `key` is that of a call which may be sent again, if it had one.
    """

    token = models.ForeignKey("tokens.OperatorToken", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(max_length=10, default=LoadState.QUEUED.value)
    phase = models.CharField(max_length=10, blank=True, default="")
    content = ContentColumn(blank=True, default="")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    lines = models.IntegerField()
    lines_read = models.IntegerField(default=0)
    tallies = models.JSONField(default=dict)
    without_secret = models.JSONField(default=list)
    rows_cut = models.BooleanField(default=False)
    code = models.CharField(max_length=40, blank=True, default="")
    why = models.TextField(blank=True, default="")
    tries = models.IntegerField(default=0)
    claim = models.CharField(max_length=36, blank=True, default="")
    alive_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["EstateLoad"]] = models.Manager()

    class Meta:
        """Carried out in the order of their numbers; swept by the time at which they ended."""

        db_table = "estate_load"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["token", "key"], condition=~models.Q(key=""), name="estate_load_once_for_key"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in LoadState]), name="estate_load_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=[LoadState.QUEUED.value, LoadState.RUNNING.value]),
                name="estate_load_to_do",
            ),
            models.Index(fields=["ended_at"], name="estate_load_by_age"),
        ]


class EstateLoadRow(models.Model):
    """What became of one line of a load; a line of which several things are wrong has several."""

    load = models.ForeignKey(EstateLoad, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.IntegerField()
    kind = models.CharField(max_length=40, blank=True)
    key = models.JSONField(null=True)
    outcome = models.CharField(max_length=10)
    field = models.CharField(max_length=255, blank=True, default="")
    message = models.TextField(blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    rules = models.JSONField(default=list)

    objects: ClassVar[models.Manager["EstateLoadRow"]] = models.Manager()

    class Meta:
        """Read in the order of the lines, in which they are written."""

        db_table = "estate_load_row"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=[outcome.value for outcome in Outcome]), name="estate_load_row_known"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["load", "id"], name="estate_load_row_in_order"),
            models.Index(fields=["load", "outcome", "id"], name="estate_load_row_by_outcome"),
        ]
