"""A short question after an answer: "and how much does it cost?" Its subject is that answer's."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Office, OfficeAction

INTENT = "follow_up_"
OUTCOME = "follow_up_outcome"


class FollowUp(OfficeAction):
    """Sets slots and says nothing: texts of an action are rendered before its slots apply."""

    def name(self) -> str:
        return "action_follow_up"

    def work(
        self,
        dispatcher: CollectingDispatcher,  # noqa: ARG002 - it must not speak
        tracker: Tracker,
        office: Office,
    ) -> list[EventType]:
        texts, last = office.words(), tracker.get_slot("topic")
        if last not in texts.topics:
            return [SlotSet(OUTCOME, "unknown")]
        kind = ((tracker.latest_message.get("intent") or {}).get("name") or "").removeprefix(INTENT)
        topic = texts.follow_ups.get(texts.topics[last].theme, {}).get(kind)
        if topic is None or topic == last:
            return [SlotSet(OUTCOME, "nothing")]
        return [SlotSet("topic", topic), SlotSet(OUTCOME, "answered")]
