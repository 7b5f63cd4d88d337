"""What is done again and again while the app runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

logger = logging.getLogger(__name__)


class Rounds:
    """Rounds that are begun stay together and end together."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        """Do `work` now and then `seconds` apart, also after a round that failed."""
        self._tasks.append(asyncio.create_task(self._go_round(seconds, work)))

    async def stop(self) -> None:
        """Lets a round that has begun come to its end: it may be in the middle of a transaction."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _go_round(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while not self._stopping.is_set():
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - whatever went wrong, it must not have been the last round
                logger.error("a round failed (%s)", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
