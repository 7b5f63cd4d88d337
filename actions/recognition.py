"""The navigator's form: what was said goes into slots, and what the route does not need is not asked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ANSWERED_AT_LENGTH, GREETS
from actions.context import Office, OfficeAction
from actions.heard import Heard, said_last
from actions.recognition_answers import (
    ALL,
    CHANGE,
    FORGET,
    FORM,
    MENU,
    SLOTS,
    STARTS,
    TALKS_OF_IT,
    answers_of,
    from_before,
    is_complete,
    said,
    settled,
)
from actions.recognition_words import Voice, said_lines
from bot.office.recognition import OTHER_PROFESSION
from bot.office.recognition_catalogue import Catalogue, load

ASKS_AGAIN = {"repeat", *STARTS}
UNCLEAR = "utter_recognition_profession_unclear"


class ValidateRecognitionForm(OfficeAction):
    """As in the booking form: no slot set means that the message is another rule's."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        heard, catalogue = Heard.of(tracker, FORM), load()
        if heard.answered_by and "action_recognition_inform" not in heard.answered_by:
            if ANSWERED_AT_LENGTH.intersection(heard.answered_by):
                dispatcher.utter_message(response="utter_recognition_goes_on")
            return []
        before = {slot: tracker.get_slot(slot) for slot in SLOTS.values()}
        asked = tracker.get_slot("requested_slot")
        if heard.intent == "correct" or heard.value(CHANGE) in (MENU, FORGET):
            changes = {} if heard.value(CHANGE) == MENU else said(heard, tracker.slots)
            if not changes or heard.value(CHANGE) == FORGET:
                # The form ends; what its end says depends on the slot.
                what = heard.value(CHANGE) or MENU
                return _events({**before, **changes, CHANGE: what, "requested_slot": None})
        else:
            changes = said(heard, tracker.slots)
        if not asked:
            return self._begin(dispatcher, tracker, heard, before, changes, catalogue, office)
        if changes:
            after = settled({**before, **changes}, catalogue)
            self._note(dispatcher, tracker, office, changes, asked, heard, catalogue)
            return _events(after)
        return self._unanswered(dispatcher, tracker, heard, asked)

    def _begin(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        heard: Heard,
        before: dict[str, Any],
        changes: dict[str, Any],
        catalogue: Catalogue,
        office: Office,
    ) -> list[EventType]:
        """Nothing was asked yet, or a finished route is looked at again. What is known is said, and not asked again."""
        new = heard.value(CHANGE) == ALL or not any(before.values())
        found = {**(from_before(tracker) if new and heard.intent in STARTS else {}), **changes}
        after = settled({**before, **found}, catalogue)
        if not is_complete(after, catalogue):
            if new:
                dispatcher.utter_message(response="utter_recognition_begin")
            elif not changes:
                dispatcher.utter_message(response="utter_recognition_goes_on")
            if new and found:
                self._say_noted(dispatcher, tracker, office, list(found), after, catalogue)
        return _events({**after, CHANGE: None})

    def _note(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        office: Office,
        changes: dict[str, Any],
        asked: str,
        heard: Heard,
        catalogue: Catalogue,
    ) -> None:
        """What was said beside the answer, or corrected, is said back; a plain answer is not."""
        slots = [slot for slot, value in changes.items() if value and slot != asked]
        if slots and not heard.is_button:
            after = {**tracker.slots, **changes}
            self._say_noted(dispatcher, tracker, office, slots, after, catalogue)

    @staticmethod
    def _say_noted(
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        office: Office,
        slots: list[str],
        after: dict[str, Any],
        catalogue: Catalogue,
    ) -> None:
        only = [name for name, slot in SLOTS.items() if slot in slots]
        lines = said_lines(answers_of(after), Voice.of(tracker, office.words()), catalogue, only)
        dispatcher.utter_message(response="utter_recognition_noted", said=lines)

    @staticmethod
    def _unanswered(dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard, asked: str) -> list[EventType]:
        same = [SlotSet(asked, None)]
        if heard.intent == GREETS:
            dispatcher.utter_message(response="utter_recognition_hello")
            return same
        if heard.intent in ASKS_AGAIN:
            return same
        if heard.intent not in TALKS_OF_IT | {"booking_inform"}:
            return []
        if asked != SLOTS["profession"] or heard.intent in ("affirm", "deny"):
            dispatcher.utter_message(response="utter_recognition_not_understood")
            return same
        if UNCLEAR in said_last(tracker):
            # Two words that we don't know: no third try, but the general road.
            return [SlotSet(asked, OTHER_PROFESSION)]
        dispatcher.utter_message(response=UNCLEAR)
        return same


def _events(slots: dict[str, Any]) -> list[EventType]:
    return [SlotSet(slot, value) for slot, value in slots.items()]
