"""What comes of the booking form, and the list of one's bookings."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import FORM
from actions.booking_papers import CODE as PAPERS_CODE
from actions.booking_papers import FORM as PAPERS_FORM
from actions.booking_wish import SLOTS, UNDONE_BY_CHANGE, moment_of, wish_of
from actions.booking_words import booking_words, button
from actions.context import Office, OfficeAction, language_of
from bot.office import papers
from bot.office.booking import AlreadyBooked, NotOffered, TimePassed, TimeTaken, TooManyBookings, book, bookings_of
from bot.office.conversations import UnknownConversation

# A refusal → what is said, and which of the person's choices are asked for again.
ASKED_AGAIN = {
    TimeTaken: ("utter_booking_time_taken", "time"),
    AlreadyBooked: ("utter_booking_already", "time"),
    NotOffered: ("utter_booking_time_taken", "time"),
    TimePassed: ("utter_booking_time_passed", "day"),
}


def emptied() -> list[EventType]:
    """The next booking starts from nothing."""
    return [SlotSet(slot, None) for slot in SLOTS]


class BookingSubmit(OfficeAction):
    def name(self) -> str:
        return "action_booking_submit"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        wish, start = wish_of(tracker.slots), moment_of(tracker.get_slot("booking_time"))
        if wish is None or start is None or tracker.get_slot("booking_confirmed") != "yes":
            raise ValueError("the form ended without everything that a booking needs")
        texts, language = office.words(), language_of(tracker)
        try:
            with office.database.session() as session:
                booking = book(session, wish, starts_at=start, conversation_id=tracker.sender_id, now=office.clock())
                words = booking_words(booking, booking.counsellor, texts, language)
                offered = papers.to_offer(session, tracker.sender_id, now=office.clock())
        except tuple(ASKED_AGAIN) as refusal:
            response, change = ASKED_AGAIN[type(refusal)]
            dispatcher.utter_message(response=response)
            return [*(SlotSet(slot, None) for slot in UNDONE_BY_CHANGE[change]), FollowupAction(FORM)]
        except TooManyBookings:
            dispatcher.utter_message(response="utter_booking_too_many")
            return emptied()
        except UnknownConversation:
            # `rasa shell` and the like: no conversation of the office, so nobody could be reached.
            dispatcher.utter_message(response="utter_booking_not_here")
            return emptied()
        dispatcher.utter_message(response="utter_booking_done", **words)
        if offered:
            return [*emptied(), SlotSet(PAPERS_CODE, words["code"]), FollowupAction(PAPERS_FORM)]
        return emptied()


class BookingStop(OfficeAction):
    def name(self) -> str:
        return "action_booking_stop"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        """Whoever said "cancel my booking" may have meant one made earlier: then that's offered."""
        buttons = []
        if (tracker.latest_message.get("intent") or {}).get("name") == "booking_cancel":
            with office.database.reading() as session:
                if bookings_of(session, tracker.sender_id, now=office.clock()):
                    title = office.words().label("booking_cancel_button", language_of(tracker))
                    buttons = [button(title, "booking_cancel")]
        dispatcher.utter_message(response="utter_booking_stopped", buttons=buttons)
        return emptied()


class BookingList(OfficeAction):
    def name(self) -> str:
        return "action_booking_list"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        texts, language = office.words(), language_of(tracker)
        with office.database.reading() as session:
            bookings = bookings_of(session, tracker.sender_id, now=office.clock())
            lines = [
                texts.label("booking_line", language, **booking_words(one, one.counsellor, texts, language))
                for one in bookings
            ]
        if not lines:
            dispatcher.utter_message(response="utter_booking_none")
            return []
        dispatcher.utter_message(response="utter_booking_list", bookings="\n".join(f"- {line}" for line in lines))
        return []
