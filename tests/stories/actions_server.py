"""The app's real actions over a real database, for conversation tests that run in the engine's environment.

Run by the app's Python: `python -m tests.stories.actions_server FOLDER SECRET`; prints its port. The clock stands
still. Besides /actions/webhook it lets a test arrange the world: a conversation, somebody else's booking.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import delete

from actions import context
from actions.booking_wish import moment_of, wish_of
from bot.actions_route import actions_router, find_actions
from bot.office import conversations, offices
from bot.office.booking import book
from bot.office.database import Database
from bot.office.demo import ensure_demo
from bot.office.tables import Booking, Conversation, Handoff
from bot.texts import Texts

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # a Sunday, noon in Helsinki


def app(database: Database, secret: str) -> FastAPI:
    with database.session() as session:
        ensure_demo(session, offices.load().values())
    context.use(context.Office(database, Texts.load(), lambda: NOW))
    app = FastAPI()
    app.include_router(actions_router(find_actions(), secret))

    @app.post("/conversations/{conversation}")
    def begin(conversation: str) -> None:
        """A new conversation in a world where nothing is booked and nobody waits."""
        with database.session() as session:
            session.execute(delete(Booking))
            session.execute(delete(Handoff))
            session.add(Conversation(id=conversation, channel="widget", created_at=NOW, last_seen_at=NOW))

    @app.post("/booked-by-somebody-else")
    def take(slots: dict[str, str | None]) -> None:
        """Takes the time for good: every counsellor who has it gets a booking."""
        with database.session() as session:
            somebody = conversations.start(session, "widget", now=NOW)
            wish, start = wish_of(slots), moment_of(slots["booking_time"])
            book(session, wish, starts_at=start, conversation_id=somebody.id, now=NOW)

    return app


async def serve(folder: Path, secret: str) -> None:
    database = Database(f"sqlite:///{folder / 'office.db'}")
    database.migrate()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()  # from here on nobody is refused, only kept waiting
        print(door.getsockname()[1], flush=True)
        config = uvicorn.Config(app(database, secret), log_level="warning")
        await uvicorn.Server(config).serve(sockets=[door])


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
