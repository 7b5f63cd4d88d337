"""The HTTP API of the chat page, also used by the chat in the terminal."""

# No `from __future__ import annotations`: FastAPI must see the types, and `Mine` is local.

import asyncio
import re
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from bot.channels.choices import language_switch
from bot.channels.events import Events
from bot.channels.gate import Gate
from bot.channels.pace import Pace
from bot.channels.page import own_name
from bot.channels.tokens import ForgedToken, Tokens
from bot.channels.turns import Turns
from bot.languages import LANGUAGES

HIGHEST_ID = 2**31 - 1  # of a message, in any of our databases
Language = Literal[LANGUAGES]  # type: ignore[valid-type]


class Start(BaseModel):
    """`language` only if the person chose it; `locale` is a hint, such as the browser's."""

    language: Language | None = None
    locale: str | None = Field(None, max_length=20, pattern=r"^[A-Za-z0-9_-]*$")
    channel: Literal["widget", "terminal"] = "widget"


class Written(BaseModel):
    """`id` is the page's own: sent twice, handled once. With `payload`, `text` is the button's title."""

    id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    text: str
    payload: str | None = Field(None, max_length=2_000)


class Choice(BaseModel):
    language: Language


def widget_router(gate: Gate, turns: Turns, events: Events, tokens: Tokens, pace: Pace) -> APIRouter:
    router = APIRouter(prefix="/widget")

    async def mine(authorization: Annotated[str, Header()] = "") -> str:  # async: else it is run in a thread
        """The id of the caller's conversation. Raises ForgedToken."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer":
            raise ForgedToken("no token")
        return tokens.conversation_of(token.strip())

    Mine = Annotated[str, Depends(mine)]

    @router.post("/conversations", status_code=201)
    async def start(wanted: Start) -> dict[str, str]:
        conversation_id = await asyncio.to_thread(turns.start, wanted.channel, wanted.language, wanted.locale)
        return {"conversation": conversation_id, "token": tokens.token(conversation_id)}

    @router.post("/messages")
    async def write(message: Written, conversation_id: Mine) -> JSONResponse:
        pace.step(conversation_id)
        kept = await gate.receive(conversation_id, message.id, message.text, message.payload)
        return JSONResponse({"id": kept.message_id}, 202 if kept.news else 200)

    @router.post("/language")
    async def choose_language(choice: Choice, conversation_id: Mine) -> dict[str, str]:
        pace.step(conversation_id)
        if await asyncio.to_thread(turns.choose_language, conversation_id, choice.language):
            # The engine keeps the language too. It confirms the change, in order with what was written.
            name, payload = own_name(choice.language), language_switch(choice.language)
            await gate.receive(conversation_id, str(uuid4()), name, payload)
        events.tell(conversation_id)
        return {"language": choice.language}

    @router.get("/events")
    async def listen(
        conversation_id: Mine,
        last_event_id: Annotated[str, Header()] = "",
        after: Annotated[int, Query(ge=0, le=HIGHEST_ID)] = 0,
    ) -> StreamingResponse:
        """`after` is for clients that cannot set Last-Event-ID."""
        await asyncio.to_thread(turns.exists, conversation_id)
        last_id = int(last_event_id) if re.fullmatch("[0-9]{1,10}", last_event_id) else after
        return StreamingResponse(
            events.of(conversation_id, min(last_id, HIGHEST_ID)),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    return router
