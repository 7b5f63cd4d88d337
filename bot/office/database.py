"""One door to the office's database: SQLite in a file, or PostgreSQL.

A session is one transaction. Writers on SQLite take the write lock when they begin (BEGIN IMMEDIATE), so
what a transaction has read is still true when it writes; on PostgreSQL the functions of the office lock the
rows they need.
Never await anything while a session is open: another task of the same thread would wait for itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from bot.office.schema import upgrade

BUSY_SECONDS = 15
CONNECT_SECONDS = 5
READING = "office_reading"

Transaction = Session | Connection  # either runs a statement


class UnusableDatabase(Exception):
    """The database cannot be reached or written; the message is one sentence for the operator."""


class Database:
    """The office's database.

    Raises:
        UnusableDatabase: the URL is none of `sqlite:///file` and `postgresql://…`.
    """

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        # SQLite lets one write at a time, and who finds it busy looks again after longer and longer naps. The writers
        # of one process queue here instead, which wastes no time and lets nobody starve.
        self._turn: AbstractContextManager[Any] = threading.RLock() if self.is_sqlite else nullcontext()
        self._reading = self.engine.execution_options(**{READING: True, "postgresql_readonly": True})

    def migrate(self) -> None:
        """Bring the tables up to what this code expects; safe when several processes start at once.

        Raises:
            NewerDatabase: a later version of Polku has already changed the tables.
            UnusableDatabase: no such server, wrong password, folder not writable, not a database …
        """
        with self._usable():
            if self.is_sqlite:
                Path(str(self.url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.engine.begin() as connection:
                upgrade(connection)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction that may write: committed on success, rolled back on any exception."""
        with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """As `session`, for statements alone: without the ORM, whose bookkeeping costs more than they do."""
        with self._turn, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads: on SQLite it waits for nobody and nobody waits for it."""
        with Session(self._reading, expire_on_commit=False) as session, session.begin():
            yield session

    def is_up(self) -> bool:
        """Whether the database answers now."""
        try:
            with self._reading.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, OSError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            reason = " ".join(str(cause).split())
            shown = self.url.render_as_string(hide_password=True)
            raise UnusableDatabase(f"The database {shown} cannot be used: {reason}") from error


def _url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The text itself is not repeated: it may hold a password.
        raise UnusableDatabase("POLKU_DATABASE_URL is not a database URL.") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise UnusableDatabase("POLKU_DATABASE_URL must be sqlite:///a-file or postgresql://user@host/name.")


def _postgresql(url: URL) -> Engine:
    patience = {"connect_timeout": CONNECT_SECONDS}
    # Parameters are what people write: they have no place in an error's text.
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver would begin transactions at its own discretion; we begin them ourselves, below.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # Each commit is on the disk before anybody hears of it: a booking that was confirmed survives a power cut.
        # In WAL mode NORMAL would survive the end of a process just as well, and saves 0.1 ms of CPU time a commit.
        connection.execute("PRAGMA synchronous = FULL")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
