"""One look-up for all who wait: whoever asks while one is under way is served by the next, which is sent afterwards."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tenantry.client.failures import NoAnswer, TooLate


@dataclass(slots=True)
class Round:
    """A look-up, and all who wait for it: they came before it was sent."""

    number: int | None = None
    error: NoAnswer | None = None


class Rounds:
    """Look-ups of the last write, shared by the threads of a process. One of those who wait does it for all."""

    def __init__(self, look: Callable[[float], int]) -> None:
        """`look` asks the server, within so many seconds."""
        self._look = look
        self._changed = threading.Condition()
        self._busy = False
        self._gathering = Round()

    def number(self, deadline: float) -> int:
        """The number of the last write, looked up by a call that is sent after this was asked.

        Raises `NoAnswer`, at the latest after `deadline` seconds. Where somebody else's time was over in the middle,
        and one's own is not, the next look-up counts.
        """
        until = time.monotonic() + deadline
        while True:
            turn, left = self._joined(until)
            if left is not None:
                self._lead(turn, left)
            if turn.number is not None:
                return turn.number
            if not isinstance(turn.error, TooLate) or time.monotonic() >= until:
                raise turn.error or TooLate(f"It could not be proven within {deadline:g} s what the last write is.")

    def _joined(self, until: float) -> tuple[Round, float | None]:
        """A turn that is over, or is not because there is no time left; or one to lead, in so many seconds."""
        with self._changed:
            turn = self._gathering
            while turn.number is None and turn.error is None:
                left = until - time.monotonic()
                if left <= 0:
                    return turn, None
                if not self._busy:
                    self._busy = True
                    self._gathering = Round()
                    return turn, left
                self._changed.wait(left)
            return turn, None

    def _lead(self, turn: Round, left: float) -> None:
        number, error = None, NoAnswer("The look-up of the last write failed.")
        try:
            number = self._look(left)
        except NoAnswer as failure:
            error = failure
        finally:
            with self._changed:
                turn.number, turn.error = number, None if number is not None else error
                self._busy = False
                self._changed.notify_all()
