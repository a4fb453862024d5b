"""The cycle collector of Python, which looks in vain through a hundred thousand rows that are all still needed."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Within it, cycles are not looked for: a sixth of the time of work that reads very much and keeps it.

    For this process. Where two threads are in it, the first to leave it wakes the collector, which costs only time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
