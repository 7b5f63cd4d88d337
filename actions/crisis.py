"""Somebody is in danger: the right number first, and to the front of the queue if they wait for a human."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Office, OfficeAction
from bot.office.conversations import UnknownConversation
from bot.office.handoff import hurry

CRISIS = "crisis"  # the intent, its entity and the slot
SAID = {
    "danger": "utter_crisis_danger",
    "self_harm": "utter_crisis_self_harm",
    "violence": "utter_crisis_violence",
    "exploitation": "utter_crisis_exploitation",
}
MOST_SAID = 2  # more would be too much to read for somebody in danger


class Crisis(OfficeAction):
    """Whatever was going on goes on afterwards: a form asks again."""

    def name(self) -> str:
        return "action_crisis"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        named = [one["value"] for one in tracker.latest_message.get("entities") or [] if one["entity"] == CRISIS]
        kinds = [kind for kind in SAID if kind in named] or ["danger"]
        for kind in kinds[:MOST_SAID]:
            dispatcher.utter_message(response=SAID[kind])
        try:
            with office.database.session() as session:
                if hurry(session, tracker.sender_id):
                    dispatcher.utter_message(response="utter_crisis_queue")
        except UnknownConversation:
            pass  # `rasa shell` and the like have no office behind them
        return [SlotSet(CRISIS, kinds[0])]
