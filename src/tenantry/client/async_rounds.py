"""One look-up for all tasks that wait: whoever asks while one is under way is served by the next."""

import asyncio
from collections.abc import Awaitable, Callable

from tenantry.client.failures import TooLate


class AsyncRounds:
    """What `Rounds` is, for the tasks of one event loop."""

    def __init__(self, look: Callable[[float], Awaitable[int]], deadline: float) -> None:
        """`look` asks the server, within so many seconds; each look-up has `deadline`."""
        self._look = look
        self._deadline = deadline
        self._gathering: asyncio.Future[int] | None = None
        self._looking: asyncio.Task[None] | None = None

    async def number(self, deadline: float) -> int:
        """The number of the last write, looked up by a call that is sent after this was asked."""
        loop = asyncio.get_running_loop()
        if self._gathering is None or self._gathering.get_loop() is not loop:
            self._gathering = loop.create_future()
        joined = self._gathering
        if self._looking is None or self._looking.done() or self._looking.get_loop() is not loop:
            self._looking = loop.create_task(self._go_on())
        try:
            async with asyncio.timeout(deadline):
                return await asyncio.shield(joined)
        except TimeoutError:
            raise TooLate(f"It could not be proven within {deadline:g} s what the last write is.") from None

    async def _go_on(self) -> None:
        while self._gathering is not None:
            turn, self._gathering = self._gathering, None
            try:
                number = await self._look(self._deadline)
            except Exception as failure:  # noqa: BLE001 - whoever waits is told
                turn.set_exception(failure)
                turn.exception()  # who waited may have gone
            else:
                turn.set_result(number)
