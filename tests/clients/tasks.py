"""Tasks in tests. Browsers of other tests leave a loop running in the thread of the tests, in which no other runs."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def in_a_thread(work: Callable[[], T]) -> T:
    """What it comes to in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What a task comes to, in a loop of its own."""
    return in_a_thread(lambda: asyncio.run(work))
