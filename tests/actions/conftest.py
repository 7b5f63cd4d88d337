"""Actions with a real tracker, a real dispatcher and a real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from bot.office.database import Database
from bot.texts import Texts
from tests.bot.office.people import MONDAY, counsellor, hire, people
from tests.databases import database, database_url

__all__ = ["database", "database_url"]

Run = Callable[..., Awaitable[tuple[dict[str, Any], list[str]]]]


def tracker_of(sender: str, intent: str, entities: dict[str, Any], text: str, slots: dict[str, Any]) -> Tracker:
    message = {
        "text": text,
        "intent": {"name": intent},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }
    events = [{"event": "action", "name": "action_listen"}, {"event": "user", **message}]
    return Tracker(sender, {"language": "fi", **slots}, message, events, False, None, {}, "action_listen")


@pytest.fixture
def now() -> datetime:
    return MONDAY


@pytest.fixture
def office(database: Database, now: datetime) -> Iterator[context.Office]:
    hire(database, counsellor("Demo Yksi", languages=["fi", "sv"], meetings=["phone", "video"], demo=True))
    office = context.Office(database, Texts.load(), lambda: now)
    context.use(office)
    yield office
    context.use(None)


@pytest.fixture
def person(office: context.Office) -> str:
    return people(office.database, 1)[0]


@pytest.fixture
def run(person: str) -> Run:
    """Runs an action as the person's message; gives the slots it sets and the names of what it says."""

    async def run(action: Action, intent: str = "", text: str = "x", slots: Any = None, **entities: Any) -> Any:
        dispatcher = CollectingDispatcher()
        tracker = tracker_of(person, intent, entities, text, slots or {})
        events = await action.run(dispatcher, tracker, {})
        set_ = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        return set_, [message["response"] for message in dispatcher.messages]

    return run
