"""The questions of the booking form that depend on what the office has."""

from __future__ import annotations

from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_offers import days_for, times_for, times_of_day, who_helps
from actions.booking_wish import CHANGE_MENU, moment_of, window_days
from actions.booking_words import (
    button,
    counsellor_name,
    language_name,
    place_name,
    time_words,
    wish_words,
)
from actions.context import Office, OfficeAction, language_of
from bot.languages import LANGUAGES
from bot.office.booking import MEETINGS, languages_spoken
from bot.texts import Texts, spell_date, spell_time

CHOOSE = "booking_choose"


class AskBookingLanguage(OfficeAction):
    def name(self) -> str:
        return "action_ask_booking_language"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        """The conversation's own language is the first button."""
        language = language_of(tracker)
        with office.database.reading() as session:
            of_topic = who_helps(session, tracker.get_slot("booking_topic"))
            spoken = [code for one in of_topic for code in one.languages] or languages_spoken(session)
        ours = [code for code in (language, *LANGUAGES) if code in spoken]
        codes = dict.fromkeys([*ours, *spoken])
        buttons = [button(language_name(code, language).capitalize(), CHOOSE, booking_language=code) for code in codes]
        dispatcher.utter_message(response="utter_ask_booking_language", buttons=buttons)
        return []


class AskBookingMeeting(OfficeAction):
    def name(self) -> str:
        return "action_ask_booking_meeting"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        """Only the ways that somebody who fits the rest offers."""
        texts, language = office.words(), language_of(tracker)
        topic, spoken = tracker.get_slot("booking_topic"), tracker.get_slot("booking_language")
        with office.database.reading() as session:
            offered = {one for counsellor in who_helps(session, topic, spoken) for one in counsellor.meetings}
        if not offered:
            words = {"topic": texts.label(f"booking_topic_{topic}", language)}
            words["session_language"] = language_name(spoken, language)
            dispatcher.utter_message(response="utter_booking_nobody", **words)
            return []
        buttons = [
            button(texts.label(f"booking_meeting_{one}_button", language), CHOOSE, booking_meeting=one)
            for one in MEETINGS
            if one in offered
        ]
        dispatcher.utter_message(response="utter_ask_booking_meeting", buttons=buttons)
        return []


class AskBookingDay(OfficeAction):
    def name(self) -> str:
        return "action_ask_booking_day"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        texts, language, slots = office.words(), language_of(tracker), tracker.slots
        with office.database.reading() as session:
            days, as_wished = days_for(session, slots, office)
        if not days:
            dispatcher.utter_message(response="utter_booking_nothing_free", **wish_words(slots, texts, language))
            return []
        buttons = [button(spell_date(day, language), CHOOSE, booking_day=day.isoformat()) for day in days]
        if as_wished:
            later = button(
                texts.label("booking_later_button", language), CHOOSE, booking_after=_day_after(days[-1]).isoformat()
            )
            dispatcher.utter_message(response="utter_ask_booking_day", buttons=[*buttons, later])
        else:
            first, last = window_days(slots) or (days[0], days[0])
            shown = [spell_date(day, language) for day in dict.fromkeys((first, last)) if day != date.max]
            dispatcher.utter_message(response="utter_booking_day_nearest", buttons=buttons, wished="–".join(shown))
        return []


class AskBookingTime(OfficeAction):
    def name(self) -> str:
        return "action_ask_booking_time"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        texts, language, slots = office.words(), language_of(tracker), tracker.slots
        with office.database.reading() as session:
            times, as_wished = times_for(session, slots, office)
        day = spell_date(date.fromisoformat(slots["booking_day"]), language)
        if not times:
            # The day filled up while we talked, or has passed.
            dispatcher.utter_message(
                response="utter_booking_day_full", day=day, buttons=[self._other_day(texts, language)]
            )
            return []
        buttons = [
            button(spell_time(one.starts_at, language), CHOOSE, booking_time=one.starts_at.isoformat()) for one in times
        ]
        response = "utter_ask_booking_time" if as_wished else "utter_booking_time_nearest"
        dispatcher.utter_message(response=response, day=day, buttons=[*buttons, self._other_day(texts, language)])
        return []

    @staticmethod
    def _other_day(texts: Texts, language: str) -> dict[str, str]:
        return button(texts.label("booking_other_day_button", language), CHOOSE, booking_change="day")


class AskBookingConfirmed(OfficeAction):
    def name(self) -> str:
        return "action_ask_booking_confirmed"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        """The summary, or, after a no to it, what should be different."""
        texts, language, slots = office.words(), language_of(tracker), tracker.slots
        if slots.get("booking_change") == CHANGE_MENU:
            dispatcher.utter_message(response="utter_booking_change")
            return []
        start = moment_of(slots["booking_time"])
        with office.database.reading() as session:
            free = [one for one in times_of_day(session, slots, slots["booking_day"], office) if one.starts_at == start]
        if not free:
            # Shown a while ago, taken since: the summary would promise what cannot be had.
            dispatcher.utter_message(
                response="utter_booking_time_gone",
                buttons=[button(texts.label("booking_other_time_button", language), CHOOSE, booking_change="time")],
            )
            return [SlotSet("booking_time", None), SlotSet("booking_counsellor", None)]
        one = free[0]
        dispatcher.utter_message(
            response="utter_ask_booking_confirmed",
            **wish_words(slots, texts, language),
            **time_words(one.starts_at, one.ends_at, language),
            counsellor=counsellor_name(one.counsellor_name, one.demo, texts, language),
            place=place_name(slots["booking_meeting"], one.place, texts, language),
        )
        return []


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
