"""The booking form: what was said goes into slots, and what no longer fits comes out of them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_offers import settled
from actions.booking_wish import SLOTS, TALKS_OF_BOOKING, said
from actions.booking_words import language_name
from actions.context import Office, OfficeAction, language_of
from actions.heard import ANSWERS, Heard
from bot.office.booking import languages_spoken

FORM = "booking_form"
ASKS_AGAIN = {"repeat", "booking_make"}  # Rasa lets no rule send these back to the form that it has just left
# These say nothing of a booking, and must not carry the person off into another form either.
ANSWERS_ELSEWHERE = {*ANSWERS, "recognition_inform"}
GREETS = "smalltalk_greet"  # mostly somebody who comes back after a while
ANSWERED_AT_LENGTH = {"utter_answer", "utter_simpler", "utter_fuller", "utter_out_of_scope", "action_handoff_request",
                      "action_crisis", "utter_follow_up_nothing"}


class ValidateBookingForm(OfficeAction):
    """Rasa calls this at each turn of the form.

    Returning no slot at all makes Rasa leave the message to another rule (a question, a stop …), after
    which the form asks again; so a message that is the form's own always sets at least one.
    """

    def name(self) -> str:
        return f"validate_{FORM}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        heard = Heard.of(tracker, FORM)
        if heard.answered_by:
            if ANSWERED_AT_LENGTH.intersection(heard.answered_by):
                dispatcher.utter_message(response="utter_booking_goes_on")
            return []
        before = {slot: tracker.get_slot(slot) for slot in SLOTS}
        changes = said(heard, tracker.slots)
        if "booking_confirmed" in changes or "booking_change" in changes:
            return [SlotSet(slot, value) for slot, value in changes.items()]
        if changes:
            after = self._after(changes, before, dispatcher, tracker, office)
            return [SlotSet(slot, value) for slot, value in after.items()]
        if heard.intent == GREETS:
            dispatcher.utter_message(response="utter_booking_hello")
            return [SlotSet("booking_confirmed", None)]
        if heard.intent not in TALKS_OF_BOOKING | ASKS_AGAIN | ANSWERS_ELSEWHERE:
            return []
        if tracker.get_slot("requested_slot") and heard.intent not in ASKS_AGAIN:
            dispatcher.utter_message(response="utter_booking_not_understood")
        return [SlotSet("booking_confirmed", None)]

    def _after(
        self,
        changes: dict[str, Any],
        before: dict[str, Any],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        office: Office,
    ) -> dict[str, Any]:
        """All slots of the booking: whatever changed, day and time must be free and the whole confirmed anew."""
        after = {**before, **changes, "booking_change": None, "booking_confirmed": None}
        with office.database.reading() as session:
            asked = after["booking_language"]
            if asked and asked not in languages_spoken(session):
                name = language_name(asked, language_of(tracker))
                dispatcher.utter_message(response="utter_booking_language_not_spoken", asked=name)
                after["booking_language"] = None
            after |= settled(session, after, office)
        if changes.get("booking_time") and not after["booking_time"]:
            dispatcher.utter_message(response="utter_booking_time_taken")
        return after
