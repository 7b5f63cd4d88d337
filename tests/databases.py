"""Real databases for tests: a conftest imports `database` and `database_url` from here, for its tests.

The URL is that of an empty database of its own; each test that asks runs on SQLite and on PostgreSQL.
The app's environment only: the engine's has another SQLAlchemy.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.office.database import Database

SERVER = "host=127.0.0.1 port=5432 user=postgres connect_timeout=3"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'office.db'}"
        return
    name = f"polku_test_{secrets.token_hex(6)}"
    try:
        with psycopg.connect(SERVER, dbname="postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
    except psycopg.OperationalError as error:
        unreachable = f"PostgreSQL cannot be reached at 127.0.0.1:5432: {error}"
        if os.environ.get("POLKU_REQUIRE_SERVICES") == "1":
            pytest.fail(unreachable)
        pytest.skip(unreachable)
    yield f"postgresql://postgres@127.0.0.1:5432/{name}"
    with psycopg.connect(SERVER, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the office's tables in it."""
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()
