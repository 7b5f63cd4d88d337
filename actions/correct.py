"""Something is to be corrected, though nothing was asked: it is for the short form that was there last."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import finder_answers, recognition_answers
from actions.context import Office, OfficeAction

# Form → its slots.
FORMS = {
    recognition_answers.FORM: recognition_answers.SLOTS.values(),
    finder_answers.FORM: finder_answers.SLOTS.values(),
}


class Correct(OfficeAction):
    def name(self) -> str:
        return "action_correct"

    def work(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        office: Office,  # noqa: ARG002 - as in every action
    ) -> list[EventType]:
        begun = {form for form, slots in FORMS.items() if any(map(tracker.get_slot, slots))}
        ran = (event["name"] for event in reversed(tracker.events) if event["event"] == "action")
        last = next((name for name in ran if name in begun), None)
        if last is None:
            dispatcher.utter_message(response="utter_help")
            return []
        return [FollowupAction(last)]
