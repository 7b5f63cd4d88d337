"""What the actions work with: the office's database, the texts, the clock."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.languages import LANGUAGES
from bot.office.database import Database
from bot.settings import Settings
from bot.texts import Texts


@dataclass
class Office:
    """`clock` gives the present moment with its time zone."""

    database: Database
    texts: Texts
    clock: Callable[[], datetime]

    def words(self) -> Texts:
        """The texts as they are on disk now."""
        self.texts = self.texts.refreshed()
        return self.texts


_in_use: Office | None = None


def use(office: Office | None) -> None:
    """The app says once what its actions work with."""
    global _in_use
    _in_use = office


def current() -> Office:
    """The office in use; `rasa run actions` names none, so then it is made from the settings."""
    if _in_use is None:
        database = Database(Settings.from_environment().database)
        database.migrate()
        use(Office(database, Texts.load(), lambda: datetime.now(UTC)))
        return current()
    return _in_use


def language_of(tracker: Tracker) -> str:
    """The language that the conversation is held in."""
    language = tracker.get_slot("language")
    return language if language in LANGUAGES else LANGUAGES[0]


def _speaks_of_crisis(tracker: Tracker) -> bool:
    """Whether the message in hand speaks of a crisis and has not been answered yet."""
    if ((tracker.latest_message or {}).get("intent") or {}).get("name") != "crisis":
        return False
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return True
        if event["event"] == "action" and event["name"] == "action_crisis":
            return False
    return True


class OfficeAction(Action, ABC):
    """An action that asks the database. Does so in a thread: the app's loop serves others meanwhile."""

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],  # noqa: ARG002 - the engine does not send it
    ) -> list[EventType]:
        if self.name().startswith("validate_") and _speaks_of_crisis(tracker):
            return []  # no form's answer, whatever the form asked; its own rule speaks first, then the form asks again
        return await asyncio.to_thread(self.work, dispatcher, tracker, current())

    @abstractmethod
    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        """Says what there is to say and returns the events, as `run` of Rasa's actions does."""
