"""Tells open pages that there is news. In this process only.

Who is told reads the database, so nothing can be lost, doubled or out of order here. To whom nothing is missing the
news are handed at once; who has not seen all that came before them reads the database all the same.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.office.conversations import News


@dataclass(eq=False)
class Listener:
    """One open page. `woken` is set when there is something to tell it or to stop for; `pushed` is to be shown,
    `unread` says that there is something to read."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    pushed: list[News] = field(default_factory=list)
    unread: bool = True
    closed: bool = False


class Streams:
    """The open pages of each conversation, and who is being answered right now."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._typing: set[str] = set()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Begin, in the app's event loop."""
        self._loop, self._closed = asyncio.get_running_loop(), False

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[Listener]:
        """In the app's event loop. Begin to listen first, then read: then nothing slips between."""
        listener = Listener(closed=self._closed)
        self._listeners[conversation_id].add(listener)
        try:
            yield listener
        finally:
            self._listeners[conversation_id].discard(listener)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]

    def tell(self, conversation_id: str) -> None:
        """There is something new to read in this conversation. May be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, conversation_id, None)

    def push(self, conversation_id: str, news: News) -> None:
        """This was said, and is stored. In the app's event loop."""
        self._wake(conversation_id, news)

    def typing(self, conversation_id: str, on: bool) -> None:
        """An answer is on its way, or no longer. In the app's event loop."""
        (self._typing.add if on else self._typing.discard)(conversation_id)
        for listener in self._listeners.get(conversation_id, ()):
            listener.woken.set()

    def is_typing(self, conversation_id: str) -> bool:
        return conversation_id in self._typing

    def close(self) -> None:
        """Ends every open stream; pages come back to the next process. In the app's event loop."""
        self._closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.closed = True
                listener.woken.set()

    def _wake(self, conversation_id: str, news: News | None) -> None:
        for listener in self._listeners.get(conversation_id, ()):
            if news is None:
                listener.unread = True
            else:
                listener.pushed.append(news)
            listener.woken.set()
