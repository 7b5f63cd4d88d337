"""How fast one conversation may write."""

from __future__ import annotations

import math
from collections.abc import Callable


class TooFast(Exception):
    """Too many messages in a row. `wait` is the number of whole seconds until the next one is welcome."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} s")
        self.wait = wait


class Pace:
    """`burst` messages at once, then one in each `every` seconds. Kept in memory, a conversation's worth each."""

    def __init__(self, clock: Callable[[], float], *, burst: int = 20, every: float = 1.0) -> None:
        self._clock, self._burst, self._every = clock, burst, every
        self._free_from: dict[str, float] = {}  # when the conversation has its whole burst again

    def step(self, conversation_id: str) -> None:
        """Raises TooFast."""
        now = self._clock()
        free_from = max(self._free_from.get(conversation_id, now), now)
        wait = free_from + self._every - now - self._burst * self._every
        if wait > 0:
            raise TooFast(math.ceil(wait))
        self._free_from[conversation_id] = free_from + self._every
        if len(self._free_from) > 10_000:
            self._free_from = {who: free for who, free in self._free_from.items() if free > now}
