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
from bot.office.recognition_catalogue import load

ASKS_AGAIN = {"repeat", *STARTS}
# What professions that we don't know are often taken for.
OUT_OF_OUR_WORLD = {"out_of_scope", "smalltalk_bot"}
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
        if asked and not changes:
            return self._unanswered(dispatcher, tracker, heard, asked)
        new = heard.value(CHANGE) == ALL or not any(before.values())
        if not asked and heard.intent in STARTS:
            changes = {**_named_before(tracker, before, new), **changes}
        after = settled({**before, **changes}, catalogue)
        if not asked and not is_complete(after, catalogue):
            if new:
                dispatcher.utter_message(response="utter_recognition_begin")
            elif not changes:
                dispatcher.utter_message(response="utter_recognition_goes_on")
        # What was said beside the answer, or corrected, is said back; a plain answer is not.
        aside = [name for name, slot in SLOTS.items() if changes.get(slot) and slot != asked]
        if aside and (new or asked) and (not heard.is_button or heard.intent in STARTS):
            voice = Voice.of(tracker, office.words())
            lines = said_lines(answers_of(after), voice, catalogue, aside)
            dispatcher.utter_message(response="utter_recognition_noted", said=lines)
        return _events({**after, CHANGE: None})

    @staticmethod
    def _unanswered(dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard, asked: str) -> list[EventType]:
        same = [SlotSet(asked, None)]
        if heard.intent == GREETS:
            dispatcher.utter_message(response="utter_recognition_hello")
            return same
        if heard.intent in ASKS_AGAIN:
            return same
        names_another = asked == SLOTS["profession"] and heard.is_short_answer and heard.intent in OUT_OF_OUR_WORLD
        if heard.intent not in TALKS_OF_IT | {"booking_inform"} and not names_another:
            return []
        if asked != SLOTS["profession"] or heard.intent in ("affirm", "deny"):
            dispatcher.utter_message(response="utter_recognition_not_understood")
            return same
        if UNCLEAR in said_last(tracker):
            # Two words that we don't know: no third try, but the general road.
            return [SlotSet(asked, OTHER_PROFESSION)]
        dispatcher.utter_message(response=UNCLEAR)
        return same


def _named_before(tracker: Tracker, known: dict[str, Any], new: bool) -> dict[str, Any]:
    """What the messages before named: all of it when nothing is known, another profession of the last one always."""
    if new:
        return from_before(tracker)
    last, profession = from_before(tracker, messages=1), SLOTS["profession"]
    return last if last.get(profession) not in (None, known[profession]) else {}


def _events(slots: dict[str, Any]) -> list[EventType]:
    return [SlotSet(slot, value) for slot, value in slots.items()]
