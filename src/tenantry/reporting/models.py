"""The tables of what runtimes report: executions, their documents, and the work that people give to runtimes.

They name environments and runtimes by id and name and outlive both.
"""

from typing import ClassVar

from django.db import models

from tenantry.rules import environments, runtimes
from tenantry.rules.reporting import (
    CONTENT_TYPE_LIMIT,
    ID_LIMIT,
    NAME_LIMIT,
    Direction,
    Outcome,
    Work,
)
from tenantry.store.ownership import AccountOwned


class Execution(AccountOwned):
    """One run of a process. `number` is the id that the runtime gave it; `work` the kind of work it carried out,
    empty for a run of its own accord, `of` the execution whose document that work was about, and `request` that of the
    program which asked for it.
    """

    environment = models.CharField(max_length=environments.ID_LIMIT)
    environment_name = models.CharField(max_length=environments.NAME_LIMIT)
    runtime = models.CharField(max_length=runtimes.ID_LIMIT)
    runtime_name = models.CharField(max_length=runtimes.NAME_LIMIT)
    number = models.CharField(max_length=ID_LIMIT)
    process = models.CharField(max_length=NAME_LIMIT)
    component = models.CharField(max_length=255, blank=True, default="")
    status = models.CharField(max_length=8, choices=[(one.value, one.label) for one in Outcome])
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True, default="")
    work = models.CharField(max_length=5, blank=True, default="", choices=[(one.value, one.label) for one in Work])
    of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    request = models.CharField(max_length=ID_LIMIT, blank=True, default="")
    reported_at = models.DateTimeField()

    class Meta:
        """Listed newest first, in all environments or in one; counted by environment, time and status."""

        db_table = "execution"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "runtime", "number"], name="execution_reported_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "environment", "started_at", "id", "status"], name="execution_by_environment"
            ),
            models.Index(fields=["account", "started_at", "id", "environment", "status"], name="execution_by_time"),
            models.Index(
                fields=["account", "of", "started_at"],
                condition=models.Q(of__isnull=False),
                name="execution_of_work",
            ),
            models.Index(fields=["account", "request"], condition=~models.Q(request=""), name="execution_of_request"),
        ]


class Document(AccountOwned):
    """A document that came into an execution or went out of it. `number` is the id that the runtime gave it."""

    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=ID_LIMIT)
    direction = models.CharField(max_length=8, choices=[(one.value, one.label) for one in Direction])
    name = models.CharField(max_length=NAME_LIMIT)
    content_type = models.CharField(max_length=CONTENT_TYPE_LIMIT)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        """Reported once."""

        db_table = "execution_document"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "execution", "number"], name="execution_document_once")
        ]


class WorkRequest(AccountOwned):
    """Work that somebody gave to a runtime: run a document again, or in test mode. Open while `done_at` is null.

    `request` is the id of what a program asked for at once, one piece of work for each document.
    """

    id = models.CharField(primary_key=True, max_length=ID_LIMIT)
    kind = models.CharField(max_length=5, choices=[(one.value, one.label) for one in Work])
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", db_index=False)
    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="+", db_index=False)
    environment = models.CharField(max_length=environments.ID_LIMIT)
    runtime = models.CharField(max_length=runtimes.ID_LIMIT)
    user = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True, default="")
    message = models.TextField(blank=True, default="")
    request = models.CharField(max_length=ID_LIMIT, blank=True, default="")

    class Meta:
        """Fetched by the runtime while open; shown with the execution."""

        db_table = "work_request"
        indexes: ClassVar = [
            models.Index(
                fields=["account", "runtime", "requested_at"],
                condition=models.Q(done_at__isnull=True),
                name="work_request_open",
            ),
            models.Index(fields=["account", "execution", "requested_at"], name="work_request_of_execution"),
            models.Index(
                fields=["account", "request"], condition=~models.Q(request=""), name="work_request_of_program"
            ),
        ]
