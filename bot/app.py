"""The app: everything that a person or the internet touches."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI, Response

from actions import context
from bot.actions_route import actions_router, find_actions
from bot.channels.elsewhere import Elsewhere
from bot.channels.engine import Engine
from bot.channels.events import Events
from bot.channels.gate import Gate, Patience
from bot.channels.pace import Pace
from bot.channels.page import add_page
from bot.channels.refusals import add_refusals
from bot.channels.stream import Streams
from bot.channels.tokens import Tokens
from bot.channels.turns import Turns
from bot.channels.widget import widget_router
from bot.office import demo, desk, offices
from bot.office.database import Database, UnusableDatabase
from bot.office.schema import NewerDatabase
from bot.rounds import Rounds
from bot.secret import shared_secret
from bot.security import SecurityHeaders
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts

LONGEST_BODY = 256 * 1024  # bytes; the longest text that we take fits in, however it is escaped

LOOK_AT_QUEUE = 3600.0  # seconds


def create_app(
    settings: Settings,
    *,
    texts: Texts | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> FastAPI:
    """The app, ready to be served. Touches no network before its lifespan begins.

    Raises:
        ContentError: content/ cannot be used.
        UnusableDatabase: the database's address is not one.
    """
    secret = shared_secret(settings)
    office = context.Office(Database(settings.database), texts or Texts.load(), clock)
    streams = Streams()
    engine = Engine(settings.engine, secret)
    turns = Turns(office.database, office.words, clock)
    gate = Gate(turns, engine, streams, patience)
    elsewhere = Elsewhere(turns, gate, streams)
    longest_wait = timedelta(days=int(settings.handoff_days))

    async def end_long_waits() -> None:
        await asyncio.to_thread(_end_long_waits, office, longest_wait)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(office.database.migrate)
        await asyncio.to_thread(_open_demo_office, office)
        context.use(office)
        app.include_router(actions_router(find_actions(), secret))
        streams.open()
        await gate.start()
        rounds = Rounds()
        rounds.every(patience.elsewhere, elsewhere.look)
        rounds.every(LOOK_AT_QUEUE, end_long_waits)
        yield
        streams.close()
        await rounds.stop()
        await gate.stop()
        await engine.close()
        context.use(None)
        office.database.close()

    app = FastAPI(
        title="Polku",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=LONGEST_BODY,
        telemetry={"auto_configure": False},  # nothing phones home, whatever the environment holds
    )
    app.state.office, app.state.streams, app.state.gate = office, streams, gate
    app.add_middleware(SecurityHeaders)
    add_refusals(app, office.words)
    tokens = Tokens(secret)
    pace = Pace(time.monotonic, burst=int(settings.burst))
    app.include_router(
        widget_router(gate, turns, Events(office.database, streams), tokens, pace)
    )
    add_page(app, office.words)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process lives."""
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, str]:
        """200 while people can be served, also without an engine (they get a notice); 503 without a database."""
        up, engine_state = await asyncio.gather(asyncio.to_thread(office.database.is_up), engine.state())
        response.status_code = 200 if up else 503
        return {"engine": engine_state, "database": "up" if up else "down"}

    return app


def _open_demo_office(office: context.Office) -> None:
    with office.database.session() as session:
        demo.ensure_demo(session, offices.load().values())


def _end_long_waits(office: context.Office, longest_wait: timedelta) -> None:
    with office.database.session() as session:
        desk.expire(session, office.words(), now=office.clock(), after=longest_wait)


def main() -> None:
    """`python -m bot.app`: serve until told to stop. What the operator must mend is said in one sentence."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would note every address that is called
    try:
        settings = Settings.from_environment()
        app = create_app(settings)
        app.state.office.database.migrate()
    except (ValueError, UnusableDatabase, NewerDatabase) as error:
        sys.exit(str(error))
    Server(app, host=settings.host, port=int(settings.port)).run()


if __name__ == "__main__":
    main()
