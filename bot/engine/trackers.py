"""Keeps conversations in Rasa's own `events` table, at a cost that does not grow with their length.

Rasa's SQL store reads and replays the whole session at every turn, and a session of a lively conversation
never ends. Here the running session's events stay in memory as objects, only new ones are written, and
a long session is folded: a new one begins, with the slots carried over, just before a user's turn.
"""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
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

FOLD_AFTER_TURNS = 15
CACHED_CONVERSATIONS = 1000
BUSY_TIMEOUT_MS = 5000


class NoSuchFolder(RasaException):
    """The folder of the SQLite file does not exist."""


@dataclass(frozen=True)
class Session:
    """Events of a conversation from its last session start on, and the id of the last one's row."""

    events: list[Event]
    last_id: int


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

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the running session, or None for a conversation that is not known."""
        with self.sessionmaker() as db:
            session = self._current(db, sender_id)
        return self._tracker(sender_id, session.events) if session else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker's new events in one transaction, folding the session when it is long."""
        await self.stream_events(tracker)
        sender_id = tracker.sender_id
        with self.sessionmaker() as db:
            session = self._current(db, sender_id) or Session([], 0)
            given = list(tracker.events)
            known = _known(session.events, given)
            if known == len(given):
                return
            old, new = _since_start(given[:known]), given[known:]
            new = self._folded(sender_id, old, new)
            rows = [self._row(sender_id, event) for event in new]
            db.add_all(rows)
            db.flush()
            last_id, in_between = rows[-1].id, self._someone_wrote(db, sender_id, session.last_id, rows[0].id)
            db.commit()
        if in_between:  # another engine wrote at the same moment: the rows know the order, we do not
            self._sessions.pop(sender_id, None)
        else:
            self._remember(sender_id, Session(_since_start(old + new), last_id))

    async def forget(self, sender_id: str) -> int:
        """Delete all events of a conversation; gives their number."""
        with self.sessionmaker() as db:
            deleted = db.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            db.commit()
        self._sessions.pop(sender_id, None)
        return deleted

    def _current(self, db: Any, sender_id: str) -> Session | None:
        """The running session: from memory as far as that is current, the rest from the database."""
        newest = db.query(sa.func.max(self.SQLEvent.id)).filter(self.SQLEvent.sender_id == sender_id).scalar()
        if newest is None:
            self._sessions.pop(sender_id, None)
            return None
        session = self._sessions.get(sender_id)
        if session is None or newest != session.last_id:
            session = self._read(db, sender_id, session if session and newest > session.last_id else None)
        self._remember(sender_id, session)
        return session

    def _read(self, db: Any, sender_id: str, session: Session | None) -> Session:
        table = self.SQLEvent
        rows = db.query(table.id, table.data).filter(table.sender_id == sender_id).order_by(table.id)
        if session:
            rows = rows.filter(table.id > session.last_id)
        else:
            start = (
                db.query(table.id)
                .filter(table.sender_id == sender_id, table.type_name == SessionStarted.type_name)
                .order_by(table.id.desc())
                .limit(1)
                .scalar()
            )
            rows = rows.filter(table.id >= (start or 0))
        found = rows.all()
        events = [event for event in (Event.from_parameters(json.loads(row.data)) for row in found) if event]
        return Session(_since_start((session.events if session else []) + events), found[-1].id)

    def _someone_wrote(self, db: Any, sender_id: str, after: int, before: int) -> bool:
        table = self.SQLEvent
        between = db.query(table.id).filter(table.sender_id == sender_id, table.id > after, table.id < before)
        return between.first() is not None

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

    def _row(self, sender_id: str, event: Event) -> Any:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=((data.get("parse_data") or {}).get("intent") or {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )

    def _remember(self, sender_id: str, session: Session) -> None:
        self._sessions[sender_id] = session
        self._sessions.move_to_end(sender_id)
        while len(self._sessions) > self.cached_conversations:
            self._sessions.popitem(last=False)


def _known(stored: list[Event], given: list[Event]) -> int:
    """How many of the given events come before the first that is new.

    None does in a tracker that was made new after a failed read: it is new as a whole.
    """
    seen = {(event.type_name, event.timestamp) for event in stored}
    at = (i for i in range(len(given), 0, -1) if (given[i - 1].type_name, given[i - 1].timestamp) in seen)
    return next(at, 0)


def _since_start(events: list[Event]) -> list[Event]:
    starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
    return list(_without_overwritten(events[starts[-1] :] if starts else events))


def _without_overwritten(events: list[Event]) -> Iterator[Event]:
    """Leave out slots carried into a session that are set again at once.

    Rasa carries every slot event of the former session, not only the last of each slot: over many
    short sessions that heap would grow for ever.
    """
    carried = list(itertools.takewhile(lambda event: isinstance(event, SlotSet), events[1:]))
    last = {event.key: event for event in carried}
    yield from events[:1]
    yield from (event for event in carried if last[event.key] is event)
    yield from events[1 + len(carried) :]


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
