"""Executions, their documents, and the work that is given to runtimes."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionNotFound(Denial):
    """The account has no such execution."""

    code = "execution_not_found"
    rule = "ENV-13"
    sentence = "There is no such execution in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNotFound(Denial):
    """The account has no such document."""

    code = "document_not_found"
    rule = "ENV-13"
    sentence = "There is no such document in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkNotFound(Denial):
    """The runtime was given no such work."""

    code = "work_not_found"
    rule = "PRIV-8"
    sentence = "There is no such work for this runtime."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRuntimeThere(Conflict):
    """Nothing in the environment could carry the work out."""

    code = "no_runtime_there"
    rule = "ENV-3"
    sentence = "No runtime is attached to {environment}, so nothing can run there."
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunNotPossible(Conflict):
    """Nothing can be run again, or too much at once."""

    code = "rerun_not_possible"
    rule = "PRIV-8"
    sentence = "This execution of {process} cannot be run again: {why}."
    process: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingWasRun(Conflict):
    """The runtime is done with a request and reported no execution for it."""

    code = "nothing_was_run"
    rule = "API-7"
    sentence = "The runtime ran nothing for {request}: {why}."
    request: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeUnattached(Conflict):
    """What a runtime does belongs to the environment it is attached to, and it is attached to none."""

    code = "runtime_unattached"
    rule = "ENV-3"
    sentence = "{runtime} is attached to no environment: attach it first."
    runtime: str
