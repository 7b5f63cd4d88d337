"""Keeps conversations in Rasa's own `events` table, at a cost that does not grow with their length.

Rasa's SQL store reads and replays the whole session at every turn, and a session of a lively conversation
never ends. Here the running session's events stay in memory as objects, only new ones are written, and
a long session is folded: a new one begins, with the slots carried over, just before a user's turn.
"""

from __future__ import annotations

import contextlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.pool import QueuePool, StaticPool

from bot.engine.sessions import Session, known_of, row, since_start

FOLD_AFTER_TURNS = 8
CACHED_CONVERSATIONS = 1000
BUSY_TIMEOUT_MS = 5000


class NoSuchFolder(RasaException):
    """The folder of the SQLite file does not exist."""


class FoldingTrackerStore(SQLTrackerStore):
    """A tracker store for `endpoints.yml`, with `url` an SQLAlchemy URL of SQLite or PostgreSQL.

    `fold_after_turns`: how many turns of the user a session may have before it is folded.
    `cached_conversations`: how many conversations' sessions stay in memory.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        fold_after_turns: int = FOLD_AFTER_TURNS,
        cached_conversations: int = CACHED_CONVERSATIONS,
        **kwargs: Any,
    ) -> None:
        # SQLTrackerStore's own constructor would open SQLite without WAL and waits for ever for a database.
        TrackerStore.__init__(self, domain, event_broker, **kwargs)
        if not host:
            raise RasaException("FoldingTrackerStore needs a url in endpoints.yml")
        self.fold_after_turns, self.cached_conversations = int(fold_after_turns), int(cached_conversations)
        self.engine = _engine(make_url(host))
        self.Base.metadata.create_all(self.engine)
        _add_index(self.engine)
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._turns: dict[str, DialogueStateTracker | None] = {}  # those that run now, with what they saved
        # Written once: at every turn SQLAlchemy would spend more on building a statement than SQLite on running it.
        self._table = table = self.SQLEvent.__table__
        of_sender = table.c.sender_id == sa.bindparam("sender")
        newest = sa.select(sa.func.max(table.c.id)).where(of_sender)
        self._newest, self._start = newest, newest.where(table.c.type_name == SessionStarted.type_name)
        newer = table.c.id > sa.bindparam("after")
        self._rows = sa.select(table.c.id, table.c.data).where(of_sender, newer).order_by(table.c.id)
        self._ids = self._rows.with_only_columns(table.c.id)
        self._insert = sa.insert(table)

    @contextlib.asynccontextmanager
    async def turn(self, sender_id: str) -> AsyncIterator[None]:
        """Inside, a conversation is read once and what is saved is written at the end, in one transaction.

        If the turn fails nothing of it is written: it can be run again as if it had never begun. The caller holds the
        conversation's lock.
        """
        self._turns[sender_id] = None
        try:
            yield
            if (tracker := self._turns[sender_id]) is not None:
                await self._write(tracker)
        finally:
            del self._turns[sender_id]

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the running session, or None for a conversation that is not known."""
        if (tracker := self._turns.get(sender_id)) is not None:
            return tracker
        with self.engine.connect() as db:
            session = self._current(db, sender_id)
        tracker = self._tracker(sender_id, session.events) if session else None
        if sender_id in self._turns:
            self._turns[sender_id] = tracker
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker's new events in one transaction, folding the session when it is long."""
        if tracker.sender_id in self._turns:
            self._turns[tracker.sender_id] = tracker
        else:
            await self._write(tracker)

    async def _write(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        sender_id, given = tracker.sender_id, list(tracker.events)
        with self.engine.begin() as db:
            session = self._sessions.get(sender_id) or self._current(db, sender_id) or Session([], 0)
            known = known_of(session.events, given)
            if known == len(given):
                return
            old, new = since_start(given[:known]), given[known:]
            new = self._folded(sender_id, old, new)
            db.execute(self._insert, [row(sender_id, event) for event in new])
            ids = db.execute(self._ids, {"sender": sender_id, "after": session.last_id}).scalars().all()
        if len(ids) == len(new):
            self._remember(sender_id, Session(since_start(old + new), ids[-1]))
        else:  # another engine wrote, too: the rows know the order, we do not
            self._sessions.pop(sender_id, None)

    async def forget(self, sender_id: str) -> int:
        """Delete all events of a conversation; gives their number."""
        with self.engine.begin() as db:
            deleted = db.execute(sa.delete(self._table).where(self._table.c.sender_id == sender_id)).rowcount
        self._sessions.pop(sender_id, None)
        return deleted

    def _current(self, db: sa.engine.Connection, sender_id: str) -> Session | None:
        """The running session: from memory as far as that is current, the rest from the database."""
        newest = db.execute(self._newest, {"sender": sender_id}).scalar()
        if newest is None:
            self._sessions.pop(sender_id, None)
            return None
        session = self._sessions.get(sender_id)
        if session is None or newest != session.last_id:
            session = self._read(db, sender_id, session if session and newest > session.last_id else None)
        self._remember(sender_id, session)
        return session

    def _read(self, db: sa.engine.Connection, sender_id: str, session: Session | None) -> Session:
        start = db.execute(self._start, {"sender": sender_id}).scalar() or 0
        after = session.last_id if session else start - 1
        found = db.execute(self._rows, {"sender": sender_id, "after": after}).all()
        events = [event for event in (Event.from_parameters(json.loads(each.data)) for each in found) if event]
        return Session(since_start((session.events if session else []) + events), found[-1].id)

    def _folded(self, sender_id: str, known: list[Event], new: list[Event]) -> list[Event]:
        """`new`, with a session start before the user's turn when the session has grown long.

        The turn itself stays whole on this side of the fold, so what it said can be repeated.
        """
        turns = sum(isinstance(event, UserUttered) for event in known)
        at = next((i for i, event in enumerate(new) if isinstance(event, UserUttered)), None)
        if turns < self.fold_after_turns or at is None or any(isinstance(e, SessionStarted) for e in new):
            return new
        before = self._tracker(sender_id, known + new[:at])
        if before.active_loop_name or before.is_paused() or before.latest_action_name != ACTION_LISTEN_NAME:
            return new
        # Between the neighbours' times: Rasa's own store finds the session's start by its time.
        ended = before.events[-1].timestamp
        when = (ended + new[at].timestamp) / 2
        carried = [
            SlotSet(name, slot.value, timestamp=when)
            for name, slot in before.slots.items()
            if slot.value != slot.initial_value
        ]
        fold = [
            ActionExecuted(ACTION_SESSION_START_NAME, timestamp=ended),
            SessionStarted(timestamp=when),
            *carried,
            ActionExecuted(ACTION_LISTEN_NAME, timestamp=when),
        ]
        return [*new[:at], *fold, *new[at:]]

    def _tracker(self, sender_id: str, events: list[Event]) -> DialogueStateTracker:
        tracker = self.init_tracker(sender_id)
        for event in events:
            tracker.update(event)
        return tracker

    def _remember(self, sender_id: str, session: Session) -> None:
        self._sessions[sender_id] = session
        self._sessions.move_to_end(sender_id)
        while len(self._sessions) > self.cached_conversations:
            self._sessions.popitem(last=False)


def _engine(url: URL) -> sa.engine.Engine:
    if url.get_backend_name() == "postgresql":
        # The app may name a driver that this environment does not have.
        return sa.create_engine(url.set(drivername="postgresql+psycopg2"), pool_pre_ping=True)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    in_memory = not url.database or url.database == ":memory:"
    if not in_memory and not Path(url.database).parent.is_dir():
        raise NoSuchFolder(f"the folder of {url.database} for conversations does not exist")
    engine = sa.create_engine(
        url, poolclass=StaticPool if in_memory else QueuePool, connect_args={"check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def _add_index(engine: sa.engine.Engine) -> None:
    """The newest row of a conversation is asked for at every turn; Rasa's own index is on sender_id alone."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE INDEX IF NOT EXISTS ix_events_sender_id_id ON events (sender_id, id)"))
