from collections.abc import Iterator

import pytest

from tests.databases import database, database_url
from tests.fake_engine import FakeEngine
from tests.running_app import SECRET, Person, RunningApp

__all__ = ["database", "database_url"]


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    engine = FakeEngine(SECRET).start()
    yield engine
    engine.die()


@pytest.fixture
def app(tmp_path, engine) -> Iterator[RunningApp]:
    """On SQLite."""
    app = RunningApp(tmp_path, engine.url).start()
    yield app
    app.end()


@pytest.fixture
def person(app) -> Person:
    return app.person(language="en")
