"""Takes in what people write and sees to it that each message is answered once, in order, come what may.

One conversation's messages are handled one after the other; different conversations at the same time.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import dataclass, field

from bot.channels.engine import Engine, EngineAway
from bot.channels.stream import Streams
from bot.channels.turns import Kept, Settled, Turn, Turns

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """Seconds between looks at an engine that is away and at what other processes write, and how often one message
    may fail at a healthy engine."""

    first: float = 0.5
    longest: float = 10.0
    elsewhere: float = 1.5
    attempts: int = 4

    def pause(self, failures: int) -> float:
        return min(self.longest, self.first * 2 ** min(failures, 16))


@dataclass(eq=False)
class Pump:
    """The work on one conversation. `news` is set when there is something to look at."""

    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Gate:
    def __init__(self, turns: Turns, engine: Engine, streams: Streams, patience: Patience) -> None:
        self._turns, self._engine, self._streams = turns, engine, streams
        self._patience = patience
        self._pumps: dict[str, Pump] = {}
        self._resting: set[str] = set()  # conversations where work has just failed
        self._back = asyncio.Event()
        self._back.set()
        self._watch: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self) -> None:
        """Go on with whatever was unanswered when the app last stopped, however it stopped."""
        await self.sweep()

    async def sweep(self) -> None:
        """Take up what waits for an answer and nobody works on, such as what a human has left to the bot."""
        for conversation_id in await asyncio.to_thread(self._turns.unanswered):
            if conversation_id not in self._pumps and conversation_id not in self._resting:
                self.wake(conversation_id)

    async def stop(self) -> None:
        """Let go at once. What is not answered stays stored and is taken up at the next start."""
        self._stopped = True
        tasks = [pump.task for pump in self._pumps.values() if pump.task]
        if self._watch:
            tasks.append(self._watch)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def receive(
        self, conversation_id: str, message_id: str, text: str, payload: str | None = None
    ) -> Kept:
        """Store a message, then have it handled. When this returns, the message cannot be lost any more.

        Raises:
            UnknownConversation, NothingWritten, TooLong, NotOffered: nothing was stored.
        """
        kept = await asyncio.to_thread(self._turns.keep, conversation_id, message_id, text, payload)
        if kept.news:
            self._streams.push(conversation_id, kept.news)
        self.wake(conversation_id, kept.next)
        return kept

    def wake(self, conversation_id: str, turn: Turn | None = None) -> None:
        """Something may wait for an answer here: `turn`, if the caller knows. In the app's event loop."""
        if self._stopped:
            return
        pump = self._pumps.setdefault(conversation_id, Pump())
        pump.news.set()
        if pump.task is None:
            pump.task = asyncio.create_task(self._run(conversation_id, pump, turn))
            pump.task.add_done_callback(lambda task: self._ended(conversation_id, task))

    async def _run(self, conversation_id: str, pump: Pump, turn: Turn | None) -> None:
        failures = 0
        try:
            while True:
                # Before looking, so that what comes while we look is seen. Keeping an answer ends with a look, too.
                pump.news.clear()
                if turn is None:
                    turn = await asyncio.to_thread(self._turns.next, conversation_id)
                elif not self._back.is_set():
                    await self._tell_away(turn)
                    await self._until_back_or_news(pump)
                    turn = None
                    continue
                else:
                    try:
                        turn, failures = await self._answer(turn), 0
                    except EngineAway as error:
                        failures = await self._failed(turn, failures + 1, error)
                        turn = None
                        continue
                if turn is None and not pump.news.is_set():
                    return
        finally:
            # In the same step as the last look, so that no `wake` can meet a pump that works no more.
            del self._pumps[conversation_id]

    async def _answer(self, turn: Turn) -> Turn | None:
        """Returns what is next."""
        conversation_id = turn.question.conversation_id
        self._streams.typing(conversation_id, True)
        try:
            answer = await self._engine.ask(turn.question)
            settled = await asyncio.to_thread(self._turns.answered, turn, answer)
            self._show(conversation_id, settled)
            return settled.next
        finally:
            self._streams.typing(conversation_id, False)

    def _show(self, conversation_id: str, settled: Settled) -> None:
        if settled.news:
            self._streams.push(conversation_id, settled.news)
        if settled.learnt:
            self._streams.tell(conversation_id)

    async def _failed(self, turn: Turn, failures: int, error: EngineAway) -> int:
        """Returns the count of failures to go on with: those of an engine that is away are not the message's."""
        if await self._engine.state() != "up":
            if self._back.is_set():
                logger.warning("the engine is away, messages are kept: %s", error)
                self._back.clear()
                self._watch = asyncio.create_task(self._wait_for_engine())
            return 0
        logger.warning("the engine fails at message %s (%s times): %s", turn.message_id, failures, error)
        if failures >= self._patience.attempts:
            self._show(turn.question.conversation_id, await asyncio.to_thread(self._turns.given_up, turn))
            return 0
        if failures > 1:
            await self._tell_away(turn)
        await asyncio.sleep(self._patience.pause(failures))
        return failures

    async def _wait_for_engine(self) -> None:
        looks = 0
        while await self._engine.state() != "up":
            await asyncio.sleep(self._patience.pause(looks))
            looks += 1
        logger.info("the engine is back")
        self._back.set()

    async def _tell_away(self, turn: Turn) -> None:
        if await asyncio.to_thread(self._turns.engine_away, turn):
            self._streams.tell(turn.question.conversation_id)

    async def _until_back_or_news(self, pump: Pump) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (self._back, pump.news)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _ended(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        # Most likely the database was busy or away. The message is stored: try again, not at once.
        # The error's own text may hold what the person wrote; its kind and place do not.
        place = "; ".join(f"{f.name} {f.filename}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)[-3:])
        logger.error("work on a conversation stopped (%s in %s), it is taken up again", type(error).__name__, place)
        self._resting.add(conversation_id)
        asyncio.get_running_loop().call_later(self._patience.longest, self._rested, conversation_id)

    def _rested(self, conversation_id: str) -> None:
        self._resting.discard(conversation_id)
        self.wake(conversation_id)
