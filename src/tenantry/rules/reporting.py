"""What runtimes report: executions with their documents, and the work that people give to runtimes (PRIV-8)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import Instant

ID_LIMIT: Final = 64
"""Characters in an id that a runtime gives an execution or a document."""

NAME_LIMIT: Final = 255
"""Characters in the name of a process or of a document."""

MESSAGE_LIMIT: Final = 10_000
"""Characters in what a runtime says about an execution."""

CONTENT_TYPE_LIMIT: Final = 100
"""Characters in the content type of a document."""

EXECUTIONS_AT_ONCE: Final = 500
"""Executions in one report."""

DOCUMENTS_EACH: Final = 20
"""Documents of one execution in one report."""

DOCUMENT_LIMIT: Final = 1024 * 1024
"""Bytes in a document."""

WORK_AT_ONCE: Final = 5
"""Pieces of work that a runtime is handed at a time."""

RERUN_AT_ONCE: Final = 100
"""Documents that a program has run again by one request."""

AHEAD: Final = timedelta(days=1)
"""How far a runtime's clock may be ahead; later starts are no starts."""


class Outcome(StrEnum):
    """How an execution is or went."""

    STARTED = "STARTED"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    ABORTED = "ABORTED"

    @property
    def label(self) -> str:
        """As pages name it."""
        return {"STARTED": "Running", "COMPLETE": "Complete", "ERROR": "Error", "ABORTED": "Aborted"}[self.value]


class Direction(StrEnum):
    """Whether a document came into an execution or went out of it."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"

    @property
    def label(self) -> str:
        """As pages name it."""
        return self.value.title()


class Work(StrEnum):
    """What a runtime can be asked to do with a document."""

    RERUN = "RERUN"
    TEST = "TEST"

    @property
    def action(self) -> str:
        """The action of `rules.surfaces.ACTIONS` that this is."""
        return {"RERUN": "reporting.rerun_document", "TEST": "reporting.run_in_test_mode"}[self.value]

    @property
    def label(self) -> str:
        """As pages name what comes of it."""
        return {"RERUN": "Re-run", "TEST": "Test mode"}[self.value]


@dataclass(frozen=True, slots=True)
class ReportedDocument:
    """A document as a runtime reports it."""

    id: str
    direction: Direction
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reported:
    """An execution as a runtime reports it. `work` is the id of the work that it carries out, if any."""

    id: str
    process: str
    status: Outcome
    started: Instant
    ended: Instant | None = None
    component: str = ""
    message: str = ""
    work: str = ""
    documents: tuple[ReportedDocument, ...] = ()


def check_rerun(process: str, documents: int) -> no.RerunNotPossible | None:
    """Judge running so many documents of an execution again: some, and at most `RERUN_AT_ONCE`."""
    if documents and documents <= RERUN_AT_ONCE:
        return None
    why = f"more than {RERUN_AT_ONCE} documents are meant" if documents else "it has no such document"
    return no.RerunNotPossible(process=process, why=why)


def fails(known: Outcome) -> bool:
    """Whether an execution that ended so has failed, and its documents with it."""
    return known in {Outcome.ERROR, Outcome.ABORTED}


def goes_on(known: Outcome) -> bool:
    """Whether a later report can change an execution known to be so: only one that runs; what has ended stays."""
    return known is Outcome.STARTED
