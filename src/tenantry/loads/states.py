"""The words of a load: where it stands, what is being done, and what became of a line."""

from enum import StrEnum


class LoadState(StrEnum):
    """Where a load stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Phase(StrEnum):
    """What is being done of a load that runs: everything is written in one transaction, the last phase."""

    READING = "reading"
    HASHING = "hashing"
    WRITING = "writing"


class Outcome(StrEnum):
    """What became of a line: what it is about was made, changed, or so already; or the line was refused."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
