"""Cancelling a booked session: which one, really, done."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ANSWERED_AT_LENGTH
from actions.booking_words import booking_words, button
from actions.context import Office, OfficeAction, language_of
from actions.heard import ANSWERS, Heard
from bot.office.booking import TooLateToCancel, UnknownBooking, bookings_of, cancel
from bot.office.conversations import UnknownConversation
from bot.office.tables import Booking

FORM = "booking_cancel_form"
CODE, CONFIRMED = "booking_cancel_code", "booking_cancel_confirmed"
ASKS_AGAIN = {"repeat", "booking_cancel"}
OWN_INTENTS = {*ASKS_AGAIN, *ANSWERS, "recognition_inform"}


def _emptied() -> list[EventType]:
    return [SlotSet(CODE, None), SlotSet(CONFIRMED, None)]


def _own(tracker: Tracker, office: Office) -> dict[str, Booking]:
    with office.database.reading() as session:
        found = bookings_of(session, tracker.sender_id, now=office.clock())
        return {one.code: one for one in found if one.counsellor}


class ValidateBookingCancelForm(OfficeAction):
    """As in the booking form: no slot set means that the message is another rule's."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        heard = Heard.of(tracker, FORM)
        if heard.answered_by:
            if ANSWERED_AT_LENGTH.intersection(heard.answered_by):
                dispatcher.utter_message(response="utter_booking_cancel_goes_on")
            return []
        asked = tracker.get_slot("requested_slot")
        own, named, asked_about = _own(tracker, office), heard.value(CODE), tracker.get_slot(CODE)
        code = named or (None if asked else next(iter(own)) if len(own) == 1 else None)
        agreed = heard.intent == "affirm" or heard.value(CONFIRMED) == "yes"
        if asked == CONFIRMED and agreed and asked_about and asked_about not in own and named in (None, asked_about):
            # Gone since it was asked, perhaps by this very yes, if the engine died over it: the office knows.
            return [SlotSet(CONFIRMED, "yes")]
        if named and named not in own:
            # An old button. Whatever it says, it says nothing of the booking that is asked about now.
            dispatcher.utter_message(response="utter_booking_cancel_gone")
            return [SlotSet(CONFIRMED, None)] if own else [*_emptied(), SlotSet("requested_slot", None)]
        if not own:
            return [*_emptied(), SlotSet("requested_slot", None)]
        if code in own:
            return [SlotSet(CODE, code), SlotSet(CONFIRMED, heard.value(CONFIRMED))]
        if asked == CONFIRMED and (heard.value(CONFIRMED) or heard.intent in {"affirm", "deny"}):
            no = heard.intent == "deny" or heard.value(CONFIRMED) == "no"
            return [SlotSet(CONFIRMED, "no" if no else "yes")]
        if heard.intent == "deny" and asked == CODE:
            return [*_emptied(), SlotSet(CONFIRMED, "no"), SlotSet("requested_slot", None)]
        if heard.intent not in OWN_INTENTS:
            return []
        if asked and heard.intent not in ASKS_AGAIN:
            dispatcher.utter_message(response="utter_booking_not_understood")
        return [SlotSet(CONFIRMED, None)]


class AskBookingCancelCode(OfficeAction):
    def name(self) -> str:
        return f"action_ask_{CODE}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        texts, language = office.words(), language_of(tracker)
        buttons = []
        for one in _own(tracker, office).values():
            words = booking_words(one, one.counsellor, texts, language)
            buttons.append(
                button(texts.label("booking_cancel_choice", language, **words), "booking_cancel", **{CODE: one.code})
            )
        dispatcher.utter_message(response="utter_ask_booking_cancel_code", buttons=buttons)
        return []


class AskBookingCancelConfirmed(OfficeAction):
    def name(self) -> str:
        return f"action_ask_{CONFIRMED}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        texts, language, code = office.words(), language_of(tracker), tracker.get_slot(CODE)
        booking = _own(tracker, office).get(code)
        if booking is None:
            # Cancelled by the counsellor, or past, while we talked.
            dispatcher.utter_message(response="utter_booking_cancel_gone")
            return [SlotSet(CODE, None)]
        buttons = [
            button(
                texts.label(f"booking_cancel_{answer}_button", language),
                "booking_cancel",
                **{CODE: booking.code, CONFIRMED: answer},
            )
            for answer in ("yes", "no")
        ]
        words = booking_words(booking, booking.counsellor, texts, language)
        dispatcher.utter_message(response="utter_ask_booking_cancel_confirmed", buttons=buttons, **words)
        return []


class BookingCancelSubmit(OfficeAction):
    def name(self) -> str:
        return "action_booking_cancel_submit"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        code, confirmed = tracker.get_slot(CODE), tracker.get_slot(CONFIRMED)
        if confirmed == "no":
            dispatcher.utter_message(response="utter_booking_kept")
        elif code is None:
            dispatcher.utter_message(response="utter_booking_none")
        else:
            self._cancel(dispatcher, tracker, office, code)
        return _emptied()

    @staticmethod
    def _cancel(dispatcher: CollectingDispatcher, tracker: Tracker, office: Office, code: str) -> None:
        try:
            with office.database.session() as session:
                booking = cancel(session, code, tracker.sender_id, now=office.clock())
                words = booking_words(booking, booking.counsellor, office.words(), language_of(tracker))
        except (UnknownBooking, UnknownConversation):
            dispatcher.utter_message(response="utter_booking_cancel_gone")
        except TooLateToCancel:
            dispatcher.utter_message(response="utter_booking_cancel_too_late")
        else:
            dispatcher.utter_message(response="utter_booking_cancelled", **words)


class BookingCancelStop(OfficeAction):
    def name(self) -> str:
        return "action_booking_cancel_stop"

    def work(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,  # noqa: ARG002 - as in every action
        office: Office,  # noqa: ARG002
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_booking_kept")
        return _emptied()
