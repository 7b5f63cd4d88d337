"""What other processes do in our conversations: `polku office`, and whatever else shares the database."""

from __future__ import annotations

import asyncio

from bot.channels.gate import Gate
from bot.channels.stream import Streams
from bot.channels.turns import Turns

# PostgreSQL shows messages in the order of commits, not of ids: this many ids behind the newest are looked at again.
LOOK_BACK = 500


class Elsewhere:
    """Two small questions to the database at each look, however many pages are open."""

    def __init__(self, turns: Turns, gate: Gate, streams: Streams) -> None:
        self._turns, self._gate, self._streams = turns, gate, streams
        self._last_id: int | None = None
        self._seen: frozenset[int] = frozenset()

    async def look(self) -> None:
        """Tell open pages what a counsellor or the office has said; have answered what was left to the bot."""
        newest, said = await asyncio.to_thread(self._turns.said_by_office, self._last_id)
        for conversation_id in {where for number, where in said if number not in self._seen}:
            self._streams.tell(conversation_id)
        self._seen = frozenset(number for number, _ in said)
        self._last_id = max(0, newest - LOOK_BACK)
        await self._gate.sweep()
