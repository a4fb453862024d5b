"""The event loop of the browser that this process drives, which runs in the thread of the tests.

Playwright leaves it running between its calls. To every other test the thread would look like one of asynchronous
code: Django would give it another connection than the one that the database was made with, and no test could run a
loop of its own.
"""

import asyncio

_aside: list[asyncio.AbstractEventLoop] = []
"""The loop, while it is put aside."""


def put_aside() -> None:
    """From now on no loop seems to run in this thread."""
    if (running := asyncio._get_running_loop()) is not None:
        _aside.append(running)
        asyncio._set_running_loop(None)


def take_up() -> None:
    """It runs again as if nothing had been between, if one was put aside."""
    if _aside:
        asyncio._set_running_loop(_aside.pop())
