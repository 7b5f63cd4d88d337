"""The language or the register has changed: what a short form ended in is told again, if it was told last."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Office, OfficeAction
from actions.finder_result import FinderResult
from actions.heard import TELLS_AGAIN, told_last
from actions.recognition_route import RecognitionRoute

TELLERS = {"action_recognition_route": RecognitionRoute, "action_finder_result": FinderResult}


class TellAgain(OfficeAction):
    def name(self) -> str:
        return TELLS_AGAIN

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        told = told_last(tracker)
        if told is None or tracker.active_loop.get("name"):
            return []
        return TELLERS[told]().work(dispatcher, tracker, office)
