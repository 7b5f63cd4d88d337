"""After a booking: may the counsellor have what Polku has written with the person? Nothing is given without a yes."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_words import button
from actions.context import Office, OfficeAction, language_of
from actions.heard import Heard
from bot.office import papers
from bot.office.booking import UnknownBooking, bookings_of
from bot.office.conversations import UnknownConversation

FORM = "booking_papers_form"
ATTACH, CODE = "booking_papers", "booking_papers_code"
VERDICTS = {"affirm": "yes", "deny": "no", "skip": "no", "dont_know": "no"}
NOT_UNDERSTOOD = {"nlu_fallback", "correct", "booking_inform", "recognition_inform"}


def _emptied() -> list[EventType]:
    return [SlotSet(ATTACH, None), SlotSet(CODE, None)]


class ValidateBookingPapersForm(OfficeAction):
    """As in the booking form: no slot set means that the message is another rule's."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        heard = Heard.of(tracker, FORM)
        if heard.answered_by and "action_booking_submit" not in heard.answered_by:
            return []
        if not self._waits(tracker, office):
            return [*_emptied(), SlotSet("requested_slot", None)]
        if heard.is_button and heard.value(ATTACH) in ("yes", "no"):
            return [SlotSet(ATTACH, heard.value(ATTACH))]
        if tracker.get_slot("requested_slot") != ATTACH:
            return [SlotSet(ATTACH, None)]  # just begun: the yes that was heard was the booking's
        if heard.intent in VERDICTS:
            return [SlotSet(ATTACH, VERDICTS[heard.intent])]
        if heard.intent in NOT_UNDERSTOOD:
            dispatcher.utter_message(response="utter_booking_not_understood")
            return [SlotSet(ATTACH, None)]
        return [SlotSet(ATTACH, None)] if heard.intent == "repeat" else []

    @staticmethod
    def _waits(tracker: Tracker, office: Office) -> bool:
        """Whether there is a session, and a paper that could go with it."""
        with office.database.reading() as session:
            codes = [one.code for one in bookings_of(session, tracker.sender_id, now=office.clock())]
            offer = papers.to_offer(session, tracker.sender_id, now=office.clock())
        return tracker.get_slot(CODE) in codes and bool(offer)


class AskBookingPapers(OfficeAction):
    def name(self) -> str:
        return f"action_ask_{ATTACH}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        """The person sees, word for word, what the counsellor would get."""
        texts, language = office.words(), language_of(tracker)
        with office.database.reading() as session:
            offer = [paper.text for paper in papers.to_offer(session, tracker.sender_id, now=office.clock())]
        buttons = [
            button(texts.label(f"booking_papers_{answer}_button", language), "booking_attach", **{ATTACH: answer})
            for answer in ("yes", "no")
        ]
        dispatcher.utter_message(response="utter_ask_booking_papers", papers="\n\n".join(offer), buttons=buttons)
        return []


class BookingPapersSubmit(OfficeAction):
    def name(self) -> str:
        return "action_booking_papers_submit"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        if tracker.get_slot(ATTACH) == "yes":
            dispatcher.utter_message(response=self._attach(tracker, office))
        elif tracker.get_slot(ATTACH) == "no":
            dispatcher.utter_message(response="utter_booking_papers_kept")
        else:
            dispatcher.utter_message(response="utter_booking_papers_gone")
        return _emptied()

    @staticmethod
    def _attach(tracker: Tracker, office: Office) -> str:
        """What to say."""
        code: Any = tracker.get_slot(CODE)
        try:
            with office.database.session() as session:
                papers.attach(session, str(code), tracker.sender_id, now=office.clock())
        except (UnknownBooking, UnknownConversation):
            return "utter_booking_papers_gone"
        return "utter_booking_papers_given"


class BookingPapersStop(OfficeAction):
    def name(self) -> str:
        return "action_booking_papers_stop"

    def work(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,  # noqa: ARG002 - as in every action
        office: Office,  # noqa: ARG002
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_booking_papers_kept")
        return _emptied()
