"""What an open page hears, as server-sent events.

`message`: something was said. `state`: the language, the register, whether a human is here; comes after the
messages that were there already. `typing`: an answer is on its way. Comments keep the connection alive.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Row

from bot.channels.stream import Listener, Streams
from bot.office import conversations
from bot.office.database import Database
from bot.office.notices import language_of

PING = 15.0  # seconds; proxies close what is silent for a minute
PAGE = 200


class Events:
    def __init__(self, database: Database, streams: Streams, *, ping: float = PING) -> None:
        self._database, self._streams, self._ping = database, streams, ping

    def tell(self, conversation_id: str) -> None:
        """There is something new to read."""
        self._streams.tell(conversation_id)

    async def of(self, conversation_id: str, last_id: int) -> AsyncIterator[str]:
        """Frames: everything after message `last_id`, then whatever comes. Ends when the app stops."""
        state: dict[str, Any] | None = None
        typing = False
        with self._streams.listen(conversation_id) as listener:
            yield "retry: 2000\n\n"
            while not listener.closed:
                listener.woken.clear()  # before looking, so that what comes while we look is seen
                typing_now = self._streams.is_typing(conversation_id)
                messages, more = _handed(listener, last_id), False
                last_id = messages[-1].id if messages else last_id
                state_now = state
                if listener.unread:
                    listener.unread = False
                    try:
                        read, state_now = await asyncio.to_thread(self._read, conversation_id, last_id)
                    except conversations.UnknownConversation:
                        return
                    messages += read
                    last_id = messages[-1].id if messages else last_id
                    more = len(read) == PAGE
                    listener.unread |= more
                frames = [_frame("message", public(message), message.id) for message in messages]
                if not more:
                    if state_now != state:
                        frames.append(_frame("state", state_now))
                    if typing_now != typing:
                        frames.append(_frame("typing", {"on": typing_now}))
                    state, typing = state_now, typing_now
                if frames:
                    yield "".join(frames)
                if more:
                    continue
                try:
                    async with asyncio.timeout(self._ping):
                        await listener.woken.wait()
                except TimeoutError:
                    listener.unread = True  # another process may have written
                    yield ": ping\n\n"

    def _read(self, conversation_id: str, last_id: int) -> tuple[Sequence[Row[Any]], dict[str, Any]]:
        with self._database.reading() as session:
            now = conversations.standing(session, conversation_id)
            state = {
                "language": language_of(now),
                "language_chosen": now.language_chosen,
                "register": now.register,
                "with_human": now.with_human,
            }
            return conversations.messages_after(session, conversation_id, last_id, limit=PAGE), state


def _handed(listener: Listener, last_id: int) -> list[Row[Any]]:
    """What was pushed and follows message `last_id`. Where something between them is missing, all is to be read."""
    messages: list[Row[Any]] = []
    pushed, listener.pushed = listener.pushed, []
    for news in pushed:
        if news.after == last_id:
            messages += news.messages
            last_id = messages[-1].id if messages else last_id
        elif news.messages and news.messages[-1].id > last_id:
            listener.unread = True
    return messages


def public(message: Row[Any]) -> dict[str, Any]:
    """A message as the person's own page may see it. `client_id` is the id that the page gave it."""
    return {
        "id": message.id,
        "client_id": message.channel_message_id,
        "author": message.author,
        "text": message.text,
        "buttons": message.extra.get("buttons", []),
        "metadata": message.extra.get("metadata", {}),
        "language": message.language,
        "in_reply_to": message.in_reply_to,
        "created_at": message.created_at.isoformat(),
    }


def _frame(event: str, data: dict[str, Any], number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    # JSON holds no raw line break, so the data is one line.
    return f"{head}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
