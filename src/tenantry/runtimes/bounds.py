"""How often somebody may call: a bucket of calls for each caller, which fills up again with time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

CALLERS: Final = 10_000
"""Callers remembered at most; the one that called longest ago is forgotten first."""


class Buckets:
    """At most `burst` calls at once, and `rate` a second in the long run, for each caller. Of one process."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self.rate, self.burst, self.clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: str, cost: float = 1) -> float:
        """Count a call; the seconds after which the next one is welcome where this one is not, else 0.

        At a `cost` of 0 it only asks.
        """
        with self._lock:
            now = self.clock()
            left, at = self._left.pop(who, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.rate)
            welcome = left >= 1
            self._left[who] = (left - cost if welcome else left, now)
            while len(self._left) > CALLERS:
                self._left.popitem(last=False)
            return 0 if welcome else (1 - left) / self.rate
